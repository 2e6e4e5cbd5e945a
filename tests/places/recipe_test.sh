#!/usr/bin/env bash
# usage: recipe_test.sh RECIPE_SH
#
# Every number of the recipe is carried out and tested, and recipe.sh would see it
# if one were not.
set -euo pipefail
check=$(realpath "$1")
workspace=$(dirname "$(realpath MODULE.bazel)")
"$check" "$workspace"

tree=$(mktemp -d -p "$TEST_TMPDIR")
mkdir "$tree/core"
cp -r "$workspace"/core/{backend,data,exec,network,preprocess,train} "$tree/core"
# lacks NUMBER FILE SAID: without the lines of the file that have it, it is missed.
lacks() {
  local said
  sed -i "/\.$1\b/d" "$tree/$2"
  if said=$("$check" "$tree" 2>&1) || [[ $said != *"$1 is $3"* ]]; then
    echo "wanted $1 to be missed, got: $said" >&2
    exit 1
  fi
  cp "$workspace/$2" "$tree/$2"
}
lacks warmup_epochs core/train/schedule.cc 'read nowhere'
lacks warmup_epochs core/train/schedule_test.cc 'set by no test'
