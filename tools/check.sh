#!/bin/bash
# Every test there is, on the private installation that sandbox.sh made. Prints "N passed, N failed" as
# its last line; fails if anything failed or nothing ran.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
# shellcheck source=tools/lib.sh
. tools/lib.sh

passed=0
failed=0
said=$PACKOPT_WORK/said

# Prints a heading.
Section()
{
  printf '\n== %s\n' "$*"
}

# Runs a command that ends with "N passed, N failed", prints what it says, adds to the totals. Without
# such an end the whole step counts as failed.
Tally()
{
  local last
  "$@" 2>&1 | tee "$said" | grep -vE '^[0-9]+ passed, [0-9]+ failed$|^make(\[[0-9]+\])?: '
  last=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$said" | tail -n 1)
  if [ -z "$last" ]
  then
    echo "  it did not come to its end: $*"
    failed=$((failed + 1))
  else
    passed=$((passed + ${last%% *}))
    last=${last#*, }
    failed=$((failed + ${last%% *}))
  fi
}

# Runs the fuzz targets for a short, fixed number of inputs, which is repeatable.
RunFuzzers()
{
  local target name p=0 f=0
  make -s -k -j"$(nproc)" fuzzers FUZZ_CC="$(FindClang)"
  for target in test/fuzz/fuzz_*.c
  do
    name=$(basename "$target" .c)
    mkdir -p "$PACKOPT_WORK/corpus/$name"
    if (cd "$PACKOPT_WORK" && timeout -k 10 900 "$OLDPWD/build/fuzz/$name" -runs="${FUZZ_RUNS:-20000}" \
      -seed=1 -timeout=60 -print_final_stats=0 "corpus/$name") >"$PACKOPT_WORK/fuzz.log" 2>&1
    then
      p=$((p + 1))
      printf '  %-10s %-28s %5d inputs\n' fuzz "$name" "${FUZZ_RUNS:-20000}"
    else
      f=$((f + 1))
      printf '  %-10s %-28s FAILED\n' fuzz "$name"
      tail -n 60 "$PACKOPT_WORK/fuzz.log" | sed 's/^/    /'
    fi
  done
  echo "$p passed, $f failed"
}

# Runs pg_regress through "make installcheck" and counts: it prints "test x ... ok" up to 15, TAP from 16.
# What it did not come to, since it gives up at the first answer that is missing, has failed.
RunRegress()
{
  local log=$PACKOPT_WORK/regress.log tests=(test/sql/*.sql) status=0 p f
  make -s installcheck >"$log" 2>&1 || status=$?
  p=$(grep -cE '^(test)? .*\.\.\. ok\>|^ok [0-9]+' "$log")
  f=$((${#tests[@]} - p))
  if [ "$status" != 0 ] && [ "$f" = 0 ]
  then
    f=1
  fi
  grep -E '^(test)? .*\.\.\. (ok|FAILED)\>|^(not )?ok [0-9]+' "$log" | sed 's/^ */  /'
  if [ "$f" != 0 ]
  then
    echo "--- regression.diffs"
    head -n 400 regression.diffs 2>/dev/null
    echo "--- the end of what pg_regress said"
    tail -n 30 "$log"
    echo "--- the end of the server's log"
    tail -n 60 "$PACKOPT_WORK/server/server.log"
  fi
  echo "$p passed, $f failed"
}

Section "kernels, alone"
Tally make -s kernel-check

Section "kernels under the address and undefined-behaviour sanitizers"
UBSAN_OPTIONS=print_stacktrace=1 Tally make -s kernel-check-sanitized

if compgen -G 'test/fuzz/fuzz_*.c' >/dev/null
then
  Section "fuzzing, a short run"
  if CanFuzz
  then
    Tally RunFuzzers
  else
    echo "  skipped: no clang with libFuzzer here"
  fi
fi

if [ -n "${PACKOPT_UNBUILT:-}" ]
then
  Section "the extension itself could not be built: see above"
  echo "$passed passed, $((failed + 1)) failed"
  exit 1
fi

if compgen -G 'test/sql/*.sql' >/dev/null
then
  Section "regression tests in a throw-away server"
  StartServer "$PACKOPT_WORK/server"
  Tally RunRegress
  pg_ctl -D "$PACKOPT_WORK/server/data" -m fast -s stop
fi

if compgen -G 'test/t/*.pl' >/dev/null
then
  Section "TAP tests, with servers of their own"
  pgxs=$(dirname "$("$PG_CONFIG" --pgxs)")/..
  export PG_REGRESS=$pgxs/test/regress/pg_regress
  export PERL5LIB=$pgxs/test/perl:$PWD/test/perl${PERL5LIB:+:$PERL5LIB}
  export TESTDIR=$PACKOPT_WORK/tap TESTDATADIR=$PACKOPT_WORK/tap/tmp_check
  export TESTLOGDIR=$TESTDATADIR/log
  mkdir -p "$TESTLOGDIR"
  unset PGHOST PGPORT PGUSER
  if perl -MPostgreSQL::Test::Cluster -e 1 2>/dev/null
  then
    Tally tools/tap.sh server test/t/*.pl
  else
    perl -MPostgreSQL::Test::Cluster -e 1 2>&1 | sed 's/^/  /'
    failed=$((failed + 1))
  fi
fi

printf '\n'
[ "$passed" -gt 0 ] || failed=$((failed + 1))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
