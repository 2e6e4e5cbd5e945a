#!/usr/bin/env bash
# Runs a test with the suppressions of tsan.supp (.bazelrc: --config=tsan).
set -euo pipefail
supp=$(find -L "${RUNFILES_DIR:-$TEST_SRCDIR}" -path '*/tools/build/tsan.supp' -print -quit)
export TSAN_OPTIONS="${TSAN_OPTIONS:-}:suppressions=$supp"
exec "$@"
