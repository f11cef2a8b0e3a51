# Savings tracking survives what happens to servers: killed backends, two refreshes at once, cancels,
# late rows, relations that go or change, clocks, dumps; and keeps what is whose apart.
use strict;
use warnings;
use IPC::Run qw(start timeout);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "restart_after_crash = on\n");
$node->start;

# The days of the history are counted from today. A view lets the test stop whoever reads it.
$node->safe_psql('postgres', q{
CREATE EXTENSION packopt;
CREATE TABLE history AS SELECT row_no, date_trunc('day', now()) - interval '40 days' + row_no % 960 * interval '1 hour' AS shipped_at, length_in, width_in, height_in
	FROM packopt.sample_shipments(8000);
CREATE TABLE other AS SELECT * FROM history;
CREATE FUNCTION gate() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_catalog.pg_advisory_xact_lock_shared(42); RETURN 1; END $$;
CREATE VIEW gated AS SELECT h.* FROM history h WHERE h.row_no % 100 <> 0 OR public.gate() = 1;
SELECT save_suite('in use', '{12x9x4,16x12x8,20x16x10,31x31x31}');
SELECT save_suite('better', '{12.5x8x3.5,16x10x6,23.5x15.5x4.5,20x13.5x10.5,31x31x31}');
SELECT deploy_suite(2, 'gated', suite_boxes(1), starts_on => current_date - 20);
SELECT deploy_suite(2, 'other', suite_boxes(1), starts_on => current_date - 20);
CREATE VIEW state AS SELECT md5(string_agg(s::text, '|' ORDER BY s.deployment_id, s.day)) AS savings, count(*) AS days,
  (SELECT md5(string_agg(u::text, '|' ORDER BY u.deployment_id, u.day, u.suite, u.box)) FROM packopt.daily_box_usage u) AS usage,
  (SELECT md5(string_agg(p::text, '|' ORDER BY p.deployment_id, p.day, p.part)) FROM packopt.daily_profiles p) AS profiles,
  (SELECT string_agg(concat_ws(' ', deployment_id, refreshed_until - current_date, error), ',' ORDER BY deployment_id) FROM packopt.deployments) AS deployments
  FROM packopt.savings s;
});
my $state = 'SELECT * FROM state';
my $quiet = 'SET client_min_messages = error;';
my $refresh = "$quiet SELECT string_agg(deployment || ' ' || status, ',' ORDER BY deployment) FROM refresh_savings(health => false)";

# What a refresh without any trouble gives, in a copy of the database.
my $untouched = $node->safe_psql('postgres', $state);
$node->safe_psql('template1', 'CREATE DATABASE ideal TEMPLATE postgres');
$node->safe_psql('ideal', $refresh);
my $ideal = $node->safe_psql('ideal', $state);
isnt($ideal, $untouched, 'a refresh changes something');
like($ideal, qr/^\w+\|40\|/, 'twenty days of two deployments');

# Starts a session that reports its end; waits until it waits for a lock of the given kind.
sub start_session
{
	my ($name, $wait_event, @commands) = @_;
	my $session = { out => '', err => '' };

	$session->{run} = start [ 'psql', '-XAtq', '-d', $node->connstr('postgres'), map { ('-c', $_) } ("SET application_name = '$name'", @commands) ],
		'>', \$session->{out}, '2>', \$session->{err}, timeout(180);
	$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = '$name' AND wait_event = '$wait_event'")
		or do { $session->{run}->kill_kill; die "$name does not wait for $wait_event: $session->{out} $session->{err}" };
	return $session;
}

# A session that holds locks until it is told to stop.
sub hold
{
	my ($lock) = @_;

	return start_session('holder', 'PgSleep', "BEGIN; $lock; SELECT pg_sleep(600)");
}

# Ends such a session.
sub let_go
{
	my ($session) = @_;

	$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder'});
	$session->{run}->finish;
	return;
}

