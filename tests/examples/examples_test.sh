#!/usr/bin/env bash
# examples_test DRAW TRAIN PREDICT [finetunes]
set -euo pipefail
draw=$1 train=$2 predict=$3 finetunes=${4:-}
work=$TEST_TMPDIR

fail() { echo "FAILED: $*" >&2 && cat "$work"/*.txt >&2 && exit 1; }

"$draw" "$work/data"
"$train" "$work/data" "$work/run" alexnet_small 2 > "$work/train.txt" 2> "$work/progress.txt" ||
  fail "training failed"
[[ -s $work/run/last.alexnet ]] || fail "training left no checkpoint"
cat "$work/train.txt" "$work/progress.txt" | grep -qi 'epoch' || fail "training told no progress"
cat "$work/train.txt" "$work/progress.txt" | grep -qi 'top-1' || fail "no top-1 error was printed"

pictures=("$work"/data/val/*/*.jpg)
"$predict" "$work/run/last.alexnet" "${pictures[0]}" "${pictures[7]}" > "$work/predict.txt" ||
  fail "predicting failed"
[[ $(grep -c '^  .*%' "$work/predict.txt") == 10 ]] || fail "not the top five of two pictures"
grep -qF "${pictures[7]}" "$work/predict.txt" || fail "a picture is not named"

if [[ $finetunes ]]; then
  "$train" "$work/data" "$work/tuned" "$work/run/best.alexnet" 1 > "$work/tuned.txt" ||
    fail "fine-tuning failed"
  "$predict" "$work/tuned/best.alexnet" "${pictures[0]}" > "$work/predict.txt" ||
    fail "predicting with a fine-tuned model failed"
fi

# Ctrl-C: stopped cleanly, with a checkpoint to go on from. Without -m the shell
# has what runs in the background ignore it, which Java respects.
set -m
"$train" "$work/data" "$work/long" alexnet_small 1000 > "$work/long.txt" 2>&1 &
set +m
until grep -q epoch "$work/long.txt"; do
  kill -0 $! || fail "a run of many epochs ended by itself"
  sleep 0.1
done
kill -INT $!
status=0
wait $! || status=$?
((status != 0)) || fail "an interrupted run ended as if it were done"
grep -q 'stands at epoch' "$work/long.txt" || fail "an interrupted run did not say where it stopped"
[[ -s $work/long/last.alexnet ]] || fail "an interrupted run left no checkpoint"

# What is wrong is said, by name.
refuses() {
  local status=0
  "$@" > "$work/refused.txt" 2>&1 || status=$?
  ((status == 1)) || fail "$* ended with $status, not 1"
}
refuses "$predict" "$work/missing.alexnet" "${pictures[0]}"
grep -qF missing.alexnet "$work/refused.txt" || fail "a missing model is not named"
refuses "$predict" "$work/run/last.alexnet" "$work/missing.jpg"
grep -qF missing.jpg "$work/refused.txt" || fail "a missing picture is not named"
refuses "$train" "$work/nothing" "$work/other" alexnet_small 1
grep -qF nothing "$work/refused.txt" || fail "a missing folder is not named"
