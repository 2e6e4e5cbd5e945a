#!/usr/bin/env bash
# usage: names_test.sh PROGRAM
#
# PROGRAM is linked with the emulated backend. All that it has of the CUDA
# backend is in the emulation's namespace, so that another program can hold the
# backend for a GPU as well.
set -euo pipefail
export LC_ALL=C
symbols=$(nm --demangle --defined-only "$1")

for name in 'alexnet::cuda::emulated::CudaDevice::Open(' 'alexnet::emulated::CreateCudaBackend('; do
  grep -qF "$name" <<<"$symbols" || {
    echo "names_test.sh: $1 has no $name" >&2
    exit 1
  }
done
# Shared by both are the types of the interface, but none of its functions.
others=$(grep -E 'alexnet::(cuda::|[A-Za-z]*Cuda[A-Za-z]*\()' <<<"${symbols//alexnet::cuda::emulated::/}" || true)
[[ -z $others ]] || {
  printf 'not in the namespace of core/backend/cuda/runtime/namespace.h:\n%s\n' "$others" >&2
  exit 1
}
