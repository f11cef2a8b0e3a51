# shellcheck shell=bash
# Functions that the scripts beside this one share. To be sourced.

# Says what went wrong and leaves.
Die()
{
  printf 'packopt: %s\n' "$*" >&2
  exit 1
}

# Tells whether a pg_config belongs to a whole server with headers: Debian installs one for clients
# alone, too, which names a PGXS that is not there.
IsServerPgConfig()
{
  [ -f "$("$1" --pgxs 2>/dev/null)" ] &&
    [ -f "$("$1" --includedir-server)/postgres.h" ] &&
    [ -x "$("$1" --bindir)/postgres" ]
}

# Prints the pg_config to use: the one asked for, the one on the path, the newest that Debian's
# packages have put aside.
FindPgConfig()
{
  local candidate
  for candidate in "${PG_CONFIG:-pg_config}" pg_config \
    $(printf '%s\n' /usr/lib/postgresql/*/bin/pg_config /usr/pgsql-*/bin/pg_config | sort -rV)
  do
    if command -v "$candidate" >/dev/null && IsServerPgConfig "$candidate"
    then
      command -v "$candidate"
      return 0
    fi
    # A choice of the user's is not to be replaced silently.
    if [ "$candidate" != pg_config ] && [ "$candidate" = "${PG_CONFIG:-}" ]
    then
      return 1
    fi
  done
  return 1
}

# Prints the clang to use, if any: the unversioned one or the one PostgreSQL was built with.
FindClang()
{
  local pgxs
  if command -v clang
  then
    return 0
  fi
  pgxs=$("${PG_CONFIG:-pg_config}" --pgxs 2>/dev/null) || return 1
  command -v "$(sed -n 's/^CLANG *= *//p' "$(dirname "$pgxs")/../Makefile.global" 2>/dev/null)"
}

# Tells whether clang can build fuzz targets: the run-time library is a package of its own.
CanFuzz()
{
  local clang
  clang=$(FindClang) &&
    echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return d && n < 0; }' |
    "$clang" -xc -fsanitize=fuzzer,address - -o /dev/null 2>/dev/null
}

# Copies the tree of the current directory into directory $1, without what make and git left there:
# objects may stem from another compiler or another server.
CopyTree()
{
  tar -cf - --exclude=./.git --exclude=./build --exclude=./tmp_check --exclude=./results \
    --exclude='*.o' --exclude='*.bc' --exclude='*.so' . | tar -xf - -C "$1"
}

# Starts a server of our own: no TCP, a socket in a directory of its own, no care for crashes. Leaves
# PGHOST, PGPORT, PGUSER set. $1: directory to make; the other arguments are lines for the settings.
StartServer()
{
  local directory=$1
  shift
  mkdir -p "$directory/socket"
  chmod 700 "$directory/socket"
  initdb -D "$directory/data" -U postgres -A trust -E UTF8 --locale=C --no-sync \
    >"$directory/initdb.log" 2>&1 || { cat "$directory/initdb.log" >&2; Die "initdb failed"; }
  {
    echo "listen_addresses = ''"
    echo "port = 54329"
    echo "unix_socket_directories = '$directory/socket'"
    echo "fsync = off"
    echo "synchronous_commit = off"
    echo "full_page_writes = off"
    echo "max_wal_size = 4GB"
    printf '%s\n' "$@"
  } >>"$directory/data/postgresql.conf"
  pg_ctl -D "$directory/data" -l "$directory/server.log" -w -s start ||
    { tail -n 50 "$directory/server.log" >&2; Die "the throw-away server did not start"; }
  export PGHOST=$directory/socket PGPORT=54329 PGUSER=postgres
}

# Stops every server whose data lie below a directory, whoever started it.
StopServers()
{
  local pidfile pid
  find "$1" -name postmaster.pid 2>/dev/null | while read -r pidfile
  do
    pid=$(head -n 1 "$pidfile" 2>/dev/null)
    # Only what still is a server: the number may have been given to another process since.
    if [ -n "$pid" ] && grep -qs postgres "/proc/$pid/comm" "/proc/$pid/cmdline"
    then
      kill -QUIT "$pid" 2>/dev/null
      for _ in $(seq 100)
      do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
      done
    fi
  done
  return 0
}
