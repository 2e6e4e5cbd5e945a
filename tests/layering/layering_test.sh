#!/usr/bin/env bash
# Tests that nothing in the repository uses what its room may not, and that
# layering.sh would see it.
set -euo pipefail

check=$PWD/tests/layering/layering.sh
table=$PWD/tests/layering/allowed.txt
# The workspace itself, not the files that packages choose to hand out: so that
# no package can be forgotten. MODULE.bazel is a link to the real one.
workspace=$(dirname "$(realpath MODULE.bazel)")
bad=0

"$check" "$workspace" "$table" || bad=1

# In two steps: a failed mktemp must stop the script, not leave it here.
fixtures=$(mktemp -d -p "$TEST_TMPDIR")
cd "$fixtures"
# file PATH LINE...
file() {
  mkdir -p "$(dirname "$1")"
  printf '%s\n' "${@:2}" > "$1"
}
file core/base/a.h '#include "core/base/b.h"' '#include <vector>' '#include "third_party/x.pb.h"'
file core/train/t.cc '#include "core/base/a.h"' '#include "core/backend/cpu/c.h"'
file core/backend/cpu/BUILD.bazel 'visibility = ["//core/exec:__subpackages__"],' \
  'deps = ["//core/backend", "//core/tensor:dtype", "//third_party:xxhash"], # "//core/train"' \
  'load("//tools/build:defs.bzl", "alexnet_library")'
file core/BUILD.bazel ''
file tests/end_to_end.cc '#include "core/train/t.h"' '#include "capi/x.h"'
file tools/alexnet/v.cc '#include "capi/x.h"'
# Rooms are folders.
(cd "$workspace" && sed -n 's/^\([a-z_/]*\):.*/\1/p' "$table") | xargs mkdir -p
"$check" . "$table" || { echo "a clean tree was refused" && bad=1; }

# refused WANTED PATH LINE...: a tree with this file in it must give that message.
refused() {
  local got
  file "${@:2}"
  if got=$("$check" . "${changed:-$table}") || [[ $got != *"$1"* ]]; then
    echo "wanted '$1', got '$got'"
    bad=1
  fi
  rm "$2"
}
refused 'core/base/bad.h:2: core/base may not use core/train (core/train/t.h)' \
  core/base/bad.h '' '#include "core/train/t.h"'
refused 'core/model may not use core/backend' core/model/x.cc '  #  include "core/backend/y.h"'
refused 'core/data may not use core/exec' core/data/BUILD.bazel 'deps = ["//core/base", "//core/exec:plan"]'
file core/data/BUILD.bazel 'data = ["//tests/golden:resize.bin"]'
"$check" . "$table" || { echo "golden values were refused" && bad=1; }
refused 'core/data may not use tools' core/data/BUILD.bazel 'deps = ["//tools/alexnet:cli"]'
refused 'tools may not use core/infer' tools/alexnet/x.cc '#include "core/infer/session.h"'
refused 'tools may not use core/base' tools/alexnet/BUILD.bazel 'deps = ["//core/base:status"]'
refused 'tools/convert may not use core/model' tools/convert/x.cc '#include "core/model/model.h"'
refused 'bindings may not use core/base' bindings/java/x.cc '#include "core/base/status.h"'
refused 'core/new/x.cc:0: is in no room' core/new/x.cc ''
refused 'core/new/x.h is in no room' core/train/x.cc '#include "core/new/x.h"'
sed 's|^core/base:|& core/network|' "$table" > table
changed=table refused 'is below itself' core/base/x.cc ''
{ cat "$table" && echo 'core/attic: core/base'; } > table
changed=table refused 'there is no room core/attic' core/base/x.cc ''

exit "$bad"
