-- profile_shipments(): tables, views and other relations; rows and shipments; rights.
\pset null '(null)'
SET client_min_messages = error;

CREATE TABLE shipments (id int PRIMARY KEY, warehouse text, length numeric, width numeric, height numeric);
INSERT INTO shipments SELECT n, 'w' || n % 3, n % 17 + 1, n % 5 * 0.5 + 1, NULLIF(n % 11, 3) FROM generate_series(1, 1000) n;
SELECT profile_shipments('shipments') AS p \gset
SELECT packopt.set_units(profile(length, width, height), 'in') = :'p' AS as_aggregate, packopt.shipments(:'p'), packopt.left_out_shipments(:'p') FROM shipments;

-- The same rows by other ways.
CREATE VIEW a_view AS SELECT height AS item_height, width, length AS "Length" FROM shipments;
CREATE MATERIALIZED VIEW a_matview AS SELECT * FROM shipments;
CREATE TEMP TABLE a_temp AS SELECT * FROM shipments;
CREATE TABLE parts (height numeric, dropped int, length numeric, warehouse text, width numeric) PARTITION BY LIST (warehouse);
ALTER TABLE parts DROP COLUMN dropped;
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES IN ('w0');
CREATE TABLE parts_1 (width numeric, height numeric, warehouse text, length numeric);
ALTER TABLE parts ATTACH PARTITION parts_1 FOR VALUES IN ('w1');
CREATE TABLE parts_rest PARTITION OF parts DEFAULT PARTITION BY RANGE (length);
CREATE TABLE parts_rest_all PARTITION OF parts_rest DEFAULT;
INSERT INTO parts (height, length, warehouse, width) SELECT height, length, warehouse, width FROM shipments;
CREATE TABLE parent (length numeric, width numeric, height numeric);
CREATE TABLE child (n int) INHERITS (parent);
INSERT INTO parent SELECT length, width, height FROM shipments WHERE id <= 500;
INSERT INTO child SELECT length, width, height, 1 FROM shipments WHERE id > 500;
CREATE SCHEMA "Odd schema";
CREATE TABLE "Odd schema"."Table; of ""x""" AS SELECT * FROM shipments;
SELECT regexp_replace(name, '^[0-9]+$', 'its number') AS name, profile_shipments(name) = :'p' AS same FROM unnest(ARRAY['shipments', 'SHIPMENTS', 'public.shipments', 'a_view', 'a_matview',
  'a_temp', 'pg_temp.a_temp', 'parts', 'parent', '"Odd schema"."Table; of ""x"""', 'shipments'::regclass::oid::text]) name;
SELECT profile(profile_shipments(name)) = :'p' AS partitions_merge FROM unnest('{parts_0,parts_1,parts_rest}'::text[]) name;
SET search_path = "Odd schema", public;
SELECT profile_shipments('"Table; of ""x"""') = :'p' AS by_path;
RESET search_path;

-- Nothing else will do.
CREATE SEQUENCE a_sequence;
CREATE TYPE a_type AS (length int, width int, height int);
SELECT profile_shipments('no_such_table');
SELECT profile_shipments('no_such_schema.shipments');
SELECT profile_shipments('a_sequence');
SELECT profile_shipments('a_type');
SELECT profile_shipments('shipments_pkey');
SELECT profile_shipments('');
SELECT profile_shipments('-');
SELECT profile_shipments('99999999');
SELECT profile_shipments('shipments; DROP TABLE shipments');
SELECT profile_shipments(NULL);

-- An empty relation has an empty profile.
CREATE TABLE nothing (length_cm real, width_cm real, height_cm real, order_id int);
SELECT packopt.shipments(p), packopt.left_out_shipments(p), packopt.length_unit(p) FROM profile_shipments('nothing') p;

-- What is left out is told in one warning.
RESET client_min_messages;
SELECT packopt.shipments(profile_shipments('shipments'));
INSERT INTO nothing VALUES (NULL, 1, 1, 1), (0, 1, 1, 2), (-1, 1, 1, 3), ('NaN', 1, 1, 4), (30000, 1, 1, 5), (1, 1, 1, NULL), (1, 1, 1, NULL);
SELECT packopt.shipments(profile_shipments('nothing'));
SET client_min_messages = error;

-- Rows of one shipment are grouped; one that cannot be used spoils it, by the first reason in the order of the reasons.
CREATE TABLE lines (order_id int, seller_id text, length int, width int, height int, quantity int);
INSERT INTO lines VALUES (1, 'a', 1, 2, 3, 1), (2, 'a', 3, 2, 1, 1), (2, 'b', 3, 2, 1, 1), (3, 'a', NULL, 1, 1, 1), (3, 'a', -1, 1, 1, 1),
  (4, 'a', -1, 0, 1, 1), (4, 'a', 1, 1, 1, 1), (5, 'a', 1, 1, 1, 0), (NULL, 'a', 1, 1, 1, 1), (NULL, 'b', NULL, 1, 1, 1), (6, NULL, 1, 1, 1, 1);
