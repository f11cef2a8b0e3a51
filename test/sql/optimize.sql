-- optimize_suite(): properties of the suites it finds.
\pset null '-'
SET client_min_messages = error;

CREATE TABLE history AS SELECT row_no, shipped_at, warehouse, length_in, width_in, height_in, weight_lb FROM packopt.sample_shipments(20000, 3);
CREATE TABLE profiled AS SELECT profile_shipments('history') AS p;
CREATE FUNCTION pg_temp.p() RETURNS packopt.profile LANGUAGE sql AS $$ SELECT p FROM profiled $$;
CREATE FUNCTION pg_temp.sorted(b packopt.box) RETURNS float8[] LANGUAGE sql AS $$
  SELECT array_agg(v ORDER BY v) FROM unnest(ARRAY[packopt.length(b), packopt.width(b), packopt.height(b)]) v
$$;
CREATE FUNCTION pg_temp.on_grid(b packopt.box, step float8) RETURNS bool LANGUAGE sql AS $$
  SELECT bool_and(v / step = round(v / step)) FROM unnest(pg_temp.sorted(b)) v
$$;
-- What has to hold of every result: the boxes in order, all shipments in a box or in the last row, and sums that evaluate_suite confirms.
CREATE TABLE result AS SELECT ''::text AS name, row_number() OVER () AS n, s.*, 0::float8 AS padding FROM optimize_suite(pg_temp.p(), 1, save => false) s LIMIT 0;
CREATE FUNCTION pg_temp.faults(which text, p packopt.profile) RETURNS text LANGUAGE sql AS $$
  WITH r AS (SELECT * FROM result WHERE name = which), s AS (SELECT array_agg(box ORDER BY n) AS boxes, max(padding) AS padding FROM r WHERE box IS NOT NULL)
  SELECT coalesce(string_agg(fault, ', '), 'none') FROM (
    SELECT 'boxes out of order' AS fault FROM r a JOIN r b ON a.n + 1 = b.n WHERE a.box > b.box OR a.box IS NULL
    UNION ALL SELECT 'a box without shipments' FROM r WHERE shipments = 0 AND box IS NOT NULL
    UNION ALL SELECT 'shipments lost' FROM r HAVING sum(shipments) <> packopt.shipments(p)
    UNION ALL SELECT 'content lost' FROM r HAVING abs(sum(content_volume) / packopt.content_volume(p) - 1) > 1e-9
    UNION ALL SELECT 'shares' FROM r HAVING abs(sum(share) - 1) > 1e-9
    UNION ALL SELECT 'unlike evaluate_suite' FROM s, LATERAL (
      SELECT count(*) AS same FROM evaluate_suite(p, s.boxes, s.padding) e JOIN r ON (e.box, e.length, e.width, e.height, e.shipments, e.share, e.box_volume, e.content_volume, e.utilization, e.air_per_shipment)
        IS NOT DISTINCT FROM (r.box, r.length, r.width, r.height, r.shipments, r.share, r.box_volume, r.content_volume, r.utilization, r.air_per_shipment)) x
      WHERE same <> (SELECT count(*) FROM r)
    UNION ALL SELECT 'per row' FROM r WHERE box IS NOT NULL AND shipments > 0 AND (abs(utilization - content_volume / box_volume) > 1e-9 OR abs(packopt.volume(box) * shipments - box_volume) > 1e-9 * box_volume
      OR abs(air_per_shipment - (box_volume - content_volume) / shipments) > 1e-6)
  ) f
$$;

