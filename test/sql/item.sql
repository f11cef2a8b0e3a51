-- packopt.item: text form, constructors, accessors, order.
\pset null '(null)'

-- What an input function makes of a text: the value as it reads back, or the error.
CREATE FUNCTION pg_temp.reads(type regtype, input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  output text;
  again text;
  detail text;
BEGIN
  EXECUTE format('SELECT %L::%s::text', input, type) INTO output;
  EXECUTE format('SELECT %L::%s::text', output, type) INTO again;
  RETURN output || CASE WHEN again = output THEN '' ELSE ' reads back as ' || again END;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RETURN SQLSTATE || ': ' || detail;
END $$;

-- Spaces and separators are free.
SELECT input, pg_temp.reads('packopt.item', input) FROM (VALUES
  ('10x5x2'), ('10X5*2'), (' 10 x 5 x 2 '), (U&'10\00D75 \00D7 2'), (E'\t10x\n5x2\r'), ('2x5x10'),
  ('+1x01x1.'), ('.5x0.5x00.50'), ('1e1x5e0x0.2E+1'), ('1000e-2x1x1')) v(input);

-- Five decimals are exact; what lies behind them is rounded up.
SELECT input, pg_temp.reads('packopt.item', input) FROM (VALUES
  ('10.12345x0.1x1.10'), ('0.00001x0.00001x0.00001'), ('10.000001x5x2'), ('10.00000000000000000000000001x5x2'),
  ('0.000000001x1x1'), ('0.123451x0.123459x0.12345000000'), ('20000x20000x20000'), ('1e-300x1x1'),
  ('19999.999991x1x1')) v(input);

-- Handling and weight, in any order and case.
SELECT input, pg_temp.reads('packopt.item', input) FROM (VALUES
  ('1x2x3 upright'), ('1x2x3,fragile, FOLDABLE'), ('1x2x3 compressible foldable upright fragile'),
  ('1x2x3 upright upright'), ('1x2x3 weight=0.7'), ('1x2x3 Weight = 1.000001 upright'), ('1x2x3 weight=20000000'),
  ('1x2x3upright')) v(input);

-- Everything else is an error.
SELECT input, pg_temp.reads('packopt.item', input) FROM (VALUES
  (''), ('   '), ('10'), ('10x5'), ('10x5x'), ('x10x5x2'), ('10x5x2x1'), ('10xx5x2'), ('10 5 2'), ('10,5,2'),
  ('axbxc'), ('10x5x2cm'), ('10"x5"x2"'), ('(10,5,2)'), ('0x5x2'), ('10x0.0x2'), ('-1x5x2'), ('10x5x-0.5'),
  ('NaNx1x1'), ('Infinityx1x1'), ('1e400x1x1'), ('20000.00001x1x1'), ('20000.000001x1x1'), ('1e999999999999x1x1'),
  ('99999999999999999999999999999999999999999999x1x1'), ('1.2.3x1x1'), ('--1x1x1'), ('0x10x5x2'), ('1x1x1 -'),
  ('10x5x2 heavy'), ('10x5x2 upright=true'), ('10x5x2 up right'), ('10x5x2 weight'), ('10x5x2 weight=x'),
  ('10x5x2 weight=0'), ('10x5x2 weight=-1'), ('10x5x2 weight=20000001'), ('10x5x2 weight=1kg'), ('10x5x2;')) v(input);

SELECT pg_temp.reads('packopt.item', repeat('9', 10000) || 'x1x1') ~ '^22003' AS many_digits,
  pg_temp.reads('packopt.item', '1x1x0.' || repeat('0', 10000) || '1') AS far_digit,
  pg_temp.reads('packopt.item', '1x1x1' || repeat(' upright', 10000)) AS many_words;
SELECT packopt.item(1, 2, 3)::text, '1x2x3'::text::packopt.item, NULL::text::packopt.item IS NULL AS null_text;

-- From 16 on, bad input is a soft error.
CREATE FUNCTION pg_temp.is_soft(type text, input text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
  valid bool := false;
BEGIN
  IF current_setting('server_version_num')::int >= 160000 THEN
    EXECUTE format('SELECT pg_input_is_valid(%L, %L)', input, type) INTO valid;
  END IF;
  RETURN NOT valid;
END $$;
SELECT bool_and(pg_temp.is_soft('packopt.item', input)) FROM (VALUES
  ('x'), ('1x1'), ('0x1x1'), ('20001x1x1'), ('1x1x1 heavy'), ('1x1x1 weight'), ('1x1x1 weight=0')) v(input);

-- Constructors read a number as its shortest decimal text.
SELECT packopt.item(10, 5, 2), packopt.item(0.1, 0.7, 1.10), packopt.item(10.1::real, 5.7::real, 12345.67::real),
  packopt.item(10.000001::float8, 1, 1), packopt.item(10::numeric, 5.5::numeric, 1::smallint);
SELECT packopt.item(10, 5, 2, 0.7), packopt.item(10, 5, 2, upright => true, fragile => true, weight => 2.5),
  packopt.item(10, 5, 2, NULL, NULL, true, true), packopt.item(1::real, 1::real, 1::real, foldable => true);
SELECT packopt.item(NULL, 5, 2) IS NULL AS l, packopt.item(10, NULL, 2) IS NULL AS w,
  packopt.item(1::real, 1::real, NULL::real) IS NULL AS h;
SELECT packopt.item(0, 5, 2);
SELECT packopt.item(10, -5, 2);
SELECT packopt.item(10, 5, 'NaN');
SELECT packopt.item(10::real, 5::real, '-Infinity'::real);
SELECT packopt.item(20000.1, 5, 2);
SELECT packopt.item(10, 5, 2, 0);
SELECT packopt.item(10, 5, 2, 'Infinity');

SELECT packopt.length(i), packopt.width(i), packopt.height(i), packopt.volume(i), packopt.weight(i)
FROM (VALUES ('10x5x2.5 weight=0.7'::packopt.item), ('0.1x0.1x0.1'), ('20000x20000x20000 upright')) v(i);

-- Order: volume, then lengths, then handling, then weight; upright items keep their height.
SELECT i FROM unnest('{10x5x2,"10x5x2 weight=1","10x5x2 fragile",20x5x1,1x1x1,3x2x1 upright,1x2x3 upright,6x1x1}'::packopt.item[]) i
ORDER BY i;
SELECT a, b, a = b AS eq, a <> b AS ne, a < b AS lt, a <= b AS le, a > b AS gt, a >= b AS ge, sign(packopt.item_cmp(a, b)) AS cmp,
  (packopt.item_hash(a) = packopt.item_hash(b)) = (a = b) AS hash,
  (packopt.item_hash_extended(a, 7) = packopt.item_hash_extended(b, 7)) = (a = b) AS hash_extended
FROM (VALUES ('1x2x3'::packopt.item, '3x1x2'::packopt.item), ('1x2x3 upright', '2x1x3 upright'), ('1x2x3 upright', '1x3x2 upright'),
  ('1x2x3', '1x2x3 upright'), ('1x2x3', '1x2x3 weight=1'), ('1x2x3', '1x2x3.00001'), ('6x6x1', '9x4x1')) v(a, b);
SELECT count(DISTINCT i) FROM unnest('{1x2x3,3x2x1,2x1x3,"2x1x3 fragile"}'::packopt.item[]) i;
