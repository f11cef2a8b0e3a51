-- check_shipments(): how a relation is read, and what is wrong with its data.
\pset null '-'
\pset format unaligned

-- Everything that can be wrong, some of it several times. 1 g per cubic centimetre is right for water.
CREATE TABLE history (order_id int, seller text, "Product_Length_CM" numeric, product_width_cm numeric, product_height_cm numeric, weight_g real,
  qty numeric, this_side_up bool, created_at timestamptz, shipped_on date, note text);
INSERT INTO history SELECT n, 's', 10, 5 + n % 5, 2, 100 + n, 1, false, '2024-01-01', CASE WHEN n > 20 THEN date '2024-01-02' END, 'x'
FROM generate_series(1, 80) n;
INSERT INTO history (order_id, seller, "Product_Length_CM", product_width_cm, product_height_cm, weight_g, qty) VALUES
  (101, 's', NULL, 1, 1, 1, 1), (102, 's', NULL, NULL, 1, 1, 1), (103, 's', 0, 1, 1, 1, 1), (104, 's', 1, -2, 0, 1, 1), (105, 's', 1, 1, -3, 1, 1),
  (106, 's', 'NaN', 1, 1, 1, 1), (107, 's', 20000.1, 1, 1, 20000, 1), (108, 's', 1000.1, 1, 1, 1000, 1), (109, 's', 1000, 1, 1, 1000, 1),
  (110, 's', 10, 10, 10, 25000, 1), (111, 's', 10, 10, 10, 25001, 1), (112, 's', 10, 10, 10, 5, 1), (113, 's', 10, 10, 10, 4.9, 1), (114, 's', 1, 1, 1, NULL, 1),
  (115, 's', 1, 1, 1, 0, 1), (116, 's', 1, 1, 1, -1, 1), (117, 's', 1, 1, 1, 1, 0), (118, 's', 1, 1, 1, 1, NULL), (119, 's', 1, 1, 1, 1, 1.5),
  (NULL, 's', 1, 1, 1, 1, 1), (1, 's', 1, 1, 1, 1, 1);
CREATE FUNCTION pg_temp.findings(shipments text, columns jsonb DEFAULT '{}', length_unit text DEFAULT NULL, weight_unit text DEFAULT NULL)
RETURNS TABLE (finding text, severity text, column_name text, unit text, rows bigint, share numeric, example text, explanation text) LANGUAGE sql AS $$
  SELECT finding, severity, column_name, unit, rows, round(share::numeric, 4), example, explanation
  FROM check_shipments(shipments, columns, length_unit, weight_unit)
$$;
SELECT * FROM pg_temp.findings('history');

-- Counts agree with a count by hand.
SELECT f.finding, f.column_name, f.rows = CASE f.finding
    WHEN 'null_dimension' THEN count(*) FILTER (WHERE v IS NULL) WHEN 'zero_dimension' THEN count(*) FILTER (WHERE v = 0)
    WHEN 'negative_dimension' THEN count(*) FILTER (WHERE v < 0) WHEN 'not_finite' THEN count(*) FILTER (WHERE v = 'NaN')
    WHEN 'too_large' THEN count(*) FILTER (WHERE v > 20000 AND v < 'NaN') WHEN 'oversized' THEN count(*) FILTER (WHERE v > 1000 AND v < 'NaN') END AS right,
  f.share * count(*) = f.rows AS share
FROM check_shipments('history') f, history h, LATERAL (SELECT (row_to_json(h) ->> f.column_name)::numeric AS v) x
WHERE f.finding ~ 'dimension|finite|large|oversized' GROUP BY f.finding, f.column_name, f.rows, f.share ORDER BY 1, 2;

-- The fullest time column is used, and named; the argument columns has the last word.
SELECT column_name FROM check_shipments('history') WHERE finding = 'column: shipped_at';
SELECT column_name FROM check_shipments('history', '{"shipped_at": "shipped_on"}') WHERE finding = 'column: shipped_at';
SELECT count(*) AS ignored FROM check_shipments('history', '{"shipped_at": null}') WHERE finding = 'column: shipped_at';
SELECT finding, column_name, rows, explanation FROM check_shipments('history', '{"shipment": ["order_id", "seller"], "weight": null}') WHERE finding ~ 'shipment';
SELECT finding, rows, explanation FROM check_shipments('history', '{"shipment": null}') WHERE finding ~ 'shipment';

-- Where each unit comes from.
CREATE TABLE plain (length int, width int, height int, weight int);
INSERT INTO plain SELECT 10, 5, 4, 3 FROM generate_series(1, 3);
SELECT * FROM pg_temp.findings('plain');
SELECT finding, unit, explanation FROM check_shipments('plain', length_unit => 'mm', weight_unit => 'oz') WHERE finding IN ('column: length', 'column: weight');
SET packopt.length_unit = 'cm';
SET packopt.weight_unit = 'kg';
-- 3 kg in 10 x 5 x 4 cm are 15 g per cubic centimetre, in 10 x 5 x 4 mm 15,000.
SELECT * FROM pg_temp.findings('plain') WHERE finding ~ 'weight|dense|light';
SELECT * FROM pg_temp.findings('plain', length_unit => 'mm') WHERE finding ~ 'weight|dense|light';
SELECT * FROM pg_temp.findings('plain', length_unit => 'in', weight_unit => 'g') WHERE finding ~ 'weight|dense|light';
RESET packopt.length_unit;
RESET packopt.weight_unit;

-- Views have no places of rows: the sizes name the example.
CREATE VIEW a_view AS SELECT NULLIF(length, 10) AS length, width, height FROM plain;
SELECT finding, rows, example FROM check_shipments('a_view') WHERE severity = 'error';
INSERT INTO plain VALUES (0, 1, 1, 1);
SELECT finding, rows, example FROM check_shipments('plain') WHERE severity = 'error';

-- Nothing to check, and nothing usable.
TRUNCATE plain;
SELECT * FROM pg_temp.findings('plain');
SELECT * FROM pg_temp.findings('plain', '{"weight": null}') WHERE finding !~ 'column:';
INSERT INTO plain VALUES (NULL, NULL, NULL, NULL), (1, NULL, 1, 1);
SELECT * FROM pg_temp.findings('plain') WHERE finding !~ 'column:';
SELECT * FROM pg_temp.findings('plain', '{"weight": null}') WHERE finding !~ 'column:';

-- No number makes it fail.
CREATE TABLE wild AS SELECT l AS length, w AS width, 1::float8 AS height, g AS weight
FROM unnest('{1e-300,1,1e300,Infinity,-Infinity,NaN,NULL}'::float8[]) l, unnest('{1e-300,1e300,NaN}'::float8[]) w, unnest('{1e-300,1e300,Infinity,NaN}'::float8[]) g;
SELECT finding, column_name, rows FROM check_shipments('wild') WHERE severity <> 'info';

-- Its numbers are those of the profile.
SET client_min_messages = error;
SELECT packopt.shipments(p) + packopt.left_out_shipments(p) =
  (SELECT rows FROM check_shipments('history') WHERE finding = 'shipments') + (SELECT rows FROM check_shipments('history') WHERE finding = 'null_shipment') AS same
FROM profile_shipments('history') p;
SELECT count(*) FROM check_shipments('no_such_table');
SELECT count(*) FROM check_shipments('plain', '{"length": "len"}');
SELECT count(*) FROM check_shipments(NULL);
DROP TABLE history, plain, wild CASCADE;