INSERT INTO result SELECT 'plain ' || k, row_number() OVER (PARTITION BY k), s.*, 0 FROM unnest('{1,2,5,12}'::int[]) k, optimize_suite(pg_temp.p(), k, save => false) s;
INSERT INTO result SELECT 'relation', row_number() OVER (), s.*, 0 FROM optimize_suite('history', 5, save => false) s;
INSERT INTO result SELECT 'padding', row_number() OVER (), s.*, 0.3 FROM optimize_suite(pg_temp.p(), 5, padding => 0.3, save => false) s;
INSERT INTO result SELECT 'step', row_number() OVER (), s.*, 0 FROM optimize_suite(pg_temp.p(), 5, step => 2.5, save => false) s;
INSERT INTO result SELECT 'steps', row_number() OVER (), s.*, 0 FROM optimize_suite(pg_temp.p(), 5, steps => '3x2x0.7', save => false) s;
INSERT INTO result SELECT 'max_box', row_number() OVER (), s.*, 0 FROM optimize_suite(pg_temp.p(), 5, max_box => '13.2x20x9.9', save => false) s;
INSERT INTO result SELECT 'min_box', row_number() OVER (), s.*, 0 FROM optimize_suite(pg_temp.p(), 5, min_box => '4x12x10', save => false) s;
INSERT INTO result SELECT 'keep', row_number() OVER (), s.*, 0 FROM optimize_suite(pg_temp.p(), 5, keep => '{9.3x7.7x3.1,26x18x12}', save => false) s;
INSERT INTO result SELECT 'catalogue', row_number() OVER (), s.*, 0 FROM optimize_suite(pg_temp.p(), 4,
  candidates => '{4x8x6,12x9x4,14.2x10x6,18x14x8,24x18x12,30x24x18,31x31x31,13x13x2}', save => false) s;
SELECT name, count(box) AS boxes, sum(shipments) FILTER (WHERE box IS NULL) AS unboxed, pg_temp.faults(name, pg_temp.p()) AS faults FROM result GROUP BY name ORDER BY name;

-- Relation and profile give the same suite; so does a second time.
SELECT count(*) AS differences FROM (SELECT box, shipments, box_volume FROM result WHERE name = 'relation' EXCEPT SELECT box, shipments, box_volume FROM result WHERE name = 'plain 5') s;
SELECT count(*) AS differences FROM (SELECT box, shipments, box_volume FROM optimize_suite('history', 12, save => false) EXCEPT
  SELECT box, shipments, box_volume FROM result WHERE name = 'plain 12') s;

-- More boxes cost no more; the totals go down.
SELECT bool_and(volume < previous) AS going_down FROM (
  SELECT sum(box_volume) AS volume, lag(sum(box_volume)) OVER (ORDER BY count(*)) AS previous FROM result WHERE name ~ 'plain' GROUP BY name) s;
-- Never worse than a plausible suite of boxes on the grid, or than the best of many random ones.
SELECT (SELECT sum(box_volume) FROM result WHERE name = 'plain 12') <= sum(box_volume) AS plausible
FROM evaluate_suite(pg_temp.p(), '{6x4x3,8x6x4,9x6x3,10x7x5,12x9x4,12x9x6,14x10x6,16x12x6,18x14x8,20x16x10,24x18x12,30x30x30}') HAVING count(*) = count(box);
SELECT bool_and(optimum.volume <= random.volume) AS never_worse, count(random.volume) > 30 AS many FROM
  (SELECT sum(box_volume) AS volume FROM result WHERE name = 'plain 5') optimum,
  generate_series(1, 100) r, LATERAL (
    SELECT sum(box_volume) AS volume FROM evaluate_suite(pg_temp.p(), (SELECT array_agg(b) FROM (SELECT packopt.box(n * r * 7 % 37 / 2.0 + 4, n * r * 5 % 29 / 2.0 + 3, n * r * 3 % 23 / 2.0 + 2) AS b
      FROM generate_series(1, 4) n UNION SELECT '30x30x30') s)) HAVING count(*) = count(box)) random;

