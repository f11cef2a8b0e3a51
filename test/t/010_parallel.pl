# Profiles aggregated by parallel workers are those aggregated by one process, bit for bit.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', qq{
max_worker_processes = 16
max_parallel_workers = 16
});
$node->start;

my $serial = 'SET max_parallel_workers_per_gather = 0;';
my $parallel = q{
SET max_parallel_workers_per_gather = 3;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_partitionwise_aggregate = on;
SET client_min_messages = error;
};
my $workers_only = "$parallel SET parallel_leader_participation = off;";

# Runs a query that gives one value.
sub value
{
	my ($settings, $query) = @_;
	return $node->safe_psql('postgres', "$settings $query");
}

$node->safe_psql('postgres', q{
CREATE EXTENSION packopt;
CREATE TABLE lines AS SELECT n, (n * 37 % 991) / 10.0 AS l, (n * 53 % 997) / 100.0 AS w, NULLIF(n % 499, 7)::numeric AS h, n % 3 + 1 AS q,
	n / 2 AS order_id FROM generate_series(1, 60000) n;
CREATE TABLE nothing (l numeric, w numeric, h numeric, q int, order_id int);
CREATE TABLE parts (l numeric, w numeric, h numeric, q int) PARTITION BY RANGE (l);
CREATE TABLE parts_small PARTITION OF parts FOR VALUES FROM (MINVALUE) TO (10);
CREATE TABLE parts_large PARTITION OF parts FOR VALUES FROM (10) TO (MAXVALUE);
CREATE TABLE parts_none PARTITION OF parts DEFAULT;
INSERT INTO parts SELECT l, w, h, q FROM lines;
CREATE TABLE days AS SELECT n % 300 AS day, packopt.coarsen(profile(l, w, h), 150) AS p FROM lines GROUP BY 1;
CREATE TABLE orders AS SELECT n, ARRAY[packopt.item(n % 19 + 1, n % 7 + 1, 2), packopt.item(n % 11 + 1, 3, 3)] AS items FROM generate_series(1, 2000) n;
ALTER TABLE days SET (parallel_workers = 3);
ANALYZE;
});

my %aggregates = (
	numeric => 'SELECT profile(l, w, h)::text FROM lines',
	double => 'SELECT profile(l::float8, w::float8, h::float8)::text FROM lines',
	real => 'SELECT profile(l::real, w::real, h::real)::text FROM lines',
	quantity => 'SELECT profile(l, w, h, (q - 2)::numeric)::text FROM lines',
	item => 'SELECT profile(packopt.item(l + 1, w + 1, 3))::text FROM lines',
	items => 'SELECT profile(items)::text FROM orders',
	merge => 'SELECT profile(p)::text FROM days',
	partitions => 'SELECT profile(l, w, h)::text FROM parts',
	'few rows' => 'SELECT profile(l, w, h)::text FROM lines WHERE n % 20000 = 1',
	'no rows' => 'SELECT profile(l, w, h)::text FROM lines WHERE n * 0 = 1',
	groups => q{SELECT string_agg(q || p::text, ',' ORDER BY q) FROM (SELECT q, profile(l, w, h) AS p FROM lines GROUP BY q) s},
);
foreach my $name (sort keys %aggregates)
{
	my $query = $aggregates{$name};
	my $expected = value($serial, $query);

	like($expected, qr/packopt-profile 1 /, "$name: a profile");
	like(value($parallel, "EXPLAIN $query"), qr/Partial (Hash|Group)?Aggregate/, "$name: planned in parts");
	ok(value($parallel, $query) eq $expected, "$name: in parallel as serially");
	ok(value($workers_only, $query) eq $expected, "$name: without the leader as serially");
}
ok(value($workers_only, 'SELECT profile(l, w, h)::text FROM nothing') eq value($serial, $aggregates{'no rows'}), 'an empty table');
like(value($workers_only, "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $aggregates{numeric}"),
	qr/Workers Launched: [1-9]/, 'workers were at work');
like(value($workers_only, "EXPLAIN $aggregates{partitions}"), qr/Append/, 'partitions are aggregated one by one');

# Workers that are planned for but not to be had.
ok(value("$workers_only SET max_parallel_workers = 0;", $aggregates{numeric}) eq value($serial, $aggregates{numeric}),
	'no worker to be had');

# The scan behind profile_shipments and optimize_suite: rows pass this view only in a parallel worker.
$node->safe_psql('postgres', q{
CREATE FUNCTION in_worker() RETURNS bool LANGUAGE plpgsql STABLE PARALLEL SAFE AS
	$$ BEGIN RETURN pg_backend_pid() <> current_setting('test.leader')::int; END $$;
CREATE VIEW in_workers AS SELECT l AS length, w AS width, h AS height, q AS quantity FROM lines WHERE in_worker();
CREATE VIEW in_workers_grouped AS SELECT l AS length, w AS width, h AS height, order_id FROM lines WHERE in_worker();
CREATE VIEW anywhere AS SELECT l AS length, w AS width, h AS height, q AS quantity FROM lines;
CREATE VIEW anywhere_grouped AS SELECT l AS length, w AS width, h AS height, order_id FROM lines;
});
my $leader = q{SELECT FROM (SELECT set_config('test.leader', pg_backend_pid()::text, false)) s;};
foreach my $grouped ('', '_grouped')
{
	my $expected = value("$serial SET client_min_messages = error;", "SELECT profile_shipments('anywhere$grouped')::text");

	ok(value("$workers_only $leader", "SELECT profile_shipments('in_workers$grouped')::text") eq $expected,
		"profile_shipments is run by workers$grouped");
	is(value("$workers_only $leader", "SELECT sum(shipments) FROM optimize_suite('in_workers$grouped', 3, step => 10)"),
		value('', "SELECT packopt.shipments('$expected')"), "and so is the scan of optimize_suite$grouped");
}
is(value("$serial $leader SET client_min_messages = error;", "SELECT packopt.shipments(profile_shipments('in_workers'))"),
	'0', 'which the view can tell');

# The same suite, however the profile came about.
is(value($workers_only, "SELECT string_agg(box::text, ' ') FROM optimize_suite('anywhere', 5, step => 2, save => false)"),
	value("$serial SET client_min_messages = error;", "SELECT string_agg(box::text, ' ') FROM optimize_suite('anywhere', 5, step => 2, save => false)"),
	'the same suite');

# Everything that is labelled safe also works inside a worker.
my $forced = $node->safe_psql('postgres', q{SELECT name FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query')});
is(value("SET $forced = on; SET client_min_messages = error;",
		q{SELECT fits('1x2x3', '3x2x1'), (SELECT sum(shipments) FROM evaluate_suite(profile(l, w, h), '{9x9x9,99x99x500}')) FROM lines}),
	value("$serial SET client_min_messages = error;",
		q{SELECT fits('1x2x3', '3x2x1'), (SELECT sum(shipments) FROM evaluate_suite(profile(l, w, h), '{9x9x9,99x99x500}')) FROM lines}),
	"$forced = on");

# The NOTICE of optimize_suite sums up.
my ($result, $stdout, $stderr) = $node->psql('postgres',
	"SELECT count(*) FROM optimize_suite((SELECT profile(4, 3, n) FROM generate_series(0, 2) n), 5)");
like($stderr, qr/NOTICE:  2 boxes do what 5 could/, 'fewer boxes than asked for are told');
like($stderr, qr/NOTICE:  suite of 2 boxes for 2 shipments: utilization 100\.0 %, optimal, [0-9.]+ seconds, 1 shipments? left out/, 'the result is told');

$node->stop;
done_testing();
