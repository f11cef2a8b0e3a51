-- optimize_suites(): a suite for every value of a column.
\pset null '-'
\set SHOW_CONTEXT never
SET client_min_messages = error;
SET packopt.effort = fast;
CREATE TABLE sited AS SELECT row_no AS id, NULLIF(warehouse, 'Reno') AS warehouse, length_in, width_in, height_in, weight_lb FROM packopt.sample_shipments(6000, 7);

-- Every site's rows are those of optimize_suite on its shipments alone.
CREATE TABLE sites_result AS SELECT row_number() OVER () AS n, s.* FROM optimize_suites('sited', 5, by => 'warehouse', step => 1, max_box => '25x20x15') s;
SELECT site, count(box) AS boxes, count(DISTINCT suite_id) AS suites FROM sites_result GROUP BY site ORDER BY min(n);
CREATE FUNCTION pg_temp.differences(which text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE OR REPLACE VIEW one_site AS SELECT * FROM sited WHERE warehouse IS NOT DISTINCT FROM %L', which);
  RETURN (WITH alone AS (SELECT box, length, width, height, shipments, share, box_volume, content_volume, utilization, air_per_shipment
            FROM optimize_suite('one_site', 5, step => 1, max_box => '25x20x15', save => false)),
    sited AS (SELECT box, length, width, height, shipments, share, box_volume, content_volume, utilization, air_per_shipment FROM sites_result WHERE site IS NOT DISTINCT FROM which)
    SELECT count(*) FROM ((TABLE alone EXCEPT TABLE sited) UNION ALL (TABLE sited EXCEPT TABLE alone)) d);
END $$;
SELECT site, pg_temp.differences(site) AS differences FROM (SELECT DISTINCT site FROM sites_result) s ORDER BY site;

-- The shared suite is that of all shipments; its volumes per site are those of evaluate_suite, and no less than the sites' own in all.
SELECT suite_boxes(max(shared_suite_id)) = (SELECT array_agg(box ORDER BY box) FROM optimize_suite('sited', 5, step => 1, max_box => '25x20x15', save => false) WHERE box IS NOT NULL) AS shared,
  count(DISTINCT shared_suite_id) AS suites FROM sites_result;
CREATE FUNCTION pg_temp.shared(which text) RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE OR REPLACE VIEW one_site AS SELECT * FROM sited WHERE warehouse IS NOT DISTINCT FROM %L', which);
  RETURN (SELECT sum(box_volume) FROM evaluate_suite('one_site', (SELECT suite_boxes(max(shared_suite_id)) FROM sites_result)));
END $$;
SELECT site, abs(max(shared_box_volume) / pg_temp.shared(site) - 1) < 1e-12 AND min(shared_box_volume) = max(shared_box_volume) AS same, sum(box_volume) <= max(shared_box_volume) * 1.001 AS own_is_less
FROM sites_result GROUP BY site ORDER BY site;

-- Stored by site.
SELECT name, options->>'by' AS by, options->'site' AS site, suite_size FROM packopt.suites ORDER BY suite_id;
SELECT count(DISTINCT suite_id) AS stored FROM optimize_suites('sited', 2, by => 'WAREHOUSE', step => 2, save => false);
SELECT count(*) FROM optimize_suites('sited', 2, by => 'warehouse', step => 2, name => 'spring');
SELECT name FROM packopt.suites WHERE name ~ '^spring' ORDER BY suite_id;

-- A column of another type, in order as text; one site only.
CREATE VIEW sited_numbers AS SELECT id % 3 + 9 AS number, 'all' AS everywhere, length_in, width_in, height_in FROM sited;
SELECT site, count(*) FROM optimize_suites('sited_numbers', 2, by => 'number', step => 2, save => false) GROUP BY site ORDER BY min(box_volume) IS NULL, site COLLATE "C";
SELECT DISTINCT site, abs(shared_box_volume / sum(box_volume) OVER () - 1) < 1e-12 AS same FROM optimize_suites('sited_numbers', 2, by => 'everywhere', step => 2, save => false);

-- Lines of a shipment that are of different sites are shipments of their own; sites without usable shipments get no suite.
SET client_min_messages = warning;
CREATE TABLE sited_orders (order_id int, site text, length_cm int, width_cm int, height_cm int);
INSERT INTO sited_orders VALUES (1, 'a', 4, 3, 2), (1, 'a', 4, 3, 2), (1, 'b', 4, 3, 2), (2, 'b', 5, 3, 2), (3, 'c', 0, 3, 2), (NULL, 'd', 1, 1, 1);
SELECT site, box, shipments, content_volume, shared_box_volume FROM optimize_suites('sited_orders', 1, by => 'site', step => 1, save => false);
-- Candidates may do for each site, but not for all together.
SELECT site, box, shipments, shared_box_volume FROM optimize_suites('sited_orders', 1, by => 'site', candidates => '{4x4x3,5x3x2}', save => false);
DELETE FROM sited_orders WHERE site IN ('a', 'b');
SELECT optimize_suites('sited_orders', 1, by => 'site');

-- Bad input.
SELECT optimize_suites('sited', 3, by => NULL);
SELECT optimize_suites('sited', 3, by => 'depot');
SELECT optimize_suites('sited', 3, by => 'id');
SELECT optimize_suites('sited', 3, by => 'warehouse', max_sites => 2);
SELECT optimize_suites('sited', 3, by => 'warehouse', max_sites => 0);
SELECT optimize_suites('sited', 0, by => 'warehouse');
\set SHOW_CONTEXT always
SELECT optimize_suites('sited', 1, by => 'warehouse', candidates => '{10x10x10,40x4x4}', save => false);
\set SHOW_CONTEXT never
SELECT optimize_suites('sited', 3, by => 'warehouse', keep => '{1x1x1,2x2x2,3x3x3,4x4x4}');

DELETE FROM packopt.suites;
DROP VIEW sited_numbers, one_site;
DROP TABLE sited, sites_result, sited_orders;
