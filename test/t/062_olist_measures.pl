# Real shipments: the metrics of a suite equal those from the raw table in plain SQL, and a suite that
# was optimized for one year saves in the next.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = $ENV{PACKOPT_SHARED_DATA} // '';
plan skip_all => 'no real data (PACKOPT_SHARED_DATA)' unless -e "$data/olist/shipments.csv.gz";

my $node = PostgreSQL::Test::Cluster->new('olist');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\njit = off\nwork_mem = '64MB'\npackopt.effort = fast\n");
$node->start;
$node->safe_psql('postgres', qq{
CREATE EXTENSION packopt;
CREATE UNLOGGED TABLE lines (order_id int, purchased_at text, seller_state text, product_id int, category text, length_cm numeric, width_cm numeric, height_cm numeric,
	weight_g numeric, quantity int, seller_id int, ship_by_at timestamp);
COPY lines FROM PROGRAM 'zcat "$data/olist/shipments.csv.gz"' CSV HEADER;
CREATE VIEW single AS SELECT min(length_cm) AS length_cm, min(width_cm) AS width_cm, min(height_cm) AS height_cm, min(weight_g) AS weight_g
	FROM lines GROUP BY order_id, seller_id HAVING sum(quantity) = 1;
CREATE VIEW lines_2017 AS SELECT * FROM lines WHERE ship_by_at >= '2017-01-01' AND ship_by_at < '2018-01-01';
CREATE VIEW lines_2018 AS SELECT * FROM lines WHERE ship_by_at >= '2018-01-01' AND ship_by_at < '2019-01-01';
CREATE TABLE suite AS SELECT '{16x11x6,19x11x11,22x16x10,25x20x12,30x20x20,33x33x8.5,35x30x25,40x40x30,50x50x12.25,60x40x40,80x50x40,105x60x45}'::packopt.box[] AS boxes;
CREATE TABLE raw AS SELECT d[3] AS x, d[2] AS y, d[1] AS z, length_cm * width_cm * height_cm AS content, ceil(weight_g / 100) AS weight
	FROM single, LATERAL (SELECT array_agg(v ORDER BY v) AS d FROM unnest(ARRAY[length_cm, width_cm, height_cm]) v) o WHERE length_cm > 0 AND width_cm > 0 AND height_cm > 0;
ANALYZE;
});

# One piece per parcel, in decimals.
my $by_hand = q{
WITH b AS (SELECT b AS box, packopt.volume(b)::numeric AS volume, d[3] AS x, d[2] AS y, d[1] AS z, (packopt.board_area(b, 'B', 'cm'))::numeric AS area,
		ceil(packopt.length(o)::numeric * packopt.width(o)::numeric * packopt.height(o)::numeric / 6000 * 10) AS dim
	FROM suite, unnest(boxes) b, packopt.outer_box(b, 'B', 'cm') o, LATERAL (SELECT array_agg(v::numeric ORDER BY v) AS d FROM unnest(ARRAY[packopt.length(b), packopt.width(b), packopt.height(b)]) v) s),
s AS (SELECT r.content, coalesce(r.weight, 0) AS weight, r.x * r.y * r.z AS tailored, h.* FROM raw r LEFT JOIN LATERAL (SELECT volume, area, dim FROM b WHERE r.x <= b.x AND r.y <= b.y AND r.z <= b.z ORDER BY b.box LIMIT 1) h ON true),
t AS (SELECT count(*) AS n, count(volume) AS held, sum(volume) AS volume, sum(content) FILTER (WHERE volume IS NOT NULL) AS content, sum(area) AS area, sum(dim) / 10 * 1000 AS dim, sum(greatest(dim, weight)) FILTER (WHERE volume IS NOT NULL) / 10 * 1000 AS billed,
		percentile_disc(0.5) WITHIN GROUP (ORDER BY volume - content) FILTER (WHERE volume IS NOT NULL) AS median, percentile_disc(0.95) WITHIN GROUP (ORDER BY volume - content) FILTER (WHERE volume IS NOT NULL) AS p95,
		count(*) FILTER (WHERE (volume - content) / volume > 0.5) AS half_empty, avg(content / volume) AS mean_utilization, sum(tailored) FILTER (WHERE volume IS NOT NULL) AS tailored FROM s)
SELECT m.* FROM t, LATERAL (VALUES ('boxes', 12), ('shipments', n), ('left_out', (SELECT count(*) FROM single) - n), ('boxed', held), ('unboxed', n - held), ('box_volume', volume),
	('content_volume', content), ('utilization', 100 * content / volume), ('mean_utilization', 100 * mean_utilization), ('void_ratio', 100 - 100 * content / volume),
	('void_above_half_share', 100.0 * half_empty / held), ('air_mean', (volume - content) / held), ('air_median', median), ('air_p95', p95), ('tailored_volume', tailored),
	('above_tailored', 100 * (volume / tailored - 1)), ('board_area', area), ('board_mass', area * 0.5), ('board_co2e', area * 0.5 * 0.491), ('dimensional_weight', dim), ('billed_weight', billed)) m(metric, value)
};
is($node->safe_psql('postgres', qq{SET client_min_messages = error;
	SELECT count(*), count(h.value), string_agg(metric, ' ') FILTER (WHERE NOT coalesce(CASE WHEN unit IN ('boxes', 'shipments', 'g') OR metric IN ('air_median', 'air_p95')
		THEN r.value = h.value::float8 ELSE abs(r.value - h.value::float8) <= 1e-9 * abs(r.value) END, false))
	FROM suite, suite_report('single', boxes, board_grade => 'B', dim_divisor => 6000) r LEFT JOIN ($by_hand) h USING (metric)}),
	'21|21|', 'parcels of one piece: all metrics equal those in plain SQL');
