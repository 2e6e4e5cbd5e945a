#!/usr/bin/env bash
# usage: tests/gpu/bundle.sh DIR
#
# Packs the tests and benchmarks that need a GPU into the new folder DIR, which
# can be copied to a machine with one: DIR/run.sh runs them there, without Bazel
# and without a network.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
if (($# == 1)); then
  # Built first: Bazel gives the programs as further arguments.
  exec "$here/../../tools/bazel" run //tests/gpu:bundle -- "$(realpath -m "$1")"
fi
(($# >= 3)) || {
  sed -n 's/^# \(usage: .*\)/\1/p' "${BASH_SOURCE[0]}" >&2
  exit 2
}
dir=${*: -1}
programs=("${@:1:$#-1}")
[[ ! -e $dir ]] || {
  echo "bundle.sh: $dir is there already; name a new folder" >&2
  exit 1
}
mkdir -p "$dir/tests"
for program in "${programs[@]}"; do
  name=$(basename "$program")
  case $name in
    *_gpu) target=$dir/tests/$name ;;
    *) target=$dir/$name ;;
  esac
  install -m 755 "$program" "$target"
  case $name in
    *.py | *.sh) continue ;;
  esac
  strip "$target"
  # Libraries that are not the system's.
  while read -r library; do
    mkdir -p "$dir/lib"
    install -m 644 "$library" "$dir/lib/$(basename "$library")"
  done < <(ldd "$program" | awk '$2 == "=>" && $3 ~ /^\// && $3 !~ /^\/(usr\/)?lib/ { print $3 }')
done
size=$(du -sm "$dir" | cut -f1)
((size < 60)) || {
  echo "bundle.sh: $dir has $size MiB, and 60 is too much" >&2
  exit 1
}
echo "$dir: $size MiB; copy it to a machine with a GPU and start run.sh there"
