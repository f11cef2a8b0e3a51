-- evaluate_suite(): every shipment goes into the smallest box that holds it.
\pset null '-'
SET client_min_messages = error;

SELECT box, length, width, height, shipments, round(share::numeric, 4) AS share, box_volume, content_volume,
  round(utilization::numeric, 4) AS utilization, air_per_shipment
FROM evaluate_suite((SELECT profile(l, w, h) FROM (VALUES (10, 5, 2), (2, 10, 5), (4, 4, 4), (12, 9, 4), (12, 9, 4.5), (30, 1, 1), (NULL, 1, 1)) v(l, w, h)),
  '{12x9x4,5x10x2,100x1x0.5,5x5x5}');

-- The same from the raw rows in plain SQL, exact in decimals.
CREATE TABLE history AS SELECT row_no, length_in::numeric AS length, width_in::numeric AS width, height_in::numeric AS height
FROM packopt.sample_shipments(20000, 7);
CREATE FUNCTION pg_temp.by_hand(boxes packopt.box[], padding numeric)
RETURNS TABLE (box packopt.box, shipments bigint, share numeric, box_volume numeric, content_volume numeric) LANGUAGE sql AS $$
  WITH b AS (
    SELECT box, packopt.volume(box)::numeric AS volume, d[3] - padding AS x, d[2] - padding AS y, d[1] - padding AS z, row_number() OVER (ORDER BY box) AS rank
    FROM unnest(boxes) box, LATERAL (SELECT array_agg(v::numeric ORDER BY v) AS d
      FROM unnest(ARRAY[packopt.length(box), packopt.width(box), packopt.height(box)]) v) s),
  s AS (
    SELECT row_no, d[3] AS x, d[2] AS y, d[1] AS z, length * width * height AS volume,
      (SELECT min(rank) FROM b WHERE d[3] <= b.x AND d[2] <= b.y AND d[1] <= b.z) AS rank
    FROM history, LATERAL (SELECT array_agg(v ORDER BY v) AS d FROM unnest(ARRAY[length, width, height]) v) o
    WHERE length > 0 AND width > 0 AND height > 0)
  SELECT b.box, count(s.row_no), count(s.row_no)::numeric / (SELECT count(*) FROM s), b.volume * count(s.row_no), coalesce(sum(s.volume), 0)
  FROM b LEFT JOIN s USING (rank) GROUP BY b.box, b.volume
  UNION ALL SELECT NULL, count(*), count(*)::numeric / (SELECT count(*) FROM s), NULL, sum(volume) FROM s WHERE rank IS NULL HAVING count(*) > 0
$$;
CREATE FUNCTION pg_temp.near(a float8, b float8) RETURNS bool LANGUAGE sql AS $$
  SELECT a IS NOT DISTINCT FROM b OR abs(a - b) <= 1e-9 * greatest(abs(a), abs(b))
$$;
CREATE FUNCTION pg_temp.same(boxes packopt.box[], padding numeric) RETURNS text LANGUAGE sql AS $$
  SELECT format('%s rows, %s shipments, %s unboxed, %s', count(*), sum(e.shipments), coalesce(sum(e.shipments) FILTER (WHERE e.box IS NULL), 0),
    CASE WHEN bool_and(coalesce(e.shipments = h.shipments AND pg_temp.near(e.share, h.share::float8) AND pg_temp.near(e.box_volume, h.box_volume::float8) AND
      pg_temp.near(e.content_volume, h.content_volume::float8) AND
      pg_temp.near(e.utilization, (h.content_volume / NULLIF(h.box_volume, 0))::float8) AND
      pg_temp.near(e.air_per_shipment, ((h.box_volume - h.content_volume) / NULLIF(h.shipments, 0))::float8), false)) THEN 'equal' ELSE 'DIFFERENT' END)
  FROM evaluate_suite('history', boxes, padding) e
  FULL JOIN pg_temp.by_hand(boxes, padding) h ON coalesce(e.box::text, 'none') = coalesce(h.box::text, 'none')
