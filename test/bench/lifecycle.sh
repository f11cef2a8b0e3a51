#!/bin/bash
# Savings tracking: a refresh of one large day against a plain GROUP BY of that day, the views over many
# deployments, health and re-optimization from stored profiles, and what a year of profiles takes.
#
# usage: lifecycle.sh [DATA]   (DAY=1000000 shipments of the large day, YEAR=10000000 of the sample year)
# Each time is the least of three.
set -euo pipefail
data=${1:-/nonexistent}
day=${DAY:-1000000}
year=${YEAR:-10000000}

Query()
{
  psql -X -q -v ON_ERROR_STOP=1 -At -c 'SET client_min_messages = error' "$@"
}

# Gives the least time in milliseconds of three runs of a statement, each after a preparation.
Least()
{
  local preparation=$1 statement=$2
  {
    echo "SET jit = off; SET client_min_messages = error;"
    for _ in 1 2 3; do echo "$preparation; \\timing on"; echo "$statement;"; echo "\\timing off"; done
  } | psql -X -q -v ON_ERROR_STOP=1 -At -f - | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | sort -n | head -1
}

# Gives the least time in milliseconds of three in which a role has all rows and columns of a view.
Execution()
{
  {
    echo "SET jit = off; SET ROLE \"$1\";"
    for _ in 1 2 3; do echo "EXPLAIN (ANALYZE, TIMING off, SUMMARY on) SELECT * FROM packopt.$2;"; done
  } | Query -f - | sed -n 's/^Execution Time: \([0-9.]*\) ms.*/\1/p' | sort -n | head -1
}

# Prints a line with the ratio of two times.
Ratio()
{
  printf '%-52s %8.0f ms %8.2f\n' "$1" "$2" "$(awk -v a="$2" -v b="$3" 'BEGIN { print a / b }')"
}

Query -c "DROP TABLE IF EXISTS large_day, sample_year" -c "DELETE FROM packopt.deployments" \
  -c "CREATE UNLOGGED TABLE large_day AS SELECT date_trunc('day', now()) - interval '1 day' + row_no % 86400 * interval '1 second' AS shipped_at,
    length_in, width_in, height_in FROM packopt.sample_shipments($day)" -c "CREATE INDEX ON large_day (shipped_at)" -c "VACUUM ANALYZE large_day" \
  -c "SELECT save_suite('bench: baseline', '{8x6x4,10x8x6,12x9x4,12x12x12,16x12x8,18x14x10,20x16x10,22x18x12,24x20x16,28x22x18,30x26x20,31x31x31}')" \
  -c "SELECT save_suite('bench: deployed', '{8.5x5x2,10x7x4,12.5x8x3.5,13.5x9.5x7,16x10x6,20x12x5.5,20x13.5x10.5,23.5x15.5x4.5,26x17x10,30x18x9,30x24.5x16.5,31x31x31}')" > /dev/null
suite=$(Query -c "SELECT max(suite_id) FROM packopt.suites WHERE name = 'bench: deployed'")
baseline=$(Query -c "SELECT suite_boxes(max(suite_id)) FROM packopt.suites WHERE name = 'bench: baseline'")
deployment=$(Query -c "SELECT deploy_suite($suite, 'large_day', '$baseline', starts_on => current_date - 1)")

echo "one day of $day shipments"
groups="SELECT count(*) FROM (SELECT length_in, width_in, height_in, count(*), sum(length_in * width_in * height_in) FROM large_day
  WHERE shipped_at >= current_date - 1 AND shipped_at < current_date GROUP BY 1, 2, 3 OFFSET 0) g"
forget="UPDATE packopt.deployments SET refreshed_until = NULL WHERE deployment_id = $deployment"
for workers in 0 1
do
  plain=$(Least "SET max_parallel_workers_per_gather = $workers" "$groups")
  ours=$(Least "SET max_parallel_workers_per_gather = $workers; $forget" "SELECT count(*) FROM refresh_savings($deployment, health => false)")
  whole=$(Least "SET max_parallel_workers_per_gather = $workers; $forget" "SELECT count(*) FROM refresh_savings($deployment)")
  Ratio "scan and GROUP BY, $workers workers" "$plain" "$plain"
  Ratio "refresh_savings, without health" "$ours" "$plain"
  Ratio "refresh_savings" "$whole" "$plain"
done

echo "8 weeks of days of 50,000 classes"
Query -c "DELETE FROM packopt.daily_profiles" -c "UPDATE packopt.deployments SET starts_on = current_date - 56, refreshed_until = current_date" \
  -c "INSERT INTO packopt.daily_profiles SELECT $deployment, current_date - 57 + n, 1, current_date - 56 + n,
    NULL, (SELECT packopt.set_units(profile(length_in, width_in, height_in), 'in') FROM packopt.sample_shipments(150000, 1, n * 150000 + 1)) FROM generate_series(0, 56) n" > /dev/null
Query -c "SELECT 'classes per day: ' || min(packopt.classes(profile)) || ' to ' || max(packopt.classes(profile)) FROM packopt.daily_profiles"
Query -c "SELECT 'classes in all: ' || packopt.classes(profile(profile)) FROM packopt.daily_profiles"
printf '%-52s %8.0f ms\n' "health of a deployment" "$(Least "SELECT 1" "SELECT packopt.run_as_owner(current_user, 'health', '{\"deployment\": $deployment}')")"
for effort in fast normal
do
  printf '%-52s %8.0f ms\n' "reoptimize, effort $effort" "$(Least "SET packopt.effort = $effort" "SELECT count(*) FROM reoptimize($deployment)")"
