# A real pg_cron: from the schedule to a row in the view, as a role without special rights.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
if ($node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'}) eq '0')
{
	$node->stop;
	plan skip_all => 'pg_cron is not installed';
}
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'pg_cron'
cron.database_name = 'postgres'
cron.use_background_workers = on
max_worker_processes = 20
});
$node->restart;

my $fill = q{
CREATE EXTENSION packopt;
CREATE TABLE history AS SELECT row_no, date_trunc('day', now()) - interval '40 days' + row_no % 960 * interval '1 hour' AS shipped_at, length_in, width_in, height_in
	FROM packopt.sample_shipments(4000);
GRANT SELECT ON history TO ada;
};
$node->safe_psql('postgres', 'CREATE ROLE ada LOGIN; CREATE DATABASE elsewhere');
$node->safe_psql($_, $fill) foreach ('postgres', 'elsewhere');
my $deploy = q{SET ROLE ada;
SELECT deploy_suite(save_suite('poor', '{16x12x8,20x16x10,31x31x30,31x31x31}'), 'history', '{31x31x31}', starts_on => current_date - 20, auto_deploy => true)};

# Before pg_cron is installed, the statements to run are told: those that are run in the end.
my ($out, $err);
$node->psql('postgres', 'SELECT scheduled, statement FROM schedule_tracking()', stdout => \$out, stderr => \$err);
like($out, qr/^f\|SELECT cron.schedule_in_database\('packopt refresh in postgres', '15 3 \* \* \*', 'SELECT \* FROM public.refresh_savings\(\)', 'postgres'\)$/m, 'the statement to run');
like($err, qr/NOTICE:  pg_cron is not in this database.*HINT:  Run the statements in the database postgres/s, 'and where');

$node->safe_psql('postgres', 'CREATE EXTENSION pg_cron; GRANT USAGE ON SCHEMA cron TO ada');
$node->safe_psql('postgres', $deploy);
is($node->safe_psql('postgres', q{SET ROLE ada; SELECT count(*) FROM schedule_tracking()}), '2', 'two jobs');
is($node->safe_psql('postgres', q{SELECT string_agg(concat_ws(' ', jobname, schedule, username, database), ', ' ORDER BY jobname) FROM cron.job}),
	'packopt refresh in postgres 15 3 * * * ada postgres, packopt reoptimize in postgres 45 3 1 * * ada postgres', 'by default nightly and monthly, as who asked for it');
is($node->safe_psql('postgres', q{SET ROLE ada; SELECT string_agg(schedule, ', ') FROM schedule_tracking('* * * * *', '* * * * *')}), '* * * * *, * * * * *', 'asked again: changed');
is($node->safe_psql('postgres', 'SELECT count(*) FROM cron.job'), '2', 'not doubled');

# From another database, by the statements that are told.
$node->safe_psql('elsewhere', $deploy);
my $statements = $node->safe_psql('elsewhere', q{SET client_min_messages = warning; SELECT statement FROM schedule_tracking('* * * * *', NULL)});
$node->safe_psql('postgres', $statements);
is($node->safe_psql('postgres', q{SELECT database FROM cron.job WHERE jobname = 'packopt refresh in elsewhere'}), 'elsewhere', 'a job for another database');
is($node->safe_psql('elsewhere', 'SET client_min_messages = warning; SELECT unschedule_tracking()'), '0', 'which only pg_cron\'s own can take back');

# By the minute, until the savings are there.
ok($node->poll_query_until('postgres', q{SELECT count(*) >= 20 FROM packopt.savings}), 'savings come in') or diag($node->safe_psql('postgres', 'SELECT * FROM cron.job_run_details'));
ok($node->poll_query_until('elsewhere', q{SELECT count(*) >= 20 FROM packopt.savings}), 'in the other database, too') or diag($node->safe_psql('postgres', 'SELECT * FROM cron.job_run_details'));
is($node->safe_psql('postgres', q{SET ROLE ada; SELECT verdict FROM packopt.deployment_health WHERE deployment_id = 1}), 're-optimize', 'the health of the suite is known');
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM packopt.proposals WHERE deployed_as = 2}), 'and another one is deployed') or diag($node->safe_psql('postgres', 'SELECT * FROM cron.job_run_details'));
is($node->safe_psql('postgres', q{SELECT string_agg(concat_ws(' ', deployment_id, owner, ends_on IS NULL), ', ' ORDER BY deployment_id) FROM packopt.deployments}), '1 ada f, 2 ada t', 'of the same owner, in its place');
is($node->safe_psql('postgres', q{SELECT count(*) FROM cron.job_run_details WHERE status = 'failed'}), '0', 'no run failed') or diag($node->safe_psql('postgres', 'SELECT * FROM cron.job_run_details'));
is($node->safe_psql('postgres', 'SET ROLE ada; SELECT unschedule_tracking()'), '2', 'jobs are taken back');
is($node->safe_psql('postgres', q{SELECT count(*) FROM cron.job WHERE jobname ~ ' in postgres$'}), '0', 'they are gone');

$node->stop;
done_testing();
