# What goes wrong around a search: no workers, killed workers, errors, cancels, and limits of time.
use strict;
use warnings;
use IPC::Run qw(start timeout);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nmax_worker_processes = 8\nmax_parallel_workers = 8\nrestart_after_crash = on\npackopt.progress = off\n");
$node->start;
$node->safe_psql('postgres', q{
CREATE EXTENSION packopt;
CREATE TABLE profiled AS SELECT packopt.set_units(profile(length_in, width_in, height_in), 'in') AS p FROM packopt.sample_shipments(100000);
CREATE FUNCTION seldom(b packopt.box) RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
	IF packopt.length(b) = 17.5 AND packopt.height(b) = 4.5 THEN
		RAISE 'no board for %', b USING ERRCODE = 'XX123', DETAIL = 'It is sold out.', HINT = 'Order some.';
	END IF;
	RETURN packopt.volume(b);
END $$;
});
my $answer = q{string_agg(box::text || ':' || shipments, ' ' ORDER BY box)};
my $search = "SELECT $answer FROM profiled, optimize_suite(p, 12, save => false)";
my $long = q{SELECT count(*) FROM profiled, optimize_suite(p, 100, step => 0.25)};
my $workers = q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker'};

# Runs statements in one session, which goes on after errors; gives stdout and stderr.
sub run
{
	my ($sql) = @_;
	my ($stdout, $stderr);

	$node->psql('postgres', $sql, stdout => \$stdout, stderr => \$stderr, on_error_stop => 0, timeout => 180);
	return ($stdout, $stderr);
}

# Starts a session in the background; gives its handle and where its output goes.
sub background
{
	my ($name, @sql) = @_;
	my ($out, $err) = ('', '');
	my $session = start [ 'psql', '-XAtq', '-d', $node->connstr('postgres'), map { ('-c', $_) } ("SET application_name = '$name'", @sql) ],
		'>', \$out, '2>', \$err, timeout(240);

	return ($session, \$out, \$err);
}

my ($expected) = run("SET client_min_messages = error; SET packopt.effort = fast; SET packopt.max_workers = 0; $search");
like($expected, qr/^(\S+x\S+x\S+:\d+ ?){12}$/, 'a suite without workers');

# All worker processes are taken by somebody else: the search does without.
$node->append_conf('postgresql.conf', "max_worker_processes = 2\n");
$node->restart;
my ($taker, $taker_out, $taker_err) = background('taker', 'SET packopt.max_workers = 4', 'SET client_min_messages = error', "SET maintenance_work_mem = '1GB'", $long);
ok($node->poll_query_until('postgres', "$workers", '1'), 'another search has the only free worker');
my ($without, $said) = run("SET client_min_messages = debug1; SET packopt.effort = fast; SET packopt.max_workers = 4; $search");
is($without, $expected, 'the same suite where no worker process is free');
like($said, qr/search requested 4 parallel workers, launched 0/, 'none was launched');

# A worker is killed: the server restarts, what was saved is there, and the next call works.
$node->safe_psql('postgres', q{SELECT count(*) FROM optimize_suite((SELECT profile(4, 3, 2)), 1, name => 'saved before')});
my $victim = $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'parallel worker'});
like($victim, qr/^\d+$/, 'a worker to kill');
kill 'KILL', $victim;
$taker->finish;
like($$taker_err, qr/terminat|server closed/, 'the session of the killed worker ends');
ok($node->poll_query_until('postgres', 'SELECT true'), 'the server restarts');
is($node->safe_psql('postgres', q{SELECT name FROM packopt.suites}), 'saved before', 'saved suites are there, the unfinished one is not');
is((run("SET client_min_messages = error; SET packopt.effort = fast; SET packopt.max_workers = 4; $search"))[0], $expected, 'the next call works');
$node->append_conf('postgresql.conf', "max_worker_processes = 8\n");
$node->restart;

# Cancelled and timed out with workers: none is left, and the query that others see is clean.
my ($cancelled, $cancelled_out, $cancelled_err) =
	background('cancelled', '\set VERBOSITY sqlstate', 'SET packopt.progress = on', 'SET packopt.max_workers = 3', "SET maintenance_work_mem = '1GB'", $long, 'SELECT pg_sleep(0)');
ok( $node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'cancelled' AND backend_type = 'client backend' AND query ~ '^/\* packopt: search at step [0-9.]+, \d+ s \*/ SELECT count'}),
	'other sessions see how far a search is');
ok($node->poll_query_until('postgres', $workers =~ s/count\(\*\)/count(*) > 0/r), 'it has workers');
$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'cancelled' AND backend_type = 'client backend'});
$cancelled->finish;
like($$cancelled_err, qr/ERROR:  57014/, 'cancelled');
ok($node->poll_query_until('postgres', "$workers", '0'), 'no worker is left after a cancel');
my ($after, $error) = run(qq{\\set VERBOSITY sqlstate
	SET packopt.progress = on; SET packopt.max_workers = 3; SET maintenance_work_mem = '1GB'; SET statement_timeout = '2s';
	BEGIN; SAVEPOINT a; $long; ROLLBACK TO a; SELECT query !~ 'packopt[:]' FROM pg_stat_activity WHERE pid = pg_backend_pid(); COMMIT});
like($error, qr/ERROR:  57014/, 'timed out');
is($after, 't', 'the session goes on, and shows its query as it is');
ok($node->poll_query_until('postgres', "$workers", '0'), 'no worker is left after a timeout');

