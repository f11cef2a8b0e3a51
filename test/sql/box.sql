-- packopt.box: text form, constructors, accessors.
\pset null '(null)'

-- What an input function makes of a text: the value as it reads back, or the error.
CREATE FUNCTION pg_temp.reads(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
BEGIN
  IF input::packopt.box::text::packopt.box::text <> input::packopt.box::text THEN
    RETURN 'reads back differently';
  END IF;
  RETURN input::packopt.box;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RETURN SQLSTATE || ': ' || detail;
END $$;

-- Cartons have three lengths, in the order given, flat mailers two.
SELECT input, pg_temp.reads(input) FROM (VALUES
  ('12x9x4'), ('4x12x9'), ('10x13'), (' 12 X 9 * 4 '), (U&'12 \00D7 9\00D74'), (E'\n10\tx 13\f'), ('+1x01x1.'),
  ('.5x1e1'), ('20000x20000x20000'), ('0.00001x0.00001x0.00001'), ('0.00001x0.00001')) v(input);

-- Five decimals are exact; what lies behind them is rounded down, so that a box is never taken for larger.
SELECT input, pg_temp.reads(input) FROM (VALUES
  ('10.12345x0.1x1.10'), ('10.000019x5x2'), ('9.9999999999999999999999x5x2'), ('0.123459x0.12345999999'),
  ('0.0000099x1x1'), ('1x1x0.000009999'), ('1e-300x1'), ('20000.000001x1x1'), ('20000.000009x1')) v(input);

SELECT input, pg_temp.reads(input) FROM (VALUES
  (''), (' '), ('12'), ('12x'), ('x12x9'), ('12x9x'), ('12x9x4x1'), ('12xx9'), ('12 9 4'), ('12,9,4'), ('axb'), ('12x9x4in'),
  ('12x9x4 upright'), ('12x9;'), ('(12,9),(4,1)'), ('0x9x4'), ('12x0'), ('12x9x0'), ('-12x9x4'), ('12x9x-4'), ('NaNx1'),
  ('1xInfinity'), ('1e400x1x1'), ('1x20000.00001x1'), ('1x1x20001'), ('20001x1'), ('1.2.3x1'), ('1e+x1')) v(input);

SELECT packopt.box(12, 9, 4)::text, '12x9x4'::text::packopt.box, NULL::text::packopt.box IS NULL AS null_text;

-- The literal's place is told.
SELECT '12x9y4'::packopt.box;
SELECT '12x9x0'::packopt.box;

-- From 16 on, bad input is a soft error.
CREATE FUNCTION pg_temp.is_soft(input text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
  valid bool := false;
BEGIN
  IF current_setting('server_version_num')::int >= 160000 THEN
    EXECUTE format('SELECT pg_input_is_valid(%L, %L)', input, 'packopt.box') INTO valid;
  END IF;
  RETURN NOT valid;
END $$;
SELECT bool_and(pg_temp.is_soft(input)) FROM (VALUES ('x'), ('1'), ('1x1x1x1'), ('0x1x1'), ('20001x1x1')) v(input);

-- Constructors round down, too.
SELECT packopt.box(12, 9, 4), packopt.box(10, 13), packopt.box(0.1, 0.7, 1.10), packopt.box(10.000019, 5.5::numeric, 2::smallint),
  packopt.box(0.3::float8 - 0.1::float8, 0.2, 1);
SELECT packopt.box(NULL, 9, 4) IS NULL AS carton, packopt.box(10, NULL) IS NULL AS mailer;
SELECT packopt.box(0, 9, 4);
SELECT packopt.box(12, -9, 4);
SELECT packopt.box(12, 9, 'NaN');
SELECT packopt.box(12, 9, 0.000001);
SELECT packopt.box('Infinity', 9);
SELECT packopt.box(20000.1, 9, 4);

SELECT packopt.length(b), packopt.width(b), packopt.height(b), packopt.volume(b)
FROM (VALUES ('12x9x4.5'::packopt.box), ('4.5x9x12'), ('0.1x0.1x0.1'), ('20000x20000x20000'), ('10x13')) v(b);

-- The core's geometric type of the same name is another one.
SELECT pg_typeof('(1,1),(0,0)'::box), pg_typeof('1x1x1'::packopt.box);
