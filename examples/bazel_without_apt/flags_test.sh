#!/usr/bin/env bash
# flags_test BUILD_FILE BAZELRC: each label_flag of the engine's third_party, and
# nothing else, is set to a target of this workspace.
set -euo pipefail
export LC_ALL=C
there=$(sed -n '/^label_flag(/,/^)/s/^ *name = "\(.*\)",$/\1/p' "$1" | sort)
here=$(sed -n 's#^build --@alexnet//third_party:\(.*\)=//third_party:.*#\1#p' "$2" | sort)
[[ $there ]] || { echo "FAILED: no flag was found in $1" >&2 && exit 1; }
diff <(echo "$there") <(echo "$here") > "$TEST_TMPDIR/differences" || {
  sed -n 's/^< /FAILED: not set in .bazelrc: /p; s/^> /FAILED: no flag of the engine: /p' \
    "$TEST_TMPDIR/differences" >&2
  exit 1
}
