-- The life of a suite: deployed, tracked day by day, judged, replaced.
\pset null '-'
\set SHOW_CONTEXT never
\set VERBOSITY default
SET client_min_messages = warning;
SET timezone = 'America/New_York';
SET packopt.effort = fast;

-- A fortnight of shipments of two sites, none on Sunday the 10th.
CREATE TABLE history AS
SELECT n AS id, timestamptz '2024-03-01 08:00 America/New_York' + (n % 336) * interval '1 hour' AS shipped_at, CASE WHEN n % 3 = 0 THEN 'west' ELSE 'east' END AS site,
  n % 13 + 1.5 AS length_cm, n % 7 + 1 AS width_cm, NULLIF(n % 50, 49) % 6 + 1 AS height_cm
FROM generate_series(1, 3000) n;
DELETE FROM history WHERE (shipped_at AT TIME ZONE 'America/New_York')::date = '2024-03-10';
INSERT INTO history SELECT 5000 + n, NULL, 'east', 5, 5, 5 FROM generate_series(1, 4) n;
ALTER SEQUENCE packopt.suites_suite_id_seq RESTART 1;
ALTER SEQUENCE packopt.deployments_deployment_id_seq RESTART 1;

-- Suites made by hand.
SELECT save_suite('in use', '{15x9x8,10x5x6}', 'cm');
SELECT save_suite('better', '{8x5x4,12x6x4,12x8x6,15x8x7}');
SELECT suite_id, name, source, objective, length_unit, suite_size, options, suite_boxes(suite_id) FROM packopt.suites ORDER BY 1;
SELECT save_suite('empty', '{}');
SELECT save_suite('twice', '{3x2x1,1x2x3}');
SELECT save_suite('mailer', '{3x2}');
SELECT save_suite(NULL, '{3x2x1}');
SELECT save_suite('miles', '{3x2x1}', 'mi');

-- What cannot be deployed.
CREATE TABLE timeless AS SELECT 1 AS length, 2 AS width, 3 AS height;
CREATE TABLE ambiguous AS SELECT 1 AS length, 2 AS width, 3 AS height, now() AS shipped_at, now() AS created_at;
SELECT deploy_suite(99, 'history', '{15x9x8}');
SELECT deploy_suite(2, 'nowhere', '{15x9x8}');
SELECT deploy_suite(2, 'timeless', '{15x9x8}');
SELECT deploy_suite(2, 'ambiguous', '{15x9x8}');
SELECT deploy_suite(2, 'history', NULL);
SELECT deploy_suite(2, 'history', '{}');
SELECT deploy_suite(2, 'history', '{15x9x8}', by => 'site');
SELECT deploy_suite(2, 'history', '{15x9x8}', by => 'warehouse', site => 'east');
SELECT deploy_suite(1, 'ambiguous', '{15x9x8}', columns => '{"created_at": null}');
SELECT deploy_suite(1, 'ambiguous', '{15x9x8}', columns => '{"shipped_at": "created_at"}');
SELECT deploy_suite(2, 'history', '{15x9x8}', time_zone => 'Mars/Olympus');
SELECT deploy_suite(2, 'history', '{15x9x8}', board_grade => 'Z');
SELECT deploy_suite(2, 'history', '{15x9x8}', starts_on => NULL);
SELECT deploy_suite(2, 'history', '{15x9x8}', columns => '{"box_length": "length_cm"}');
SELECT count(*) FROM packopt.deployments;

-- Two sites of one relation, one suite each.
SELECT deploy_suite(2, 'history', suite_boxes(1), site => 'east', by => 'SITE', starts_on => '2024-03-04');
SELECT deploy_suite(2, 'history', suite_boxes(1), site => 'west', by => 'site', starts_on => '2024-03-06', board_price => 0.5);
SELECT end_deployment(1, '2024-03-14'), end_deployment(2, '2024-03-14');
SELECT deployment_id, suite_name, boxes, baseline, shipments, site_column, site, time_zone, starts_on, ends_on, length_unit, board_grade, columns ->> 'shipped_at' AS shipped_at
FROM packopt.deployments ORDER BY 1;
SELECT deployment, site, status, first_day, until_day, shipments, left_out, undated, error FROM refresh_savings();
SELECT day, shipments, left_out, unboxed, compared FROM packopt.savings WHERE site = 'east' ORDER BY day;

