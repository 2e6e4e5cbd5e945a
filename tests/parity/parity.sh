#!/usr/bin/env bash
# Compares what a binding uses with what alexnet.h has:
#   parity.sh alexnet.h PARITY SOURCE...
# PARITY has a line "function: reason" for each function that is not used.
set -euo pipefail
export LC_ALL=C
header=$1 parity=$2
shift 2
functions=$(grep -oE '\balexnet_[a-z0-9_]+\(' "$header" | tr -d '(' | sort -u)
used=$(cat "$@" | grep -oE '\balexnet_[a-z0-9_]+\b' | sort -u)
status=0
complain() { echo "parity: $*" >&2 && status=1; }

while read -r function; do
  if grep -qx "$function" <<< "$used"; then
    ! grep -q "^$function:" "$parity" ||
      complain "$function is used; take it out of $parity"
  elif ! grep -qE "^$function: .+" "$parity"; then
    complain "$function is not used; use it, or say why not in $parity"
  fi
done <<< "$functions"
while IFS=: read -r function _; do
  grep -qx "$function" <<< "$functions" || complain "$parity names $function, which is not in $header"
done < "$parity"
exit "$status"
