-- fits(), <@ and @>: one item, one carton, free rotation about the axes, exact.

SELECT i, b, fits(i, b), i <@ b AS in, b @> i AS holds, fits(i::text, b) AS as_text
FROM (VALUES ('10x5x2'::packopt.item, '12x9x4'::packopt.box), ('12x9x4', '12x9x4'), ('4x12x9', '9x4x12'), ('12.00001x9x4', '12x9x4'),
  ('12x9x4.00001', '12x9x4'), ('9x9x4.5', '12x9x4'), ('13x1x1', '12x9x4'), ('1x1x1', '0.99999x12x12'), ('0.1x0.2x0.3', '0.3x0.1x0.2'),
  ('12.000001x9x4', '12.000009x9x4'), ('20000x20000x20000', '20000x20000x20000'), ('20000x1x1', '19999.99999x20000x20000'),
  ('12x9x4 weight=100', '12x9x4')) v(i, b);
SELECT fits('10x5x2', '12x9x4'), '10x5x2'::packopt.item <@ '12x9x4', '12x9x4' @> '10x5x2'::packopt.item;
SELECT fits(NULL::packopt.item, '12x9x4') IS NULL AS no_item, fits('1x1x1'::packopt.item, NULL) IS NULL AS no_box,
  fits(NULL::text, '12x9x4') IS NULL AS no_text;
SELECT fits('10x5x', '12x9x4');
SELECT fits('0x5x2', '12x9x4');

-- Boxes nest in boxes in the same way.
SELECT a, b, a <@ b AS in, b @> a AS holds FROM (VALUES ('12x9x4'::packopt.box, '4x9x12'::packopt.box), ('12x9x4', '12x9x5'),
  ('12x9x5', '12x9x4'), ('4x3x2', '6x2x2'), ('6x2x2', '4x3x2'), ('4x3x2', '6x4x3')) v(a, b);

-- The same answer, on the grid and off it, as from the sorted dimensions.
SELECT count(*) AS pairs, count(*) FILTER (WHERE fits) BETWEEN 1000 AND 9000 AS both_answers,
  count(*) FILTER (WHERE fits <> by_hand) AS wrong, count(*) FILTER (WHERE fits <> nests) AS unlike_nesting
FROM (
  SELECT fits(packopt.item(i[1], i[2], i[3]), packopt.box(b[1], b[2], b[3])) AS fits,
    packopt.box(i[1], i[2], i[3]) <@ packopt.box(b[1], b[2], b[3]) AS nests,
    (SELECT bool_and(x <= y) FROM (SELECT unnest(si) AS x, unnest(sb) AS y) s) AS by_hand
  FROM (SELECT ARRAY[n * 7 % 23 + 1, n * 5 % 17 + n % 10 / 10.0 + 1, n % 13 + 0.00001] AS i FROM generate_series(1, 100) n) items,
    (SELECT ARRAY[n * 11 % 23 + 1, n * 3 % 19 + n % 4 / 4.0 + 1, n % 17 + 1] AS b FROM generate_series(1, 100) n) boxes,
    LATERAL (SELECT array_agg(x ORDER BY x) AS si FROM unnest(i) x) x, LATERAL (SELECT array_agg(x ORDER BY x) AS sb FROM unnest(b) x) y
) s;

-- Mailers are not packed yet: an error with a hint, never a guess.
SELECT fits('10x5x2'::packopt.item, '10x13');
SELECT '12x9x4'::packopt.box <@ '10x13'::packopt.box;
\set VERBOSITY sqlstate
SELECT '10x13'::packopt.box @> '10x5x2'::packopt.item;
SELECT '10x13'::packopt.box <@ '12x9x4'::packopt.box;
SELECT count(*) FROM evaluate_suite((SELECT profile(1, 1, 1)), '{10x13,12x9x4}');
SELECT count(*) FROM optimize_suite((SELECT profile(1, 1, 1)), 2, keep => '{10x13}', save => false);
SELECT count(*) FROM optimize_suite((SELECT profile(1, 1, 1)), 2, candidates => '{10x13,1x1x1}', save => false);
SELECT count(*) FROM optimize_suite((SELECT profile(1, 1, 1)), 2, max_box => '10x13', save => false);
\set VERBOSITY default

-- The operators work where planners and constraints look for them.
CREATE TABLE packed (item packopt.item, box packopt.box, CHECK (item <@ box));
INSERT INTO packed VALUES ('10x5x2', '12x9x4');
INSERT INTO packed VALUES ('10x5x5', '12x9x4');
SELECT count(*) FROM packed WHERE box @> '4x3x2'::packopt.item AND item <@ '10x10x10'::packopt.box;
DROP TABLE packed;
