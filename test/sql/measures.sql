-- suite_report() and box_value(): every metric equals the one computed from the raw rows in plain SQL.
\pset null '-'
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE TABLE history AS SELECT row_no, length_in::numeric AS length_in, width_in::numeric AS width_in, height_in::numeric AS height_in, weight_lb::numeric AS weight_lb
FROM packopt.sample_shipments(4000, 9);
CREATE TABLE raw AS SELECT row_no, d[3] AS x, d[2] AS y, d[1] AS z, length_in * width_in * height_in AS content, ceil(weight_lb) AS weight
FROM history, LATERAL (SELECT array_agg(v ORDER BY v) AS d FROM unnest(ARRAY[length_in, width_in, height_in]) v) o WHERE length_in > 0 AND width_in > 0 AND height_in > 0;

CREATE TABLE suites (name text, boxes packopt.box[]);
INSERT INTO suites VALUES ('on the grid', '{8x6x4,12x9x4,14x10x6,18x14x8,24x18x12,31x31x31}'), ('off the grid', '{7.93x5.21x4.4,12.7x3.3x3.1,11.11x10.01x5.003,19.99999x14.3x8.7,30x30x20.1}'),
  ('too small', '{6x5x2,5x4x3}'), ('some useless', '{1x1x0.1,20x20x20,21x21x21,40x40x40,12.5x12.5x12.5}'), ('same volume', '{10x10x10,20x10x5,25x8x5,40x5x5,20x20x2.5}');
CREATE TABLE options (padding numeric, grade text, opening text, divisor numeric);
INSERT INTO options VALUES (0, 'C', 'least', 139), (0.25, 'BC', 'top', 166);

-- The boxes that hold a shipment, by place: the first is its own.
CREATE TABLE packed AS
WITH b AS (SELECT name, padding, box, packopt.volume(box)::numeric AS volume, d[3] - padding AS x, d[2] - padding AS y, d[1] - padding AS z, row_number() OVER (PARTITION BY name, padding ORDER BY box) AS rank
  FROM suites, options, unnest(boxes) box, LATERAL (SELECT array_agg(v::numeric ORDER BY v) AS d FROM unnest(ARRAY[packopt.length(box), packopt.width(box), packopt.height(box)]) v) s)
SELECT name, padding, row_no, box, volume, row_number() OVER (PARTITION BY name, padding, row_no ORDER BY rank) AS place FROM raw r JOIN b ON r.x <= b.x AND r.y <= b.y AND r.z <= b.z;
ANALYZE raw, suites, options, packed;
CREATE TABLE by_hand AS
WITH outer_boxes AS (SELECT name, padding, box, grammage_g_m2::numeric / 1000 AS grammage, packopt.board_area(box, grade, 'in', opening)::numeric AS area,
    ceil(packopt.length(o)::numeric * packopt.width(o)::numeric * packopt.height(o)::numeric / divisor) AS dim
  FROM suites, options JOIN packopt.board_grades USING (grade), unnest(boxes) box, packopt.outer_box(box, grade, 'in', opening) o),
s AS (SELECT name, padding, volume, content, grammage, area, dim, (x + padding) * (y + padding) * (z + padding) AS tailored, greatest(dim, weight) AS billed
  FROM raw JOIN packed USING (row_no) JOIN outer_boxes USING (name, padding, box) WHERE place = 1),
t AS (SELECT name, padding, count(*)::numeric AS n, sum(volume) AS volume, sum(content) AS content, sum(area) AS area, sum(area * grammage) AS mass, sum(tailored) AS tailored,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY volume - content) AS median, percentile_disc(0.95) WITHIN GROUP (ORDER BY volume - content) AS p95,
    count(*) FILTER (WHERE (volume - content) / volume > 0.5) AS half_empty, avg(content / volume) AS mean_utilization, sum(dim) AS dim, sum(billed) AS billed FROM s GROUP BY name, padding)
SELECT name, padding, m.* FROM t JOIN suites USING (name), LATERAL (VALUES
  ('boxes', cardinality(boxes)), ('shipments', (SELECT count(*) FROM raw)), ('left_out', (SELECT count(*) FROM history) - (SELECT count(*) FROM raw)),
  ('boxed', n), ('unboxed', (SELECT count(*) FROM raw) - n), ('box_volume', volume), ('content_volume', content), ('utilization', 100 * content / volume),
  ('mean_utilization', 100 * mean_utilization), ('void_ratio', 100 * (1 - content / volume)), ('void_above_half_share', 100 * half_empty / n),
  ('air_mean', (volume - content) / n), ('air_median', median), ('air_p95', p95), ('tailored_volume', tailored), ('above_tailored', 100 * (volume - tailored) / tailored),
  ('board_area', area), ('board_mass', mass), ('board_co2e', 0.491 * mass), ('dimensional_weight', dim), ('billed_weight', billed)) m(metric, value);

