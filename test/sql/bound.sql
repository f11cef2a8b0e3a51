-- Every suite comes with a proof of how good it is.
SET client_min_messages = error;
CREATE TEMP TABLE p AS SELECT packopt.set_units(profile(length_in, width_in, height_in), 'in') AS p FROM packopt.sample_shipments(3000);

-- The bound lies below the suite, near it, and below every other suite of the size.
CREATE TEMP TABLE found AS SELECT n, o.* FROM generate_series(1, 9, 4) n, p, LATERAL optimize_suite(p, n, step => 1.5) o;
SELECT n, count(*) = n AS boxes, bool_and(s.lower_bound <= s.box_volume) AS below, bool_and(s.gap BETWEEN 0 AND 0.05) AS near,
       bool_and(abs(s.gap - (1 - s.lower_bound / s.box_volume)) < 1e-6) AS gap
FROM found JOIN packopt.suites s USING (suite_id) GROUP BY n ORDER BY n;
SELECT count(*) AS cheaper FROM packopt.suites s, p, LATERAL (
  SELECT sum(e.box_volume) AS v FROM (SELECT array_agg(DISTINCT b) AS b FROM (
    SELECT '30x30x24'::packopt.box AS b UNION ALL (SELECT packopt.box(l, w, h) FROM generate_series(3, 30, 4.5) l, generate_series(3, 30, 4.5) w, generate_series(1.5, 12, 3) h
      WHERE l >= w AND w >= h ORDER BY md5(l::text || w || h || suite_id) LIMIT s.suite_size - 1)) c) x, evaluate_suite(p, x.b) e HAVING count(*) FILTER (WHERE e.box IS NULL) = 0) other
WHERE other.v < s.lower_bound;

-- Where all suites can be tried, the best is proved to be the best.
CREATE TEMP TABLE small AS SELECT profile(l, w, h) AS p FROM (VALUES (5, 4, 3), (6, 2, 2), (9, 3, 1), (4, 4, 4), (7, 5, 2), (3, 3, 1), (8, 6, 4), (5, 5, 1)) v(l, w, h);
CREATE TEMP TABLE boxes AS SELECT packopt.box(l, w, h) AS b FROM generate_series(3, 9) l, generate_series(2, 6) w, generate_series(1, 4) h WHERE l >= w AND w >= h;
SELECT count(*) > 1000 AS many, min(v) = (SELECT sum(box_volume) FROM small, optimize_suite(p, 3, step => 1, save => false)) AS best
FROM small, boxes x, boxes y, boxes z, LATERAL (SELECT sum(box_volume) AS v FROM evaluate_suite(p, ARRAY[x.b, y.b, z.b]) HAVING count(*) FILTER (WHERE box IS NULL) = 0) e
WHERE x.b < y.b AND y.b < z.b;
SELECT count(*) FROM small, optimize_suite(p, 3, step => 1, name => 'small');
SELECT gap = 0 AS optimal, abs(lower_bound - box_volume) <= 1e-6 * box_volume AS tight FROM packopt.suites WHERE name = 'small';

-- Kept boxes, a catalogue and shipments of several pieces are bounded likewise.
CREATE TEMP TABLE orders AS SELECT profile(items) AS p FROM (SELECT array_agg(packopt.item(length_in, width_in, height_in)) AS items
  FROM packopt.sample_shipments(1500) WHERE length_in > 0 AND width_in > 0 AND height_in > 0 GROUP BY row_no / 2) o;
SELECT count(*) FROM orders, optimize_suite(p, 4, step => 3, max_box => '45x30x30', name => 'orders');
SELECT count(*) FROM p, optimize_suite(p, 4, step => 3, keep => '{12x9x4}', name => 'keep');
SELECT count(*) FROM p, optimize_suite(p, 3, candidates => '{31x31x31,20x20x10,12x12x12,15x9x4,10x8x5}', name => 'catalogue');
SELECT name, lower_bound <= box_volume * (1 + 1e-12) AS below, gap < 0.08 AS near FROM packopt.suites WHERE name IN ('orders', 'keep', 'catalogue') ORDER BY name;

-- Effort: fast proves nothing; the suite of thorough is no worse.
SET packopt.effort = fast;
SELECT count(*) FROM p, optimize_suite(p, 5, step => 3, name => 'fast');
SET packopt.effort = thorough;
SELECT count(*) FROM p, optimize_suite(p, 5, step => 3, name => 'thorough');
SET packopt.effort = hasty;
RESET packopt.effort;
SELECT f.lower_bound IS NULL AND f.gap IS NULL AS unproved, t.box_volume <= f.box_volume AS no_worse FROM packopt.suites f, packopt.suites t WHERE f.name = 'fast' AND t.name = 'thorough';
DELETE FROM packopt.suites;
