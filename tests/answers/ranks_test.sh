#!/usr/bin/env bash
# Two processes of mpirun train together in every language, to the same bits:
#   ranks_test MPIRUN FIRST_MODEL PROBABILITIES PROGRAM...
set -euo pipefail
mpirun=$1
first_model=$2
probabilities=$3
shift 3
work=$TEST_TMPDIR
"$first_model" "$work/net.alexnet" "$work/picture.jpg" "$work/data"

expected=
number=0
for program in "$@"; do
  out=$work/out$((++number))
  said=$("$mpirun" --allow-run-as-root --oversubscribe -np 2 "$program" "$work/data" "$out")
  if [[ $(sort <<< "$said") != $'rank 0 of 2\nrank 1 of 2' ]]; then
    echo "FAILED: $program said '$said'" >&2
    exit 1
  fi
  found=$("$probabilities" "$out/last.alexnet" "$work/picture.jpg")
  expected=${expected:-$found}
  if [[ $found != "$expected" ]]; then
    echo "FAILED: $program trained to something else than $1" >&2
    diff <(echo "$expected") <(echo "$found") >&2
    exit 1
  fi
done
if [[ $expected == "$("$probabilities" "$work/net.alexnet" "$work/picture.jpg")" ]]; then
  echo "FAILED: nothing was learnt" >&2
  exit 1
fi
