#!/usr/bin/env bash
# The published weights, wherever someone has them: who they are by SHA-1, what the
# converter takes them for, and the top five of pictures.
#
#   bazel run //tests/peers:real_files -- FOLDER_OF_WEIGHTS PICTURE...
set -euo pipefail
export LC_ALL=C
alexnet=$PWD/$1
shift
(($# >= 2)) || { echo "usage: real_files FOLDER PICTURE..." >&2; exit 2; }
cd "${BUILD_WORKING_DIRECTORY:-.}"
folder=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

declare -A published=(
  [9116a64c0fbe4459d18f4bb6b56d647b63920377]="Caffe's bvlc_alexnet.caffemodel"
  [4c8d77deb20ea792f84eb5e6d0a11ca0a8660a46]="Caffe's bvlc_reference_caffenet.caffemodel"
)
found=0
for file in "$folder"/*; do
  [[ -f $file ]] || continue
  "$alexnet" convert "$file" "$work/model.alexnet" > "$work/said" 2>&1 ||
    { echo "-- $file: $(tail -1 "$work/said")"; continue; }
  found=$((found + 1))
  sha1=$(sha1sum < "$file" | cut -d ' ' -f 1)
  echo "== $file: ${published[$sha1]:-not one of the files whose SHA-1 is known} ($sha1)"
  grep -v '^wrote' "$work/said"
  "$alexnet" verify "$work/model.alexnet"
  "$alexnet" predict "$work/model.alexnet" "$@"
done
((found > 0)) || { echo "no weights in $folder" >&2; exit 1; }
