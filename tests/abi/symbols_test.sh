#!/usr/bin/env bash
# symbols_test LIBRARY MAP HEADER...
# LIBRARY is named as its SONAME.
set -euo pipefail
export LC_ALL=C
library=$1 map=$2
shift 2
work=$TEST_TMPDIR

fail() { echo "FAILED: $*" >&2 && exit 1; }
same() { diff "$work/$1" "$work/$2" >&2 || fail "$1 (<) and $2 (>) name other functions; $3"; }

cat "$@" | tr '\n' ' ' | grep -o 'ALEXNET_API [^;(]*(' | grep -o 'alexnet_[a-z0-9_]*(' |
  tr -d '(' | sort > "$work/header"
grep -o 'alexnet_[a-z0-9_]*;' "$map" | tr -d ';' | sort > "$work/map"
# "alexnet_free@@ALEXNET_0.1"; the nodes themselves are absolute symbols.
nm -D --defined-only --with-symbol-versions "$library" | awk '$2 != "A" {print $3}' |
  sort > "$work/exported"
sed 's/@.*//' "$work/exported" > "$work/symbols"

[[ -s $work/header ]] || fail "no function found in $*"
same header map "bazel run //capi/package:update_map adds new ones"
same map symbols "the library is linked with another map"

# Each is at the node that the map puts it under.
awk '/^ALEXNET_/ {node = $1} /alexnet_[a-z0-9_]*;/ {gsub(/[ ;]/, ""); print $0 "@@" node}' \
  "$map" | sort > "$work/map_nodes"
same map_nodes exported "symbols are at other version nodes"

dynamic=$(readelf --dynamic --wide "$library")
grep -q "SONAME.*\[$(basename "$library")\]" <<< "$dynamic" || fail "the SONAME is another"
grep -q 'FLAGS_1.*NODELETE' <<< "$dynamic" || fail "the library may be unloaded under its threads"
grep -q 'TEXTREL' <<< "$dynamic" && fail "the library has text relocations"
# What is loaded at run time, as from Java, gets little or none of that.
grep -q 'STATIC_TLS' <<< "$dynamic" && fail "the library's thread-local variables are static"
readelf --segments --wide "$library" | grep GNU_STACK | grep -q 'RWE' && fail "its stack is executable"
echo "$(wc -l < "$work/symbols") functions"
