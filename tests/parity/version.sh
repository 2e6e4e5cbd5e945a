#!/usr/bin/env bash
# usage: version.sh ROOT
#
# The version stands in MODULE.bazel, and where a format cannot take it from there.
# Names every copy under ROOT that differs, and exits with 1 if there is one.
set -euo pipefail
export LC_ALL=C
cd "$1"
version=$(sed -nE '/^module\(/,/^\)/s/^ *version = "([0-9]+\.[0-9]+\.[0-9]+)",$/\1/p' MODULE.bazel)
[[ $version ]] || { echo "version: MODULE.bazel has none" >&2 && exit 1; }
status=0
# has FILE SED: what SED prints of FILE is the version, however often.
has() {
  local found
  found=$(sed -nE "$2" "$1" | sort -u | paste -sd ' ')
  [[ $found == "$version" ]] ||
    { echo "version: $1 has ${found:-none}, MODULE.bazel $version" >&2 && status=1; }
}
has capi/include/alexnet/c/version.h \
  '/_MAJOR/{N;N;s/.*_MAJOR ([0-9]+)\n.*_MINOR ([0-9]+)\n.*_PATCH ([0-9]+)$/\1.\2.\3/p}'
has core/base/version.h 's/.* kEngineVersion = "(.*)";/\1/p'
has bindings/java/src/main/java/org/alexnet/Native.java 's/.* VERSION = "(.*)";/\1/p'
has bindings/java/README.md 's/.*`org\.alexnet:alexnet:(.*)`.*/\1/p'
has bindings/rust/Cargo.lock 's/^version = "(.*)"/\1/p'
has bindings/rust/alexnet-sys/Cargo.toml 's/^version = "(.*)"/\1/p'
has bindings/rust/alexnet/Cargo.toml 's/^(version|alexnet-sys) = .*"(.*)".*/\2/p'
has bindings/rust/README.md 's/.*alexnet-(.*)-linux-x86_64.*/\1/p'
for example in examples/bazel*/MODULE.bazel; do
  has "$example" 's/^bazel_dep\(name = "alexnet", version = "(.*)"\)/\1/p'
done
# The newest entry.
has CHANGELOG.md '/^## /{s/^## ([0-9.]*).*/\1/p;q}'
exit "$status"