my %places = (
	'in the scan' => [ 'SELECT pg_advisory_xact_lock(42)', 'advisory' ],
	'before the savings are stored' => [ 'LOCK TABLE packopt.daily_savings IN SHARE ROW EXCLUSIVE MODE', 'relation' ],
	'at the use of boxes' => [ 'LOCK TABLE packopt.daily_box_usage IN SHARE ROW EXCLUSIVE MODE', 'relation' ],
);
my %blows = (
	terminated => 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $$victim$$',
	cancelled => 'SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = $$victim$$',
);

foreach my $place (sort keys %places)
{
	foreach my $blow (sort keys %blows)
	{
		my $holder = hold($places{$place}[0]);
		my $victim = start_session('victim', $places{$place}[1], $refresh);

		$node->safe_psql('postgres', $blows{$blow});
		$victim->{run}->finish;
		like($victim->{err}, qr/(terminating connection|canceling statement)/, "$blow $place: it ends");
		let_go($holder);
		is($node->safe_psql('postgres', $state), $untouched, "$blow $place: nothing is half done");
	}
}

# Killed, so that the server recovers from a crash.
{
	my $holder = hold($places{'before the savings are stored'}[0]);
	my $victim = start_session('victim', 'relation', $refresh);
	my $pid = $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE application_name = 'victim'});

	kill 'KILL', $pid;
	$victim->{run}->finish;
	$holder->{run}->finish;
	$node->poll_query_until('postgres', 'SELECT true') or die 'the server does not come back';
	is($node->safe_psql('postgres', $state), $untouched, 'killed: nothing is half done');
}
is($node->safe_psql('postgres', $refresh), '1 refreshed,2 refreshed', 'then it goes on');
is($node->safe_psql('postgres', $state), $ideal, 'to the same end as without any trouble');

# Two at once: the second waits, and does the late days again.
$node->safe_psql('postgres', 'DELETE FROM packopt.daily_savings; DELETE FROM packopt.daily_profiles WHERE day >= current_date - 20; DELETE FROM packopt.daily_box_usage; UPDATE packopt.deployments SET refreshed_until = NULL');
{
	my $holder = hold($places{'before the savings are stored'}[0]);
	my $first = start_session('first', 'relation', $refresh);
	my $second = start_session('second', 'transactionid', $refresh);

	let_go($holder);
	$first->{run}->finish;
	$second->{run}->finish;
	is($first->{out} . $second->{out}, "1 refreshed,2 refreshed\n1 refreshed,2 refreshed\n", 'two at once: both do their work') or diag($first->{err} . $second->{err});
	is($node->safe_psql('postgres', $state), $ideal,
		'two at once: to the same end as one');
}

# Serialization failures are of the transaction: the caller is told, and no deployment is called broken.
{
	my $holder = hold('SELECT pg_advisory_xact_lock(7)');
	my $victim = start_session('victim', 'advisory', '\\set VERBOSITY sqlstate', 'BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT count(*) FROM packopt.deployments',
		'SELECT pg_advisory_xact_lock(7)', $refresh, 'COMMIT');

	$node->safe_psql('postgres', 'UPDATE packopt.deployments SET late_days = 3 WHERE deployment_id = 2');
	let_go($holder);
	$victim->{run}->finish;
	like($victim->{err}, qr/ERROR:  40001/, 'repeatable read: a serialization failure is the caller\'s');
	is($node->safe_psql('postgres', 'SELECT count(*) FROM packopt.deployments WHERE error IS NOT NULL'), '0', 'repeatable read: no deployment is called broken');
}

# Late rows: within the last days by themselves, older ones when asked for.
my $compare = q{SELECT count(*) FROM (SELECT shipped_at::date AS day, count(*) AS n FROM other WHERE shipped_at >= current_date - 20 AND shipped_at < current_date GROUP BY 1) r
	FULL JOIN (SELECT day, shipments + left_out AS n FROM packopt.savings WHERE deployment_id = 2) s USING (day) WHERE r.n IS DISTINCT FROM s.n};
