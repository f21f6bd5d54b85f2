#!/usr/bin/env bash
# Fetches what duckdb_test.py needs into FOLDER: DuckDB for Node.js from the npm
# registry, and DuckDB's sqlite extension of the same version from PyPI (DuckDB
# itself would download it from a host that a closed network does not reach).
# Needs node, npm and python3 with pip, on x86-64 or arm64 Linux.
# usage: get_duckdb.sh FOLDER
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: get_duckdb.sh FOLDER" >&2; exit 2; }
version=1.5.5
mkdir -p "$1"
cd "$1"
[ -e package.json ] || echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund "@duckdb/node-api@$version-r.5"
python3 -m pip download --quiet --no-deps --dest . \
  "duckdb-extension-sqlite-scanner==$version"
python3 -m zipfile -e duckdb_extension_sqlite_scanner-*.whl wheel
cp "wheel/duckdb_extension_sqlite_scanner/extensions/v$version/sqlite_scanner.duckdb_extension" .
rm -rf wheel ./*.whl