-- What the views say equals an evaluation of the raw rows.
CREATE VIEW raw_measures AS
SELECT d.deployment_id, g.day::date, r.*
FROM packopt.deployments d, generate_series(d.starts_on, d.ends_on - 1, '1 day'::interval) g(day), LATERAL (
  SELECT coalesce(sum(e.shipments), 0) AS shipments, coalesce(sum(e.shipments) FILTER (WHERE e.box IS NULL), 0) AS unboxed,
    coalesce(sum(e.box_volume), 0) AS box_volume, coalesce(sum(b.box_volume), 0) AS baseline_box_volume
  FROM (SELECT profile(h.length_cm, h.width_cm, h.height_cm) AS p FROM history h
        WHERE h.site = d.site AND (h.shipped_at AT TIME ZONE d.time_zone)::date = g.day::date) p,
    LATERAL (SELECT sum(shipments) AS shipments, sum(box_volume) AS box_volume, NULL::packopt.box AS box FROM evaluate_suite(p, d.baseline) WHERE box IS NOT NULL) b,
    LATERAL (SELECT sum(shipments) AS shipments, sum(box_volume) AS box_volume, '1x1x1'::packopt.box AS box FROM evaluate_suite(p, d.boxes)) e) r;
CREATE VIEW differences AS
SELECT m.deployment_id, m.day FROM raw_measures m FULL JOIN packopt.savings s USING (deployment_id, day)
WHERE (m.shipments = s.shipments AND abs(m.box_volume - s.box_volume) < 1e-6 AND abs(m.baseline_box_volume - s.baseline_box_volume) < 1e-6
  AND abs(m.baseline_box_volume - m.box_volume - s.saved_volume) < 1e-6) IS NOT TRUE;
SELECT count(*) AS days FROM raw_measures;
SELECT * FROM differences;
SELECT t.deployment_id, t.first_day, t.last_day, t.days, t.shipments = s.shipments AS shipments, abs(t.saved_volume - s.saved_volume) < 1e-6 AS saved, t.saved_volume > 0 AS any,
  abs(t.saved_share - s.saved_volume / s.baseline) < 1e-9 AS share
FROM packopt.savings_total t JOIN (SELECT deployment_id, sum(shipments) AS shipments, sum(saved_volume) AS saved_volume, sum(baseline_box_volume) AS baseline FROM packopt.savings GROUP BY 1) s
  USING (deployment_id) ORDER BY 1;
SELECT deployment_id, week, days, shipments FROM packopt.savings_weekly ORDER BY 1, 2;
SELECT deployment_id, month, days FROM packopt.savings_monthly ORDER BY 1, 2;
SELECT s.deployment_id, count(*) FILTER (WHERE abs(s.saved_board_area_m2 - (b.board_area_m2 - a.board_area_m2)) > 1e-9) AS differences,
  bool_and(abs(saved_board_kg - saved_board_area_m2 * 0.523) < 1e-9) AS mass, bool_and(saved_cost = saved_board_area_m2 * 0.5) AS price, bool_and(saved_co2e_kg > saved_board_kg * 0.1) AS co2e
FROM packopt.savings s JOIN packopt.deployments d USING (deployment_id) JOIN packopt.daily_profiles p USING (deployment_id, day),
  packopt.suite_measures(p.profile, d.boxes) a, packopt.suite_measures(p.profile, d.baseline) b GROUP BY 1 ORDER BY 1;
SELECT s.deployment_id, count(*) FILTER (WHERE s.void_above_half <> a.void_above_half OR s.baseline_void_above_half <> b.void_above_half) AS differences
FROM packopt.savings s JOIN packopt.deployments d USING (deployment_id) JOIN packopt.daily_profiles p USING (deployment_id, day),
  packopt.suite_measures(p.profile, d.boxes) a, packopt.suite_measures(p.profile, d.baseline) b GROUP BY 1 ORDER BY 1;
SELECT u.deployment_id, u.suite, sum(u.shipments) = (SELECT sum(shipments - CASE u.suite WHEN 'deployed' THEN unboxed ELSE baseline_unboxed END) FROM packopt.savings s WHERE s.deployment_id = u.deployment_id) AS shipments
FROM packopt.box_usage u GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) FILTER (WHERE w IS DISTINCT FROM d) AS differences, count(*) > 10 AS some FROM (SELECT deployment_id, week, suite, box, shipments AS w FROM packopt.box_usage) a
  FULL JOIN (SELECT deployment_id, date_trunc('week', day::timestamp)::date AS week, suite, box::text AS box, sum(shipments) AS d FROM packopt.daily_box_usage GROUP BY 1, 2, 3, 4) b USING (deployment_id, week, suite, box);
SELECT week, box, length, width, height FROM packopt.box_usage WHERE deployment_id = 2 AND suite = 'deployed' ORDER BY week, box LIMIT 4;
SELECT day, day_start FROM packopt.savings WHERE deployment_id = 1 AND day IN ('2024-03-09', '2024-03-11') ORDER BY 1;

