#!/bin/bash
# What it takes to measure suites from a profile; how profiles grow with weights; what savings on short
# histories are worth; and a comparison out of sample on real data.
#
# usage: measures.sh [DATA]   (DATA: the folder of the real data)
set -euo pipefail
data=${1:-${PACKOPT_SHARED_DATA:-/nonexistent}}

Query()
{
  psql -X -q -v ON_ERROR_STOP=1 "$@"
}

Query <<'SQL'
SET client_min_messages = error;
SET packopt.effort = fast;
-- A profile of 50,000 classes of one piece, and one of 50,000 classes of two pieces in any order.
CREATE TEMP TABLE profiles AS
SELECT 'one piece' AS demand, packopt.set_units(profile(l, w, h), 'in', 'lb') AS p
FROM (SELECT 3 + n % 37 * 0.41 AS l, 2 + n % 41 * 0.29 AS w, 1 + n % 53 * 0.17 AS h FROM generate_series(1, 50000) n) s
UNION ALL
SELECT 'two pieces', packopt.set_units(profile(ARRAY[packopt.item(l, w, h), packopt.item(w, h, 1.7)]), 'in', 'lb')
FROM (SELECT 3 + n % 37 * 0.41 AS l, 2 + n % 41 * 0.29 AS w, 1 + n % 53 * 0.17 AS h FROM generate_series(1, 50000) n) s;
CREATE TEMP TABLE suites AS
SELECT demand, p, size, a.boxes AS current, b.boxes AS proposed FROM profiles, unnest('{12,50,200}'::int[]) size,
  LATERAL (SELECT array_agg(packopt.box(4 + i * 18.0 / size, 3 + i * 14.0 / size, 2 + i * 10.0 / size)) AS boxes FROM generate_series(1, size) i) a,
  LATERAL (SELECT array_agg(packopt.box(5 + i * 17.0 / size, 4 + i * 13.0 / size, 1.5 + i * 12.0 / size)) AS boxes FROM generate_series(1, size) i) b;
CREATE TEMP TABLE times (demand text, size int, classes int, call text, ms float8);
DO $$
DECLARE
  s record;
  call text;
  started timestamptz;
