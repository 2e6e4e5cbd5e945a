#!/usr/bin/env bash
# Describes the binary interface that headers promise, as abidw sees it:
#   abi.sh ABIDW INCLUDE MAP OUT.abi
# INCLUDE has alexnet/alexnet.h and alexnet/c/*.h. A library of empty functions is
# compiled from them, so that nothing but the interface is in the description: no
# type of the implementation, no path. That the real library exports just these
# functions is tested apart, and that its functions have these types, the compiler
# sees to. They are in an order that does not depend on which header has which.
set -euo pipefail
export LC_ALL=C

abidw=$1 include=$2 map=$3 out=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -RL "$include" "$work/include"

{
  echo '#include <alexnet/alexnet.h>'
  cat "$work"/include/alexnet/c/*.h | ${CC:-cc} -fpreprocessed -dD -E -P -x c - 2> /dev/null |
    grep -v '^#' | tr '\n' ' ' | grep -o 'ALEXNET_API [^;{]*;' |
    sed 's/;$/ { __builtin_trap(); }/' | sort
} > "$work/functions.c"
[[ $(grep -c . "$work/functions.c") -gt 1 ]] || { echo "$include declares no function" >&2; exit 1; }
(cd "$work" && ${CC:-cc} -std=c99 -g -O0 -w -fPIC -shared -Iinclude functions.c \
  -Wl,-soname,libalexnet.so.0 -Wl,--version-script=/dev/stdin -o libalexnet.so.0) < "$map"
"$abidw" --no-show-locs --no-corpus-path --no-comp-dir-path --no-elf-needed \
  --type-id-style hash --out-file "$out" "$work/libalexnet.so.0"
