#!/usr/bin/env bash
# usage: places.sh ALEXNET README.md formats.md CORPUS CLI_TEST VERB_SOURCE...
#
# What the program has and a place that lists it has not: presets and verbs in the
# README, verbs in the test of the command line, formats in docs/formats.md and in
# the fuzz corpus; and sources of verbs that the program does not have. Exits 1 if
# there is any.
set -euo pipefail
export LC_ALL=C
alexnet=$1 readme=$2 formats=$3 corpus=$4 cli_test=$5
shift 5
status=0
seen=0
# has FILE TEXT WHAT [NAME]
has() {
  seen=$((seen + 1))
  grep -qF -- "$2" "$1" || { echo "places: $3 is not in ${4:-$1}, see CONTRIBUTING.md" >&2 && status=1; }
}

while read -r preset _; do
  has "$readme" "\`$preset\`" "the preset $preset"
done < <("$alexnet" presets)
# As `bazel run` has it, too.
verbs_of() { sed 's/alexnet -- /alexnet /g' "$1"; }
verbs=$("$alexnet" --help | sed -n '/^Subcommands:/,$s/^  \([a-z]*\) .*/\1/p')
for verb in $verbs; do
  has <(verbs_of "$readme") "alexnet $verb" "the verb $verb" "$readme"
  has "$cli_test" "{\"$verb\"" "the verb $verb"
done
for source in "$@"; do
  verb=${source##*/verb_}
  has <(printf '[%s]\n' $verbs) "[${verb%.cc}]" "the verb of $source" "tools/alexnet/verbs.cc"
done
while read -r format _; do
  has "$formats" "| \`$format\` |" "the format $format"
  has <(printf '[%s]\n' "$corpus"/*) "/$format]" "the format $format" "$corpus"
done < <("$alexnet" convert --list | sed '/^alexnet /d')
((seen > 50)) || { echo "places: only $seen names were found" >&2 && exit 1; }
exit "$status"