ANALYZE by_hand;
SELECT s.name, o.padding, count(*) AS metrics, string_agg(metric, ' ') FILTER (WHERE NOT coalesce(
    CASE WHEN r.unit IN ('shipments', 'boxes', 'lb') OR metric IN ('air_median', 'air_p95') THEN r.value = h.value::float8
      ELSE abs(r.value - h.value::float8) <= 1e-9 * abs(r.value) END, false)) AS different
FROM suites s CROSS JOIN options o CROSS JOIN LATERAL suite_report('history', s.boxes, o.padding, board_grade => grade, opening => opening, dim_divisor => divisor::float8) r
  LEFT JOIN by_hand h USING (name, padding, metric) GROUP BY s.name, o.padding ORDER BY s.name, o.padding;

-- From the profile as from the relation; one without weights tells no billed weight.
SELECT count(*) AS differences FROM suites s, LATERAL (SELECT suite_report('history', boxes, 0.5) EXCEPT ALL SELECT suite_report(profile_shipments('history', weight_step => 1), boxes, padding => 0.5)) d;
SELECT metric, value IS NULL AS none FROM suites, suite_report(profile_shipments('history'), boxes, metrics => NULL) r WHERE name = 'on the grid' AND unit = 'lb';
-- A profile in finer steps, or with a weight limit that is no whole number of pounds, tells the same.
SELECT a.value = b.value AS finer, a.value = c.value AS limited FROM suites, suite_report('history', boxes, metrics => '{billed_weight}') a,
  suite_report(profile_shipments('history', weight_step => 0.25), boxes, metrics => '{billed_weight}') b, suite_report('history', boxes, metrics => '{billed_weight}', max_weight => 1000.5) c WHERE name = 'on the grid';
SELECT l.value = h.light AS limited, h.light < h.shipments AS some_heavy FROM suites, suite_report('history', boxes, max_weight => 7.5, metrics => '{shipments}') l,
  LATERAL (SELECT count(*) FILTER (WHERE weight_lb > 7.5 IS NOT TRUE)::float8 AS light, count(*) AS shipments FROM history WHERE length_in > 0 AND width_in > 0 AND height_in > 0) h WHERE name = 'on the grid';
-- Chosen metrics come in the order of the report.
SELECT metric, unit FROM suites, suite_report('history', boxes, metrics => '{board_mass,air_p95,boxed,boxed}') WHERE name = 'on the grid';
-- Units are those of the history.
CREATE VIEW metric_history AS SELECT length_in * 2.54 AS length_cm, width_in * 2.54 AS width_cm, height_in * 2.54 AS height_cm, weight_lb * 0.45359237 AS weight_kg FROM history;
SELECT metric, r.unit, CASE WHEN r.unit IN ('%', 'm2', 'kg CO2e', 'shipments') OR metric = 'board_mass' THEN abs(r.value - i.value) <= 1e-9 * i.value WHEN r.unit = 'cm3' THEN abs(r.value / 2.54 ^ 3 - i.value) <= 1e-9 * i.value END AS same
FROM suite_report('metric_history', array[packopt.box(25.4, 50.8, 12.7), packopt.box(76.2, 76.2, 76.2)]) r JOIN suite_report('history', '{10x20x5,30x30x30}') i USING (metric);
SELECT unit, value FROM suite_report((SELECT packopt.set_units(profile(1, 2, 3), 'mm')), '{100x100x49}', metrics => '{box_volume,dimensional_weight}', board_grade => 'E');
-- Dimensional weight by the units; a whole number of steps (outside this one has 50 x 50 x 20 cm) is not rounded up.
SELECT unit, value FROM suite_report((SELECT packopt.set_units(profile(1, 1, 1), 'cm')), '{49.2x49.2x18.4}', opening => 'top', metrics => '{dimensional_weight}');
SELECT d.unit, value FROM (VALUES ('cm', 'kg', 5000.0), ('cm', 'g', 5000), ('cm', 'lb', 5000), ('in', 'oz', 139), ('in', 'kg', 139), ('mm', NULL, 5000)) u(length, weight, divisor),
  suite_report((SELECT packopt.set_units(profile(1, 1, 1), length, weight)), '{20x20x20}', metrics => '{dimensional_weight}', dim_divisor => divisor) d;

