-- compare_suites(): over the shipments that both suites hold, with an interval of the saving.
\pset null '-'
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE TABLE history AS SELECT row_no, length_in, width_in, height_in, weight_lb FROM packopt.sample_shipments(20000, 4);
CREATE TABLE p AS SELECT profile_shipments('history', weight_step => 1) AS p;
CREATE TABLE suites (name text, current packopt.box[], proposed packopt.box[]);
INSERT INTO suites VALUES ('more boxes', '{6x4x4,9x6x3,12x9x4,14x10x6,18x14x8,30x26x18}', '{8x6x4,12x9x4,14x10x6,18x14x8,24x18x12,31x31x31,10x8x6}'),
  ('fewer boxes', '{8x6x4,12x9x4,14x10x6,18x14x8,24x18x12,40x20x14}', '{9x6x4,14x14x14,60x30x10}'), ('small ones', '{9x7x5,12x9x3}', '{12x8x4}'), ('the same', '{9x7x5,12x9x3}', '{12x3x9,5x7x9}');

-- Which suite holds which shipment, by hand.
CREATE FUNCTION pg_temp.held(boxes packopt.box[]) RETURNS TABLE (row_no bigint, box packopt.box) LANGUAGE sql AS $$
  SELECT h.row_no, (SELECT b FROM unnest(boxes) b WHERE packopt.item(length_in, width_in, height_in) <@ b ORDER BY b LIMIT 1)
  FROM history h WHERE length_in > 0 AND width_in > 0 AND height_in > 0
$$;
CREATE TABLE by_hand AS SELECT s.name, c.row_no, c.box AS current, q.box AS proposed FROM suites s, LATERAL pg_temp.held(s.current) c, LATERAL pg_temp.held(s.proposed) q WHERE q.row_no = c.row_no;
SELECT s.name, string_agg(format('%s %s', metric, CASE WHEN c.current = h.current AND c.proposed = h.proposed AND change = h.proposed - h.current THEN 'equal' ELSE 'DIFFERENT' END), ', ' ORDER BY no) AS counts
FROM suites s, LATERAL (SELECT count(current) AS c, count(proposed) AS p, count(*) AS n, count(*) FILTER (WHERE current IS NOT NULL AND proposed IS NOT NULL) AS b FROM by_hand WHERE name = s.name) n,
  LATERAL (VALUES (1, 'boxes', cardinality(current)::int8, cardinality(proposed)::int8), (2, 'shipments', n, n), (3, 'left_out', 20000 - n, 20000 - n), (4, 'boxed', c, p), (5, 'unboxed', n - c, n - p),
    (6, 'held_by_both', b, b), (7, 'held_by_current_only', c - b, 0), (8, 'held_by_proposed_only', 0, p - b), (9, 'held_by_neither', n - c - p + b, n - c - p + b)) h(no, metric, current, proposed)
  JOIN LATERAL compare_suites('history', s.current, s.proposed) c USING (metric) GROUP BY s.name ORDER BY s.name;
-- All else equals the report of each suite over the shipments that both hold.
CREATE VIEW held_by_both AS SELECT h.* FROM history h JOIN by_hand b USING (row_no) WHERE b.current IS NOT NULL AND b.proposed IS NOT NULL AND b.name = current_setting('my.suites');
CREATE FUNCTION pg_temp.differing(suites) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('my.suites', $1.name, true);
  RETURN (SELECT format('%s metrics, different: %s', count(*), string_agg(metric, ' ') FILTER (WHERE NOT (r.unit = c.unit AND r.value = c.current AND q.value = c.proposed AND c.change = q.value - r.value
      AND abs(c.change_pct - 100 * (q.value - r.value) / r.value) <= 1e-9)))
    FROM suite_report('held_by_both', $1.current) r JOIN suite_report('held_by_both', $1.proposed) q USING (metric) JOIN compare_suites('history', $1.current, $1.proposed) c USING (metric)
    WHERE c.unit NOT IN ('boxes', 'shipments'));
END $$;
SELECT name, pg_temp.differing(suites) FROM suites ORDER BY name;
SELECT count(*) AS differences FROM p, suites s, LATERAL (SELECT compare_suites('history', s.current, s.proposed, 0.25) EXCEPT ALL SELECT compare_suites(p, s.current, s.proposed, padding => 0.25)) d;

-- Which way is better; nothing is, where nothing changes.
SELECT metric, unit, sign(change) AS change, better, change_pct_low IS NOT NULL AS interval FROM p, suites s, compare_suites(p, s.current, s.proposed) WHERE name = 'more boxes';
SELECT count(*) AS metrics, count(*) FILTER (WHERE change = 0) AS unchanged, count(better) AS better, bool_and(change_pct_low = 0 AND change_pct_high = 0) AS no_chance FROM p, suites s, compare_suites(p, s.current, s.proposed) WHERE name = 'the same';
-- The other way round.
SELECT count(*) AS metrics, bool_and(abs(a.change + b.change) <= 1e-9 * abs(a.change)) AS change, bool_and(a.better = NOT b.better) AS better
FROM p, suites s, compare_suites(p, s.current, s.proposed) a JOIN LATERAL compare_suites(p, s.proposed, s.current) b USING (metric) WHERE name = 'more boxes' AND metric !~ 'held';
SELECT a.change = -b.change AS swapped FROM p, suites s, compare_suites(p, s.current, s.proposed, metrics => '{held_by_proposed_only}') a, compare_suites(p, s.proposed, s.current, metrics => '{held_by_current_only}') b WHERE name = 'fewer boxes';
SELECT metric FROM p, suites s, compare_suites(p, s.current, s.proposed, metrics => '{air_p95,held_by_neither,boxes}') WHERE name = 'more boxes';

