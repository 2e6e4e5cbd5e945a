#!/usr/bin/env bash
# Rewrites packages.lock with the newest versions of the packages it names:
#   bazel run //third_party/debian:repin
# To add a package, write its name on a line of its own into the lock first.
set -euo pipefail
export LC_ALL=C

. tools/build/private_apt.sh

lock=${BUILD_WORKSPACE_DIRECTORY:?run me with: bazel run //third_party/debian:repin}/third_party/debian/packages.lock
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/debs"

private_apt "$work/apt" bookworm bookworm-updates bookworm-security
mapfile -t names < <(awk '/^[^#]/ {print $1}' "$lock" | sort -u)
(cd "$work/debs" && private_apt_retry apt-get "${APT[@]}" download "${names[@]}")

{
  grep '^#' "$lock"
  for deb in "$work"/debs/*.deb; do
    read -r sha256 _ < <(sha256sum < "$deb")
    echo "$(dpkg-deb -f "$deb" Package) $(dpkg-deb -f "$deb" Version) $(basename "$deb") $sha256"
  done
} > "$work/lock"
diff "$lock" "$work/lock" || true
cp "$work/lock" "$lock"
echo "wrote $lock" >&2
