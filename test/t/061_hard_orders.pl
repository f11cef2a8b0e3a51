# Orders that are hard to decide: cancel works inside a single one, thousands of pieces neither crash
# nor hang, and the session goes on.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('hard_orders');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION packopt');

# Sixteen different pieces that fill the box to the last thousandth, but do not fit it by volume's word.
my $hard = q{(SELECT array_agg(packopt.item(3.1 + n * 0.37, 2.3 + n * 0.29, 1.7 + n * 0.23)) FROM generate_series(1, 16) n)};
my $box = q{(SELECT packopt.box(s, s, s) FROM (SELECT ceil(power(sum((3.1 + n * 0.37) * (2.3 + n * 0.29) * (1.7 + n * 0.23)) * 1.04, 1 / 3.0) * 10) / 10 AS s
	FROM generate_series(1, 16) n) x)};

my ($status, $out, $err) = $node->psql('postgres',
	"SET packopt.pack_effort = 100000000; SET statement_timeout = '500ms'; SELECT fits($hard, $box)");
like($err, qr/canceling statement due to statement timeout/, 'one hard order can be cancelled');

($status, $out, $err) = $node->psql('postgres', "
	CREATE FUNCTION try() RETURNS text LANGUAGE plpgsql AS \$\$
	BEGIN
		PERFORM set_config('packopt.pack_effort', '100000000', true);
		RETURN fits($hard, $box);
	EXCEPTION WHEN query_canceled THEN
		PERFORM set_config('packopt.pack_effort', '100', true);
		RETURN 'cancelled, then ' || fits('{2x1x1,2x1x1}', '2x2x1');
	END \$\$;
	SET statement_timeout = '500ms';
	SELECT try()");
is($out, 'cancelled, then true', 'the function works again in the same transaction');

is($node->safe_psql('postgres', "SET packopt.pack_effort = 200; SELECT fit_answer($hard, $box) IN ('fits', 'does not fit', 'unknown')"),
	't', 'within the effort there is an answer');
is( $node->safe_psql('postgres', q{
		SELECT packopt.shipments(profile(items)) FROM (SELECT array_agg(packopt.item(1 + n % 37, 1 + n % 11, 1 + n % 5)) items FROM generate_series(1, 2399) n) x}),
	'1', '2,399 pieces have a footprint');
is( $node->safe_psql('postgres', q{
		SELECT fits(items, '200x200x200') AND NOT fits(items, '30x30x30') FROM (SELECT array_agg(packopt.item(1 + n % 37, 1 + n % 11, 1 + n % 5)) items FROM generate_series(1, 2399) n) x}),
	't', '2,399 pieces are decided');

$node->stop;
done_testing();
