-- COPY, text and binary, gives back what it took.

-- A file that the server may write.
SELECT current_setting('data_directory') || '/packopt_copy_test.dat' AS file \gset

CREATE TABLE a (n int, i packopt.item, b packopt.box, p packopt.profile, items packopt.item[], boxes packopt.box[]);
INSERT INTO a
SELECT n, packopt.item(n * 0.1, 1 + n % 7, 3, CASE WHEN n % 3 = 0 THEN n * 0.7 END, n % 2 = 0, n % 3 = 0, n % 5 = 0, n % 7 = 0),
  CASE WHEN n % 4 = 0 THEN packopt.box(n * 0.1, 2) ELSE packopt.box(n, 2.00001, n * 0.3) END,
  (SELECT profile(x * 0.01, n, 1) FROM generate_series(1, n % 20) x),
  ARRAY[packopt.item(n, n, n), NULL], ARRAY['1x2x3', packopt.box(n, 1)]
FROM generate_series(1, 200) n;
INSERT INTO a VALUES (201, NULL, NULL, NULL, NULL, NULL), (202, '20000x20000x20000 upright foldable compressible fragile weight=20000000',
  '20000x20000x20000', (SELECT profile(20000, 20000, 20000) FROM generate_series(1, 3)), '{}', '{}');
-- Units, left-out shipments and coarsened classes have to come back as well.
INSERT INTO a SELECT 203, NULL, NULL, packopt.set_units(packopt.coarsen(profile(n * 0.0301, n % 91 + 1, NULLIF(n % 13, 5)), 100), 'mm', 'kg')
FROM generate_series(1, 3000) n;
SELECT packopt.level(p) > 0 AS coarsened, packopt.left_out_shipments(p) > 0 AS left_out, packopt.classes(p) <= 100 AS capped
FROM a WHERE n = 203;

CREATE TABLE b (LIKE a);
CREATE FUNCTION pg_temp.differences() RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM a FULL JOIN b USING (n)
  WHERE (a.i::text, a.b::text, a.items::text, a.boxes::text) IS DISTINCT FROM (b.i::text, b.b::text, b.items::text, b.boxes::text)
    OR a.p IS DISTINCT FROM b.p OR a.p::text IS DISTINCT FROM b.p::text
$$;

COPY a TO :'file' WITH (FORMAT binary);
COPY b FROM :'file' WITH (FORMAT binary);
SELECT count(*), pg_temp.differences() FROM b;

TRUNCATE b;
COPY a TO :'file';
COPY b FROM :'file';
SELECT count(*), pg_temp.differences() FROM b;

TRUNCATE b;
COPY a TO :'file' WITH (FORMAT csv);
COPY b FROM :'file' WITH (FORMAT csv);
SELECT count(*), pg_temp.differences() FROM b;

-- The binary forms are what is documented: sizes in hundred-thousandths.
SELECT packopt.item_send('1x2x0.00001 upright fragile weight=1'), packopt.box_send('1x2x3'), packopt.box_send('10x13');

-- Binary input trusts nothing.
CREATE FUNCTION pg_temp.receives(type regtype, bytes bytea, file text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  line text;
  lo oid;
BEGIN
  -- header, one column, its length and bytes, trailer
  lo := lo_from_bytea(0,
    '\x5047434f50590aff0d0a0000000000000000000001' || substr(int8send(length(bytes)), 5) || bytes || '\xffff');
  PERFORM lo_export(lo, file);
  PERFORM lo_unlink(lo);
  EXECUTE format('CREATE TEMP TABLE received (v %s) ON COMMIT DROP', type);
  EXECUTE format('COPY received FROM %L WITH (FORMAT binary)', file);
  EXECUTE 'SELECT v::text FROM received' INTO line;
  DROP TABLE received;
  RETURN line;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
SELECT pg_temp.receives('packopt.box', bytes, :'file') FROM (VALUES
  (packopt.box_send('1x2x3')), (packopt.box_send('1x2')), ('\x'), ('\x00000001'), (packopt.box_send('1x2x3') || '\x00'),
  ('\x000000000000000100000001'), ('\x0000000100000001ffffffff'), ('\x000000017735940000000001'), ('\x000000017735940100000001')) v(bytes);
SELECT pg_temp.receives('packopt.item', bytes, :'file') FROM (VALUES
  (packopt.item_send('1x2x3 fragile weight=2')), ('\x'), (packopt.box_send('1x2x3')), (packopt.item_send('1x2x3') || '\x00'),
  (decode('000186a0000186a0000186a0' || '00000010' || '0000000000000000', 'hex')),
  (decode('000186a0000186a0000186a0' || '80000000' || '0000000000000000', 'hex')),
  (decode('000186a0000186a0000186a0' || '00000001' || 'ffffffffffffffff', 'hex')),
  (decode('000186a0000186a0000186a0' || '00000001' || '7fffffffffffffff', 'hex')),
  (decode('000186a0000186a000000000' || '00000001' || '0000000000000000', 'hex')),
  (decode('000186a0ffffffff000186a0' || '00000001' || '0000000000000000', 'hex'))) v(bytes);

-- Of a profile, every byte is changed in turn, and the end cut off anywhere: an error, or another valid profile.
SELECT packopt.profile_send(p) AS good FROM a WHERE n = 4 \gset
SELECT pg_temp.receives('packopt.profile', :'good', :'file') = (SELECT p::text FROM a WHERE n = 4) AS whole;
CREATE TABLE c AS SELECT pg_temp.receives('packopt.profile', set_byte(:'good', at, get_byte(:'good', at) # flip), :'file') AS r
FROM generate_series(0, length(:'good'::bytea) - 1) at, unnest('{1,128,255}'::int[]) flip;
SELECT bool_and(r ~ '^(22P03|08P01): |^packopt-profile 1 ') AS error_or_profile, count(*) FILTER (WHERE r ~ '^22P03') > 300 AS many_errors,
  bool_and(r::packopt.profile::text = r) FILTER (WHERE r ~ '^packopt-profile 1 ') AS profiles_are_valid FROM c;
SELECT bool_and(pg_temp.receives('packopt.profile', substr(:'good'::bytea, 1, at), :'file') ~ '^(22P03|08P01): ') AS all_errors
FROM generate_series(0, length(:'good'::bytea) - 1) at;

COPY (SELECT) TO PROGRAM 'cat > /dev/null; rm packopt_copy_test.dat';
DROP TABLE a, b, c;
