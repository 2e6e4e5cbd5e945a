#!/usr/bin/env bash
# Conversions of a full-size model beside copying its file twice to the same disk:
#   bazel run //tests/bench:convert_bench
# Medians of five, page cache warm, and the largest resident memory. A model that is
# read gets a self-check, for which the reference runs the network once: its time,
# measured apart, is taken off in the column "without".
set -euo pipefail
export LC_ALL=C
alexnet=$PWD/$1 first=$PWD/$2 self_check=$PWD/$3
work=$(mktemp -d "${BUILD_WORKING_DIRECTORY:-$PWD}/convert_bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
# The command goes there too, where it is set.
unset BUILD_WORKING_DIRECTORY

now() { date +%s.%N; }
median() {
  local start times=()
  for _ in 1 2 3 4 5; do
    start=$(now)
    "$@" > out.txt 2>&1 || { cat out.txt >&2; exit 1; }
    times+=("$(echo "$(now) - $start" | bc)")
  done
  printf '%s\n' "${times[@]}" | sort -g | sed -n 3p
}
memory() {
  /usr/bin/time -f %M "$@" 2>&1 > out.txt | tail -1
}
copy_twice() {
  cp model.alexnet one && sync one && cp model.alexnet two && sync two
}

"$first" bvlc_alexnet model.alexnet
bytes=$(stat -c %s model.alexnet)
copy=$(median copy_twice)
check=$("$self_check" model.alexnet)
printf 'file %d bytes; copied twice: %.2f s; self-check about %.2f s\n\n' "$bytes" "$copy" "$check"
printf '%-28s %8s %8s %8s %10s %8s\n' conversion seconds without ratio peak_kB of_file
formats=(caffemodel pth safetensors onnx npz npy)
pairs=()
for each in "${formats[@]}"; do
  "$alexnet" convert model.alexnet "model.$each" > out.txt 2>&1
  pairs+=("alexnet $each" "$each alexnet")
done
pairs+=("caffemodel onnx" "pth safetensors" "npy onnx" "onnx npy")
for pair in "${pairs[@]}"; do
  read -r from to <<< "$pair"
  command=("$alexnet" convert "model.$from" "out.$to" --preset bvlc_alexnet)
  seconds=$(median "${command[@]}")
  less=$seconds
  [[ $from == alexnet ]] || less=$(echo "$seconds - $check" | bc)
  peak=$(memory "${command[@]}")
  printf '%-28s %8.2f %8.2f %8.2f %10d %8.2f\n' "$from to $to" "$seconds" "$less" \
    "$(echo "scale=3; $less / $copy" | bc)" "$peak" "$(echo "scale=3; $peak * 1024 / $bytes" | bc)"
  rm -f "out.$to"
done