-- The worth of a box: its shipments in the next box that holds them.
CREATE TABLE worth AS
WITH second AS (SELECT name, padding, row_no, box AS next_box, volume AS next_volume FROM packed WHERE place = 2),
moved AS (SELECT name, padding, box, next_box, count(*) AS n, sum(next_volume - volume) AS extra FROM packed LEFT JOIN second USING (name, padding, row_no) WHERE place = 1 GROUP BY name, padding, box, next_box)
SELECT name, padding, box, sum(n) AS shipments, coalesce(sum(n) FILTER (WHERE next_box IS NULL), 0) AS only_here, coalesce(sum(extra), 0)::float8 AS extra, max(n) FILTER (WHERE next_box IS NOT NULL) AS most,
  (SELECT value::float8 FROM by_hand v WHERE v.name = m.name AND v.padding = m.padding AND metric = 'box_volume') AS volume FROM moved m GROUP BY name, padding, box;
ANALYZE worth;
SELECT s.name, o.padding, count(*) AS boxes, bool_and(v.shipments = coalesce(h.shipments, 0) AND v.only_here = coalesce(h.only_here, 0) AND v.share = coalesce(h.shipments, 0)::float8 / (SELECT count(*) FROM raw)) AS counts,
  bool_and(abs(v.extra_volume - coalesce(h.extra, 0)) <= 1e-9 * v.extra_volume AND abs(v.extra_pct - coalesce(100 * h.extra / h.volume, 0)) <= 1e-9 * v.extra_pct) AS extra,
  bool_and(v.next_shipments IS NOT DISTINCT FROM h.most AND (v.next_box IS NULL) = (h.most IS NULL)) AS next, sum(v.only_here) > 0 AS some_alone
FROM suites s CROSS JOIN options o CROSS JOIN LATERAL box_value('history', s.boxes, o.padding) v LEFT JOIN worth h USING (name, padding, box) GROUP BY s.name, o.padding ORDER BY s.name, o.padding;
-- Dropping a box costs just that.
SELECT count(*) AS boxes, bool_and(abs(v.extra_volume - (d.volume - w.volume)) <= 1e-9 * w.volume) AS extra FROM suites s, box_value('history', boxes) v,
  LATERAL (SELECT sum(box_volume) AS volume FROM evaluate_suite('history', boxes) WHERE box IS NOT NULL) w,
  LATERAL (SELECT sum(box_volume) AS volume FROM evaluate_suite('history', array_remove(boxes, v.box)) WHERE box IS NOT NULL) d
WHERE name = 'some useless' AND only_here = 0;
SELECT box, shipments, only_here, extra_volume, round(extra_pct::numeric, 3) AS extra_pct, next_box, next_shipments FROM box_value((SELECT profile(l, 1, 1) FROM generate_series(1, 10) l), '{9x1x1,1x3x1,5x1x1,20x0.5x20}');

-- Several pieces, upright ones too, and a coarsened profile: as evaluate_suite.
CREATE TABLE orders AS SELECT row_no / 3 AS order_id, length_in, width_in, height_in, row_no % 7 = 0 AS upright, weight_lb FROM history;
SELECT kind, r.shipments = e.shipments AS shipments, r.unboxed = e.unboxed AS unboxed, abs(r.volume - e.volume) <= 1e-9 * e.volume AS volume, abs(r.content - e.content) <= 1e-9 * e.content AS content,
  abs(w.volume - e.volume) <= 1e-9 * e.volume AND w.held + w.none = e.shipments AS worth
