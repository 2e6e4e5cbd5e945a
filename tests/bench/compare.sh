#!/usr/bin/env bash
# bazel run //tests/bench:compare: the engine beside its peers, one table.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
exec /usr/bin/python3 "$here/compare.py" "$1" "$2" "${@:3}"
