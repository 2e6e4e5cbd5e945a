#!/usr/bin/env bash
# another_version_test PREDICT PRELOADED
# A program that runs with a library of another version refuses, at its first
# call, with both versions; without any library it does not start and says so.
set -euo pipefail
predict=$1 preloaded=$PWD/$2
out=$TEST_TMPDIR/out
fail() { echo "FAILED: $*" >&2 && cat "$out" >&2 && exit 1; }

status=0
"$predict" none.alexnet none.jpg 2> "$out" || status=$?
((status == 1)) && grep -q 'none.alexnet' "$out" || fail "the library itself does not run"
status=0
LD_PRELOAD=$preloaded "$predict" none.alexnet none.jpg 2> "$out" || status=$?
((status == 1)) || fail "exit status $status, not 1"
grep -q 'needs alexnet 0\.2' "$out" && grep -q 'library is 0\.1\.0' "$out" ||
  fail "the versions are not named"

cp -L "$predict" "$TEST_TMPDIR/alone"
status=0
"$TEST_TMPDIR/alone" none.alexnet none.jpg 2> "$out" || status=$?
((status != 0)) && grep -q 'libalexnet\.so\.0' "$out" || fail "a missing library is not named"
