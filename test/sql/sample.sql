-- packopt.sample_shipments(): a made-up history, the same for the same seed.
CREATE TABLE a AS SELECT * FROM packopt.sample_shipments(5000);
SELECT count(*), min(row_no), max(row_no), count(DISTINCT warehouse) AS warehouses, min(shipped_at) >= '2024-01-01+00' AND max(shipped_at) < '2025-01-01+00' AS in_2024,
  count(DISTINCT date_trunc('month', shipped_at AT TIME ZONE 'UTC')) = 12 AS whole_year, count(DISTINCT product_id) BETWEEN 500 AND 4990 AS skewed FROM a;
SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a WHERE attrelid = 'a'::regclass AND attnum > 0 ORDER BY attnum;

-- The same again, in portions, and other rows for another seed.
CREATE FUNCTION pg_temp.differences(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM (SELECT * FROM a EXCEPT SELECT * FROM (%s) q) s', query) INTO n;
  RETURN n;
END $$;
SELECT pg_temp.differences('SELECT * FROM packopt.sample_shipments(5000, 1)') AS again,
  pg_temp.differences('SELECT (packopt.sample_shipments(1000, 1, 1 + 1000 * n)).* FROM generate_series(0, 4) n') AS portions,
  pg_temp.differences('SELECT * FROM packopt.sample_shipments(5000, seed => 2)') AS other_seed;
SELECT count(*) AS rows FROM packopt.sample_shipments(10, 1, first_row => 1000000000000);
SELECT count(*) AS rows FROM packopt.sample_shipments(0);
SELECT count(*) AS rows FROM packopt.sample_shipments(NULL);
SELECT count(*) AS limited FROM (SELECT packopt.sample_shipments(1000000000000) LIMIT 3) s;

-- Sizes are tenths of an inch between 0.2 and 30; a little dirt; products have one size.
SELECT count(*) FILTER (WHERE length_in IS NULL) BETWEEN 1 AND 100 AS nulls, count(*) FILTER (WHERE height_in = 0) BETWEEN 1 AND 100 AS zeros,
  count(*) FILTER (WHERE width_in < 0) < 100 AS negatives, count(*) FILTER (WHERE weight_lb IS NULL) BETWEEN 1 AND 100 AS no_weight,
  count(*) FILTER (WHERE greatest(length_in, width_in, height_in) > 30) AS too_long,
  count(*) FILTER (WHERE length_in::numeric * 10 <> round(length_in::numeric * 10)) AS not_tenths FROM packopt.sample_shipments(50000);
SELECT count(*) AS products_of_two_sizes FROM (SELECT product_id FROM a WHERE least(length_in, width_in, height_in) > 0
  GROUP BY product_id HAVING count(DISTINCT (length_in, width_in, height_in)) > 1) s;

SELECT count(*) FROM packopt.sample_shipments(-1);
SELECT count(*) FROM packopt.sample_shipments(1, 1, 0);
SELECT count(*) FROM packopt.sample_shipments(9223372036854775807);
DROP TABLE a;
