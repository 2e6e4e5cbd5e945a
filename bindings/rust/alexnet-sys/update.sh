#!/usr/bin/env bash
# usage: update.sh RUSTFMT FRESH...
# Makes each FRESH/X_fresh.rs, the declarations as generate.sh wrote them,
# src/X.rs.
set -euo pipefail
rustfmt=$PWD/$1
shift
for fresh; do
  name=$(basename "$fresh" _fresh.rs)
  out=${BUILD_WORKSPACE_DIRECTORY:?run this by bazel run}/bindings/rust/alexnet-sys/src/$name.rs
  install -m 644 "$PWD/$fresh" "$out.new"
  "$rustfmt" --edition 2021 "$out.new"
  mv "$out.new" "$out"
done
