-- Limits of time and memory, and what a search tells meanwhile.
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE TABLE demand AS SELECT packopt.set_units(profile(length_in, width_in, height_in), 'in') AS p FROM packopt.sample_shipments(5000);
CREATE FUNCTION pg_temp.p() RETURNS packopt.profile LANGUAGE sql AS $$ SELECT p FROM demand $$;

-- The time limit: a suite that holds everything, marked as stopped; none without a limit.
SET packopt.search_timeout = '1ms';
SELECT count(box) = count(*) AS all_held, sum(shipments) = (SELECT packopt.shipments(p) FROM demand) AS all_there, count(*) BETWEEN 1 AND 20 AS boxes
FROM optimize_suite(pg_temp.p(), 20, name => 'stopped');
SET packopt.search_timeout = 0;
SELECT count(*) FROM optimize_suite(pg_temp.p(), 3, step => 3, name => 'not stopped');
SELECT name, stopped_early, lower_bound IS NOT NULL AS bounded FROM packopt.suites ORDER BY name;
-- Of several calls each has its own time.
SET packopt.search_timeout = '1h';
SELECT count(*) FROM optimize_suite(pg_temp.p(), 3, step => 3, name => 'in time');
SELECT stopped_early FROM packopt.suites WHERE name = 'in time';
SET packopt.search_timeout = '1min';
SHOW packopt.search_timeout;
SET packopt.search_timeout = -1;
SET packopt.search_timeout = 'soon';
RESET packopt.search_timeout;
SELECT name, boot_val, unit, context FROM pg_settings WHERE name IN ('packopt.search_timeout', 'packopt.progress') ORDER BY name;

-- Less memory than all candidates take: the search goes coarse to fine. The same suite each time, nearly as good as with all the memory; nothing is proved.
SET packopt.effort = fast;
CREATE TABLE fine AS SELECT profile(n % 997 * 0.031 + 1, n % 991 * 0.029 + 1, n % 983 * 0.027 + 1) AS p FROM generate_series(1, 5000) n;
CREATE TABLE found AS SELECT 'all' AS name, s.* FROM fine, optimize_suite(p, 5, step => 0.3, name => 'all') s;
SET maintenance_work_mem = '1MB';
INSERT INTO found SELECT 'small', s.* FROM fine, optimize_suite(p, 5, step => 0.3, name => 'small') s;
INSERT INTO found SELECT 'again', s.* FROM fine, optimize_suite(p, 5, step => 0.3, name => 'again') s;
INSERT INTO found SELECT 'very fine', s.* FROM fine, optimize_suite(p, 5, step => 0.001, name => 'very fine') s;
INSERT INTO found SELECT 'finest', s.* FROM fine, optimize_suite(p, 5, step => 0.00001, name => 'finest') s;
INSERT INTO found SELECT 'limits', s.* FROM fine, optimize_suite(p, 5, step => 0.05, name => 'limits', keep => '{12.33x11.11x9.99}', max_box => '29.29x28.28x27.27', padding => 0.2) s;
RESET maintenance_work_mem;
SELECT s.name, s.cost <= 1.005 * a.cost AS as_good, s.candidates < a.candidates AS fewer, s.shipments + s.unboxed AS shipments, s.lower_bound IS NULL AS unproved
FROM packopt.suites s JOIN packopt.suites a ON a.name = 'all' WHERE s.name IN ('small', 'again', 'very fine', 'finest') ORDER BY s.name;
SELECT count(*) AS differences FROM (SELECT box, shipments, box_volume FROM found WHERE name = 'small' EXCEPT SELECT box, shipments, box_volume FROM found WHERE name = 'again') s;
SELECT name, bool_and(abs(v / 0.3 - round(v / 0.3)) < 1e-9) FILTER (WHERE name = 'small') AS on_step, count(DISTINCT box) AS boxes, bool_or(box = '12.33x11.11x9.99') AS kept, bool_and(box <@ '29.29x28.28x27.27') AS within
FROM found, unnest(ARRAY[length, width, height]) v WHERE name IN ('small', 'limits') GROUP BY name ORDER BY name;
RESET packopt.effort;

DELETE FROM packopt.suites;
DROP TABLE demand, fine, found;
