#!/usr/bin/env bash
# usage: fetch.sh PRIVATE_APT LOCK DIR [PACKAGES]
#
# Unpacks every package that LOCK names into DIR/unpacked. A package is taken from
# the folder PACKAGES if it is there under its file name, else from the Debian
# mirror that this machine uses. Its sha256 must be the pinned one. A newer
# Debian revision of the pinned upstream version replaces it on the mirror when
# Debian fixes a security hole: that one is taken, with a warning, on apt's word
# (the mirror's signed lists). PRIVATE_APT is tools/build/private_apt.sh.
set -euo pipefail
export LC_ALL=C

. "$1"
lock=$2 dir=$3 packages=${4:-}

readonly REPIN='bazel run //third_party/debian:repin'
readonly LOCAL='or give a folder that holds the packages: --repo_env=ALEXNET_PACKAGES=DIR'

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

command -v dpkg-deb > /dev/null || fail "dpkg-deb was not found; install the package dpkg"
[[ ! $packages || -d $packages ]] || fail "ALEXNET_PACKAGES: no such folder: $packages"

work=$dir/fetch
mkdir -p "$work/debs" "$dir/unpacked"

# name -> the pinned version, file and hash.
declare -A version file sha256
names=()
while read -r n v f s; do
  [[ $n && $n != \#* ]] || continue
  [[ $s =~ ^[0-9a-f]{64}$ ]] || fail "$lock: no version, file and sha256 for $n; run: $REPIN"
  names+=("$n") version[$n]=$v file[$n]=$f sha256[$n]=$s
done < "$lock"

missing=()
for n in "${names[@]}"; do
  if [[ $packages && -f $packages/${file[$n]} ]]; then
    cp "$packages/${file[$n]}" "$work/debs/"
  else
    missing+=("$n")
  fi
done

if ((${#missing[@]})); then
  private_apt "$work/apt" bookworm bookworm-updates bookworm-security ||
    fail "the package lists could not be fetched; check the network and the apt sources, $LOCAL"
  # Lines "name | version | source".
  apt-cache "${APT[@]}" madison "${missing[@]}" | tr -d ' ' > "$work/available"
  wanted=()
  for n in "${missing[@]}"; do
    pinned=${version[$n]} best=
    while IFS='|' read -r _ v _; do
      if [[ $v == "$pinned" ]]; then
        best=$v
        break
      fi
      if [[ $(upstream_version "$v") == "$(upstream_version "$pinned")" ]] &&
        dpkg --compare-versions "$v" gt "${best:-$pinned}"; then
        best=$v
      fi
    done < <(awk -F"|" -v name="$n" '$1 == name' "$work/available")
    [[ $best ]] || fail "$n $pinned is no longer on the mirror, nor a newer revision of it." \
      "To pin what is there now, run: $REPIN ($LOCAL)"
    if [[ $best != "$pinned" ]]; then
      echo "warning: $n $best is used in place of the pinned $pinned;" \
        "to pin it, run: $REPIN" >&2
      file[$n]= sha256[$n]=
    fi
    wanted+=("$n=$best")
  done
  (cd "$work/debs" && private_apt_retry apt-get "${APT[@]}" download "${wanted[@]}") ||
    fail "the packages could not be downloaded; check the network, $LOCAL"
fi

for n in "${names[@]}"; do
  [[ ${sha256[$n]} ]] || continue
  deb=$work/debs/${file[$n]}
  [[ -f $deb ]] || fail "$n: the mirror gave no file ${file[$n]}; run: $REPIN"
  read -r got _ < <(sha256sum < "$deb")
  [[ $got == "${sha256[$n]}" ]] ||
    fail "${file[$n]}: sha256 is $got, pinned is ${sha256[$n]}. Either the download was damaged" \
      "or somebody replaced the package; if the new one can be trusted, run: $REPIN"
done

for deb in "$work"/debs/*.deb; do
  dpkg-deb -x "$deb" "$dir/unpacked" || fail "$deb could not be unpacked"
done
rm -rf "$work"
