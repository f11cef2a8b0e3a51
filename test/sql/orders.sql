-- Several items and boxes, one order at a time.
SELECT fits('{10x5x2,10x5x2}', '12x9x4') AS two, fits('{10x5x2,10x5x2,10x9x2.1}', '12x9x4') AS three,
       ARRAY['10x5x2', '3x3x3']::packopt.item[] <@ '12x9x4'::packopt.box AS contained,
       '12x9x4'::packopt.box @> ARRAY['10x5x2', '30x3x3']::packopt.item[] AS holds;
SELECT fit_answer(i::packopt.item[], b::packopt.box) FROM (VALUES ('{10x5x2,10x5x2}', '12x9x4'), ('{10x5x2,10x5x3}', '12x5x4')) v(i, b);

-- A placement is a witness: inside the box, no overlap, every item in one of its shapes.
CREATE FUNCTION check_placement(items packopt.item[], box packopt.box, gap float8 DEFAULT 0) RETURNS text LANGUAGE sql AS $$
  WITH p AS MATERIALIZED (SELECT * FROM pack(items, box, gap))
  SELECT CASE
    WHEN (SELECT count(*) FROM p) = 0 THEN 'no packing'
    WHEN (SELECT count(*) FROM p) <> cardinality(items) THEN 'pieces missing'
    WHEN EXISTS (SELECT FROM p WHERE x < 0 OR y < 0 OR z < 0 OR x + length > packopt.length(box) + 1e-9
                 OR y + width > packopt.width(box) + 1e-9 OR z + height > packopt.height(box) + 1e-9) THEN 'outside'
    WHEN EXISTS (SELECT FROM p a JOIN p b ON a.item_no < b.item_no WHERE a.x + a.length + gap > b.x + 1e-9 AND b.x + b.length + gap > a.x + 1e-9
                 AND a.y + a.width + gap > b.y + 1e-9 AND b.y + b.width + gap > a.y + 1e-9
                 AND a.z + a.height + gap > b.z + 1e-9 AND b.z + b.height + gap > a.z + 1e-9) THEN 'overlap'
    WHEN EXISTS (SELECT FROM p WHERE packopt.item(length, width, height) <> packopt.item(packopt.length(items[item_no]),
                 packopt.width(items[item_no]), packopt.height(items[item_no]))) THEN 'wrong shape'
    ELSE 'good' END $$;
SELECT n, check_placement(items, box) FROM (VALUES
  (1, '{10x5x2}'::packopt.item[], '5x2x10'::packopt.box),
  (2, '{10x5x2,10x4x2,12x9x2}', '12x9x4'),
  (3, '{10x5x2,10x4x2,12x9x2.1}', '12x9x4'),
  (4, '{2x1x1,2x1x1,2x1x1,1x1x1,1x1x1}', '2x2x2'),                                     -- 8 = 8, pieces around each other
  (5, '{4x2x1,4x2x1,4x2x1,4x2x1,4x2x1,4x2x1,2x2x2,2x2x2}', '4x4x4'),
  (6, '{3x3x3,3x3x3,3x3x3,3x3x3,3x3x3,3x3x3,3x3x3,3x3x3}', '6x6x6'),
  (7, '{3x3x3,3x3x3,3x3x3,3x3x3,3x3x3,3x3x3,3x3x3,3x3x3}', '6x6x5.9')) v(n, items, box) ORDER BY n;
SELECT check_placement('{5x5x5,5x5x5}', '11x5x5', 1) AS gap_fits, check_placement('{5x5x5,5x5x5}', '10.9x5x5', 1) AS gap_too_wide;

-- The order of the items and of their dimensions never matters.
SELECT count(DISTINCT fits(items, '9x7x5'::packopt.box)) FROM (VALUES ('{7x5x3,5x4x3,6x3x2}'::packopt.item[]), ('{3x5x7,2x3x6,4x3x5}'), ('{6x2x3,5x7x3,3x4x5}')) v(items);

-- Handling: upright keeps the height vertical, folding halves a length, pressing thins, nothing lies on fragile items.
SELECT fits('10x5x2 upright', '10x5x2') AS stands, fits('10x5x2 upright', '10x2x5') AS lies,
       fits('10x5x2 foldable', '5x5x4') AS folded, fits('10x5x2', '5x5x4') AS not_folded,
       fits('10x5x2 compressible', '10x5x1.5') AS pressed, fits('10x5x2 compressible', '10x5x1.4') AS pressed_too_far;
