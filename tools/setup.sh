#!/bin/bash
# Installs what is missing to build and test packopt, through apt: as root, or with a sudo that asks no
# password; otherwise prints the one line to run. Quick, and without any network, when all is there.
#
# usage: tools/setup.sh [build|check|ci]
#   build  compiler, make, a PostgreSQL server with headers
#   check  (the default) that, and what the tests need
#   ci     that, and the formatter
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/lib.sh
. tools/lib.sh

level=${1:-check}
packages=()
optional=()

# Notes packages to install if the command that follows them (after --) fails.
Need()
{
  local wanted=()
  while [ "$1" != -- ]
  do
    wanted+=("$1")
    shift
  done
  shift
  "$@" >/dev/null 2>&1 || packages+=("${wanted[@]}")
}

# Prints the PostgreSQL version whose packages to install: that of a server already there, else the
# newest that apt knows.
DebianVersion()
{
  {
    find /usr/lib/postgresql/*/bin/postgres 2>/dev/null | sed 's,.*postgresql/,,; s,/.*,,'
    apt-cache search --names-only '^postgresql-server-dev-[0-9]+$' | sed 's,.*dev-,,; s, .*,,' |
      sort -rV
  } | sed -n 1p
}

# Lists what is missing into packages. Needs apt's lists for the version of PostgreSQL only.
ListMissing()
{
  local version
  packages=()
  optional=()
  Need gcc libc6-dev -- sh -c 'echo "int main(void){return 0;}" | cc -xc - -o /dev/null'
  Need make -- make --version
  if ! FindPgConfig >/dev/null
  then
    version=$(DebianVersion)
    packages+=("postgresql-${version:-15}" "postgresql-server-dev-${version:-15}")
  else
    version=$("$(FindPgConfig)" --version | sed 's,^[^0-9]*,,; s,[^0-9].*,,')
  fi
  if [ "$level" != build ]
  then
    Need perl -- perl -MTest::More -e 1
    Need libipc-run-perl -- perl -MIPC::Run -e 1
    Need clang -- FindClang
    Need clang libclang-rt-dev -- CanFuzz
    # Nice to have, for servers that are Debian's: its tests skip themselves where it is absent.
    if [ ! -e "/usr/share/postgresql/${version:-15}/extension/pg_cron.control" ] &&
      { ! FindPgConfig >/dev/null || [[ $("$(FindPgConfig)" --bindir) = /usr/lib/postgresql/* ]]; }
    then
      optional=("postgresql-${version:-15}-cron")
    fi
  fi
  if [ "$level" = ci ]
  then
    Need clang-format -- clang-format --version
    Need clang -- clang --version
  fi
  mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sed '/^$/d' | sort -u)
}

# Drops what this release of Debian does not have: older ones keep clang's run-time libraries in a
# package that clang brings along.
ChooseKnown()
{
  local package known=()
  for package in "${packages[@]}"
  do
    [ "$package" != libclang-rt-dev ] || apt-cache show "$package" >/dev/null 2>&1 || continue
    known+=("$package")
  done
  packages=("${known[@]}")
  known=()
  for package in "${optional[@]}"
  do
    apt-cache show "$package" >/dev/null 2>&1 || continue
    known+=("$package")
  done
  optional=("${known[@]}")
}

# Installs packages.
Install()
{
  echo "installing $*"
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o Dpkg::Use-Pty=0 "$@" </dev/null >/dev/null
}

if [ -n "${PG_CONFIG:-}" ] && [ "$PG_CONFIG" != pg_config ] && ! FindPgConfig >/dev/null
then
  Die "PG_CONFIG=$PG_CONFIG does not belong to a PostgreSQL server with headers"
fi

sudo=()
ListMissing
if [ ${#packages[@]} = 0 ]
then
  # For a nice-to-have alone, neither the lists nor anyone's password are asked for.
  if [ ${#optional[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
  then
    ChooseKnown
    [ ${#optional[@]} = 0 ] || Install "${optional[@]}" || echo "packopt: going on without" >&2
  fi
  exit 0
fi

command -v apt-get >/dev/null || Die "missing, under their Debian names: ${packages[*]}"

if [ "$(id -u)" != 0 ]
then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null
  then
    sudo=(sudo -n)
  else
    ChooseKnown
    echo "packopt: some packages are missing. As root, run:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends ${packages[*]} ${optional[*]}" >&2
    exit 1
  fi
fi

# The lists may be empty or old on a fresh machine, and the choice of version depends on them.
"${sudo[@]}" apt-get update -qq || echo "packopt: apt-get update failed; trying with the old lists" >&2
ListMissing
ChooseKnown
[ ${#packages[@]} = 0 ] || Install "${packages[@]}" || Die "apt-get could not install ${packages[*]}"
[ ${#optional[@]} = 0 ] || Install "${optional[@]}" || echo "packopt: going on without" >&2
FindPgConfig >/dev/null || Die "PostgreSQL's server headers are still missing"
