-- Constraints of optimize_suite(): max_ratio, current with max_changes, min_share, alone and together.
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
-- Enough for what has to hold of every suite; the proof is asked for further below.
SET packopt.effort = fast;
\pset null '-'

CREATE TABLE history AS SELECT length_in, width_in, height_in FROM packopt.sample_shipments(5000, 3);
CREATE TABLE profiled AS SELECT profile_shipments('history') AS p;
CREATE FUNCTION pg_temp.p() RETURNS packopt.profile LANGUAGE sql AS $$ SELECT p FROM profiled $$;
-- Boxes of today: some on the grid of half inches, some off it.
CREATE FUNCTION pg_temp.today() RETURNS packopt.box[] LANGUAGE sql IMMUTABLE AS $$
  SELECT '{9.25x6.75x3.1,11.3x8.9x4.2,12x9x6,16.1x12.2x6.3,20x16x10,31x31x31}'::packopt.box[]
$$;
CREATE FUNCTION pg_temp.ratio(b packopt.box) RETURNS float8 LANGUAGE sql AS $$
  SELECT max(v) / min(v) FROM unnest(ARRAY[packopt.length(b), packopt.width(b), packopt.height(b)]) v
$$;
CREATE TABLE result AS SELECT ''::text AS name, s.* FROM optimize_suite(pg_temp.p(), 1, save => false) s LIMIT 0;
-- What has to hold of every result: as many boxes of today as have to stay, shares, all shipments held, and what evaluate_suite says.
CREATE FUNCTION pg_temp.total(which text) RETURNS float8 LANGUAGE sql AS $$ SELECT sum(box_volume) FROM result WHERE name = which $$;
CREATE FUNCTION pg_temp.today_in(which text) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM result WHERE name = which AND box = ANY (pg_temp.today()) $$;
CREATE FUNCTION pg_temp.unlike_evaluated(which text) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM (SELECT box, shipments, share FROM result WHERE name = which
    EXCEPT SELECT box, shipments, share FROM evaluate_suite(pg_temp.p(), (SELECT array_agg(box) FROM result WHERE name = which AND box IS NOT NULL))) s
$$;
INSERT INTO result SELECT 'plain', s.* FROM optimize_suite(pg_temp.p(), 6, step => 1, save => false) s;

-- max_ratio: obeyed by all boxes but those to keep; nothing is lost; less of it costs more.
INSERT INTO result SELECT 'ratio ' || r, s.* FROM unnest('{1,1.5,2.5,4.33333}'::float8[]) r, optimize_suite(pg_temp.p(), 6, max_ratio => r, save => false) s;
INSERT INTO result SELECT 'ratio and keep', s.* FROM optimize_suite(pg_temp.p(), 6, max_ratio => 1.5, keep => '{20x5x1}', save => false) s;
INSERT INTO result SELECT 'ratio and steps', s.* FROM optimize_suite(pg_temp.p(), 6, max_ratio => 1.25, steps => '3x2x0.7', padding => 0.2, save => false) s;
INSERT INTO result SELECT 'ratio and max_box', s.* FROM optimize_suite(pg_temp.p(), 6, max_ratio => 2, max_box => '25x20x9', save => false) s;
INSERT INTO result SELECT 'ratio of a catalogue', s.* FROM optimize_suite(pg_temp.p(), 3, max_ratio => 2, candidates => '{30x20x2,12x9x6,20x16x10,31x31x31,16x8x8}', save => false) s;
SELECT name, count(box) AS boxes, bool_and(pg_temp.ratio(box) <= coalesce(substring(name FROM '[0-9.]+')::float8, CASE name WHEN 'ratio and keep' THEN 1.5 WHEN 'ratio and steps' THEN 1.25 ELSE 2 END))
    FILTER (WHERE box <> '20x5x1') AS obeyed,
  sum(shipments) = packopt.shipments(pg_temp.p()) AS complete, count(*) - count(box) AS rows_without_box, count(*) FILTER (WHERE box = '20x5x1') AS kept
