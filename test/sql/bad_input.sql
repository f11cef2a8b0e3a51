-- Bad input: for each the SQLSTATE, a message that names the value, and what to do.
CREATE FUNCTION pg_temp.error_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
  hint text;
BEGIN
  EXECUTE statement;
  RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN concat_ws(E'\n  ', SQLSTATE || ': ' || SQLERRM, NULLIF(detail, ''), NULLIF(hint, ''));
END $$;
SET client_min_messages = error;
\pset format unaligned
\pset tuples_only on

CREATE TABLE good AS SELECT n % 9 + 1 AS length, n % 5 + 1 AS width, n % 3 + 1.25 AS height, n AS id FROM generate_series(1, 100) n;
CREATE TABLE empty (length int, width int, height int);
CREATE TABLE unusable AS SELECT 0 AS length, n AS width, -n AS height FROM generate_series(1, 10) n;
CREATE TABLE no_length AS SELECT 1 AS width, 1 AS height;
CREATE TABLE text_column AS SELECT '1'::text AS length, 1 AS width, 1 AS height;
CREATE TABLE secret AS SELECT * FROM good;
CREATE SEQUENCE a_sequence;
CREATE ROLE regress_packopt_nobody;

-- The shipments, with every function that takes them.
SELECT call || E'\n' || pg_temp.error_of('SELECT ' || call) FROM (SELECT format(f, quote_literal(t)) AS call FROM
  unnest('{no_such_table,a_sequence,no_length,text_column}'::text[]) WITH ORDINALITY t(t, n),
  unnest(ARRAY['profile_shipments(%s)', 'check_shipments(%s)', 'optimize_suite(%s, 3)', 'evaluate_suite(%s, ''{9x9x9}'')']) WITH ORDINALITY f(f, m) ORDER BY n, m) c;
SELECT call || E'\n' || pg_temp.error_of('SELECT ' || call) FROM unnest(ARRAY['optimize_suite(''empty'', 3)', 'optimize_suite(''unusable'', 3)',
  'optimize_suite((SELECT profile(1, 1, 1) WHERE false), 3)', 'optimize_suite((SELECT profile(0, 1, 1)), 3)', 'profile_shipments(''empty'')', 'evaluate_suite(''unusable'', ''{9x9x9}'')']) call;
SET ROLE regress_packopt_nobody;
SELECT call || E'\n' || pg_temp.error_of('SELECT ' || call) FROM unnest(ARRAY['profile_shipments(''secret'')', 'check_shipments(''secret'')', 'optimize_suite(''secret'', 3)',
  'evaluate_suite(''secret'', ''{9x9x9}'')', 'optimize_suite(''no_such_table'', 3)']) call;
RESET ROLE;

-- Arguments of optimize_suite, for a relation and for a profile alike.
CREATE FUNCTION pg_temp.both(arguments text) RETURNS text LANGUAGE sql AS $$
  SELECT arguments || E'\n' || CASE WHEN r = p THEN r ELSE format(E'relation %s\nprofile %s', r, p) END
  FROM pg_temp.error_of('SELECT optimize_suite(''good'', ' || arguments || ')') r,
    pg_temp.error_of('SELECT optimize_suite((SELECT packopt.set_units(profile(length, width, height), ''in'') FROM good), ' || arguments || ')') p
$$;
SELECT pg_temp.both(a) FROM unnest(ARRAY['0', '-1', '201', '2147483647', 'NULL', '3, objective => ''price''', '3, objective => ''''', '3, step => 0', '3, step => -0.5',
  '3, step => ''NaN''', '3, step => ''Infinity''', '3, step => 20001', '3, step => 1, steps => ''1x1x1''', '3, padding => -1', '3, padding => ''NaN''', '3, padding => 20001',
  '3, min_box => ''5x5x5'', max_box => ''4x9x9''', '3, max_box => ''1x1x1''', '3, padding => 50, max_box => ''20x20x20''',
  '2, keep => ''{1x1x1,2x2x2,3x3x3}''', '2, keep => ''{1x1x1,NULL}''', '3, candidates => ''{}''', '3, candidates => ''{NULL}''', '3, candidates => ''{1x1x1}''',
  '1, candidates => ''{9x1.25x5,9x5x2.25,8x5x3.25,9x4x3.25}''', '1, candidates => ''{9x5x2.25}'', keep => ''{9x4x3.25}''']) WITH ORDINALITY a(a, n) ORDER BY n;
SELECT a || E'\n' || pg_temp.error_of('SELECT optimize_suite(''good'', ' || a || ')') FROM unnest(ARRAY['3, columns => ''{"length": "depth"}''', '3, columns => ''{"depth": "length"}''',
  '3, columns => ''[]''', '3, length_unit => ''ell''', '3, weight_unit => ''stone''']) WITH ORDINALITY a(a, n) ORDER BY n;
-- NULL stands for the default.
SELECT pg_temp.both('3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, name => NULL, save => NULL');

-- Required arguments may not be NULL.
SELECT call || E'\n' || pg_temp.error_of('SELECT ' || call) FROM unnest(ARRAY['profile_shipments(NULL)', 'check_shipments(NULL)', 'optimize_suite(NULL::text, 3)',
  'optimize_suite(NULL::packopt.profile, 3)', 'evaluate_suite(NULL::text, ''{1x1x1}'')', 'evaluate_suite(NULL::packopt.profile, ''{1x1x1}'')', 'evaluate_suite(''good'', NULL)',
  'evaluate_suite(''good'', ''{}'')', 'evaluate_suite(''good'', ''{1x1x1,NULL}'')', 'evaluate_suite(''good'', ''{1x1x1,2x2x2,1x1x1}'')', 'evaluate_suite(''good'', ''{9x9x9}'', -0.1)',
  'packopt.set_units(NULL, ''ell'')', 'packopt.coarsen(NULL, 0)']) WITH ORDINALITY c(call, n) ORDER BY n;

-- What does not fit into memory however coarse the grid is: boxes to keep, a catalogue.
SET maintenance_work_mem = '1MB';
CREATE FUNCTION pg_temp.boxes(n int) RETURNS packopt.box[] LANGUAGE sql AS $$ SELECT array_agg(packopt.box(100 + i * 0.3, 60 + i * 0.2, 30 + i * 0.1)) FROM generate_series(1, n) i $$;
SELECT pg_temp.error_of($$SELECT optimize_suite('good', 200, keep => pg_temp.boxes(199))$$);
SELECT pg_temp.error_of($$SELECT optimize_suite('good', 2, candidates => pg_temp.boxes(250))$$);
RESET maintenance_work_mem;

-- Only the two that succeeded were stored.
SELECT count(*) || ' suites' FROM packopt.suites;
DELETE FROM packopt.suites;
DROP TABLE good, empty, unusable, no_length, text_column, secret;
DROP SEQUENCE a_sequence;
DROP ROLE regress_packopt_nobody;
