#!/usr/bin/env bash
# usage: format.sh CLANG_FORMAT check|write [ROOT]
#
# Formats the project's C, C++ and CUDA sources under ROOT (by default the workspace
# of `bazel run`) as .clang-format says. `check` names those that differ, and exits
# with 1.
set -euo pipefail
export LC_ALL=C
format=$(realpath -s "$1") mode=$2
cd "${3:-${BUILD_WORKSPACE_DIRECTORY:?give a folder}}"
# Released headers are as they were released; an example's prefix holds other projects'.
mapfile -t files < <(find bindings capi core examples tests tools -type f \
  \( -name '*.[ch]' -o -name '*.cc' -o -name '*.hpp' -o -name '*.inc' -o -name '*.cu' -o -name '*.cuh' \) \
  -not -path 'capi/abi/released/*' -not -path '*/third_party/prefix/*' -not -path '*/node_modules/*' -not -path '*/bazel-*' | sort)
((${#files[@]} > 100)) || { echo "format.sh: no sources in $PWD" >&2 && exit 1; }
if [[ $mode == write ]]; then
  exec "$format" -i "${files[@]}"
fi
# What it would write, since its --dry-run also names files that it leaves as they are.
# All at once: starting it costs more than a file.
written=$(mktemp -d)
trap 'rm -rf "$written"' EXIT
cp --parents .clang-format "${files[@]}" "$written"
(cd "$written" && "$format" -i "${files[@]}")
status=0
for file in "${files[@]}"; do
  cmp -s "$written/$file" "$file" || { echo "$file" >&2 && status=1; }
done
((status == 0)) || echo "Not as .clang-format has it; run: ./tools/bazel run //tools/build:format" >&2
exit "$status"
