-- Shipments of several lines, quantities, handling, weights and gaps through the profile.
SET client_min_messages = error;
CREATE TEMP TABLE lines (order_id int, l numeric, w numeric, h numeric, quantity int, weight_lb numeric, upright bool, fragile bool);
INSERT INTO lines SELECT o, 2 + (o * 7 + n * 3) % 9, 1.5 + (o * 5 + n) % 6, 1 + (o + n * 2) % 4, 1 + (o + n) % 2, 0.5 * (1 + (o + n) % 5), false, false
  FROM generate_series(1, 400) o, generate_series(1, 3) n WHERE n <= 1 + o % 3;
CREATE TEMP VIEW plain AS SELECT order_id, l AS length, w AS width, h AS height, quantity FROM lines;
CREATE TEMP TABLE orders AS SELECT order_id, array_agg(packopt.item(l, w, h, weight_lb, upright, fragile => fragile) ORDER BY l, w, h) AS items
  FROM lines, generate_series(1, quantity) GROUP BY order_id;

-- Lines grouped by the order are the same as ready-made orders, in any order of lines and items.
CREATE TEMP TABLE p AS SELECT profile_shipments('plain', length_unit => 'in') AS p;
SELECT p = (SELECT packopt.set_units(profile(items), 'in') FROM orders) AS same, packopt.shipments(p), packopt.left_out_shipments(p) FROM p;
SELECT (SELECT profile(items) FROM orders) = (SELECT profile(r) FROM (SELECT array_agg(i ORDER BY random()) r FROM orders, unnest(items) i GROUP BY order_id ORDER BY random()) x) AS any_order;
-- Merged parts are the whole, also as text and in binary.
SELECT (SELECT profile(q) FROM (SELECT profile(items) q FROM orders GROUP BY order_id % 7) x) = (SELECT profile(items) FROM orders) AS merged,
       (SELECT profile(items)::text::packopt.profile FROM orders) = (SELECT profile(items) FROM orders) AS text_form;
CREATE TEMP TABLE copied (p packopt.profile);
SELECT current_setting('data_directory') || '/packopt_orders_test.dat' AS file \gset
COPY (SELECT profile(items) FROM orders) TO :'file' (FORMAT binary);
COPY copied FROM :'file' (FORMAT binary);
SELECT p = (SELECT profile(items) FROM orders) AS binary_form FROM copied;
-- A line with a quantity is that many pieces.
SELECT (SELECT profile(4, 3, 2, 3)) = (SELECT profile('{4x3x2,4x3x2,4x3x2}'::packopt.item[])) AS quantity;

-- Every order goes into the box that best_box finds: up to three pieces the footprint is exact, above it may miss some.
CREATE TEMP TABLE suite AS SELECT '{6x4x3,8x6x4,10x8x6,12x12x9,20x20x20}'::packopt.box[] AS b;
SELECT e.box, e.shipments, e.shipments - count(o.best) AS more FROM suite, LATERAL evaluate_suite((SELECT profile(items) FROM orders WHERE cardinality(items) <= 3), b) e
  LEFT JOIN LATERAL (SELECT best_box(items, b) best FROM orders WHERE cardinality(items) <= 3) o ON o.best = e.box GROUP BY e.box, e.shipments ORDER BY e.box;
SELECT sum(abs(e.shipments - n)) <= 4 AS nearly_all FROM suite, LATERAL evaluate_suite((SELECT profile(items) FROM orders), b) e
  JOIN LATERAL (SELECT best, count(*) n FROM (SELECT best_box(items, b) best FROM orders) x GROUP BY best) o ON o.best = e.box;

-- The suite holds every order; it is no worse than the one above.
SELECT count(*) FILTER (WHERE box IS NULL) AS unboxed, sum(shipments) AS shipments,
       sum(box_volume) <= (SELECT sum(box_volume) FROM suite, evaluate_suite((SELECT p FROM p), b)) AS better
FROM optimize_suite((SELECT p FROM p), 5, step => 1, save => false);

