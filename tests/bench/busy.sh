#!/usr/bin/env bash
# bazel run //tests/bench:busy: training beside a program that never rests.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
exec /usr/bin/python3 "$here/busy.py" "$1" "${@:2}"
