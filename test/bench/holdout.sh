#!/bin/bash
# Savings out of sample, month by month: a suite chosen for the Olist parcels of 2017 and the best choice
# from stock cartons for the same year, on the parcels of each month of 2018.
#
# usage: holdout.sh DATA
set -euo pipefail
data=${1:-}
if [ ! -e "$data/olist/shipments.csv.gz" ] || [ ! -e "$data/cartons/stock_boxes.csv" ]
then
  echo 'no real data: skipped'
  exit 0
fi

psql -X -q -v ON_ERROR_STOP=1 <<SQL
SET client_min_messages = error;
CREATE TEMP TABLE lines (order_id int, purchased_at text, seller_state text, product_id int, category text,
  length_cm numeric, width_cm numeric, height_cm numeric, weight_g numeric, quantity int, seller_id int, ship_by_at timestamp);
\copy lines FROM PROGRAM 'zcat "$data/olist/shipments.csv.gz"' CSV HEADER
CREATE TEMP TABLE cartons (source text, name text, length numeric, width numeric, height numeric, unit text, kind text, note text);
\copy cartons FROM '$data/cartons/stock_boxes.csv' CSV HEADER
-- Parcels of 2017 and 2018, each with the month in which it left.
CREATE TEMP VIEW parcels AS SELECT order_id, seller_id, length_cm, width_cm, height_cm, quantity, ship_by_at AS shipped_at
FROM lines WHERE ship_by_at >= '2017-01-01' AND ship_by_at < '2018-09-01';
CREATE TEMP TABLE arguments AS SELECT '{"shipment": ["order_id", "seller_id"]}'::jsonb AS columns,
  (SELECT array_agg(DISTINCT packopt.box(length * f, width * f, height * f)) FROM cartons JOIN (VALUES ('in', 2.54), ('cm', 1), ('mm', 0.1)) u(unit, f) USING (unit)
   WHERE kind = 'box' AND height > 0) AS stock;
CREATE TEMP TABLE tailored AS SELECT o.* FROM arguments, optimize_suite('parcels', 12, columns => columns, holdout => '2018-01-01') o;
CREATE TEMP TABLE stocked AS SELECT o.* FROM arguments, optimize_suite('parcels', 12, columns => columns, holdout => '2018-01-01', candidates => stock) o;
CREATE TEMP TABLE suites AS SELECT (SELECT suite_boxes(max(suite_id)) FROM stocked) AS stock, (SELECT suite_boxes(max(suite_id)) FROM tailored) AS tailored;
CREATE TEMP TABLE months (month text, p packopt.profile);
DO \$\$
DECLARE
  m date;
BEGIN
  FOR m IN SELECT generate_series('2018-01-01'::date, '2018-08-01', '1 month')::date LOOP
    EXECUTE format('CREATE OR REPLACE TEMP VIEW one_month AS SELECT * FROM parcels WHERE shipped_at >= %L AND shipped_at < %L', m, m + interval '1 month');
    INSERT INTO months SELECT to_char(m, 'YYYY-MM'), profile_shipments('one_month', columns) FROM arguments;
  END LOOP;
END \$\$;
\echo The stock cartons and the suite
SELECT * FROM suites;
\echo Parcels of 2018 by month: box volume in the best 12 stock cartons of 2017 and in the 12 boxes optimized for 2017
SELECT month, packopt.shipments(p) AS parcels, round((c.current / 1e6)::numeric) AS stock_m3, round((c.proposed / 1e6)::numeric) AS tailored_m3,
  round(c.change_pct::numeric, 1) AS change_pct, round(c.change_pct_low::numeric, 1) AS low, round(c.change_pct_high::numeric, 1) AS high
FROM months, suites, LATERAL compare_suites(p, stock, tailored, metrics => '{box_volume}') c ORDER BY month;
SQL