FROM result WHERE name ~ 'ratio' GROUP BY name ORDER BY name;
SELECT bool_and(total < previous) AS more_costs_less FROM (SELECT total, lag(total) OVER (ORDER BY name) AS previous
  FROM (SELECT name, pg_temp.total(name) AS total FROM result WHERE name ~ '^ratio [0-9]' GROUP BY name) s) t;
-- A thin thing gets a box that is as thick as the ratio asks for, rounded up to the step.
SELECT box, shipments FROM optimize_suite((SELECT profile(30, 20, 1)), 1, max_ratio => 4, save => false);
SELECT box, shipments FROM optimize_suite((SELECT profile(30, 20, 1)), 1, max_ratio => 2.9, step => 3, save => false);
SELECT box, shipments FROM optimize_suite((SELECT profile(ARRAY[packopt.item(2, 2, 30, upright => true)])), 1, max_ratio => 3, save => false);
SELECT pg_temp.error_of($$SELECT optimize_suite((SELECT profile(30, 20, 1)), 1, max_ratio => 4, max_box => '30x25x7', save => false)$$) AS no_box;

-- current with max_changes: so many of today's boxes are in the suite, the more may leave the less it costs.
INSERT INTO result SELECT 'changes ' || m, s.* FROM generate_series(0, 6) m, optimize_suite(pg_temp.p(), 6, current => pg_temp.today(), max_changes => m, step => 1, save => false) s;
INSERT INTO result SELECT 'changes any', s.* FROM optimize_suite(pg_temp.p(), 6, current => pg_temp.today(), step => 1, save => false) s;
INSERT INTO result SELECT 'changes 1 of 8', s.* FROM optimize_suite(pg_temp.p(), 8, current => pg_temp.today(), max_changes => 1, step => 1, save => false) s;
INSERT INTO result SELECT 'changes 4 of 3', s.* FROM optimize_suite(pg_temp.p(), 3, current => pg_temp.today(), max_changes => 4, step => 1, save => false) s;
INSERT INTO result SELECT 'changes 2 and keep', s.* FROM optimize_suite(pg_temp.p(), 6, current => pg_temp.today(), max_changes => 2, keep => '{12x9x6,10x10x10}', step => 1, save => false) s;
INSERT INTO result SELECT 'changes 2 and candidates', s.* FROM optimize_suite(pg_temp.p(), 6, current => pg_temp.today(), max_changes => 2, candidates => '{8x6x4,14x10x6,32x32x32}', step => 1, save => false) s;
SELECT name, count(box) AS boxes, pg_temp.today_in(name) >= 6 - substring(name FROM '[0-9]')::int AS enough_of_today, sum(shipments) = packopt.shipments(pg_temp.p()) AS complete,
  count(*) - count(box) AS rows_without_box FROM result WHERE name ~ 'changes [0-9]' GROUP BY name ORDER BY name;
SELECT bool_and(total <= previous) AS more_changes_cost_no_more, count(DISTINCT total) >= 5 AS most_of_them_less FROM (SELECT total, lag(total) OVER (ORDER BY name) AS previous
  FROM (SELECT name, pg_temp.total(name) AS total FROM result WHERE name ~ '^changes [0-9]$' GROUP BY name) s) t;
SELECT pg_temp.total('changes 6') = pg_temp.total('changes any') AS all_may_change_is_any, pg_temp.total('changes any') <= pg_temp.total('plain') * 1.001 AS current_only_adds;
SELECT count(*) AS unchanged FROM result WHERE name = 'changes 0' AND box = ANY (pg_temp.today());
SELECT pg_temp.today_in('changes 2 and keep') AS today, bool_or(box = '12x9x6') AND bool_or(box = '10x10x10') AS kept FROM result WHERE name = 'changes 2 and keep';
-- A box of today that ships nothing stays where it must.
SELECT box, shipments FROM optimize_suite((SELECT profile(4, 3, 2)), 2, current => '{1x1x1,2x1x1,9x9x9}', max_changes => 2, step => 1, save => false);
SELECT box, shipments FROM optimize_suite((SELECT profile(4, 3, 2)), 3, current => '{1x1x1,2x1x1}', max_changes => 1, keep => '{8x8x8}', step => 1, save => false);

