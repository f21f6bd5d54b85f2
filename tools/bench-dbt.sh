#!/usr/bin/env bash
# Runs dbt's SQLite adapter on the models that bench/model_bench measures, and
# learnsql on the same: seconds, CPU and memory by /usr/bin/time.
# usage: tools/bench-dbt.sh [--build DIR] [--models N] [--hours N] [--events N]
# Installs dbt-sqlite below build/peers/dbt (PyPI); nothing of it is learnsql's.
set -euo pipefail
cd "$(dirname "$0")/.."

build=build/release
models=100
hours=50
events=20000
while [ $# -gt 0 ]; do
  case $1 in
    --build) build=$2; shift 2 ;;
    --models) models=$2; shift 2 ;;
    --hours) hours=$2; shift 2 ;;
    --events) events=$2; shift 2 ;;
    *) echo "bench-dbt.sh: unknown argument '$1' (--build, --models, --hours, --events)" >&2; exit 2 ;;
  esac
done

peers=$PWD/build/peers/dbt
[ -d "$peers/venv" ] || python3 -m venv "$peers/venv"
"$peers/venv/bin/pip" install -q dbt-sqlite >&2
cmake --build "$build" --target learnsql model_bench >&2
learnsql=$PWD/$build/learnsql

work=$(mktemp -d "${TMPDIR:-/tmp}/learnsql-dbt-XXXXXX")
trap 'rm -rf "$work"' EXIT
"$build/bench/model_bench" load --folder "$work" --models "$models" --hours "$hours" --events "$events"

timed() {  # LABEL COMMAND...
  local label=$1 log=$work/log
  shift
  if ! /usr/bin/time -o "$work/time" -f '%e s, CPU %U + %S s, %M KB' "$@" >"$log" 2>&1; then
    echo "$label failed:" >&2
    tail -20 "$log" >&2
    exit 1
  fi
  echo "$label: $(cat "$work/time")"
}

compare() {  # LABEL PROJECT
  local project=$2 dbt=$2.dbt
  [ -d "$project/data/seeds" ] && "$learnsql" --quiet --project "$project" sync seeds
  cp "$project/warehouse.db" "$project.db"
  python3 bench/peers/dbt_project.py "$project" "$project.db" "$dbt" >&2
  timed "$1, learnsql lint" "$learnsql" --project "$project" lint
  timed "$1, dbt parse" "$peers/venv/bin/dbt" parse --no-partial-parse --project-dir "$dbt" --profiles-dir "$dbt"
  timed "$1, learnsql build" "$learnsql" --quiet --project "$project" build
  timed "$1, dbt run" "$peers/venv/bin/dbt" run --project-dir "$dbt" --profiles-dir "$dbt"
  timed "$1, learnsql build again" "$learnsql" --quiet --project "$project" build
  timed "$1, dbt run again" "$peers/venv/bin/dbt" run --project-dir "$dbt" --profiles-dir "$dbt"
}

compare "$models models" "$work/models$models"
compare "$hours hours of $events events" "$work/hours$hours"
