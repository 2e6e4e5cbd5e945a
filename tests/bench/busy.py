#!/usr/bin/env python3
"""Trains with one processor kept busy by another program, and prints one table.

usage: busy.py ALEXNET [--rounds N] [--seconds S]

Round by round an idle and a busy run follow each other; the table has the median
images per second, of the command and of a program that leaves OpenMP's waits as
they are.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

TARGET = 0.6  # of the speed with no other program
WAITS = {
    "the command's waits": {},
    "OpenMP's own waits": {"GOMP_SPINCOUNT": "300000"},
}


def rate(options, extra, busy):
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"]) \
        if busy else None
    try:
        told = subprocess.run(
            [options.alexnet, "bench", "--preset", "cifar10", "--mode", "train",
             "--batch", "128", "--seconds", str(options.seconds), "--json"],
            env={**os.environ, **extra}, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, check=True)
    finally:
        if other is not None:
            other.kill()
            other.wait()
    return json.loads(told.stdout)["images_per_second"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("alexnet")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    rates = {name: {False: [], True: []} for name in WAITS}
    for _ in range(options.rounds):
        for name, extra in WAITS.items():
            for busy in (False, True):
                rates[name][busy].append(rate(options, extra, busy))
    print("| cifar10 train b128 | alone | one processor busy | ratio | target |")
    print("|---|---|---|---|---|")
    for name in WAITS:
        alone, busy = (statistics.median(rates[name][b]) for b in (False, True))
        print(f"| {name} | {alone:.0f} images/s | {busy:.0f} images/s "
              f"| {busy / alone:.2f} | {TARGET} |")


if __name__ == "__main__":
    main()