done

echo "views over 50 deployments of 400 days"
Query -c "DELETE FROM packopt.deployments WHERE deployment_id <> $deployment" \
  -c "INSERT INTO packopt.deployments SELECT (jsonb_populate_record(d, jsonb_build_object('deployment_id', 1000000 + n, 'site', 'site ' || n))).*
    FROM packopt.deployments d, generate_series(1, 50) n WHERE d.deployment_id = $deployment" \
  -c "DELETE FROM packopt.deployments WHERE deployment_id = $deployment" \
  -c "INSERT INTO packopt.daily_savings SELECT 1000000 + n, current_date - g, current_date - g, 1000 + g, 1, 0, 1e6 + g, 3e5, 500, 300, 0, 2e6, 3e5, 800, 500, 1000 + g, 1e6, 200,
    900, 800, 700, 1.1e6, 3e5, 320, 900, 9e5, 180 FROM generate_series(1, 50) n, generate_series(1, 400) g" \
  -c "INSERT INTO packopt.daily_box_usage SELECT 1000000 + n, current_date - g, a.suite, b, 80, 1e5, 3e4, 25
    FROM generate_series(1, 50) n, generate_series(1, 400) g, (VALUES ('deployed', $suite), ('baseline', $suite - 1)) a(suite, id), unnest(suite_boxes(a.id)) b" \
  -c "SELECT packopt.sum_weeks(deployment_id, current_date - 400, current_date) FROM packopt.deployments" \
  -c "INSERT INTO packopt.health_checks (deployment_id, since, until, shipments, unboxed, verdict) SELECT 1000000 + n, current_date - g - 56, current_date - g, 50000, 0, 'ok'
    FROM generate_series(1, 50) n, generate_series(1, 400) g" -c "VACUUM ANALYZE packopt.daily_savings, packopt.weekly_box_usage, packopt.health_checks, packopt.deployments" > /dev/null
Query -c "DO \$\$ BEGIN CREATE ROLE packopt_bench; EXCEPTION WHEN duplicate_object THEN NULL; END \$\$" -c "SELECT grant_packopt_read('packopt_bench')" > /dev/null
for view in savings savings_weekly savings_monthly savings_total box_usage deployment_health
do
  for role in "$PGUSER" packopt_bench
  do
    printf '%-52s %8.1f ms\n' "packopt.$view, as $role" "$(Execution "$role" "$view")"
  done
done
Query -c "SELECT revoke_packopt_read('packopt_bench')" -c "DROP ROLE packopt_bench" -c "DELETE FROM packopt.deployments" > /dev/null

echo "a year of daily profiles"
Query -c "CREATE UNLOGGED TABLE sample_year AS SELECT shipped_at, length_in, width_in, height_in FROM packopt.sample_shipments($year)" > /dev/null
deployment=$(Query -c "SELECT deploy_suite($suite, 'sample_year', '$baseline', starts_on => '2024-01-01', time_zone => 'UTC')")
Query -c "SELECT end_deployment($deployment, '2025-01-01')" -c "VACUUM FULL packopt.daily_profiles" > /dev/null
printf '%-52s %8.0f ms\n' "first refresh of $year shipments" "$(Least "SELECT 1" "SELECT count(*) FROM refresh_savings($deployment, since => '2024-01-01', health => false)")"
Query -c "VACUUM FULL packopt.daily_profiles" -c "SELECT 'sample history: ' || pg_size_pretty(pg_total_relation_size('packopt.daily_profiles'))"
if [ -e "$data/olist/shipments.csv.gz" ]
then
  psql -X -q -v ON_ERROR_STOP=1 <<SQL
CREATE TEMP TABLE raw (order_id int, purchased_at timestamp, seller_state text, product_id int, category text,
  length_cm numeric, width_cm numeric, height_cm numeric, weight_g numeric, quantity int, seller_id int, ship_by_at timestamp);
\copy raw FROM PROGRAM 'zcat "$data/olist/shipments.csv.gz"' CSV HEADER
DROP TABLE IF EXISTS olist_history;
CREATE UNLOGGED TABLE olist_history AS SELECT * FROM raw;
SQL
  Query -c "DELETE FROM packopt.deployments" > /dev/null
  deployment=$(Query -c "SELECT deploy_suite(save_suite('bench: olist', '{30x20x10,60x40x40,105x105x105}'), 'olist_history', '{105x105x105}', starts_on => '2017-09-01',
    columns => '{\"shipment\": [\"order_id\", \"seller_id\"], \"shipped_at\": \"ship_by_at\"}')")
  Query -c "SELECT end_deployment($deployment, '2018-09-01')" > /dev/null
  printf '%-52s %8.0f ms\n' "first refresh of a year of Olist" "$(Least "SELECT 1" "SELECT count(*) FROM refresh_savings($deployment, since => '2017-09-01', health => false)")"
  Query -c "VACUUM FULL packopt.daily_profiles" -c "SELECT 'Olist, ' || sum(packopt.shipments(profile)) || ' shipments: ' || pg_size_pretty(pg_total_relation_size('packopt.daily_profiles')) FROM packopt.daily_profiles"
fi
Query -c "DELETE FROM packopt.deployments" -c "DELETE FROM packopt.suites WHERE name LIKE 'bench: %'" > /dev/null