-- Doing it again changes nothing; late rows count once they are read.
CREATE VIEW state AS SELECT md5(string_agg(s::text, '|' ORDER BY s.deployment_id, s.day)) AS savings,
  (SELECT md5(string_agg(u::text, '|' ORDER BY u.deployment_id, u.day, u.suite, u.box)) FROM packopt.daily_box_usage u) AS usage,
  (SELECT md5(string_agg(p::text, '|' ORDER BY p.deployment_id, p.day, p.part)) FROM packopt.daily_profiles p) AS profiles FROM packopt.savings s;
CREATE TABLE before AS SELECT * FROM state;
SELECT deployment, status, first_day, until_day FROM refresh_savings(1);
SELECT deployment, status, first_day, until_day FROM refresh_savings(since => '2024-03-05');
SELECT s = b AS same FROM state s, before b;
INSERT INTO history VALUES (6000, '2024-03-05 12:00-05', 'east', 14, 8, 7), (6001, '2024-03-13 12:00-04', 'east', 14, 8, 7);
SELECT status FROM refresh_savings(1);
SELECT * FROM differences;
SELECT deployment, first_day FROM refresh_savings(since => '2024-03-05') ORDER BY 1;
SELECT * FROM differences;
DELETE FROM history WHERE id >= 6000;
SELECT count(*) FROM refresh_savings(since => '2000-01-01');
SELECT s = b AS same FROM state s, before b;

-- Shipments that one of the suites does not hold save nothing.
INSERT INTO history VALUES (7000, '2024-03-12 12:00-04', 'west', 15, 9, 8), (7001, '2024-03-12 12:00-04', 'west', 90, 90, 90), (7002, '2024-03-12 12:00-04', 'west', 0, 1, 1);
SELECT shipments FROM refresh_savings(2) \gset
SELECT s.shipments - s.compared AS apart, s.unboxed, s.baseline_unboxed, s.left_out, abs(s.saved_volume - b.saved_volume) < 1e-6 AS saved_as_before,
  s.baseline_box_volume - b.baseline_box_volume AS more_in_the_baseline
FROM packopt.savings s, (SELECT sum(m.baseline_box_volume - m.box_volume) AS saved_volume, sum(m.baseline_box_volume) AS baseline_box_volume FROM
  (SELECT (SELECT sum(box_volume) FROM evaluate_suite(p, d.boxes)) AS box_volume, (SELECT sum(box_volume) FROM evaluate_suite(p, d.baseline)) AS baseline_box_volume
   FROM packopt.deployments d, (SELECT profile(length_cm, width_cm, height_cm) AS p FROM history WHERE site = 'west' AND id < 7000 AND (shipped_at AT TIME ZONE 'America/New_York')::date = '2024-03-12') p
   WHERE d.deployment_id = 2) m) b
WHERE s.deployment_id = 2 AND s.day = '2024-03-12';
DELETE FROM history WHERE id >= 7000;
SELECT count(*) FROM refresh_savings(2);
SELECT s = b AS same FROM state s, before b;

-- Frozen: neither grades nor settings nor suites change what was deployed.
SET packopt.board_grade = 'BC';
SET packopt.length_unit = 'mm';
SET timezone = 'Asia/Tokyo';
DELETE FROM packopt.suites WHERE suite_id = 2;
SELECT count(*) FROM refresh_savings(since => '2024-03-04');
SET timezone = 'America/New_York';
SELECT s.savings = b.savings AS savings, s.usage = b.usage AS usage, s.profiles = b.profiles AS profiles FROM state s, before b;
SELECT deployment_id, suite_id, suite_name FROM packopt.deployments ORDER BY 1;
RESET packopt.board_grade;
RESET packopt.length_unit;

-- Old days become months; reading them again makes days of them.
SET packopt.keep_daily_profiles = 7;
SELECT count(*) FROM refresh_savings();
SELECT deployment_id, count(*) FROM packopt.daily_profiles GROUP BY 1 ORDER BY 1;
UPDATE packopt.deployments SET refreshed_until = '2024-04-20', ends_on = '2024-04-20' WHERE deployment_id = 1;
SELECT first_day, until_day FROM refresh_savings(1);
SELECT day, until, until > day + 1 AS month, packopt.shipments(profile) = (SELECT sum(shipments) FROM packopt.savings s WHERE s.deployment_id = p.deployment_id AND s.day < '2024-04-01') AS all_of_it
FROM packopt.daily_profiles p WHERE deployment_id = 1 AND day >= '2024-03-04' ORDER BY day;
SELECT days, shipments FROM packopt.savings_monthly WHERE deployment_id = 1 ORDER BY month;
RESET packopt.keep_daily_profiles;
SELECT first_day, until_day FROM refresh_savings(1, since => '2024-03-20');
SELECT count(*), min(day), max(until) FROM packopt.daily_profiles p WHERE deployment_id = 1 AND day >= '2024-03-04';
SELECT end_deployment(1, '2024-03-14');
SELECT s = b AS same FROM state s, before b;