FROM (VALUES ('orders', profile_shipments('orders', weight_step => 2)), ('coarse', packopt.coarsen(profile_shipments('history'), 100))) p(kind, p), (SELECT boxes FROM suites WHERE name = 'off the grid') s,
  LATERAL (SELECT sum(value) FILTER (WHERE metric = 'boxed') AS shipments, sum(value) FILTER (WHERE metric = 'unboxed') AS unboxed, sum(value) FILTER (WHERE metric = 'box_volume') AS volume,
    sum(value) FILTER (WHERE metric = 'content_volume') AS content FROM suite_report(p, boxes)) r,
  LATERAL (SELECT sum(shipments) FILTER (WHERE box IS NOT NULL) AS shipments, coalesce(sum(shipments) FILTER (WHERE box IS NULL), 0) AS unboxed, sum(box_volume) AS volume,
    sum(content_volume) FILTER (WHERE box IS NOT NULL) AS content FROM evaluate_suite(p, boxes)) e,
  LATERAL (SELECT sum(shipments * packopt.volume(box)) AS volume, sum(shipments - only_here) AS held, sum(only_here) AS none FROM box_value(p, boxes)) w;
-- The tailored box of an order is its smallest minimal box.
SELECT abs(value - by_hand) <= 1e-9 * by_hand AS tailored FROM (SELECT profile_shipments('orders') AS p) p, suite_report(p, '{90x90x90}', 0.5, metrics => '{tailored_volume}'),
  LATERAL (SELECT sum(shipments * (SELECT min((packopt.length(b) + 0.5) * (packopt.width(b) + 0.5) * (packopt.height(b) + 0.5)) FROM unnest(boxes) b)) AS by_hand FROM packopt.profile_classes(p)) h;

-- Nothing shipped, nothing held.
SELECT metric, value FROM suite_report((SELECT packopt.set_units(profile(1, 1, 1), 'cm') FROM (SELECT 1 WHERE false) s), '{2x2x2}');
SELECT metric, value FROM suite_report((SELECT packopt.set_units(profile(3, 1, 1), 'cm')), '{2x2x2}') WHERE value <> 0;
SELECT box, shipments, share, only_here, extra_volume, extra_pct, next_box FROM box_value((SELECT profile(1, 1, 1) WHERE false), '{2x2x2}');

-- Bad input.
SET client_min_messages = notice;
SELECT * FROM suite_report('raw', '{2x2x2}', metrics => '{box_volume,beauty}');
CREATE TABLE p AS SELECT profile(packopt.item(1, 2, 3)) AS p;
SELECT * FROM suite_report((SELECT p FROM p), '{2x2x2}', metrics => '{box_volume,beauty}');
SELECT * FROM suite_report((SELECT p FROM p), '{2x2x2}', metrics => '{NULL}');
SELECT * FROM suite_report((SELECT p FROM p), '{2x2x2}', metrics => '{held_by_both}');
SELECT count(*) FROM suite_report((SELECT p FROM p), '{2x2x2}', metrics => '{}');
SELECT * FROM suite_report((SELECT p FROM p), '{2x2x2}', metrics => '{billed_weight}');
CREATE TABLE plain AS SELECT 1 AS length, 2 AS width, 3 AS height;
SELECT * FROM suite_report('plain', '{2x2x2}', metrics => '{billed_weight}');
SELECT metric, value FROM suite_report('plain', '{4x2x2}', metrics => '{boxed,box_volume}');
SELECT * FROM suite_report((SELECT p FROM p), '{2x2x2}', dim_divisor => 0);
SELECT * FROM suite_report((SELECT p FROM p), '{2x2x2}', dim_divisor => 'NaN');
SELECT * FROM suite_report((SELECT p FROM p), '{2x2x2}', dim_divisor => '-Infinity');
SELECT * FROM suite_report((SELECT p FROM p), '{2x2x2}', board_grade => 'nope');
SELECT * FROM suite_report((SELECT p FROM p), '{2x2x2}', opening => 'nope');
SELECT * FROM suite_report((SELECT p FROM p), '{}');
SELECT * FROM suite_report((SELECT p FROM p), '{2x2x2,2x2x2}');
SELECT * FROM suite_report((SELECT p FROM p), '{2x2x2,NULL}');
SELECT * FROM suite_report(NULL::packopt.profile, '{2x2x2}');
SELECT * FROM suite_report('plain', NULL);
SELECT * FROM suite_report((SELECT p FROM p), '{2x2x2}', max_weight => 3);
SELECT * FROM box_value('plain', '{}');
SELECT * FROM box_value((SELECT p FROM p), '{2x2x2,2x2x2}');
SELECT * FROM box_value((SELECT p FROM p), '{2x2}');
SELECT * FROM box_value(NULL::packopt.profile, '{2x2x2}');
DROP TABLE raw, suites, options, packed, by_hand, worth, orders, p, plain;
DROP TABLE history CASCADE;
