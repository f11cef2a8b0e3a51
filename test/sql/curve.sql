-- suite_curve(): what one more box is worth.
\pset null '-'
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE TABLE curved AS SELECT row_no, length_in, width_in, height_in, weight_lb FROM packopt.sample_shipments(3000, 11);
CREATE TABLE curve_profile AS SELECT profile_shipments('curved') AS p;
CREATE TABLE curve_rows AS SELECT c.* FROM curve_profile, LATERAL suite_curve(p, 7, step => 1) c;

-- Sizes in order, neither volumes nor bounds rise; the bounds lie below the volumes.
SELECT array_agg(suite_size) AS sizes FROM curve_rows;
SELECT bool_and(c.box_volume < b.box_volume) AS volume_falls, bool_and(c.lower_bound <= b.lower_bound) AS bound_falls, bool_and(c.utilization > b.utilization) AS utilization_grows,
  bool_and(abs(c.saving_vs_previous_pct - 100 * (1 - c.box_volume / b.box_volume)) < 1e-9) AS saving, count(*) AS pairs
FROM curve_rows c JOIN curve_rows b ON c.suite_size = b.suite_size + 1;
SELECT bool_and(lower_bound <= box_volume * (1 + 1e-12)) AS below, bool_and(gap BETWEEN 0 AND 0.08) AS near, bool_and(abs(gap - (1 - lower_bound / box_volume)) < 1e-6) AS gap,
  count(*) FILTER (WHERE saving_vs_previous_pct IS NULL) AS first_row FROM curve_rows;
-- The volumes are those of the boxes.
SELECT bool_and(cardinality(boxes) = suite_size) AS boxes, bool_and(abs(e.v / box_volume - 1) < 1e-12) AS volume, bool_and(abs(e.c / e.v / utilization - 1) < 1e-12) AS utilization, bool_and(e.all_held) AS all_held
FROM curve_profile, curve_rows, LATERAL (SELECT sum(x.box_volume) AS v, sum(x.content_volume) AS c, count(x.box) = count(*) AS all_held FROM evaluate_suite(p, boxes) x) e;
-- They are as good as those that optimize_suite finds, and nothing that it finds is below the bounds.
SELECT bool_and(c.box_volume <= o.v * 1.01) AS as_good, bool_and(c.lower_bound <= o.v * (1 + 1e-12)) AS bound FROM curve_profile, curve_rows c,
  LATERAL (SELECT sum(x.box_volume) AS v FROM optimize_suite(p, c.suite_size, step => 1, save => false) x) o WHERE c.suite_size IN (1, 2, 4, 7);
-- The same again, from the relation, and with workers.
SELECT count(*) AS differences FROM (SELECT * FROM suite_curve('curved', 7, step => 1) EXCEPT SELECT * FROM curve_rows) d;
SET packopt.max_workers = 0;
SELECT count(*) AS differences FROM curve_profile, LATERAL (SELECT * FROM suite_curve(p, 7, step => 1) EXCEPT SELECT * FROM curve_rows) d;
RESET packopt.max_workers;
SELECT count(*) || ' suites' AS stored FROM packopt.suites;

-- Where no further box helps, the volume stays, and is proved.
SELECT suite_size, box_volume, round(saving_vs_previous_pct::numeric, 3) AS saving_pct, gap, boxes FROM suite_curve((SELECT profile(l, 1, 1) FROM unnest('{1,1,1,5,9,9,10}'::int[]) l), 6, step => 1);
-- Sizes begin where the kept boxes leave room, and where the candidates hold what they can.
SELECT suite_size, box_volume, round(saving_vs_previous_pct::numeric, 3) AS saving_pct, boxes FROM suite_curve((SELECT profile(l, 1, 1) FROM unnest('{1,1,1,5,9,9,10}'::int[]) l), 4, step => 1, keep => '{6x1x1,7x7x7}');
SELECT suite_size, box_volume, round(saving_vs_previous_pct::numeric, 3) AS saving_pct, boxes FROM suite_curve((SELECT profile(l, w, 1) FROM (VALUES (4, 4), (9, 1), (2, 1)) v(l, w)), 4, candidates => '{9x1x1,4x4x1,2x1x1,3x1x1}');
-- Effort fast proves nothing.
SET packopt.effort = fast;
SELECT count(*) AS sizes, count(lower_bound) AS bounds, count(gap) AS gaps FROM curve_profile, suite_curve(p, 4, step => 2);

-- What one more box is worth.
SET client_min_messages = notice;
\set VERBOSITY terse
SELECT count(*) FROM suite_curve((SELECT profile(l, 1, 1) FROM unnest('{1,1,1,5,9,9,10}'::int[]) l), 6, step => 1);
SELECT count(*) FROM suite_curve((SELECT profile(l, 1, 1) FROM unnest('{1,1,1,5,9,9,10}'::int[]) l), 2, step => 1);
SELECT count(*) FROM suite_curve((SELECT profile(l, 1, 1) FROM unnest('{1,1,1,5,9,9,10}'::int[]) l), 6, step => 1, worth => 0.999);
SELECT count(*) FROM suite_curve((SELECT profile(l, w, 1) FROM (VALUES (4, 4), (9, 1), (2, 1)) v(l, w)), 4, candidates => '{9x1x1,4x4x1,2x1x1,3x1x1}');
SELECT count(*) FROM suite_curve((SELECT profile(l, 1, 1) FROM unnest('{1,1,1,5,9,9,10}'::int[]) l), 3, max_box => '9x1x1', step => 1);
\set VERBOSITY default
SET client_min_messages = warning;

-- Bad input.
SELECT suite_curve('curved', 0);
SELECT suite_curve('curved', 201);
SELECT suite_curve('curved', NULL);
SELECT suite_curve('curved', 5, worth => -0.1);
SELECT suite_curve('curved', 5, worth => 1);
SELECT suite_curve('curved', 5, worth => 'NaN');
SELECT suite_curve('curved', 5, worth => NULL);
SELECT suite_curve('curved', 2, keep => '{1x1x1,2x2x2,3x3x3}');
SELECT suite_curve((SELECT profile(l, w, 1) FROM (VALUES (4, 4), (9, 1), (2, 1)) v(l, w)), 1, candidates => '{9x1x1,4x4x1}');
SELECT suite_curve(NULL::packopt.profile, 3);
DROP TABLE curved, curve_profile, curve_rows;