-- Boxes are on the grid; those to keep, to choose from and to stay within are heeded.
SELECT bool_and(pg_temp.on_grid(box, 0.5)) AS half_inches FROM result WHERE name ~ 'plain|padding|relation';
SELECT bool_and(pg_temp.on_grid(box, 2.5)) AS step FROM result WHERE name = 'step';
SELECT bool_and(v[3] / 3 = round(v[3] / 3) AND v[2] / 2 = round(v[2] / 2) AND abs(v[1] / 0.7 - round(v[1] / 0.7)) < 1e-9) AS steps FROM result, pg_temp.sorted(box) v WHERE name = 'steps';
SELECT bool_and(box <@ '13.2x20x9.9') AS max_box, count(*) FILTER (WHERE box IS NULL) AS rows_without_box FROM result WHERE name = 'max_box';
SELECT sum(shipments) FILTER (WHERE box IS NULL) = sum(shipments) - (SELECT sum(c.shipments) FROM packopt.profile_classes(pg_temp.p()) c WHERE c.boxes[1] <@ '13.2x20x9.9') AS all_that_fit_are_held
FROM result WHERE name = 'max_box';
SELECT bool_and(box @> '4x12x10'::packopt.box) AS min_box FROM result WHERE name = 'min_box';
SELECT count(*) AS kept FROM result WHERE name = 'keep' AND box IN ('9.3x7.7x3.1', '26x18x12');
SELECT count(box) = count(*) FILTER (WHERE box = ANY ('{4x8x6,12x9x4,14.2x10x6,18x14x8,24x18x12,30x24x18,31x31x31,13x13x2}')) AS from_the_catalogue FROM result WHERE name = 'catalogue';
-- Of the catalogue, the best choice there is.
WITH c(b) AS (VALUES ('4x8x6'::packopt.box), ('12x9x4'), ('14.2x10x6'), ('18x14x8'), ('24x18x12'), ('30x24x18'), ('31x31x31'), ('13x13x2'))
SELECT abs(min(v) / (SELECT sum(box_volume) FROM result WHERE name = 'catalogue') - 1) < 1e-12 AS best FROM c w, c x, c y, c z,
  LATERAL (SELECT sum(box_volume) AS v FROM evaluate_suite(pg_temp.p(), ARRAY[w.b, x.b, y.b, z.b]) HAVING count(box) = count(*)) e WHERE w.b < x.b AND x.b < y.b AND y.b < z.b;
SELECT count(box) = 1 AND bool_and(box = '31x31x31') AS one_that_holds_all FROM optimize_suite(pg_temp.p(), 1, candidates => '{12x9x4,31x31x31,32x32x32}', save => false);

-- Small cases have the best suite on the grid; kept boxes stay though they ship nothing.
SELECT box, shipments, round(utilization::numeric, 4) AS utilization FROM optimize_suite((SELECT profile(l, 1, 1) FROM unnest('{1,1,1,5,9,9,10}'::int[]) l), 2, step => 1, save => false);
SELECT box, shipments FROM optimize_suite((SELECT profile(4, 3, 2)), 3, keep => '{1x1x1}', step => 1, save => false);
SELECT box, shipments, box_volume FROM optimize_suite((SELECT profile(4.2, 3, 2)), 1, padding => 0.5, save => false);
SELECT box, shipments FROM optimize_suite(packopt.set_units((SELECT profile(42.5, 33, 21)), 'mm'), 1, save => false);
SELECT box, shipments FROM optimize_suite(packopt.set_units((SELECT profile(42.5, 33, 21)), 'cm'), 1, save => false);

-- One that occurs once among many is not dropped to save volume; an absurd one does not make the grid explode.
SELECT box, shipments FROM optimize_suite((SELECT profile(CASE WHEN n = 1 THEN 19000 ELSE 2 END, 1, 1) FROM generate_series(1, 10000) n), 1, save => false);
SELECT max(packopt.length(box)) >= 19000 AS held, count(*) FROM optimize_suite((SELECT profile(p) FROM (VALUES (pg_temp.p()), ((SELECT profile(19000, 17000.3, 18000.7)))) v(p)), 3, save => false);
-- Fewer boxes than asked for.
SELECT box, shipments FROM optimize_suite((SELECT profile(4, 3, 2)), 5, save => false);
SELECT box, shipments FROM optimize_suite((SELECT profile(n, n, n) FROM generate_series(1, 3) n), 200, save => false);
DROP TABLE result, history, profiled;
