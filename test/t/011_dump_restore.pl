# Suites, their boxes and numbers, and columns of packopt's types survive pg_dump and a restore.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

$node->safe_psql('postgres', q{
CREATE ROLE analyst;
CREATE DATABASE before;
CREATE DATABASE after;
CREATE DATABASE schema_before;
CREATE DATABASE schema_after;
CREATE DATABASE tables_only;
});
my $fill = q{
SET client_min_messages = error;
CREATE TABLE history AS SELECT row_no, length_in, width_in, height_in FROM packopt.sample_shipments(2000);
CREATE TABLE catalogue (box packopt.box PRIMARY KEY, item packopt.item NOT NULL, p packopt.profile, boxes packopt.box[], CHECK (item <@ box));
INSERT INTO catalogue SELECT packopt.box(n, n * 0.7, 3.00001), packopt.item(n, n * 0.1, 2, n * 0.1, n % 2 = 0),
	(SELECT packopt.coarsen(profile(x * 0.37, n, 2), 100) FROM generate_series(1, n * 20) x), ARRAY[packopt.box(n, 1), NULL]
	FROM generate_series(1, 20) n;
CREATE INDEX ON catalogue USING hash (item);
CREATE VIEW small AS SELECT box FROM catalogue WHERE box <@ '9x9x9'::packopt.box;
GRANT SELECT ON history TO analyst;
INSERT INTO packopt.board_grades (grade, thickness_mm, grammage_g_m2) VALUES ('EB', 4.8, 690), ('own "grade"', 2.5, 0.1);
DELETE FROM packopt.board_grades WHERE grade = 'own "grade"';
INSERT INTO packopt.board_grades (grade, thickness_mm, grammage_g_m2) VALUES ('own "grade"', 2.5, 610.25);
CREATE VIEW boards AS SELECT box, packopt.board_mass(box, 'EB', 'in') AS kg FROM catalogue;
SELECT count(*) FROM optimize_suite('history', 3);
SELECT count(*) FROM optimize_suite('history', 4, name => 'four "boxes"', padding => 0.25);
SET ROLE analyst;
SELECT count(*) FROM optimize_suite('history', 2, name => 'of the analyst');
};
my $content = q{
SELECT suite_id, name, owner, created_at, source, objective, length_unit, suite_size, options, shipments, unboxed, left_out, box_volume, content_volume, candidates
	FROM packopt.suites ORDER BY 1;
SELECT suite_id, box_no, box, shipments, box_volume, content_volume FROM packopt.suite_boxes ORDER BY 1, 2;
SELECT box, item, p, boxes FROM catalogue ORDER BY box;
SELECT box FROM small ORDER BY box;
SELECT grade, thickness_mm, grammage_g_m2, builtin FROM packopt.board_grades ORDER BY grade;
SELECT box, kg FROM boards ORDER BY box;
SELECT md5(profile_shipments('history')::text);
SELECT last_value, is_called FROM packopt.suites_suite_id_seq;
};

# What a new suite is numbered, and who sees which.
sub check_use
{
	my ($database, $what) = @_;

	is($node->safe_psql($database, "SET client_min_messages = error; SELECT DISTINCT suite_id FROM optimize_suite('history', 2)"),
		'4', "$what: numbers go on");
	is($node->safe_psql($database, 'SET ROLE analyst; SELECT suite_id FROM packopt.suites'),
		'3', "$what: suites stay their owner's");
	is($node->safe_psql($database, 'SELECT cardinality(suite_boxes(2))'), '4', "$what: suite_boxes()");
}

foreach my $format ('plain', 'custom')
{
	my $file = $node->backup_dir . "_$format";

	$node->safe_psql('postgres', 'DROP DATABASE before; DROP DATABASE after') if $format eq 'custom';
	$node->safe_psql('postgres', $_) foreach ($format eq 'custom' ? ('CREATE DATABASE before', 'CREATE DATABASE after') : ());
	$node->safe_psql('before', "CREATE EXTENSION packopt; $fill");
	my $expected = $node->safe_psql('before', $content);

	like($expected, qr/of the analyst/, "$format: there is something to dump");
	like($expected, qr/^own "grade"\|2.5\|610.25\|f$/m, "$format: grades of board too");
	$node->command_ok([ 'pg_dump', '--format', $format, '--file', $file, $node->connstr('before') ], "$format: dump");
	if ($format eq 'plain')
	{
		$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $file, '-d', $node->connstr('after') ], "$format: restore");
	}
	else
	{
		$node->command_ok([ 'pg_restore', '--exit-on-error', '--dbname', $node->connstr('after'), $file ], "$format: restore");
	}
	is($node->safe_psql('after', $content), $expected, "$format: everything is back");
	unlike(slurp_file($file), qr/^BC\t/m, "$format: shipped grades of board are not dumped") if $format eq 'plain';
	check_use('after', $format);
}

# With the verbs in a schema of their own.
$node->safe_psql('schema_before', "CREATE SCHEMA tools; GRANT USAGE ON SCHEMA tools TO PUBLIC; CREATE EXTENSION packopt SCHEMA tools; SET search_path = public, tools; $fill");
$node->safe_psql('schema_before', 'ALTER DATABASE schema_before SET search_path = public, tools');
$node->safe_psql('schema_after', 'ALTER DATABASE schema_after SET search_path = public, tools');
my $file = $node->backup_dir . '_schema';
$node->command_ok([ 'pg_dump', '--file', $file, $node->connstr('schema_before') ], 'other schema: dump');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $file, '-d', $node->connstr('schema_after') ], 'other schema: restore');
is($node->safe_psql('schema_after', $content), $node->safe_psql('schema_before', $content), 'other schema: everything is back');
check_use('schema_after', 'other schema');

# The data of the extension's tables alone, into a database that has the extension.
$node->safe_psql('tables_only', 'CREATE EXTENSION packopt');
$node->command_ok([ 'pg_dump', '--data-only', '--table', 'packopt.suites', '--table', 'packopt.suite_boxes', '--file', "${file}_data", $node->connstr('before') ],
	'data of the tables alone: dump');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "${file}_data", '-d', $node->connstr('tables_only') ], 'data of the tables alone: restore');
is($node->safe_psql('tables_only', 'SELECT count(*) FROM packopt.suite_boxes'),
	$node->safe_psql('before', 'SELECT count(*) FROM packopt.suite_boxes'), 'data of the tables alone: they are there');

# What a role that owns no suite may dump.
$node->safe_psql('before', 'ALTER ROLE analyst LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO analyst');
$node->command_ok([ 'pg_dump', '--enable-row-security', '--no-sync', '--username', 'analyst', '--file', "${file}_analyst", $node->connstr('before') ],
	'a role without any special right can dump');

$node->stop;
done_testing();
