#!/usr/bin/env bash
# usage: run.sh [--quick] [--seconds N] [--out DIR] [PART...]
#
# On a machine with an NVIDIA GPU, a driver, a CUDA 13 toolkit and PyTorch. One call
# ends within nine minutes (--seconds N: another time, of which every limit is a share)
# and leaves a verdict on every row: what was found so far is in DIR (default:
# gpu-results) as soon as it is found, at most eight text files, under 1 MiB together.
# DIR/summary.txt has the verdicts. Parts, in this order, all where none is named:
#
#   machine   what is there: GPU, driver, libraries
#   tests     the tests of this folder, the smallest kernels before whole plans
#   captured  whether a training step becomes a CUDA graph
#   kernels   where the time of a step and of one picture goes, and our own kernels
#   bench     ours and PyTorch's in turns: bf16 training, one picture, f32
#   more      training on JPEGs, compute-sanitizer over our own kernels
#
# --quick measures less long. Needs no network. Exits 1 if anything failed.
set -uo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
usage() {
  sed -n 's/^# \(usage: .*\)/\1/p' "${BASH_SOURCE[0]}" >&2
  exit 2
}
quick=() parts=() seconds=510 out=gpu-results
while (($#)); do
  case $1 in
    --quick) quick=(--quick) ;;
    --seconds)
      [[ ${2-} =~ ^[1-9][0-9]*$ ]] || usage
      seconds=$2
      shift
      ;;
    --out)
      [[ -n ${2-} ]] || usage
      out=$2
      shift
      ;;
    machine | tests | captured | kernels | bench | more) parts+=("$1") ;;
    *) usage ;;
  esac
  shift
done
((${#parts[@]})) || parts=(machine tests captured kernels bench more)
mkdir -p "$out" || exit 1
out=$(realpath "$out")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
deadline=$((SECONDS + seconds))

# PyTorch's wheels bring cuDNN, cuBLASLt and NCCL along. Not by LD_LIBRARY_PATH, where
# the parts of another cuDNN would find theirs, which may be for CUDA 12.
wheels=$(timeout 20 python3 - <<'PYTHON' 2>/dev/null
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

# Rows, in their order, and what became of each. Verdicts are files, so that whatever
# runs beside another can give its own.
rows=()
row_files=$work/rows
mkdir "$row_files"
add_row() {
  rows+=("$1")
  echo "not reached: no time was left" >"$row_files/${1//[ \/]/_}"
}
summarize() {
  (
    flock 9
    for row in "${rows[@]}"; do
      printf '%-44s %s\n' "$row" "$(head -c 400 "$row_files/${row//[ \/]/_}")"
    done >"$out/.summary"
    mv "$out/.summary" "$out/summary.txt"
  ) 9>"$work/lock"
}
verdict() {
  echo "$2" >"$row_files/${1//[ \/]/_}"
  summarize
  echo "$1: $2"
}

# The start and the end of what a program said, appended to a file of results.
keep() {
  local title=$1 from=$2 to=$out/$3 most=$4
  {
    echo "== $title"
    if (($(stat -c %s "$from") > most)); then
      head -c $((most / 4)) "$from"
      printf '\n[...]\n'
      tail -c $((most * 3 / 4)) "$from"
    else
      cat "$from"
    fi
    echo
  } | tr -cd '\t\n\40-\176' >>"$to"
}

# What a program measured, a JSON object a line.
measured() {
  grep -aE '^\{.*\}$' "$1" 2>/dev/null | cut -c1-2000 | tr -cd '\t\n\40-\176' | head -n 40 >>"$out/bench.jsonl"
}

# Seconds that a part may take: its share of all, or what is left of it. 0: none.
limit_of() {
  local share=$((seconds * $1 / 540)) left=$((deadline - SECONDS))
  ((share > 0)) || share=1
  ((left < share)) && share=$left
  ((share > 0)) && echo "$share" || echo 0
}

# limited SHARE LOG COMMAND...: 124 where it ran out of time, 125 where none was left.
limited() {
  local limit log=$2
  : >"$log"
  limit=$(limit_of "$1")
  shift 2
  ((limit > 0)) || return 125
  timeout -k 2 "$limit" "$@" >"$log" 2>&1
  local code=$?
  # Killed, since it did not hear of the end of its time.
  ((code == 137 && SECONDS >= deadline)) && code=124
  return "$code"
}

# What the end of a program says of it.
told() {
  case $1 in
    0) echo "pass" ;;
    124 | 137) echo "FAIL: ran out of time or was killed" ;;
    125) echo "not reached: no time was left" ;;
    *) echo "FAIL: exit code $1" ;;
  esac
}

run_machine() {
  local log=$work/machine code
  verdict machine "begun, not ended"
  limited 20 "$log" bash -c '
    nvidia-smi 2>&1 || echo "no nvidia-smi"
    nvcc --version 2>&1 | tail -n 2
    python3 -c "import torch; print(\"torch\", torch.__version__, torch.version.cuda, torch.backends.cudnn.version())" 2>&1 | tail -n 1
    uname -a; nproc; free -g | head -n 2
    "$@"' bash "${ours[@]}" "$here/gpu_bench" machine
  code=$?
  keep machine "$log" machine.txt 60000
  verdict machine "$(told "$code")"
}

# The smallest kernels before whole plans.
test_names() {
  local first=(cuda_backend_gpu direct_convolution_gpu) name
  for name in "${first[@]}"; do
    [[ -x $here/tests/$name ]] && echo "$name"
  done
  for name in $(cd "$here/tests" 2>/dev/null && ls); do
    [[ " ${first[*]} " == *" $name "* ]] || echo "$name"
  done
}

run_test() {
  local name=$1 log=$work/$1.log code counted
  limited 150 "$log" "${ours[@]}" "$here/tests/$name"
  code=$?
  counted=$(grep -cE '^\[ +OK +\]' "$log" 2>/dev/null)
  if ((code == 0)); then
    verdict "test $name" "pass: $counted tests, $(grep -cE '^\[ +SKIPPED +\] [A-Z].*ms\)' "$log") skipped"
  else
    verdict "test $name" "$(told "$code"), after $counted tests that passed: $(
      grep -E '^\[ +(FAILED|RUN) +\]' "$log" 2>/dev/null | tail -n 1
    )"
  fi
  (
    flock 9
    grep -E '^\[ +(OK|FAILED|SKIPPED) +\]|Failure$|^  ' "$log" >"$log.short" 2>/dev/null
    tail -n 40 "$log" >>"$log.short" 2>/dev/null
    keep "$name" "$log.short" tests.txt 60000
  ) 9>"$work/tests_lock"
}

