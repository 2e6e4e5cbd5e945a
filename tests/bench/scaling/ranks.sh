#!/usr/bin/env bash
# Two ranks of one thread beside one process of two threads, in turns: medians
# of ROUNDS rounds (3) of pictures a second, torchvision's network at 128.
set -euo pipefail

steps=$1
mpirun=$2
export ALEXNET_MPI_PLUGIN=$PWD/$3
# Where the pinned mpirun looks for what it starts with.
export TEST_SRCDIR=${TEST_SRCDIR:-$(dirname "$PWD")}
rounds=${ROUNDS:-3}

results=$(mktemp)
trap 'rm -f "$results"' EXIT

on_mpi() {
  "$mpirun" --allow-run-as-root --oversubscribe --bind-to none -np 2 \
    "$steps" "$1" mpi
}

# time_one NAME COMMAND...: one more result of that name.
time_one() {
  local name=$1 value
  shift
  value=$("$@")
  echo "$name $value" >>"$results"
}

for ((round = 0; round < rounds; ++round)); do
  time_one whole "$steps" whole
  for plan in data hybrid; do
    time_one "$plan-threads" "$steps" "$plan" local
    time_one "$plan-mpi" on_mpi "$plan"
  done
done

median() {
  awk -v name="$1" '$1 == name { print $2 }' "$results" | sort -g |
    sed -n "$(((rounds + 1) / 2))p"
}

whole=$(median whole)
echo "| what | pictures a second | ratio |"
echo "|---|---|---|"
echo "| one process, two threads | $whole | |"
for name in data-threads data-mpi hybrid-threads hybrid-mpi; do
  value=$(median "$name")
  ratio=$(awk -v a="$value" -v b="$whole" 'BEGIN { printf "%.2f", a / b }')
  echo "| two ranks, $name | $value | $ratio |"
done
"$steps" data apart
