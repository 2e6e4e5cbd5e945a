#!/usr/bin/env bash
# usage: run_test.sh RUN_SH TABLE_PY
#
# run.sh with programs that only look like the real ones: all that pass; some that
# hang, crash or say too much; and a run that is killed.
set -euo pipefail
run=$(realpath "$1") table=$(realpath "$2")
export TMPDIR=$TEST_TMPDIR
fail() {
  echo "$*" >&2
  for file in "$out"/*; do
    echo "== $file" >&2
    tail -n 40 "$file" >&2
  done
  exit 1
}
bundle=$TEST_TMPDIR/bundle out=$TEST_TMPDIR/none
mkdir -p "$bundle/tests" "$bundle/bin"
cp "$run" "$bundle/run.sh"
cp "$table" "$bundle/table.py"
touch "$bundle/torch_bench.py"
# Each does what the file of its name in $behaviour says, if there is one.
behaviour=$TEST_TMPDIR/behaviour
export behaviour
cat >"$bundle/act" <<'ACT'
#!/usr/bin/env bash
file=$behaviour/$(tr ' /' '__' <<<"$1")
[[ -f $file ]] || exit 0
source "$file"
ACT
cat >"$bundle/gpu_bench" <<'BENCH'
#!/usr/bin/env bash
[[ $1 == --quick ]] && shift
"$(dirname "$0")/act" "$*" || exit
case $1 in
  plan)
    echo "{\"peer\": \"alexnet\", \"network\": \"$2\", \"mode\": \"$3\", \"precision\": \"$4\", \"batch\": $5, \"milliseconds\": 2.0, \"images_per_second\": 1.0, \"arena_mib\": 1.0, \"parameters_mib\": 1.0, \"gmacs_per_image\": 0.7, \"captured\": true}"
    ;;
  captured) echo "captured: yes, loss 6.9" ;;
  machine) echo "NVIDIA nothing" ;;
  *) echo '{"kernel": "LRN forward", "precision": "bf16", "mib": 1, "milliseconds": 0.1, "gbps": 3200.0}' ;;
esac
BENCH
cat >"$bundle/bin/python3" <<PYTHON
#!/usr/bin/env bash
case \$1 in
  -c) exit 0 ;;
  */torch_bench.py)
    shift
    [[ \$1 == --quick ]] && shift
    "$bundle/act" "torch \$*" || exit
    echo "{\"peer\": \"torch compile\", \"network\": \"\$2\", \"mode\": \"\$3\", \"precision\": \"\$4\", \"batch\": \$5, \"milliseconds\": 5.0}"
    ;;
  *) exec "$(command -v python3)" "\$@" ;;
esac
PYTHON
printf '#!/usr/bin/env bash\nexit 0\n' >"$bundle/bin/nvidia-smi"
printf '#!/usr/bin/env bash\n"%s/act" sanitizer\n' "$bundle" >"$bundle/bin/compute-sanitizer"
for name in cuda_backend_gpu cuda_plan_gpu cuda_ranks_gpu direct_convolution_gpu; do
  cat >"$bundle/tests/$name" <<TEST