$$;
SELECT name, padding, pg_temp.same(boxes::packopt.box[], padding) FROM (VALUES
  ('on the grid', '{8x6x4,12x9x4,14x10x6,18x14x8,24x18x12,31x31x31}'), ('off the grid', '{7.93x5.21x4.4,12.7x3.3x3.1,11.11x10.01x5.003,19.99999x14.3x8.7,30x30x20.1}'),
  ('too small', '{3x2x1,1x1x1}'), ('one', '{30x30x30}'), ('some useless', '{1x1x0.1,20x20x20,21x21x21,40x40x40,12.5x12.5x12.5}'),
  ('same volume', '{10x10x10,20x10x5,25x8x5,40x5x5,20x20x2.5}')) n(name, boxes), (VALUES (0.0), (0.5), (0.13), (2.00001)) p(padding) ORDER BY name, padding;

-- From the profile as from the relation.
SELECT count(*) AS differences FROM (SELECT evaluate_suite('history', '{8x6x4,12x9x4,18x14x8}', 0.25) EXCEPT ALL
  SELECT evaluate_suite(profile_shipments('history'), '{12x9x4,18x14x8,8x6x4}', padding => 0.25)) s;
-- The boxes keep the order of their dimensions; rows come by volume, then dimensions.
SELECT box, shipments FROM evaluate_suite('history', '{4x12x9,31x31x31,4x3x2,2x2x6,24x1x1}');
SELECT count(*) FROM evaluate_suite('history', '{40x40x40}', NULL);
SELECT count(*) FROM evaluate_suite('history', array(SELECT packopt.box(n, n, n) FROM generate_series(1, 1000) n));

-- Nothing to put into boxes.
SELECT * FROM evaluate_suite((SELECT profile(1, 1, 1) WHERE false), '{2x2x2}');
SELECT * FROM evaluate_suite((SELECT profile(0, 1, 1)), '{2x2x2}');
-- Padding as large as the box.
SELECT box, shipments FROM evaluate_suite((SELECT profile(0.00001, 0.00001, 0.00001)), '{2x2x2}', 1.99999);
SELECT box, shipments FROM evaluate_suite((SELECT profile(0.00001, 0.00001, 0.00001)), '{2x2x2}', 2);
SELECT box, shipments FROM evaluate_suite((SELECT profile(1, 1, 1)), '{2x2x2}', 20000);

-- Merged profiles are evaluated as their sum.
SELECT sum(e.shipments), pg_temp.near(sum(e.content_volume), sum(w.content_volume)) AS content FROM (
  SELECT box, sum(shipments) AS shipments, sum(content_volume) AS content_volume FROM (SELECT profile(length, width, height) AS p FROM history GROUP BY row_no % 5) s,
    evaluate_suite(p, '{12x9x4,18x14x8}') GROUP BY box) e
  JOIN evaluate_suite('history', '{12x9x4,18x14x8}') w ON coalesce(e.box, '1x1x1') = coalesce(w.box, '1x1x1') AND e.shipments = w.shipments;

SELECT count(*) FROM evaluate_suite('history', '{12x9x4,4x4x4,12x9x4}');
SELECT count(*) FROM evaluate_suite('history', '{12x9x4,NULL}');
SELECT count(*) FROM evaluate_suite('history', '{}');
SELECT count(*) FROM evaluate_suite('history', NULL);
SELECT count(*) FROM evaluate_suite(NULL::packopt.profile, '{1x1x1}');
SELECT count(*) FROM evaluate_suite(NULL::text, '{1x1x1}');
SELECT count(*) FROM evaluate_suite('history', '{12x9x4}', -1);
SELECT count(*) FROM evaluate_suite('history', '{12x9x4}', 'NaN');
SELECT count(*) FROM evaluate_suite('history', '{{12x9x4,8x8x8},{7x7x7,6x6x6}}');
DROP TABLE history;
