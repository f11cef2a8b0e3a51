-- Stored suites: what optimize_suite() keeps, and who sees it.
\pset null '-'
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE TABLE history AS SELECT n AS id, n % 13 + 1.5 AS length_cm, n % 7 + 1 AS width_cm, NULLIF(n % 5, 4) AS height_cm FROM generate_series(1, 1000) n;
ALTER SEQUENCE packopt.suites_suite_id_seq RESTART 100;

-- Every row names the suite, so that the next call can.
CREATE TABLE result AS SELECT * FROM optimize_suite('history', 4, padding => 0.5, max_box => '12x10x10');
SELECT min(suite_id), max(suite_id), count(box) AS boxes, sum(shipments) FILTER (WHERE box IS NULL) > 0 AS some_unboxed FROM result;
SELECT suite_id, name, owner = current_user AS own, created_at = now() OR created_at < now() AS dated, source, objective, length_unit, suite_size, options,
  candidates > 10 AS candidates, left_out FROM packopt.suites;
SELECT s.shipments = r.shipments AS shipments, s.unboxed = r.unboxed AS unboxed, s.shipments + s.unboxed + s.left_out = 1000 AS all_rows,
  abs(s.box_volume / r.box_volume - 1) < 1e-9 AS box_volume, abs(s.content_volume / r.content_volume - 1) < 1e-9 AS content_volume
FROM packopt.suites s, (SELECT sum(shipments) FILTER (WHERE box IS NOT NULL) AS shipments, sum(shipments) FILTER (WHERE box IS NULL) AS unboxed,
  sum(box_volume) AS box_volume, sum(content_volume) FILTER (WHERE box IS NOT NULL) AS content_volume FROM result) r;
SELECT count(*) AS differences FROM (SELECT box::text, shipments, box_volume, content_volume FROM result WHERE box IS NOT NULL
  EXCEPT SELECT box::text, shipments, box_volume, content_volume FROM packopt.suite_boxes WHERE suite_id = 100) s;
SELECT box_no, row_number() OVER (ORDER BY box) AS by_volume FROM packopt.suite_boxes ORDER BY box_no;

-- suite_boxes(id) is what the other functions take.
SELECT suite_boxes(100) = (SELECT array_agg(box ORDER BY box) FROM result WHERE box IS NOT NULL) AS same, suite_boxes(99) IS NULL AS none, suite_boxes(NULL) IS NULL AS null_id;
SELECT count(*) AS differences FROM (SELECT box, shipments, box_volume, content_volume FROM result
  EXCEPT SELECT box, shipments, box_volume, content_volume FROM evaluate_suite('history', suite_boxes(100), 0.5)) s;
SELECT box = ANY (suite_boxes(100)) AS kept FROM optimize_suite('history', 5, keep => suite_boxes(100), save => false) WHERE box = ANY (suite_boxes(100)) LIMIT 1;

-- Named, from a profile, not kept.
SELECT DISTINCT suite_id FROM optimize_suite('history', 2, name => 'two boxes');
SELECT DISTINCT suite_id FROM optimize_suite(profile_shipments('history'), 3);
SELECT DISTINCT suite_id FROM optimize_suite((SELECT profile(1, 2, 3)), 1, name => 'one "box"', steps => '1x0.5x0.25');
SELECT DISTINCT suite_id FROM optimize_suite('history', 2, save => false);
SELECT suite_id, name, source, length_unit, suite_size, options FROM packopt.suites ORDER BY suite_id;

-- In read-only transactions nothing is stored, and nothing fails.
BEGIN READ ONLY;
SELECT DISTINCT suite_id FROM optimize_suite('history', 2);
COMMIT;
BEGIN;
SELECT DISTINCT suite_id FROM optimize_suite('history', 2);
ROLLBACK;
CREATE TABLE kept AS SELECT * FROM optimize_suite('history', 2);
INSERT INTO kept SELECT * FROM optimize_suite('history', 3);
SELECT count(DISTINCT suite_id) AS ids, count(*) FROM kept;
DO $$ BEGIN PERFORM optimize_suite('history', 2); RAISE EXCEPTION 'x'; EXCEPTION WHEN raise_exception THEN END $$;
SELECT count(*) FROM packopt.suites;

