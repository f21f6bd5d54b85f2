#!/usr/bin/env bash
# Installs the Debian packages that learnsql is built with, and with `tests`
# those that its tests need too. Asks nothing; does nothing when all are there.
# usage: install.sh [tests]
set -euo pipefail

packages=(
  g++ cmake ninja-build
  libboost-program-options-dev libcurl4-openssl-dev libedit-dev libisal-dev libzstd-dev
  libre2-dev libsimdjson-dev libspdlog-dev libsqlite3-dev libssl-dev
  libutf8proc-dev libxxhash-dev rapidjson-dev zlib1g-dev
  sqlite3
)
if [ "${1:-}" = tests ]; then
  packages+=(dpkg-dev file libcpp-httplib-dev libgmock-dev libgtest-dev python3 tmux)
fi

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "install.sh: needs root or sudo to install: ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo)
fi
echo "installing from Debian: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