# Side by side: they wait for the processor more than for the GPU.
run_tests() {
  local name tests=()
  for name in $(test_names); do
    verdict "test $name" "begun, not ended"
    run_test "$name" &
    tests+=($!)
  done
  wait "${tests[@]}"
}

run_captured() {
  local network log=$work/captured code
  for network in torchvision alexnet; do
    verdict "captured $network" "begun, not ended"
    limited 45 "$log" "${ours[@]}" "$here/gpu_bench" captured "$network"
    code=$?
    keep "captured $network" "$log" machine.txt 4000
    if ((code == 0)); then
      verdict "captured $network" "pass: $(tail -n 1 "$log")"
    else
      verdict "captured $network" "$(told "$code"): $(tail -n 1 "$log" 2>/dev/null)"
    fi
  done
}

kernel_works=("torchvision 256 train" "alexnet 256 train" "torchvision 1 infer")
run_kernels() {
  local work_of log=$work/kernels code
  for work_of in "${kernel_works[@]}"; do
    verdict "kernels $work_of" "begun, not ended"
    # shellcheck disable=SC2086
    limited 40 "$log" "${ours[@]}" "$here/gpu_bench" kernels $work_of
    code=$?
    keep "$work_of" "$log" kernels.txt 40000
    verdict "kernels $work_of" "$(told "$code")"
  done
  verdict "own kernels" "begun, not ended"
  limited 40 "$log" "${ours[@]}" "$here/gpu_bench" "${quick[@]}" own
  code=$?
  measured "$log"
  keep "own kernels" "$log" kernels.txt 40000
  verdict "own kernels" "$(told "$code")"
}

