#!/usr/bin/env bash
# Describes the binary interface that a header promises, as abidw sees it:
#   abi.sh ABIDW HEADER.h MAP OUT.abi
# A library of empty functions is compiled from the header, so that nothing but
# the interface is in the description: no type of the implementation, no path.
# That the real library exports just these functions is tested apart, and that
# its functions have these types, the compiler sees to.
set -euo pipefail
export LC_ALL=C

abidw=$1 header=$2 map=$3 out=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/include/alexnet"
cp -L "$header" "$work/include/alexnet/alexnet.h"

{
  echo '#include <alexnet/alexnet.h>'
  ${CC:-cc} -fpreprocessed -dD -E -P "$work/include/alexnet/alexnet.h" 2> /dev/null |
    grep -v '^#' | tr '\n' ' ' | grep -o 'ALEXNET_API [^;{]*;' |
    sed 's/;$/ { __builtin_trap(); }/'
} > "$work/functions.c"
[[ $(grep -c . "$work/functions.c") -gt 1 ]] || { echo "$header declares no function" >&2; exit 1; }
(cd "$work" && ${CC:-cc} -std=c99 -g -O0 -w -fPIC -shared -Iinclude functions.c \
  -Wl,-soname,libalexnet.so.0 -Wl,--version-script=/dev/stdin -o libalexnet.so.0) < "$map"
"$abidw" --no-show-locs --no-corpus-path --no-comp-dir-path --no-elf-needed \
  --type-id-style hash --out-file "$out" "$work/libalexnet.so.0"
