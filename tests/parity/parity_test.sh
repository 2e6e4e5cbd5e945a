#!/usr/bin/env bash
# parity_test PARITY_SH HEADERS PARITY SOURCE...: a binding keeps up with the
# headers, and parity.sh would see it if it did not.
set -euo pipefail
check=$1 headers=$2 parity=$3
shift 3
"$check" "$headers" "$parity" "$@"

(($(grep -RohE '\balexnet_[a-z0-9_]+\(' "$headers" | sort -u | wc -l) > 100)) ||
  { echo "FAILED: the headers' functions were not found" >&2 && exit 1; }
# refuses WORD HEADERS PARITY SOURCE...
refuses() {
  local word=$1
  shift
  if "$check" "$@" 2> "$TEST_TMPDIR/said"; then
    echo "FAILED: took $word" >&2 && exit 1
  fi
  grep -qF "$word" "$TEST_TMPDIR/said" || { cat "$TEST_TMPDIR/said" >&2 && exit 1; }
}
new=$TEST_TMPDIR/new
cp -RL "$headers" "$new"
echo 'ALEXNET_API void alexnet_of_tomorrow(void);' > "$new/tomorrow.h"
refuses alexnet_of_tomorrow "$new" "$parity" "$@"
stale=$TEST_TMPDIR/PARITY
{ cat "$parity" && echo 'alexnet_of_yesterday: it was there'; } > "$stale"
refuses alexnet_of_yesterday "$headers" "$stale" "$@"
{ cat "$parity" && echo 'alexnet_session_run: not needed'; } > "$stale"
refuses 'alexnet_session_run is used' "$headers" "$stale" "$@"
