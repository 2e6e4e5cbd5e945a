#!/usr/bin/env bash
# abidiff_test ABIDW ABIDIFF alexnet.h libalexnet.map baseline.abi
set -euo pipefail
abidw=../$1 abidiff=../$2 map=$4 baseline=$5
include=$(dirname "$(dirname "$3")")
work=$TEST_TMPDIR

fail() { echo "FAILED: $*" >&2 && exit 1; }

# Whether the interface of the headers in $1 and map $2 is that of baseline $3.
matches() {
  [[ -s $3 ]] || { echo "there is no baseline $3" >&2; return 1; }
  capi/package/abi "$abidw" "$1" "$2" "$work/now.abi" &&
    "$abidiff" --harmless --no-added-syms "$3" "$work/now.abi" > "$work/report" &&
    # Additions are no break, but they are to be accepted too.
    "$abidiff" --harmless "$3" "$work/now.abi" > "$work/report"
}

matches "$include" "$map" "$baseline" || {
  cat "$work/report" >&2
  fail "the interface changed; if that is meant: bazel run //capi:accept_abi"
}

# What it must notice: a field's type, a field more, a function less.
breaks() {
  rm -rf "$work/changed"
  cp -RL "$include" "$work/changed"
  chmod -R u+w "$work/changed"
  sed -i "$2" "$work/changed"/alexnet/c/*.h
  diff -qr "$include" "$work/changed" > /dev/null && fail "$1: nothing was changed"
  if matches "$work/changed" "$map" "$baseline" 2> /dev/null; then
    fail "$1 was not noticed"
  fi
}
breaks "another type of a field" 's/^  int64_t max_pixels;/  int32_t max_pixels;/'
breaks "another field" 's/^  int64_t max_pixels;/  int64_t max_pixels; int64_t more;/'
breaks "a function's other argument" 's/int32_t allow_empty_classes/int64_t allow_empty_classes/'
sed '/alexnet_free;/d' "$map" > "$work/shorter.map"
if matches "$include" "$work/shorter.map" "$baseline" 2> /dev/null; then
  fail "a function that is no longer exported was not noticed"
fi
# A baseline that is missing or empty is no reason to pass.
: > "$work/empty.abi"
for none in "$work/empty.abi" "$work/missing.abi"; do
  if matches "$include" "$map" "$none" 2> /dev/null; then fail "passed without a baseline"; fi
done
