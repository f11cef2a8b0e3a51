# Rights are the caller's: on relations, columns, rows and suites, also with the verbs in another schema.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

$node->safe_psql('postgres', q{
CREATE ROLE ada LOGIN;
CREATE ROLE bob LOGIN;
CREATE DATABASE default_schema;
CREATE DATABASE other_schema;
});

# Runs SQL as a role; gives the output, or SQLSTATE where it failed.
sub as_role
{
	my ($database, $role, $query) = @_;
	my ($stdout, $stderr);
	my $result = $node->psql($database, "\\set VERBOSITY sqlstate\nSET client_min_messages = error;\n$query",
		stdout => \$stdout, stderr => \$stderr, extra_params => [ '-U', $role ]);

	return $result == 0 ? $stdout : $stderr =~ /ERROR:  (\w+)/ ? $1 : $stderr;
}

my %forms = (
	profile_shipments => 'SELECT packopt.shipments(%sprofile_shipments(\'%s\'))',
	check_shipments => 'SELECT rows FROM %scheck_shipments(\'%s\') WHERE finding = \'rows\'',
	optimize_suite => 'SELECT sum(shipments) FROM %soptimize_suite(\'%s\', 3)',
	evaluate_suite => 'SELECT sum(shipments) FROM %sevaluate_suite(\'%s\', \'{30x30x30}\')',
);

foreach my $database ('default_schema', 'other_schema')
{
	my $verbs = $database eq 'other_schema' ? 'tools.' : '';
	my $schema = $database eq 'other_schema' ? 'SCHEMA tools' : '';

	$node->safe_psql($database, qq{
CREATE SCHEMA tools;
GRANT USAGE ON SCHEMA tools TO PUBLIC;
CREATE EXTENSION packopt $schema;
CREATE TABLE private AS SELECT n AS length, n AS width, 1 AS height, 'x' AS note, CASE WHEN n % 3 = 0 THEN 'ada' ELSE 'bob' END AS owner FROM generate_series(1, 30) n;
CREATE TABLE columns AS SELECT * FROM private;
GRANT SELECT (length, width, height) ON columns TO ada;
CREATE TABLE rows AS SELECT * FROM private;
GRANT SELECT ON rows TO ada, bob;
ALTER TABLE rows ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON rows USING (owner = current_user);
CREATE VIEW by_view AS SELECT * FROM private;
GRANT SELECT ON by_view TO ada;
CREATE FUNCTION loud(int) RETURNS int LANGUAGE plpgsql AS \$\$ BEGIN RAISE EXCEPTION 'called as %', current_user USING ERRCODE = 'TEST1'; END \$\$;
CREATE VIEW trap AS SELECT loud(1) AS length, 1 AS width, 1 AS height;
GRANT SELECT ON trap TO ada;
});
	foreach my $name (sort keys %forms)
	{
		my $call = sub { return sprintf($forms{$name}, $verbs, $_[0]) };

		is(as_role($database, 'ada', $call->('private')), '42501', "$database: $name without rights");
		is(as_role($database, 'ada', $call->('columns')), '30', "$database: $name with rights on the columns it reads");
		is(as_role($database, 'bob', $call->('columns')), '42501', "$database: $name with rights of somebody else");
		is(as_role($database, 'ada', $call->('rows')), '10', "$database: $name with row security");
		is(as_role($database, 'bob', $call->('rows')), '20', "$database: $name with row security, another role");
		is(as_role($database, 'ada', $call->('by_view')), '30', "$database: $name through a view");
		is(as_role($database, 'ada', $call->('trap')), 'TEST1', "$database: $name runs functions of views as the caller");
	}

	# Suites are private to the roles they belong to.
	is(as_role($database, 'ada', 'SELECT count(*) > 0 AND bool_and(owner = \'ada\') FROM packopt.suites'), 't', "$database: own suites");
	is(as_role($database, 'bob', 'SELECT bool_and(owner = \'bob\') FROM packopt.suites'), 't', "$database: own suites of another role");
	is(as_role($database, 'bob', "SELECT count(*) FROM packopt.suite_boxes b WHERE ${verbs}suite_boxes(b.suite_id) IS NULL"), '0', "$database: and their boxes");
	is(as_role($database, 'bob', "SELECT ${verbs}suite_boxes(min) IS NULL FROM (SELECT " . as_role($database, 'ada', 'SELECT min(suite_id) FROM packopt.suites') . ' AS min) s'),
		't', "$database: suite_boxes() of somebody else's suite");
	is(as_role($database, 'bob', 'TRUNCATE packopt.suites CASCADE'), '42501', "$database: nobody empties the table");
	is(as_role($database, 'bob', 'ALTER TABLE packopt.suites DISABLE ROW LEVEL SECURITY'), '42501', "$database: nobody turns row security off");
	is(as_role($database, 'bob', q{CREATE TABLE packopt.t (n int)}), '42501', "$database: nobody adds to the schema");
	is(as_role($database, 'bob', q{SELECT setval('packopt.suites_suite_id_seq', 1)}), '42501', "$database: nobody sets the numbers back");
}

