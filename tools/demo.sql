-- What packopt does, on a made-up history of a million shipments. Run by tools/demo.sh through psql.
\pset footer off
\pset null '(none)'
\set QUIET on
-- Fewer digits than the default, for the eye.
SET extra_float_digits = -5;

\echo
\echo '=== 1. A shipment history: one year, three warehouses, 1,000,000 parcels, sizes in inches'
\echo '    (yours is a table, too: any with columns for length, width and height)'
\echo
CREATE EXTENSION packopt;
\timing on
CREATE TABLE shipments_2024 AS SELECT * FROM packopt.sample_shipments(1000000);
\timing off
ANALYZE shipments_2024;
\echo
SELECT shipped_at, warehouse, product_id, length_in, width_in, height_in, weight_lb
FROM shipments_2024 ORDER BY row_no LIMIT 4;

\echo
\echo '=== 2. How packopt reads it, and what is wrong with the data'
\echo
\echo '    SELECT * FROM check_shipments(''shipments_2024'');'
\echo
\timing on
SELECT * FROM check_shipments('shipments_2024');
\timing off

\echo
\echo '=== 3. What a stock range of twelve boxes does with it'
\echo
\set stock '{6x4x4,8x6x4,9x6x3,10x8x6,12x9x4,12x12x6,14x10x6,16x12x8,18x14x8,20x16x12,24x18x12,30x26x18}'
\echo '    SELECT * FROM evaluate_suite(''shipments_2024'', ''':stock''');'
\echo
\timing on
SELECT * FROM evaluate_suite('shipments_2024', :'stock');
\timing off

\echo
\echo '=== 4. The twelve boxes that ship it with the least packaging'
\echo
\echo '    SELECT * FROM optimize_suite(''shipments_2024'', 12);'
\echo
\timing on
SELECT * FROM optimize_suite('shipments_2024', 12);
\timing off

\echo
\echo '=== 5. Side by side'
\echo '    The profile holds all that matters of the million rows; whatever is asked of it next'
\echo '    never reads them again.'
\echo
-- What is left out was told above.
SET client_min_messages = error;
\timing on
CREATE TABLE demand AS SELECT profile_shipments('shipments_2024') AS profile;
\timing off
SELECT packopt.shipments(profile) AS shipments, packopt.left_out_shipments(profile) AS left_out,
       packopt.classes(profile) AS different_sizes, pg_size_pretty(packopt.memory(profile)) AS memory
FROM demand;

SELECT max(suite_id) AS best FROM packopt.suites \gset
\timing on
WITH suite(no, suite, boxes) AS (
       VALUES (1, 'stock range', :'stock'::packopt.box[]), (2, 'optimized', suite_boxes(:best))),
     total AS (
       SELECT no, suite, sum(e.shipments)::bigint AS shipments, sum(box_volume) AS box_volume,
              sum(content_volume) AS content_volume
       FROM demand, suite, LATERAL evaluate_suite(profile, boxes) e WHERE e.box IS NOT NULL
       GROUP BY no, suite)
SELECT suite, shipments,
       round(box_volume / 1728) AS box_volume_cu_ft,
       round((box_volume - content_volume) / 1728) AS air_cu_ft,
       round(100 * content_volume / box_volume) AS utilization_pct,
       round((100 * (1 - box_volume / first_value(box_volume) OVER (ORDER BY no)))::numeric, 1)
         AS saving_pct
FROM total ORDER BY no;
\timing off
