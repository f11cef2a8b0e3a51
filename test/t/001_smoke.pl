# The extension installs, says its version, and goes away without a trace.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

my $objects = q{SELECT count(*) FROM pg_depend WHERE deptype = 'e'
	AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'packopt')};

$node->safe_psql('postgres', 'CREATE EXTENSION packopt');
is($node->safe_psql('postgres',
		q{SELECT extversion FROM pg_extension WHERE extname = 'packopt'}),
	'1.1', 'version');
cmp_ok($node->safe_psql('postgres', $objects), '>', 50, 'it has its objects');
is($node->safe_psql('postgres', q{SELECT fits('10x5x2', '12x9x4')}),
	't', 'the library answers');

$node->safe_psql('postgres', 'DROP EXTENSION packopt');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_namespace WHERE nspname = 'packopt'}),
	'0', 'dropping it drops its schema');

# In a schema of the user's choice, too.
$node->safe_psql('postgres', 'CREATE SCHEMA tools; CREATE EXTENSION packopt SCHEMA tools');
is($node->safe_psql('postgres', q{SELECT tools.fits('10x5x2', '12x9x4')}),
	't', 'its verbs live in the schema named');

$node->stop;
done_testing();
