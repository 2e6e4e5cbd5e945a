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
  if [[ $name == *.h ]]; then
    compiles "${CC:-cc}" "$name" -x c -std=c99 || fail "$name is not C99"
    compiles "${CC:-cc}" "$name" -x c -std=c11 -Wstrict-prototypes || fail "$name is not C11"
  fi
  for standard in c++17 c++20; do
    compiles "${CXX:-c++}" "$name" -x c++ -std=$standard || fail "$name is not $standard"
  done
done

# A compiler without what alexnet.hpp needs is told so first, with the remedy.
refuses() {
  local text
  for name in alexnet.hpp alexnet_convert.hpp; do
    ! text=$(compiles "${CXX:-c++}" "$name" -x c++ "${@:2}" 2>&1) || fail "$name takes ${*:2}"
    grep 'error' <<< "$text" | head -1 | grep -qF -- "$1" || fail "$name with ${*:2}: $text"
  done
}
refuses 'needs C++17: compile with -std=c++17' -std=c++14
refuses 'needs exceptions: compile with -fexceptions' -std=c++17 -fno-exceptions
refuses 'needs exceptions: compile with -fexceptions' -std=c++20 -fno-exceptions

# The check can fail: a header that leaves an include to others.
cp -RL "$include" "$TEST_TMPDIR/include"
chmod -R u+w "$TEST_TMPDIR/include"
sed -i '/#include "base.h"/d' "$TEST_TMPDIR/include/alexnet/c/cancel.h"
strict[-1]=$TEST_TMPDIR/include
if compiles "${CC:-cc}" c/cancel.h -x c -std=c99 2> /dev/null; then
  fail "a header without its includes passed"
fi
