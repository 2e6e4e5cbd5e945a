#!/usr/bin/env bash
# The bundle is whole and small, needs nothing but the system's libraries, and
# its scripts run as far as they can without a GPU.
set -euo pipefail
bundle=$(realpath "$1") table=$(realpath "$2")
fail() {
  echo "$*" >&2
  exit 1
}
dir=$TEST_TMPDIR/bundle
"$bundle" "${@:3}" "$dir" | grep -q 'MiB' || fail "bundle.sh did not say the size"
for file in run.sh torch_bench.py table.py gpu_bench tests/cuda_backend_gpu tests/cuda_plan_gpu tests/cuda_ranks_gpu tests/direct_convolution_gpu; do
  [[ -x $dir/$file ]] || fail "$file is missing"
done
for program in "$dir/gpu_bench" "$dir"/tests/*; do
  missing=$(LD_LIBRARY_PATH=$dir/lib ldd "$program" | grep -v "=> $dir/lib/" | grep -vE 'linux-vdso|ld-linux|lib(c|m|gcc_s|stdc\+\+|dl|rt|pthread)\.so' || true)
  [[ -z $missing ]] || fail "$program needs more than the system has: $missing"
done
bash -n "$dir/run.sh"
code=0
"$dir/run.sh" nonsense 2>"$TEST_TMPDIR/usage" || code=$?
((code == 2)) && grep -q 'usage: run.sh' "$TEST_TMPDIR/usage" ||
  fail "run.sh took a part that it has not"
"$bundle" "${@:3}" "$dir" 2>/dev/null && fail "a folder that is there was taken"

cat >"$TEST_TMPDIR/lines" <<'LINES'
{"ceiling": "matrix product", "precision": "bf16", "tflops": 800.0}
{"ceiling": "copy", "gbps": 4000.0}
{"peer": "torch eager", "network": "torchvision", "mode": "training", "precision": "bf16", "batch": 256, "milliseconds": 6.0, "images_per_second": 1, "peak_mib": 1}
{"peer": "torch compile", "network": "torchvision", "mode": "training", "precision": "bf16", "batch": 256, "milliseconds": 5.0, "images_per_second": 1, "peak_mib": 1}
{"peer": "alexnet", "network": "torchvision", "mode": "training", "precision": "bf16", "batch": 256, "milliseconds": 2.0, "images_per_second": 128000.0, "arena_mib": 100.0, "parameters_mib": 500.0, "gmacs_per_image": 0.7}
{"left_out": "alexnet training bf16 1024", "peer": "torch compile"}
{"kernel": "LRN forward", "precision": "bf16", "mib": 142, "milliseconds": 0.1, "gbps": 3200.0}
LINES
text=$(python3 "$table" "$TEST_TMPDIR/lines")
grep -qE 'torchvision +training +bf16 +256 +2\.000 +6\.000 +5\.000 +- +3\.00 +2\.50 +- +128000 +67\.2 % +600 MiB' <<<"$text" ||
  fail "another row than expected: $text"
grep -q 'no time was left for: torch compile alexnet training bf16 1024' <<<"$text" ||
  fail "what was left out is not told: $text"
grep -qE 'LRN forward +bf16 +142 +0\.100 +3200 +80\.0 %' <<<"$text" ||
  fail "another kernel than expected: $text"
