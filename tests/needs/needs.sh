#!/usr/bin/env bash
# needs.sh needs.txt BINARY...
# Names each binary that needs a newer symbol version of a family than needs.txt has, and
# exits 1 if there is any.
set -euo pipefail
export LC_ALL=C
limits=$1
shift
status=0
while read -r family limit; do
  seen=
  for binary in "$@"; do
    newest=$(readelf --version-info --wide "$binary" | sed -n "s/.*Name: ${family}_\([0-9.]*\) .*/\1/p" |
      sort --version-sort | tail -1)
    [[ $newest ]] || continue
    seen=1
    [[ $(printf '%s\n' "$newest" "$limit" | sort --version-sort | tail -1) == "$limit" ]] ||
      { echo "needs: $binary needs ${family}_$newest; $limits promises $limit" >&2 && status=1; }
  done
  [[ $seen ]] || { echo "needs: nothing needs a version of $family" >&2 && status=1; }
done < <(grep -v '^#' "$limits")
exit $status
