#!/usr/bin/env bash
# usage: recipe.sh ROOT
#
# Numbers of a recipe that nothing carries out, or that no test of what does so
# sets. Exits 1 if there is any. Mirrors, presets and the model file do not count:
# they hold a number, whatever it is for.
set -euo pipefail
export LC_ALL=C
cd "$1"
rooms=(core/preprocess core/backend core/data core/exec core/train)
mirrors=(core/network/recipe.h core/preprocess/augmentation.h)
status=0
seen=0

# What stands in files that `find` is asked for, without generated regions.
written() {
  find "${rooms[@]}" -type f "$@" -print0 | sort -z |
    xargs -0 sed '/BEGIN options:/,/END options/d'
}
carried_out=$(written '(' -name '*.cc' -o -name '*.h' -o -name '*.cu' ')' -not -name '*_test.cc' -not -name 'test_*')
tested=$(written -name '*_test.cc')
while read -r number; do
  seen=$((seen + 1))
  grep -qE "[.>]$number\b" <<< "$carried_out" ||
    { echo "places: the recipe's $number is read nowhere in ${rooms[*]}, see CONTRIBUTING.md" >&2 && status=1; }
  grep -qE "[.>]$number\b" <<< "$tested" ||
    { echo "places: the recipe's $number is set by no test in ${rooms[*]}, see CONTRIBUTING.md" >&2 && status=1; }
done < <(sed -n '/BEGIN options:.core.fields recipe/,/END options/s/^ *[a-zA-Z]\S* \([a-z_]*\)\( = .*\)\?;$/\1/p' "${mirrors[@]}")
((seen > 15)) || { echo "places: only $seen numbers were found" >&2 && exit 1; }
exit "$status"
