#!/usr/bin/env bash
# usage: regenerate.sh OPTIONS CLANG_FORMAT check|write [ROOT]
#
# Makes the regions of every file under ROOT anew (by default the workspace of
# `bazel run`). `check` shows which files differ from that, and exits with 1.
set -euo pipefail
export LC_ALL=C
options=$(realpath "$1") format=$(realpath -s "$2") mode=$3
cd "${4:-${BUILD_WORKSPACE_DIRECTORY:?give a folder}}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# Of the folders that hold the project; not what Bazel made beside them, and not
# what was released, which stays as it was.
mapfile -t files < <(find bindings capi core docs tests tools -type f -exec grep -lI 'BEGIN options: ' {} + 2> "$work/gone" |
  grep -v -e '^tools/build/options/' -e '/released/' | sort)
for file in "${files[@]}"; do
  made=$work/made
  "$options" "$file" > "$made" || { status=1 && continue; }
  case $file in
    *.cc | *.h | *.hpp)
      "$format" --assume-filename="$PWD/$file" < "$made" > "$made.formatted"
      made=$made.formatted
      ;;
  esac
  cmp -s "$made" "$file" && continue
  if [[ $mode == write ]]; then
    cat "$made" > "$file"
    echo "wrote $file"
  else
    echo "$file is not what tools/build/options gives; run: ./tools/bazel run //tools/build/options:write" >&2
    diff "$file" "$made" | head -n 20 >&2 || true
    status=1
  fi
done
exit "$status"
