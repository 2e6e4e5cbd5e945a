#!/usr/bin/env bash
# header_test alexnet.h alexnet_convert.h
set -euo pipefail
include=$(dirname "$(dirname "$1")")
convert=$(dirname "$(dirname "$2")")
strict=(-Wall -Wextra -pedantic -Werror -fsyntax-only -I "$convert" -I "$include")

fail() { echo "FAILED: $*" >&2 && exit 1; }
# Options, header and language; what is compiled includes the header twice.
compiles() {
  printf '#include <alexnet/%s>\n#include <alexnet/%s>\n' "$2" "$2" |
    "$1" "${@:3}" "${strict[@]}" -
}

names=$(find -L "$include/alexnet" "$convert/alexnet" -type f -printf '%P\n' | sort)
(($(wc -l <<< "$names") > 30)) || fail "of the headers, only these were found: $names"
for name in $names; do
  if [[ $name == *.hpp ]]; then
    compiles "${CXX:-c++}" "$name" -x c++ -std=c++20 || fail "$name is not C++20"
    continue
  fi
  compiles "${CC:-cc}" "$name" -x c -std=c99 || fail "$name is not C99"
  compiles "${CC:-cc}" "$name" -x c -std=c11 -Wstrict-prototypes || fail "$name is not C11"
  for standard in c++17 c++20; do
    compiles "${CXX:-c++}" "$name" -x c++ -std=$standard || fail "$name is not $standard"
  done
done

# The check can fail: a header that leaves an include to others.
cp -RL "$include" "$TEST_TMPDIR/include"
chmod -R u+w "$TEST_TMPDIR/include"
sed -i '/#include "base.h"/d' "$TEST_TMPDIR/include/alexnet/c/cancel.h"
strict[-1]=$TEST_TMPDIR/include
if compiles "${CC:-cc}" c/cancel.h -x c -std=c99 2> /dev/null; then
  fail "a header without its includes passed"
fi
