#!/usr/bin/env bash
# usage: places.sh ALEXNET README.md formats.md FUZZ_BUILD
#
# What the program has and a place that lists it has not: presets and verbs in the
# README, formats in docs/formats.md and among the fuzz targets. Exits 1 if there is
# any.
set -euo pipefail
export LC_ALL=C
alexnet=$1 readme=$2 formats=$3 fuzz=$4
status=0
seen=0
# has FILE TEXT WHAT
has() {
  seen=$((seen + 1))
  grep -qF -- "$2" "$1" || { echo "places: $3 is not in ${4:-$1}, see CONTRIBUTING.md" >&2 && status=1; }
}

while read -r preset _; do
  has "$readme" "\`$preset\`" "the preset $preset"
done < <("$alexnet" presets)
# As `bazel run` has it, too.
verbs_of() { sed 's/alexnet -- /alexnet /g' "$1"; }
while read -r verb _; do
  has <(verbs_of "$readme") "alexnet $verb" "the verb $verb" "$readme"
done < <("$alexnet" --help | sed -n '/^Subcommands:/,$s/^  \([a-z]\)/\1/p')
while read -r format _; do
  has "$formats" "| \`$format\` |" "the format $format"
  has "$fuzz" "\"$format\"," "the format $format"
done < <("$alexnet" convert --list | sed '/^alexnet /d')
((seen > 30)) || { echo "places: only $seen names were found" >&2 && exit 1; }
exit "$status"
