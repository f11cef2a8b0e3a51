#!/bin/bash
# One scan into a profile against the plain GROUP BY over the same columns, side by side in one run.
#
# usage: profile.sh [DATA]   (ROWS=10000000 by default; the rows of the sample history, from cache)
# Each statement runs three times; the least time counts. The plan named is the one that ran.
set -euo pipefail
rows=${ROWS:-10000000}

Query()
{
  psql -X -q -v ON_ERROR_STOP=1 -At "$@"
}

# Gives the least time in milliseconds of three runs of a statement, after settings.
Least()
{
  local settings=$1 statement=$2
  {
    echo "SET jit = off; $settings; \\timing on"
    for _ in 1 2 3; do echo "$statement;"; done
  } | Query -f - | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | sort -n | head -1
}

# Names the plan of a statement: how many workers, and how it groups.
Plan()
{
  Query -c "SET jit = off" -c "$1" -c "EXPLAIN (COSTS OFF) $2" |
    sed -n 's/^ *\(-> *\)*//; /Workers Planned\|Aggregate/p' | paste -sd, | sed 's/,/, /g'
}

Query -c "CREATE UNLOGGED TABLE IF NOT EXISTS bench_shipments AS
  SELECT length_in, width_in, height_in FROM packopt.sample_shipments($rows)" \
  -c "CREATE UNLOGGED TABLE IF NOT EXISTS bench_numeric AS
  SELECT length_in::numeric, width_in::numeric, height_in::numeric FROM bench_shipments" \
  -c "VACUUM ANALYZE bench_shipments" -c "VACUUM ANALYZE bench_numeric" \
  -c "SELECT count(*) FROM bench_shipments" -c "SELECT count(*) FROM bench_numeric" > /dev/null

printf '%-18s %-8s %8s %10s  %s\n' columns workers 'ms' 'ratio' plan
for table in bench_shipments bench_numeric
do
  profile="SELECT packopt.classes(profile(length_in, width_in, height_in)) FROM $table"
  groups="SELECT count(*) FROM (SELECT length_in, width_in, height_in, count(*),
    sum(length_in * width_in * height_in) FROM $table GROUP BY 1, 2, 3 OFFSET 0) g"
  [ "$table" = bench_numeric ] && type=numeric || type='double precision'
  for workers in 0 1
  do
    settings="SET max_parallel_workers_per_gather = $workers"
    plain=$(Least "$settings" "$groups")
    if [ "$workers" = 1 ]
    then
      # the planner may do worse with workers than without: take the faster
      plain=$(printf '%s\n' "$plain" "$plain_serial" | sort -n | head -1)
    else
      plain_serial=$plain
    fi
    ours=$(Least "$settings" "$profile")
    printf '%-18s %-8s %8.0f %10s  %s\n' "$type" "$workers" "$plain" 'GROUP BY' "$(Plan "$settings" "$groups")"
    printf '%-18s %-8s %8.0f %10s  %s\n' "$type" "$workers" "$ours" \
      "$(awk -v a="$ours" -v b="$plain" 'BEGIN { printf "%.2f", a / b }')" "$(Plan "$settings" "$profile")"
  done
done
Query -c "SELECT 'classes ' || packopt.classes(p) || ', profile of ' || pg_size_pretty(packopt.memory(p))
  FROM (SELECT profile(length_in, width_in, height_in) p FROM bench_shipments) x"