#!/usr/bin/env bash
[[ -f \$behaviour/deaf_$name ]] && trap '' TERM
echo '[       OK ] Some.Test (1 ms)'
"$bundle/act" $name || exit
echo '[  PASSED  ] 1 test.'
TEST
done
chmod +x "$bundle"/{act,gpu_bench,run.sh} "$bundle"/{bin,tests}/*
export PATH=$bundle/bin:$PATH

begin() {
  rm -rf "$behaviour"
  mkdir "$behaviour"
  out=$TEST_TMPDIR/$1
}
row() { grep -E "^$1 " "$out/summary.txt" || fail "no row $1"; }
expect() { row "$1" | grep -qE "$2" || fail "row $1 has no $2: $(row "$1")"; }
# At most eight files, text, under 1 MiB together; a verdict on each row.
expect_files() {
  local files=("$out"/*)
  ((${#files[@]} <= 8)) || fail "more than eight files: ${files[*]}"
  [[ -z $(find "$out" -name '.*' -type f) ]] || fail "a hidden file: $(ls -A "$out")"
  (($(cat "$out"/* | wc -c) < 1 << 20)) || fail "more than 1 MiB"
  ! LC_ALL=C grep -qaP '[^\t\n\x20-\x7e]' "$out"/* || fail "what is no text"
  (($(wc -l <"$out/summary.txt") == rows)) || fail "not a verdict on each of $rows rows"
}
rows=24

begin good
"$bundle/run.sh" --quick --out "$out" >"$TEST_TMPDIR/said" || fail "a good run failed: $(cat "$TEST_TMPDIR/said")"
expect_files
grep -q '^PASSED' "$TEST_TMPDIR/said" || fail "it did not pass"
(($(grep -c ' pass' "$out/summary.txt") == rows)) || fail "not every row passed"
expect "bench alexnet training bf16 256" 'pass: 2.0 ms, torch.compile 5 ms: 2.50 times'
# Whole plans after the smallest kernels, and those before what is measured.
order=$(cut -c1-44 "$out/summary.txt" | sed 's/ *$//')
expected='machine
test cuda_backend_gpu
test direct_convolution_gpu
test cuda_plan_gpu
test cuda_ranks_gpu
captured torchvision
captured alexnet
kernels torchvision 256 train
kernels alexnet 256 train
kernels torchvision 1 infer
own kernels
bench torchvision training bf16 256
bench alexnet training bf16 256
bench torchvision training bf16 1024
bench alexnet training bf16 1024
bench torchvision inference bf16 1
bench alexnet inference bf16 1
bench torchvision training f32 256
bench alexnet training f32 256
training on JPEGs'
[[ $(head -n 20 <<<"$order") == "$expected" ]] || fail "another order: $order"

# What hangs, hears of nothing, crashes and says too much costs its own row alone.
begin bad
echo 'sleep 1000' >"$behaviour/cuda_plan_gpu"
touch "$behaviour/deaf_cuda_plan_gpu"
echo 'kill -SEGV $$' >"$behaviour/cuda_backend_gpu"
echo 'exit 1' >"$behaviour/plan_alexnet_training_bf16_256"
echo 'head -c 3000000 /dev/urandom; exit 1' >"$behaviour/torch_--row_torchvision_training_bf16_256"
echo 'head -c 3000000 /dev/urandom' >"$behaviour/kernels_alexnet_256_train"
echo 'echo "a race"; exit 9' >"$behaviour/sanitizer"
code=0
"$bundle/run.sh" --seconds 60 --out "$out" >"$TEST_TMPDIR/said" || code=$?
((code == 1)) || fail "a bad run gave $code"
expect_files
expect "test cuda_plan_gpu" 'FAIL: ran out of time or was killed, after 1 tests'
expect "test cuda_backend_gpu" 'FAIL: exit code 139'
expect "test direct_convolution_gpu" 'pass: 1 tests'
expect "bench alexnet training bf16 256" 'FAIL: exit code 1'
expect "bench torchvision training bf16 256" 'skip: 2.0 ms; of torch.compile: FAIL: exit code 1'
expect "bench alexnet training bf16 1024" 'pass'
expect "racecheck cuda_backend_gpu" 'FAIL: exit code 9'
grep -q 'a race' "$out/errors.txt" || fail "what the sanitizer said is lost"

# One that is killed has left what it had found, and a verdict on the rest.
begin killed
echo 'sleep 1000' >"$behaviour/captured_alexnet"
setsid "$bundle/run.sh" --out "$out" >"$TEST_TMPDIR/said" 2>&1 &
running=$!
until grep -qE '^captured alexnet +begun' "$out/summary.txt" 2>/dev/null; do sleep 0.1; done
kill -KILL -- "-$running"
wait "$running" 2>/dev/null || true
expect_files
expect "captured torchvision" 'pass: captured: yes'
expect "captured alexnet" 'begun, not ended'
expect "bench torchvision training bf16 256" 'not reached'

# Without time nothing is begun, and all is said to be so.
begin short
echo 'sleep 1000' >"$behaviour/machine"
code=0
"$bundle/run.sh" --seconds 1 --out "$out" >"$TEST_TMPDIR/said" || code=$?
((code == 1)) || fail "a run that was cut off gave $code"
expect_files
expect "training on JPEGs" 'not reached'

code=0
"$bundle/run.sh" --seconds none 2>"$TEST_TMPDIR/usage" || code=$?
((code == 2)) && grep -q 'usage: run.sh' "$TEST_TMPDIR/usage" || fail "no usage"
echo ok