-- The end, and a successor.
SELECT end_deployment(1, '2024-03-01');
SELECT end_deployment(1, '2024-03-20');
SELECT end_deployment(99);
SELECT end_deployment(1, '2024-03-12');
SELECT suite, sum(shipments) FROM packopt.box_usage WHERE deployment_id = 1 AND week = '2024-03-11' GROUP BY 1 ORDER BY 1;
SELECT max(day), max(refreshed_until) FROM packopt.savings JOIN packopt.deployments USING (deployment_id) WHERE deployment_id = 1;
SELECT save_suite('small', '{15x9x8,6x6x6}');
SET client_min_messages = notice;
SELECT deploy_suite(3, 'history', suite_boxes(1), site => 'east', by => 'site', starts_on => '2024-03-08');
SELECT deploy_suite(3, 'history', suite_boxes(1), site => 'east', starts_on => '2024-03-08') AS another_site;
SELECT deploy_suite(3, 'history', suite_boxes(1), site => 'east', by => 'site', starts_on => '2024-03-01');
SET client_min_messages = warning;
SELECT deployment_id, starts_on, ends_on FROM packopt.deployments ORDER BY 1;
SELECT deployment_id, count(*), min(day), max(day) FROM packopt.savings GROUP BY 1 ORDER BY 1;

-- Days are those of the time zone that the deployment keeps, also where a midnight comes twice.
CREATE TABLE havana (shipped_at timestamptz NOT NULL, length int, width int, height int);
INSERT INTO havana SELECT timestamptz '2023-11-05 03:30+00' + n * interval '30 minutes', 1, 1, 1 FROM generate_series(0, 49) n;
SELECT deploy_suite(3, 'havana', '{15x9x8}', starts_on => '2023-11-05', time_zone => 'America/Havana');
SELECT end_deployment(6, '2023-11-06');
SELECT shipments FROM refresh_savings(6);
SELECT day, day_start, shipments FROM packopt.savings WHERE deployment_id = 6;
SELECT day, row_count, packopt.shipments(profile) FROM profile_days('havana', time_zone => 'America/Havana') ORDER BY day;
SELECT day, row_count FROM profile_days('havana', time_zone => 'UTC', since => '2023-11-05', until => '2023-11-06') ORDER BY day;

SELECT count(*) AS differences FROM generate_series(timestamptz '1890-01-01', '2060-01-01', '7 days 5 hours 29 minutes') t(t),
  unnest('{UTC,America/New_York,America/Havana,America/St_Johns,Asia/Kolkata,Pacific/Apia,Australia/Lord_Howe,Europe/Dublin}'::text[]) z
WHERE packopt.local_day(t, z) <> timezone(z, t)::date;
SELECT count(*) AS differences FROM generate_series(timestamptz '2006-10-29 00:00+00', '2006-10-30 12:00+00', '10 seconds') t(t) WHERE packopt.local_day(t, 'America/St_Johns') <> timezone('America/St_Johns', t)::date;
SELECT packopt.local_day('infinity', 'UTC'), packopt.local_day('-infinity', 'UTC'), packopt.local_day('4713-01-01 BC', 'UTC'), packopt.local_day('1999-12-31 23:59:59.999999+00', 'UTC'), packopt.local_day('2000-01-01 00:00+00', 'UTC');
SELECT packopt.local_day(now(), 'no/where');

-- The time may be a date or a timestamp without zone; lines of one order on one day are one shipment.
CREATE TABLE orders (order_id int, ship_date date, length int, width int, height int);
INSERT INTO orders VALUES (1, '2024-01-01', 4, 2, 2), (1, '2024-01-01', 4, 2, 2), (2, '2024-01-01', 9, 9, 9), (3, '2024-01-02', 4, 2, 2), (3, '2024-01-03', 4, 2, 2), (4, NULL, 1, 1, 1), (NULL, '2024-01-03', 1, 1, 1);
SELECT day, packopt.shipments(profile), packopt.left_out_shipments(profile) AS left_out, row_count FROM profile_days('orders') ORDER BY day;
SELECT day, packopt.shipments(profile) FROM profile_days('orders', gap => 0.5, since => '2024-01-02', until => '2024-01-03') ORDER BY day;
ALTER TABLE orders ALTER ship_date TYPE timestamp;
SELECT day, packopt.shipments(profile) FROM profile_days('orders', time_zone => 'Asia/Tokyo', since => '2024-01-01', until => '2024-01-02') ORDER BY day;
SELECT site, day, packopt.shipments(profile) FROM profile_days('history', by => 'site', sites => '{west,north}', since => '2024-03-09', until => '2024-03-12') ORDER BY 1, 2;

