-- The part of a profile that boxes hold.
\pset null '-'
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE TABLE pieces AS SELECT n AS id, (n * 7 % 41 + 1) * 0.5 AS l, (n * 13 % 23 + 1) * 0.5 AS w, (n * 29 % 17 + 1) * 0.5 AS h, n % 9 + 0.5 AS kg FROM generate_series(1, 4000) n;
CREATE TABLE boxes AS SELECT '{6x4x3,12x9x4,9x9x9,20x5x2}'::packopt.box[] AS boxes;
CREATE TABLE profiles (name text, p packopt.profile);
INSERT INTO profiles SELECT 'pieces', profile(l, w, h) FROM pieces;
INSERT INTO profiles SELECT 'coarse', packopt.coarsen(profile(l + id * 0.001, w, h), 100) FROM pieces;
INSERT INTO profiles SELECT 'orders', profile(items) FROM (SELECT array_agg(packopt.item(l, w, h)) AS items FROM pieces GROUP BY id % 1900) o;
INSERT INTO profiles SELECT 'upright', profile(packopt.item(l, w, h, upright => id % 3 = 0)) FROM pieces;
INSERT INTO profiles SELECT 'empty', profile(NULL::packopt.profile);
INSERT INTO profiles SELECT 'dirt', profile(x, 1, 1) FROM (VALUES (1), (0), (-1), (NULL), (50)) v(x);

-- Exactly the shipments that an evaluation boxes, in a profile like any other; the others have gone, also from the totals.
SELECT name, packopt.shipments(q) = e.shipments AS shipments, abs(packopt.content_volume(q) - e.content) < 1e-6 AS content, packopt.shipments(q) < packopt.shipments(profiles.p) AS less,
  packopt.left_out_shipments(q) = packopt.left_out_shipments(profiles.p) AS left_out, q::text::packopt.profile = q AS well_formed, merged.p = q AS canonical,
  packopt.profile_within(q, boxes) = q AS idempotent
FROM profiles, boxes, LATERAL packopt.profile_within(profiles.p, boxes) q,
  LATERAL (SELECT coalesce(sum(shipments), 0) AS shipments, coalesce(sum(content_volume), 0) AS content FROM evaluate_suite(profiles.p, boxes) WHERE box IS NOT NULL) e,
  LATERAL (SELECT profile(x) AS p FROM (VALUES (q)) v(x)) merged ORDER BY name;
SELECT profile(l, w, h) FILTER (WHERE EXISTS (SELECT FROM unnest(boxes) b WHERE fits(packopt.item(l, w, h), b))) = packopt.profile_within(profile(l, w, h), (SELECT boxes FROM boxes)) AS as_if_the_others_were_not
FROM pieces, boxes;
SELECT packopt.profile_within(p, boxes, 0.5) = packopt.profile_within(p, '{5.5x3.5x2.5,11.5x8.5x3.5,8.5x8.5x8.5,19.5x4.5x1.5}') AS padding, packopt.profile_within(p, '{}') = profile_of_none.q AS no_box
FROM profiles, boxes, (SELECT p AS q FROM profiles WHERE name = 'empty') profile_of_none WHERE name = 'pieces';

-- What is too heavy counts as left out; what no box holds does not.
CREATE TABLE weighed AS SELECT id, l AS length_cm, w AS width_cm, h AS height_cm, kg AS weight_kg FROM pieces;
SELECT packopt.shipments(q) = (SELECT count(*) FROM weighed WHERE weight_kg <= 5) AS shipments, packopt.left_out_shipments(q) = (SELECT count(*) FROM weighed WHERE weight_kg > 5) AS left_out
FROM packopt.profile_within(profile_shipments('weighed', weight_step => 0.5), NULL, 0, 5) q;
SELECT packopt.profile_within(p, NULL, 0, 5) FROM profiles WHERE name = 'pieces';
SELECT packopt.profile_within(p, '{1x2x3,NULL}') FROM profiles WHERE name = 'pieces';
SELECT packopt.profile_within(p, '{1x2}') FROM profiles WHERE name = 'pieces';
SELECT packopt.profile_within(NULL, '{1x2x3}') IS NULL AS of_nothing;

-- The distance is a metric over shares.
SELECT abs(packopt.profile_distance(a.p, b.p) - packopt.profile_distance(b.p, a.p)) < 1e-12 AS symmetric, packopt.profile_distance(a.p, b.p) BETWEEN 0 AND 1 AS within,
  packopt.profile_distance(a.p, c.p) <= packopt.profile_distance(a.p, b.p) + packopt.profile_distance(b.p, c.p) + 1e-9 AS triangle, packopt.profile_distance(a.p, twice.p) < 1e-12 AS of_shares
FROM profiles a, profiles b, profiles c, LATERAL (SELECT profile(x) AS p FROM (VALUES (a.p), (a.p)) v(x)) twice WHERE a.name = 'pieces' AND b.name = 'orders' AND c.name = 'upright';
DROP TABLE pieces, boxes, profiles, weighed;
