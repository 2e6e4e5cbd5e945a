#!/usr/bin/env bash
# usage: peers.sh PEERS_PY ALEXNET LOGITS FIRST_VALUES, by bazel run //tests/peers
set -euo pipefail
exec "${PYTHON:-/usr/bin/python3}" "$@"
