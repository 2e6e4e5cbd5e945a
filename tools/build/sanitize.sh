#!/usr/bin/env bash
# usage: tools/build/sanitize.sh [--thread] [OPTION...] [-- TARGET...]
#
# Runs tests under the address and the undefined behaviour sanitizer, or with
# --thread under the thread sanitizer. Without targets: all of the core, the
# converters and the C interface; with --thread, what has threads of its own.
# Options go to `bazel test`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

configs=(--config=asan --config=ubsan)
# The Java virtual machine and what cargo builds are not made with the sanitizers.
# Open MPI does not free all that it has when a process ends.
targets=(//core/... -//core/dist/mpi:mpi_test -//core/train:mpi_faults_test -//core/train:mpi_training_test
  //tools/convert/... //capi/... //tests/capi/... //tests/convert/... //tests/fuzz/...)
if [[ ${1:-} == --thread ]]; then
  shift
  configs=(--config=tsan)
  targets=(//core/backend/cpu/... //core/base/... //core/data/... //core/dist/...
    //core/exec/... //core/infer/... //core/parallel/... //core/train/...)
fi
options=()
while (($# > 0)); do
  case $1 in
    --)
      shift
      targets=("$@")
      break
      ;;
    *)
      options+=("$1")
      shift
      ;;
  esac
done
exec ./tools/bazel test "${configs[@]}" --//:cuda=off --keep_going \
  --test_timeout=300,1200,3600,7200 --test_summary=short "${options[@]}" -- "${targets[@]}"
