#!/usr/bin/env bash
# parity_test PARITY_SH alexnet.h PARITY SOURCE...: a binding keeps up with the
# header, and parity.sh would see it if it did not.
set -euo pipefail
check=$1 header=$2 parity=$3
shift 3
"$check" "$header" "$parity" "$@"

(($(grep -oE '\balexnet_[a-z0-9_]+\(' "$header" | sort -u | wc -l) > 100)) ||
  { echo "FAILED: the header's functions were not found" >&2 && exit 1; }
# refuses WORD HEADER PARITY SOURCE...
refuses() {
  local word=$1
  shift
  if "$check" "$@" 2> "$TEST_TMPDIR/said"; then
    echo "FAILED: took $word" >&2 && exit 1
  fi
  grep -qF "$word" "$TEST_TMPDIR/said" || { cat "$TEST_TMPDIR/said" >&2 && exit 1; }
}
new=$TEST_TMPDIR/new.h
{ cat "$header" && echo 'ALEXNET_API void alexnet_of_tomorrow(void);'; } > "$new"
refuses alexnet_of_tomorrow "$new" "$parity" "$@"
stale=$TEST_TMPDIR/PARITY
{ cat "$parity" && echo 'alexnet_of_yesterday: it was there'; } > "$stale"
refuses alexnet_of_yesterday "$header" "$stale" "$@"
{ cat "$parity" && echo 'alexnet_session_run: not needed'; } > "$stale"
refuses 'alexnet_session_run is used' "$header" "$stale" "$@"
