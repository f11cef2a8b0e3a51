# Search streams on parallel workers: the same answer with any number of them, none left behind.
use strict;
use warnings;
use IPC::Run qw(start timeout);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nmax_worker_processes = 12\nmax_parallel_workers = 8\n");
$node->start;
$node->safe_psql('postgres', q{
CREATE EXTENSION packopt;
CREATE TABLE profiled AS SELECT packopt.set_units(profile(length_in, width_in, height_in), 'in') AS p FROM packopt.sample_shipments(200000);
CREATE TABLE orders AS SELECT profile(items) AS p FROM (SELECT array_agg(packopt.item(length_in, width_in, height_in)) AS items
	FROM packopt.sample_shipments(6000) WHERE length_in > 0 AND width_in > 0 AND height_in > 0 GROUP BY row_no / 2) o;
});
my $answer = q{string_agg(box::text || ':' || shipments, ' ' ORDER BY box)};
my %searches = (
	'half an inch' => "SELECT $answer FROM profiled, optimize_suite(p, 12, save => false)",
	'coarse to fine' => "SELECT $answer FROM profiled, optimize_suite(p, 6, step => 0.25, save => false)",
	'shipments of several pieces' => "SELECT $answer FROM orders, optimize_suite(p, 8, step => 1, max_box => '40x30x30', save => false)",
	'a catalogue and kept boxes' => "SELECT $answer FROM profiled, optimize_suite(p, 9, keep => '{12x9x4}', save => false, candidates =>
		(SELECT array_agg(packopt.box(l, w, h)) FROM generate_series(6, 30, 3) l, generate_series(4, 30, 3) w, generate_series(2, 30, 4) h WHERE l >= w AND w >= h) || '{31x31x31}'::packopt.box[])",
);

# Runs a search with so many workers; gives the answer, and the workers requested and launched.
sub search
{
	my ($search, $workers, $settings) = @_;
	my ($stdout, $stderr);

	$node->psql('postgres', "SET client_min_messages = debug1; SET packopt.max_workers = $workers; " . ($settings // '') . ";\n$search",
		stdout => \$stdout, stderr => \$stderr, on_error_die => 1);
	my @launches = $stderr =~ /search requested (\d+) parallel workers, launched (\d+)/g;
	return ($stdout, @launches);
}

foreach my $name (sort keys %searches)
{
	my ($serial, @none) = search($searches{$name}, 0);

	like($serial, qr/^(\S+x\S+x\S+:\d+ ?)+$/, "$name: a suite");
	is(scalar @none, 0, "$name: no worker with packopt.max_workers = 0");
	foreach my $workers (1, 7)
	{
		my ($parallel, $requested, $launched) = search($searches{$name}, $workers);

		is($parallel, $serial, "$name: the same with $workers");
		is($requested, $workers, "$name: $workers requested") unless $name =~ /catalogue/; # little work
		cmp_ok($launched, '>', 0, "$name: some launched") if $name eq 'half an inch';
	}
}

# By default as many as a query may have; none to be had is no error.
my ($serial) = search($searches{'half an inch'}, 0);
my ($default, $requested) = search($searches{'half an inch'}, -1, 'SET max_parallel_workers_per_gather = 3');
is($requested, 3, 'by default max_parallel_workers_per_gather counts');
is($default, $serial, 'with the same answer');
my ($without, $wanted, $launched) = search($searches{'half an inch'}, 4, 'SET max_parallel_workers = 0');
is("$wanted $launched", '4 0', 'no worker is to be had');
is($without, $serial, 'and the answer is the same');

# Small work is not worth a worker.
my ($small, @launched) = search(q{SELECT count(*) FROM optimize_suite((SELECT profile(l, 2, 1) FROM generate_series(1, 10) l), 3, save => false)}, 4);
is(scalar @launched, 0, 'small work needs no worker');

# Wherever a statement may be.
my $count = "SELECT count(*) FROM profiled, optimize_suite(p, 5, save => true)";
is($node->safe_psql('postgres', "SET client_min_messages = error; BEGIN READ ONLY; $count; COMMIT"), '5', 'in a read-only transaction');
is($node->safe_psql('postgres', "SET client_min_messages = error; BEGIN ISOLATION LEVEL SERIALIZABLE; $count; COMMIT"), '5', 'in a serializable transaction');
is($node->safe_psql('postgres', "SET client_min_messages = error; CREATE TABLE kept AS SELECT box FROM profiled, optimize_suite(p, 5); SELECT count(*) FROM kept"),
	'5', 'in CREATE TABLE AS');
is($node->safe_psql('postgres', "SET client_min_messages = error; INSERT INTO kept SELECT box FROM profiled, optimize_suite(p, 5); SELECT count(*) FROM kept"),
	'10', 'in INSERT ... SELECT');
is( $node->safe_psql('postgres', q{SET client_min_messages = error;
		CREATE FUNCTION boxes(n int) RETURNS bigint LANGUAGE plpgsql AS $$
		BEGIN
			RETURN (SELECT count(*) FROM profiled, optimize_suite(p, n));
		EXCEPTION WHEN division_by_zero THEN
			RETURN -1;
		END $$;
		DO $$ BEGIN PERFORM boxes(4); END $$;
		SELECT boxes(5)}), '5', 'in a function with an exception block, in a DO block');

# Cancelled in the middle: the error, no worker left, and the session goes on.
my ($stdout, $stderr);
$node->psql('postgres', q{\set VERBOSITY sqlstate
	SET packopt.max_workers = 4;
	SET maintenance_work_mem = '1GB';
	SET statement_timeout = '1500ms';
	SELECT count(*) FROM profiled, optimize_suite(p, 100, step => 0.25);
	RESET statement_timeout;
	SET client_min_messages = error;
	SELECT count(*) FROM profiled, optimize_suite(p, 5, save => false)},
	stdout => \$stdout, stderr => \$stderr, on_error_stop => 0);
like($stderr, qr/ERROR:  57014/, 'a search with workers can be cancelled');
is($stdout, '5', 'the session goes on');
ok($node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'parallel worker'}), 'no worker is left');

$node->stop;
done_testing();
