#!/usr/bin/env bash
# Runs a test with the suppressions of tsan.supp (.bazelrc: --config=tsan), and
# teams of one: libgomp's barriers cannot be seen, so that what a kernel's team
# did and what came after it would look like races. The project's own threads
# are all there.
set -euo pipefail
supp=$(find -L "${RUNFILES_DIR:-$TEST_SRCDIR}" -path '*/tools/build/tsan.supp' -print -quit)
export TSAN_OPTIONS="${TSAN_OPTIONS:-}:suppressions=$supp"
case ${TEST_TARGET:-} in
  //core/base:*) ;;  # tests teams
  *) export OMP_THREAD_LIMIT=1 ;;
esac
exec "$@"
