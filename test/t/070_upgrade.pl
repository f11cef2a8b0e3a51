# An installation that was upgraded from 1.0 equals a fresh one, and keeps its suites.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

my $fill = q{SET client_min_messages = error;
CREATE TABLE history AS SELECT row_no, shipped_at, length_in, width_in, height_in FROM packopt.sample_shipments(2000);
SELECT count(*) FROM optimize_suite('history', 3);
SELECT count(*) FROM optimize_suite('history', 4, name => 'four', padding => 0.25);
CREATE TABLE kept AS SELECT '12x9x4'::packopt.box AS box, profile_shipments('history') AS p;};
my $content = q{SELECT * FROM packopt.suites ORDER BY 1; SELECT * FROM packopt.suite_boxes ORDER BY 1, 2; SELECT box, md5(p::text) FROM kept};

# Everything of the extension that the catalogs know, without numbers of objects.
my $catalog = q{
WITH member AS (
	SELECT classid, objid FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
		AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'packopt')),
	relation AS (SELECT objid AS oid FROM member WHERE classid = 'pg_class'::regclass)
SELECT 'version', extversion, (SELECT string_agg(c::regclass || ' ' || w, ', ' ORDER BY c::regclass::text) FROM unnest(extconfig, extcondition) u(c, w))
	FROM pg_extension WHERE extname = 'packopt'
UNION ALL SELECT 'object', pg_describe_object(classid, objid, 0), obj_description(objid, classid::regclass::text) FROM member
UNION ALL SELECT 'function', p.oid::regprocedure::text, (to_jsonb(p) - '{oid,pronamespace,proowner,prorettype,proargtypes,proallargtypes,proargdefaults,prosqlbody,prolang,provariadic,prosupport}'::text[])::text
		|| CASE prokind WHEN 'a' THEN '' ELSE pg_get_functiondef(p.oid) END
	FROM pg_proc p JOIN member m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
UNION ALL SELECT 'relation', c.oid::regclass::text, concat_ws(' ', relkind, relpersistence, relrowsecurity, relforcerowsecurity, reloptions, relacl, relnatts,
		CASE relkind WHEN 'v' THEN pg_get_viewdef(c.oid) WHEN 'i' THEN pg_get_indexdef(c.oid) END)
	FROM pg_class c WHERE c.oid IN (SELECT oid FROM relation) OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid IN (SELECT oid FROM relation))
UNION ALL SELECT 'column', attrelid::regclass || '.' || attname, concat_ws(' ', attnum, format_type(atttypid, atttypmod), attnotnull, atthasdef, attstorage, attacl,
		pg_get_expr(adbin, adrelid), col_description(attrelid, attnum))
	FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attrelid IN (SELECT oid FROM relation) AND attnum > 0
UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid IN (SELECT oid FROM relation)
UNION ALL SELECT 'policy', polrelid::regclass || '.' || polname, concat_ws(' ', polcmd, polpermissive, polroles, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
	FROM pg_policy WHERE polrelid IN (SELECT oid FROM relation)
UNION ALL SELECT 'schema', nspname, nspacl::text FROM pg_namespace WHERE nspname = 'packopt'
ORDER BY 1, 2, 3};

foreach my $schema ('public', 'tools')
{
	my ($fresh, $upgraded) = ("fresh_$schema", "upgraded_$schema");
	my $path = "SET search_path = public, $schema;";

	$node->safe_psql('postgres', "CREATE DATABASE $_") foreach ($fresh, $upgraded);
	if ($schema ne 'public')
	{
		$node->safe_psql($_, "CREATE SCHEMA $schema") foreach ($fresh, $upgraded);
	}
	$node->safe_psql($fresh, "CREATE EXTENSION packopt SCHEMA $schema");
	$node->safe_psql($upgraded, "CREATE EXTENSION packopt SCHEMA $schema VERSION '1.0'");
	is($node->safe_psql($upgraded, q{SELECT to_regclass('packopt.deployments') IS NULL}), 't', "$schema: 1.0 has no deployments");
	$node->safe_psql($upgraded, $path . $fill);
	my $before = $node->safe_psql($upgraded, $path . $content);
	is($node->safe_psql($upgraded, 'ALTER EXTENSION packopt UPDATE; SHOW search_path'), '"$user", public', "$schema: the script leaves no setting behind");
	is($node->safe_psql($upgraded, $path . $content), $before, "$schema: suites and columns are as before");

	my $expected = $node->safe_psql($fresh, $catalog);
	cmp_ok(scalar(split /\n/, $expected), '>', 500, "$schema: the catalogs tell much");
	is($node->safe_psql($upgraded, $catalog), $expected, "$schema: upgraded as fresh");
	is($node->safe_psql($upgraded, 'SELECT extversion FROM pg_extension WHERE extname = $$packopt$$'), '1.1', "$schema: version");
	is($node->safe_psql($upgraded, "$path SET client_min_messages = error;
SELECT deploy_suite(1, 'history', suite_boxes(2), starts_on => '2024-12-01'), end_deployment(1, '2024-12-08');
SELECT status FROM refresh_savings(1); SELECT days FROM packopt.savings_total"), "1|2024-12-08\nrefreshed\n7", "$schema: a suite of before can be deployed");
}

$node->stop;
done_testing();
