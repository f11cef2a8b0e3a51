#!/bin/bash
# Runs test programs that print TAP, one after the other: a line for each, the whole output of those
# that fail, and at the end "N passed, N failed" over their tests. A program that was not built, ends
# with an error, dies, or runs fewer tests than it planned is a failed test of its own.
#
# usage: tools/tap.sh KIND PROGRAM...
# A program that ends in .pl is given to perl; PERL5LIB says where its modules are.
set -uo pipefail

kind=$1
shift
output=$(mktemp "${TMPDIR:-/tmp}/packopt-tap.XXXXXX")
trap 'rm -f "$output"' EXIT

# Reads TAP, given the exit code of what printed it; prints "passed failed skipped", and after it why a
# test was counted for the program itself. Indented lines belong to subtests, which their parent sums up.
Summarize()
{
  awk -v status="$1" '
    /^ok( |$)/ && /# *[Ss][Kk][Ii][Pp]/ { run++; skipped++; next }
    /^ok( |$)/ { run++; passed++ }
    /^not ok( |$)/ { run++; if (/# *TODO/) skipped++; else failed++ }
    /^1\.\.[0-9]+/ { planned = 1; plan = substr($1, 4) + 0; if (plan == 0) { sub(/^[^#]*/, ""); note = $0 } }
    /^Bail out!/ { bail = $0 }
    END {
      if (bail != "") fault = bail
      else if (status == 124) fault = "ran too long"
      else if (!planned) fault = "printed no plan, exit code " status
      else if (plan != run) fault = "planned " plan " tests but ran " run + 0
      else if (status != 0 && failed == 0) fault = "exit code " status
      print passed + 0, failed + (fault != ""), skipped + 0, (fault != "" ? fault : note)
    }' "$output"
}

passed=0
failed=0
for program in "$@"
do
  status=0
  case $program in
    *.pl) timeout -k 10 1800 perl "$program" >"$output" 2>&1 </dev/null || status=$? ;;
    *)
      if [ -x "$program" ]
      then
        timeout -k 10 900 "./$program" >"$output" 2>&1 </dev/null || status=$?
      else
        printf 'Bail out! it was not built\n' >"$output"
      fi
      ;;
  esac
  read -r p f s note < <(Summarize "$status")
  passed=$((passed + p))
  failed=$((failed + f))
  printf '  %-10s %-28s %5d passed' "$kind" "$(basename "$program" .pl)" "$p"
  [ "$f" = 0 ] || printf ', %d FAILED' "$f"
  [ "$s" = 0 ] || printf ', %d skipped' "$s"
  printf '%s\n' "${note:+  ($note)}"
  if [ "$f" != 0 ]
  then
    # What failed, with the diagnostics behind it.
    awk '/^ok( |$)/ || /^1\.\./ { on = 0 } /^not ok( |$)/ { on = 1 } on' "$output" | head -n 100 |
      sed 's/^/    /'
    if [ -n "$note" ]
    then
      echo "    --- the end of its output:"
      tail -n 50 "$output" | sed 's/^/    /'
    fi
    # Logs of its servers, where a TAP test of PostgreSQL's kind has left some.
    for log in "${TESTLOGDIR:-/nonexistent}"/*"$(basename "$program" .pl)"*.log
    do
      [ -e "$log" ] || continue
      echo "    --- the end of $(basename "$log"):"
      tail -n 30 "$log" | sed 's/^/    /'
    done
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
