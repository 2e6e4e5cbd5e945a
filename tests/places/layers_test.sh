#!/usr/bin/env bash
# usage: layers_test.sh LAYERS_SH layers.h FILE...
#
# No layer is left out, and layers.sh would see it if one were.
set -euo pipefail
check=$1 header=$2
shift 2
"$check" "$header" "$@"

new=$TEST_TMPDIR/layers.h
{ cat "$header" && echo '  ALEXNET_LAYER_OF_TOMORROW = 99,'; } > "$new"
if "$check" "$new" "$@" 2> "$TEST_TMPDIR/said"; then
  echo "FAILED: took a layer that is nowhere" >&2 && exit 1
fi
for file in "$@"; do
  grep -qF "the layer of_tomorrow is not in $file" "$TEST_TMPDIR/said" ||
    { cat "$TEST_TMPDIR/said" >&2 && exit 1; }
done
