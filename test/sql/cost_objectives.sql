-- Objectives board, billed_weight and cost: what is stored equals a computation from the raw rows in plain SQL.
\pset null '-'
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE SCHEMA priced;
SET search_path = priced, public;
CREATE TABLE history AS SELECT row_no AS shipment_id, length_in, width_in, height_in, CASE WHEN row_no % 17 <> 0 THEN weight_lb END AS weight_lb FROM packopt.sample_shipments(3000, 5);
CREATE TABLE raw AS SELECT shipment_id, d[3] AS x, d[2] AS y, d[1] AS z, length_in::numeric * width_in::numeric * height_in::numeric AS content, coalesce(ceil(weight_lb::numeric), 0) AS weight
FROM history, LATERAL (SELECT array_agg(v::numeric ORDER BY v) AS d FROM unnest(ARRAY[length_in, width_in, height_in]) v) o WHERE length_in > 0 AND width_in > 0 AND height_in > 0;

CREATE TABLE wanted (name text, objective text, grade text, board numeric, weight numeric, fill numeric, divisor numeric);
INSERT INTO wanted VALUES ('board', 'board', 'C', 0, 0, 0, 139), ('heavy board', 'board', 'BC', 0, 0, 0, 139), ('billed', 'billed_weight', 'C', 0, 1, 0, 139), ('other divisor', 'billed_weight', 'BC', 0, 1, 0, 166),
  ('all prices', 'cost', 'C', 0.6, 0.45, 0.0004, 139), ('board price', 'cost', 'B', 0.7, 0, 0, 139), ('weight price', 'cost', 'C', 0, 2, 0, 139), ('fill price', 'cost', 'C', 0, 0, 0.001, 139),
  ('from a profile', 'cost', 'C', 0.6, 0.45, 0.0004, 139);
CREATE TABLE found AS SELECT ''::text AS name, s.* FROM optimize_suite('history', 1, step => 4, save => false) s LIMIT 0;
CREATE TABLE p AS SELECT profile_shipments('history', weight_step => 1) AS p;
SELECT count(*) AS runs FROM wanted, LATERAL (SELECT count(*) FROM optimize_suite('history', 5, objective, step => 2, name => wanted.name, board_grade => grade, dim_divisor => divisor::float8,
  board_price => CASE objective WHEN 'cost' THEN board::float8 END, weight_price => CASE objective WHEN 'cost' THEN weight::float8 END, fill_price => CASE objective WHEN 'cost' THEN fill::float8 END)) s
WHERE name <> 'from a profile';
SELECT count(*) AS rows FROM optimize_suite((SELECT p FROM p), 5, 'cost', step => 2, name => 'from a profile', board_price => 0.6, weight_price => 0.45, fill_price => 0.0004);

-- Every shipment in the box that costs it least, the smaller one of equals.
CREATE TABLE boxes AS SELECT s.name, b.box, b.shipments, packopt.volume(b.box)::numeric AS volume, d[3] AS x, d[2] AS y, d[1] AS z,
    CASE w.objective WHEN 'board' THEN packopt.board_mass(b.box, grade, 'in')::numeric ELSE board * packopt.board_area(b.box, grade, 'in')::numeric END AS base,
    CASE WHEN w.objective <> 'board' THEN weight * ceil(packopt.volume(packopt.outer_box(b.box, grade, 'in'))::numeric / divisor) ELSE 0 END AS billed, weight AS price, fill
  FROM packopt.suites s JOIN packopt.suite_boxes b USING (suite_id) JOIN wanted w USING (name), LATERAL (SELECT array_agg(v::numeric ORDER BY v) AS d FROM unnest(ARRAY[packopt.length(b.box), packopt.width(b.box), packopt.height(b.box)]) v) o;
CREATE TABLE shipped AS SELECT DISTINCT ON (b.name, r.shipment_id) b.name, r.shipment_id, b.box, base + greatest(billed, price * weight) + fill * (volume - content) AS cost
  FROM boxes b JOIN raw r ON r.x <= b.x AND r.y <= b.y AND r.z <= b.z ORDER BY b.name, r.shipment_id, round(base + greatest(billed, price * weight) + fill * (volume - content), 9), b.box;
SELECT s.name, s.objective, count(*) = s.shipments AND s.unboxed = 0 AS shipments, abs(sum(h.cost) / s.cost - 1) < 1e-9 AS cost,
  s.lower_bound <= s.cost AS bounded, abs(s.gap - (1 - s.lower_bound / s.cost)) < 1e-6 AS gap
FROM packopt.suites s JOIN shipped h USING (name) GROUP BY s.suite_id ORDER BY s.name;
-- Rows tell how many shipments go into each box, and so do the stored boxes.
SELECT count(*) AS different FROM (SELECT name, box, count(*) AS n FROM shipped GROUP BY name, box) h FULL JOIN (SELECT * FROM boxes WHERE shipments > 0) b USING (name, box) WHERE n IS DISTINCT FROM b.shipments;
-- A relation and its profile give the same; what was asked for is stored.
SELECT count(DISTINCT cost) AS costs FROM packopt.suites WHERE name IN ('all prices', 'from a profile');
SELECT name, options FROM packopt.suites ORDER BY name;