SELECT fits('{10x10x2 fragile,10x10x2}', '10x10x4') AS one_fragile, fits('{10x10x2 fragile,10x10x2 fragile}', '10x10x4') AS two_fragile,
       fits('{10x10x2 fragile,10x10x2 fragile}', '20x10x4') AS side_by_side;
SELECT item_no, z FROM pack('{10x10x2 fragile,10x10x2}', '10x10x4') ORDER BY item_no;

-- Choosing a box.
SELECT best_box('{10x5x2,3x3x3}', '{30x30x30,12x9x4,10x5x5}') AS smallest,
       best_box('{10x5x2,3x3x3}', '{30x30x30,12x9x4,10x5x5}', prices => '{1,2,3}') AS cheapest,
       best_box('{10x5x2 weight=3,3x3x3 weight=2}', '{30x30x30,12x9x4,10x5x5}', max_weights => '{NULL,10,4.9}') AS strong_enough,
       best_box('{10x5x2,40x3x3}', '{30x30x30,12x9x4,10x5x5}') IS NULL AS none,
       best_box('{10x5x2}', '{}') IS NULL AS no_boxes;
SELECT boxes_that_fit('{10x5x2,3x3x3}', '{30x30x30,12x9x4,10x5x4,10x5x5}');

-- Footprints: all minimal boxes, none within another one; each holds the items, and no smaller one does.
SELECT footprint('{10x5x2}') AS one, footprint('{10x5x2,3x3x3}') AS two, footprint('{10x5x2 upright}') AS upright, footprint('{10x5x2 upright,3x3x3}', 1) AS gap;
SELECT bool_and(fits(items, b)) AS all_hold, bool_or(fits(items, packopt.box(packopt.length(b) - 0.001, packopt.width(b), packopt.height(b)))) AS smaller_one_holds
FROM (VALUES ('{7x5x3,5x4x3,6x3x2}'::packopt.item[]), ('{4x3x2,4x3x2,4x3x2,9x1x1}')) v(items), unnest(footprint(items)) b;

-- What is not an order.
CREATE FUNCTION failure(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  state text; message text;
BEGIN
  EXECUTE statement;
  RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
  RETURN state || ' ' || message;
END $$;
SELECT failure(s) FROM unnest(ARRAY[
  $$SELECT fits('{}'::packopt.item[], '1x1x1'::packopt.box)$$,
  $$SELECT fits('{NULL}'::packopt.item[], '1x1x1'::packopt.box)$$,
  $$SELECT fits('{{1x1x1},{1x1x1}}'::packopt.item[], '1x1x1'::packopt.box)$$,
  $$SELECT fits('{1x1x1}'::packopt.item[], '10x13'::packopt.box)$$,
  $$SELECT fits('{1x1x1}'::packopt.item[], '1x1x1'::packopt.box, -1)$$,
  $$SELECT fits('{1x1x1}'::packopt.item[], '1x1x1'::packopt.box, 2000)$$,
  $$SELECT fits(array_fill('1x1x1'::packopt.item, '{10001}'), '100x100x100'::packopt.box)$$,
  $$SELECT best_box('{1x1x1}', '{NULL}')$$,
  $$SELECT best_box('{1x1x1}', '{1x1x1}', prices => '{1,2}')$$,
  $$SELECT best_box('{1x1x1}', '{1x1x1}', prices => '{-1}')$$,
  $$SELECT best_box('{1x1x1}', '{1x1x1}', max_weights => '{NaN}')$$]) s;

-- Thousands of pieces neither crash nor hang, and lengths whose sums leave the range fit nothing.
SELECT fits(array_fill('1x1x1'::packopt.item, '{2399}'), '14x14x13'::packopt.box) AS thousands, fits(array_fill('1x1x1'::packopt.item, '{2399}'), '13x13x13'::packopt.box) AS too_many,
       fits(array_fill('20000x20000x20000'::packopt.item, '{3}'), '20000x20000x20000'::packopt.box) AS huge, footprint(array_fill('20000x20000x20000'::packopt.item, '{3}')) AS none;

-- Effort: 0 leaves it at heuristics, which never say yes without a packing.
SET packopt.pack_effort = 0;
SELECT fits('{10x5x2,10x5x2}', '12x9x4');
RESET packopt.pack_effort;
DROP FUNCTION check_placement, failure;