BEGIN
  FOR s IN SELECT * FROM suites LOOP
    FOREACH call IN ARRAY '{evaluate_suite($1\, $2),suite_report($1\, $2),"compare_suites($1\, $2\, $3)",box_value($1\, $2)}'::text[] LOOP
      FOR i IN 1 .. 7 LOOP
        started := clock_timestamp();
        EXECUTE 'SELECT count(*) FROM ' || replace(call, '\', '') USING s.p, s.current, s.proposed;
        INSERT INTO times VALUES (s.demand, s.size, packopt.classes(s.p), split_part(call, '(', 1), extract(epoch FROM clock_timestamp() - started) * 1000);
      END LOOP;
    END LOOP;
  END LOOP;
END $$;
\echo Milliseconds, median of 7
SELECT demand, classes, size AS boxes, max(ms) FILTER (WHERE call = 'evaluate_suite') AS evaluate_suite, max(ms) FILTER (WHERE call = 'suite_report') AS suite_report,
  max(ms) FILTER (WHERE call = 'compare_suites') AS compare_suites, max(ms) FILTER (WHERE call = 'box_value') AS box_value
FROM (SELECT demand, classes, size, call, round((percentile_cont(0.5) WITHIN GROUP (ORDER BY ms))::numeric, 1) AS ms FROM times GROUP BY 1, 2, 3, 4) t GROUP BY 1, 2, 3 ORDER BY 1, 3;

\echo A profile of 1,000,000 rows of the sample history, by weight step in pounds
CREATE TEMP VIEW bench_weights AS SELECT * FROM packopt.sample_shipments(1000000);
SELECT w AS weight_step, packopt.classes(p) AS classes, packopt.memory(p) / 1024 AS kib
FROM (SELECT w, profile_shipments('bench_weights', weight_step => w) AS p FROM unnest('{NULL,1,0.0625}'::float8[]) w) x;

-- Savings of suites optimized on short histories: on these shipments, and on 200,000 others.
CREATE TEMP TABLE trials (size int, per_box int, promised float8, kept float8, width float8);
DO $$
DECLARE
  others packopt.profile;
  train packopt.profile;
  suite packopt.box[];
  stock packopt.box[] := '{6x4x4,9x6x3,12x9x4,14x10x6,18x14x8,30x26x18,40x40x40}';
  promise record;
  t record;
BEGIN
  CREATE TEMP VIEW bench_rows AS SELECT * FROM packopt.sample_shipments(200000, 11, 1000001);
  others := profile_shipments('bench_rows');
  FOR t IN SELECT size, per_box, i FROM unnest('{6,12,20}'::int[]) size, unnest('{30,100,300,1000}'::int[]) per_box, generate_series(1, 8) i LOOP
    EXECUTE format('CREATE OR REPLACE TEMP VIEW bench_rows AS SELECT * FROM packopt.sample_shipments(%s, 11, %s)', t.per_box * t.size, t.i * 20000);
    train := profile_shipments('bench_rows');
    suite := array(SELECT box FROM optimize_suite(train, t.size, save => false) WHERE box IS NOT NULL);
    SELECT * INTO promise FROM compare_suites(train, stock, suite, metrics => '{box_volume}');
    INSERT INTO trials SELECT t.size, t.per_box, -promise.change_pct, -change_pct, promise.change_pct_high - promise.change_pct_low
      FROM compare_suites(others, stock, suite, metrics => '{box_volume}');
  END LOOP;
END $$;
\echo Percent of box volume saved by suites optimized on short histories, mean of 8
SELECT size AS boxes, per_box AS shipments_per_box, round(avg(promised)::numeric, 1) AS promised, round(avg(kept)::numeric, 1) AS on_others, round(avg(promised - kept)::numeric, 1) AS too_much,
  round(avg(width)::numeric, 1) AS interval_width FROM trials GROUP BY 1, 2 ORDER BY 1, 2;
SQL

if [ ! -e "$data/olist/shipments.csv.gz" ]
then
  echo "no Olist data in $data: left out"
  exit 0
fi
Query <<SQL
SET client_min_messages = error;
CREATE TEMP TABLE lines (order_id int, purchased_at text, seller_state text, product_id int, category text, length_cm numeric, width_cm numeric, height_cm numeric,
  weight_g numeric, quantity int, seller_id int, ship_by_at timestamp);
\copy lines FROM PROGRAM 'zcat "$data/olist/shipments.csv.gz"' CSV HEADER
\echo A profile of the Olist parcels, by weight step
CREATE TEMP TABLE cartons (source text, name text, length numeric, width numeric, height numeric, unit text, kind text, note text);
SELECT w AS weight_step_g, packopt.classes(p) AS classes, packopt.memory(p) / 1024 AS kib
FROM (SELECT w, profile_shipments('lines', columns => '{"shipment": ["order_id", "seller_id"], "weight": "weight_g"}', weight_step => w) AS p FROM unnest('{NULL,1000,453.59237,100}'::float8[]) w) x;
\copy cartons FROM '$data/cartons/stock_boxes.csv' CSV HEADER
CREATE TEMP VIEW lines_2017 AS SELECT * FROM lines WHERE ship_by_at >= '2017-01-01' AND ship_by_at < '2018-01-01';
CREATE TEMP VIEW lines_2018 AS SELECT * FROM lines WHERE ship_by_at >= '2018-01-01' AND ship_by_at < '2019-01-01';
CREATE TEMP TABLE years AS SELECT profile_shipments('lines_2017', columns => c, weight_step => 100) AS p2017, profile_shipments('lines_2018', columns => c, weight_step => 100) AS p2018
FROM (VALUES ('{"shipment": ["order_id", "seller_id"], "weight": "weight_g"}'::jsonb)) c(c);
CREATE TEMP TABLE suites AS SELECT
  array(SELECT box FROM optimize_suite(p2017, 12, save => false, candidates => array(
    SELECT DISTINCT packopt.box(length * f, width * f, height * f) FROM cartons, (VALUES ('in', 2.54), ('cm', 1), ('mm', 0.1)) u(unit, f) WHERE u.unit = cartons.unit AND kind = 'box' AND height > 0)) WHERE box IS NOT NULL) AS stock,
  array(SELECT box FROM optimize_suite(p2017, 12, save => false) WHERE box IS NOT NULL) AS tailored FROM years;
\echo Olist: the 12 stock cartons that suited 2017 best, against 12 boxes optimized for 2017 in steps of 1 cm
SELECT history, metric, unit, round(c.current::numeric, 2) AS current, round(c.proposed::numeric, 2) AS proposed, round(change_pct::numeric, 2) AS change_pct,
  round(change_pct_low::numeric, 2) AS low, round(change_pct_high::numeric, 2) AS high
FROM years, suites, LATERAL (VALUES ('2017', p2017), ('2018', p2018)) y(history, p), LATERAL compare_suites(p, stock, tailored) WITH ORDINALITY c(metric, unit, current, proposed, change, change_pct, better, change_pct_low, change_pct_high, no)
ORDER BY history, no;
SQL
