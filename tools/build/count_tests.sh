#!/usr/bin/env bash
# usage: count_tests.sh LOG TESTLOGS STATUS
#
# Prints "N passed, N failed" (", N skipped" if there are any): the test cases of
# one `bazel test --test_summary=short`, whose output is in LOG, whose exit code
# was STATUS, and whose test.xml files lie under TESTLOGS. Only tests that LOG
# names are counted, so that results of earlier runs are not. A test without
# cases of its own (a shell script) counts as one; so does, as failed, one that
# was not built, or that failed outside of its cases; so does a run that failed
# for no test's fault.
set -euo pipefail
export LC_ALL=C
log=$1 testlogs=$2 status=$3

# cases FILE...: "PASSED FAILED SKIPPED" of test.xml files.
cases() {
  # Elements one per line, whatever the line breaks in the file.
  sed 's/</\n</g' "$@" | awk '
    function close_case() {
      if (open) { if (bad) failed++; else if (skip) skipped++; else passed++ }
      open = 0
    }
    # Text of a test that only looks like an element is inside CDATA.
    /^<!\[CDATA\[/ { cdata = 1 }
    cdata { if (index($0, "]]>")) cdata = 0; next }
    /^<testcase[ >]/ { close_case(); open = 1; bad = 0; skip = /status="notrun"|result="(skipped|suppressed)"/ }
    /^<(failure|error)[ >\/]/ { if (open) bad = 1 }
    /^<skipped[ >\/]/ { skip = 1 }
    END { close_case(); print passed + 0, failed + 0, skipped + 0 }'
}

passed=0 failed=0 skipped=0
while read -r label result; do
  case $result in
    PASSED | FLAKY) good=1 ;;
    SKIPPED)
      skipped=$((skipped + 1))
      continue
      ;;
    FAILED | TIMEOUT) good= ;;
    *) # FAILED TO BUILD, NO STATUS
      failed=$((failed + 1))
      continue
      ;;
  esac
  dir=${label#//}
  dir=$testlogs/${dir/://}
  files=()
  for file in "$dir"/test.xml "$dir"/shard_*/test.xml; do [[ -f $file ]] && files+=("$file"); done
  p=0 f=0 s=0
  ((${#files[@]} == 0)) || read -r p f s < <(cases "${files[@]}")
  # A test that says so fails, whatever its cases say, and the other way round.
  if [[ $good ]]; then
    f=0
    ((p + s)) || p=1
  elif ((f == 0)); then
    f=1
  fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done < <(awk '
  /^\/\// {
    label = $1
    for (i = 2; i <= NF; i++) {
      if ($i == "(cached)") continue
      if ($i == "FAILED" && $(i + 1) == "TO") { print label, "UNBUILT"; break }
      if ($i ~ /^(PASSED|FAILED|TIMEOUT|FLAKY,?|SKIPPED)$/) { sub(",", "", $i); print label, $i; break }
      if ($i == "NO" && $(i + 1) == "STATUS") { print label, "UNBUILT"; break }
      break
    }
  }' "$log" | sort -u)

if ((status != 0 && failed == 0)); then failed=1; fi
if ((passed + failed + skipped == 0)); then failed=1; fi
line="$passed passed, $failed failed"
((skipped == 0)) || line+=", $skipped skipped"
echo "$line"