-- However many sites and starts there are, a refresh reads each row once.
CREATE SEQUENCE reads;
CREATE VIEW counted AS SELECT * FROM history WHERE nextval('reads') > 0;
SELECT count(deploy_suite(3, 'counted', suite_boxes(1), site => site, by => 'site', starts_on => date '2024-03-04' + n)) AS deployed FROM (VALUES ('east', 0), ('west', 2)) v(site, n);
SELECT count(end_deployment(deployment_id, '2024-03-15')) AS ended FROM packopt.deployments WHERE shipments = 'public.counted';
ALTER SEQUENCE reads RESTART;
SELECT count(*) AS deployments FROM refresh_savings() WHERE shipments_relation = 'public.counted';
SELECT last_value = (SELECT count(*) FROM history) AS each_row_once FROM reads;
DELETE FROM packopt.deployments WHERE shipments = 'public.counted';
DROP VIEW counted;
DROP SEQUENCE reads;
ALTER SEQUENCE packopt.deployments_deployment_id_seq RESTART 7;

-- Where the box that was used is known: adherence, and what was really saved.
CREATE TABLE packed (shipped_on date, length int, width int, height int, carton packopt.box, c_l numeric, c_w numeric, c_h numeric);
INSERT INTO packed SELECT '2024-01-05', v.* FROM (VALUES
  (5, 5, 3, '6x6x6'::packopt.box, 6, 6, 6), (5, 5, 3, '15x9x8', 15, 9, 8), (5, 5, 3, '9x6x6', 9, 6, 6), (14, 2, 2, '15x9x8', 15, 9, 8), (14, 2, 2, NULL, NULL, 0, -1), (1, 1, 1, '10x13', NULL, NULL, NULL), (30, 9, 8, '15x9x8', 15, 9, 8)) v;
SELECT deploy_suite(3, 'packed', '{15x9x8}', site => 'by box', starts_on => '2024-01-05', columns => '{"box": "carton"}');
SELECT deploy_suite(3, 'packed', '{15x9x8}', site => 'by size', starts_on => '2024-01-05', columns => '{"box_length": "c_l", "box_width": "c_w", "box_height": "c_h"}');
SELECT end_deployment(7, '2024-01-06'), end_deployment(8, '2024-01-06');
SELECT a.status, b.status FROM refresh_savings(7) a, refresh_savings(8) b;
SELECT site, shipments, unboxed, used, used_from_suite, used_as_advised, round(adherence::numeric, 3) AS adherence, used_box_volume, realized_compared, realized_saved_volume, saved_volume
FROM packopt.savings WHERE deployment_id IN (7, 8) ORDER BY 1;
SELECT site, suite, box, shipments FROM packopt.box_usage WHERE deployment_id = 7 ORDER BY suite, length * width * height;
SELECT part, used_box, packopt.shipments(profile) FROM packopt.daily_profiles WHERE deployment_id = 7 ORDER BY part;

-- Health: a suite made for what is shipped, then for something else; what no box holds; what is gone.
CREATE TABLE recent AS SELECT n AS id, now() - (n % 30 + 1) * interval '1 day' AS shipped_at, n % 13 + 1 AS length_in, n % 7 + 1 AS width_in, n % 5 + 1 AS height_in FROM generate_series(1, 3000) n;
SELECT DISTINCT suite_id > 0 AS stored FROM optimize_suite('recent', 4, name => 'best');
SELECT deploy_suite(suite_id, 'recent', '{13x9x8}', starts_on => current_date - 30) AS ok FROM packopt.suites WHERE name = 'best' \gset
SELECT deploy_suite(save_suite('poor', '{13x8x6,13x9x7,14x9x8,15x9x8}'), 'recent', '{13x9x8}', starts_on => current_date - 30, site => 'poor') AS poor \gset
SELECT deploy_suite(save_suite('tight', '{6x5x4,9x6x5,12x6x5,12x7x5}'), 'recent', '{13x9x8}', starts_on => current_date - 30, site => 'tight') AS tight \gset
CREATE TABLE gone AS SELECT * FROM recent;
SELECT deploy_suite(suite_id, 'gone', '{13x9x8}', starts_on => current_date - 30) AS gone FROM packopt.suites WHERE name = 'best' \gset
SELECT deploy_suite(suite_id, 'recent', '{13x9x8}', starts_on => current_date + 30, site => 'later') AS later FROM packopt.suites WHERE name = 'best' \gset
DROP TABLE gone;
SET client_min_messages = error;
SELECT d.suite_name, d.site, r.status, r.verdict, r.error FROM refresh_savings() r JOIN packopt.deployments d ON d.deployment_id = r.deployment WHERE d.deployment_id >= :ok ORDER BY d.deployment_id;
SET client_min_messages = warning;
SELECT suite_name, site, shipments_relation, verdict, replace(replace(what_to_do, :'poor', 'POOR'), :'tight', 'TIGHT') AS what_to_do, regret > 0.05 AS regret, unboxed_share > 0 AS unboxed, shipments, running, age_days >= 29 AS aged, error
FROM packopt.deployment_health WHERE deployment_id >= :ok ORDER BY deployment_id;
SELECT regret < 0.01 AS no_regret FROM packopt.deployment_health WHERE deployment_id = :ok;
CREATE TABLE gone AS SELECT * FROM recent;
SELECT status, verdict, error FROM refresh_savings(:gone);
ALTER TABLE gone DROP COLUMN width_in;
SET client_min_messages = error;
SELECT status, verdict, error FROM refresh_savings(:gone);
SET client_min_messages = warning;
SELECT verdict, error, refreshed_until IS NOT NULL AS known, (SELECT count(*) > 0 FROM packopt.savings WHERE deployment_id = :gone) AS kept FROM packopt.deployment_health WHERE deployment_id = :gone;