is($node->safe_psql('postgres', $compare), '0', 'days as in the rows');
$node->safe_psql('postgres', q{INSERT INTO other SELECT 9000 + n, current_date - n - interval '2 hours', 5, 5, 5 FROM generate_series(0, 10) n});
$node->safe_psql('postgres', $refresh);
is($node->safe_psql('postgres', $compare), '8', 'late rows of the last three days are in');
$node->safe_psql('postgres', "$quiet SELECT count(*) FROM refresh_savings(2, since => current_date - 15, health => false)");
is($node->safe_psql('postgres', $compare), '0', 'older ones, when asked for');

# A day without shipments, and a day that loses them all.
$node->safe_psql('postgres', 'DELETE FROM other WHERE shipped_at::date = current_date - 2');
$node->safe_psql('postgres', $refresh);
is($node->safe_psql('postgres', 'SELECT shipments, saved_volume, box_volume FROM packopt.savings WHERE deployment_id = 2 AND day = current_date - 2'), '0|0|0', 'a day without shipments has a row');
is($node->safe_psql('postgres', 'SELECT count(*) FROM packopt.daily_profiles WHERE deployment_id = 2 AND day = current_date - 2'), '0', 'and no profile');

# A relation that is altered, dropped, or may no longer be read: it is told, and the others go on.
my $health = q{SELECT verdict, error FROM packopt.deployment_health WHERE deployment_id = 2};
foreach my $fault (
	[ 'ALTER TABLE other RENAME width_in TO breadth_in', 'ALTER TABLE other RENAME breadth_in TO width_in', 'relation "other" has no column width_in' ],
	[ 'ALTER TABLE other ALTER height_in TYPE text', 'ALTER TABLE other ALTER height_in TYPE float8 USING height_in::float8', 'column "height_in" of relation "other" is of type text and cannot be used as height' ],
	[ 'ALTER TABLE other RENAME TO another', 'ALTER TABLE another RENAME TO other', 'relation "public.other" does not exist' ])
{
	my ($break, $mend, $error) = @$fault;
	my $before = $node->safe_psql('postgres', 'SELECT savings FROM state');

	$node->safe_psql('postgres', $break);
	is($node->safe_psql('postgres', $refresh), '1 refreshed,2 broken', "$break: the other goes on");
	is($node->safe_psql('postgres', $health), "broken|$error", "$break: it is told");
	is($node->safe_psql('postgres', 'SELECT savings FROM state'), $before, "$break: what was known stays");
	$node->safe_psql('postgres', $mend);
	is($node->safe_psql('postgres', $refresh), '1 refreshed,2 refreshed', "$break: mended");
	is($node->safe_psql('postgres', 'SELECT error IS NULL FROM packopt.deployments WHERE deployment_id = 2'), 't', "$break: forgotten");
}

# A clock that went back: nothing is lost. One that went forward: only what is there is read.
my $clock = $node->safe_psql('postgres', 'SELECT savings, days FROM state');
$node->safe_psql('postgres', "UPDATE packopt.deployments SET refreshed_until = current_date + 30");
is($node->safe_psql('postgres', $refresh), '1 up to date,2 up to date', 'days in the future are not read');
is($node->safe_psql('postgres', 'SELECT savings, days FROM state'), $clock, 'a clock that went back loses nothing');
$node->safe_psql('postgres', 'UPDATE packopt.deployments SET refreshed_until = current_date');
$node->safe_psql('postgres', "INSERT INTO other SELECT 9900, now() + interval '3 days', 5, 5, 5");
is($node->safe_psql('postgres', $refresh), '1 refreshed,2 refreshed', 'goes on');
is($node->safe_psql('postgres', 'SELECT savings, days FROM state'), $clock, 'shipments of tomorrow wait for it');

# The days do not move with the time zone of whoever refreshes.
$node->safe_psql('postgres', "SET timezone = 'Pacific/Kiritimati'; $refresh; SET timezone = 'Pacific/Midway'; $refresh");
is($node->safe_psql('postgres', 'SELECT savings, days FROM state'), $clock, 'another time zone of the session');

