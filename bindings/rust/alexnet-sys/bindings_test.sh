#!/usr/bin/env bash
# bindings_test FRESH COMMITTED LEAST
# The committed declarations are those of the header, whatever rustfmt did to
# their layout. There are at least LEAST of them.
set -euo pipefail

# Line breaks, spaces and commas at the end of a list are layout.
plain() { tr -d ' \n' < "$1" | sed -E 's/,([])}>])/\1/g; s/;/;\n/g'; }

plain "$1" > "$TEST_TMPDIR/fresh"
plain "$2" > "$TEST_TMPDIR/committed"
[[ $(wc -l < "$TEST_TMPDIR/fresh") -gt $3 ]] || { echo "FAILED: bindgen gave nothing" >&2; exit 1; }
if ! diff "$TEST_TMPDIR/committed" "$TEST_TMPDIR/fresh"; then
  echo "FAILED: $2 is not what the header says; renew it by" >&2
  echo "  ./tools/bazel run //bindings/rust/alexnet-sys:update" >&2
  exit 1
fi
