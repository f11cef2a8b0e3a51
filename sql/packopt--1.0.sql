/* packopt 1.0 */

-- complain if the script is sourced in psql rather than by CREATE EXTENSION
\echo Use "CREATE EXTENSION packopt" to load this file. \quit

-- Nouns (types with their constructors and accessors, tables, views) live in the schema packopt, so
-- that packopt.box never collides with the core's geometric box; verbs and operators live in the
-- schema that was named at CREATE EXTENSION.

CREATE SCHEMA packopt;
GRANT USAGE ON SCHEMA packopt TO PUBLIC;
COMMENT ON SCHEMA packopt IS 'packopt: types, tables and views; the functions to call are in the schema of the extension';

---------------------------------------------------------------------------------------------------
-- packopt.item
---------------------------------------------------------------------------------------------------

CREATE TYPE packopt.item;

CREATE FUNCTION packopt.item_in(cstring) RETURNS packopt.item
  AS 'MODULE_PATHNAME', 'packopt_item_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item_in(cstring) IS 'text input of packopt.item';
CREATE FUNCTION packopt.item_out(packopt.item) RETURNS cstring
  AS 'MODULE_PATHNAME', 'packopt_item_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item_out(packopt.item) IS 'text output of packopt.item';
CREATE FUNCTION packopt.item_recv(internal) RETURNS packopt.item
  AS 'MODULE_PATHNAME', 'packopt_item_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item_recv(internal) IS 'binary input of packopt.item';
CREATE FUNCTION packopt.item_send(packopt.item) RETURNS bytea
  AS 'MODULE_PATHNAME', 'packopt_item_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item_send(packopt.item) IS 'binary output of packopt.item';

CREATE TYPE packopt.item (
  INPUT = packopt.item_in, OUTPUT = packopt.item_out,
  RECEIVE = packopt.item_recv, SEND = packopt.item_send,
  INTERNALLENGTH = 24, ALIGNMENT = double, STORAGE = plain
);
COMMENT ON TYPE packopt.item IS
  'one thing to ship: three outer lengths and how it may be handled, as in 10x5x2 or 10x5x2 upright fragile weight=0.7; lengths are exact to 0.00001 of a unit, further digits are rounded up; 0.00001 to 20000 units';


CREATE FUNCTION packopt.item(length float8, width float8, height float8,
    weight float8 DEFAULT NULL, upright bool DEFAULT false,
    foldable bool DEFAULT false, compressible bool DEFAULT false, fragile bool DEFAULT false)
  RETURNS packopt.item
  AS 'MODULE_PATHNAME', 'packopt_item_make' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item(float8, float8, float8, float8, bool, bool, bool, bool) IS
  'makes an item from its outer lengths (in the length unit of its shipments) and weight; NULL if a length is NULL; zero, negative, non-finite and too large numbers are errors';

CREATE FUNCTION packopt.item(length real, width real, height real,
    weight float8 DEFAULT NULL, upright bool DEFAULT false,
    foldable bool DEFAULT false, compressible bool DEFAULT false, fragile bool DEFAULT false)
  RETURNS packopt.item
  AS 'MODULE_PATHNAME', 'packopt_item_make_real' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item(real, real, real, float8, bool, bool, bool, bool) IS
  'makes an item from its outer lengths (in the length unit of its shipments) and weight; NULL if a length is NULL; zero, negative, non-finite and too large numbers are errors';


CREATE FUNCTION packopt.length(packopt.item) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_item_length' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.length(packopt.item) IS 'first length, in length units';
CREATE FUNCTION packopt.width(packopt.item) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_item_width' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.width(packopt.item) IS 'second length, in length units';
CREATE FUNCTION packopt.height(packopt.item) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_item_height' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.height(packopt.item) IS 'third length (vertical if upright), in length units';
CREATE FUNCTION packopt.volume(packopt.item) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_item_volume' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.volume(packopt.item) IS 'product of the three lengths, in cubic length units';
CREATE FUNCTION packopt.weight(packopt.item) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_item_weight' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.weight(packopt.item) IS 'weight in weight units; NULL if not known';

CREATE FUNCTION packopt.item_lt(packopt.item, packopt.item) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_item_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item_lt(packopt.item, packopt.item) IS 'implementation of the operator <';
CREATE FUNCTION packopt.item_le(packopt.item, packopt.item) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_item_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item_le(packopt.item, packopt.item) IS 'implementation of the operator <=';
CREATE FUNCTION packopt.item_eq(packopt.item, packopt.item) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_item_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item_eq(packopt.item, packopt.item) IS 'implementation of the operator =';
CREATE FUNCTION packopt.item_ne(packopt.item, packopt.item) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_item_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item_ne(packopt.item, packopt.item) IS 'implementation of the operator <>';
CREATE FUNCTION packopt.item_ge(packopt.item, packopt.item) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_item_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item_ge(packopt.item, packopt.item) IS 'implementation of the operator >=';
CREATE FUNCTION packopt.item_gt(packopt.item, packopt.item) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_item_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item_gt(packopt.item, packopt.item) IS 'implementation of the operator >';
CREATE FUNCTION packopt.item_cmp(packopt.item, packopt.item) RETURNS int4
  AS 'MODULE_PATHNAME', 'packopt_item_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item_cmp(packopt.item, packopt.item) IS 'B-tree comparison: volume, then lengths (sorted; of an upright item the horizontal ones sorted), then handling, then weight';
CREATE FUNCTION packopt.item_hash(packopt.item) RETURNS int4
  AS 'MODULE_PATHNAME', 'packopt_item_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item_hash(packopt.item) IS 'hash that agrees with equality';
CREATE FUNCTION packopt.item_hash_extended(packopt.item, int8) RETURNS int8
  AS 'MODULE_PATHNAME', 'packopt_item_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.item_hash_extended(packopt.item, int8) IS 'seeded hash that agrees with equality';

