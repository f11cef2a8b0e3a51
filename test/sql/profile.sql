-- packopt.profile: its aggregates.
\pset null '(null)'

-- Classes are sorted lengths; what cannot be used is counted by reason.
CREATE TABLE lines (n int, l numeric, w numeric, h numeric);
INSERT INTO lines VALUES (1, 10, 5, 2), (2, 2, 10, 5), (3, 5.0, 2, 10.00), (4, 12.5, 8, 3.1), (5, NULL, 5, 2), (6, 10, NULL, NULL),
  (7, 0, 5, 2), (8, 10, -5, 2), (9, -1, 0, 2), (10, 'NaN', 5, 2), (11, 20000.00001, 1, 1), (12, 20000, 1, 1), (13, 10, 5, 2.000001),
  (14, NULL, 'NaN', -1);
SELECT packopt.shipments(p), packopt.left_out_shipments(p), packopt.classes(p), packopt.level(p), packopt.length_unit(p),
  packopt.weight_unit(p), packopt.content_volume(p), packopt.memory(p) BETWEEN 1 AND 10000 AS memory
FROM (SELECT profile(l, w, h) AS p FROM lines) s;
SELECT c.boxes, c.shipments, c.content_volume FROM (SELECT profile(l, w, h) AS p FROM lines) s, packopt.profile_classes(p) c;
SELECT r.* FROM (SELECT profile(l, w, h) AS p FROM lines) s, packopt.left_out(p) r;
SELECT r.* FROM (SELECT profile(l, w, h) AS p FROM (VALUES ('Infinity'::float8, 1::float8, 1), (1, '-Infinity', 1), (1e300, 1, 1), (1, 1e-300, 1)) v(l, w, h)) s,
  packopt.left_out(p) r;
SELECT r.* FROM (SELECT profile(1, 2, 3, q) AS p FROM unnest('{1,0,-1,1.5,1.000001,NULL,NaN,1000001,1.0}'::numeric[]) q) s, packopt.left_out(p) r;
SELECT r.* FROM (SELECT profile(1::float8, 2, 3, q) AS p FROM unnest('{1,0,-1,1.5,1.000001,NULL,NaN,Infinity,1000001}'::float8[]) q) s,
  packopt.left_out(p) r;

-- No rows, and no profiles, make an empty profile, which changes no other.
SELECT profile(l, w, h) = profile(l, w, h, 1) AND profile(l, w, h) = profile(packopt.item(l, w, h)) AS same,
  packopt.shipments(profile(l, w, h)), packopt.classes(profile(l, w, h)), packopt.left_out_shipments(profile(l, w, h))
FROM lines WHERE false;
SELECT profile(p) = (SELECT profile(1, 1, 1) FROM lines WHERE false) AS empty FROM (VALUES (NULL::packopt.profile), (NULL)) v(p);
SELECT profile(p) = (SELECT profile(l, w, h) FROM lines) AS unchanged
FROM (SELECT profile(l, w, h) AS p FROM lines UNION ALL SELECT NULL UNION ALL SELECT profile(1, 1, 1) FROM lines WHERE false) s;
SELECT profile(l, w, h) FILTER (WHERE n = 1) = profile(10, 5, 2) FILTER (WHERE n = 2) AS filtered FROM lines;

-- Integers, numerics, doubles, reals and items give the same profile.
CREATE TABLE sizes AS
SELECT n, (n * 37 % 991)::numeric / 10 + 0.1 AS l, (n * 53 % 997)::numeric / 100 + 0.01 AS w, (n * 71 % 499 + 1)::numeric AS h
FROM generate_series(1, 5000) n;
SELECT profile(l, w, h) = profile(l::float8, w::float8, h::float8) AS float8, profile(l, w, h) = profile(l::real, w::real, h::real) AS real,
  profile(l, w, h) = profile(packopt.item(l, w, h)) AS item, profile(l, w, h) = profile(w, h, l) AS turned,
  profile(l, w, h) = profile(l, w, h, 1) AS quantity, profile(h, h, h) = profile(h::int, h::smallint, h::bigint) AS integer,
  profile(l, w, h) = profile(h::real, w::float8, l::float8) AS mixed, packopt.classes(profile(l, w, h)) AS classes FROM sizes;

-- Floats are their shortest decimal text: exact up to five decimals, rounded up beyond.
SELECT x, profile(x, 20000::real, 20000::real) AS p INTO reals
FROM unnest('{12345.67,0.1,0.3,9999.99,16.7,10.12345,0.00001,0.33333,20000}'::real[]) x GROUP BY x;
SELECT c.boxes FROM reals, packopt.profile_classes(p) c ORDER BY c.boxes;
SELECT x, profile(x, 20000::float8, 20000::float8) AS p INTO doubles
FROM unnest('{12345.67,0.1,10.000001,10.00001,19999.99999,0.00001,0.000001,5e-324,3.3000000000000003}'::float8[]) x GROUP BY x;
SELECT c.boxes FROM doubles, packopt.profile_classes(p) c ORDER BY c.boxes;
SELECT count(*) FILTER (WHERE r <> n) AS real, count(*) FILTER (WHERE f <> n) AS double FROM (
  SELECT profile(x::real, 1::real, 1::real) AS r, profile(x::float8, 1::float8, 1::float8) AS f, profile(x, 1, 1) AS n
  FROM generate_series(0.01, 99.99, 0.01) x GROUP BY x) s;

