-- What the extension puts into the catalog.
\set SHOW_CONTEXT never
CREATE VIEW pg_temp.objects AS SELECT classid, objid, pg_describe_object(classid, objid, 0) AS object FROM pg_depend
WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'packopt');

-- Every object has a comment, every column of its tables too, but for the row types and array types that come by themselves.
SELECT object FROM pg_temp.objects WHERE obj_description(objid, classid::regclass::text) IS NULL
  AND object !~ '^type packopt\.\w+\[\]$' AND NOT (classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type t WHERE t.oid = objid AND t.typrelid <> 0)) ORDER BY object;
SELECT attrelid::regclass, attname FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND col_description(attrelid, attnum) IS NULL
  AND attrelid IN (SELECT objid FROM pg_temp.objects WHERE classid = 'pg_class'::regclass AND object ~ '^(table|view)') ORDER BY 1, attnum;

-- Types, tables and views live in the schema packopt; nothing is called box, item or volume elsewhere.
SELECT object FROM pg_temp.objects WHERE classid IN ('pg_type'::regclass, 'pg_class'::regclass, 'pg_opclass'::regclass, 'pg_opfamily'::regclass) AND object !~ ' packopt\.' ORDER BY object;
SELECT DISTINCT proname FROM pg_proc p JOIN pg_temp.objects o ON o.classid = 'pg_proc'::regclass AND o.objid = p.oid
WHERE pronamespace = 'public'::regnamespace AND proname IN ('box', 'item', 'length', 'width', 'height', 'volume', 'weight', 'level', 'memory', 'classes') ORDER BY 1;

-- Every function says whether it may run in parallel; those that write or read rows by queries may not.
SELECT p.oid::regprocedure AS unlabelled FROM pg_proc p JOIN pg_temp.objects o ON o.classid = 'pg_proc'::regclass AND o.objid = p.oid
WHERE proparallel = 'u' AND proname !~ '(optimize|evaluate|profile|check|compare|report|value|curve|save|deploy|refresh|reoptimize|grant|revoke|track|owner|way|scan|day|keep|note|step|weeks|cost)' ORDER BY 1;
SELECT DISTINCT proname, provolatile FROM pg_proc p JOIN pg_temp.objects o ON o.classid = 'pg_proc'::regclass AND o.objid = p.oid
WHERE proname IN ('optimize_suite', 'profile_shipments', 'check_shipments') AND (proparallel <> 'u' OR provolatile <> 'v');
SELECT p.oid::regprocedure AS aggregate FROM pg_proc p JOIN pg_aggregate a ON a.aggfnoid = p.oid JOIN pg_temp.objects o ON o.classid = 'pg_proc'::regclass AND o.objid = p.oid
WHERE proname = 'profile' AND (proparallel <> 's' OR aggcombinefn = 0 OR aggtranstype <> 'packopt.profile'::regtype) ORDER BY 1;
SELECT p.oid::regprocedure AS security_definer FROM pg_proc p JOIN pg_temp.objects o ON o.classid = 'pg_proc'::regclass AND o.objid = p.oid WHERE prosecdef;

-- Operators, operator classes and casts.
SELECT amvalidate(oid) FROM pg_opclass WHERE opcnamespace = 'packopt'::regnamespace GROUP BY 1;
SELECT object AS without_commutator FROM pg_temp.objects JOIN pg_operator ON pg_operator.oid = objid WHERE classid = 'pg_operator'::regclass AND (oprcom = 0 OR oprrest = 0) ORDER BY 1;
SELECT '10x13'::packopt.box::text, '1x2x3 fragile'::text::packopt.item;

-- Settings.
SELECT name, setting, context, enumvals FROM pg_settings WHERE name IN ('packopt.length_unit', 'packopt.weight_unit') ORDER BY name;
SET packopt.length_unit = 'furlong';

-- Neither quoted literals nor arguments by name are ambiguous.
SET client_min_messages = error;
CREATE TABLE t AS SELECT 1 AS length, 2 AS width, 3 AS height;
SELECT box FROM optimize_suite('t', 1);
SELECT box FROM optimize_suite('t', 1, step => 0.75, save => false);
SELECT box FROM optimize_suite('t', suite_size => 1, objective => 'volume', save => false, columns => '{"length": "width"}', length_unit => 'cm');
SELECT box FROM optimize_suite(profile_shipments('t'), 1, steps => '0.3x0.3x0.3', name => 'x', save => false);
SELECT box FROM evaluate_suite('t', '{3x2x1}');
SELECT box FROM evaluate_suite('t', '{3x2x1}', padding => 0, columns => '{}', length_unit => 'mm', weight_unit => 'kg');
SELECT packopt.shipments(profile_shipments('t')), count(*) FROM check_shipments('t');
SELECT packopt.classes(profile(length, width, height)), packopt.classes(profile(packopt.item(length, width, height))), fits('1x2x3', '3x2x1') FROM t;
DELETE FROM packopt.suites;
DROP TABLE t;