# The time limit: a suite that holds all, soon, with and without workers.
foreach my $n (0, 3)
{
	my $start = time;
	my ($limited, $notice) = run(qq{SET packopt.max_workers = $n; SET maintenance_work_mem = '1GB'; SET packopt.search_timeout = '1s';
		SELECT count(box) = count(*), sum(s.shipments) = max(packopt.shipments(p)) FROM profiled, optimize_suite(p, 100, step => 0.25, name => 'limited $n') s;
		SELECT stopped_early FROM packopt.suites WHERE name = 'limited $n'});
	is($limited, "t|t\nt", "$n workers: a suite that holds everything, marked as stopped");
	like($notice, qr/NOTICE:  suite of \d+ boxes .*; stopped early by packopt\.search_timeout/, "$n workers: the NOTICE says so");
	cmp_ok(time - $start, '<', 60, "$n workers: within the time, more or less");
}

# Whoever waits longer than ten seconds is told how far it is.
my (undef, $told) = run(q{SET packopt.progress = on; SET packopt.effort = thorough; SET maintenance_work_mem = '1GB'; SET packopt.search_timeout = '12s';
	SELECT count(*) FROM profiled, optimize_suite(p, 100, step => 0.25, save => false)});
like($told, qr/NOTICE:  still (?:searching, at step [\d.]+|proving): cost [\d.e+]+ so far, (?:within [\d.]+ % of the best possible, )?1\d seconds/, 'a NOTICE after ten seconds');

# Little memory: coarse to fine, with the same suite for any number of workers.
my $narrow = "SELECT $answer FROM profiled, optimize_suite(p, 6, step => 0.125, save => false)";
my @narrow = map { [ run("SET packopt.effort = fast; SET maintenance_work_mem = '6MB'; SET packopt.max_workers = $_; $narrow") ] } (0, 3);
like($narrow[0][0], qr/^(\S+x\S+x\S+:\d+ ?){6}$/, 'a suite in little memory');
is($narrow[1][0], $narrow[0][0], 'the same with workers');
like($narrow[1][1], qr/NOTICE:  searched coarse to fine: the \d+ candidates of step 0\.125 do not fit into maintenance_work_mem/, 'and the NOTICE says how');

# Wherever a statement may be.
my $quiet = 'SET client_min_messages = error; SET packopt.effort = fast; SET packopt.max_workers = 3;';
my $count = 'SELECT count(*) FROM profiled, optimize_suite(p, 5)';
$node->safe_psql('postgres', q{
CREATE FUNCTION boxes(n int) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		PERFORM optimize_suite(p, n, 'seldom') FROM profiled;
	EXCEPTION WHEN SQLSTATE 'XX123' THEN
		RETURN (SELECT count(*) FROM profiled, optimize_suite(p, n));
	END;
	RETURN -1;
END $$;
CREATE ROLE clerk;
CREATE TABLE parcels AS SELECT row_no, length_in, width_in, height_in, CASE WHEN row_no % 4 = 0 THEN 'clerk' ELSE 'other' END AS site FROM packopt.sample_shipments(20000);
ALTER TABLE parcels ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_site ON parcels USING (site = current_user);
GRANT SELECT ON parcels TO clerk;
});
is((run("$quiet BEGIN READ ONLY; $count; COMMIT"))[0], '5', 'in a read-only transaction');
is((run("$quiet BEGIN ISOLATION LEVEL SERIALIZABLE; $count; COMMIT"))[0], '5', 'in a serializable transaction');
is((run("$quiet BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE; $count; COMMIT"))[0], '5', 'in a deferrable one');
is((run("$quiet SELECT boxes(5)"))[0], '5', 'in a function, after an error in a subtransaction');
is((run("$quiet DO \$\$ BEGIN IF boxes(4) <> 4 THEN RAISE 'wrong'; END IF; END \$\$; SELECT 'done'"))[0], 'done', 'in a DO block');
is((run("$quiet BEGIN; SAVEPOINT a; $count; ROLLBACK TO a; SAVEPOINT b; $count; RELEASE b; COMMIT"))[0], "5\n5", 'in subtransactions');
is((run("$quiet SET ROLE clerk; SELECT sum(shipments) BETWEEN 4000 AND 5000 FROM optimize_suite('parcels', 5)"))[0], 't', 'under row security: only the rows that the role may see');

# An error in an objective's function arrives as it was raised.
my (undef, $raised) = run("\\set VERBOSITY verbose\n $quiet SELECT count(*) FROM profiled, optimize_suite(p, 5, 'seldom')");
like($raised, qr/ERROR:  XX123: no board for 17\.5x[\d.]+x4\.5\n(?:.*\n)*?DETAIL:  It is sold out\.\n(?:.*\n)*?HINT:  Order some\./, 'the error of an objective');
is($node->safe_psql('postgres', $workers), '0', 'no worker is left');
my (undef, $named) = run("SET packopt.effort = fast; SELECT count(*) FROM profiled, optimize_suite(p, 2, 'packopt.volume', step => 3)");
like($named, qr/NOTICE:  suite of 2 boxes for \d+ shipments by packopt\.volume: /, 'the NOTICE names the objective');

# Grids too large to share are searched without workers.
my ($shared, $declined) = run("SET client_min_messages = debug1; SET packopt.effort = fast; SET packopt.max_workers = 3; SET maintenance_work_mem = '1GB';
	SET packopt.search_timeout = '8s'; SELECT count(box) FROM optimize_suite((SELECT profile(n * 7919 % 9973 / 100.0, n * 6007 % 9941 / 100.0, n * 4001 % 9931 / 100.0)
		FROM generate_series(1, 30000) n), 2, step => 0.3, save => false)");
like($declined, qr/searching without parallel workers/, 'a grid that is too large for shared memory is searched without workers');
is($shared, '2', 'and there is a suite');

$node->stop;
done_testing();
