-- holdout: a suite is chosen for the older part of the history and judged by the newer part.
\pset null '-'
\set SHOW_CONTEXT never
SET client_min_messages = error;
SET packopt.effort = fast;
SET timezone = 'UTC';
CREATE TABLE held AS SELECT row_no AS id, shipped_at, warehouse, length_in, width_in, height_in, weight_lb FROM packopt.sample_shipments(6000, 5);
CREATE VIEW held_older AS SELECT * FROM held WHERE shipped_at < '2024-09-01';
CREATE VIEW held_newer AS SELECT * FROM held WHERE shipped_at >= '2024-09-01';

-- The suite is that of the older part; the rows are about the newer one.
CREATE TABLE held_result AS SELECT * FROM optimize_suite('held', 6, holdout => '2024-09-01', padding => 0.25);
SELECT suite_boxes(max(suite_id)) = (SELECT array_agg(box ORDER BY box) FROM optimize_suite('held_older', 6, padding => 0.25, save => false) WHERE box IS NOT NULL) AS suite_of_the_older FROM held_result;
CREATE VIEW held_expected AS SELECT * FROM evaluate_suite('held_newer', (SELECT suite_boxes(max(suite_id)) FROM held_result), 0.25);
CREATE FUNCTION pg_temp.rows_of(r held_result) RETURNS held_expected LANGUAGE sql AS $$
  SELECT r.box, r.length, r.width, r.height, r.shipments, r.share, r.box_volume, r.content_volume, r.utilization, r.air_per_shipment
$$;
SELECT count(*) AS differences FROM (
  (SELECT (pg_temp.rows_of(r)).* FROM held_result r EXCEPT SELECT * FROM held_expected) UNION ALL (SELECT * FROM held_expected EXCEPT SELECT (pg_temp.rows_of(r)).* FROM held_result r)) d;
SELECT count(*) > 5 AS some, sum(shipments) = packopt.shipments(profile_shipments('held_newer')) AS all_newer FROM held_result;
-- What is stored is what the suite was chosen for, with the moment.
SELECT options->>'holdout' AS holdout, shipments + unboxed = packopt.shipments(profile_shipments('held_older')) AS older FROM packopt.suites;
SELECT (SELECT array_agg(r ORDER BY r.box) FROM (SELECT box, shipments, box_volume FROM held_result) r) = (SELECT array_agg(r ORDER BY r.box)
  FROM (SELECT box, shipments, box_volume FROM optimize_suite('held', 6, holdout => '2024-09-01', padding => 0.25, save => false)) r) AS again_the_same;

-- A time, a date and a local time; in the session's time zone.
CREATE TABLE held_times (at_tz timestamptz, at_local timestamp, on_day date, length_cm int, width_cm int, height_cm int);
INSERT INTO held_times SELECT t, t AT TIME ZONE 'UTC', (t AT TIME ZONE 'UTC')::date, n % 5 + 2, 2, 1 FROM generate_series(1, 48) n, LATERAL (SELECT '2024-01-01 00:00+00'::timestamptz + n * interval '1 hour') s(t);
CREATE FUNCTION pg_temp.newer(time_column text, moment timestamptz) RETURNS bigint LANGUAGE sql AS $$
  SELECT sum(shipments)::bigint FROM optimize_suite('held_times', 2, columns => jsonb_build_object('shipped_at', time_column), holdout => moment, save => false)
$$;
SELECT pg_temp.newer('at_tz', '2024-01-02 12:00+00') AS at_tz, pg_temp.newer('at_local', '2024-01-02 12:00+00') AS at_local, pg_temp.newer('on_day', '2024-01-02 00:00+00') AS on_day;
SET timezone = 'Etc/GMT-2';
SELECT pg_temp.newer('at_tz', '2024-01-02 12:00+00') AS at_tz, pg_temp.newer('at_local', '2024-01-02 12:00+00') AS at_local, pg_temp.newer('on_day', '2024-01-02 00:00+02') AS on_day;
SET timezone = 'UTC';

-- A shipment of several lines leaves with the first of them; one without any time is left out, and counted.
SET client_min_messages = warning;
CREATE TABLE held_orders (order_id int, shipped_at date, length_cm int, width_cm int, height_cm int);
INSERT INTO held_orders VALUES (1, '2024-01-01', 4, 3, 2), (1, '2024-03-01', 5, 3, 2), (2, NULL, 4, 3, 2), (2, '2024-03-01', 4, 3, 2), (3, NULL, 6, 3, 2), (3, NULL, 6, 3, 2), (4, NULL, NULL, 3, 2), (5, '2024-03-02', 0, 1, 1);
CREATE TABLE held_order AS SELECT * FROM optimize_suite('held_orders', 2, holdout => '2024-02-01', step => 1);
SELECT box, shipments, content_volume FROM held_order;
SELECT shipments, left_out FROM packopt.suites WHERE suite_id = (SELECT max(suite_id) FROM held_order);
SELECT box, shipments FROM optimize_suite('held_orders', 1, columns => '{"shipment": null}', holdout => '2024-02-01', step => 1, save => false);

-- A short history is told; so are shipments that fit no box of the suite.
SELECT count(*) FROM optimize_suite('held', 12, holdout => '2024-03-01', save => false);
SELECT count(*) FROM optimize_suite('held', 3, holdout => '2024-03-01', max_box => '20x20x20', max_weight => 30, save => false);

-- Comparisons out of sample: those of the newer part alone, whose history is not called short.
CREATE TABLE held_comparison AS SELECT * FROM compare_suites('held', '{9x6x3,14x10x6,18x14x8,30x26x18}', (SELECT suite_boxes(max(suite_id)) FROM held_result), holdout => '2024-09-01');
SELECT count(*) AS differences FROM (SELECT metric, unit, current, proposed, change_pct, better FROM held_comparison
  EXCEPT SELECT metric, unit, current, proposed, change_pct, better FROM compare_suites('held_newer', '{9x6x3,14x10x6,18x14x8,30x26x18}', (SELECT suite_boxes(max(suite_id)) FROM held_result))) d;
SELECT change_pct_low < change_pct AND change_pct < change_pct_high AS interval FROM held_comparison WHERE metric = 'box_volume';
SELECT count(*) FROM compare_suites('held', '{31x31x31}', '{9x6x3,31x31x31}', metrics => '{box_volume}', holdout => '2024-01-20');
SELECT compare_suites('held', '{31x31x31}', '{9x6x3,31x31x31}', holdout => '2025-06-01');
SELECT compare_suites('held', '{31x31x31}', '{9x6x3,31x31x31}', holdout => '2024-06-01', columns => '{"shipped_at": null}');

-- What cannot be split.
SELECT optimize_suite('held', 3, holdout => '2023-01-01', save => false);
SELECT optimize_suite('held', 3, holdout => '2025-06-01', save => false);
SELECT optimize_suite('held', 3, holdout => '2024-09-01', columns => '{"shipped_at": null}', save => false);
CREATE VIEW held_twice AS SELECT *, shipped_at AS purchased_at FROM held;
SELECT optimize_suite('held_twice', 3, holdout => '2024-09-01', save => false);
CREATE VIEW held_text AS SELECT id, shipped_at::text AS shipped_at, length_in, width_in, height_in FROM held;
SELECT optimize_suite('held_text', 3, holdout => '2024-09-01', save => false);

DELETE FROM packopt.suites;
DROP FUNCTION pg_temp.rows_of;
DROP VIEW held_expected, held_older, held_newer, held_twice, held_text;
DROP TABLE held, held_result, held_times, held_orders, held_order, held_comparison;
