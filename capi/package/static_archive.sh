#!/usr/bin/env bash
# Makes a static archive of one object, whose global symbols are the functions of a
# version script and no others, so that what is in it meets nothing of a program's:
#   static_archive OUT.a MAP WHOLE.a... -- NEEDED.a...
# Of WHOLE everything is taken, of NEEDED what that needs. What is in neither stays
# undefined. $CC, $NM, $OBJCOPY and $AR are the tools.
set -euo pipefail
export LC_ALL=C

out=$1 map=$2
shift 2
whole=()
while [[ $1 != -- ]]; do
  whole+=("$1")
  shift
done
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
object=$work/$(basename "$out" .a).o

# Without section groups: a linker would drop ours where a program has one of the same
# name, and with it symbols that are local by then and that others here refer to.
"$CC" -r -nostdlib -o "$object" -Wl,--force-group-allocation \
  -Wl,--whole-archive "${whole[@]}" -Wl,--no-whole-archive \
  -Wl,--start-group "$@" -Wl,--end-group
# objcopy makes no unique symbol local, but weak ones.
"$NM" --defined-only "$object" | awk '$2 == "u" {print $3}' > "$work/unique"
"$OBJCOPY" --strip-debug --weaken-symbols="$work/unique" "$object"
grep -o 'alexnet_[a-z0-9_]*;' "$map" | tr -d ';' > "$work/functions"
"$OBJCOPY" --keep-global-symbols="$work/functions" "$object"
"$AR" rcsD "$out" "$object"
