#!/usr/bin/env bash
# constants_test OLD/alexnet.h NEW/alexnet.h: every constant of the headers in OLD
# has its value in NEW.
set -euo pipefail
fail() { echo "FAILED: $*" >&2 && exit 1; }

# values HEADER NAMES_OF: the constants that header $2 and those beside it name, as
# header $1 has them. Versions are meant to change.
values() {
  {
    echo '#include <stdio.h>'
    echo "#include \"$1\""
    echo 'int main(void) {'
    grep -Roh '\<ALEXNET_[A-Z0-9_]* = ' "$(dirname "$2")" | sed 's/ = $//' | sort -u |
      sed 's/.*/  printf("%s %lld\\n", "&", (long long)&);/'
    echo '  return 0; }'
  } > "$TEST_TMPDIR/values.c"
  "${CC:-cc}" -std=c99 -iquote "$PWD" -o "$TEST_TMPDIR/values" "$TEST_TMPDIR/values.c" && "$TEST_TMPDIR/values"
}

values "$1" "$1" > "$TEST_TMPDIR/old"
[[ $(wc -l < "$TEST_TMPDIR/old") -gt 50 ]] || fail "hardly any constant found in $1"
values "$2" "$1" > "$TEST_TMPDIR/new" || fail "a constant of $1 is gone"
diff "$TEST_TMPDIR/old" "$TEST_TMPDIR/new" >&2 || fail "constants changed their values"

# The check can fail.
cp -RL "$(dirname "$2")" "$TEST_TMPDIR/headers"
chmod -R u+w "$TEST_TMPDIR/headers"
sed -i 's/ALEXNET_IO = 6/ALEXNET_IO = 66/' "$TEST_TMPDIR/headers/c/base.h"
values "$TEST_TMPDIR/headers/alexnet.h" "$1" > "$TEST_TMPDIR/changed"
if cmp -s "$TEST_TMPDIR/old" "$TEST_TMPDIR/changed"; then
  fail "another value was not noticed"
fi
