#!/usr/bin/env bash
# usage: generate.sh BINDGEN HEADER CLANG_HEADER OUT [BASE_HEADER]
#
# Writes the Rust declarations of HEADER to OUT, without line breaks: update.sh
# lays them out. CLANG_HEADER is any of the headers of bindgen's libclang. With
# BASE_HEADER, which HEADER includes, what that declares is left out.
set -euo pipefail
bindgen=$1 header=$2 clang_header=$3 out=$4 base=${5:-}

what=(--allowlist-function 'alexnet_.*' --allowlist-type 'alexnet_.*' --allowlist-var 'ALEXNET_.*')
include=()
if [[ $base ]]; then
  functions=$(tr '\n' ' ' < "$header" | grep -oE 'ALEXNET_API [^;(]*\(' |
    grep -oE '\balexnet_[a-z_]+\(' | tr -d '(' | sort -u | paste -sd '|')
  what=(--no-recursive-allowlist --raw-line 'use crate::*;'
    --allowlist-function "$functions"
    --allowlist-type 'alexnet_(import|export)_options' --allowlist-var 'ALEXNET_ORDER_.*')
  include=(-I "${base%/alexnet/*}")
fi

# Constants are plain numbers of the type that the functions take: a library may
# know more of them than a Rust enum does.
"$bindgen" "$header" \
  --rust-target 1.47 --use-core --size_t-is-usize --no-prepend-enum-name \
  --default-macro-constant-type signed --no-rustfmt-bindings --no-doc-comments \
  "${what[@]}" -- -std=c99 -resource-dir "${clang_header%%/include/*}" "${include[@]}" |
  sed -E -e 's/: _bindgen_ty_[0-9]+ =/: i32 =/g' \
    -e 's/pub type (_bindgen_ty_[0-9]+|__u?int[0-9]+_t) = [^;]*; ?//g' > "$out"