# NETWORK MODE PRECISION BATCH TIMES: how many times as fast as torch.compile it is to be.
bench_rows=(
  "torchvision training bf16 256 1.5"
  "alexnet training bf16 256 2"
  "torchvision training bf16 1024 1.5"
  "alexnet training bf16 1024 2"
  "torchvision inference bf16 1 2"
  "alexnet inference bf16 1 2"
  "torchvision training f32 256 1"
  "alexnet training f32 256 1"
)
milliseconds() { # of the best of a peer's lines
  grep "\"peer\": \"$1" "$2" 2>/dev/null | sed -n 's/.*"milliseconds": \([0-9.eE+-]*\).*/\1/p' | sort -g | head -n 1
}
run_bench() {
  local line network mode precision batch goal name log=$work/bench torch=0 code our their
  limited 40 "$log" python3 -c 'import torch' && torch=1
  for line in "${bench_rows[@]}"; do
    read -r network mode precision batch goal <<<"$line"
    name="bench $network $mode $precision $batch"
    verdict "$name" "begun, not ended"
    : >"$log.theirs"
    limited 45 "$log" "${ours[@]}" "$here/gpu_bench" "${quick[@]}" plan "$network" "$mode" "$precision" "$batch"
    code=$?
    measured "$log"
    our=$(milliseconds alexnet "$log")
    if [[ -z $our ]]; then
      keep "$name" "$log" errors.txt 8000
      verdict "$name" "$(told "$code"): $(tail -n 1 "$log" 2>/dev/null)"
      continue
    fi
    if ((!torch)); then
      verdict "$name" "skip: $our ms; python3 has no torch to compare with"
      continue
    fi
    verdict "$name" "begun, not ended: ours takes $our ms"
    limited 75 "$log.theirs" python3 "$here/torch_bench.py" "${quick[@]}" --row "$network" "$mode" "$precision" "$batch"
    code=$?
    measured "$log.theirs"
    their=$(milliseconds "torch compile" "$log.theirs")
    if [[ -z $their ]]; then
      keep "$name" "$log.theirs" errors.txt 8000
      verdict "$name" "skip: $our ms; of torch.compile: $(told "$code")"
      continue
    fi
    verdict "$name" "$(awk -v our="$our" -v their="$their" -v goal="$goal" 'BEGIN {
      times = their / our
      printf "%s: %s ms, torch.compile %.4g ms: %.2f times as fast, to be %s",
        (times >= goal ? "pass" : "FAIL"), our, their, times, goal }')"
  done
}

# Our own kernels: those of the libraries are not ours to check.
sanitize() {
  local tool=$1 program=$2 filter=$3 options=() log=$work/$1-$2.log code
  # The libraries try calls that may fail.
  [[ $tool == memcheck ]] && options=(--report-api-errors no)
  limited 120 "$log" "${ours[@]}" compute-sanitizer --tool "$tool" "${options[@]}" --error-exitcode 9 \
    "$here/tests/$program" --gtest_filter="$filter"
  code=$?
  ((code)) && keep "$tool $program" "$log" errors.txt 30000
  verdict "$tool $program" "$(told "$code")"
}
sanitizer_rows=("memcheck cuda_backend_gpu" "racecheck cuda_backend_gpu"
  "memcheck direct_convolution_gpu" "racecheck direct_convolution_gpu")
run_more() {
  local tool program filter checks=() log=$work/jpegs code
  verdict "training on JPEGs" "begun, not ended"
  limited 60 "$log" "${ours[@]}" "$here/gpu_bench" "${quick[@]}" jpegs
  code=$?
  measured "$log"
  ((code)) && keep "training on JPEGs" "$log" errors.txt 8000
  verdict "training on JPEGs" "$(told "$code")"
  for line in "${sanitizer_rows[@]}"; do
    read -r tool program <<<"$line"
    if ! command -v compute-sanitizer >/dev/null; then
      verdict "$line" "skip: compute-sanitizer is not on the PATH"
      continue
    fi
    filter='*'
    [[ $program == cuda_backend_gpu ]] &&
      filter='*Pool*:*Lrn*:*Relu*:*Tanh*:*Dropout*:*Softmax*:*Loss*:*Updates*:*Dead*:-*Conv*:*Full*'
    verdict "$line" "begun, not ended"
    sanitize "$tool" "$program" "$filter" &
    checks+=($!)
  done
  wait "${checks[@]}"
}

wanted() { [[ " ${parts[*]} " == *" $1 "* ]]; }
wanted machine && add_row machine
if wanted tests; then
  for name in $(test_names); do add_row "test $name"; done
fi
wanted captured && add_row "captured torchvision" && add_row "captured alexnet"
if wanted kernels; then
  for line in "${kernel_works[@]}"; do add_row "kernels $line"; done
  add_row "own kernels"
fi
if wanted bench; then
  for line in "${bench_rows[@]}"; do add_row "bench ${line% *}"; done
fi
if wanted more; then
  add_row "training on JPEGs"
  for line in "${sanitizer_rows[@]}"; do add_row "$line"; done
fi
rm -f "$out"/{machine,tests,kernels,errors,table}.txt "$out/bench.jsonl"
summarize

for part in machine tests captured kernels bench more; do
  wanted "$part" && "run_$part"
done

if [[ -s $out/bench.jsonl ]]; then
  timeout 20 python3 "$here/table.py" "$out/bench.jsonl" >"$out/table.txt" 2>&1 || true
  cat "$out/table.txt"
fi
echo
cat "$out/summary.txt"
if grep -q ' FAIL' "$out/summary.txt"; then
  echo "FAILED"
  exit 1
fi
if grep -qE ' (not reached|begun)' "$out/summary.txt"; then
  echo "NOT ALL WAS REACHED"
  exit 1
fi
echo "PASSED"
