#!/usr/bin/env bash
# version_test VERSION_SH: every copy of the version is that of MODULE.bazel, and
# version.sh would name any that were not.
set -euo pipefail
check=$PWD/$1
# The workspace itself: MODULE.bazel is a link to the real one.
workspace=$(dirname "$(realpath MODULE.bazel)")
"$check" "$workspace"

fail() { echo "FAILED: $*" >&2 && exit 1; }
# What version.sh says of the copy of the workspace.
said() { if "$check" "$tree" 2>&1; then fail "took another version"; fi; }
tree=$TEST_TMPDIR/tree
mkdir "$tree"
(cd "$workspace" && cp -r --parents CHANGELOG.md MODULE.bazel bindings capi/include core/base examples "$tree")
version=$(sed -n '0,/version = /s/^ *version = "\(.*\)",$/\1/p' "$tree/MODULE.bazel")

# Another version in MODULE.bazel alone: each of the other files is named.
sed -i "s/^    version = \"$version\"/    version = \"9.8.7\"/" "$tree/MODULE.bazel"
mapfile -t files < <(said | sed "s/^version: \(.*\) has $version, MODULE.bazel 9\.8\.7$/\1/")
((${#files[@]} >= 11)) || fail "only these have the version: ${files[*]}"
cp "$workspace/MODULE.bazel" "$tree"
"$check" "$tree"

# Another version in one of the files: that one is named.
for file in "${files[@]}"; do
  sed -i -e "s/$version/9.8.7/" -e 's/\(_VERSION_MINOR\) .*/\1 97/' "$tree/$file"
  [[ $(said) == "version: $file has "* ]] || fail "$file was changed, but said was: $(said)"
  cp "$workspace/$file" "$tree/$file"
done
