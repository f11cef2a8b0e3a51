# Sums over the views equal an evaluation of all the raw rows at once: a year of the sample history by
# site, with its dirt, and a year of real orders of several pieces.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION packopt');
my $quiet = 'SET client_min_messages = error;';

# Compares the totals of a deployment with suite_report's parts for a relation of the same rows.
sub check_totals
{
	my ($deployment, $rows, $columns, $what) = @_;

	$node->safe_psql('postgres', "CREATE TABLE all_at_once AS SELECT profile_shipments('$rows', columns => '$columns') AS p; CREATE TABLE d AS SELECT * FROM packopt.deployments WHERE deployment_id = $deployment");
	is($node->safe_psql('postgres', q{
SELECT t.shipments = packopt.shipments(p) AND t.left_out = packopt.left_out_shipments(p), t.unboxed = a.unboxed AND t.baseline_unboxed = b.unboxed,
	abs(t.box_volume / a.box_volume - 1) < 1e-9 AND abs(t.baseline_box_volume / b.box_volume - 1) < 1e-9, abs(t.content_volume / a.content_volume - 1) < 1e-9,
	t.void_above_half = a.void_above_half AND t.baseline_void_above_half = b.void_above_half,
	abs(t.board_area_m2 / a.board_area_m2 - 1) < 1e-9 AND abs(t.baseline_board_area_m2 / b.board_area_m2 - 1) < 1e-9,
	abs(t.saved_volume / (b.box_volume - a.box_volume) - 1) < 1e-9 AND abs(t.saved_board_kg / (b.board_kg - a.board_kg) - 1) < 1e-9
FROM packopt.savings_total t JOIN d USING (deployment_id), all_at_once, packopt.suite_measures(p, d.boxes) a, packopt.suite_measures(p, d.baseline) b}), 't|t|t|t|t|t|t', "$what: totals");
	foreach my $view ('savings', 'savings_weekly', 'savings_monthly')
	{
		is($node->safe_psql('postgres', qq{SELECT sum(v.shipments) = t.shipments, abs(sum(v.saved_volume) / t.saved_volume - 1) < 1e-9, abs(sum(v.saved_co2e_kg) / t.saved_co2e_kg - 1) < 1e-9, sum(v.void_above_half) = t.void_above_half
FROM packopt.$view v JOIN packopt.savings_total t USING (deployment_id) JOIN d USING (deployment_id) GROUP BY t.shipments, t.saved_volume, t.saved_co2e_kg, t.void_above_half}), 't|t|t|t', "$what: sums of packopt.$view");
	}
	is($node->safe_psql('postgres', q{SELECT count(*) FROM (SELECT x.box::text AS box, x.shipments FROM all_at_once, d, evaluate_suite(p, d.boxes) x WHERE x.box IS NOT NULL AND x.shipments > 0) e
FULL JOIN (SELECT v.box, sum(v.shipments) AS n FROM packopt.box_usage v JOIN d USING (deployment_id) WHERE suite = 'deployed' GROUP BY box) u USING (box) WHERE e.shipments IS DISTINCT FROM u.n}), '0', "$what: use of boxes");
	$node->safe_psql('postgres', 'DROP TABLE all_at_once, d');
	return;
}

$node->safe_psql('postgres', q{
CREATE TABLE sample AS SELECT shipped_at, warehouse, length_in, width_in, height_in FROM packopt.sample_shipments(60000);
CREATE VIEW reno AS SELECT * FROM sample WHERE warehouse = 'Reno' AND shipped_at >= '2024-02-01 00:00 America/Los_Angeles' AND shipped_at < '2024-12-01 00:00 America/Los_Angeles';
CREATE VIEW everywhere AS SELECT * FROM sample WHERE shipped_at >= '2024-01-01 00:00+00' AND shipped_at < '2025-01-01 00:00+00';
SELECT save_suite('before', '{12x9x4,16x12x8,20x16x10,31x31x31}'), save_suite('after', '{12.5x8x3.5,16x10x6,23.5x15.5x4.5,20x13.5x10.5,31x31x31}');
SELECT deploy_suite(2, 'sample', suite_boxes(1), by => 'warehouse', site => 'Reno', starts_on => '2024-02-01', time_zone => 'America/Los_Angeles'), end_deployment(1, '2024-12-01');
SELECT deploy_suite(2, 'sample', suite_boxes(1), starts_on => '2024-01-01', time_zone => 'UTC'), end_deployment(2, '2025-01-01');
});
is($node->safe_psql('postgres', "$quiet SELECT string_agg(status, ' ') FROM refresh_savings()"), 'refreshed refreshed', 'sample: refreshed');
check_totals(1, 'reno', '{}', 'one site of the sample');
check_totals(2, 'everywhere', '{}', 'the sample');

SKIP:
{
	my $data = $ENV{PACKOPT_SHARED_DATA} // '';
	my $file = "$data/olist/shipments.csv.gz";

	skip('no real data (PACKOPT_SHARED_DATA)', 7) unless -e $file;
	$node->safe_psql('postgres', qq{
CREATE TABLE raw (order_id int, purchased_at text, seller_state text, product_id int, category text, length_cm numeric, width_cm numeric, height_cm numeric, weight_g numeric, quantity int, seller_id int, ship_by_at timestamp);
COPY raw FROM PROGRAM 'zcat "$file"' CSV HEADER;
CREATE VIEW year AS SELECT * FROM raw WHERE ship_by_at >= '2017-09-01' AND ship_by_at < '2018-09-01';
SELECT save_suite('of Olist', '{20x15x10,30x20x10,40x30x20,60x40x40,106x106x106}'), save_suite('one box', '{60x40x40,106x106x106}');
SELECT deploy_suite(3, 'raw', suite_boxes(4), starts_on => '2017-09-01', columns => '{"shipment": ["order_id", "seller_id"], "shipped_at": "ship_by_at"}'), end_deployment(3, '2018-09-01');
});
	my $split = $node->safe_psql('postgres', 'SELECT count(*) FROM (SELECT 1 FROM year GROUP BY order_id, seller_id HAVING count(DISTINCT ship_by_at::date) > 1) s');
	is($split, '0', 'Olist: lines of a shipment leave on one day');
	is($node->safe_psql('postgres', "$quiet SELECT status FROM refresh_savings(3)"), 'refreshed', 'Olist: refreshed');
	check_totals(3, 'year', '{"shipment": ["order_id", "seller_id"], "shipped_at": "ship_by_at"}', 'a year of Olist');
}

$node->stop;
done_testing();
