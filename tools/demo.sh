#!/bin/bash
# The demonstration, on the private installation that sandbox.sh made. KEEP=1 leaves the server running
# and says how to reach and how to stop it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/lib.sh
. tools/lib.sh

cores=$(nproc 2>/dev/null || echo 2)
StartServer "$PACKOPT_WORK/server" "shared_buffers = 512MB" "work_mem = 64MB" \
  "max_parallel_workers_per_gather = $((cores > 4 ? 4 : cores))"
createdb demo
# From standard input, so that notices come without the file's name; on one stream, so that they come
# in their place.
psql -X -q -v ON_ERROR_STOP=1 -P pager=off -d demo <tools/demo.sql 2>&1

if [ -z "${KEEP:-}" ] || [ "$KEEP" = 0 ]
then
  echo
  echo "The server and its data go away now. To keep them and go on in psql: make demo KEEP=1"
  exit 0
fi

# One script to stop it, since nobody remembers where it all lies.
cat >"$PACKOPT_WORK/stop" <<STOP
#!/bin/sh
# Stops the demonstration's server and removes all of it.
cd /
${PACKOPT_USER:+runuser -u $PACKOPT_USER -- }"$(command -v pg_ctl)" -D "$PACKOPT_WORK/server/data" -m fast -w stop
rm -rf "$PACKOPT_WORK"
STOP
chmod +x "$PACKOPT_WORK/stop"
touch "$PACKOPT_WORK/keep"
cat <<TEXT

The server keeps running.
  connect:                     psql -h $PGHOST -p $PGPORT -U $PGUSER demo
  stop and remove everything:  $PACKOPT_WORK/stop
TEXT
