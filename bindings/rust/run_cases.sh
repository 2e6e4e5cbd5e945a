#!/usr/bin/env bash
# usage: run_cases.sh PROGRAM [ARGUMENT...]
# Runs a program of Rust's test harness and leaves its cases in test.xml.
set -uo pipefail
program=$1
log=$TEST_TMPDIR/log

"$@" | tee "$log"
status=$?

[[ ${XML_OUTPUT_FILE:-} ]] && awk -v suite="$(basename "$program")" '
  # "test NAME ... ok", also "test NAME - should panic ... ok".
  /^test .* \.\.\. / {
    result = $NF
    if (result != "ok" && result != "FAILED" && !/ \.\.\. ignored/) next
    name = $2
    gsub(/&/, "\\&amp;", name); gsub(/</, "\\&lt;", name); gsub(/"/, "\\&quot;", name)
    body = ""
    if (result == "FAILED") { body = "<failure message=\"see the log\"/>"; failed++ }
    else if (result != "ok") body = "<skipped/>"
    cases = cases "<testcase name=\"" name "\" classname=\"" suite "\">" body "</testcase>\n"
    count++
  }
  END {
    print "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
    printf "<testsuites>\n<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\">\n%s</testsuite>\n</testsuites>\n", suite, count, failed, cases
  }' "$log" > "$XML_OUTPUT_FILE"
exit "$status"
