#!/usr/bin/env bash
# static_test alexnet.tar libalexnet.map libalexnet_convert.map
# Links programs statically against the unpacked distribution and compares them with
# those that are linked to its shared libraries.
set -euo pipefail
export LC_ALL=C
unset LD_LIBRARY_PATH

fail() { echo "FAILED: $*" >&2 && exit 1; }
sources=$PWD
. tests/abi/pc_flags.sh
maps=("$PWD/$2" "$PWD/$3")
tar -xf "$1" -C "$TEST_TMPDIR"
root=$(echo "$TEST_TMPDIR"/alexnet-*-linux-x86_64)
static=$root/lib/static
mkdir "$TEST_TMPDIR/work"
cd "$TEST_TMPDIR/work"

# The archives have the functions of the headers, and nothing else that a program sees.
for map in "${maps[@]}"; do
  name=$(basename "$map" .map)
  grep -o 'alexnet_[a-z0-9_]*;' "$map" | tr -d ';' | sort > functions
  nm --defined-only "$static/$name.a" | awk 'NF == 3 && $2 ~ /[A-Zuvw]/ {print $3}' | sort > symbols
  [[ -s functions ]] && diff functions symbols || fail "$name.a (>) has other symbols than its map"
done

# What the archives have inside is no matter of a program's, which has its own under the
# same names. Were those called, the program would abort.
cat > own.cc <<'END'
#include <cstdlib>
namespace google::protobuf::internal {
void VerifyVersion(int, int, const char*) { std::abort(); }
}
extern "C" {
void crc32() { std::abort(); }
void cudaMalloc() { std::abort(); }
void exif_data_new_from_data() { std::abort(); }
void inflate() { std::abort(); }
void jpeg_std_error() { std::abort(); }
void nettle_sha256_init() { std::abort(); }
void png_create_info_struct() { std::abort(); }
void unzOpen64() { std::abort(); }
}
END
strict=(-Wall -Wextra -pedantic -Werror)
${CXX:-c++} "${strict[@]}" -std=c++17 -c own.cc
read -ra shared <<< "$(pc_flags "$root/lib/pkgconfig" alexnet_convert | tr '\n' ' ')"
read -ra archives <<< "$(pc_flags "$static/pkgconfig" alexnet_convert | tr '\n' ' ')"
((${#shared[@]} && ${#archives[@]})) || fail "pkg-config gives other flags with --static"

# Fails for a program that needs more than an archive may leave to it.
lean() {
  local needed
  needed=$(readelf --dynamic --wide "$1" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p')
  ! grep -vE '^(lib(stdc\+\+|gcc_s|m|c|dl|rt|pthread)|ld-linux-x86-64)\.so' <<< "$needed" ||
    fail "$1 is linked to what the archives should have"
  ! readelf --dynamic "$1" | grep -E 'RPATH|RUNPATH' || fail "a path stays in $1"
}
# link SOURCE OPTION...: makes NAME_shared and NAME_static of NAME.c or NAME.cc.
link() {
  local name
  name=$(basename "${1%.*}")
  "${@:2}" "${strict[@]}" "$1" "${shared[@]}" -o "${name}_shared" || fail "$name, shared"
  "${@:2}" "${strict[@]}" "$1" own.o "${archives[@]}" -o "${name}_static" || fail "$name, static"
  lean "${name}_static"
}
run() { LD_LIBRARY_PATH=$root/lib "$@"; }

link "$sources/tests/abi/first_model.c" "${CC:-cc}" -std=c99
for kind in static shared; do
  mkdir $kind
  run ./first_model_$kind $kind/model.alexnet $kind/picture.jpg $kind/shapes || fail "first_model_$kind"
done
# Down to the last bit: the same initial values, the same drawings.
diff -r static shared || fail "what was linked statically writes other files"

link "$sources/examples/c/predict.c" "${CC:-cc}" -std=c99
for kind in static shared; do
  run ./predict_$kind static/model.alexnet static/picture.jpg static/shapes/train/*/* > $kind/predicted ||
    fail "predict_$kind"
done
grep -q '%' static/predicted && diff static/predicted shared/predicted ||
  fail "what was linked statically predicts otherwise"

# Converters, and exceptions inside the library and out of alexnet.hpp.
cat > convert.cc <<'END'
#include <alexnet/alexnet_convert.hpp>
#include <cstdio>
#include <fstream>

int main() {
  const auto model = alexnet::Model::load("static/model.alexnet");
  for (const char* name : {"out.onnx", "out.npz", "out.pth", "out.caffemodel"}) {
    alexnet::export_model(model, name);
    if (alexnet::import_model(name).report.empty()) return 1;
    std::puts(name);
  }
  int failed = 0;
  std::ofstream("broken.onnx") << "not ONNX";
  try {
    alexnet::import_model("broken.onnx");
  } catch (const alexnet::Error& error) {
    failed += error.file() == "broken.onnx";
  }
  // Within the library, what reads its JSON throws.
  alexnet::Dataset("static/shapes").pack("packed");
  std::ofstream("packed/train/dataset.json") << "{}";
  try {
    const alexnet::Dataset packed("packed");
  } catch (const alexnet::Error& error) {
    failed += error.file() == "packed/train/dataset.json";
  }
  for (const alexnet::DeviceInfo& device : alexnet::devices()) std::puts(device.name);
  return failed == 2 ? 0 : 1;
}
END
link convert.cc "${CXX:-c++}" -std=c++20
for kind in static shared; do
  run ./convert_$kind > $kind/converted || fail "convert_$kind"
  rm -r packed
done
diff static/converted shared/converted || fail "what was linked statically converts otherwise"

# Where the library is built with CUDA, the programs have its kernels and what registers them.
has_kernels() { readelf --sections --wide "$1" | grep -q '\.nv_fatbin'; }
if has_kernels "$root/lib/libalexnet.so.0"; then
  has_kernels predict_static || fail "the kernels of CUDA are not linked"
  echo "linked with CUDA; on a GPU nothing was run"
else
  ! has_kernels predict_static || fail "kernels of CUDA are linked"
  echo "linked without CUDA"
fi