-- The distance between two demands.
SELECT packopt.profile_distance(a, a) AS same, packopt.profile_distance(a, b) AS half, packopt.profile_distance(a, c) AS all, packopt.profile_distance(a, d) IS NULL AS none
FROM (SELECT profile(1, 2, 3) AS a) a, (SELECT profile(x, 2, 3) AS b FROM (VALUES (1), (100)) v(x)) b, (SELECT profile(50, 50, 50) AS c) c, (SELECT profile(NULL::packopt.profile) AS d) d;
SELECT packopt.profile_distance(packopt.set_units(profile(1, 2, 3), 'cm'), packopt.set_units(profile(1, 2, 3), 'in'));
SELECT packopt.shipments(packopt.profile_within(p, '{3x2x1,2x2x2}')) AS held, packopt.shipments(packopt.profile_within(p, '{3x3x3}', 1)) AS padded, packopt.profile_within(p, NULL) = p AS all_of_it,
  packopt.content_volume(packopt.profile_within(p, '{3x2x1}')) AS content FROM (SELECT profile(x, 2, 1) AS p FROM generate_series(1, 5) x) p;

-- Re-optimization: proposed, stored, deployed when told to.
SELECT status, new_boxes > 0 AS new_boxes, shipments, saved_share > 0.05 AS saves, saved_volume_per_year > 0 AS volume, switching_cost / new_boxes AS per_box, payback_days, deployed_as FROM reoptimize(:poor, cost_per_new_box => 100);
SELECT what_to_do ~ '^look at the proposed suite \d+$' AS proposed, proposed_suite_id IN (SELECT suite_id FROM packopt.suites) AS stored FROM packopt.deployment_health WHERE deployment_id = :poor;
SELECT status, new_boxes, suite_id FROM reoptimize(:ok);
SELECT deployment IN (:poor, :tight) AS as_the_verdict_asks, status, deployed_as FROM reoptimize() ORDER BY deployment;
UPDATE packopt.deployments SET max_changes = 1 WHERE deployment_id = :poor;
SELECT suite_id AS limited, status, new_boxes FROM reoptimize(:poor) \gset
SELECT :'status' AS status, :new_boxes AS new_boxes, count(*) AS kept FROM (SELECT unnest(suite_boxes(:limited)) INTERSECT SELECT unnest(boxes) FROM packopt.deployments WHERE deployment_id = :poor) s;
UPDATE packopt.deployments SET max_changes = NULL, keep = '{13x8x6,14x9x8}' WHERE deployment_id = :poor;
SELECT suite_id AS limited FROM reoptimize(:poor) \gset
SELECT count(*) AS kept FROM (SELECT unnest(suite_boxes(:limited)) INTERSECT SELECT unnest('{13x8x6,14x9x8}'::packopt.box[])) s;
UPDATE packopt.deployments SET keep = '{}' WHERE deployment_id = :poor;
UPDATE packopt.deployments SET auto_deploy = true, board_price = 1 WHERE deployment_id = :poor;
SELECT deployed_as AS next, status, payback_days > 0 AS pays FROM reoptimize(:poor, cost_per_new_box => 10) \gset
SELECT :'status' AS status, :'pays' AS pays;
SELECT n.starts_on = o.ends_on AS seamless, n.ends_on IS NULL AS running, n.baseline = o.baseline AS same_baseline, n.site = o.site AS same_site, n.boxes = suite_boxes(n.suite_id) AS boxes, n.auto_deploy, n.refreshed_until IS NULL AS fresh
FROM packopt.deployments n, packopt.deployments o WHERE n.deployment_id = :next AND o.deployment_id = :poor;
SELECT count(*), max(deployed_as) = :next AS linked FROM packopt.proposals WHERE deployment_id = :poor;
SELECT * FROM reoptimize(:poor);
SELECT * FROM reoptimize(:later);
SELECT * FROM reoptimize(0);

