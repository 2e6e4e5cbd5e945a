#!/usr/bin/env bash
# usage: layers.sh layers.h FILE...
#
# Types of layers in layers.h that a file leaves out: a header of functions, C++ that
# goes by types, a test in Rust that adds one of each, the reference's values by hand.
# Exits 1 if there is any.
set -euo pipefail
export LC_ALL=C
status=0
seen=0
header=$1
shift

while read -r layer; do
  seen=$((seen + 1))
  for file in "$@"; do
    case $file in
      *.h) wanted="alexnet_network_add_$layer" ;;
      *.rs) wanted="add_$layer" ;;
      */ops_test.cc) wanted=$(sed -E 's/(^|_)(.)/\u\2/g' <<< "$layer")Test ;;
      *) wanted="ALEXNET_LAYER_${layer^^}" ;;
    esac
    grep -qw -- "$wanted" "$file" ||
      { echo "places: the layer $layer is not in $file ($wanted), see CONTRIBUTING.md" >&2 && status=1; }
  done
done < <(sed -n 's/^ *ALEXNET_LAYER_\([A-Z_]*\) = .*/\L\1/p' "$header")
((seen > 5)) || { echo "places: only $seen layers were found" >&2 && exit 1; }
exit "$status"
