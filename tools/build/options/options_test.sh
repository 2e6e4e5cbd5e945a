#!/usr/bin/env bash
# options_test REGENERATE_SH OPTIONS CLANG_FORMAT: every mirror of the description
# is what the description gives, and it would be seen if one were not.
set -euo pipefail
regenerate=$1 options=$PWD/$2 format=$PWD/$3
workspace=$(dirname "$(realpath MODULE.bazel)")
"$regenerate" "$options" "$format" check "$workspace"

# In a tree of its own: a mirror that was edited, or forgotten.
tree=$(mktemp -d -p "$TEST_TMPDIR")
mkdir -p "$tree"/{bindings,capi,core,docs,tests,tools}
mkdir -p "$tree/capi/released"
released=$tree/capi/released/recipe.h
mirror=$tree/core/recipe.h
printf '%s\n' 'struct Recipe {' '  // BEGIN options: core.fields recipe' \
  '  // END options' '};' | tee "$released" > "$mirror"
refused() {
  if "$regenerate" "$options" "$format" check "$tree" 2> "$TEST_TMPDIR/said"; then
    echo "FAILED: took $1" >&2 && exit 1
  fi
  grep -qF "$1" "$TEST_TMPDIR/said" || { cat "$TEST_TMPDIR/said" >&2 && exit 1; }
}
refused core/recipe.h
"$regenerate" "$options" "$format" write "$tree"
"$regenerate" "$options" "$format" check "$tree"
grep -q 'int epochs = 90;' "$mirror"
if grep -q 'epochs' "$released"; then
  echo "FAILED: a released file was written" >&2 && exit 1
fi
sed -i 's/epochs = 90/epochs = 80/' "$mirror"
refused 'int epochs = 90;'
"$regenerate" "$options" "$format" write "$tree"
sed -i 's/core.fields recipe/core.fields receipt/' "$mirror"
refused 'there is no "receipt"'