CREATE FUNCTION pg_temp.counts(relation text, columns jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws(', ', packopt.shipments(p) || ' shipments', (SELECT string_agg(reason || ' ' || shipments, ', ') FROM packopt.left_out(p)))
  FROM profile_shipments(relation, columns) p
$$;
SELECT columns, pg_temp.counts('lines', columns) FROM (VALUES ('{"shipment": ["order_id", "seller_id"]}'::jsonb), ('{"shipment": ["seller_id", "order_id"]}'),
  ('{"shipment": null, "quantity": null}'), ('{"shipment": null}'), ('{"shipment": ["order_id", "seller_id"], "quantity": null}')) v(columns);

-- Where an index tells that each row is a shipment, rows need no grouping; the result is the same.
CREATE TABLE unique_lines AS SELECT n AS order_id, n % 7 AS part, n % 9 + 1 AS length, n % 4 AS width, 3 AS height FROM generate_series(1, 300) n;
CREATE FUNCTION pg_temp.grouping(columns jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
  SELECT explanation FROM check_shipments('unique_lines', columns) WHERE finding = 'shipments'
$$;
SELECT profile_shipments('unique_lines') AS p \gset
SELECT pg_temp.grouping() AS no_index;
CREATE UNIQUE INDEX u ON unique_lines (order_id);
SELECT pg_temp.grouping() AS nullable;
ALTER TABLE unique_lines ALTER order_id SET NOT NULL;
SELECT pg_temp.grouping() AS unique_not_null, profile_shipments('unique_lines') = :'p' AS same;
SELECT pg_temp.grouping('{"shipment": "part"}') AS other_column, pg_temp.grouping('{"shipment": null}') AS no_column;
ALTER TABLE unique_lines ALTER part SET NOT NULL;
SELECT pg_temp.grouping('{"shipment": ["part", "order_id"]}') AS index_on_some;
DROP INDEX u;
CREATE UNIQUE INDEX u ON unique_lines (order_id) WHERE part < 10;
SELECT pg_temp.grouping() AS partial;
DROP INDEX u;
CREATE UNIQUE INDEX u ON unique_lines ((order_id + 0));
SELECT pg_temp.grouping() AS expression;
DROP INDEX u;
CREATE UNIQUE INDEX u ON unique_lines (order_id, part);
SELECT pg_temp.grouping() AS wider_index, pg_temp.grouping('{"shipment": ["part", "order_id"]}') AS both_columns;
ALTER TABLE unique_lines ADD UNIQUE (order_id) DEFERRABLE INITIALLY DEFERRED;
SELECT pg_temp.grouping() AS deferrable;
CREATE TABLE more_lines () INHERITS (unique_lines);
CREATE UNIQUE INDEX v ON unique_lines (order_id) INCLUDE (part);
INSERT INTO more_lines VALUES (1, 1, 1, 1, 3);
SELECT pg_temp.grouping() AS inherited;
DROP TABLE more_lines;
SELECT profile_shipments('unique_lines') = :'p' AS same;

-- Rights and row security are the caller's.
\set SHOW_CONTEXT never
CREATE ROLE regress_packopt_a;
CREATE ROLE regress_packopt_b;
CREATE TABLE secret AS SELECT 'regress_packopt_' || chr(97 + n % 3) AS owner, n AS length, n AS width, n AS height, n AS margin FROM generate_series(0, 30) n;
SET ROLE regress_packopt_a;
SELECT profile_shipments('secret');
SELECT count(*) FROM check_shipments('secret');
SELECT count(*) FROM optimize_suite('secret', 2);
SELECT count(*) FROM evaluate_suite('secret', '{50x50x50}');
RESET ROLE;
GRANT SELECT (length, width) ON secret TO regress_packopt_a;
SET ROLE regress_packopt_a;
SELECT profile_shipments('secret');
RESET ROLE;
GRANT SELECT (height) ON secret TO regress_packopt_a;
SET ROLE regress_packopt_a;
SELECT packopt.shipments(profile_shipments('secret')) AS needed_columns;
SELECT finding, rows, example FROM check_shipments('secret') WHERE finding !~ 'column:';
SELECT count(*) FROM optimize_suite('secret', 2, save => false);
RESET ROLE;
GRANT SELECT ON secret TO regress_packopt_a, regress_packopt_b;
ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON secret USING (owner = current_user);
SET ROLE regress_packopt_a;
SELECT packopt.shipments(p), packopt.content_volume(p) = (SELECT sum(n ^ 3) FROM generate_series(1, 30) n WHERE n % 3 = 0) AS own_rows
FROM profile_shipments('secret') p;
SELECT rows FROM check_shipments('secret') WHERE finding = 'rows';
SELECT sum(shipments) FROM evaluate_suite('secret', '{50x50x50}');
SET row_security = off;
SELECT profile_shipments('secret');
RESET row_security;
RESET ROLE;
SELECT packopt.shipments(profile_shipments('secret')) AS the_owner_sees_all;

DROP TABLE shipments, parts, parent, child, nothing, lines, unique_lines, secret CASCADE;
DROP SEQUENCE a_sequence;
DROP TYPE a_type;
DROP SCHEMA "Odd schema" CASCADE;
DROP ROLE regress_packopt_a, regress_packopt_b;
