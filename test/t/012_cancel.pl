# Long calls end soon after a cancel or a timeout, and leave a session that works.
use strict;
use warnings;
use IPC::Run qw(start timeout);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

# A view without end, and a search of many minutes: large suite, fine step, many classes.
$node->safe_psql('postgres', q{
CREATE EXTENSION packopt;
CREATE TABLE history AS SELECT row_no, length_in + row_no % 10 * 0.01 AS length, width_in + row_no % 7 * 0.01 AS width, height_in + row_no % 9 * 0.01 AS height
	FROM packopt.sample_shipments(30000);
CREATE TABLE profiled AS SELECT profile(length, width, height) AS p FROM history;
CREATE VIEW endless AS SELECT a.* FROM history a, history b, history c;
CREATE VIEW endless_orders AS SELECT a.*, a.row_no % 1000 AS order_id FROM history a, history b, history c;
ANALYZE;
});

my %calls = (
	'optimize_suite' => 'SELECT count(*) FROM profiled, optimize_suite(p, 200, step => 0.11)',
	'optimize_suite of a relation' => q{SELECT count(*) FROM optimize_suite('endless', 3)},
	'profile_shipments' => q{SELECT packopt.shipments(profile_shipments('endless'))},
	'profile_shipments, grouped' => q{SELECT packopt.shipments(profile_shipments('endless_orders'))},
	'check_shipments' => q{SELECT count(*) FROM check_shipments('endless')},
	'evaluate_suite' => q{SELECT count(*) FROM evaluate_suite('endless', '{9x9x9}')},
	'coarsen' => q{SELECT count(*) FROM profiled, history, LATERAL (SELECT packopt.coarsen(p, 100 + row_no::int) AS c OFFSET 0) s WHERE packopt.classes(c) < 0},
);
my $works = q{SELECT count(*) > 1 FROM optimize_suite('history', 3, step => 5, save => false);};
my $quiet = q{SET client_min_messages = error; SET maintenance_work_mem = '1GB';};

foreach my $name (sort keys %calls)
{
	my ($result, $stdout, $stderr);

	# A timeout; the session goes on.
	$node->psql('postgres', "\\set VERBOSITY sqlstate\n $quiet\n SET statement_timeout = '700ms';\n $calls{$name};\n RESET statement_timeout;\n $works",
		stdout => \$stdout, stderr => \$stderr, on_error_stop => 0, timeout => 120);
	like($stderr, qr/ERROR:  57014/, "$name: timeout");
	is($stdout, 't', "$name: the session works after it");
}

# Cancelled from another session.
foreach my $name (sort keys %calls)
{
	my ($out, $err) = ('', '');
	my $session = start [ 'psql', '-XAtq', '-d', $node->connstr('postgres'), map { ('-c', $_) }
			('\set VERBOSITY sqlstate', $quiet, q{SET application_name = 'victim'}, $calls{$name}, $works) ],
		'>', \$out, '2>', \$err, timeout(180);

	$node->poll_query_until('postgres',
		q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'victim' AND backend_type = 'client backend' AND state = 'active' AND clock_timestamp() - query_start > '300ms'})
		or do { $session->kill_kill; die "$name did not start: $out $err" };
	$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND backend_type = 'client backend'});
	$session->finish;
	like($err, qr/ERROR:  57014/, "$name: cancelled");
	is($out, "t\n", "$name: the session works after it");
}
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker'}), '0', 'no worker is left');
is($node->safe_psql('postgres', 'SELECT count(*) FROM packopt.suites'), '0', 'nothing was stored');

$node->stop;
done_testing();
