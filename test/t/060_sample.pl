# Shipments of several pieces beyond what a profile keeps: a sample that is the same however the data
# were split, with exact totals, useful estimates, and coverage of what was left out.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('sample');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nwork_mem = '256MB'\njit = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION packopt');

# 450,000 different orders of three pieces, about 200 bytes each: more than 64 MB together, less by
# halves. One of them needs a box of its own.
$node->safe_psql('postgres', q{
	CREATE UNLOGGED TABLE orders AS
	SELECT n, ARRAY[
		packopt.item(2 + (n * 37 % 4001) * 0.001, 1 + (n * 91 % 1999) * 0.001, 0.5 + (n % 701) * 0.001),
		packopt.item(3 + (n * 53 % 2999) * 0.001, 2 + (n * 17 % 997) * 0.001, 1.1),
		packopt.item(CASE WHEN n = 77777 THEN 60 ELSE 1.5 END, 1.2 + (n * 29 % 499) * 0.001, 0.7)] AS items
	FROM generate_series(1, 450000) n;
	CREATE UNLOGGED TABLE profiles AS
	SELECT 'whole' AS part, profile(items) AS p FROM orders
	UNION ALL SELECT 'odd', profile(items) FROM orders WHERE n % 2 = 1
	UNION ALL SELECT 'even', profile(items) FROM orders WHERE n % 2 = 0});

sub value
{
	return $node->safe_psql('postgres', shift);
}

is(value(q{SELECT string_agg(part || ' ' || packopt.is_sample(p), ', ' ORDER BY part) FROM profiles}),
	'even false, odd false, whole true', 'the whole is a sample, the halves are not');
is(value(q{SELECT packopt.shipments(p) FROM profiles WHERE part = 'whole'}), '450000', 'shipments are exact');
is( value(q{SELECT packopt.content_volume(w.p) = packopt.content_volume(o.p) + packopt.content_volume(e.p)
		OR abs(packopt.content_volume(w.p) / (packopt.content_volume(o.p) + packopt.content_volume(e.p)) - 1) < 1e-12
		FROM profiles w, profiles o, profiles e WHERE w.part = 'whole' AND o.part = 'odd' AND e.part = 'even'}),
	't', 'volumes are exact');
is(value(q{SELECT profile(p) = (SELECT p FROM profiles WHERE part = 'whole') FROM profiles WHERE part <> 'whole'}),
	't', 'merged halves are the whole, bit for bit');
is(value(q{SELECT p::text::packopt.profile = p FROM profiles WHERE part = 'whole'}), 't', 'the text form is lossless');
is(value(q{SELECT packopt.memory(p) < 68 * 1024 * 1024 FROM profiles WHERE part = 'whole'}), 't', 'memory is bounded');

my $suite = q{'{5x4x3,6x5x4,8x6x4,70x8x8}'};
is( value(qq{WITH e AS (SELECT box, shipments FROM profiles, evaluate_suite(p, $suite) WHERE part = 'whole'),
		x AS (SELECT box, sum(shipments) AS shipments FROM profiles, evaluate_suite(p, $suite) WHERE part <> 'whole' GROUP BY box)
		SELECT bool_and(abs(e.shipments - x.shipments) < 4500) FROM e JOIN x USING (box)}),
	't', 'estimates are near the exact numbers');
my ($status, $out, $err) = $node->psql('postgres', qq{SELECT count(*) FROM profiles, evaluate_suite(p, $suite) WHERE part = 'whole'});
like($err, qr/are a sample: results are estimates/, 'a notice says that they are estimates');

# Whether the odd one out is in the sample or not, a suite for the whole holds it.
is( value(q{WITH s AS MATERIALIZED (SELECT array_agg(box) b FROM optimize_suite((SELECT p FROM profiles WHERE part = 'whole'), 4, step => 1, save => false))
		SELECT count(*) FROM s, profiles, evaluate_suite(p, b) e WHERE part <> 'whole' AND e.box IS NULL}),
	'0', 'a suite from the sample holds all that was left out');

$node->stop;
done_testing();
