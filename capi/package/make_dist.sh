#!/usr/bin/env bash
# Packs the distribution:
#   make_dist OUT.tar PATCHELF
#       (--pkg-config|--static-pkg-config|--cmake|--lib|--bin|--include|--doc|--copyright FILE)...
# Libraries find each other, and programs the libraries, by $ORIGIN.
set -euo pipefail
export LC_ALL=C

out=$1 patchelf=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

header=
for file in "$@"; do
  case $file in */c/version.h) header=$file ;; esac
done
number() { sed -n "s/^#define ALEXNET_VERSION_$1 \([0-9]*\)\$/\1/p" "$header"; }
version=$(number MAJOR).$(number MINOR).$(number PATCH)

top=alexnet-$version-linux-x86_64
root=$work/$top
mkdir -p "$root"/{bin,include,lib/{cmake/alexnet,pkgconfig,static/pkgconfig},share/doc/alexnet/third_party}

# A copy without debugging information whose libraries are looked for in $3.
place() {
  cp -L "$1" "$2"
  chmod u+w,a+rx "$2"
  strip --strip-unneeded "$2"
  "$patchelf" --set-rpath "$3" "$2"
}

# A copy of $1 in folder $2 with the version in it.
fill_in() { sed "s/@VERSION@/$version/" "$1" > "$root/$2/$(basename "$1" .in)"; }

while (($# >= 2)); do
  name=$(basename "$2")
  case $1:$name in
    --lib:*.a) install -m 644 "$2" "$root/lib/static/$name" ;;
    # shellcheck disable=SC2016  # the loader replaces $ORIGIN
    --lib:*) place "$2" "$root/lib/$name" '$ORIGIN' ;;
    # shellcheck disable=SC2016
    --bin:*) place "$2" "$root/bin/$name" '$ORIGIN/../lib' ;;
    --pkg-config:*) fill_in "$2" lib/pkgconfig ;;
    --static-pkg-config:*) fill_in "$2" lib/static/pkgconfig ;;
    --cmake:*) fill_in "$2" lib/cmake/alexnet ;;
    --include:*) install -D -m 644 "$2" "$root/include/${2##*/include/}" ;;
    --doc:*) install -m 644 "$2" "$root/share/doc/alexnet/$name" ;;
    --copyright:*)
      install -m 644 "$2" "$root/share/doc/alexnet/third_party/$(basename "$(dirname "$2")")" ;;
    *) echo "make_dist: what is $1?" >&2 && exit 2 ;;
  esac
  shift 2
done
# What -lalexnet looks for.
for library in "$root"/lib/libalexnet*.so.0; do
  ln -s "$(basename "$library")" "${library%.0}"
done

# The same files give the same tar.
tar --create --file="$out" --directory="$work" --sort=name --owner=0 --group=0 \
  --numeric-owner --mtime=@0 "$top"
