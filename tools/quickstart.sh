#!/usr/bin/env bash
# From a fresh Debian 12 to an answer: installs, builds, loads the two sample
# hours, builds the models, shows what came of it. Run it again at any time.
set -euo pipefail
cd "$(dirname "$0")/.."

cat <<'TEXT'
learnsql quickstart
  installs  a C++ compiler, CMake and a dozen libraries from Debian (apt-get;
            as root or with sudo), about 600 MB where none of them is there
  builds    build/release/learnsql, about 60 MB
  loads     two hours of GitHub's public events, 5 MB, into warehouse.db, 12 MB
  takes     some five minutes on two cores; seconds the next time
TEXT

step() { printf '\n== %s\n' "$1"; }

step 'Packages'
tools/install.sh && echo 'all there'

step 'Program'
if ! [ -f build/release/build.ninja ]; then
  mkdir -p build/release
  cmake --preset release >build/release/configure.log 2>&1 || {
    cat build/release/configure.log
    exit 1
  }
fi
cmake --build --preset release
learnsql=build/release/learnsql

step 'Load two hours, build the models'
$learnsql sync gharchive --from 2015-01-01T00 --to 2015-01-01T02
$learnsql build

step 'What people did: select * from event_type_share'
$learnsql query 'select * from event_type_share'

step 'Who did most: select * from top_contributors limit 10'
$learnsql query 'select * from top_contributors limit 10'

cat <<'TEXT'

== Next, type
  build/release/learnsql status gharchive --from 2015-01-01T00 --to 2015-01-01T02
  build/release/learnsql query 'select * from renamed_repos'
  build/release/learnsql
TEXT
