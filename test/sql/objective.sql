-- Objectives by function: what a box costs, in a function of the user's.
\pset null '-'
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE SCHEMA costs;
CREATE TABLE demand AS SELECT packopt.set_units(profile(length_in, width_in, height_in), 'in') AS p FROM packopt.sample_shipments(3000);
CREATE FUNCTION pg_temp.p() RETURNS packopt.profile LANGUAGE sql AS $$ SELECT p FROM demand $$;

-- In SQL, in PL/pgSQL, in C (packopt.volume is one); strict or not.
CREATE FUNCTION costs.surface(packopt.box) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT AS
  $$ SELECT 2 * (packopt.length($1) * packopt.width($1) + packopt.length($1) * packopt.height($1) + packopt.width($1) * packopt.height($1)) $$;
CREATE FUNCTION costs.tariff(b packopt.box) RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
  -- by girth, in steps; not monotone: cubes are cheap
  RETURN CASE WHEN packopt.length(b) = packopt.height(b) THEN 2 ELSE ceil((packopt.length(b) + 2 * (packopt.width(b) + packopt.height(b))) / 12) END;
END $$;
CREATE TABLE found AS SELECT ''::text AS name, s.* FROM optimize_suite(pg_temp.p(), 1, save => false) s LIMIT 0;
INSERT INTO found SELECT 'volume', s.* FROM optimize_suite(pg_temp.p(), 5, step => 2, name => 'volume') s;
INSERT INTO found SELECT 'C', s.* FROM optimize_suite(pg_temp.p(), 5, 'packopt.volume', step => 2, name => 'C') s;
INSERT INTO found SELECT 'surface', s.* FROM optimize_suite(pg_temp.p(), 5, 'costs.surface', step => 2, name => 'surface') s;
INSERT INTO found SELECT 'tariff', s.* FROM optimize_suite(pg_temp.p(), 5, 'costs.tariff', step => 3, name => 'tariff') s;
SET search_path = costs, public;
INSERT INTO found SELECT 'kept', s.* FROM optimize_suite(pg_temp.p(), 5, 'Surface', step => 2, name => 'kept', keep => '{12.3x9.1x4.7}') s;
RESET search_path;
SELECT name, objective FROM packopt.suites ORDER BY name;
-- volume() is the volume; another objective is another suite.
SELECT count(*) AS differences FROM (SELECT box, shipments, box_volume FROM found WHERE name = 'C' EXCEPT SELECT box, shipments, box_volume FROM found WHERE name = 'volume') s;
SELECT count(*) > 0 AS differ FROM (SELECT box FROM found WHERE name = 'surface' EXCEPT SELECT box FROM found WHERE name = 'volume') s;
SELECT count(*) AS kept FROM found WHERE name = 'kept' AND box = '12.3x9.1x4.7';
-- The stored cost is that of the rows; the bound and the gap are in its units.
CREATE FUNCTION pg_temp.cost(objective text, b packopt.box) RETURNS float8 LANGUAGE sql AS $$
  SELECT CASE objective WHEN 'costs.surface' THEN costs.surface(b) WHEN 'costs.tariff' THEN costs.tariff(b) ELSE packopt.volume(b) END $$;
SELECT s.name, sum(f.shipments) AS shipments, abs(sum(pg_temp.cost(s.objective, f.box) * f.shipments) / s.cost - 1) < 1e-9 AS cost, s.cost = s.box_volume AS is_volume,
  s.lower_bound <= s.cost AS bounded, s.gap BETWEEN 0 AND 0.2 AS near, abs(s.gap - greatest(0, 1 - s.lower_bound / s.cost)) < 1e-6 AS gap
FROM packopt.suites s JOIN found f USING (suite_id) GROUP BY s.suite_id ORDER BY s.name;
-- Each suite is the better one by its own objective.
SELECT a.objective, a.objective <> b.objective AS other, a.cost <= sum(pg_temp.cost(a.objective, f.box) * f.shipments) * (1 + 1e-9) AS better
FROM packopt.suites a, packopt.suites b JOIN found f USING (suite_id) WHERE (a.name, b.name) IN (('volume', 'surface'), ('surface', 'volume')) GROUP BY a.suite_id, b.suite_id ORDER BY 1;
-- The cheapest box takes the shipment, not the smallest.
CREATE FUNCTION costs.small_is_dear(b packopt.box) RETURNS float8 LANGUAGE sql AS $$ SELECT CASE WHEN packopt.length(b) < 10 THEN 5 ELSE 1 END $$;
SELECT box, shipments FROM optimize_suite((SELECT profile(l, 2, 1) FROM unnest('{4,4,4,12}'::int[]) l), 2, 'costs.small_is_dear', step => 1, keep => '{4x2x1,12x2x1}');
SELECT cost FROM packopt.suites WHERE objective = 'costs.small_is_dear';
-- Upright: the height comes last.
CREATE FUNCTION costs.by_height(b packopt.box) RETURNS float8 LANGUAGE sql AS $$ SELECT packopt.height(b) + packopt.volume(b) / 1e6 $$;
SELECT box FROM optimize_suite((SELECT profile(i) FROM unnest('{6x2x3 upright,8x7x1 upright}'::packopt.item[]) i), 2, 'costs.by_height', step => 1);

-- Together with constraints: every box is one to choose from, ships enough, and the stored cost is still that of the rows.
CREATE TABLE constrained AS SELECT s.* FROM optimize_suite(pg_temp.p(), 6, 'costs.surface', step => 2, max_ratio => 3, min_share => 0.05, current => '{14.3x10.1x6.1,31x25x17}', max_changes => 1) s;
SELECT bool_and(packopt.length(box) <= 3 * packopt.height(box)) AS ratio, count(*) FILTER (WHERE share >= 0.05) >= count(*) - 2 AS shares,
  count(*) FILTER (WHERE box IN ('14.3x10.1x6.1', '31x25x17')) >= 1 AS current, abs(sum(costs.surface(box) * c.shipments) / min(s.cost) - 1) < 1e-9 AS cost