-- Regret and proposals count by what the suite was optimized for: here a function, which does not like long boxes.
CREATE FUNCTION lengthy(b packopt.box) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN 1 + packopt.length(b) * packopt.length(b);
SELECT DISTINCT suite_id > 0 AS stored FROM optimize_suite('recent', 4, objective => 'lengthy', name => 'by function');
SELECT deploy_suite(suite_id, 'recent', '{13x9x8}', starts_on => current_date - 30, site => 'by function') AS by_function FROM packopt.suites WHERE name = 'by function' \gset
SELECT save_suite('not by function', '{13x7x5,13x8x5,13x9x5,13x9x8}', objective => 'public.lengthy') AS id \gset
SELECT deploy_suite(:id, 'recent', '{13x9x8}', starts_on => current_date - 30, site => 'not by function') AS not_by_function \gset
SELECT a.verdict, b.verdict FROM refresh_savings(:by_function) a, refresh_savings(:not_by_function) b;
SELECT deployment_id = :by_function AS by_function, regret < 0.001 AS no_regret, abs(cost - (SELECT sum(e.shipments * lengthy(e.box)) FROM evaluate_suite('recent', d.boxes) e)) < 1e-6 * cost AS cost
FROM packopt.health_checks JOIN packopt.deployments d USING (deployment_id) WHERE deployment_id IN (:by_function, :not_by_function) ORDER BY deployment_id;
SELECT status, saved_share > 0.1 AS saves, abs(saved_share - (SELECT 1 - best_cost / cost FROM packopt.health_checks WHERE deployment_id = :not_by_function)) < 0.01 AS as_the_regret FROM reoptimize(:not_by_function);
SELECT count(*) AS stored FROM packopt.suites WHERE objective = 'public.lengthy';

-- So do prices of board, weight and fill; settings of later do not change them.
CREATE TABLE heavy AS SELECT r.*, (id % 40 + 1)::float8 AS weight_lb FROM recent r;
SELECT count(*) AS boxes FROM optimize_suite('heavy', 4, objective => 'board', name => 'least board');
SELECT count(*) AS boxes FROM optimize_suite('heavy', 4, objective => 'cost', board_price => 0.5, weight_price => 0.2, dim_divisor => 139, name => 'least cost');
SELECT name, deploy_suite(suite_id, 'heavy', '{13x9x8}', starts_on => current_date - 30, site => name) > 0 AS deployed FROM packopt.suites WHERE name IN ('least board', 'least cost') ORDER BY name;
SET packopt.board_price = 7;
SET packopt.fill_price = 3;
SET client_min_messages = error;
SELECT r.site, r.status, r.verdict, r.error FROM refresh_savings() r WHERE r.shipments_relation = 'public.heavy' ORDER BY 1;
SET client_min_messages = warning;
SELECT d.site, d.weight_step, h.regret < 0.01 AS no_regret, abs(h.cost / s.cost - 1) < 1e-9 AS cost_as_when_optimized
FROM packopt.health_checks h JOIN packopt.deployments d USING (deployment_id) JOIN packopt.suites s USING (suite_id) WHERE d.shipments = 'public.heavy' ORDER BY 1;
RESET packopt.board_price;
RESET packopt.fill_price;

-- Where pg_cron is not, the statements to run are told.
SET client_min_messages = notice;
SELECT regexp_replace(job, ' in .*', '') AS job, schedule, scheduled, regexp_replace(statement, current_database(), 'DB', 'g') AS statement FROM schedule_tracking();
SELECT count(*) FROM schedule_tracking('0 4 * * *', NULL);
SET client_min_messages = warning;

