-- Corrugated board: grades, blanks, outer dimensions, and packopt.suite_measures().
\pset null '-'
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET packopt.length_unit = 'cm';
SELECT grade, thickness_mm, grammage_g_m2, builtin FROM packopt.board_grades ORDER BY thickness_mm;

-- The blank, by hand in decimals of metres: (2L + 2W + joint + 4a)(H + W + 2a).
CREATE FUNCTION pg_temp.blank(l numeric, w numeric, h numeric, a numeric) RETURNS numeric LANGUAGE sql AS $$
  SELECT (2 * l + 2 * w + 0.035 + 4 * a) * (h + least(l, w) + 2 * a)
$$;
CREATE FUNCTION pg_temp.near(a float8, b numeric) RETURNS bool LANGUAGE sql AS 'SELECT a IS NOT NULL AND abs(a - b::float8) <= 1e-12 * abs(a)';
SELECT u.unit, g.grade, count(*) AS boxes,
  bool_and(pg_temp.near(packopt.board_area(b.box, g.grade, u.unit, 'top'), top)) AS top,
  bool_and(pg_temp.near(packopt.board_area(b.box, g.grade, u.unit), least(top, side, front))) AS least,
  bool_and(pg_temp.near(packopt.board_mass(b.box, g.grade, u.unit), least(top, side, front) * grammage_g_m2::numeric / 1000)) AS mass,
  count(*) FILTER (WHERE top > least(side, front)) > 50 AS mostly_not_the_top
FROM (SELECT packopt.box(l, w, h) AS box, l::numeric AS l, w::numeric AS w, h::numeric AS h FROM (VALUES (30), (21.5), (7.25), (0.1)) l(l), (VALUES (30), (12.75), (9), (4)) w(w), (VALUES (30), (11), (3.33333), (50), (30.5)) h(h)) b,
  packopt.board_grades g, (VALUES ('mm', 0.001), ('cm', 0.01), ('in', 0.0254)) u(unit, metres),
  LATERAL (SELECT thickness_mm::numeric / 1000 AS a) t,
  LATERAL (SELECT pg_temp.blank(l * metres, w * metres, h * metres, a) AS top, pg_temp.blank(w * metres, h * metres, l * metres, a) AS side, pg_temp.blank(l * metres, h * metres, w * metres, a) AS front) f
GROUP BY u.unit, g.grade, g.thickness_mm ORDER BY u.unit, g.thickness_mm;

-- What is not said is as set.
SELECT packopt.board_area('30x20x10') = packopt.board_area('30x20x10', 'C', 'cm', 'least') AS as_set,
  packopt.board_area('30x20x10', NULL, NULL, NULL) = packopt.board_area('30x20x10', grade => 'C', length_unit => 'CM', opening => 'Least') AS null_too;
SET packopt.board_grade = 'E';
SET packopt.length_unit = 'in';
SELECT packopt.board_area('30x20x10') = packopt.board_area('30x20x10', 'E', 'in') AS as_set, packopt.board_area(NULL) IS NULL AS null_box;
RESET packopt.board_grade;
-- How a box is turned matters at the top only.
SELECT packopt.board_area('30x20x10', 'B', 'cm') = packopt.board_area('10x30x20', 'B', 'cm') AS turned,
  packopt.board_area('30x20x10', 'B', 'cm', 'top') > packopt.board_area('20x10x30', 'B', 'cm', 'top') AS top;

-- Outside: two thicknesses more, and four along the depth between the flaps.
SELECT packopt.outer_box('30x20x10', 'C', 'cm', 'top') AS top, packopt.outer_box('30x20x10', 'C', 'cm') AS least, packopt.outer_box('300x200x100', 'BC', 'mm', 'top') AS mm,
  packopt.outer_box('12x9x4', 'C', 'in', 'top') AS inches, packopt.outer_box('10x10x10', 'C', 'cm') AS cube, packopt.outer_box(NULL) AS null_box;

-- Further grades: with names of their own, by those who may.
INSERT INTO packopt.board_grades (grade, thickness_mm, grammage_g_m2) VALUES ('F', 0.8, 350);
SELECT packopt.board_mass('30x20x10', 'F', 'cm') < packopt.board_mass('30x20x10', 'E', 'cm') AS lighter;
INSERT INTO packopt.board_grades VALUES ('X', 0, 350, false);
INSERT INTO packopt.board_grades VALUES ('X', 'NaN', 350, false);
INSERT INTO packopt.board_grades VALUES ('X', 1, 'Infinity', false);
INSERT INTO packopt.board_grades VALUES ('X', 1, 350, true);
INSERT INTO packopt.board_grades VALUES ('C', 1, 350, false);
UPDATE packopt.board_grades SET grammage_g_m2 = 600 WHERE grade = 'C';
UPDATE packopt.board_grades SET builtin = false WHERE grade = 'C';
CREATE ROLE regress_packopt_board;
SET ROLE regress_packopt_board;
SELECT packopt.board_area('30x20x10', 'F', 'cm') > 0 AS everybody_reads;
INSERT INTO packopt.board_grades VALUES ('Y', 1, 350);
DELETE FROM packopt.board_grades;
RESET ROLE;
DROP ROLE regress_packopt_board;
UPDATE packopt.board_grades SET thickness_mm = 4, grammage_g_m2 = 523 WHERE grade = 'F';
SELECT packopt.board_mass('30x20x10', 'F', 'cm') = packopt.board_mass('30x20x10', 'C', 'cm') AS changed;