-- Each suite is the best one by its own objective.
CREATE FUNCTION pg_temp.price(suite text, wanted_name text) RETURNS numeric LANGUAGE sql AS $$
  SELECT sum(cost) FROM (SELECT min(base + greatest(billed, weight * r.billed_weight) + fill * (packopt.volume(box)::numeric - content)) AS cost
    FROM (SELECT shipment_id, x, y, z, content, raw.weight AS billed_weight FROM raw) r
    JOIN (SELECT b.box, b.x, b.y, b.z, w.fill, w.weight, CASE w.objective WHEN 'board' THEN packopt.board_mass(b.box, grade, 'in')::numeric ELSE board * packopt.board_area(b.box, grade, 'in')::numeric END AS base,
        w.weight * ceil(packopt.volume(packopt.outer_box(b.box, grade, 'in'))::numeric / divisor) AS billed FROM boxes b, wanted w WHERE b.name = suite AND w.name = wanted_name) b
      ON r.x <= b.x AND r.y <= b.y AND r.z <= b.z GROUP BY shipment_id) s $$;
SELECT w.name, bool_and(pg_temp.price(w.name, w.name) <= pg_temp.price(o.name, w.name) * (1 + 1e-9)) AS best
FROM wanted w, wanted o WHERE o.objective <> w.objective AND w.name IN ('board', 'billed', 'all prices') AND o.name IN ('board', 'billed', 'all prices') GROUP BY w.name ORDER BY w.name;

-- A void-fill price alone is the volume, but for a factor and the contents.
SELECT bool_and(f.box IS NOT DISTINCT FROM v.box) AS same FROM (SELECT box, row_number() OVER (ORDER BY box) AS i FROM boxes WHERE name = 'fill price') f
FULL JOIN (SELECT box, row_number() OVER (ORDER BY box) AS i FROM optimize_suite('history', 5, step => 2, save => false)) v USING (i);

-- Heavy shipments: no box is billed more than they are, and a fifth of a tonne is a matter of weight alone.
CREATE TABLE heavy AS SELECT g AS shipment_id, 1 + g % 7 AS length_in, 2 AS width_in, 1 + g % 3 AS height_in, 400 AS weight_lb FROM generate_series(1, 40) g;
SELECT sum(shipments) AS shipments FROM optimize_suite('heavy', 1, 'billed_weight', name => 'heavy');
SELECT cost, lower_bound <= cost AS bounded FROM packopt.suites WHERE name = 'heavy';

-- More different weights than the search keeps apart: the bound is one still.
CREATE TABLE many AS SELECT g AS shipment_id, 3 + g % 11 AS length_in, 2 + g % 5 AS width_in, 1 + g % 4 AS height_in, 1 + g * 7 % 83 * 0.12 AS weight_lb FROM generate_series(1, 500) g;
SELECT sum(shipments) AS shipments FROM optimize_suite('many', 3, 'billed_weight', step => 1, dim_divisor => 7, name => 'many');
SELECT lower_bound <= cost AS bounded, gap >= 0 AS gap FROM packopt.suites WHERE name = 'many';

-- The limit on weight applies first; weights are kept by the steps of both.
SELECT sum(shipments) = (SELECT count(*) FROM history WHERE least(length_in, width_in, height_in) > 0 AND coalesce(weight_lb, 0) <= 2.5) AS light
FROM optimize_suite('history', 3, 'billed_weight', step => 2, max_weight => 2.5, save => false);

-- Settings are defaults of the arguments.
SET packopt.board_price = 0.6;
SET packopt.weight_price = 0.45;
SET packopt.fill_price = 0.0004;
SELECT count(*) FROM optimize_suite('history', 5, 'cost', step => 2, name => 'settings');
SELECT count(DISTINCT cost) AS costs FROM packopt.suites WHERE name IN ('all prices', 'settings');
-- The curve, which has no arguments for prices, goes by the settings.
SELECT count(*) AS sizes, bool_and(lower_bound <= cost * (1 + 1e-9)) AS bounded, bool_and(gap >= 0) AS gaps,
       bool_and(cost <= lag) AS falling
FROM (SELECT *, lag(cost, 1, 'Infinity') OVER (ORDER BY suite_size) FROM suite_curve('history', 4, 'cost', step => 4)) AS c;
RESET packopt.board_price;
RESET packopt.weight_price;
RESET packopt.fill_price;

-- Bad input.
SET client_min_messages = warning;
SELECT * FROM optimize_suite('history', 5, 'cost');
SELECT * FROM optimize_suite('history', 5, 'cost', board_price => 0, weight_price => 0, fill_price => 0);
SELECT * FROM optimize_suite('history', 5, 'cost', board_price => -1);
SELECT * FROM optimize_suite('history', 5, 'cost', weight_price => 'NaN');
SELECT * FROM optimize_suite('history', 5, 'cost', fill_price => 'Infinity');
SELECT * FROM optimize_suite('history', 5, 'board', board_price => 1);
SELECT * FROM optimize_suite('history', 5, weight_price => 1);
SELECT * FROM optimize_suite('history', 5, 'board', board_grade => 'Z');
SELECT * FROM optimize_suite('history', 5, 'billed_weight', dim_divisor => 0);
SELECT * FROM optimize_suite('history', 5, 'billed_weight', dim_divisor => 'NaN');
SELECT * FROM optimize_suite('history', 5, 'Board');
SET packopt.board_price = -1;
ALTER TABLE history DROP COLUMN weight_lb;
SELECT * FROM optimize_suite('history', 5, 'billed_weight');
SELECT * FROM optimize_suite('history', 5, 'cost', weight_price => 1);
SELECT * FROM optimize_suite((SELECT profile_shipments('history')), 5, 'billed_weight');
SET client_min_messages = error;
SELECT count(*) AS rows FROM optimize_suite('history', 5, 'cost', step => 4, board_price => 1, save => false);
DROP SCHEMA priced CASCADE;
DELETE FROM packopt.suites;
