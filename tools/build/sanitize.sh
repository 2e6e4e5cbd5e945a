#!/usr/bin/env bash
# usage: tools/build/sanitize.sh [OPTION...]
#
# Runs the tests of what reads bytes and pointers of others under the address and the
# undefined behaviour sanitizer: files, tensors, models, converters, the C interface.
# Options go to `bazel test`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# The Java virtual machine and what cargo builds are not made with the sanitizers.
exec ./tools/bazel test --config=asan --config=ubsan --//:cuda=off --keep_going \
  --test_summary=short "$@" -- \
  //core/base/... //core/tensor/... //core/model/... //tools/convert/... \
  //capi/... //tests/capi/... //tests/convert/... //tests/fuzz/...
