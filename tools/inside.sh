#!/bin/bash
# The part of sandbox.sh that runs as the unprivileged user, in the copied tree: builds packopt,
# installs it into a private PostgreSQL, runs the script.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/lib.sh
. tools/lib.sh

root=$PACKOPT_WORK/root
log=$PACKOPT_WORK/build.log

# Runs make quietly; shows what it said if it failed.
Make()
{
  make -s -j"$(nproc 2>/dev/null || echo 1)" "$@" >"$log" 2>&1 ||
    { tail -n 60 "$log" >&2; Die "make $* failed"; }
  grep -E 'warning:' "$log" >&2 || true
}

# Fills directory $1 of the private installation with links to the files of the real one.
LinkDirectory()
{
  mkdir -p "$root$1"
  find "$1" -mindepth 1 -maxdepth 1 ! -name "packopt*" ! -name extension ! -name bitcode \
    -exec ln -s -t "$root$1" {} +
}

echo "building packopt for $("$PG_CONFIG" --version)"
if ! (Make all && Make install DESTDIR="$root")
then
  # The tests of the kernels can still tell something.
  [ "$1" = tools/check.sh ] || exit 1
  export PACKOPT_UNBUILT=1
fi

bin=$("$PG_CONFIG" --bindir)
share=$("$PG_CONFIG" --sharedir)
lib=$("$PG_CONFIG" --pkglibdir)
mkdir -p "$root$bin"
cp -L "$bin"/* "$root$bin/"
[ -x "$root$bin/pg_config" ] || cp -L "$(command -v "$PG_CONFIG")" "$root$bin/pg_config"
for directory in "$share" "$share/extension" "$lib"
do
  LinkDirectory "$directory"
done
# Only where the JIT is part of the installation.
if [ -d "$lib/bitcode" ]
then
  LinkDirectory "$lib/bitcode"
fi

PACKOPT_REAL_BIN=$bin
PATH=$root$bin:$PATH
export PATH PACKOPT_REAL_BIN
[ "$(pg_config --pkglibdir)" -ef "$root$lib" ] ||
  Die "this PostgreSQL cannot be moved: its pg_config names $(pg_config --pkglibdir)"

exec "$@"
