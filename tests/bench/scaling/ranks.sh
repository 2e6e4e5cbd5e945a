#!/usr/bin/env bash
# Two ranks of one thread beside one process of two threads, in turns: medians
# of ROUNDS rounds (3) of pictures a second, torchvision's network at 128. Then
# milliseconds of its checkpoint, and what of the sums of gradients is hidden.
set -euo pipefail

steps=$1
checkpoint=$2
mpirun=$3
export ALEXNET_MPI_PLUGIN=$PWD/$4
# Where the pinned mpirun looks for what it starts with.
export TEST_SRCDIR=${TEST_SRCDIR:-$(dirname "$PWD")}
rounds=${ROUNDS:-3}

results=$(mktemp)
folder=$(mktemp -d)
trap 'rm -rf "$results" "$folder"' EXIT

on_mpi() {
  "$mpirun" --allow-run-as-root --oversubscribe --bind-to none -np 2 "$@" mpi
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
  for plan in data hybrid hybrid_in_turn; do
    time_one "$plan-threads" "$steps" "$plan" local
    time_one "$plan-mpi" on_mpi "$steps" "$plan"
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
for name in {data,hybrid,hybrid_in_turn}-{threads,mpi}; do
  value=$(median "$name")
  ratio=$(awk -v a="$value" -v b="$whole" 'BEGIN { printf "%.2f", a / b }')
  echo "| two ranks, $name | $value | $ratio |"
done

# time_checkpoint NAME COMMAND...: the same of a run that writes checkpoints.
time_checkpoint() {
  time_one "$@"
  rm -rf "$folder/out"
}

"$checkpoint" "$folder" write
for ((round = 0; round < rounds; ++round)); do
  time_checkpoint saved-whole "$checkpoint" "$folder" whole
  for plan in data hybrid; do
    time_checkpoint "saved-$plan-threads" "$checkpoint" "$folder" "$plan" local
    time_checkpoint "saved-$plan-mpi" on_mpi "$checkpoint" "$folder" "$plan"
  done
done
whole=$(median saved-whole)
echo
echo "| checkpoint of | ms | ratio |"
echo "|---|---|---|"
echo "| one process | $whole | |"
for name in {data,hybrid}-{threads,mpi}; do
  value=$(median "saved-$name")
  ratio=$(awk -v a="$value" -v b="$whole" 'BEGIN { printf "%.2f", a / b }')
  echo "| two ranks, $name | $value | $ratio |"
done

echo
"$steps" data apart