-- min_share: every box ships as much, unless it is needed.
INSERT INTO result SELECT 'share ' || m, s.* FROM unnest('{0,0.02,0.1,0.3}'::float8[]) m, optimize_suite(pg_temp.p(), 8, min_share => m, step => 1, save => false) s;
INSERT INTO result SELECT 'share 0.1 and keep', s.* FROM optimize_suite(pg_temp.p(), 6, min_share => 0.1, keep => '{2x2x2}', step => 1, save => false) s;
INSERT INTO result SELECT 'share 0.1 and changes', s.* FROM optimize_suite(pg_temp.p(), 6, min_share => 0.1, current => pg_temp.today(), max_changes => 3, step => 1, save => false) s;
INSERT INTO result SELECT 'share 0.1 of a catalogue', s.* FROM optimize_suite(pg_temp.p(), 6, min_share => 0.1,
  candidates => '{8x6x4,9x9x9,10x8x6,12x9x4,14x10x6,18x14x8,24x18x12,30x24x18,31x31x31,13x13x2}', step => 1, save => false) s;
-- A box that ships less than the share alone holds something: without it more shipments are left over.
CREATE FUNCTION pg_temp.needed(which text, b packopt.box) RETURNS bool LANGUAGE sql AS $$
  SELECT count(*) > count(e.box) FROM evaluate_suite(pg_temp.p(), (SELECT array_agg(box) FROM result WHERE name = which AND box <> b)) e
$$;
SELECT name, count(box) > 1 AS several, bool_and(share >= substring(name FROM '[0-9.]+')::float8 OR box = '2x2x2' OR pg_temp.needed(name, box)
    OR (name ~ 'changes' AND box = ANY (pg_temp.today()) AND pg_temp.today_in(name) = 3)) AS obeyed,
  sum(shipments) = packopt.shipments(pg_temp.p()) AS complete, count(*) - count(box) AS rows_without_box, pg_temp.unlike_evaluated(name) AS unlike_evaluated
FROM result WHERE name ~ 'share' GROUP BY name ORDER BY name;
SELECT pg_temp.total('share 0') <= pg_temp.total('share 0.02') AND pg_temp.total('share 0.02') < pg_temp.total('share 0.1') AND pg_temp.total('share 0.1') < pg_temp.total('share 0.3') AS more_of_it_costs_more;
SELECT pg_temp.today_in('share 0.1 and changes') >= 3 AS enough_of_today;
SELECT box, shipments FROM optimize_suite((SELECT profile(l, 1, 1) FROM unnest('{1,1,1,1,1,1,1,5,9,10}'::int[]) l), 4, step => 1, min_share => 0.2, save => false);
SELECT box, shipments FROM optimize_suite((SELECT profile(l, 1, 1) FROM unnest('{1,1,1,1,1,1,1,5,9,10}'::int[]) l), 4, step => 1, min_share => 1, save => false);

-- All of them at once.
INSERT INTO result SELECT 'together', s.* FROM optimize_suite(pg_temp.p(), 7, max_ratio => 3, min_share => 0.05, current => pg_temp.today(), max_changes => 4, keep => '{15x10x1}', save => false) s;
SELECT count(box) BETWEEN 3 AND 7 AS boxes, bool_and(pg_temp.ratio(box) <= 3) FILTER (WHERE box <> '15x10x1') AS ratio, count(*) FILTER (WHERE box = '15x10x1') AS kept,
  pg_temp.today_in('together') >= 2 AS enough_of_today, sum(shipments) = packopt.shipments(pg_temp.p()) AND count(*) = count(box) AS complete, pg_temp.unlike_evaluated('together') AS unlike_evaluated
