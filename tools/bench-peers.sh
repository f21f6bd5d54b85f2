#!/usr/bin/env bash
# Installs the peers below build/peers (npm and PyPI, some 700 MB), makes the
# inputs, and runs learnsql beside them: interleaved, medians, as ratios.
# usage: tools/bench-peers.sh [--rounds N] [--slow-rounds N] [--only NAME,NAME]
#                             [--day-events N] [INPUT...]
# INPUT: modern, lean, real, two, day; all of them without. `real` is nine copies
# of the two real hours of 2015 in data/samples; `day` is 24 lean hours of
# --day-events events each (220000).
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=5
slow_rounds=1
day_events=220000
only=()
inputs=()
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2; shift 2 ;;
    --slow-rounds) slow_rounds=$2; shift 2 ;;
    --day-events) day_events=$2; shift 2 ;;
    --only) only=(--only "$2"); shift 2 ;;
    modern|lean|real|two|day) inputs+=("$1"); shift ;;
    *) echo "bench-peers.sh: unknown '$1' (modern, lean, real, two, day)" >&2
       exit 2 ;;
  esac
done
[ ${#inputs[@]} -gt 0 ] || inputs=(modern lean real two day)

tools/install.sh
peers=$PWD/build/peers
mkdir -p "$peers/hours"
if ! [ -d "$peers/node_modules/chdb" ]; then
  (cd "$peers" && npm init -y >/dev/null &&
    npm install --no-audit --no-fund @duckdb/node-api chdb >&2)
fi
[ -d "$peers/python" ] || python3 -m venv "$peers/python"
"$peers/python/bin/pip" install -q sqlite-utils >&2

cmake --preset release >/dev/null
cmake --build --preset release --target learnsql gen_hour >&2

hour() {  # SHAPE DATE-HOUR [EVENTS]
  local folder=$peers/hours/$1-${3:-220000}
  local file=$folder/$2.json.gz
  mkdir -p "$folder"
  [ -f "$file" ] || build/release/bench/gen_hour --shape "$1" --seed 1 \
    --events "${3:-220000}" --hour "$2" --out "$file" >&2
  echo "$file"
}

real() {
  local file=$peers/hours/real/2015-01-01-0.json.gz
  mkdir -p "$peers/hours/real"
  [ -f "$file" ] || python3 bench/peers/copy_hours.py 9 "$file" \
    data/samples/gharchive/2015-01-01-[01].json.gz >&2
  echo "$file"
}

arguments=()
for input in "${inputs[@]}"; do
  case $input in
    modern) arguments+=("one modern hour=$(hour modern 2023-02-08-0)") ;;
    lean) arguments+=("one lean hour=$(hour lean 2026-02-08-0)") ;;
    real) arguments+=("nine copies of two real hours of 2015=$(real)") ;;
    two) arguments+=("two modern hours=$(hour modern 2023-02-08-0),$(hour modern 2023-02-08-1)") ;;
    day)
      files=()
      for h in $(seq 0 23); do files+=("$(hour lean "2026-02-08-$h" "$day_events")"); done
      arguments+=("a lean day of 24 hours, $day_events events each=$(IFS=,; echo "${files[*]}")") ;;
  esac
done
exec "$peers/python/bin/python" bench/peers/run.py --rounds "$rounds" --slow-rounds "$slow_rounds" \
  "${only[@]}" --program build/release/learnsql --peers "$peers" \
  "${arguments[@]}"