# Each deployment with the rights of its owner, also where a superuser refreshes.
$node->safe_psql('postgres', q{
CREATE ROLE ada LOGIN;
CREATE ROLE bob LOGIN;
CREATE ROLE eve LOGIN;
CREATE TABLE secret AS SELECT * FROM history;
CREATE TABLE ran (by_role name);
GRANT INSERT, SELECT ON ran TO PUBLIC;
CREATE SCHEMA traps AUTHORIZATION eve;
GRANT SELECT ON history TO ada, eve;
});
sub as_role
{
	my ($role, $query) = @_;
	my ($stdout, $stderr);
	my $result = $node->psql('postgres', "\\set VERBOSITY sqlstate\n$quiet\n$query", stdout => \$stdout, stderr => \$stderr, extra_params => [ '-U', $role ]);

	return $result == 0 ? $stdout : $stderr =~ /ERROR:  (\w+)/ ? $1 : $stderr;
}
as_role('eve', q{CREATE FUNCTION traps.spring(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
	IF current_user <> 'eve' THEN RAISE EXCEPTION 'sprung as %', current_user; END IF;
	IF session_user <> 'eve' THEN BEGIN EXECUTE 'SET ROLE postgres'; RAISE EXCEPTION 'got out'; EXCEPTION WHEN insufficient_privilege THEN NULL; END; END IF;
	RETURN $1; END $$;
CREATE VIEW traps.history AS SELECT row_no, shipped_at, traps.spring(length_in::int) AS length_in, width_in, height_in FROM public.history WHERE length_in > 0 AND length_in <= 30;
SELECT deploy_suite(save_suite('of eve', '{31x31x31}'), 'traps.history', '{40x40x40}', starts_on => current_date - 5);});
is($node->safe_psql('postgres', "$quiet SELECT status, error FROM refresh_savings() WHERE shipments_relation = 'traps.history'"), 'refreshed|', 'functions of a view run as the owner of the deployment, and cannot become another role');
is($node->safe_psql('postgres', "$quiet SELECT count(*) FROM refresh_savings(); SELECT current_user || ' ' || session_user"), "3\npostgres postgres", 'and the superuser is himself again');
as_role('eve', q{CREATE FUNCTION traps.cost(b packopt.box) RETURNS float8 LANGUAGE plpgsql AS $$ BEGIN
	IF current_user <> 'eve' THEN RAISE EXCEPTION 'priced as %', current_user; END IF;
	INSERT INTO public.ran VALUES (current_user); RETURN packopt.volume(b); END $$;
UPDATE packopt.deployments SET objective = 'traps.cost' WHERE owner = 'eve'; UPDATE packopt.suites SET objective = 'traps.cost' WHERE owner = 'eve'});
is($node->safe_psql('postgres', "$quiet SELECT status, error FROM refresh_savings() WHERE shipments_relation = 'traps.history'"), 'refreshed|', 'an objective of the owner is called as the owner');
is($node->safe_psql('postgres', 'SELECT DISTINCT by_role FROM ran'), 'eve', 'it was called');
is($node->safe_psql('postgres', "$quiet SELECT status FROM reoptimize((SELECT deployment_id FROM packopt.deployments WHERE owner = 'eve'))"), 'proposed', 'by reoptimize, too');

as_role('ada', q{SELECT deploy_suite(save_suite('of ada', '{31x31x31}'), 'history', '{40x40x40}', starts_on => current_date - 5)});
is(as_role('ada', 'SELECT status FROM refresh_savings()'), 'refreshed', 'ada refreshes what is hers');
is(as_role('bob', q{SELECT deploy_suite(save_suite('of bob', '{31x31x31}'), 'secret', '{40x40x40}', starts_on => current_date - 5)}), '42501', 'bob cannot deploy on what he may not read');
is(as_role('bob', q{SELECT count(*) FROM packopt.deployments}), '0', 'bob sees no deployment');
is(as_role('bob', "SELECT count(*) FROM packopt.$_"), '0', "bob sees nothing in $_")
	foreach qw(daily_profiles daily_savings daily_box_usage health_checks proposals savings savings_weekly savings_monthly savings_total box_usage deployment_health readers);
# He writes a deployment by hand: it is read with his rights, by whoever refreshes.
is(as_role('bob', q{INSERT INTO packopt.deployments SELECT (r).* FROM (SELECT jsonb_populate_record(NULL::packopt.deployments,
	'{"deployment_id": 500, "owner": "bob", "created_at": "2024-01-01", "suite_name": "x", "boxes": "{31x31x31}", "baseline": "{31x31x31}", "shipments": "public.secret", "columns": {}, "time_zone": "UTC",
	  "starts_on": "2024-01-01", "length_unit": "in", "gap": 0, "padding": 0, "objective": "volume", "options": {}, "board_grade": "C", "board_thickness_mm": 4, "board_grammage_g_m2": 500, "board_opening": "least",
	  "co2e_per_kg": 1, "keep": "{}", "auto_deploy": false, "late_days": 3, "health_weeks": 8, "watch_at": 1, "reoptimize_at": 1}') AS r) s RETURNING 1}), '1', 'bob writes a deployment by hand');
is(as_role('bob', q{UPDATE packopt.deployments SET owner = 'ada' WHERE deployment_id = 500}), '42501', 'which he cannot give to ada');
is($node->safe_psql('postgres', "$quiet SELECT status, error FROM refresh_savings(500)"), 'broken|permission denied for table secret', 'a superuser does not read it for him');
is(as_role('bob', 'SELECT count(*) FROM packopt.daily_profiles'), '0', 'and he learns nothing');

# Dumped and restored, without one of the owners and one of the relations.
$node->safe_psql('postgres', 'DELETE FROM packopt.deployments WHERE deployment_id = 500; SELECT grant_packopt_read($$bob$$, $$ada$$)');
$node->safe_psql('postgres', 'DROP OWNED BY eve; DROP ROLE eve; DROP TABLE other CASCADE');
$node->safe_psql('postgres', $refresh);
my $content = q{SELECT * FROM packopt.deployments ORDER BY 1; SELECT * FROM packopt.daily_savings ORDER BY 1, 2; SELECT * FROM packopt.daily_box_usage ORDER BY 1, 2, 3, 4;
	SELECT * FROM packopt.daily_profiles ORDER BY 1, 2, 3; SELECT * FROM packopt.health_checks ORDER BY 1; SELECT * FROM packopt.proposals ORDER BY 1; SELECT * FROM packopt.readers ORDER BY 1;
	SELECT * FROM packopt.suites ORDER BY 1; SELECT last_value FROM packopt.deployments_deployment_id_seq; SELECT last_value FROM packopt.health_checks_check_id_seq; SELECT last_value FROM packopt.proposals_proposal_id_seq};
$node->safe_psql('postgres', "$quiet SELECT count(*) FROM reoptimize(1)");
my $expected = $node->safe_psql('postgres', $content);
my $file = $node->backup_dir . '_dump';
like($expected, qr/^\d+\|eve\|/m, 'there is a deployment without its owner');
$node->command_ok([ 'pg_dump', '--format', 'custom', '--file', $file, $node->connstr('postgres') ], 'dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'pg_restore', '--exit-on-error', '--dbname', $node->connstr('restored'), $file ], 'restore');
is($node->safe_psql('restored', $content), $expected, 'everything is back');
is($node->safe_psql('restored', "$quiet SELECT string_agg(concat_ws(' ', shipments_relation, status, error), ', ' ORDER BY deployment) FROM refresh_savings(health => false)"),
	'public.gated refreshed, public.other broken relation "public.other" does not exist, traps.history broken role "eve", which owns the deployment, does not exist, public.history refreshed', 'and goes on');

$node->stop;
done_testing();
