-- packopt.box: B-tree and hash order. Equality looks at the sorted dimensions, as free rotation does.

SELECT a, b, a = b AS eq, a <> b AS ne, a < b AS lt, a <= b AS le, a > b AS gt, a >= b AS ge, sign(packopt.box_cmp(a, b)) AS cmp,
  (packopt.box_hash(a) = packopt.box_hash(b)) = (a = b) AS hash,
  (packopt.box_hash_extended(a, 7) = packopt.box_hash_extended(b, 7)) = (a = b) AS hash_extended
FROM (VALUES ('12x9x4'::packopt.box, '4x9x12'::packopt.box), ('12x9x4', '9x12x4'), ('12x9x4', '12x9x4.00001'), ('6x6x1', '9x4x1'),
  ('4x3x2', '6x2x2'), ('10x13', '13x10'), ('10x13', '1x1x1'), ('10x13', '10x14'), ('20000x20000x20000', '20000x20000x19999.99999'),
  ('20000x0.00001x1', '1x0.1x2')) v(a, b);

-- Volume first, then the sorted dimensions; mailers come before cartons.
SELECT b FROM unnest('{12x9x4,1x1x1,9x9x9,9x4x1,6x6x1,10x13,36x1x1,8x10}'::packopt.box[]) b ORDER BY b;
SELECT b FROM unnest('{12x9x4,1x1x1,9x9x9,9x4x1,6x6x1,10x13,36x1x1,8x10}'::packopt.box[]) b ORDER BY b DESC;

-- A total order: for any two of many boxes exactly one of <, =, > holds, and the order goes with the volume.
CREATE TABLE boxes AS
SELECT n, packopt.box((n * 7 % 12 + 1) / 2.0, n * 5 % 9 + 1, n % 7 + 1) AS b FROM generate_series(1, 400) n;
SELECT count(*) FILTER (WHERE (x.b < y.b)::int + (x.b = y.b)::int + (x.b > y.b)::int <> 1) AS not_one_of_three,
  count(*) FILTER (WHERE (x.b < y.b) <> (y.b > x.b) OR (x.b <= y.b) <> (y.b >= x.b)) AS not_mirrored,
  count(*) FILTER (WHERE packopt.volume(x.b) < packopt.volume(y.b) AND NOT x.b < y.b) AS not_by_volume,
  count(*) FILTER (WHERE x.b = y.b) = count(*) FILTER (WHERE
    (SELECT array_agg(d ORDER BY d) FROM unnest(ARRAY[packopt.length(x.b), packopt.width(x.b), packopt.height(x.b)]) d) =
    (SELECT array_agg(d ORDER BY d) FROM unnest(ARRAY[packopt.length(y.b), packopt.width(y.b), packopt.height(y.b)]) d)) AS equal_if_sorted_equal
FROM boxes x, boxes y WHERE x.n <= 100 AND y.n <= 100;
SELECT count(*) AS not_transitive FROM boxes x, boxes y, boxes z
WHERE x.n <= 40 AND y.n <= 40 AND z.n <= 40 AND x.b <= y.b AND y.b <= z.b AND NOT x.b <= z.b;

-- DISTINCT, GROUP BY and joins agree, whatever way they are computed.
CREATE FUNCTION pg_temp.results() RETURNS text LANGUAGE sql AS $$
  SELECT (SELECT count(DISTINCT b) FROM boxes) || ' ' ||
    (SELECT count(*) FROM (SELECT b FROM boxes GROUP BY b) s) || ' ' ||
    (SELECT count(*) FROM boxes x JOIN boxes y ON x.b = y.b) || ' ' ||
    (SELECT count(*) FROM (SELECT b FROM boxes EXCEPT SELECT b FROM boxes WHERE n > 200) s)
$$;
SELECT format('%s %s %s %s', count(*), count(*), sum(c * c), count(*) FILTER (WHERE last <= 200)) AS expected FROM (
  SELECT count(*) AS c, max(n) AS last FROM (
    SELECT n, (SELECT array_agg(d ORDER BY d) FROM unnest(ARRAY[packopt.length(b), packopt.width(b), packopt.height(b)]) d) AS sorted
    FROM boxes) s GROUP BY sorted) g \gset
SET enable_hashagg = off;
SET enable_hashjoin = off;
SET enable_nestloop = off;
SELECT pg_temp.results() = :'expected' AS sort_and_merge;
SET enable_hashagg = on;
SET enable_sort = off;
SET enable_mergejoin = off;
SET enable_hashjoin = on;
SELECT pg_temp.results() = :'expected' AS hash;
SET enable_hashjoin = off;
SET enable_nestloop = on;
SELECT pg_temp.results() = :'expected' AS nested_loop;
RESET ALL;

-- Indexes find what a scan finds.
SELECT count(*) AS eq FROM boxes WHERE b = '4x3x0.5' \gset
SELECT count(*) AS range FROM boxes WHERE b > '3x3x1' AND b <= '4x4x3' \gset
CREATE INDEX ON boxes (b);
SET enable_seqscan = off;
SET max_parallel_workers_per_gather = 0;
SET enable_bitmapscan = off;
BEGIN;
SELECT count(*) = :eq AND :eq > 0 AS btree_eq FROM boxes WHERE b = '0.5x3x4';
SELECT count(*) = :range AND :range > 0 AS btree_range FROM boxes WHERE b > '3x3x1' AND b <= '4x4x3';
SELECT bool_and(packopt.volume(b) >= previous) AS ascending
FROM (SELECT b, lag(packopt.volume(b)) OVER () AS previous FROM (SELECT b FROM boxes ORDER BY b) s) s;
SELECT pg_stat_get_xact_numscans(indexrelid) > 0 AS index_used FROM pg_index WHERE indrelid = 'boxes'::regclass;
COMMIT;
DROP INDEX boxes_b_idx;
CREATE INDEX ON boxes USING hash (b);
BEGIN;
SELECT count(*) = :eq AS hash_eq FROM boxes WHERE b = '0.5x3x4';
SELECT pg_stat_get_xact_numscans(indexrelid) > 0 AS index_used FROM pg_index WHERE indrelid = 'boxes'::regclass;
COMMIT;
RESET ALL;

-- A box of equal sorted dimensions violates uniqueness.
CREATE TABLE catalogue (box packopt.box PRIMARY KEY, item packopt.item UNIQUE);
INSERT INTO catalogue VALUES ('12x9x4', '1x2x3'), ('12x9x5', '1x2x3 upright');
INSERT INTO catalogue VALUES ('4x12x9', '1x1x1');
INSERT INTO catalogue VALUES ('1x1x1', '3x2x1');

-- Hash partitions take equal boxes into the same one.
CREATE TABLE parts (b packopt.box) PARTITION BY HASH (b);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO parts SELECT b FROM boxes;
SELECT count(*) AS split FROM (SELECT b FROM parts GROUP BY b HAVING count(DISTINCT tableoid) > 1) s;
DROP TABLE boxes, catalogue, parts;