-- The interval holds the saving, is the same each time, and is about as wide as the delta method says.
SELECT name, metric, c.change_pct BETWEEN c.change_pct_low AND c.change_pct_high AS inside, c = again AS repeated
FROM p, suites s, compare_suites(p, s.current, s.proposed) c JOIN LATERAL compare_suites(p, s.current, s.proposed) again USING (metric) WHERE c.change_pct_low < c.change_pct_high ORDER BY name, metric;
SELECT s.name, (change_pct_high - change_pct_low) / (2 * 1.96 * 100 * error) BETWEEN 0.9 AND 1.1 AS width
FROM p, suites s, LATERAL compare_suites(p, s.current, s.proposed, metrics => '{box_volume}'),
  LATERAL (SELECT sum(packopt.volume(proposed)) / sum(packopt.volume(current)) AS r FROM by_hand b WHERE b.name = s.name AND b.current IS NOT NULL AND b.proposed IS NOT NULL) r,
  LATERAL (SELECT sqrt(sum((packopt.volume(proposed) - r * packopt.volume(current)) ^ 2)) / sum(packopt.volume(current)) AS error FROM by_hand b WHERE b.name = s.name AND b.current IS NOT NULL AND b.proposed IS NOT NULL) e
WHERE s.name <> 'the same' ORDER BY s.name;
-- Utilization is content by volume, so that its interval is the other's turned over.
SELECT abs((1 + u.change_pct_low / 100) * (1 + v.change_pct_high / 100) - 1) < 1e-12 AND abs((1 + u.change_pct_high / 100) * (1 + v.change_pct_low / 100) - 1) < 1e-12 AS turned
FROM p, suites s, compare_suites(p, s.current, s.proposed, metrics => '{box_volume}') v, compare_suites(p, s.current, s.proposed, metrics => '{utilization}') u WHERE name = 'more boxes';
-- A hundred times the shipments: a tenth of the width. Few shipments are drawn one by one.
CREATE TABLE halves AS SELECT n, packopt.set_units(profile(1 + i % 2, 1, 1), 'cm') AS p FROM (VALUES (20), (200), (2000), (20000)) n(n), generate_series(1, n) i GROUP BY n;
INSERT INTO halves SELECT 2000000, profile(p) FROM halves, generate_series(1, 100) WHERE n = 20000;
SELECT n, packopt.shipments(p) = n AS shipments, (change_pct_high - change_pct_low) * sqrt(n) BETWEEN 50 AND 75 AS width
FROM halves, compare_suites(p, '{1x1x1,4x1x1}', '{1x1x1,2x1x1}', metrics => '{box_volume}') ORDER BY n;

-- What is worth a warning.
SET client_min_messages = warning;
SELECT metric, current, proposed FROM p, compare_suites(p, '{0.1x0.1x0.1}', '{50x50x50}', metrics => '{held_by_both,held_by_proposed_only,box_volume,utilization}');
SELECT count(*) FROM compare_suites((SELECT packopt.set_units(profile(1, 1, n), 'cm') FROM generate_series(1, 1000) n), '{1000x1x1}', '{1000x1x1,100x1x1,10x1x1,500x1x1}', metrics => '{boxes}');
SELECT count(*) FROM compare_suites((SELECT packopt.set_units(profile(1, 1, n), 'cm') FROM generate_series(1, 1200) n), '{1200x1x1}', '{1200x1x1,100x1x1,10x1x1,500x1x1}', metrics => '{boxes}');
SELECT count(*) FROM compare_suites((SELECT packopt.set_units(profile(1, 1, 1), 'cm') WHERE false), '{1x1x1}', '{2x1x1}', metrics => '{boxes,box_volume}');

-- Bad input.
SELECT compare_suites(p, '{}', '{1x1x1}') FROM p;
SELECT compare_suites(p, '{1x1x1}', '{}') FROM p;
SELECT compare_suites(p, NULL, '{1x1x1}') FROM p;
SELECT compare_suites(p, '{1x1x1}', NULL) FROM p;
SELECT compare_suites(p, '{1x1x1,NULL}', '{1x1x1}') FROM p;
SELECT compare_suites(p, '{1x1x1}', '{1x1x1,NULL}') FROM p;
SELECT compare_suites(p, '{1x1x1}', '{1x1x1,2x1x1,1x2x1}') FROM p;
SELECT compare_suites(p, '{1x1}', '{1x1x1}') FROM p;
SELECT compare_suites(NULL::packopt.profile, '{1x1x1}', '{1x1x1}');
SELECT compare_suites('nowhere', '{1x1x1}', '{1x1x1}');
SELECT compare_suites(p, '{1x1x1}', '{1x1x1}', metrics => '{cuteness}') FROM p;
SELECT compare_suites(p, '{1x1x1}', '{1x1x1}', board_grade => 'silk') FROM p;
SELECT compare_suites(p, '{1x1x1}', '{1x1x1}', opening => 'silk') FROM p;
SELECT compare_suites(p, '{1x1x1}', '{1x1x1}', dim_divisor => -139) FROM p;
SELECT compare_suites(p, '{1x1x1}', '{1x1x1}', 'NaN') FROM p;
SELECT compare_suites(profile_shipments('history'), '{40x40x40}', '{40x40x40}', metrics => '{billed_weight}');
SELECT compare_suites('history', '{40x40x40}', '{40x40x40}', length_unit => 'furlong');
DROP VIEW held_by_both;
DROP FUNCTION pg_temp.differing(suites);
DROP TABLE history, p, suites, by_hand, halves;
