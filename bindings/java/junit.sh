#!/usr/bin/env bash
# Runs JUnit tests under -Xcheck:jni: junit.sh LAUNCHER CLASS...
# What that complains of is a failure too. Cases are counted from JUnit's report.
set -uo pipefail

launcher=$1
shift
work=$(mktemp -d -p "$TEST_TMPDIR") || exit 1
selected=()
for class in "$@"; do selected+=(--select-class "$class"); done

"$launcher" --wrapper_script_flag=--jvm_flag=-Djava.io.tmpdir="$work" "${selected[@]}" \
  --details tree --disable-banner --disable-ansi-colors --fail-if-no-tests \
  --reports-dir "$work/reports" 2>&1 | tee "$work/log"
status=${PIPESTATUS[0]}
cp "$work/reports/TEST-junit-jupiter.xml" "$XML_OUTPUT_FILE" || status=1
if grep -E '^(WARNING in native method|WARNING: JNI|FATAL ERROR in native method)' "$work/log"; then
  echo "junit.sh: -Xcheck:jni complains" >&2
  status=1
fi
exit "$status"
