#!/usr/bin/env bash
# dist_test alexnet.tar
# Unpacks the distribution and uses it as someone would who has never heard of
# Bazel.
set -euo pipefail
export LC_ALL=C
unset LD_LIBRARY_PATH

fail() { echo "FAILED: $*" >&2 && exit 1; }
sources=$PWD
. tests/abi/pc_flags.sh
tar -xf "$1" -C "$TEST_TMPDIR"
cd "$TEST_TMPDIR"/alexnet-*-linux-x86_64
root=$PWD

# Complete: every library is in the folder, or one of the C and C++ runtimes.
check_complete() {
  local name arrow path _
  while read -r name arrow path _; do
    case $name in
      linux-vdso.so.1 | /lib64/ld-linux-x86-64.so.2) continue ;;
      libc.so.6 | libm.so.6 | libdl.so.2 | libpthread.so.0 | librt.so.1) continue ;;
      libstdc++.so.6 | libgcc_s.so.1) continue ;;
    esac
    [[ $arrow == "=>" && $(readlink -f "$path") == "$root"/lib/* ]] ||
      { echo "$1 finds $name at ${path:-no place}" >&2; return 1; }
  done < <(env -i ldd "$1")
}
# The plugin for MPI alone wants more: the system's Open MPI.
plugin=lib/libalexnet_mpi.so
for binary in lib/*.so* bin/*; do
  [[ $binary == "$plugin" ]] && continue
  check_complete "$binary" || fail "the distribution is not complete"
done
readelf --dynamic "$plugin" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' > "$TEST_TMPDIR/needed"
grep -qx 'libmpi\.so\.40' "$TEST_TMPDIR/needed" || fail "$plugin does not need MPI"
! grep -vx -e 'lib\(mpi\.so\.40\|c\.so\.6\|m\.so\.6\|stdc++\.so\.6\|gcc_s\.so\.1\)' \
  -e 'ld-linux-x86-64\.so\.2' "$TEST_TMPDIR/needed" || fail "$plugin needs more than MPI"
# The check can fail: without its companions the library is not complete.
mkdir "$TEST_TMPDIR/alone"
cp lib/libalexnet.so.0 "$TEST_TMPDIR/alone"
if check_complete "$TEST_TMPDIR/alone/libalexnet.so.0" 2> /dev/null; then
  fail "a library without its companions passed"
fi

# Notices of all that is carried.
[[ -s share/doc/alexnet/LICENSE ]] || fail "there is no LICENSE"
[[ $(find share/doc/alexnet/third_party -type f -size +0 | wc -l) -ge 13 ]] ||
  fail "notices of third parties are missing"

pc=$root/lib/pkgconfig/alexnet.pc
grep -q "^Version: [0-9]*\.[0-9]*\.[0-9]*$" "$pc" || fail "alexnet.pc has no version"
read -ra flags <<< "$(pc_flags "$root/lib/pkgconfig" alexnet | tr '\n' ' ')"
((${#flags[@]})) || fail "pkg-config gives other flags with --static"

mkdir "$TEST_TMPDIR/work"
cd "$TEST_TMPDIR/work"
compile() {
  ${CC:-cc} -std=c99 -Wall -Wextra -pedantic -Werror "$1" "${@:3}" "${flags[@]}" -o "$2" ||
    fail "$1 does not compile against the distribution"
  ! readelf --dynamic "$2" | grep -E 'RPATH|RUNPATH' || fail "a path stays in $2"
}
# The command line finds its libraries itself; programs are told where.
run() { LD_LIBRARY_PATH=$root/lib "$@"; }

# A model made through the shared library, read by the example and the CLI.
compile "$sources/tests/abi/first_model.c" first_model
run ./first_model model.alexnet picture.jpg shapes || fail "first_model failed"
compile "$sources/examples/c/predict.c" predict
run ./predict model.alexnet picture.jpg | tee predicted
grep -q '%' predicted || fail "the example predicts nothing"
"$root/bin/alexnet" predict model.alexnet picture.jpg | grep -q '%' || fail "the CLI predicts nothing"
# In C++ too.
printf '#include <alexnet/alexnet.hpp>\nint main() { alexnet::Model::load("model.alexnet"); }\n' > face.cc
${CXX:-c++} -std=c++17 -Wall -Wextra -Werror face.cc "${flags[@]}" -o face && run ./face ||
  fail "the C++ face does not work against the distribution"

# MPI is found there, or it is said what is missing.
"$root/bin/alexnet" doctor > doctor || fail "the CLI does not look at the machine"
grep -q "^MPI  .*$root/lib/libalexnet_mpi.so" doctor ||
  grep -A2 '^MPI  .*openmpi-bin and libopenmpi3' doctor |
  grep -q "$root/lib/libalexnet_mpi.so: libmpi.so.40: " ||
  fail "the doctor says of MPI: $(grep -A3 '^MPI' doctor)"

# The second library, by the CLI and by a program of its own.
"$root/bin/alexnet" convert model.alexnet model.onnx > converted || fail "the CLI converts nothing"
cat > convert.c <<'END'
#include <alexnet/alexnet_convert.h>
#include <stdio.h>
int main(void) {
  alexnet_error* error = NULL;
  alexnet_model* model = NULL;
  if (alexnet_import("model.onnx", NULL, NULL, &model, NULL, &error) ||
      alexnet_export(model, "model.npz", NULL, NULL, &error)) {
    fprintf(stderr, "%s\n", alexnet_error_text(error));
    alexnet_error_free(error);
    return 1;
  }
  alexnet_model_free(model);
  return 0;
}
END
${CC:-cc} -std=c99 -Wall -Wextra -pedantic -Werror convert.c "${flags[@]}" -lalexnet_convert \
  -o convert || fail "alexnet_convert.h does not compile against the distribution"
run ./convert && [[ -s model.npz ]] || fail "a program converts nothing"

# Loaded, used, unloaded and loaded again.
${CC:-cc} -std=c99 -D_GNU_SOURCE -Wall -Wextra -Werror "$sources/tests/abi/load_client.c" \
  -I "$root/include" -ldl -o load_client || fail "load_client does not compile"
./load_client "$root/lib/libalexnet.so.0" || fail "loading and unloading failed"