CREATE OPERATOR @extschema@.< (
  LEFTARG = packopt.item, RIGHTARG = packopt.item, FUNCTION = packopt.item_lt,
  COMMUTATOR = OPERATOR(@extschema@.>), NEGATOR = OPERATOR(@extschema@.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR @extschema@.< (packopt.item, packopt.item) IS 'less than';
CREATE OPERATOR @extschema@.<= (
  LEFTARG = packopt.item, RIGHTARG = packopt.item, FUNCTION = packopt.item_le,
  COMMUTATOR = OPERATOR(@extschema@.>=), NEGATOR = OPERATOR(@extschema@.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR @extschema@.<= (packopt.item, packopt.item) IS 'less than or equal';
CREATE OPERATOR @extschema@.= (
  LEFTARG = packopt.item, RIGHTARG = packopt.item, FUNCTION = packopt.item_eq,
  COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR @extschema@.= (packopt.item, packopt.item) IS 'equal';
CREATE OPERATOR @extschema@.<> (
  LEFTARG = packopt.item, RIGHTARG = packopt.item, FUNCTION = packopt.item_ne,
  COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR @extschema@.<> (packopt.item, packopt.item) IS 'not equal';
CREATE OPERATOR @extschema@.>= (
  LEFTARG = packopt.item, RIGHTARG = packopt.item, FUNCTION = packopt.item_ge,
  COMMUTATOR = OPERATOR(@extschema@.<=), NEGATOR = OPERATOR(@extschema@.<), RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR @extschema@.>= (packopt.item, packopt.item) IS 'greater than or equal';
CREATE OPERATOR @extschema@.> (
  LEFTARG = packopt.item, RIGHTARG = packopt.item, FUNCTION = packopt.item_gt,
  COMMUTATOR = OPERATOR(@extschema@.<), NEGATOR = OPERATOR(@extschema@.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR @extschema@.> (packopt.item, packopt.item) IS 'greater than';

CREATE OPERATOR CLASS packopt.item_ops DEFAULT FOR TYPE packopt.item USING btree AS
  OPERATOR 1 @extschema@.<, OPERATOR 2 @extschema@.<=, OPERATOR 3 @extschema@.=, OPERATOR 4 @extschema@.>=, OPERATOR 5 @extschema@.>,
  FUNCTION 1 packopt.item_cmp(packopt.item, packopt.item);
COMMENT ON OPERATOR CLASS packopt.item_ops USING btree IS 'volume, then lengths (sorted; of an upright item the horizontal ones sorted), then handling, then weight';
COMMENT ON OPERATOR FAMILY packopt.item_ops USING btree IS 'volume, then lengths (sorted; of an upright item the horizontal ones sorted), then handling, then weight';
CREATE OPERATOR CLASS packopt.item_ops DEFAULT FOR TYPE packopt.item USING hash AS
  OPERATOR 1 @extschema@.=,
  FUNCTION 1 packopt.item_hash(packopt.item), FUNCTION 2 packopt.item_hash_extended(packopt.item, int8);
COMMENT ON OPERATOR CLASS packopt.item_ops USING hash IS 'equality as of the B-tree order';
COMMENT ON OPERATOR FAMILY packopt.item_ops USING hash IS 'equality as of the B-tree order';

---------------------------------------------------------------------------------------------------
-- packopt.box
---------------------------------------------------------------------------------------------------

CREATE TYPE packopt.box;

CREATE FUNCTION packopt.box_in(cstring) RETURNS packopt.box
  AS 'MODULE_PATHNAME', 'packopt_box_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_in(cstring) IS 'text input of packopt.box';
CREATE FUNCTION packopt.box_out(packopt.box) RETURNS cstring
  AS 'MODULE_PATHNAME', 'packopt_box_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_out(packopt.box) IS 'text output of packopt.box';
CREATE FUNCTION packopt.box_recv(internal) RETURNS packopt.box
  AS 'MODULE_PATHNAME', 'packopt_box_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_recv(internal) IS 'binary input of packopt.box';
CREATE FUNCTION packopt.box_send(packopt.box) RETURNS bytea
  AS 'MODULE_PATHNAME', 'packopt_box_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_send(packopt.box) IS 'binary output of packopt.box';

CREATE TYPE packopt.box (
  INPUT = packopt.box_in, OUTPUT = packopt.box_out,
  RECEIVE = packopt.box_recv, SEND = packopt.box_send,
  INTERNALLENGTH = 12, ALIGNMENT = int4, STORAGE = plain
);
COMMENT ON TYPE packopt.box IS
  'a carton by its inner dimensions, as in 12x9x4 (the last one the depth between the flaps), or a flat mailer, as in 10x13; exact to 0.00001 of a unit, further digits are rounded down; equality and order look at the sorted dimensions';

CREATE FUNCTION packopt.box(length float8, width float8, height float8) RETURNS packopt.box
  AS 'MODULE_PATHNAME', 'packopt_box_make_carton' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box(float8, float8, float8) IS
  'makes a carton from its inner dimensions, in length units; numbers outside 0.00001 .. 20000 are errors';
CREATE FUNCTION packopt.box(length float8, width float8) RETURNS packopt.box
  AS 'MODULE_PATHNAME', 'packopt_box_make_mailer' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box(float8, float8) IS
  'makes a flat mailer from its two dimensions, in length units; numbers outside 0.00001 .. 20000 are errors';

CREATE FUNCTION packopt.length(packopt.box) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_box_length' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.length(packopt.box) IS 'first dimension, in length units';
CREATE FUNCTION packopt.width(packopt.box) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_box_width' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.width(packopt.box) IS 'second dimension, in length units';
CREATE FUNCTION packopt.height(packopt.box) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_box_height' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.height(packopt.box) IS 'third dimension, the depth between the flaps, in length units; NULL for a mailer';
CREATE FUNCTION packopt.volume(packopt.box) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_box_volume' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.volume(packopt.box) IS 'inner volume in cubic length units; NULL for a mailer';
CREATE FUNCTION packopt.box_lt(packopt.box, packopt.box) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_box_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_lt(packopt.box, packopt.box) IS 'implementation of the operator <';
CREATE FUNCTION packopt.box_le(packopt.box, packopt.box) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_box_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_le(packopt.box, packopt.box) IS 'implementation of the operator <=';
CREATE FUNCTION packopt.box_eq(packopt.box, packopt.box) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_box_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_eq(packopt.box, packopt.box) IS 'implementation of the operator =';
CREATE FUNCTION packopt.box_ne(packopt.box, packopt.box) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_box_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_ne(packopt.box, packopt.box) IS 'implementation of the operator <>';
CREATE FUNCTION packopt.box_ge(packopt.box, packopt.box) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_box_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_ge(packopt.box, packopt.box) IS 'implementation of the operator >=';
CREATE FUNCTION packopt.box_gt(packopt.box, packopt.box) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_box_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_gt(packopt.box, packopt.box) IS 'implementation of the operator >';
CREATE FUNCTION packopt.box_cmp(packopt.box, packopt.box) RETURNS int4
  AS 'MODULE_PATHNAME', 'packopt_box_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_cmp(packopt.box, packopt.box) IS 'B-tree comparison: volume, then the sorted dimensions';
CREATE FUNCTION packopt.box_hash(packopt.box) RETURNS int4
  AS 'MODULE_PATHNAME', 'packopt_box_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_hash(packopt.box) IS 'hash that agrees with equality';
CREATE FUNCTION packopt.box_hash_extended(packopt.box, int8) RETURNS int8
  AS 'MODULE_PATHNAME', 'packopt_box_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_hash_extended(packopt.box, int8) IS 'seeded hash that agrees with equality';

CREATE OPERATOR @extschema@.< (
  LEFTARG = packopt.box, RIGHTARG = packopt.box, FUNCTION = packopt.box_lt,
  COMMUTATOR = OPERATOR(@extschema@.>), NEGATOR = OPERATOR(@extschema@.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR @extschema@.< (packopt.box, packopt.box) IS 'less than';
CREATE OPERATOR @extschema@.<= (
  LEFTARG = packopt.box, RIGHTARG = packopt.box, FUNCTION = packopt.box_le,
  COMMUTATOR = OPERATOR(@extschema@.>=), NEGATOR = OPERATOR(@extschema@.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR @extschema@.<= (packopt.box, packopt.box) IS 'less than or equal';
CREATE OPERATOR @extschema@.= (
  LEFTARG = packopt.box, RIGHTARG = packopt.box, FUNCTION = packopt.box_eq,
  COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR @extschema@.= (packopt.box, packopt.box) IS 'equal';
CREATE OPERATOR @extschema@.<> (
  LEFTARG = packopt.box, RIGHTARG = packopt.box, FUNCTION = packopt.box_ne,
  COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR @extschema@.<> (packopt.box, packopt.box) IS 'not equal';
CREATE OPERATOR @extschema@.>= (
  LEFTARG = packopt.box, RIGHTARG = packopt.box, FUNCTION = packopt.box_ge,
  COMMUTATOR = OPERATOR(@extschema@.<=), NEGATOR = OPERATOR(@extschema@.<), RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR @extschema@.>= (packopt.box, packopt.box) IS 'greater than or equal';
CREATE OPERATOR @extschema@.> (
  LEFTARG = packopt.box, RIGHTARG = packopt.box, FUNCTION = packopt.box_gt,
  COMMUTATOR = OPERATOR(@extschema@.<), NEGATOR = OPERATOR(@extschema@.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR @extschema@.> (packopt.box, packopt.box) IS 'greater than';

CREATE OPERATOR CLASS packopt.box_ops DEFAULT FOR TYPE packopt.box USING btree AS
  OPERATOR 1 @extschema@.<, OPERATOR 2 @extschema@.<=, OPERATOR 3 @extschema@.=, OPERATOR 4 @extschema@.>=, OPERATOR 5 @extschema@.>,
  FUNCTION 1 packopt.box_cmp(packopt.box, packopt.box);
COMMENT ON OPERATOR CLASS packopt.box_ops USING btree IS 'volume, then the sorted dimensions';
COMMENT ON OPERATOR FAMILY packopt.box_ops USING btree IS 'volume, then the sorted dimensions';
CREATE OPERATOR CLASS packopt.box_ops DEFAULT FOR TYPE packopt.box USING hash AS
  OPERATOR 1 @extschema@.=,
  FUNCTION 1 packopt.box_hash(packopt.box), FUNCTION 2 packopt.box_hash_extended(packopt.box, int8);
COMMENT ON OPERATOR CLASS packopt.box_ops USING hash IS 'equality as of the B-tree order';
COMMENT ON OPERATOR FAMILY packopt.box_ops USING hash IS 'equality as of the B-tree order';

---------------------------------------------------------------------------------------------------
-- Fitting
---------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.fits(item packopt.item, box packopt.box) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_item_fits_box' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.fits(packopt.item, packopt.box) IS
  'whether the item fits the carton, turned as its handling allows; exact; the last dimension of the carton is vertical';
CREATE FUNCTION @extschema@.fits(items text, box packopt.box, gap float8 DEFAULT 0) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_text_fits_box' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION @extschema@.fits(text, packopt.box, float8) IS
  'whether an item, or an array of items gap length units apart, given as text, fits the carton';
CREATE FUNCTION @extschema@.fits(items packopt.item[], box packopt.box, gap float8 DEFAULT 0) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_items_fit_box' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION @extschema@.fits(packopt.item[], packopt.box, float8) IS
  'whether the items fit the carton together, gap length units apart; true only with a checked packing; false also where packopt.pack_effort does not suffice to decide (see fit_answer)';
CREATE FUNCTION @extschema@.fit_answer(items packopt.item[], box packopt.box, gap float8 DEFAULT 0) RETURNS text
  AS 'MODULE_PATHNAME', 'packopt_fit_answer' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION @extschema@.fit_answer(packopt.item[], packopt.box, float8) IS
  'fits (there is a packing), does not fit (proved), or unknown (packopt.pack_effort did not suffice)';
CREATE FUNCTION @extschema@.pack(items packopt.item[], box packopt.box, gap float8 DEFAULT 0)
  RETURNS TABLE (item_no int, x float8, y float8, z float8, length float8, width float8, height float8)
  AS 'MODULE_PATHNAME', 'packopt_pack' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 500 ROWS 5;
COMMENT ON FUNCTION @extschema@.pack(packopt.item[], packopt.box, float8) IS
  'where each item lies in the carton: its corner nearest to the origin and its extents along the carton''s length (x), width (y) and height (z, vertical), in length units; no rows if they do not fit';
CREATE FUNCTION @extschema@.best_box(items packopt.item[], boxes packopt.box[], prices float8[] DEFAULT NULL,
    max_weights float8[] DEFAULT NULL, gap float8 DEFAULT 0) RETURNS packopt.box
  AS 'MODULE_PATHNAME', 'packopt_best_box' LANGUAGE C STABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION @extschema@.best_box(packopt.item[], packopt.box[], float8[], float8[], float8) IS
  'the smallest of the boxes that holds the items, or the cheapest by prices (one per box); max_weights limits the weight of the items per box (NULL = no limit; items of unknown weight count as nothing); NULL if none holds them';
CREATE FUNCTION @extschema@.boxes_that_fit(items packopt.item[], boxes packopt.box[], gap float8 DEFAULT 0) RETURNS packopt.box[]
  AS 'MODULE_PATHNAME', 'packopt_boxes_that_fit' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 2000;
COMMENT ON FUNCTION @extschema@.boxes_that_fit(packopt.item[], packopt.box[], float8) IS
  'those of the boxes that hold the items, in the order given';
CREATE FUNCTION @extschema@.footprint(items packopt.item[], gap float8 DEFAULT 0) RETURNS packopt.box[]
  AS 'MODULE_PATHNAME', 'packopt_footprint' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION @extschema@.footprint(packopt.item[], float8) IS
  'the minimal boxes of the items: a carton that holds them is at least as large as one of these (as far as the packings that the footprint knows); with upright or fragile items the last dimension is vertical; empty if no box is large enough';
CREATE FUNCTION packopt.items_contained(packopt.item[], packopt.box) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_items_fit_box' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION packopt.items_contained(packopt.item[], packopt.box) IS 'implementation of the operator <@';
CREATE FUNCTION packopt.box_holds_items(packopt.box, packopt.item[]) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_box_holds_items' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION packopt.box_holds_items(packopt.box, packopt.item[]) IS 'implementation of the operator @>';

CREATE FUNCTION packopt.box_holds_item(packopt.box, packopt.item) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_box_holds_item' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_holds_item(packopt.box, packopt.item) IS 'implementation of the operator @>';
CREATE FUNCTION packopt.box_contained(packopt.box, packopt.box) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_box_contained' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_contained(packopt.box, packopt.box) IS 'implementation of the operator <@';
CREATE FUNCTION packopt.box_contains(packopt.box, packopt.box) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_box_contains' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.box_contains(packopt.box, packopt.box) IS 'implementation of the operator @>';

CREATE OPERATOR @extschema@.<@ (
  LEFTARG = packopt.item, RIGHTARG = packopt.box, FUNCTION = @extschema@.fits,
  COMMUTATOR = OPERATOR(@extschema@.@>), RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR @extschema@.<@ (packopt.item, packopt.box) IS 'the item fits the carton';
CREATE OPERATOR @extschema@.@> (
  LEFTARG = packopt.box, RIGHTARG = packopt.item, FUNCTION = packopt.box_holds_item,
  COMMUTATOR = OPERATOR(@extschema@.<@), RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR @extschema@.@> (packopt.box, packopt.item) IS 'the carton holds the item';
CREATE OPERATOR @extschema@.<@ (
  LEFTARG = packopt.item[], RIGHTARG = packopt.box, FUNCTION = packopt.items_contained,
  COMMUTATOR = OPERATOR(@extschema@.@>), RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR @extschema@.<@ (packopt.item[], packopt.box) IS 'the items fit the carton together';
CREATE OPERATOR @extschema@.@> (
  LEFTARG = packopt.box, RIGHTARG = packopt.item[], FUNCTION = packopt.box_holds_items,
  COMMUTATOR = OPERATOR(@extschema@.<@), RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR @extschema@.@> (packopt.box, packopt.item[]) IS 'the carton holds the items together';
CREATE OPERATOR @extschema@.<@ (
  LEFTARG = packopt.box, RIGHTARG = packopt.box, FUNCTION = packopt.box_contained,
  COMMUTATOR = OPERATOR(@extschema@.@>), RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR @extschema@.<@ (packopt.box, packopt.box) IS 'the first carton nests in the second, by inner dimensions';
CREATE OPERATOR @extschema@.@> (
  LEFTARG = packopt.box, RIGHTARG = packopt.box, FUNCTION = packopt.box_contains,
  COMMUTATOR = OPERATOR(@extschema@.<@), RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR @extschema@.@> (packopt.box, packopt.box) IS 'the second carton nests in the first, by inner dimensions';

---------------------------------------------------------------------------------------------------
-- packopt.profile
---------------------------------------------------------------------------------------------------

CREATE TYPE packopt.profile;

CREATE FUNCTION packopt.profile_in(cstring) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_in(cstring) IS 'text input of packopt.profile';
CREATE FUNCTION packopt.profile_out(packopt.profile) RETURNS cstring
  AS 'MODULE_PATHNAME', 'packopt_profile_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_out(packopt.profile) IS 'text output of packopt.profile';
CREATE FUNCTION packopt.profile_recv(internal) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_recv(internal) IS 'binary input of packopt.profile';
CREATE FUNCTION packopt.profile_send(packopt.profile) RETURNS bytea
  AS 'MODULE_PATHNAME', 'packopt_profile_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_send(packopt.profile) IS 'binary output of packopt.profile';

CREATE TYPE packopt.profile (
  INPUT = packopt.profile_in, OUTPUT = packopt.profile_out,
  RECEIVE = packopt.profile_recv, SEND = packopt.profile_send,
  INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE packopt.profile IS
  'the demand of a shipment history: classes of alike shipments with their counts, and what was left out; mergeable by profile(packopt.profile), exact up to a million classes';

CREATE FUNCTION packopt.profile_eq(packopt.profile, packopt.profile) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_profile_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_eq(packopt.profile, packopt.profile) IS 'implementation of the operator =';
CREATE FUNCTION packopt.profile_ne(packopt.profile, packopt.profile) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_profile_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_ne(packopt.profile, packopt.profile) IS 'implementation of the operator <>';
CREATE OPERATOR @extschema@.= (
  LEFTARG = packopt.profile, RIGHTARG = packopt.profile, FUNCTION = packopt.profile_eq,
  COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>), RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR @extschema@.= (packopt.profile, packopt.profile) IS 'the same profile, bit for bit';
CREATE OPERATOR @extschema@.<> (
  LEFTARG = packopt.profile, RIGHTARG = packopt.profile, FUNCTION = packopt.profile_ne,
  COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR @extschema@.<> (packopt.profile, packopt.profile) IS 'not the same profile';

CREATE FUNCTION packopt.shipments(packopt.profile) RETURNS bigint
  AS 'MODULE_PATHNAME', 'packopt_profile_shipments' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.shipments(packopt.profile) IS 'number of shipments in the profile, without those left out';
CREATE FUNCTION packopt.left_out_shipments(packopt.profile) RETURNS bigint
  AS 'MODULE_PATHNAME', 'packopt_profile_left_out_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.left_out_shipments(packopt.profile) IS 'number of shipments left out, for whatever reason';
CREATE FUNCTION packopt.classes(packopt.profile) RETURNS int
  AS 'MODULE_PATHNAME', 'packopt_profile_class_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.classes(packopt.profile) IS 'number of classes of alike shipments';
CREATE FUNCTION packopt.level(packopt.profile) RETURNS int
  AS 'MODULE_PATHNAME', 'packopt_profile_level' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.level(packopt.profile) IS 'level of coarsening: 0 = exact; at level e > 0 dimensions are rounded up to multiples of 2^e / 32 length units';
CREATE FUNCTION packopt.length_unit(packopt.profile) RETURNS text
  AS 'MODULE_PATHNAME', 'packopt_profile_length_unit' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.length_unit(packopt.profile) IS 'length unit (mm, cm, in), NULL if not known';
CREATE FUNCTION packopt.weight_unit(packopt.profile) RETURNS text
  AS 'MODULE_PATHNAME', 'packopt_profile_weight_unit' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.weight_unit(packopt.profile) IS 'weight unit (g, kg, oz, lb), NULL if not known';
CREATE FUNCTION packopt.content_volume(packopt.profile) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_profile_content_volume' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.content_volume(packopt.profile) IS 'volume of the contents of all shipments, in cubic length units; exact also where the profile is coarsened';
CREATE FUNCTION packopt.memory(packopt.profile) RETURNS bigint
  AS 'MODULE_PATHNAME', 'packopt_profile_bytes' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.memory(packopt.profile) IS 'size of the profile in memory, in bytes';
CREATE FUNCTION packopt.left_out(packopt.profile, OUT reason text, OUT shipments bigint) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'packopt_profile_left_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION packopt.left_out(packopt.profile) IS 'shipments left out, by reason';
CREATE FUNCTION packopt.profile_classes(packopt.profile, OUT boxes packopt.box[], OUT shipments bigint, OUT content_volume float8, OUT upright bool, OUT weight_class bigint) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'packopt_profile_classes' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10000;
COMMENT ON FUNCTION packopt.profile_classes(packopt.profile) IS
  'the classes of a profile: the minimal boxes of each, its number of shipments (raw, if they are a sample), the volume of their contents in cubic length units, whether the boxes must stand as they are, and the weight class (weight in whole weight steps, rounded up; NULL if not known)';
CREATE FUNCTION packopt.gap(packopt.profile) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_profile_gap' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.gap(packopt.profile) IS 'gap between the pieces of a shipment with which the profile was packed, in length units';
CREATE FUNCTION packopt.weight_step(packopt.profile) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_profile_weight_step' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.weight_step(packopt.profile) IS 'step of the weight classes, in weight units; NULL if the profile keeps no weights';
CREATE FUNCTION packopt.is_sample(packopt.profile) RETURNS bool
  AS 'MODULE_PATHNAME', 'packopt_profile_sampled' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.is_sample(packopt.profile) IS 'whether the classes of several pieces are a sample, and results from the profile estimates';
CREATE FUNCTION packopt.set_units(profile packopt.profile, length_unit text DEFAULT NULL, weight_unit text DEFAULT NULL) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_set_units' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.set_units(packopt.profile, text, text) IS
  'gives a profile the units that its numbers are in (mm, cm, in; g, kg, oz, lb); an error if it is known to be in others';
CREATE FUNCTION packopt.coarsen(profile packopt.profile, max_classes int) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_coarsen' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.coarsen(packopt.profile, int) IS
  'caps the number of classes (100 to 1000000, the smaller cap wins when merging): dimensions are rounded up, no more than needed';

-- Transition, combine and final functions of the aggregates.

CREATE FUNCTION packopt.profile_add(packopt.profile, numeric, numeric, numeric) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_add_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_add(packopt.profile, numeric, numeric, numeric) IS 'transition function of profile';
CREATE FUNCTION packopt.profile_add(packopt.profile, numeric, numeric, numeric, numeric) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_add_numeric_quantity' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_add(packopt.profile, numeric, numeric, numeric, numeric) IS 'transition function of profile';
CREATE FUNCTION packopt.profile_add(packopt.profile, float8, float8, float8) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_add_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_add(packopt.profile, float8, float8, float8) IS 'transition function of profile';
CREATE FUNCTION packopt.profile_add(packopt.profile, float8, float8, float8, float8) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_add_float8_quantity' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_add(packopt.profile, float8, float8, float8, float8) IS 'transition function of profile';
CREATE FUNCTION packopt.profile_add(packopt.profile, real, real, real) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_add_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_add(packopt.profile, real, real, real) IS 'transition function of profile';
CREATE FUNCTION packopt.profile_add(packopt.profile, real, real, real, float8) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_add_float4_quantity' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_add(packopt.profile, real, real, real, float8) IS 'transition function of profile';
CREATE FUNCTION packopt.profile_add(packopt.profile, packopt.item) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_add_item' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_add(packopt.profile, packopt.item) IS 'transition function of profile';
CREATE FUNCTION packopt.profile_add(packopt.profile, packopt.item[]) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_add_items' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_add(packopt.profile, packopt.item[]) IS 'transition function of profile';
CREATE FUNCTION packopt.profile_add(packopt.profile, packopt.item[], float8) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_add_items' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_add(packopt.profile, packopt.item[], float8) IS 'transition function of profile';
CREATE FUNCTION packopt.profile_add_order(packopt.profile, bytea, int4, int8) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_add_order' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_add_order(packopt.profile, bytea, int4, int8) IS 'transition function of packopt.profile_orders';
CREATE FUNCTION packopt.profile_merge(packopt.profile, packopt.profile) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_merge' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_merge(packopt.profile, packopt.profile) IS 'transition function of profile(packopt.profile), combine function of all profile aggregates';
CREATE FUNCTION packopt.profile_final(packopt.profile) RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.profile_final(packopt.profile) IS 'final function of the profile aggregates: a profile of no rows is empty';

CREATE AGGREGATE @extschema@.profile(length numeric, width numeric, height numeric) (
  SFUNC = packopt.profile_add, STYPE = packopt.profile, SSPACE = 65536, FINALFUNC = packopt.profile_final,
  COMBINEFUNC = packopt.profile_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.profile(numeric, numeric, numeric) IS 'profile of rows that are shipments of one freely turned piece each; lengths in any one unit; rows without usable dimensions are counted by reason';
CREATE AGGREGATE @extschema@.profile(length numeric, width numeric, height numeric, quantity numeric) (
  SFUNC = packopt.profile_add, STYPE = packopt.profile, SSPACE = 65536, FINALFUNC = packopt.profile_final,
  COMBINEFUNC = packopt.profile_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.profile(numeric, numeric, numeric, numeric) IS 'profile of rows that are shipments of quantity alike pieces each; rows without usable dimensions or quantity are counted by reason';
CREATE AGGREGATE @extschema@.profile(length float8, width float8, height float8) (
  SFUNC = packopt.profile_add, STYPE = packopt.profile, SSPACE = 65536, FINALFUNC = packopt.profile_final,
  COMBINEFUNC = packopt.profile_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.profile(float8, float8, float8) IS 'profile of rows that are shipments of one freely turned piece each; lengths in any one unit; rows without usable dimensions are counted by reason';
CREATE AGGREGATE @extschema@.profile(length float8, width float8, height float8, quantity float8) (
  SFUNC = packopt.profile_add, STYPE = packopt.profile, SSPACE = 65536, FINALFUNC = packopt.profile_final,
  COMBINEFUNC = packopt.profile_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.profile(float8, float8, float8, float8) IS 'profile of rows that are shipments of quantity alike pieces each; rows without usable dimensions or quantity are counted by reason';
CREATE AGGREGATE @extschema@.profile(length real, width real, height real) (
  SFUNC = packopt.profile_add, STYPE = packopt.profile, SSPACE = 65536, FINALFUNC = packopt.profile_final,
  COMBINEFUNC = packopt.profile_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.profile(real, real, real) IS 'profile of rows that are shipments of one freely turned piece each; lengths in any one unit; rows without usable dimensions are counted by reason';
CREATE AGGREGATE @extschema@.profile(length real, width real, height real, quantity float8) (
  SFUNC = packopt.profile_add, STYPE = packopt.profile, SSPACE = 65536, FINALFUNC = packopt.profile_final,
  COMBINEFUNC = packopt.profile_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.profile(real, real, real, float8) IS 'profile of rows that are shipments of quantity alike pieces each; rows without usable dimensions or quantity are counted by reason';
CREATE AGGREGATE @extschema@.profile(packopt.item) (
  SFUNC = packopt.profile_add, STYPE = packopt.profile, SSPACE = 65536, FINALFUNC = packopt.profile_final,
  COMBINEFUNC = packopt.profile_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.profile(packopt.item) IS 'profile of items that are shipments of their own';
CREATE AGGREGATE @extschema@.profile(items packopt.item[]) (
  SFUNC = packopt.profile_add, STYPE = packopt.profile, SSPACE = 65536, FINALFUNC = packopt.profile_final,
  COMBINEFUNC = packopt.profile_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.profile(packopt.item[]) IS 'profile of orders: each array of items is one shipment; an empty array, or one with a NULL item, is left out';
CREATE AGGREGATE @extschema@.profile(items packopt.item[], gap float8) (
  SFUNC = packopt.profile_add, STYPE = packopt.profile, SSPACE = 65536, FINALFUNC = packopt.profile_final,
  COMBINEFUNC = packopt.profile_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.profile(packopt.item[], float8) IS 'profile of orders whose items lie gap length units apart';
CREATE AGGREGATE @extschema@.profile(packopt.profile) (
  SFUNC = packopt.profile_merge, STYPE = packopt.profile, SSPACE = 65536, FINALFUNC = packopt.profile_final,
  COMBINEFUNC = packopt.profile_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.profile(packopt.profile) IS 'merges profiles: of days, sites, shards; an error if they are known to be in different units';
CREATE AGGREGATE packopt.profile_orders(order_lines bytea, gap int4, weight_step int8) (
  SFUNC = packopt.profile_add_order, STYPE = packopt.profile, SSPACE = 65536, FINALFUNC = packopt.profile_final,
  COMBINEFUNC = packopt.profile_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE packopt.profile_orders(bytea, int4, int8) IS 'internal: profile of what packopt.order_lines collected';
CREATE FUNCTION packopt.order_lines_add(bytea, numeric, numeric, numeric, numeric, float8, int4, bool) RETURNS bytea
  AS 'MODULE_PATHNAME', 'packopt_order_lines_add_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.order_lines_add(bytea, numeric, numeric, numeric, numeric, float8, int4, bool) IS 'internal: transition function of packopt.order_lines';
CREATE AGGREGATE packopt.order_lines(length numeric, width numeric, height numeric, quantity numeric, weight float8, flags int4, key_is_null bool) (
  SFUNC = packopt.order_lines_add, STYPE = bytea, SSPACE = 256, PARALLEL = SAFE
);
COMMENT ON AGGREGATE packopt.order_lines(numeric, numeric, numeric, numeric, float8, int4, bool) IS 'internal: the lines of one shipment';
CREATE FUNCTION packopt.order_line(length numeric, width numeric, height numeric, quantity numeric, weight float8, flags int4) RETURNS bytea
  AS 'MODULE_PATHNAME', 'packopt_order_line_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.order_line(numeric, numeric, numeric, numeric, float8, int4) IS 'internal: a shipment of one line';
CREATE FUNCTION packopt.order_lines_add(bytea, float8, float8, float8, float8, float8, int4, bool) RETURNS bytea
  AS 'MODULE_PATHNAME', 'packopt_order_lines_add_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.order_lines_add(bytea, float8, float8, float8, float8, float8, int4, bool) IS 'internal: transition function of packopt.order_lines';
CREATE AGGREGATE packopt.order_lines(length float8, width float8, height float8, quantity float8, weight float8, flags int4, key_is_null bool) (
  SFUNC = packopt.order_lines_add, STYPE = bytea, SSPACE = 256, PARALLEL = SAFE
);
COMMENT ON AGGREGATE packopt.order_lines(float8, float8, float8, float8, float8, int4, bool) IS 'internal: the lines of one shipment';
CREATE FUNCTION packopt.order_line(length float8, width float8, height float8, quantity float8, weight float8, flags int4) RETURNS bytea
  AS 'MODULE_PATHNAME', 'packopt_order_line_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.order_line(float8, float8, float8, float8, float8, int4) IS 'internal: a shipment of one line';
CREATE FUNCTION packopt.order_lines_add(bytea, real, real, real, float8, float8, int4, bool) RETURNS bytea
  AS 'MODULE_PATHNAME', 'packopt_order_lines_add_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.order_lines_add(bytea, real, real, real, float8, float8, int4, bool) IS 'internal: transition function of packopt.order_lines';
CREATE AGGREGATE packopt.order_lines(length real, width real, height real, quantity float8, weight float8, flags int4, key_is_null bool) (
  SFUNC = packopt.order_lines_add, STYPE = bytea, SSPACE = 256, PARALLEL = SAFE
);
COMMENT ON AGGREGATE packopt.order_lines(real, real, real, float8, float8, int4, bool) IS 'internal: the lines of one shipment';
CREATE FUNCTION packopt.order_line(length real, width real, height real, quantity float8, weight float8, flags int4) RETURNS bytea
  AS 'MODULE_PATHNAME', 'packopt_order_line_float4' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION packopt.order_line(real, real, real, float8, float8, int4) IS 'internal: a shipment of one line';

---------------------------------------------------------------------------------------------------
-- Stored suites
---------------------------------------------------------------------------------------------------

CREATE SEQUENCE packopt.suites_suite_id_seq;
COMMENT ON SEQUENCE packopt.suites_suite_id_seq IS 'numbers the suites';

CREATE TABLE packopt.suites (
  suite_id bigint PRIMARY KEY DEFAULT nextval('packopt.suites_suite_id_seq'),
  name text NOT NULL,
  owner name NOT NULL DEFAULT current_user,
  created_at timestamptz NOT NULL DEFAULT now(),
  source text NOT NULL,
  objective text NOT NULL,
  length_unit text,
  suite_size int NOT NULL,
  options jsonb NOT NULL DEFAULT '{}',
  shipments bigint,
  unboxed bigint,
  left_out bigint,
  box_volume float8,
  content_volume float8,
  cost float8,
  candidates bigint,
  lower_bound float8,
  gap float8,
  stopped_early bool NOT NULL DEFAULT false
);
ALTER SEQUENCE packopt.suites_suite_id_seq OWNED BY packopt.suites.suite_id;
COMMENT ON TABLE packopt.suites IS 'suites that optimize_suite found; everybody sees those of the roles they belong to';
COMMENT ON COLUMN packopt.suites.suite_id IS 'number of the suite';
COMMENT ON COLUMN packopt.suites.name IS 'name of the suite';
COMMENT ON COLUMN packopt.suites.owner IS 'role that made it';
COMMENT ON COLUMN packopt.suites.created_at IS 'when it was made';
COMMENT ON COLUMN packopt.suites.source IS 'relation that it was optimized for, or profile';
COMMENT ON COLUMN packopt.suites.objective IS 'what was to be least: volume, or a function of packopt.box, by its qualified name';
COMMENT ON COLUMN packopt.suites.length_unit IS 'length unit of all its numbers';
COMMENT ON COLUMN packopt.suites.suite_size IS 'number of boxes asked for';
COMMENT ON COLUMN packopt.suites.options IS 'further arguments';
COMMENT ON COLUMN packopt.suites.shipments IS 'shipments that it holds';
COMMENT ON COLUMN packopt.suites.unboxed IS 'shipments that no allowed box holds';
COMMENT ON COLUMN packopt.suites.left_out IS 'shipments without usable data';
COMMENT ON COLUMN packopt.suites.box_volume IS 'volume of the boxes over all shipments, in cubic length units';
COMMENT ON COLUMN packopt.suites.content_volume IS 'volume of the contents over all shipments, in cubic length units';
COMMENT ON COLUMN packopt.suites.cost IS 'what the objective sums to over all shipments; with objective volume the same as box_volume';
COMMENT ON COLUMN packopt.suites.candidates IS 'number of candidate boxes searched; of those of the step asked for, where the search went coarse to fine for lack of memory';
COMMENT ON COLUMN packopt.suites.lower_bound IS 'cost that no suite of as many of the candidates can go below for this profile, proved; in the units of the objective; NULL if nothing was proved';
COMMENT ON COLUMN packopt.suites.gap IS 'share of cost that a better suite could save at most: 1 - lower_bound / cost; 0 = proved optimal; NULL if nothing was proved';
COMMENT ON COLUMN packopt.suites.stopped_early IS 'whether packopt.search_timeout ended the search or the proof early';

CREATE TABLE packopt.suite_boxes (
  suite_id bigint NOT NULL REFERENCES packopt.suites ON DELETE CASCADE,
  box_no int NOT NULL,
  box packopt.box NOT NULL,
  shipments bigint,
  box_volume float8,
  content_volume float8,
  PRIMARY KEY (suite_id, box_no)
);
COMMENT ON TABLE packopt.suite_boxes IS 'the boxes of the stored suites';
COMMENT ON COLUMN packopt.suite_boxes.suite_id IS 'the suite';
COMMENT ON COLUMN packopt.suite_boxes.box_no IS 'place in the suite, by volume';
COMMENT ON COLUMN packopt.suite_boxes.box IS 'inner dimensions';
COMMENT ON COLUMN packopt.suite_boxes.shipments IS 'shipments that go into it';
COMMENT ON COLUMN packopt.suite_boxes.box_volume IS 'its volume over these shipments, in cubic length units';
COMMENT ON COLUMN packopt.suite_boxes.content_volume IS 'volume of their contents, in cubic length units';

-- Everybody may keep suites, and sees and changes those of the roles they belong to. The catalog is
-- joined because pg_has_role() raises an error for a role that was dropped.
GRANT SELECT, INSERT, UPDATE, DELETE ON packopt.suites, packopt.suite_boxes TO PUBLIC;
GRANT SELECT, USAGE ON SEQUENCE packopt.suites_suite_id_seq TO PUBLIC;
ALTER TABLE packopt.suites ENABLE ROW LEVEL SECURITY;
ALTER TABLE packopt.suite_boxes ENABLE ROW LEVEL SECURITY;
CREATE POLICY suites_of_own_roles ON packopt.suites USING (
  EXISTS (SELECT FROM pg_catalog.pg_roles r
          WHERE r.rolname OPERATOR(pg_catalog.=) suites.owner AND pg_catalog.pg_has_role(r.oid, 'MEMBER')));
CREATE POLICY suite_boxes_of_own_roles ON packopt.suite_boxes USING (
  EXISTS (SELECT FROM packopt.suites s WHERE s.suite_id OPERATOR(pg_catalog.=) suite_boxes.suite_id));

SELECT pg_catalog.pg_extension_config_dump('packopt.suites', '');
SELECT pg_catalog.pg_extension_config_dump('packopt.suites_suite_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('packopt.suite_boxes', '');

---------------------------------------------------------------------------------------------------
-- Corrugated board
---------------------------------------------------------------------------------------------------

-- The names of the shipped grades are theirs for good: they are not dumped, and a row of the same
-- name would be in the way when a dump is restored.
CREATE TABLE packopt.board_grades (
  grade text PRIMARY KEY,
  thickness_mm float8 NOT NULL CHECK (thickness_mm OPERATOR(pg_catalog.>) 0 AND thickness_mm OPERATOR(pg_catalog.<=) 50),
  grammage_g_m2 float8 NOT NULL CHECK (grammage_g_m2 OPERATOR(pg_catalog.>) 0 AND grammage_g_m2 OPERATOR(pg_catalog.<=) 10000),
  builtin bool NOT NULL DEFAULT false,
  CONSTRAINT board_grades_shipped CHECK (CASE
    WHEN grade OPERATOR(pg_catalog.=) 'E' THEN builtin AND thickness_mm OPERATOR(pg_catalog.=) 1.6 AND grammage_g_m2 OPERATOR(pg_catalog.=) 430
    WHEN grade OPERATOR(pg_catalog.=) 'B' THEN builtin AND thickness_mm OPERATOR(pg_catalog.=) 3.2 AND grammage_g_m2 OPERATOR(pg_catalog.=) 500
    WHEN grade OPERATOR(pg_catalog.=) 'C' THEN builtin AND thickness_mm OPERATOR(pg_catalog.=) 4.0 AND grammage_g_m2 OPERATOR(pg_catalog.=) 523
    WHEN grade OPERATOR(pg_catalog.=) 'BC' THEN builtin AND thickness_mm OPERATOR(pg_catalog.=) 7.0 AND grammage_g_m2 OPERATOR(pg_catalog.=) 876
    ELSE NOT builtin END)
);
COMMENT ON TABLE packopt.board_grades IS 'grades of corrugated board; everybody reads them, who may add some is granted by the administrator; the shipped ones stay as they are';
COMMENT ON COLUMN packopt.board_grades.grade IS 'name of the grade: of the shipped ones that of the flute';
COMMENT ON COLUMN packopt.board_grades.thickness_mm IS 'thickness in mm, above 0 and up to 50';
COMMENT ON COLUMN packopt.board_grades.grammage_g_m2 IS 'mass in grams per square metre of flat board, above 0 and up to 10000';
COMMENT ON COLUMN packopt.board_grades.builtin IS 'whether the grade came with the extension';
COMMENT ON CONSTRAINT board_grades_shipped ON packopt.board_grades IS 'the shipped grades, and no others, are builtin, with the numbers they are shipped with';
INSERT INTO packopt.board_grades VALUES ('E', 1.6, 430, true), ('B', 3.2, 500, true), ('C', 4.0, 523, true), ('BC', 7.0, 876, true);
GRANT SELECT ON packopt.board_grades TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('packopt.board_grades', 'WHERE NOT builtin');

CREATE FUNCTION packopt.board_area(box packopt.box, grade text DEFAULT NULL, length_unit text DEFAULT NULL, opening text DEFAULT 'least') RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_board_area' LANGUAGE C STABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION packopt.board_area(packopt.box, text, text, text) IS
  'area in square metres of the board of a carton (FEFCO 0201) of these inner dimensions; grade and length unit as set unless given; it opens at the face that needs the least board, or at the top';
CREATE FUNCTION packopt.board_mass(box packopt.box, grade text DEFAULT NULL, length_unit text DEFAULT NULL, opening text DEFAULT 'least') RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_board_mass' LANGUAGE C STABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION packopt.board_mass(packopt.box, text, text, text) IS
  'mass in kg of the board of a carton: its area times the grammage of the grade';
CREATE FUNCTION packopt.outer_box(box packopt.box, grade text DEFAULT NULL, length_unit text DEFAULT NULL, opening text DEFAULT 'least') RETURNS packopt.box
  AS 'MODULE_PATHNAME', 'packopt_outer_box' LANGUAGE C STABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION packopt.outer_box(packopt.box, text, text, text) IS
  'outer dimensions of a carton, in the order of the inner ones: larger by two thicknesses of the board, between the flaps by four';

---------------------------------------------------------------------------------------------------
-- Verbs
---------------------------------------------------------------------------------------------------

CREATE FUNCTION packopt.sample_shipments(shipments bigint, seed int DEFAULT 1, first_row bigint DEFAULT 1)
  RETURNS TABLE (shipped_at timestamptz, warehouse text, product_id int, length_in float8, width_in float8,
                 height_in float8, weight_lb float8, row_no bigint)
  AS 'MODULE_PATHNAME', 'packopt_sample_shipments' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100000;
COMMENT ON FUNCTION packopt.sample_shipments(bigint, int, bigint) IS
  'rows first_row .. first_row + shipments - 1 of a made-up history: 200000 products with skewed demand, inches and pounds, the year 2024, three warehouses, a little dirt; the same rows for the same seed; each row is a shipment';

CREATE FUNCTION @extschema@.profile_shipments(shipments text, columns jsonb DEFAULT '{}', length_unit text DEFAULT NULL, weight_unit text DEFAULT NULL,
    gap float8 DEFAULT 0, weight_step float8 DEFAULT NULL)
  RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_shipments_relation' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION @extschema@.profile_shipments(text, jsonb, text, text, float8, float8) IS
  'the profile of a shipments relation (table, partitioned or foreign table, view, materialized view), by one scan with the rights of the caller; columns maps roles to column names; units: mm, cm, in; g, kg, oz, lb; the items of a shipment lie gap length units apart; with weight_step weights are kept, in whole steps rounded up';

CREATE FUNCTION @extschema@.check_shipments(shipments text, columns jsonb DEFAULT '{}', length_unit text DEFAULT NULL, weight_unit text DEFAULT NULL)
  RETURNS TABLE (finding text, severity text, column_name text, unit text, rows bigint, share float8, example text, explanation text)
  AS 'MODULE_PATHNAME', 'packopt_check_shipments' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 20;
COMMENT ON FUNCTION @extschema@.check_shipments(text, jsonb, text, text) IS
  'how a shipments relation is read, and what is wrong with its data: one row per finding, with the number and share of rows and the key of one of them';

CREATE FUNCTION @extschema@.optimize_suite(shipments text, suite_size int,
    objective text DEFAULT 'volume', step float8 DEFAULT NULL, steps packopt.box DEFAULT NULL,
    min_box packopt.box DEFAULT NULL, max_box packopt.box DEFAULT NULL,
    keep packopt.box[] DEFAULT '{}', candidates packopt.box[] DEFAULT NULL, padding float8 DEFAULT 0,
    columns jsonb DEFAULT '{}', length_unit text DEFAULT NULL, weight_unit text DEFAULT NULL,
    name text DEFAULT NULL, save bool DEFAULT true, gap float8 DEFAULT 0, max_weight float8 DEFAULT NULL,
    max_ratio float8 DEFAULT NULL, current packopt.box[] DEFAULT NULL, max_changes int DEFAULT NULL, min_share float8 DEFAULT NULL,
    holdout timestamptz DEFAULT NULL)
  RETURNS TABLE (suite_id bigint, box packopt.box, length float8, width float8, height float8, shipments bigint, share float8,
                 box_volume float8, content_volume float8, utilization float8, air_per_shipment float8)
  AS 'MODULE_PATHNAME', 'packopt_optimize_suite_relation' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 12;
COMMENT ON FUNCTION @extschema@.optimize_suite(text, int, text, float8, packopt.box, packopt.box, packopt.box, packopt.box[], packopt.box[], float8, jsonb, text, text, text, bool, float8, float8, float8, packopt.box[], int, float8, timestamptz) IS
  'chooses the suite_size boxes (1 to 200) that ship a shipments relation with the least volume of boxes, or with the least cost by objective, the name of a function(packopt.box) returns float8 that gives the cost of shipping one shipment in a box (NULL, NaN, negative and infinite costs are errors); one row per box; box_volume and content_volume are totals over the row''s shipments in cubic length units; every shipment that an allowed box can hold is held; max_ratio (1 to 20000) is the most that the longest side of a box, unless it is kept, may be of the shortest; current boxes are candidates too, and at most max_changes of them are not in the suite; no box ships less than min_share (0 to 1) of the shipments unless it is kept, needed to hold one of them, or to stay within max_changes; constraints that exclude each other are an error that names both; with holdout the suite is chosen for what was shipped before, and the rows are about what was shipped from then on';

CREATE FUNCTION @extschema@.optimize_suite(profile packopt.profile, suite_size int,
    objective text DEFAULT 'volume', step float8 DEFAULT NULL, steps packopt.box DEFAULT NULL,
    min_box packopt.box DEFAULT NULL, max_box packopt.box DEFAULT NULL,
    keep packopt.box[] DEFAULT '{}', candidates packopt.box[] DEFAULT NULL, padding float8 DEFAULT 0,
    name text DEFAULT NULL, save bool DEFAULT true, max_weight float8 DEFAULT NULL,
    max_ratio float8 DEFAULT NULL, current packopt.box[] DEFAULT NULL, max_changes int DEFAULT NULL, min_share float8 DEFAULT NULL)
  RETURNS TABLE (suite_id bigint, box packopt.box, length float8, width float8, height float8, shipments bigint, share float8,
                 box_volume float8, content_volume float8, utilization float8, air_per_shipment float8)
  AS 'MODULE_PATHNAME', 'packopt_optimize_suite_profile' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 12;
COMMENT ON FUNCTION @extschema@.optimize_suite(packopt.profile, int, text, float8, packopt.box, packopt.box, packopt.box, packopt.box[], packopt.box[], float8, text, bool, float8, float8, packopt.box[], int, float8) IS
  'chooses the suite_size boxes (1 to 200) that ship a profile with the least volume of boxes; as for a relation';

CREATE FUNCTION @extschema@.optimize_suites(shipments text, suite_size int, by text,
    objective text DEFAULT 'volume', step float8 DEFAULT NULL, steps packopt.box DEFAULT NULL,
    min_box packopt.box DEFAULT NULL, max_box packopt.box DEFAULT NULL,
    keep packopt.box[] DEFAULT '{}', candidates packopt.box[] DEFAULT NULL, padding float8 DEFAULT 0,
    columns jsonb DEFAULT '{}', length_unit text DEFAULT NULL, weight_unit text DEFAULT NULL,
    name text DEFAULT NULL, save bool DEFAULT true, gap float8 DEFAULT 0, max_weight float8 DEFAULT NULL,
    max_ratio float8 DEFAULT NULL, current packopt.box[] DEFAULT NULL, max_changes int DEFAULT NULL, min_share float8 DEFAULT NULL,
    max_sites int DEFAULT 100)
  RETURNS TABLE (site text, suite_id bigint, box packopt.box, length float8, width float8, height float8, shipments bigint, share float8,
                 box_volume float8, content_volume float8, utilization float8, air_per_shipment float8,
                 shared_box_volume float8, shared_suite_id bigint)
  AS 'MODULE_PATHNAME', 'packopt_optimize_suites' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 100;
COMMENT ON FUNCTION @extschema@.optimize_suites(text, int, text, text, float8, packopt.box, packopt.box, packopt.box, packopt.box[], packopt.box[], float8, jsonb, text, text, text, bool, float8, float8, float8, packopt.box[], int, float8, int) IS
  'a suite of suite_size boxes for every value of the column by, as optimize_suite would choose it, by one scan; rows as of optimize_suite, by site (the value as text; NULL is a site of its own, the last one); shared_box_volume is what all the site''s shipments would take in one suite shared by all sites, in cubic length units, the same in every row of the site; more than max_sites values are an error';

CREATE FUNCTION @extschema@.suite_curve(shipments text, max_size int,
    objective text DEFAULT 'volume', step float8 DEFAULT NULL, steps packopt.box DEFAULT NULL,
    min_box packopt.box DEFAULT NULL, max_box packopt.box DEFAULT NULL,
    keep packopt.box[] DEFAULT '{}', candidates packopt.box[] DEFAULT NULL, padding float8 DEFAULT 0,
    columns jsonb DEFAULT '{}', length_unit text DEFAULT NULL, weight_unit text DEFAULT NULL,
    gap float8 DEFAULT 0, max_weight float8 DEFAULT NULL, max_ratio float8 DEFAULT NULL, worth float8 DEFAULT 0.01)
  RETURNS TABLE (suite_size int, box_volume float8, utilization float8, saving_vs_previous_pct float8, lower_bound float8, gap float8, cost float8, boxes packopt.box[])
  AS 'MODULE_PATHNAME', 'packopt_suite_curve_relation' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 20;
COMMENT ON FUNCTION @extschema@.suite_curve(text, int, text, float8, packopt.box, packopt.box, packopt.box, packopt.box[], packopt.box[], float8, jsonb, text, text, float8, float8, float8, float8) IS
  'what one more box is worth: the best suite found of every size up to max_size (1 to 200), each from its neighbours; box_volume is the total in cubic length units, cost the total by the objective (box_volume for volume); saving_vs_previous_pct is of cost, which never rises with the size, nor does lower_bound, which the cost of no suite of that size goes below (NULL with effort fast); a NOTICE tells the size beyond which one more box saves less than the share worth; nothing is stored';
CREATE FUNCTION @extschema@.suite_curve(profile packopt.profile, max_size int,
    objective text DEFAULT 'volume', step float8 DEFAULT NULL, steps packopt.box DEFAULT NULL,
    min_box packopt.box DEFAULT NULL, max_box packopt.box DEFAULT NULL,
    keep packopt.box[] DEFAULT '{}', candidates packopt.box[] DEFAULT NULL, padding float8 DEFAULT 0,
    max_weight float8 DEFAULT NULL, max_ratio float8 DEFAULT NULL, worth float8 DEFAULT 0.01)
  RETURNS TABLE (suite_size int, box_volume float8, utilization float8, saving_vs_previous_pct float8, lower_bound float8, gap float8, cost float8, boxes packopt.box[])
  AS 'MODULE_PATHNAME', 'packopt_suite_curve_profile' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 20;
COMMENT ON FUNCTION @extschema@.suite_curve(packopt.profile, int, text, float8, packopt.box, packopt.box, packopt.box, packopt.box[], packopt.box[], float8, float8, float8, float8) IS
  'what one more box is worth, for a profile; as for a relation';

CREATE FUNCTION @extschema@.evaluate_suite(shipments text, boxes packopt.box[], padding float8 DEFAULT 0,
    columns jsonb DEFAULT '{}', length_unit text DEFAULT NULL, weight_unit text DEFAULT NULL,
    gap float8 DEFAULT 0, max_weight float8 DEFAULT NULL)
  RETURNS TABLE (box packopt.box, length float8, width float8, height float8, shipments bigint, share float8,
                 box_volume float8, content_volume float8, utilization float8, air_per_shipment float8)
  AS 'MODULE_PATHNAME', 'packopt_evaluate_suite_relation' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 12;
COMMENT ON FUNCTION @extschema@.evaluate_suite(text, packopt.box[], float8, jsonb, text, text, float8, float8) IS
  'what a given suite does with a shipments relation: every shipment goes into the smallest box that holds it; one row per box, and one without a box for shipments that fit none; volumes are totals in cubic length units';
CREATE FUNCTION @extschema@.evaluate_suite(profile packopt.profile, boxes packopt.box[], padding float8 DEFAULT 0, max_weight float8 DEFAULT NULL)
  RETURNS TABLE (box packopt.box, length float8, width float8, height float8, shipments bigint, share float8,
                 box_volume float8, content_volume float8, utilization float8, air_per_shipment float8)
  AS 'MODULE_PATHNAME', 'packopt_evaluate_suite_profile' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 12;
COMMENT ON FUNCTION @extschema@.evaluate_suite(packopt.profile, packopt.box[], float8, float8) IS
  'what a given suite does with the shipments of a profile; as for a relation';

CREATE FUNCTION @extschema@.suite_boxes(suite_id bigint) RETURNS packopt.box[]
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  BEGIN ATOMIC
    SELECT pg_catalog.array_agg(b.box ORDER BY b.box_no) FROM packopt.suite_boxes b WHERE b.suite_id OPERATOR(pg_catalog.=) suite_boxes.suite_id;
  END;
COMMENT ON FUNCTION @extschema@.suite_boxes(bigint) IS 'the boxes of a stored suite; NULL if there is none of that number';

CREATE FUNCTION packopt.suite_measures(profile packopt.profile, boxes packopt.box[], padding float8 DEFAULT 0, board_grade text DEFAULT NULL, opening text DEFAULT 'least',
    OUT shipments bigint, OUT unboxed bigint, OUT box_volume float8, OUT content_volume float8, OUT void_above_half bigint, OUT board_area_m2 float8, OUT board_kg float8)
  AS 'MODULE_PATHNAME', 'packopt_suite_measures' LANGUAGE C STABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION packopt.suite_measures(packopt.profile, packopt.box[], float8, text, text) IS
  'totals of a suite over the shipments of a profile that it holds: their number, and that of those it does not; volumes in cubic length units; shipments with more than half of the box empty; board in square metres and kg';

CREATE FUNCTION @extschema@.suite_report(shipments text, boxes packopt.box[], padding float8 DEFAULT 0, metrics text[] DEFAULT NULL,
    board_grade text DEFAULT NULL, opening text DEFAULT 'least', dim_divisor float8 DEFAULT NULL,
    columns jsonb DEFAULT '{}', length_unit text DEFAULT NULL, weight_unit text DEFAULT NULL, gap float8 DEFAULT 0, max_weight float8 DEFAULT NULL)
  RETURNS TABLE (metric text, unit text, value float8, explanation text)
  AS 'MODULE_PATHNAME', 'packopt_suite_report_relation' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 21;
COMMENT ON FUNCTION @extschema@.suite_report(text, packopt.box[], float8, text[], text, text, float8, jsonb, text, text, float8, float8) IS
  'what a suite does with a shipments relation, one row per metric (all, or those named); all but the counts of shipments are over the shipments that the suite holds; dim_divisor in cubic inches per pound, or cubic centimetres per kg';
CREATE FUNCTION @extschema@.suite_report(profile packopt.profile, boxes packopt.box[], padding float8 DEFAULT 0, metrics text[] DEFAULT NULL,
    board_grade text DEFAULT NULL, opening text DEFAULT 'least', dim_divisor float8 DEFAULT NULL, max_weight float8 DEFAULT NULL)
  RETURNS TABLE (metric text, unit text, value float8, explanation text)
  AS 'MODULE_PATHNAME', 'packopt_suite_report_profile' LANGUAGE C STABLE PARALLEL SAFE COST 10000 ROWS 21;
COMMENT ON FUNCTION @extschema@.suite_report(packopt.profile, packopt.box[], float8, text[], text, text, float8, float8) IS
  'what a suite does with the shipments of a profile, one row per metric; as for a relation';

CREATE FUNCTION @extschema@.compare_suites(shipments text, current packopt.box[], proposed packopt.box[], padding float8 DEFAULT 0, metrics text[] DEFAULT NULL,
    board_grade text DEFAULT NULL, opening text DEFAULT 'least', dim_divisor float8 DEFAULT NULL,
    columns jsonb DEFAULT '{}', length_unit text DEFAULT NULL, weight_unit text DEFAULT NULL, gap float8 DEFAULT 0, max_weight float8 DEFAULT NULL,
    holdout timestamptz DEFAULT NULL)
  RETURNS TABLE (metric text, unit text, current float8, proposed float8, change float8, change_pct float8, better bool, change_pct_low float8, change_pct_high float8)
  AS 'MODULE_PATHNAME', 'packopt_compare_suites_relation' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 25;
COMMENT ON FUNCTION @extschema@.compare_suites(text, packopt.box[], packopt.box[], float8, text[], text, text, float8, jsonb, text, text, float8, float8, timestamptz) IS
  'what a proposed suite would change against the current one for a shipments relation, one row per metric, over the shipments that both hold; change_pct_low and change_pct_high: its 95 % interval, by a bootstrap over the shipments; with holdout only what was shipped from then on is compared';
CREATE FUNCTION @extschema@.compare_suites(profile packopt.profile, current packopt.box[], proposed packopt.box[], padding float8 DEFAULT 0, metrics text[] DEFAULT NULL,
    board_grade text DEFAULT NULL, opening text DEFAULT 'least', dim_divisor float8 DEFAULT NULL, max_weight float8 DEFAULT NULL)
  RETURNS TABLE (metric text, unit text, current float8, proposed float8, change float8, change_pct float8, better bool, change_pct_low float8, change_pct_high float8)
  AS 'MODULE_PATHNAME', 'packopt_compare_suites_profile' LANGUAGE C STABLE PARALLEL SAFE COST 10000 ROWS 25;
COMMENT ON FUNCTION @extschema@.compare_suites(packopt.profile, packopt.box[], packopt.box[], float8, text[], text, text, float8, float8) IS
  'what a proposed suite would change against the current one for the shipments of a profile; as for a relation';

CREATE FUNCTION @extschema@.box_value(shipments text, boxes packopt.box[], padding float8 DEFAULT 0,
    columns jsonb DEFAULT '{}', length_unit text DEFAULT NULL, weight_unit text DEFAULT NULL,
    gap float8 DEFAULT 0, max_weight float8 DEFAULT NULL)
  RETURNS TABLE (box packopt.box, shipments bigint, share float8, only_here bigint, extra_volume float8, extra_pct float8, next_box packopt.box, next_shipments bigint)
  AS 'MODULE_PATHNAME', 'packopt_box_value_relation' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 12;
COMMENT ON FUNCTION @extschema@.box_value(text, packopt.box[], float8, jsonb, text, text, float8, float8) IS
  'what each box of a suite is worth to a shipments relation: shipments that no other box holds; volume that the others would take more if it was dropped, in cubic length units and in percent of the suite''s; the box that most of them would go to';
CREATE FUNCTION @extschema@.box_value(profile packopt.profile, boxes packopt.box[], padding float8 DEFAULT 0, max_weight float8 DEFAULT NULL)
  RETURNS TABLE (box packopt.box, shipments bigint, share float8, only_here bigint, extra_volume float8, extra_pct float8, next_box packopt.box, next_shipments bigint)
  AS 'MODULE_PATHNAME', 'packopt_box_value_profile' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 12;
COMMENT ON FUNCTION @extschema@.box_value(packopt.profile, packopt.box[], float8, float8) IS
  'what each box of a suite is worth to the shipments of a profile; as for a relation';
