-- profile_shipments(): which column plays which role, and in which unit.
\pset null '(null)'

-- Makes a table with the given columns and one row, and tells what is read of it, or the error.
CREATE FUNCTION pg_temp.reads(columns text, row_values text DEFAULT '1, 2, 3', map jsonb DEFAULT '{}', length_unit text DEFAULT NULL,
  weight_unit text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
  detail text;
  hint text;
BEGIN
  EXECUTE format('CREATE TABLE t (%s)', columns);
  EXECUTE format('INSERT INTO t VALUES (%s)', row_values);
  SELECT concat_ws(' ', (SELECT string_agg(boxes[1]::text, ' ') FROM packopt.profile_classes(p)),
    (SELECT string_agg(reason, ' ') FROM packopt.left_out(p)), packopt.length_unit(p), packopt.weight_unit(p))
  INTO result FROM profile_shipments('t', map, length_unit, weight_unit) p;
  DROP TABLE t;
  RETURN result;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN concat_ws(E'\n  ', SQLSTATE || ': ' || SQLERRM, NULLIF(detail, ''), NULLIF(hint, ''));
END $$;
\pset format unaligned
\pset tuples_only on
SET client_min_messages = error;

-- Names in any case, with prefixes and unit suffixes.
SELECT c || ' -> ' || pg_temp.reads(c) FROM (VALUES ('length int, width int, height int'), ('"LENGTH" int, "Width" int, "hEiGhT" int'),
  ('item_length int, item_width int, item_height int'), ('product_length int, product_width int, product_height int'),
  ('length_cm int, width_cm int, height_cm int'), ('"Length_IN" int, width_In int, "HEIGHT_in" int'),
  ('product_length_mm int, product_width_mm int, product_height_mm int'), ('length_cm int, width int, height int'),
  ('height_mm int, length int, product_width_mm int'), ('id int, length int, width int, height int, length_of_stay text')) v(c);
-- The plainest name wins; of several units none does.
SELECT c || ' -> ' || pg_temp.reads(c, '1, 2, 3, 4') FROM (VALUES ('length int, width int, height int, item_length int'),
  ('item_length int, width int, height int, length int'), ('product_length int, width int, height int, item_length int'),
  ('length_cm int, width_cm int, height_cm int, length_in int'), ('length_cm int, width_cm int, height_cm int, length int'),
  ('length int, width int, height int, "Length" int')) v(c);
SELECT pg_temp.reads('length_cm int, width_cm int, height_cm int, length_in int, width_in int, height_in int', '1, 2, 3, 4, 5, 6', '{}', 'in'),
  pg_temp.reads('length_in int, width_in int, height_in int, length_cm int, width_cm int, height_cm int', '1, 2, 3, 4, 5, 6', '{}', 'in');
-- Missing, or not a number.
SELECT c || ' -> ' || pg_temp.reads(c, r) FROM (VALUES ('len int, width int, height int', '1, 2, 3'), ('length int, height int', '1, 2'),
  ('length int, width int, depth int', '1, 2, 3'), ('length_ft int, width_ft int, height_ft int', '1, 2, 3'),
  ('length text, width int, height int', '1, 2, 3'), ('length int, width bool, height int', '1, true, 3'), ('a int', '1'),
  ('length int, width int, height int[]', '1, 2, ''{3}'''), ('length int, width int, height int, quantity text', '1, 2, 3, 4'),
  ('length int, width int, height int, weight date', '1, 2, 3, NULL'), ('length int, width int, height int, fragile int', '1, 2, 3, 1'),
  ('length int, width int, height int, shipped_at text', '1, 2, 3, 1')) v(c, r);

-- Units: suffixes, then the argument, then the setting; contradictions are errors.
SELECT pg_temp.reads('length int, width int, height int'), pg_temp.reads('length int, width int, height int', length_unit => 'MM'),
  pg_temp.reads('length_cm int, width_cm int, height_cm int', length_unit => 'cm');
SELECT pg_temp.reads('length_cm int, width_cm int, height_cm int', length_unit => 'in');
SELECT pg_temp.reads('length_cm int, width_in int, height int');
SELECT pg_temp.reads('length int, width int, height int', length_unit => 'ell');
SELECT pg_temp.reads('length int, width int, height int', weight_unit => 'stone');
SELECT c || ' -> ' || pg_temp.reads(c, '1, 2, 3, 4') FROM (VALUES ('length int, width int, height int, weight int'),
  ('length int, width int, height int, weight_g int'), ('length int, width int, height int, product_weight_kg int')) v(c);
SELECT pg_temp.reads('length int, width int, height int, weight int', '1, 2, 3, 4', weight_unit => 'oz'),
  pg_temp.reads('length int, width int, height int, weight_g int', '1, 2, 3, 4', weight_unit => 'lb');
SET packopt.length_unit = 'cm';
SET packopt.weight_unit = 'kg';
SELECT pg_temp.reads('length int, width int, height int, weight int', '1, 2, 3, 4'), pg_temp.reads('length_mm int, width int, height int');
RESET packopt.length_unit;
RESET packopt.weight_unit;
SET packopt.length_unit = 'mile';

-- The argument columns.
SELECT m || ' -> ' || pg_temp.reads('len_cm int, w int, "H" int, width int, length int, height int, n int', '1, 2, 3, 4, 5, 6, 7', m::jsonb) FROM (VALUES
  ('{}'), ('{"length": "len_cm"}'), ('{"length": "len_cm", "width": "w", "height": "H"}'), ('{"Height": "h", "WIDTH": "W"}'),
  ('{"length": "w", "width": "w", "height": "w"}'), ('{"quantity": null}'), ('{"shipment": "n"}'), ('{"shipment": ["n", "w"]}'),
  ('{"length": null}'), ('{"length": "lenght"}'), ('{"lenght": "len_cm"}'), ('{"length": ["len_cm"]}'), ('{"quantity": ["n", "w"]}'),
  ('{"shipment": []}'), ('{"shipment": ["n", null]}'), ('{"shipment": ["n", 1]}'), ('{"shipment": [["n"]]}'), ('{"length": 1}'), ('{"length": true}'), ('{"length": {}}'),
  ('{"length": {"length": "len_cm"}}'), ('{"": "n"}'), ('[]'), ('["len_cm"]'), ('"len_cm"'), ('null'), ('1')) v(m);
SELECT pg_temp.reads('a int, b int, c int, quantity text', '1, 2, 3, 4', '{"length": "a", "width": "b", "height": "c", "quantity": null}'),
  pg_temp.reads('"we""ird" int, "select" int, "a b" int', '1, 2, 3', '{"length": "we\"ird", "width": "select", "height": "a b"}');
SELECT pg_temp.reads('length int, width int, height int', '1, 2, 3', NULL);
SELECT pg_temp.reads('length int, width int, height int, q numeric', '1, 2, 3, 1.0', '{"quantity": "q"}');

-- Every number type, alone and mixed, gives the same profile; reals count as their shortest decimal.
SELECT t || ' -> ' || pg_temp.reads(format('length %s, width %s, height %s', t, t, t), '10, 5, 2') FROM
  unnest('{smallint,int,bigint,numeric,"numeric(6,2)",real,double precision}'::text[]) t;
CREATE DOMAIN inches AS numeric CHECK (value > 0);
SELECT c || ' -> ' || pg_temp.reads(c, '10.1, 5.7, 2.3') FROM (VALUES ('length numeric, width numeric, height numeric'),
  ('length real, width real, height real'), ('length float, width float, height float'), ('length real, width float, height numeric'),
  ('length numeric, width real, height real'), ('length inches, width inches, height inches'), ('length inches, width real, height int')) v(c);
SELECT pg_temp.reads('length numeric, width int, height int', '''NaN'', 1, 1'), pg_temp.reads('length float, width int, height int', '''Infinity'', 1, 1'),
  pg_temp.reads('length real, width real, height real', '-1, 1, 1'), pg_temp.reads('length int, width int, height int', '0, 1, 1'),
  pg_temp.reads('length bigint, width int, height int', '9223372036854775807, 1, 1'), pg_temp.reads('length int, width int, height int', 'NULL, 1, 1'),
  pg_temp.reads('length int, width int, height int, quantity int', '1, 1, 1, 0');
DROP DOMAIN inches;