-- One suite per group, in one statement.
CREATE TABLE p AS SELECT id % 3 AS site, profile(length_cm, width_cm, height_cm) AS p FROM history GROUP BY 1;
SELECT site, count(*) AS boxes, sum(s.shipments) AS shipments, count(DISTINCT suite_id) AS ids FROM p, LATERAL optimize_suite(p.p, 3) s GROUP BY site ORDER BY site;

-- Deleting a suite deletes its boxes.
DELETE FROM packopt.suites WHERE suite_id > 102;
SELECT suite_id, count(*) FROM packopt.suite_boxes GROUP BY suite_id ORDER BY suite_id;

-- Everybody keeps suites, and sees those of the roles they belong to.
CREATE ROLE regress_packopt_a;
CREATE ROLE regress_packopt_b;
CREATE ROLE regress_packopt_team;
GRANT regress_packopt_team TO regress_packopt_a;
GRANT SELECT ON history TO regress_packopt_a, regress_packopt_b, regress_packopt_team;
ALTER SEQUENCE packopt.suites_suite_id_seq RESTART 200;
SET ROLE regress_packopt_team;
SELECT DISTINCT suite_id FROM optimize_suite('history', 2, name => 'of the team');
SET ROLE regress_packopt_b;
SELECT DISTINCT suite_id FROM optimize_suite('history', 2, name => 'of b');
SELECT suite_id, name, owner FROM packopt.suites;
SELECT suite_id, count(*) FROM packopt.suite_boxes GROUP BY suite_id;
SELECT suite_boxes(200) IS NULL AS hidden, suite_boxes(100) IS NULL AS hidden, cardinality(suite_boxes(201)) AS own;
WITH d AS (DELETE FROM packopt.suites WHERE suite_id = 200 RETURNING 1) SELECT count(*) AS deleted FROM d;
WITH d AS (DELETE FROM packopt.suite_boxes WHERE suite_id = 200 RETURNING 1) SELECT count(*) AS deleted FROM d;
WITH u AS (UPDATE packopt.suites SET name = 'taken' WHERE suite_id = 200 RETURNING 1) SELECT count(*) AS updated FROM u;
INSERT INTO packopt.suites (name, owner, source, objective, suite_size) VALUES ('forged', 'regress_packopt_team', 'x', 'volume', 1);
UPDATE packopt.suites SET owner = 'regress_packopt_team' WHERE suite_id = 201;
INSERT INTO packopt.suite_boxes (suite_id, box_no, box) VALUES (200, 9, '1x1x1');
SET ROLE regress_packopt_a;
SELECT DISTINCT suite_id FROM optimize_suite('history', 2, name => 'of a');
SELECT suite_id, name, owner FROM packopt.suites ORDER BY suite_id;
SELECT suite_boxes(200) IS NOT NULL AS of_the_team, suite_boxes(201) IS NULL AS of_b;
RESET ROLE;
SELECT count(*) AS seen_by_superuser FROM packopt.suites WHERE suite_id >= 200;

-- A suite outlives its role.
REVOKE ALL ON history FROM regress_packopt_a, regress_packopt_b, regress_packopt_team;
DROP ROLE regress_packopt_b;
SET ROLE regress_packopt_a;
SELECT suite_id FROM packopt.suites ORDER BY suite_id;
RESET ROLE;
DROP ROLE regress_packopt_a, regress_packopt_team;
SELECT suite_id, owner FROM packopt.suites WHERE suite_id >= 200 ORDER BY suite_id;
DELETE FROM packopt.suites;
SELECT count(*) FROM packopt.suite_boxes;
DROP TABLE history, result, kept, p;