FROM result WHERE name = 'together';
-- The bound is never above what suites cost.
RESET packopt.effort;
SELECT count(*) AS suites FROM (SELECT DISTINCT suite_id FROM unnest('{3,4}'::float8[]) r, unnest('{1,3}'::int[]) m,
  optimize_suite(pg_temp.p(), 6, max_ratio => r, current => pg_temp.today(), max_changes => m, keep => '{15x10x1}', name => 'constrained')) s;
SELECT bool_and(lower_bound <= box_volume AND gap BETWEEN 0 AND 0.2) AS bounded FROM packopt.suites WHERE name = 'constrained';
SET packopt.effort = fast;
-- They are kept with the suite.
SELECT DISTINCT ON (suite_id) options - 'steps' AS options FROM packopt.suites WHERE name = 'constrained' ORDER BY suite_id LIMIT 1;
DELETE FROM packopt.suites WHERE name = 'constrained';

-- Errors name the value, or the two constraints that exclude each other.
\pset format unaligned
\pset tuples_only on
SELECT a || E'\n' || pg_temp.error_of('SELECT optimize_suite(''history'', ' || a || ', save => false)') FROM unnest(ARRAY[
  '3, max_ratio => 0.99', '3, max_ratio => 0', '3, max_ratio => -2', '3, max_ratio => ''NaN''', '3, max_ratio => ''Infinity''', '3, max_ratio => 20001',
  '3, max_ratio => 2, min_box => ''20x1x1'', max_box => ''40x9x9''', '3, max_ratio => 2, candidates => ''{9x4x1,8x8x2}''', '3, max_ratio => 1, max_box => ''1x1x1''',
  '3, max_changes => 1', '3, current => ''{9x9x9}'', max_changes => -1', '3, current => ''{9x9x9}'', max_changes => 2', '3, current => ''{}'', max_changes => 1',
  '3, current => ''{9x9x9,NULL}''', '3, current => ''{9x9}''',
  '2, current => ''{9x9x9,8x8x8,7x7x7,6x6x6}'', max_changes => 1', '3, current => ''{9x9x9,8x8x8,7x7x7}'', max_changes => 1, keep => ''{5x5x5,4x4x4}''',
  '3, current => ''{9x9x9,8x8x2,7x7x7}'', max_changes => 0, max_ratio => 2', '3, current => ''{9x9x9,8x8x2,7x7x7}'', max_changes => 0, max_box => ''8x8x8''', '3, current => ''{9x9x9,8x8x2,7x7x7}'', max_changes => 1, min_box => ''5x5x5'', max_box => ''8x8x8''',
  '3, current => ''{9x9x9,8x8x2,7x7x7}'', max_changes => 2, min_box => ''5x5x5'', max_box => ''8x8x8''',
  '2, current => ''{9x9x9,8x8x8}'', max_changes => 0', '2, keep => ''{1x1x1,2x2x2,3x3x3}'', max_ratio => 2',
  '3, min_share => -0.1', '3, min_share => 1.5', '3, min_share => ''NaN''']) WITH ORDINALITY a(a, n) ORDER BY n;
SELECT format('%s boxes: ', n) || pg_temp.error_of(format('SELECT optimize_suite(''history'', 3, save => false, current => (SELECT array_agg(packopt.box(n * 0.15, 9, 9)) FROM generate_series(1, %s) n))', n))
FROM unnest('{200,201}'::int[]) n;
-- NULL stands for none, as does a share of 0; boxes of current that differ only in how they are turned are one.
SELECT pg_temp.error_of('SELECT optimize_suite(''history'', 3, save => false, max_ratio => NULL, current => NULL, max_changes => NULL, min_share => NULL)');
SELECT pg_temp.error_of('SELECT optimize_suite(''history'', 2, save => false, current => ''{9x8x7,7x8x9,31x31x31}'', max_changes => 0)');
DROP TABLE result, history, profiled;
