#!/usr/bin/env python3
"""Times the peers of the engine on one network and prints one JSON document.

usage: peers.py list
       peers.py time PEER NETWORK MODE BATCH [--onnx FILE] [--threads N]
                [--seconds S]

`list` names the peers that this interpreter has, with their versions and what
they can do. `time` gives the median over repeated calls on synthetic pictures in
float32: of PyTorch with random weights, of what reads ONNX with those of FILE.
"""

import argparse
import json
import statistics
import time

import onnx_peers
import torch_peers

PEERS = {**torch_peers.PEERS, **onnx_peers.PEERS}
SIZES = {"torchvision": 224, "bvlc_alexnet": 227}


def installed():
    """The versions and modes of the peers that are here, by name."""
    here = {}
    for name, peer in PEERS.items():
        try:
            here[name] = {"version": peer.version(), "modes": peer.modes}
        except ImportError:
            continue
    return here


def time_calls(call, seconds):
    """Median seconds of `call` over at least 5 calls and `seconds`."""
    call()
    call()
    times = []
    start = time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < seconds:
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list")
    timed = verbs.add_parser("time")
    timed.add_argument("peer", choices=PEERS)
    timed.add_argument("network", choices=SIZES)
    timed.add_argument("mode", choices=["infer", "train"])
    timed.add_argument("batch", type=int)
    timed.add_argument("--onnx", help="the network, for peers that read ONNX")
    timed.add_argument("--threads", type=int, default=2)
    timed.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    if options.verb == "list":
        print(json.dumps(installed()))
        return
    peer = PEERS[options.peer]
    if options.mode not in peer.modes:
        parser.error(f"{options.peer} is not timed in {options.mode}ing")
    call = peer.prepare(options, (options.batch, 3, SIZES[options.network],
                                  SIZES[options.network]))
    seconds = time_calls(call, options.seconds)
    print(json.dumps({
        "milliseconds": seconds * 1e3,
        "images_per_second": options.batch / seconds,
    }))


if __name__ == "__main__":
    main()