# Objects of the caller's on the search path are not called instead of packopt's own and the server's.
$node->safe_psql('default_schema', q{
CREATE SCHEMA mine AUTHORIZATION ada;
SET ROLE ada;
CREATE FUNCTION mine.profile(packopt.profile, numeric, numeric, numeric) RETURNS packopt.profile LANGUAGE sql AS 'SELECT NULL::packopt.profile';
CREATE FUNCTION mine.trapped(float8, int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped' USING ERRCODE = 'TEST2'; END $$;
CREATE OPERATOR mine.> (LEFTARG = float8, RIGHTARG = int, FUNCTION = mine.trapped);
CREATE OPERATOR mine.< (LEFTARG = float8, RIGHTARG = int, FUNCTION = mine.trapped);
CREATE OPERATOR mine.= (LEFTARG = float8, RIGHTARG = int, FUNCTION = mine.trapped);
CREATE FUNCTION mine.trapped(float8, float8) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped' USING ERRCODE = 'TEST2'; END $$;
CREATE OPERATOR mine.= (LEFTARG = float8, RIGHTARG = float8, FUNCTION = mine.trapped);
CREATE OPERATOR mine.> (LEFTARG = float8, RIGHTARG = float8, FUNCTION = mine.trapped);
CREATE OPERATOR mine.< (LEFTARG = float8, RIGHTARG = float8, FUNCTION = mine.trapped);
CREATE FUNCTION mine.trapped(name, name) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped' USING ERRCODE = 'TEST2'; END $$;
CREATE OPERATOR mine.= (LEFTARG = name, RIGHTARG = name, FUNCTION = mine.trapped);
CREATE FUNCTION mine.trapped(bigint, bigint) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped' USING ERRCODE = 'TEST2'; END $$;
CREATE OPERATOR mine.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = mine.trapped);
CREATE TABLE mine.suites (suite_id bigint);
});
my $path = 'SET search_path = mine, pg_catalog, public;';
foreach my $name (sort keys %forms)
{
	is(as_role('default_schema', 'ada', $path . sprintf($forms{$name}, '', 'public.columns')), '30', "$name under a search path full of traps");
}
is(as_role('default_schema', 'ada', "$path SELECT cardinality(suite_boxes((SELECT max(suite_id) FROM packopt.suites)))"), '3', 'suite_boxes() under a search path full of traps');

# A role that may not use the schema of the verbs cannot call them; the types work.
$node->safe_psql('other_schema', 'REVOKE USAGE ON SCHEMA tools FROM PUBLIC');
is(as_role('other_schema', 'ada', q{SELECT tools.fits('1x1x1', '2x2x2')}), '42501', 'verbs in a closed schema');
is(as_role('other_schema', 'ada', q{SELECT packopt.volume('1x1x1'::packopt.box)}), '1', 'nouns beside it');

# Only those who may create extensions can.
$node->safe_psql('postgres', 'CREATE DATABASE of_ada OWNER ada');
is(as_role('of_ada', 'ada', 'CREATE EXTENSION packopt'), '42501', 'the extension is not trusted');

$node->stop;
done_testing();
