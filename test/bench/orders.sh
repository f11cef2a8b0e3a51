#!/bin/bash
# Real data through SQL: suites for the Olist parcels and the boxpacker orders, best_box over the
# packing cases and how often it equals the exact answer.
#
# usage: orders.sh DATA
set -euo pipefail
data=${1:-}
if [ ! -d "$data" ]
then
  echo 'no real data: skipped'
  exit 0
fi

Query()
{
  psql -X -q -v ON_ERROR_STOP=1 "$@"
}

Query <<SQL
SET client_min_messages = warning;
CREATE UNLOGGED TABLE IF NOT EXISTS olist (order_id int, purchased_at text, seller_state text, product_id int, category text,
  length_cm numeric, width_cm numeric, height_cm numeric, weight_g numeric, quantity int, seller_id int, ship_by_at text);
TRUNCATE olist;
\copy olist FROM PROGRAM 'zcat "$data/olist/shipments.csv.gz"' CSV HEADER
CREATE UNLOGGED TABLE IF NOT EXISTS boxpacker (order_id int, product_id int, width_mm int, length_mm int, depth_mm int,
  weight_g int, quantity int);
TRUNCATE boxpacker;
\copy boxpacker FROM PROGRAM 'zcat "$data/boxpacker/shipments.csv.gz"' CSV HEADER
CREATE UNLOGGED TABLE IF NOT EXISTS packing_lines (order_id int, sku int, l int, w int, h int, weight_g int, qty int, upright int);
TRUNCATE packing_lines;
\copy packing_lines FROM PROGRAM 'zcat "$data/packing/orders.csv.gz"' CSV HEADER
CREATE UNLOGGED TABLE IF NOT EXISTS packing_truth (order_id int, best_box int, fit_mask int);
TRUNCATE packing_truth;
\copy packing_truth FROM PROGRAM 'zcat "$data/packing/truth.csv.gz"' CSV HEADER
CREATE UNLOGGED TABLE IF NOT EXISTS packing_boxes (box_id int, l int, w int, h int, max_weight_g int);
TRUNCATE packing_boxes;
\copy packing_boxes FROM '$data/packing/boxes.csv' CSV HEADER
DROP TABLE IF EXISTS packing_orders;
CREATE UNLOGGED TABLE packing_orders AS
  SELECT order_id, array_agg(packopt.item(l, w, h)) AS items
  FROM packing_lines, generate_series(1, qty) GROUP BY order_id;
CREATE OR REPLACE VIEW olist_single AS
  SELECT min(length_cm) length_cm, min(width_cm) width_cm, min(height_cm) height_cm
  FROM olist GROUP BY order_id, seller_id HAVING count(*) = 1 AND sum(quantity) = 1;
ANALYZE;
SQL

# Optimizes one suite and prints a row of the table.
Suite()
{
  local name=$1 relation=$2 size=$3 arguments=$4 start end
  start=$(date +%s.%N)
  Query -At <<SQL | tr '|' ' ' > ${PACKOPT_WORK:-/tmp}/bench_row
SET client_min_messages = error;
CREATE TEMP TABLE result AS SELECT * FROM optimize_suite('$relation', $size$arguments);
SELECT s.shipments, s.unboxed, round((100 * s.content_volume / s.box_volume)::numeric, 2), s.candidates,
       coalesce(round((100 * s.gap)::numeric, 2)::text, '-')
FROM packopt.suites s WHERE s.suite_id = (SELECT max(suite_id) FROM result);
SQL
  end=$(date +%s.%N)
  read -r held unboxed utilization candidates gap < ${PACKOPT_WORK:-/tmp}/bench_row
  rm -f ${PACKOPT_WORK:-/tmp}/bench_row
  printf '%-34s %5d %9d %8d %11s %12s %6s %8.2f\n' "$name" "$size" "$held" "$unboxed" "$candidates" "$utilization" "$gap" \
    "$(awk -v a="$start" -v b="$end" 'BEGIN { print b - a }')"
}

printf '%-34s %5s %9s %8s %11s %12s %6s %8s\n' suites boxes shipments unboxed candidates utilization% gap% seconds
for size in 6 12 20
do
  Suite 'Olist, one piece, 1 cm' olist_single "$size" ''
done
for size in 6 12
do
  Suite 'Olist parcels, 1 cm' olist "$size" ", columns => '{\"shipment\": [\"order_id\", \"seller_id\"]}'"
done
for size in 6 12
do
  Suite 'boxpacker, 1 cm, up to 60x40x40 cm' boxpacker "$size" \
    ", columns => '{\"height\": \"depth_mm\"}', max_box => '600x400x400'"
done

echo
Query -At <<'SQL'
SET client_min_messages = error;
SET max_parallel_workers_per_gather = 0;
\timing on
\echo best_box over 10,000 orders of 2 to 8 pieces, 12 boxes (three runs):
SELECT count(best_box(items, b)) FROM packing_orders, (SELECT array_agg(packopt.box(l, w, h)) b FROM packing_boxes OFFSET 0) x;
SELECT count(best_box(items, b)) FROM packing_orders, (SELECT array_agg(packopt.box(l, w, h)) b FROM packing_boxes OFFSET 0) x;
SELECT count(best_box(items, b)) FROM packing_orders, (SELECT array_agg(packopt.box(l, w, h)) b FROM packing_boxes OFFSET 0) x;
\echo profile_shipments of boxpacker:
SELECT packopt.classes(profile_shipments('boxpacker', '{"height": "depth_mm"}'));
\timing off
\echo orders for which best_box is as small as the exact answer:
SELECT count(*) FILTER (WHERE packopt.volume(best) = t.l::float8 * t.w * t.h), count(*)
FROM (SELECT order_id, best_box(items, b) best
      FROM packing_orders, (SELECT array_agg(packopt.box(l, w, h)) b FROM packing_boxes OFFSET 0) x) o
JOIN packing_truth USING (order_id) JOIN packing_boxes t ON t.box_id = best_box;
SQL

# What soft goods around solid ones gain: in orders that mix them, a third of the products is taken to
# be foldable, compressible, or both.
Query -At <<'SQL' | awk -F'|' '{ printf "%s mixed orders, box volume against rigid goods: foldable %.1f %%, compressible %.1f %%, both %.1f %%\n", $1, $2, $3, $4 }'
SET client_min_messages = error;
WITH mixed AS (
  SELECT array_agg(packopt.item(l, w, h)) AS rigid,
         array_agg(packopt.item(l, w, h, foldable => sku % 3 = 0)) AS foldable,
         array_agg(packopt.item(l, w, h, compressible => sku % 3 = 0)) AS compressible,
         array_agg(packopt.item(l, w, h, foldable => sku % 3 = 0, compressible => sku % 3 = 0)) AS soft
  FROM packing_lines, generate_series(1, qty) GROUP BY order_id HAVING bool_or(sku % 3 = 0) AND NOT bool_and(sku % 3 = 0)),
suite AS (SELECT array_agg(packopt.box(l, w, h)) AS b FROM packing_boxes),
volumes AS MATERIALIZED (
  SELECT packopt.volume(best_box(rigid, b)) r, packopt.volume(best_box(foldable, b)) f,
         packopt.volume(best_box(compressible, b)) c, packopt.volume(best_box(soft, b)) s FROM mixed, suite)
SELECT count(*), 100 * (sum(f) / sum(r) - 1), 100 * (sum(c) / sum(r) - 1), 100 * (sum(s) / sum(r) - 1) FROM volumes;
SQL
