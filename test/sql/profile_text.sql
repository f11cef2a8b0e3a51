-- packopt.profile: text form, units.
\pset null '(null)'
\pset format unaligned
\pset tuples_only on

SELECT profile(l, w, h) FROM (VALUES (10, 5, 2), (2, 5, 10), (12.5, 8, NULL), (12.5, 8, 3.00001), (0, 1, 1), (0.5, 0, 1)) v(l, w, h);
SELECT packopt.set_units(profile(1, 2, 3), 'in', 'lb');
SELECT profile(1, 2, 3) FROM generate_series(1, 0);

-- Fields may be missing; space is free.
SELECT 'packopt-profile 1 :'::packopt.profile;
SELECT E' packopt-profile 1\n\tclasses=2   length_unit=cm: 1x1x1*5\n 2.50x1.0x1*9223372036854775800 '::packopt.profile;

-- Whatever does not hold together is an error.
CREATE FUNCTION pg_temp.error_of(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
BEGIN
  RETURN 'no error: ' || input::packopt.profile::text;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RETURN SQLSTATE || ': ' || replace(SQLERRM, 'invalid value for type packopt.profile: ', '') || ' ' || detail;
END $$;
SELECT input || ' -> ' || pg_temp.error_of(input) FROM (VALUES (''), ('profile'), ('packopt-profile'), ('packopt-profile 1'),
  ('packopt-profile 0 :'), ('packopt-profile 2 :'), ('packopt-profile 99999999999999999999 :'), ('packopt-profile x :')) v(input);
SELECT input || ' -> ' || pg_temp.error_of('packopt-profile 1 ' || input) FROM (VALUES
  ('colour=red :'), ('level :'), ('level= :'), ('level=-1 :'), ('level=21 :'), ('level=1.5 :'), ('length_unit=mile :'), ('length_unit=1 :'),
  ('weight_unit=stone :'), ('max_classes=99 :'), ('max_classes=1000001 :'), ('max_classes=99999999999 :'),
  ('left_out=boredom:1 :'), ('left_out=null_dimension :'), ('left_out=null_dimension:-1 :'), ('left_out=null_dimension:1, :'),
  ('left_out=null_dimension:9223372036854775808 :'), ('left_out=null_dimension:9223372036854775807,zero_dimension:1 :'),
  ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=1 :'),
  ('classes=-1 :'), ('classes=1 :'), ('classes=1000000 :'), ('classes=1000001 :'), ('classes=0 : 1x1x1*1'), ('classes=2 : 1x1x1*1'),
  ('classes=1 : 1x1x1*1 2x1x1*1'), ('classes=1 : 1x1x1'), ('classes=1 : 1x1*1111'), ('classes=1 : 1x1x1x1*1'), ('classes=1 : 1x1x1*1;'),
  ('classes=1 : 1x1x1*0 '), ('classes=1 : 1x1x1*-1'), ('classes=1 : 1x1x1*9223372036854775808'),
  ('classes=2 : 1x1x1*9223372036854775807 2x1x1*1'), ('classes=1 : 20000x20000x20000*9000000000000000000'),
  ('classes=1 : 1x2x3*1 '), ('classes=1 : 3x1x2*1 '), ('classes=1 : 0x0x0*1 '), ('classes=1 : 1x1x0*1 '), ('classes=1 : -1x1x1*1'),
  ('classes=1 : 20001x1x1*1'), ('classes=1 : NaNx1x1*1'), ('classes=2 : 2x1x1*1 1x1x1*1'), ('classes=2 : 1x1x1*1 1x1x1*1'),
  ('classes=1 : 1x1x1*1/1000000000000000'), ('level=1 classes=1 : 1x1x1*1'), ('level=1 classes=1 : 1x1x1*1/'),
  ('level=1 classes=1 : 1x1x1*1/0'), ('level=1 classes=1 : 1x1x1*1/-5'), ('level=1 classes=1 : 1x1x1*1/1000000000000001'),
  ('level=1 classes=1 : 1x1x1*1/99999999999999999999999999999999999999999'), ('level=5 classes=1 : 1.5x1x1*1/10'),
  ('level=1 classes=1 : 1.03125x1x1*1/10')) v(input);
SELECT n || ' classes -> ' || left(pg_temp.error_of(format('packopt-profile 1 max_classes=100 classes=%s :', n) ||
  (SELECT string_agg(format(' %sx1x1*1', i), '') FROM generate_series(1, n) i)), 60) FROM generate_series(100, 101) n;
SELECT pg_temp.error_of('packopt-profile 1 level=1 classes=1 : 1x1x1*1/1000000000000000');

-- The text form gives back what it shows, bit for bit.
CREATE TABLE profiles AS
SELECT 1 AS n, profile(n % 37 * 0.1 + 0.1, n % 41, n % 43 * 0.00001) AS p FROM generate_series(1, 3000) n
UNION ALL SELECT 2, packopt.coarsen(packopt.set_units(profile(n % 37 * 0.1 + 0.1, n % 41, n % 43 * 0.07), 'mm', 'g'), 100) FROM generate_series(1, 3000) n
UNION ALL SELECT 3, profile(n * 20, 20000, 20000) FROM generate_series(1, 3000) n;
SELECT n, packopt.classes(p) > 30, p::text::packopt.profile = p FROM profiles ORDER BY n;
SELECT count(*) FROM profiles, LATERAL (SELECT p::text AS t OFFSET 0) s,
  LATERAL (SELECT pg_temp.error_of(left(t, length(t) * cut / 100)) AS e FROM generate_series(0, 99) cut) e WHERE e !~ '^22P02: ';

-- Units: the unknown one merges with any, two known ones do not.
SELECT packopt.length_unit(p), packopt.weight_unit(p) FROM (SELECT profile(p) AS p FROM (VALUES
  ('packopt-profile 1 :'::packopt.profile), ('packopt-profile 1 length_unit=cm :'), ('packopt-profile 1 weight_unit=kg :'),
  ('packopt-profile 1 length_unit=cm weight_unit=unknown :')) v(p)) s;
\pset tuples_only off
SELECT profile(p) FROM (VALUES ('packopt-profile 1 length_unit=cm :'::packopt.profile), ('packopt-profile 1 length_unit=in :')) v(p);
SELECT profile(p) FROM (VALUES ('packopt-profile 1 weight_unit=kg :'::packopt.profile), ('packopt-profile 1 weight_unit=lb :')) v(p);
SELECT packopt.set_units(profile(1, 2, 3), 'CM', 'Oz') AS p, packopt.set_units(NULL, 'cm') IS NULL AS no_profile \gset
SELECT :'no_profile', packopt.set_units(:'p', 'cm') = :'p' AS again, packopt.set_units(:'p') = :'p' AS none;
SELECT packopt.set_units(:'p', 'mm');
SELECT packopt.set_units(:'p', NULL, 'g');
SELECT packopt.set_units(profile(1, 2, 3), 'furlong');
SELECT packopt.set_units(profile(1, 2, 3), 'unknown');
SELECT packopt.set_units(profile(1, 2, 3), weight_unit => 'stone');
DROP TABLE profiles;
