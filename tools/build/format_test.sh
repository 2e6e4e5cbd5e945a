#!/usr/bin/env bash
# usage: format_test.sh FORMAT_SH CLANG_FORMAT
#
# The project's sources are formatted, and format.sh would see it if one were not.
set -euo pipefail
format=$PWD/$1 program=$PWD/$2
workspace=$(dirname "$(realpath MODULE.bazel)")
"$format" "$program" check "$workspace"

tree=$(mktemp -d -p "$TEST_TMPDIR")
mkdir -p "$tree"/{bindings,capi,core,examples,tests,tools}
cp "$workspace/.clang-format" "$tree"
for ((i = 0; i < 101; i++)); do echo 'int x;' > "$tree/core/$i.cc"; done
"$format" "$program" check "$tree"
echo 'int   x;' > "$tree/core/odd.h"
if "$format" "$program" check "$tree" 2> "$TEST_TMPDIR/said" || ! grep -q core/odd.h "$TEST_TMPDIR/said"; then
  echo "core/odd.h was not seen" >&2
  exit 1
fi
