#!/usr/bin/env bash
# One model, one JPEG, the same bits in every language:
#   answers_test FIRST_MODEL PROGRAM...
set -euo pipefail
first_model=$1
shift
work=$TEST_TMPDIR
"$first_model" "$work/net.alexnet" "$work/picture.jpg" "$work/data"

expected=
for program in "$@"; do
  found=$("$program" "$work/net.alexnet" "$work/picture.jpg")
  [[ $(wc -l <<< "$found") == 10 ]] || { echo "FAILED: $program gave '$found'" >&2 && exit 1; }
  expected=${expected:-$found}
  if [[ $found != "$expected" ]]; then
    echo "FAILED: $program differs from $1" >&2
    diff <(echo "$expected") <(echo "$found") >&2
    exit 1
  fi
done
# Ten numbers that differ: a program that prints one number would be seen.
(($(sort -u <<< "$expected" | wc -l) > 5)) || { echo "FAILED: $expected" >&2 && exit 1; }
