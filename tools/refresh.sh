#!/bin/sh
# Runs 'learnsql refresh' for a scheduler: what it says goes to
# PROJECT/logs/refresh-TIME.log, the newest KEEP_LOGS of which stay. The last
# line goes to stderr when the refresh fails, so that cron mails it.
#
# usage: [PROJECT=DIR] [LEARNSQL=PROGRAM] [KEEP_LOGS=N] refresh.sh [FLAGS]
set -u
project=${PROJECT:-$(pwd)}
program=${LEARNSQL:-learnsql}
keep=${KEEP_LOGS:-30}
case $keep in
  '' | *[!0-9]* | 0) echo "refresh.sh: KEEP_LOGS is a number from 1" >&2; exit 2 ;;
esac
if [ ! -f "$project/learnsql.ini" ]; then
  echo "refresh.sh: no learnsql.ini in $project; set PROJECT" >&2
  exit 2
fi
mkdir -p "$project/logs" || exit 1
log=$project/logs/refresh-$(date -u +%Y%m%dT%H%M%SZ)-$$.log
"$program" --project "$project" refresh "$@" >"$log" 2>&1
code=$?
echo "exit code $code" >>"$log"
# Names hold the time, so their order is that of the runs.
ls -1 "$project/logs" | grep '^refresh-.*\.log$' | sort -r |
  tail -n +$((keep + 1)) | while read -r old; do
    rm -f "$project/logs/$old"
  done
if [ "$code" -ne 0 ]; then
  echo "refresh.sh: exit code $code; see $log" >&2
  tail -n 3 "$log" >&2
fi
exit "$code"
