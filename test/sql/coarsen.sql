-- Profiles of more classes than the cap: dimensions are rounded up, no more than needed, totals stay exact.

CREATE TABLE sizes AS
SELECT n, round((n * 7919 % 10007) * 0.0029 + 0.5, 4) AS l, round((n * 104729 % 9973) * 0.0017 + 0.3, 4) AS w, round((n * 1299709 % 7919) * 0.0013 + 0.2, 4) AS h
FROM generate_series(1, 20000::bigint) n;
CREATE TABLE whole AS SELECT profile(l, w, h) AS p FROM sizes;

-- What a level is: at 0 exact, above multiples of 2^level / 32.
CREATE FUNCTION pg_temp.classes_at(level int) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM (
    SELECT DISTINCT (SELECT array_agg(ceil(x / step) * step ORDER BY x) FROM unnest(ARRAY[l, w, h]) x)
    FROM sizes, (SELECT CASE level WHEN 0 THEN 0.00001 ELSE 2::numeric ^ level / 32 END AS step) s) s
$$;
SELECT cap, packopt.classes(c) <= cap AS capped, packopt.classes(c) = pg_temp.classes_at(packopt.level(c)) AS as_rounded_by_hand,
  pg_temp.classes_at(packopt.level(c) - 1) > cap AS no_more_than_needed, packopt.shipments(c) = 20000 AS all_shipments,
  packopt.content_volume(c) = packopt.content_volume(p) AS exact_volume,
  (SELECT sum(s.shipments) FROM packopt.profile_classes(c) s) = 20000 AS counts_add_up,
  abs((SELECT sum(s.content_volume) FROM packopt.profile_classes(c) s) / packopt.content_volume(p) - 1) < 1e-9 AS volumes_add_up
FROM whole, unnest('{19999,10000,3000,500,100}'::int[]) cap, LATERAL (SELECT packopt.coarsen(p, cap) AS c OFFSET 0) s ORDER BY cap;
SELECT packopt.coarsen(p, 1000000) = p AS not_needed, packopt.level(packopt.coarsen(p, 20000)) AS level_at_the_cap FROM whole;

-- Parts merge to what the whole coarsens to, wherever the cap is crossed, in any order, with parts coarsened before or not.
SELECT cap, parts, bool_and(merged = whole) AS merged, bool_and(backwards = whole) AS backwards, bool_and(mixed = whole) AS mixed,
  bool_and(nested = whole) AS nested
FROM whole w, unnest('{5000,700,100}'::int[]) cap, unnest('{2,7,40,1000}'::int[]) parts,
  LATERAL (SELECT packopt.coarsen(w.p, cap) AS whole OFFSET 0) a,
  LATERAL (
    SELECT profile(packopt.coarsen(p, cap) ORDER BY g) AS merged, profile(packopt.coarsen(p, cap) ORDER BY -g) AS backwards,
      profile(CASE WHEN g % 2 = 0 OR g = 1 THEN packopt.coarsen(p, cap) ELSE p END ORDER BY g) AS mixed
    FROM (SELECT n % parts AS g, profile(l, w, h) AS p FROM sizes GROUP BY 1) s) b,
  LATERAL (
    SELECT profile(q) AS nested FROM (
      SELECT profile(packopt.coarsen(p, cap)) AS q FROM (SELECT n * 13 % parts AS g, profile(l, w, h) AS p FROM sizes GROUP BY 1) s GROUP BY g % 3) t) c
GROUP BY cap, parts ORDER BY cap, parts;

-- The smaller cap wins, the coarser level too.
SELECT (SELECT profile(q) FROM (VALUES (packopt.coarsen(p, 300)), (packopt.coarsen(empty, 700)), (packopt.coarsen(empty, 2000))) v(q)) =
  packopt.coarsen(p, 300) AS smaller_cap_wins, packopt.coarsen(packopt.coarsen(p, 300), 2000) = packopt.coarsen(p, 300) AS no_way_back
FROM whole, (SELECT profile(l, w, h) AS empty FROM sizes WHERE false) e;

-- Rounding up never invents a fit: a box never holds more of the coarse profile than of the exact one.
SELECT bool_and(coarse.shipments <= exact.shipments) AS never_more, bool_or(coarse.shipments < exact.shipments) AS coarser
FROM whole, unnest('{1x1x1,3x3x3,5.1x4.3x9.9,10x10x5,12.5x12.5x8,16x16x4,29.41x17.21x10.5,30x18x11}'::packopt.box[]) b,
  LATERAL (SELECT sum(c.shipments) FILTER (WHERE c.boxes[1] <@ b) AS shipments FROM packopt.profile_classes(p) c) exact,
  LATERAL (SELECT sum(c.shipments) FILTER (WHERE c.boxes[1] <@ b) AS shipments FROM packopt.profile_classes(packopt.coarsen(p, 500)) c) coarse;

-- Results of a coarsened profile say so.
SELECT count(*) FROM whole, evaluate_suite(packopt.coarsen(p, 500), '{30x18x11}');

-- The largest lengths stay within the limit.
SELECT max(packopt.length(s.boxes[1])), count(*) BETWEEN 10 AND 100 AS capped FROM (
  SELECT packopt.coarsen(profile(20000 - n * 0.77, 19999 - n, 1), 100) AS c FROM generate_series(1, 3000) n) p, packopt.profile_classes(c) s;

SELECT packopt.coarsen(p, 99) FROM whole;
SELECT packopt.coarsen(p, 1000001) FROM whole;
DROP TABLE sizes, whole;
