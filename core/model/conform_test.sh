#!/usr/bin/env bash
# The schema against every released one: fields are only ever added.
set -euo pipefail

flatc=$1
schema=core/model/alexnet.fbs
checked=0
for released in core/model/released/*/alexnet.fbs; do
  "$flatc" --conform "$released" "$schema"
  checked=$((checked + 1))
done
((checked > 0)) || { echo "no released schema was found"; exit 1; }

# The check must be able to fail: a field taken out, a type changed.
must_fail() {
  sed "$2" "$schema" > "$TEST_TMPDIR/changed.fbs"
  cmp -s "$schema" "$TEST_TMPDIR/changed.fbs" && { echo "$1: sed changed nothing"; exit 1; }
  if "$flatc" --conform core/model/released/1/alexnet.fbs "$TEST_TMPDIR/changed.fbs"; then
    echo "$1 was not seen"
    exit 1
  fi
}
must_fail "a field taken out" '/^  stride_h: long = 1;$/d'
must_fail "a changed type" 's/^  offset: ulong;$/  offset: uint;/'
echo "conforms to $checked released schemas"
