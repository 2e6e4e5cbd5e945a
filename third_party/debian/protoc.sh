#!/usr/bin/env bash
# Runs the pinned protoc with the pinned libraries that it is linked to.
set -euo pipefail
runfiles=${RUNFILES_DIR:-$0.runfiles}
protoc=$(find -L "$runfiles" -path '*/root/usr/bin/protoc' -print -quit)
root=${protoc%/usr/bin/protoc}
export LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu"
exec "$protoc" "$@"
