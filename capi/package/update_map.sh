#!/usr/bin/env bash
# Adds the functions that the headers have and libalexnet.map lacks to the map's
# newest (last) node:
#   bazel run //capi/package:update_map
set -euo pipefail
export LC_ALL=C
cd "${BUILD_WORKSPACE_DIRECTORY:?run me with: bazel run //capi/package:update_map}"
map=capi/package/libalexnet.map
new=$(comm -23 \
  <(cat capi/include/alexnet/c/*.h | tr '\n' ' ' | grep -o 'ALEXNET_API [^;(]*(' |
    grep -o 'alexnet_[a-z0-9_]*(' | tr -d '(' | sort -u) \
  <(grep -o 'alexnet_[a-z0-9_]*;' "$map" | tr -d ';' | sort -u))
[[ $new ]] || { echo "the map is complete" >&2; exit 0; }
awk -v new="$new" '
  { lines[NR] = $0; if ($0 ~ /^ *global:/) last = NR }
  END {
    count = split(new, names, "\n")
    for (i = 1; i <= NR; ++i) {
      print lines[i]
      if (i == last) for (j = 1; j <= count; ++j) print "    " names[j] ";"
    }
  }' "$map" > "$map.new"
mv "$map.new" "$map"
echo "added to $map:" $new >&2
