#!/usr/bin/env bash
# usage: update.sh FRESH RUSTFMT
# Makes FRESH, the declarations as generate.sh wrote them, src/bindings.rs.
set -euo pipefail
fresh=$PWD/$1 rustfmt=$PWD/$2
out=${BUILD_WORKSPACE_DIRECTORY:?run this by bazel run}/bindings/rust/alexnet-sys/src/bindings.rs
install -m 644 "$fresh" "$out.new"
"$rustfmt" --edition 2021 "$out.new"
mv "$out.new" "$out"
