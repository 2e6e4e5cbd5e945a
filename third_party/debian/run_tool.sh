#!/usr/bin/env bash
# Runs the pinned program of this script's name with the pinned libraries that
# it is linked to. They are beside it in the runfiles of whoever runs it, or in
# its own.
set -euo pipefail
name=$(basename "$0")
program=$(dirname "$0")/unpacked/usr/bin/$name
if [[ ! -e $program ]]; then
  program=$(find -L "${RUNFILES_DIR:-$0.runfiles}" -path "*/unpacked/usr/bin/$name" -print -quit)
fi
root=${program%/usr/bin/*}
export LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu"
exec "$program" "$@"
