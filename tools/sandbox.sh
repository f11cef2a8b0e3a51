#!/bin/bash
# Runs a script of ours on a copy of this tree, with packopt built, beside a private PostgreSQL
# installation that holds it, as a user that may run a server. Nothing of it touches the system's
# PostgreSQL, its servers or this tree, and all of it goes away at the end, also after a failure or
# Ctrl-C (unless the script made a file "keep" in the folder).
#
# usage: tools/sandbox.sh SCRIPT [ARGUMENT...]
#
# A server finds its libraries and its extensions by where its own program file lies. So a folder that
# holds copies of the programs at <folder>/<bindir>, and links to the rest, is an installation of its
# own: what "make install DESTDIR=<folder>" puts there is seen by its servers and by no other.
#
# The script runs in the copied tree with PATH leading to the private programs, and with
#   PACKOPT_WORK   the folder; put everything below it
#   PACKOPT_USER   the user, if another than the caller
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/lib.sh
. tools/lib.sh

tools/setup.sh "${PACKOPT_LEVEL:-$([ "$1" = tools/demo.sh ] && echo build || echo check)}"
PG_CONFIG=$(FindPgConfig) || Die "no PostgreSQL server with headers found"
export PG_CONFIG

# Settings of the caller's for other servers, and of the make that may have called us, end here.
for name in $(env | sed -n 's/^\(PG[A-Z]*\)=.*/\1/p') MAKEFLAGS MFLAGS MAKELEVEL
do
  unset "$name"
done

# Where real data for tests and benchmarks lie, if they are there.
if [ -z "${PACKOPT_SHARED_DATA:-}" ] && [ -d ../shared/data ]
then
  PACKOPT_SHARED_DATA=$(cd ../shared/data && pwd)
fi
export PACKOPT_SHARED_DATA=${PACKOPT_SHARED_DATA:-}

# In /tmp whatever TMPDIR says: the path of a socket must be short.
PACKOPT_WORK=$(mktemp -d /tmp/packopt.XXXXXX)
export PACKOPT_WORK

child=
# Ends what was started and removes what was made.
# shellcheck disable=SC2317 # the trap calls it
CleanUp()
{
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP
  if [ -n "$child" ]
  then
    kill -TERM -- "-$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  if [ ! -e "$PACKOPT_WORK/keep" ]
  then
    StopServers "$PACKOPT_WORK"
    rm -rf "$PACKOPT_WORK"
  fi
  exit "$status"
}
trap CleanUp EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

mkdir "$PACKOPT_WORK/tree" "$PACKOPT_WORK/tmp"
CopyTree "$PACKOPT_WORK/tree"

as_user=()
PACKOPT_USER=
if [ "$(id -u)" = 0 ]
then
  # Servers refuse root. The packages made this user; elsewhere, anyone without rights will do.
  PACKOPT_USER=postgres
  id postgres >/dev/null 2>&1 || PACKOPT_USER=nobody
  chown -R "$PACKOPT_USER" "$PACKOPT_WORK"
  as_user=(runuser -u "$PACKOPT_USER" --)
fi
export PACKOPT_USER

# The checkout may lie where that user may not look, in root's home for one: then a copy has to do.
if [ -n "$PACKOPT_SHARED_DATA" ] &&
  ! "${as_user[@]}" ls "$PACKOPT_SHARED_DATA" >/dev/null 2>&1
then
  cp -rL "$PACKOPT_SHARED_DATA" "$PACKOPT_WORK/data"
  chmod -R a+rX,u+w "$PACKOPT_WORK/data"
  PACKOPT_SHARED_DATA=$PACKOPT_WORK/data
fi

# In the background and in a process group of its own, so that a signal reaches us at once, and
# through us the whole group.
set -m
"${as_user[@]}" env HOME="$PACKOPT_WORK/tmp" TMPDIR="$PACKOPT_WORK/tmp" \
  bash "$PACKOPT_WORK/tree/tools/inside.sh" "$@" </dev/null &
child=$!
set +m
status=0
wait "$child" || status=$?
child=
exit "$status"
