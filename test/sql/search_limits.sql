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

DELETE FROM packopt.suites;
DROP TABLE demand;
