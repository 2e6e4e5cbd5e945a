#!/usr/bin/env bash
# Packs the native libraries for the jar:
#   natives.sh OUT.jar JAVA_HOME PATCHELF LIBRARY...
# They find each other by $ORIGIN; an index tells name and SHA-256 of each.
set -euo pipefail
export LC_ALL=C

out=$1 java=$2 patchelf=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/org/alexnet/native/linux-x86_64
mkdir -p "$root"

for library in "$@"; do
  copy=$root/$(basename "$library")
  cp -L "$library" "$copy"
  chmod u+w "$copy"
  strip --strip-unneeded "$copy"
  # shellcheck disable=SC2016  # the loader replaces $ORIGIN
  "$patchelf" --set-rpath '$ORIGIN' "$copy"
done
(cd "$root" && sha256sum -- lib* > index)
# The same files give the same jar.
"$java/bin/jar" --create --no-manifest --date=1980-01-01T00:00:02Z --file "$out" -C "$work" org