-- Handling counts: upright and fragile orders take boxes as they stand.
UPDATE lines SET upright = true WHERE order_id % 4 = 0;
CREATE TEMP VIEW handled AS SELECT order_id, l AS length, w AS width, h AS height, quantity, upright AS this_side_up, fragile FROM lines;
CREATE TEMP TABLE u AS SELECT profile_shipments('handled', length_unit => 'in') AS p;
SELECT count(*) FILTER (WHERE upright) > 0 AS standing, count(*) FILTER (WHERE NOT upright) > 0 AS turned FROM u, packopt.profile_classes(p);
SELECT sum(shipments) = (SELECT count(DISTINCT order_id) FROM lines) AS all_shipments, count(*) FILTER (WHERE box IS NULL) AS unboxed,
       sum(box_volume) >= (SELECT sum(box_volume) FROM optimize_suite((SELECT p FROM p), 5, step => 1, save => false)) AS needs_no_less
FROM optimize_suite((SELECT p FROM u), 5, step => 1, save => false);
SELECT box, shipments FROM evaluate_suite((SELECT profile('5x3x9 upright'::packopt.item)), '{9x5x3,5x3x9}');
SELECT box, shipments FROM optimize_suite((SELECT profile(('5x3x' || h || ' upright')::packopt.item) FROM unnest('{1,1,9}'::int[]) h), 2, step => 1, save => false);
SELECT box, shipments FROM optimize_suite((SELECT profile('8x6x2 foldable'::packopt.item)), 1, step => 1, max_box => '7x7x7', save => false);

-- The gap is kept; profiles of different gaps do not mix.
SELECT packopt.gap(profile_shipments('plain', length_unit => 'in', gap => 0.5)), packopt.gap(p) AS without FROM p;
SELECT footprint('{4x3x2,4x3x2}', 1) = (SELECT boxes FROM packopt.profile_classes((SELECT profile('{4x3x2,4x3x2}'::packopt.item[], 1)))) AS same;
SELECT profile(q) FROM (VALUES ((SELECT profile('{4x3x2,4x3x2}'::packopt.item[], 1))), ((SELECT profile('{4x3x2,4x3x2}'::packopt.item[])))) v(q);

-- Weights: overweight shipments are left out, counted; exact for the limit asked for.
CREATE TEMP VIEW weighed AS SELECT order_id, l AS length, w AS width, h AS height, quantity, weight_lb FROM lines;
SELECT (SELECT sum(shipments) FROM evaluate_suite('weighed', '{20x20x20}', max_weight => 2.5)) = count(*) FILTER (WHERE t <= 2.5) AS light
FROM (SELECT sum(weight_lb * quantity) t FROM lines GROUP BY order_id) x;
SELECT packopt.weight_step(p), packopt.weight_unit(p), (SELECT max(weight_class) FROM packopt.profile_classes(p)) AS heaviest
FROM profile_shipments('weighed', weight_step => 1) p;
SELECT sum(shipments) = (SELECT count(*) FROM (SELECT sum(weight_lb * quantity) t FROM lines GROUP BY order_id) x WHERE t <= 4) AS light
FROM evaluate_suite(profile_shipments('weighed', weight_step => 1), '{20x20x20}', max_weight => 4);
SELECT sum(shipments) FROM optimize_suite((SELECT p FROM p), 3, max_weight => 4, save => false);

-- A line that cannot be used leaves its shipment out, once, whatever the other lines are.
CREATE TEMP TABLE dirty (order_id int, length float8, width float8, height float8, quantity numeric);
INSERT INTO dirty VALUES (1, 5, 4, 3, 1), (1, 0, 4, 3, 1), (1, NULL, 4, 3, 1), (2, 5, 4, 3, 0), (3, 5, 4, 3, -1), (4, 5, 4, 3, 1.5), (5, 5, 4, 3, 1e9), (6, 5, 4, 3, 2), (6, 5, 'NaN', 3, 2),
  (7, 5, 4, 3, 2), (8, 5, 4, 3, 20000), (NULL, 5, 4, 3, 1), (NULL, 5, 4, 3, 1), (9, 15000, 4, 3, 2), (10, 1, 1, 1, NULL);
SELECT packopt.shipments(p), reason, shipments FROM profile_shipments('dirty', length_unit => 'in') p, packopt.left_out(p);
SELECT reason, shipments FROM packopt.left_out((SELECT profile(i) FROM (VALUES ('{}'::packopt.item[]), ('{1x1x1,NULL}'), (NULL), ('{1x1x1}')) v(i)));

-- Without a shipment column each line is a shipment, with one piece per unit of quantity.
SELECT packopt.shipments(p) = (SELECT count(*) FROM lines) AS rows FROM profile_shipments('plain', '{"shipment": null}', length_unit => 'in') p;
