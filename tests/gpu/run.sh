#!/usr/bin/env bash
# usage: run.sh [--quick] [tests] [bench] [kernels]
#
# On a machine with an NVIDIA GPU, a driver, a CUDA 13 toolkit and PyTorch:
#
#   tests    the tests of this folder, printing pass or fail for each, and
#            compute-sanitizer over our own kernels where there is one
#   bench    a table of the engine beside PyTorch
#   kernels  where the time of a training step and of one picture goes
#
# All of them where none is named, meant to end within ten minutes on an H100 with
# 16 processors; --quick measures less long. Needs no network. Exits 1 if anything
# failed. ALEXNET_TORCH_SECONDS bounds PyTorch's part (default: 240).
set -uo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
quick=() parts=()
for argument in "$@"; do
  case $argument in
    --quick) quick=(--quick) ;;
    tests | bench | kernels) parts+=("$argument") ;;
    *)
      sed -n 's/^# \(usage: .*\)/\1/p' "${BASH_SOURCE[0]}" >&2
      exit 2
      ;;
  esac
done
((${#parts[@]})) || parts=(tests bench kernels)

# PyTorch's wheels bring cuDNN, cuBLASLt and NCCL along. Not by LD_LIBRARY_PATH, where
# the parts of another cuDNN would find theirs, which may be for CUDA 12.
wheels=$(python3 - <<'PYTHON' 2>/dev/null
import glob, os, site, sys
roots = site.getsitepackages() + [site.getusersitepackages()] + sys.path
found = {}
for root in roots:
    for folder in sorted(glob.glob(os.path.join(root, "nvidia", "*", "lib"))):
        found[os.path.realpath(folder)] = None
for folder in found:
    print(folder)
PYTHON
)
for folder in $wheels; do
  ALEXNET_CUDA_LIBRARIES=${ALEXNET_CUDA_LIBRARIES:+$ALEXNET_CUDA_LIBRARIES:}$folder
done
export ALEXNET_CUDA_LIBRARIES=${ALEXNET_CUDA_LIBRARIES-}
# For our programs alone: Python has libraries of its own.
ours=(env "LD_LIBRARY_PATH=$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}")

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failed=0

# Printed after the list of tests: why things failed, and how many.
summary=$out/summary
: >"$summary"

# Prints what became of the tests of a program that has ended with code $2.
tell_tests() {
  local lines
  lines=$(grep -E '^\[ +(OK|FAILED|SKIPPED) +\]' "$out/$1.log" | grep -v 'listed below' |
    sed -E 's/^\[ +OK +\]/pass/; s/^\[ +FAILED +\]/FAIL/; s/^\[ +SKIPPED +\]/skip/' | sort -u)
  echo "$lines"
  if (($2)); then
    failed=1
    {
      echo "FAIL $1: exit code $2; its first failures and the end of its output:"
      grep -B2 -A6 ': Failure$' "$out/$1.log" | head -n 60
      tail -n 12 "$out/$1.log"
    } >>"$summary"
  fi
  echo "$1: $(grep -c '^pass' <<<"$lines") passed, $(grep -c '^FAIL' <<<"$lines") failed," \
    "$(grep -c '^skip' <<<"$lines") skipped, exit code $2" >>"$summary"
}

tell_sanitizer() {
  if (($2 == 0)); then
    echo "pass compute-sanitizer $1" >>"$summary"
    return
  fi
  failed=1
  {
    echo "FAIL compute-sanitizer $1: exit code $2; the end of its output:"
    tail -n 30 "$out/$1.log"
  } >>"$summary"
}

# Our own kernels: those of the libraries are not ours to check.
sanitize() {
  local tool=$1 program=$2 tests=$3 options=()
  # The libraries try calls that may fail.
  [[ $tool == memcheck ]] && options=(--report-api-errors no)
  timeout 400 "${ours[@]}" compute-sanitizer --tool "$tool" "${options[@]}" --error-exitcode 9 \
    "$here/tests/$program" --gtest_filter="$tests"
}

# All at once: they wait for the processor more than for the GPU.
run_tests() {
  local -A programs=() checks=()
  local test tool name code
  for test in "$here"/tests/*; do
    name=$(basename "$test")
    timeout 400 "${ours[@]}" "$test" >"$out/$name.log" 2>&1 &
    programs[$name]=$!
  done
  if command -v compute-sanitizer >/dev/null; then
    for tool in memcheck racecheck; do
      sanitize "$tool" cuda_backend_gpu \
        '*Pool*:*Lrn*:*Relu*:*Tanh*:*Dropout*:*Softmax*:*Loss*:*Updates*:*Dead*:-*Conv*:*Full*' \
        >"$out/$tool.log" 2>&1 &
      checks[$tool]=$!
      sanitize "$tool" direct_convolution_gpu '*' >"$out/$tool-direct.log" 2>&1 &
      checks[$tool-direct]=$!
    done
  else
    echo "skip compute-sanitizer: it is not on the PATH" >>"$summary"
  fi
  for name in "${!programs[@]}"; do
    wait "${programs[$name]}"
    code=$?
    tell_tests "$name" "$code"
  done
  for name in "${!checks[@]}"; do
    wait "${checks[$name]}"
    code=$?
    tell_sanitizer "$name" "$code"
  done
  echo
  cat "$summary"
}

# Prints what there is after each half, so that a run that is cut off leaves
# something.
run_bench() {
  timeout 420 "${ours[@]}" "$here/gpu_bench" "${quick[@]}" >"$out/ours.txt" || failed=1
  : >"$out/torch.txt"
  if python3 -c 'import torch' 2>/dev/null; then
    python3 "$here/table.py" "$out/ours.txt"
    echo
    timeout "$((${ALEXNET_TORCH_SECONDS:-240} + 120))" \
      python3 "$here/torch_bench.py" "${quick[@]}" \
      --seconds "${ALEXNET_TORCH_SECONDS:-240}" >"$out/torch.txt" || failed=1
  else
    echo "skip the comparison: python3 has no torch"
  fi
  python3 "$here/table.py" "$out/torch.txt" "$out/ours.txt" || failed=1
}

run_kernels() {
  local work
  for work in "torchvision 256 train" "alexnet 256 train" "torchvision 1 infer"; do
    # shellcheck disable=SC2086
    "${ours[@]}" "$here/gpu_bench" kernels $work || failed=1
    echo
  done
}

for part in tests kernels bench; do
  [[ " ${parts[*]} " == *" $part "* ]] || continue
  "run_$part"
  echo
done
((failed)) && echo "FAILED" || echo "PASSED"
exit "$failed"
