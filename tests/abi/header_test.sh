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

count=0
for name in $(cd "$include/alexnet" && find -L . "$PWD/$convert/alexnet" -type f -printf '%P\n' | sort); do
  count=$((count + 1))
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
((count > 15)) || fail "only $count headers were found"

# The check can fail: a comment of C++ in C99, and a missing include.
mkdir -p "$TEST_TMPDIR/alexnet"
sed '/#include <stdint.h>/d' "$include/alexnet/alexnet.h" > "$TEST_TMPDIR/alexnet/alexnet.h"
strict[-1]=$TEST_TMPDIR
if compiles "${CC:-cc}" alexnet.h -x c -std=c99 2> /dev/null; then
  fail "a header without its includes passed"
fi
