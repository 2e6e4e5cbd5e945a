#!/usr/bin/env bash
# Tests fetch.sh with packages made here and a made-up apt.
set -euo pipefail

fetch=$PWD/third_party/debian/fetch.sh
work=$(mktemp -d "$TEST_TMPDIR/XXXXXX")
cd "$work"
bad=0

# package NAME VERSION FOLDER: makes a package with one file that holds its version.
package() {
  mkdir -p "tree/DEBIAN" "tree/usr/share" "$3"
  printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: x <x@x>\nDescription: x\n' \
    "$1" "$2" > tree/DEBIAN/control
  echo "$2" > "tree/usr/share/$1"
  dpkg-deb --root-owner-group -b tree "$3/$1_${2/:/%3a}_all.deb" > /dev/null
  rm -r tree
}
# pin NAME VERSION FOLDER: its line in the lock.
pin() {
  local file=$1_${2/:/%3a}_all.deb
  echo "$1 $2 $file $(sha256sum < "$3/$file" | cut -d' ' -f1)"
}
# In place of tools/build/private_apt.sh: the mirror is the folder "mirror".
cat > private_apt.sh << 'END'
private_apt() { [[ ! -e offline ]] || return 1; mirror=$PWD/mirror; APT=(); }
private_apt_retry() { "$@"; }
upstream_version() { echo "${1%-*}"; }
apt-cache() {
  local name
  shift
  for name in "$@"; do
    (cd "$mirror" && ls "${name}"_* 2> /dev/null) |
      sed 's/_all.deb//; s/%3a/:/; s/\(.*\)_\(.*\)/ \1 | \2 | somewhere/'
  done
}
apt-get() {
  local want
  shift
  for want in "$@"; do
    want=${want/:/%3a}
    cp "$mirror/${want/=/_}_all.deb" .
  done
}
END

# run [PACKAGES]: fetches into a new folder "out"; the output is in "log".
run() {
  rm -rf out && mkdir out
  bash "$fetch" "$work/private_apt.sh" "$work/lock" "$work/out" "${1:-}" > log 2>&1
}
# says TEXT...: each must be in the log.
says() {
  local text
  for text in "$@"; do
    grep -qF -- "$text" log || {
      echo "not said: $text; the log:" && cat log
      bad=1
    }
  done
}
fails() {
  ! run "$@" || {
    echo "line ${BASH_LINENO[0]}: did not fail" && bad=1
  }
}
# unpacked NAME VERSION
unpacked() {
  [[ $(cat "out/unpacked/usr/share/$1") == "$2" ]] || {
    echo "$1 $2 was not unpacked; the log:" && cat log
    bad=1
  }
}

package one 1:1.2+dfsg-1 mirror
package two 3-1 mirror
{
  echo '# A comment.'
  pin one 1:1.2+dfsg-1 mirror
  pin two 3-1 mirror
} > lock

run || bad=1
unpacked one 1:1.2+dfsg-1
unpacked two 3-1
[[ ! -s log && ! -e out/fetch ]] || { echo "left something behind" && bad=1; }

# A local folder needs no mirror; half of one asks it for the rest.
touch offline
cp -r mirror local
run "$work/local" || bad=1
unpacked two 3-1
rm local/two*
fails "$work/local"
says 'package lists could not be fetched' 'ALEXNET_PACKAGES=DIR'
rm offline
run "$work/local" || bad=1
unpacked two 3-1
fails "$work/nowhere"
says 'no such folder'

# A damaged package is never unpacked.
cp -r local damaged
echo x >> damaged/one_1%3a1.2+dfsg-1_all.deb
fails "$work/damaged"
says 'sha256 is' 'one_1%3a1.2+dfsg-1_all.deb' 'bazel run //third_party/debian:repin'
[[ ! -e out/unpacked/usr/share/one ]] || { echo "a damaged package was unpacked" && bad=1; }

# A newer revision of the same upstream version is taken with a warning.
rm mirror/one*
package one 1:1.2+dfsg-1+deb12u1 mirror
package one 1:1.3-1 mirror
run || bad=1
says 'warning: one 1:1.2+dfsg-1+deb12u1 is used in place of the pinned 1:1.2+dfsg-1'
unpacked one 1:1.2+dfsg-1+deb12u1

# Another upstream version is not, nor is an older revision.
rm mirror/one*
package one 1:1.3-1 mirror
package one 1:1.2+dfsg-0 mirror
fails
says 'one 1:1.2+dfsg-1 is no longer on the mirror' 'bazel run //third_party/debian:repin'

# A name that was added to the lock and not pinned yet.
echo three >> lock
fails
says 'no version, file and sha256 for three' 'bazel run //third_party/debian:repin'

exit "$bad"
