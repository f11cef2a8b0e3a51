# Shards: whole aggregates travel through postgres_fdw, one profile per shard, and merge to the profile of all.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

plan skip_all => 'postgres_fdw is not installed'
	if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'}) eq '0';

my ($host, $port) = ($node->host, $node->port);
my $user = $node->safe_psql('postgres', 'SELECT current_user');

# Three databases with a third of the rows each, and one that has it all.
$node->safe_psql('postgres', "CREATE DATABASE $_") foreach ('shard1', 'shard2', 'shard3', 'whole');
foreach my $n (1 .. 3)
{
	$node->safe_psql("shard$n", qq{
CREATE EXTENSION packopt;
CREATE TABLE shipments AS SELECT row_no, product_id, length_in::numeric, width_in::numeric, height_in::numeric FROM packopt.sample_shipments(9000) WHERE row_no % 3 = $n - 1;
CREATE VIEW demand AS SELECT profile(length_in, width_in, height_in) AS p FROM shipments;
ANALYZE;
});
}
$node->safe_psql('whole', q{
CREATE EXTENSION packopt;
CREATE EXTENSION postgres_fdw;
CREATE TABLE shipments AS SELECT row_no, product_id, length_in::numeric, width_in::numeric, height_in::numeric FROM packopt.sample_shipments(9000);
});
foreach my $n (1 .. 3)
{
	$node->safe_psql('whole', qq{
CREATE SERVER shard$n FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname 'shard$n', extensions 'packopt');
CREATE USER MAPPING FOR PUBLIC SERVER shard$n OPTIONS (user '$user');
CREATE SCHEMA s$n;
IMPORT FOREIGN SCHEMA public FROM SERVER shard$n INTO s$n;
});
}

# Runs a query that gives one value.
sub value
{
	my ($query) = @_;
	return $node->safe_psql('whole', "SET client_min_messages = error; $query");
}

my $expected = value('SELECT profile(length_in, width_in, height_in) FROM shipments');
my $shards = join(' UNION ALL ', map { "SELECT profile(length_in, width_in, height_in) AS p FROM s$_.shipments" } (1 .. 3));
my $views = join(' UNION ALL ', map { "SELECT p FROM s$_.demand" } (1 .. 3));

ok(value("SELECT profile(p) FROM ($shards) s") eq $expected, 'aggregates of the shards merge to the whole');
my $plan = value("EXPLAIN (VERBOSE, COSTS OFF) SELECT profile(p) FROM ($shards) s");
is(() = $plan =~ /Remote SQL: SELECT public\.profile\(length_in, width_in, height_in\)/g, 3, 'the aggregates are shipped');
unlike($plan, qr/Remote SQL: SELECT length_in/, 'no rows are');
ok(value("SELECT profile(p) FROM ($views) s") eq $expected, 'profiles kept by the shards merge to the whole');

# Rows of foreign tables, alone, in views, and as partitions.
ok(value(q{SELECT profile(p) FROM (SELECT profile_shipments('s1.shipments') AS p UNION ALL SELECT profile_shipments('s2.shipments')
		UNION ALL SELECT profile_shipments('s3.shipments')) s}) eq value(q{SELECT profile_shipments('shipments')}), 'profile_shipments of foreign tables');
is(value(q{SELECT sum(rows) FROM unnest('{s1,s2,s3}'::text[]) s, check_shipments(s || '.shipments') WHERE finding = 'rows'}), '9000', 'check_shipments of foreign tables');
$node->safe_psql('whole', q{
CREATE TABLE sharded (row_no bigint, product_id int, length_in numeric, width_in numeric, height_in numeric) PARTITION BY RANGE (row_no);
CREATE FOREIGN TABLE sharded_1 PARTITION OF sharded FOR VALUES FROM (0) TO (1000000) SERVER shard1 OPTIONS (table_name 'shipments');
CREATE FOREIGN TABLE sharded_2 PARTITION OF sharded FOR VALUES FROM (1000000) TO (2000000) SERVER shard2 OPTIONS (table_name 'shipments');
CREATE FOREIGN TABLE sharded_3 PARTITION OF sharded FOR VALUES FROM (2000000) TO (MAXVALUE) SERVER shard3 OPTIONS (table_name 'shipments');
});
ok(value(q{SELECT profile_shipments('sharded')}) eq value(q{SELECT profile_shipments('shipments')}), 'a table with foreign partitions');
is(value(q{SELECT rows FROM check_shipments('sharded') WHERE finding = 'rows'}), '9000', 'check_shipments of it');

# One suite for the company, one per shard, and fits() where the rows are.
is(value("SELECT string_agg(box::text, ' ') FROM (SELECT profile(p) AS p FROM ($shards) s) s, optimize_suite(packopt.set_units(p, 'in'), 4, save => false)"),
	value(q{SELECT string_agg(box::text, ' ') FROM optimize_suite('shipments', 4, save => false)}), 'the suite of all shards');
is(value("SELECT count(*) FROM (SELECT row_number() OVER () AS shard, p FROM ($shards) s) s, LATERAL optimize_suite(p, 4, step => 1, save => false)"), '12', 'a suite per shard');
like(value(q{EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM s1.shipments WHERE packopt.item(length_in, width_in, height_in) <@ '12x9x4'::packopt.box AND height_in > 0}),
	qr/Remote SQL: SELECT count\(\*\).*packopt\.item/, 'the operator <@ is shipped');

$node->stop;
done_testing();
