#!/bin/bash
# The benchmarks, on the private installation that sandbox.sh made: test/bench/bench_*.c outside a
# server, test/bench/*.sh and *.pl against one. Each prints its tables.
#
# usage: tools/bench.sh [NAME...]
# A name picks the benchmarks that have it in theirs. Every benchmark gets the folder of the real data
# as its argument (and in PACKOPT_SHARED_DATA); it skips what it cannot find. The connection is in
# PGHOST, PGPORT, PGUSER, PGDATABASE, and the extension is there; PACKOPT_WORK is for files.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
# shellcheck source=tools/lib.sh
. tools/lib.sh

# Tells whether a benchmark was asked for.
Wanted()
{
  local name
  [ ${#names[@]} -gt 0 ] || return 0
  for name in "${names[@]}"
  do
    case $(basename "$1") in *"$name"*) return 0 ;; esac
  done
  return 1
}

# Runs a benchmark under a heading.
Run()
{
  printf '\n== %s\n' "$1"
  shift
  "$@" "${PACKOPT_SHARED_DATA:-/nonexistent}" || { echo "it failed, exit code $?"; failed=1; }
}

names=("$@")
failed=0
ran=0
if [ -z "$PACKOPT_SHARED_DATA" ]
then
  echo "no real data (set PACKOPT_SHARED_DATA to their folder): benchmarks on them are left out"
fi

for source in test/bench/bench_*.c
do
  if [ ! -e "$source" ] || ! Wanted "$source"
  then
    continue
  fi
  ran=1
  program=build/bench/$(basename "$source" .c)
  if make -s "$program"
  then
    Run "$source" "$program"
  else
    failed=1
  fi
done

server=
for script in test/bench/*.sh test/bench/*.pl
do
  if [ ! -e "$script" ] || ! Wanted "$script"
  then
    continue
  fi
  ran=1
  if [ -z "$server" ]
  then
    server=$PACKOPT_WORK/server
    # All in memory: what is measured is the work, not the disk.
    StartServer "$server" "shared_buffers = 2GB" "work_mem = 256MB" "maintenance_work_mem = 1GB" \
      "max_parallel_workers = 16" "max_worker_processes = 16" "autovacuum = off"
    createdb bench
    export PGDATABASE=bench
    psql -X -q -c 'CREATE EXTENSION packopt' || exit 1
    psql -X -At -c 'SELECT version()'
  fi
  case $script in
    *.sh) Run "$script" bash "$script" ;;
    *.pl) Run "$script" perl "$script" ;;
  esac
done

[ "$ran" = 1 ] || Die "no benchmark of that name"
exit "$failed"
