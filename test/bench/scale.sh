#!/bin/bash
# From a table of one-piece shipments to the suite, end to end, against the plain GROUP BY of the same
# table; and the search alone, from a profile, with a parallel worker against none.
#
# usage: scale.sh [DATA]   (ROWS=10000000 by default; 100000000 takes some minutes and 8 GB to load)
# 12 boxes, half an inch. Each statement runs RUNS times (2); the least time counts.
set -euo pipefail
rows=${ROWS:-10000000}
runs=${RUNS:-2}

Query()
{
  psql -X -q -v ON_ERROR_STOP=1 -At "$@"
}

# Gives the least time in milliseconds of some runs of a statement, after settings.
Least()
{
  local settings=$1 statement=$2
  {
    echo "SET client_min_messages = error; SET jit = off; $settings; \\timing on"
    for _ in $(seq "$runs"); do echo "$statement;"; done
  } | Query -f - | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | sort -n | head -1
}

# Prints a row of the table: what, workers, seconds, ratio to the last argument.
Row()
{
  awk -v what="$1" -v workers="$2" -v ms="$3" -v base="$4" \
    'BEGIN { printf "%-34s %7s %9.2f %7.2f\n", what, workers, ms / 1000, ms / base }'
}

Query -c "CREATE UNLOGGED TABLE IF NOT EXISTS scale_shipments (length_in float8, width_in float8, height_in float8)" \
  -c "INSERT INTO scale_shipments SELECT s.length_in, s.width_in, s.height_in
      FROM generate_series(0, ($rows - 1) / 1000000) i,
           packopt.sample_shipments(least(1000000, $rows - i * 1000000), 1, i * 1000000 + 1) s
      WHERE NOT EXISTS (SELECT FROM scale_shipments)" \
  -c "VACUUM ANALYZE scale_shipments" > /dev/null
printf '%s rows, %s\n' "$(Query -c 'SELECT count(*) FROM scale_shipments')" \
  "$(Query -c "SELECT pg_size_pretty(pg_table_size('scale_shipments'))")"
printf '%-34s %7s %9s %7s\n' what workers seconds ratio

groups="SELECT count(*) FROM (SELECT length_in, width_in, height_in, count(*),
  sum(length_in * width_in * height_in) FROM scale_shipments GROUP BY 1, 2, 3 OFFSET 0) g"
optimize="SELECT count(*) FROM optimize_suite('scale_shipments', 12, save => false)"
plain=
for workers in 0 1
do
  ms=$(Least "SET max_parallel_workers_per_gather = $workers" "$groups")
  # the planner may do worse with workers than without: the faster plan counts
  plain=$(printf '%s\n' "$ms" $plain | sort -n | head -1)
  Row "GROUP BY" "$workers" "$ms" "$plain"
done
for effort in fast normal
do
  for workers in 0 1
  do
    Row "optimize_suite, effort $effort" "$workers" \
      "$(Least "SET max_parallel_workers_per_gather = $workers; SET packopt.effort = $effort" "$optimize")" "$plain"
  done
done

Query -c "CREATE TABLE IF NOT EXISTS scale_profile AS SELECT profile_shipments('scale_shipments') AS profile" 2> /dev/null
for step in 0.5 0.25
do
  search="SELECT count(*) FROM scale_profile, optimize_suite(profile, 12, step => $step, save => false)"
  alone=$(Least "SET packopt.effort = fast; SET packopt.max_workers = 0" "$search")
  Row "search alone, step $step" 0 "$alone" "$alone"
  Row "search alone, step $step" 1 \
    "$(Least "SET packopt.effort = fast; SET packopt.max_workers = 1" "$search")" "$alone"
done