-- Whose rows these are.
CREATE ROLE regress_packopt_c;
CREATE ROLE regress_packopt_d;
CREATE ROLE regress_packopt_bi;
CREATE TABLE of_c AS SELECT * FROM recent LIMIT 500;
GRANT SELECT ON of_c TO regress_packopt_c;
SET ROLE regress_packopt_c;
SELECT count(*) AS seen FROM packopt.deployments;
SELECT deploy_suite(save_suite('of c', '{13x8x6}'), 'of_c', '{13x9x8}', starts_on => current_date - 30) AS of_c \gset
SELECT status FROM refresh_savings();
SELECT status FROM refresh_savings(:of_c);
SELECT status FROM refresh_savings(:ok);
SELECT end_deployment(:ok);
SELECT * FROM reoptimize(:ok);
SELECT count(*) > 0 AS savings FROM packopt.savings;
SET ROLE regress_packopt_d;
SELECT (SELECT count(*) FROM packopt.deployments) AS deployments, (SELECT count(*) FROM packopt.daily_profiles) AS profiles, (SELECT count(*) FROM packopt.savings) AS savings,
  (SELECT count(*) FROM packopt.savings_weekly) AS weekly, (SELECT count(*) FROM packopt.savings_monthly) AS monthly, (SELECT count(*) FROM packopt.savings_total) AS total,
  (SELECT count(*) FROM packopt.box_usage) AS usage, (SELECT count(*) FROM packopt.deployment_health) AS health, (SELECT count(*) FROM packopt.daily_savings) AS daily, (SELECT count(*) FROM packopt.proposals) AS proposals,
  (SELECT count(*) FROM packopt.health_checks) AS checks;
INSERT INTO packopt.daily_savings SELECT :of_c, '2024-01-01', '2024-01-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0;
INSERT INTO packopt.readers VALUES ('regress_packopt_c', 'regress_packopt_d');
SELECT grant_packopt_read('regress_packopt_d', 'regress_packopt_c');
SELECT grant_packopt_read('regress_packopt_d', NULL);
SELECT packopt.run_as_owner('regress_packopt_c', 'refresh', '{}');
SELECT packopt.run_as_owner('regress_packopt_d', 'drop', '{}');
SET ROLE regress_packopt_c;
SELECT grant_packopt_read('regress_packopt_bi');
SELECT grant_packopt_read('regress_packopt_bi');
SELECT grant_packopt_read('regress_packopt_nobody');
SET ROLE regress_packopt_bi;
SELECT (SELECT count(DISTINCT deployment_id) FROM packopt.savings) AS savings, (SELECT count(*) FROM packopt.deployment_health) AS health, (SELECT count(*) > 0 FROM packopt.box_usage) AS usage,
  (SELECT count(*) FROM packopt.daily_profiles) AS profiles;
WITH u AS (UPDATE packopt.deployments SET ends_on = NULL RETURNING 1) SELECT count(*) AS updated FROM u;
WITH x AS (DELETE FROM packopt.daily_savings RETURNING 1) SELECT count(*) AS deleted FROM x;
SELECT count(*) AS refreshed FROM refresh_savings();
RESET ROLE;
SELECT revoke_packopt_read('regress_packopt_bi', 'regress_packopt_c');
SELECT grant_packopt_read('regress_packopt_d', NULL);
SET ROLE regress_packopt_bi;
SELECT count(*) AS after_revoke FROM packopt.savings;
SET ROLE regress_packopt_d;
SELECT count(DISTINCT deployment_id) > 1 AS all_of_them FROM packopt.savings;
RESET ROLE;

-- One's own rows cannot stop those of others.
SET ROLE regress_packopt_c;
UPDATE packopt.deployments SET ends_on = 'infinity' WHERE deployment_id = :of_c;
UPDATE packopt.deployments SET late_days = 2000000000 WHERE deployment_id = :of_c;
UPDATE packopt.deployments SET time_zone = 'nowhere' WHERE deployment_id = :of_c;
RESET ROLE;
SET client_min_messages = error;
SELECT deployment = :of_c AS of_c, status, error FROM refresh_savings(health => false) WHERE deployment IN (:of_c, :ok) ORDER BY deployment;
SET client_min_messages = warning;
SELECT count(*) > 0 AS readable FROM packopt.savings, packopt.deployment_health;
UPDATE packopt.deployments SET time_zone = 'UTC' WHERE deployment_id = :of_c;

-- Without its owner a deployment is broken, and stays.
REVOKE ALL ON of_c FROM regress_packopt_c;
DROP ROLE regress_packopt_c;
SET client_min_messages = error;
SELECT status, verdict, error FROM refresh_savings(:of_c);
SET client_min_messages = warning;
SELECT count(*) > 0 AS kept FROM packopt.savings WHERE deployment_id = :of_c;
DROP ROLE regress_packopt_d, regress_packopt_bi;

DELETE FROM packopt.readers;
DELETE FROM packopt.deployments;
DELETE FROM packopt.suites;
SELECT (SELECT count(*) FROM packopt.daily_profiles) + (SELECT count(*) FROM packopt.daily_savings) + (SELECT count(*) FROM packopt.daily_box_usage) + (SELECT count(*) FROM packopt.health_checks) + (SELECT count(*) FROM packopt.proposals) AS left_behind;
DROP VIEW differences, raw_measures, state;
DROP FUNCTION lengthy;
DROP TABLE history, timeless, ambiguous, before, havana, orders, packed, recent, heavy, gone, of_c;