FROM constrained c JOIN packopt.suites s USING (suite_id);
DROP TABLE constrained;

-- Asked once per candidate, and never for another box.
CREATE SEQUENCE costs.calls;
CREATE FUNCTION costs.counted(b packopt.box) RETURNS float8 LANGUAGE sql AS $$ SELECT nextval('costs.calls') * 0 + packopt.volume(b) $$;
SET packopt.effort = fast;
SELECT count(*) FROM optimize_suite(pg_temp.p(), 3, 'costs.counted', candidates => '{31x31x31,20x20x10,12x12x12,15x9x4,10x8x5}', keep => '{7x7x7}', name => 'counted');
SELECT last_value AS calls FROM costs.calls; -- 6 for the grid, 3 for the rows
CREATE FUNCTION costs.listed(b packopt.box) RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
  IF b <> ALL ('{31x31x31,20x20x10,12x12x12}') THEN RAISE 'asked for %', b; END IF;
  RETURN packopt.volume(b);
END $$;
SELECT count(*) FROM optimize_suite(pg_temp.p(), 2, 'costs.listed', candidates => '{31x31x31,20x20x10,12x12x12}');
RESET packopt.effort;

-- Costs that are none, named with their box; errors of the function's own.
CREATE FUNCTION costs.bad(b packopt.box) RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
  IF b = '4x2x1' THEN
    CASE current_setting('costs.bad')
      WHEN 'NULL' THEN RETURN NULL;
      WHEN 'raise' THEN RAISE 'no such board' USING ERRCODE = 'XX777', DETAIL = 'For 4x2x1.', HINT = 'Order some.';
      WHEN 'divide' THEN RETURN 1 / (packopt.length(b)::int - 4);
      ELSE RETURN current_setting('costs.bad')::float8;
    END CASE;
  END IF;
  RETURN packopt.volume(b);
END $$;
CREATE FUNCTION pg_temp.run() RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM optimize_suite((SELECT profile(l, 2, 1) FROM unnest('{4,5,12}'::int[]) l), 2, 'costs.bad', step => 1) $$;
SET costs.bad = 'NULL';
SELECT pg_temp.run();
SET costs.bad = 'NaN';
SELECT pg_temp.run();
SET costs.bad = 'Infinity';
SELECT pg_temp.run();
SET costs.bad = '-0.5';
SELECT pg_temp.run();
SET costs.bad = '1e200';
SELECT pg_temp.run();
SET costs.bad = 'raise';
SELECT pg_temp.run();
\echo :LAST_ERROR_SQLSTATE
SET costs.bad = 'divide';
SELECT pg_temp.run();
SET costs.bad = '0';
SELECT pg_temp.run();
DO $$ BEGIN PERFORM set_config('costs.bad', 'raise', false); PERFORM pg_temp.run(); EXCEPTION WHEN SQLSTATE 'XX777' THEN PERFORM set_config('costs.bad', '1', false); END $$;
SELECT pg_temp.run();
-- A function that optimizes in turn.
CREATE FUNCTION costs.nested(b packopt.box) RETURNS float8 LANGUAGE sql AS $$
  SELECT packopt.volume(b) + (SELECT sum(s.box_volume) FROM optimize_suite((SELECT profile(3, 2, 1)), 1, save => false) s) $$;
SELECT box FROM optimize_suite((SELECT profile(l, 2, 1) FROM unnest('{4,5}'::int[]) l), 1, 'costs.nested', step => 1);

-- Names that are none.
SELECT count(*) FROM optimize_suite(pg_temp.p(), 2, 'no_such_cost');
SELECT count(*) FROM optimize_suite(pg_temp.p(), 2, 'nowhere.volume');
SELECT count(*) FROM optimize_suite(pg_temp.p(), 2, 'volume of the box');
SELECT count(*) FROM optimize_suite(pg_temp.p(), 2, '');
SELECT count(*) FROM optimize_suite(pg_temp.p(), 2, 'surface');
SELECT count(*) FROM optimize_suite(pg_temp.p(), 2, 'pg_catalog.sqrt');
SELECT count(*) FROM optimize_suite('no_such_table', 2, 'no_such_cost');
CREATE FUNCTION costs.whole(packopt.box) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION costs.many(packopt.box) RETURNS SETOF float8 LANGUAGE sql AS $$ SELECT 1.0::float8 $$;
SELECT count(*) FROM optimize_suite(pg_temp.p(), 2, 'costs.whole');
SELECT count(*) FROM optimize_suite(pg_temp.p(), 2, 'costs.many');

-- The caller's rights count.
CREATE ROLE regress_packopt_cost;
GRANT SELECT ON demand TO regress_packopt_cost;
REVOKE ALL ON FUNCTION costs.tariff(packopt.box) FROM PUBLIC;
SET ROLE regress_packopt_cost;
SELECT count(*) FROM optimize_suite((SELECT p FROM demand), 2, 'costs.surface', step => 5);
RESET ROLE;
GRANT USAGE ON SCHEMA costs TO regress_packopt_cost;
SET ROLE regress_packopt_cost;
SELECT count(*) FROM optimize_suite((SELECT p FROM demand), 2, 'costs.surface', step => 5);
SELECT count(*) FROM optimize_suite((SELECT p FROM demand), 2, 'costs.tariff', step => 5);
RESET ROLE;

DELETE FROM packopt.suites;
DROP SCHEMA costs CASCADE;
DROP TABLE demand, found;
DROP ROLE regress_packopt_cost;