-- suite_measures: sums over the shipments, and what evaluate_suite tells.
SET client_min_messages = warning;
CREATE TABLE history AS SELECT row_no, length_in, width_in, height_in FROM packopt.sample_shipments(20000, 5);
SET client_min_messages = error;
CREATE TABLE p AS SELECT profile_shipments('history') AS p;
SET client_min_messages = notice;
SELECT name, padding, grade, opening, m.shipments = e.shipments AND m.unboxed = e.unboxed AS counts, abs(m.box_volume - e.box_volume) <= 1e-9 * e.box_volume AND
  abs(m.content_volume - e.content_volume) <= 1e-9 * e.content_volume AS volumes, abs(m.board_area_m2 - e.area) <= 1e-9 * e.area AND abs(m.board_kg - e.mass) <= 1e-9 * e.mass AS board
FROM p, (VALUES ('grid', '{8x6x4,12x9x4,14x10x6,18x14x8,24x18x12}'), ('turned', '{4x12x9,31x31x31,24x1x1}'), ('too small', '{3x2x1}')) n(name, boxes),
  (VALUES (0, 'C', 'least'), (0.5, 'BC', 'top')) o(padding, grade, opening),
  LATERAL packopt.suite_measures(p, boxes::packopt.box[], padding, grade, opening) m,
  LATERAL (SELECT coalesce(sum(shipments) FILTER (WHERE box IS NOT NULL), 0) AS shipments, coalesce(sum(shipments) FILTER (WHERE box IS NULL), 0) AS unboxed, sum(box_volume) AS box_volume,
    sum(content_volume) FILTER (WHERE box IS NOT NULL) AS content_volume, sum(shipments * packopt.board_area(box, grade, 'in', opening)) AS area,
    sum(shipments * packopt.board_mass(box, grade, 'in', opening)) AS mass FROM evaluate_suite(p, boxes::packopt.box[], padding)) e
ORDER BY name, padding;
-- More than half empty, from the raw rows; exactly half does not count.
SELECT m.void_above_half = count(*) FILTER (WHERE 2 * length_in::numeric * width_in::numeric * height_in::numeric < 18 * 14 * 8) AS equal, m.void_above_half > 1000 AS many
FROM p, packopt.suite_measures(p, '{18x14x8}') m, history WHERE packopt.item(NULLIF(greatest(length_in, 0), 0), NULLIF(greatest(width_in, 0), 0), NULLIF(greatest(height_in, 0), 0)) <@ '18x14x8' GROUP BY m.void_above_half;
SELECT void_above_half FROM packopt.suite_measures((SELECT profile(l, 1, 1) FROM generate_series(4, 9) l), '{10x1x1}');
-- An empty profile; one that does not tell its unit; one whose contents must stand.
SELECT shipments, unboxed, box_volume, content_volume, void_above_half, board_area_m2, board_kg FROM packopt.suite_measures((SELECT profile(1, 1, 1) WHERE false), '{2x2x2}');
SELECT board_area_m2 = packopt.board_area('2x2x2', 'C', 'in') AS as_set FROM packopt.suite_measures((SELECT profile(1, 1, 1)), '{2x2x2}');
SELECT board_area_m2 = packopt.board_area('9x6x2', 'C', 'cm', 'top') AS top FROM packopt.suite_measures((SELECT packopt.set_units(profile(packopt.item(2, 2, 1, upright => true)), 'cm')), '{9x6x2}');
SELECT m = packopt.suite_measures(p, '{12x9x4,31x31x31}') AS defaults FROM p, packopt.suite_measures(profile => p, boxes => '{12x9x4,31x31x31}', padding => NULL, board_grade => NULL, opening => NULL) m;

-- Bad input.
\set VERBOSITY default
SELECT packopt.board_area('30x20x10', 'c', 'cm');
SELECT packopt.board_area('30x20x10', 'C', 'furlong');
SELECT packopt.board_mass('30x20x10', 'C', 'cm', 'bottom');
SELECT packopt.board_area('30x20');
SELECT packopt.outer_box('20000x1x1', 'BC', 'mm');
SELECT packopt.suite_measures(NULL, '{2x2x2}');
SELECT packopt.suite_measures((SELECT p FROM p), NULL);
SELECT packopt.suite_measures((SELECT p FROM p), '{}');
SELECT packopt.suite_measures((SELECT p FROM p), '{2x2x2,NULL}');
SELECT packopt.suite_measures((SELECT p FROM p), '{2x3x2,2x2x3}');
SELECT packopt.suite_measures((SELECT p FROM p), '{2x2x2}', board_grade => 'Z');
SELECT packopt.suite_measures((SELECT p FROM p), '{2x2x2}', opening => 'side');
SELECT packopt.suite_measures((SELECT p FROM p), '{2x2x2}', -1);
SET packopt.board_grade = 'papyrus';
SELECT packopt.board_area('30x20x10', length_unit => 'cm');
SET packopt.co2e_per_kg = -1;
DELETE FROM packopt.board_grades WHERE NOT builtin;
DROP TABLE history, p;
