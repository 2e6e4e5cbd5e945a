#!/usr/bin/env bash
# cmake_test CMAKE NINJA alexnet.tar
# Builds, runs and installs the project of this folder against the unpacked distribution.
set -euo pipefail
export LC_ALL=C
unset LD_LIBRARY_PATH

fail() { echo "FAILED: $*" >&2 && exit 1; }
sources=$PWD
cmake=$PWD/../$1 ninja=$PWD/../$2
tar -xf "$3" -C "$TEST_TMPDIR"
root=$(echo "$TEST_TMPDIR"/alexnet-*-linux-x86_64)
version=$(sed -n 's/^Version: //p' "$root/lib/pkgconfig/alexnet.pc")
cd "$TEST_TMPDIR"
mkdir project
cp -L "$sources"/tests/cmake/{CMakeLists.txt,convert.cc} "$sources/examples/c/predict.c" project

# The pinned cmake's libraries are no matter of the machine's compilers.
compiler() {
  printf '#!/bin/sh\nunset LD_LIBRARY_PATH\nexec %s "$@"\n' "$(command -v "$2")" > "$1"
  chmod +x "$1"
}
compiler cc "${CC:-cc}"
compiler c++ "${CXX:-c++}"
# configure PROJECT OPTION...
configure() {
  "$cmake" -S "$1" -B "$1/build" -G Ninja -DCMAKE_MAKE_PROGRAM="$ninja" \
    -DCMAKE_PREFIX_PATH="$root" -DCMAKE_INSTALL_PREFIX="$PWD/installed" \
    -DCMAKE_C_COMPILER="$PWD/cc" -DCMAKE_CXX_COMPILER="$PWD/c++" \
    -DCMAKE_C_FLAGS='-Wall -Wextra -Werror' -DCMAKE_CXX_FLAGS='-Wall -Wextra -Werror' \
    "${@:2}" > log 2>&1
}
configure project || fail "the package is not found: $(< log)"
for step in --build --install; do
  "$cmake" $step project/build > log 2>&1 || fail "cmake $step: $(< log)"
done

# In the folder that they are built in, programs run as they are.
built=project/build
for kind in shared static; do
  $built/convert_$kind $kind.alexnet $kind || fail "convert_$kind does not run"
  $built/$kind $kind.alexnet shared/train/*/* > $kind.txt || fail "$kind does not run"
done
cmp shared.alexnet static.alexnet && diff -r shared static && diff shared.txt static.txt ||
  fail "what was linked statically gives something else"
grep -q '%' shared.txt || fail "nothing is predicted: $(< shared.txt)"
needs() { readelf --dynamic --wide "$1" | grep -q "NEEDED.*\[$2"; }
needs $built/shared libalexnet.so.0 && ! needs $built/static libalexnet ||
  fail "shared and static are linked to the same"

# Installed, they have no path to the distribution; one has the path that it was given.
for program in shared static convert_shared convert_static; do
  ! readelf --dynamic installed/bin/$program | grep -E 'RPATH|RUNPATH' || fail "a path stays in $program"
  LD_LIBRARY_PATH=$root/lib ldd installed/bin/$program | grep 'not found' && fail "$program lacks a library"
done
LD_LIBRARY_PATH=$root/lib installed/bin/shared shared.alexnet shared/train/*/* | diff - shared.txt ||
  fail "an installed program predicts otherwise"
mv "$root" away
installed/bin/beside shared.alexnet shared/train/*/* | diff - shared.txt ||
  fail "a program does not find what is installed beside it"
mv away "$root"

# What stands in for which version. Another minor of major 0 does not.
mkdir versions
cat > versions/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.13)
project(versions LANGUAGES C)
foreach(asked "" 0 0.1 0.1.0 0.1.1 0.0.9 0.2 1 1.0)
  find_package(alexnet ${asked} QUIET)
  message(STATUS "asked '${asked}': ${alexnet_FOUND} ${alexnet_VERSION}")
endforeach()
find_package(alexnet 0.1 EXACT REQUIRED)
END
[[ $version == 0.1.0 ]] || fail "the versions of this test are those of 0.1.0, not of $version"
configure versions || fail "versions: $(< log)"
sed -n "s/^-- asked '\(.*\)': \([01]\).*/\1=\2/p" log | tr '\n' ' ' > found
[[ $(< found) == '=1 0=1 0.1=1 0.1.0=1 0.1.1=0 0.0.9=0 0.2=0 1=0 1.0=0 ' ]] ||
  fail "found are $(< found)"

# What is not there is named.
rm "$root/lib/static/libalexnet.a" versions/build -r
configure versions && fail "a distribution that lacks a library was found"
tr -s '\n ' ' ' < log | grep -q 'there is no [^ ]*/lib/static/libalexnet\.a;' || fail "a missing library: $(< log)"
