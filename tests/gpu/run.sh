#!/usr/bin/env bash
# usage: run.sh [--quick]
#
# On a machine with an NVIDIA GPU, a driver, a CUDA 13 toolkit and PyTorch: runs
# the tests of this folder, printing pass or fail for each, looks at the kernels
# with compute-sanitizer where there is one, and prints a table of the engine
# beside PyTorch. Needs no network. Exits 1 if a test failed.
set -uo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
quick=()
[[ ${1-} == --quick ]] && quick=(--quick)

# PyTorch's wheels bring cuDNN and cuBLASLt along.
wheels=$(python3 - <<'PYTHON' 2>/dev/null
import glob, os, site
for root in site.getsitepackages() + [site.getusersitepackages()]:
    for folder in sorted(glob.glob(os.path.join(root, "nvidia", "*", "lib"))):
        print(folder)
PYTHON
)
for folder in $wheels; do
  ALEXNET_CUDA_LIBRARIES=${ALEXNET_CUDA_LIBRARIES:+$ALEXNET_CUDA_LIBRARIES:}$folder
  # cuDNN's parts look for each other the loader's way.
  LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder
done
LD_LIBRARY_PATH=$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export ALEXNET_CUDA_LIBRARIES=${ALEXNET_CUDA_LIBRARIES-} LD_LIBRARY_PATH=${LD_LIBRARY_PATH-}

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failed=0
for test in "$here"/tests/*; do
  name=$(basename "$test")
  "$test" >"$out/$name.log" 2>&1
  code=$?
  grep -E '^\[ +(OK|FAILED|SKIPPED) +\]' "$out/$name.log" | grep -v 'listed below' |
    sed -E 's/^\[ +OK +\]/pass/; s/^\[ +FAILED +\]/FAIL/; s/^\[ +SKIPPED +\]/skip/' | sort -u
  if ((code)); then
    failed=1
    echo "FAIL $name: exit code $code; the end of its output:"
    tail -n 40 "$out/$name.log"
  fi
done

if command -v compute-sanitizer >/dev/null; then
  for tool in memcheck racecheck; do
    # Our own kernels: those of the libraries are not ours to check.
    if compute-sanitizer --tool "$tool" --error-exitcode 9 \
      "$here/tests/cuda_backend_gpu" \
      --gtest_filter='*Pool*:*Lrn*:*Relu*:*Tanh*:*Dropout*:*Softmax*:*Loss*:*Updates*:*Dead*' \
      >"$out/$tool.log" 2>&1; then
      echo "pass compute-sanitizer $tool"
    else
      failed=1
      echo "FAIL compute-sanitizer $tool; the end of its output:"
      tail -n 40 "$out/$tool.log"
    fi
  done
else
  echo "skip compute-sanitizer: it is not on the PATH"
fi

echo
"$here/gpu_bench" "${quick[@]}" >"$out/ours.txt" || failed=1
if python3 -c 'import torch' 2>/dev/null; then
  python3 "$here/torch_bench.py" "${quick[@]}" >"$out/torch.txt" || failed=1
else
  echo "skip the comparison: python3 has no torch"
  : >"$out/torch.txt"
fi
python3 "$here/table.py" "$out/torch.txt" "$out/ours.txt" || failed=1
((failed)) && echo "FAILED" || echo "PASSED"
exit "$failed"
