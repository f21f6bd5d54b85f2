#!/usr/bin/env bash
# Installs what the tests need, builds with ASan and UBSan, runs everything, and
# ends with "N passed, N failed". Needs no network beyond Debian's packages.
# usage: tools/test.sh [CTEST ARGUMENTS...], such as -R engine/load
set -uo pipefail
cd "$(dirname "$0")/.."

fail() {
  echo "test.sh: $1" >&2
  echo "0 passed, 1 failed"
  exit 1
}

tools/install.sh tests || fail "could not install the packages above"
mkdir -p build/dev
cmake --preset dev >build/dev/configure.log 2>&1 || {
  cat build/dev/configure.log
  fail "cmake failed"
}
cmake --build --preset dev || fail "the build failed"

results=build/dev/ctest.xml
rm -f "$results"
ctest --test-dir build/dev --output-on-failure --output-junit ctest.xml \
  -j "$(nproc)" --timeout 900 "$@"
outcome=$?
[ -f "$results" ] || fail "ctest wrote no results"
count() { sed -n "s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p" "$results" | head -1; }
tests=$(count tests)
failed=$(count failures)
skipped=$(( $(count skipped) + $(count disabled) ))
echo "$((tests - failed - skipped)) passed, $failed failed, $skipped skipped"
[ "$tests" -gt 0 ] || exit 1
exit $outcome