-- Numerics are read from their stored form: compare with what their text says, over all magnitudes and lengths.
CREATE TABLE numbers AS
SELECT x FROM (
  SELECT (n * 7919 % 100003)::numeric * 10::numeric ^ -(n % 11) AS x FROM generate_series(1, 4000) n
  UNION ALL SELECT round(n * 0.00001, 5) FROM generate_series(1, 20) n
  UNION ALL SELECT 10::numeric ^ e FROM generate_series(-8, 4) e
  UNION ALL SELECT 10::numeric ^ e + 10::numeric ^ -e FROM generate_series(0, 12) e
  UNION ALL SELECT 20000 - n * 0.00001 FROM generate_series(0, 12) n
  UNION ALL SELECT (n * 0.7)::numeric(30, 20) FROM generate_series(1, 100) n
  UNION ALL SELECT 1 + 10::numeric ^ -e FROM generate_series(1, 60) e
  UNION ALL SELECT 1e-1000 UNION ALL SELECT 0.1 + 1e-16000
) s WHERE x > 0 AND x <= 20000;
SELECT count(*) > 2500 AS many, count(*) FILTER (WHERE packopt.length(c.boxes[1]) <> 20000) AS not_first,
  count(*) FILTER (WHERE packopt.item_cmp(packopt.item(packopt.length(c.boxes[1]), packopt.width(c.boxes[1]), packopt.height(c.boxes[1])),
    format('20000x20000x%s', x)::packopt.item) <> 0) AS unlike_text,
  count(*) FILTER (WHERE packopt.height(c.boxes[1])::numeric <> ceil(x * 100000) / 100000) AS unlike_arithmetic
FROM (SELECT x, profile(x, 20000, 20000) AS p FROM numbers GROUP BY x) s, packopt.profile_classes(p) c;
SELECT r.reason, r.shipments FROM (
  SELECT profile(x, 1, 1) AS p
  FROM unnest('{0,0.0000,-0.00001,-1e10,NaN,Infinity,-Infinity,20000.00001,20000.000001,1e8,1e9,1e100,1e10000}'::numeric[]) x) s,
  packopt.left_out(p) r;

-- Merging the parts, cut whichever way and in whichever order, gives the whole.
SELECT cut, bool_and(merged = whole AND backwards = whole) AS same FROM (
  SELECT cut, (SELECT profile(p) FROM (SELECT profile(l, w, h) AS p FROM sizes GROUP BY n * cut % 101) s) AS merged,
    (SELECT profile(p ORDER BY g DESC) FROM (SELECT n / (cut * 100) AS g, profile(l, w, h) AS p FROM sizes GROUP BY 1) s) AS backwards,
    (SELECT profile(l, w, h) FROM sizes) AS whole
  FROM generate_series(1, 4) cut) s GROUP BY cut ORDER BY cut;
SELECT profile(p) = (SELECT profile(l, w, h) FROM lines) AS same FROM (SELECT profile(l, w, h) AS p FROM lines GROUP BY n) s;
CREATE TABLE days AS SELECT n % 7 AS day, profile(l, w, h) AS p FROM sizes GROUP BY 1;
SELECT profile(p) = (SELECT profile(l, w, h) FROM sizes) AS stored, sum(packopt.shipments(p)) FROM days;

-- As window functions.
SELECT n, packopt.shipments(profile(l, w, h) OVER (ORDER BY n)), packopt.left_out_shipments(profile(l, w, h) OVER (ORDER BY n)),
  packopt.shipments(profile(l, w, h) OVER (ORDER BY n ROWS 2 PRECEDING)) AS last_3 FROM lines ORDER BY n;
SELECT day, packopt.shipments(profile(p) OVER (ORDER BY day)),
  profile(p) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) = (SELECT profile(l, w, h) FROM sizes) AS whole
FROM days ORDER BY day;

-- Equality is bit for bit.
SELECT a.p = b.p AS eq, a.p <> b.p AS ne FROM (SELECT profile(1, 2, 3) AS p) a, (VALUES ((SELECT profile(3, 2, 1))), ((SELECT profile(1, 2, 4))), (NULL)) b(p);

-- The functions behind cannot be called by hand.
SELECT packopt.profile_add(NULL, 1::numeric, 2, 3);
SELECT packopt.profile_merge(NULL, p) FROM days LIMIT 1;
DROP TABLE lines, sizes, reals, doubles, numbers, days;