is($node->safe_psql('postgres', q{SELECT unit FROM suite, suite_report('single', boxes, metrics => '{billed_weight}')}), 'g', 'weights come from the relation');

# All parcels: what a class of alike parcels takes, from its minimal boxes.
my $columns = q{columns => '{"shipment": ["order_id", "seller_id"], "weight": "weight_g"}'};
is($node->safe_psql('postgres', qq{SET client_min_messages = error;
	WITH c AS (SELECT c.boxes, c.shipments, c.content_volume / c.shipments AS content, c.weight_class, (SELECT packopt.volume(b) FROM unnest(s.boxes) b WHERE EXISTS (SELECT FROM unnest(c.boxes) e WHERE e <@ b) ORDER BY b LIMIT 1) AS volume
		FROM suite s, (SELECT profile_shipments('lines', $columns, weight_step => 100) AS p) p, packopt.profile_classes(p) c),
	t AS (SELECT sum(shipments) AS n, sum(shipments) FILTER (WHERE volume IS NOT NULL) AS held, sum(volume * shipments) AS volume, sum(content * shipments) FILTER (WHERE volume IS NOT NULL) AS content,
		100 * sum(shipments) FILTER (WHERE 1 - content / volume > 0.5) / sum(shipments) FILTER (WHERE volume IS NOT NULL) AS half FROM c)
	SELECT string_agg(metric, ' ' ORDER BY metric) FILTER (WHERE abs(r.value - m.value) <= 1e-9 * m.value), count(*) FROM suite, t,
		LATERAL (VALUES ('shipments', n::float8), ('boxed', held), ('box_volume', volume), ('content_volume', content), ('void_above_half_share', half)) m(metric, value)
		JOIN LATERAL suite_report('lines', boxes, $columns) r USING (metric)}),
	'box_volume boxed content_volume shipments void_above_half_share|5', 'all parcels: as from the classes of the profile');

# Train on 2017, report on 2018.
is($node->safe_psql('postgres', qq{SET client_min_messages = error;
	CREATE TABLE proposed AS SELECT array(SELECT box FROM optimize_suite('lines_2017', 12, save => false, $columns) WHERE box IS NOT NULL) AS proposed;
	SELECT string_agg(format('%s %s %s %s', metric, better, change_pct_low < change_pct AND change_pct < change_pct_high, change_pct_high < 0), ', ')
	FROM suite, proposed, compare_suites('lines_2018', boxes, proposed, metrics => '{box_volume,board_mass}', $columns)}),
	'box_volume t t t, board_mass t t t', 'boxes for 2017 save volume and board in 2018, beyond chance');
my ($code, $out, $err) = $node->psql('postgres', qq{SELECT compare_suites('lines_2018', '{5x4x4,6x6x6}', proposed, metrics => '{boxed}', $columns) FROM proposed});
like($err, qr/WARNING:  only \d+ of 55619 shipments are compared.*the proposed one 5561\d.*which is cm/s, 'a current suite that holds almost nothing is told');

$node->stop;
done_testing();
