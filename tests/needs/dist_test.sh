#!/usr/bin/env bash
# dist_test needs.txt alexnet.tar TEXT...
# The binaries of the distribution need no newer system than needs.txt says, and each
# text says the same.
set -euo pipefail
needs=$PWD/$1
fail() { echo "FAILED: $*" >&2 && exit 1; }
tar -xf "$2" -C "$TEST_TMPDIR"
binaries=("$TEST_TMPDIR"/alexnet-*/lib/{*.so.*,libalexnet_mpi.so} "$TEST_TMPDIR"/alexnet-*/bin/*)
((${#binaries[@]} > 10)) || fail "there are only ${binaries[*]}"
tests/needs/needs.sh "$needs" "${binaries[@]}" || fail "what is shipped needs a newer system"

limit() { sed -n "s/^$1 //p" "$needs"; }
for text in "${@:3}"; do
  # Whatever its lines and comment signs.
  words=$(sed 's|^ *//!||' "$text" | tr -s '\n ' ' ')
  [[ $words =~ "glibc $(limit GLIBC) "[^.]*"GLIBCXX_$(limit GLIBCXX)" ]] ||
    fail "$text does not say glibc $(limit GLIBC) and GLIBCXX_$(limit GLIBCXX)"
done

# The check can fail: for a version, and for a family that nothing needs.
sed 's/^GLIBC .*/GLIBC 2.9/' "$needs" > "$TEST_TMPDIR/older"
! tests/needs/needs.sh "$TEST_TMPDIR/older" "${binaries[@]}" 2> "$TEST_TMPDIR/log" ||
  fail "an older system passed"
grep -q 'libalexnet.so.0 needs GLIBC_.* promises 2.9' "$TEST_TMPDIR/log" ||
  fail "an older system: $(< "$TEST_TMPDIR/log")"
echo 'NOBODYS 1' > "$TEST_TMPDIR/other"
! tests/needs/needs.sh "$TEST_TMPDIR/other" "${binaries[@]}" 2> /dev/null || fail "nothing passed"
