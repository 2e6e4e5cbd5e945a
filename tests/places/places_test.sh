#!/usr/bin/env bash
# usage: places_test.sh PLACES_SH ALEXNET README.md formats.md FUZZ_BUILD
#
# Every place lists what the program has, and places.sh would see it if one did not.
set -euo pipefail
check=$1 alexnet=$2 readme=$3 formats=$4 fuzz=$5
"$check" "$alexnet" "$readme" "$formats" "$fuzz"

# lacks WORD FILE: the file without the word is refused by that name.
lacks() {
  local said files=("$readme" "$formats" "$fuzz") i
  for i in "${!files[@]}"; do
    [[ ${files[i]} == "$2" ]] || continue
    grep -vF -- "$1" "$2" > "$TEST_TMPDIR/place" || true
    files[i]=$TEST_TMPDIR/place
  done
  if said=$("$check" "$alexnet" "${files[@]}" 2>&1) || [[ $said != *"${3:-$1} is not in"* ]]; then
    echo "wanted ${3:-$1} to be missed, got: $said" >&2
    exit 1
  fi
}
lacks tf_slim "$readme"
lacks 'alexnet finetune' "$readme" 'the verb finetune'
lacks '`safetensors`' "$formats" 'the format safetensors'
lacks '"cuda-convnet",' "$fuzz" 'the format cuda-convnet'
