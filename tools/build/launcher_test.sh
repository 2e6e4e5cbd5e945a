#!/usr/bin/env bash
# Tests tools/bazel with made-up Bazels: which one it runs, and what it says.
set -euo pipefail

work=$(mktemp -d "$TEST_TMPDIR/XXXXXX")
mkdir -p "$work/clone/tools/build" "$work"/{right,old,wrapper,empty}
cp tools/bazel "$work/clone/tools/"
echo 7.7.1 > "$work/clone/.bazelversion"
launcher=$work/clone/tools/bazel
bad=0

# program FILE: standard input becomes an executable script.
program() {
  cat > "$1"
  chmod +x "$1"
}
program "$work/right/bazel" << 'END'
#!/bin/sh
[ "$1" = --version ] && echo "bazel 7.7.1" || echo "right: $*"
END
program "$work/old/bazel" << 'END'
#!/bin/sh
[ "$1" = --version ] && echo "bazel 4.2.3" || echo "old: $*"
END
# As Debian's: goes back to the workspace's launcher, naming a Bazel that is not there.
program "$work/wrapper/bazel" << END
#!/bin/sh
BAZEL_REAL=/usr/bin/bazel-real exec "$launcher" "\$@"
END
# Takes until another call waits for it.
program "$work/clone/tools/build/bootstrap_bazel.sh" << 'END'
#!/bin/sh
until grep -q "waiting for another call" "$ALEXNET_SAID"; do sleep 0.01; done
echo installed >> "$ALEXNET_BAZEL_HOME/log"
mkdir -p "$1"
printf '#!/bin/sh\necho "private: $*"\n' > "$1/bazel"
chmod +x "$1/bazel"
END

# A compiler that is always there.
export CC=true ALEXNET_BAZEL_HOME=$work/home ALEXNET_SAID=$work/said
# expect WANTED PATH: what `tools/bazel build //x` must print, standard error included.
expect() {
  local got
  got=$(cd "$work/clone" && PATH=$2:/usr/bin:/bin timeout 30 "$launcher" build //x 2>&1 |
    tee -a "$ALEXNET_SAID") || true
  [[ $got == *"$1"* ]] || {
    echo "wanted '$1', got '$got'"
    bad=1
  }
}

BAZEL_REAL=$work/right/bazel expect 'right: build //x' "$work/empty"
expect 'right: build //x' "$work/old:$work/right"
# Two first runs at a time install once.
(
  expect 'private: build //x' "$work/old"
  exit "$bad"
) &
expect 'private: build //x' "$work/old"
wait $! || bad=1
expect 'private: build //x' "$work/wrapper"
BAZEL_REAL=$work/old/bazel expect 'private: build //x' "$work/empty"
BAZEL_REAL=/no/such/bazel expect 'private: build //x' "$work/empty"
[[ $(grep -c installed "$work/home/log") == 1 ]] || {
  echo "installed more than once"
  bad=1
}

# Copies inside the workspace (bazel-bin) are not taken for a Bazel.
mkdir "$work/clone/bin" && cp "$work/right/bazel" "$work/clone/bin/"
expect 'private: build //x' "$work/clone/bin"

# What is missing is named, with the remedy.
CC=/no/compiler expect 'no C++ compiler (/no/compiler) was found; install one' "$work/empty"
echo file > "$work/file"
ALEXNET_BAZEL_HOME=$work/file/x expect 'cannot be written; set ALEXNET_BAZEL_HOME' "$work/empty"
ALEXNET_BAZEL_HOME=relative expect 'must be an absolute path' "$work/empty"
(
  unset HOME XDG_CACHE_HOME ALEXNET_BAZEL_HOME
  expect 'neither HOME nor ALEXNET_BAZEL_HOME is set' "$work/empty"
  exit "$bad"
) || bad=1

exit "$bad"
