#!/usr/bin/env bash
# Tests count_tests.sh on made-up logs.
set -euo pipefail

count=$PWD/tools/build/count_tests.sh
cd "$(mktemp -d "$TEST_TMPDIR/XXXXXX")"
bad=0

# expect STATUS LINE: what the log "log" must give.
expect() {
  local got
  got=$("$count" log logs "$1")
  [[ $got == "$2" ]] || {
    echo "wanted '$2', got '$got'; the log:" && cat log
    bad=1
  }
}
# xml TEST: standard input becomes its result.
xml() { mkdir -p "logs/$1" && cat > "logs/$1/test.xml"; }

xml core/a_test << 'END'
<testsuites tests="3"><testsuite name="A">
<testcase name="One" status="run" result="completed" classname="A" />
<testcase name="Two" status="run" result="completed" classname="A">
  <failure message="x &lt;testcase"><![CDATA[a.cc:1 <testcase name="no">
<testcase ]]></failure>
  <failure message="y"/>
</testcase>
<testcase name="Three" status="run" result="skipped" classname="A"><skipped message="no GPU"/></testcase>
<testcase name="Four" status="notrun" result="suppressed" classname="A" />
</testsuite></testsuites>
END
xml tools/s_test << 'END'
<testsuites><testsuite name="tools/s_test" tests="1" failures="0" errors="0">
<testcase name="tools/s_test" status="run" duration="0" time="0"></testcase>
<system-out><![CDATA[Generated test.log]]></system-out></testsuite></testsuites>
END
# As JUnit's console writes it.
xml bindings/j_test << 'END'
<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="JUnit Jupiter" tests="4" skipped="2" failures="1" errors="0" time="0.1">
<properties>
<property name="java.class.path" value="a.jar:b.jar"/>
</properties>
<testcase name="passes()" classname="A" time="0.1">
<system-out><![CDATA[
display-name: passes()
hi <testcase name="no"> ]]>]]&gt;<![CDATA[ there
]]></system-out>
</testcase>
<testcase name="disabled()" classname="A" time="0">
<skipped><![CDATA[not here]]></skipped>
</testcase>
<testcase name="assumes()" classname="A" time="0.01">
<skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException
]]></skipped>
</testcase>
<testcase name="fails()" classname="A" time="0.001">
<failure message="x
&lt;testcase&gt;" type="java.lang.AssertionError"><![CDATA[java.lang.AssertionError: x
<testcase>
]]></failure>
</testcase>
</testsuite>
END
mkdir -p logs/core/b_test/shard_{1,2}_of_2
for shard in 1 2; do
  echo '<testsuites><testcase name="x"/><testcase name="y"/></testsuites>' \
    > logs/core/b_test/shard_${shard}_of_2/test.xml
done

cat > log << 'END'
INFO: Found 3 test targets...
//core:b_test                                                   (cached) PASSED in 0.3s
  Stats over 2 runs: max = 0.3s, min = 0.1s
//tools:s_test                                                           PASSED in 0.1s
//core:a_test                                                            FAILED in 0.2s
  /out/testlogs/core/a_test/test.log
Executed 3 out of 3 tests.
END
expect 3 '6 passed, 1 failed, 2 skipped'

echo '//tools:s_test   PASSED in 0.1s' > log
expect 0 '1 passed, 0 failed'
# A crash leaves the cases that came before it, none of them bad.
echo '//tools:s_test   FAILED in 0.1s' > log
expect 3 '1 passed, 1 failed'
# Something that is no test was not built.
echo '//tools:s_test   PASSED in 0.1s' > log
expect 1 '1 passed, 1 failed'
printf '%s\n' '//tools:s_test   NO STATUS' '//core:a_test  FAILED TO BUILD' > log
expect 1 '0 passed, 2 failed'
echo '//gpu:k_test   SKIPPED' > log
expect 0 '0 passed, 0 failed, 1 skipped'
echo '//core:gone_test   TIMEOUT in 60.0s' > log
expect 3 '0 passed, 1 failed'
echo '//core:b_test   FLAKY, failed in 1 out of 2 in 0.3s' > log
expect 0 '4 passed, 0 failed'
echo '//bindings:j_test   FAILED in 0.3s' > log
expect 3 '1 passed, 1 failed, 2 skipped'
# Bazel died early, or found nothing to test.
echo 'ERROR: no such package' > log
expect 1 '0 passed, 1 failed'
: > log
expect 0 '0 passed, 1 failed'

exit "$bad"
