#!/usr/bin/env bash
# Compares what a binding uses with what the C interface has:
#   parity.sh HEADERS PARITY SOURCE...
# HEADERS is a header or a folder of them.
# PARITY has a line "function: reason" for each function that is not used.
set -euo pipefail
export LC_ALL=C
headers=$1 parity=$2
shift 2
functions=$(grep -RohE '\balexnet_[a-z0-9_]+\(' "$headers" | tr -d '(' | sort -u)
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
  grep -qx "$function" <<< "$functions" || complain "$parity names $function, which is not in $headers"
done < "$parity"
exit "$status"
