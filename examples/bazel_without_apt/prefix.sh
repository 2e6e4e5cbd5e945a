#!/usr/bin/env bash
# Makes third_party/prefix, which stands for libraries that an organisation has built
# itself. They come from where the engine's own workspace keeps what it fetched.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
prefix=$here/third_party/prefix

cd "$here/../.."
./tools/bazel build //third_party:flatc
cd "$(./tools/bazel info output_base)"/external/*debian_packages/unpacked

rm -rf "$prefix"
mkdir -p "$prefix"/{bin,include,lib}
cp usr/bin/{flatc,protoc} "$prefix/bin"
cp -r usr/include/{flatbuffers,fmt,google,libexif,nlohmann} \
  usr/include/{j*.h,x86_64-linux-gnu/jconfig.h,libpng16/*,xxh*.h,zconf.h,zlib.h} "$prefix/include"
cp lib/x86_64-linux-gnu/libz.so.1 usr/lib/x86_64-linux-gnu/lib{exif.so.12,jpeg.so.62,png16.so.16} \
  usr/lib/x86_64-linux-gnu/lib{protobuf-lite,protobuf,protoc}.so.32 "$prefix/lib"
usr/bin/patchelf --force-rpath --set-rpath '$ORIGIN/../lib' "$prefix/bin/protoc"
