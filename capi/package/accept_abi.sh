#!/usr/bin/env bash
# Takes the binary interface as it is now for the one that tests compare with:
#   bazel run //capi:accept_abi
set -euo pipefail
root=${BUILD_WORKSPACE_DIRECTORY:?run me with: bazel run //capi:accept_abi}
mkdir -p "$root/capi/abi"
capi/package/abi "../$1" "$root/capi/include" \
  "$root/capi/package/libalexnet.map" "$root/capi/abi/baseline.abi"
echo "wrote capi/abi/baseline.abi; commit it with the change and say why it is one" >&2
