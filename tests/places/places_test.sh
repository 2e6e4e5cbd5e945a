#!/usr/bin/env bash
# usage: places_test.sh PLACES_SH ALEXNET README.md formats.md CORPUS_FILE CLI_TEST VERB_SOURCE...
#
# Every place lists what the program has, and places.sh would see it if one did not.
set -euo pipefail
check=$1 alexnet=$2 readme=$3 formats=$4 corpus=${5%/corpus/*}/corpus cli_test=$6
shift 6
"$check" "$alexnet" "$readme" "$formats" "$corpus" "$cli_test" "$@"

# missed WHAT ARGUMENT...: with these arguments, it is said not to be in its place.
missed() {
  local said
  if said=$("$check" "$alexnet" "${@:2}" 2>&1) || [[ $said != *"$1 is not in"* ]]; then
    echo "wanted $1 to be missed, got: $said" >&2
    exit 1
  fi
}
# without WORD FILE: the file without the lines that have the word.
without() {
  grep -vF -- "$1" "$2" > "$TEST_TMPDIR/without"
  echo "$TEST_TMPDIR/without"
}
missed 'the preset tf_slim' "$(without tf_slim "$readme")" "$formats" "$corpus" "$cli_test" "$@"
missed 'the verb finetune' "$(without 'alexnet finetune' "$readme")" "$formats" "$corpus" "$cli_test" "$@"
missed 'the verb finetune' "$readme" "$formats" "$corpus" "$(without '"finetune"' "$cli_test")" "$@"
missed 'the verb of tools/alexnet/verb_fly.cc' "$readme" "$formats" "$corpus" "$cli_test" "$@" tools/alexnet/verb_fly.cc
missed 'the format safetensors' "$readme" "$(without '`safetensors`' "$formats")" "$corpus" "$cli_test" "$@"
mkdir "$TEST_TMPDIR/corpus"
cp -r "$corpus"/* "$TEST_TMPDIR/corpus"
rm -r "$TEST_TMPDIR/corpus/cuda-convnet"
missed 'the format cuda-convnet' "$readme" "$formats" "$TEST_TMPDIR/corpus" "$cli_test" "$@"
