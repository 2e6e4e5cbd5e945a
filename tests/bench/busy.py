#!/usr/bin/env python3
"""Trains with one processor kept busy by another program, and prints one table.

usage: busy.py ALEXNET [--rounds N] [--seconds S]

Round by round an idle and a busy run follow each other; the table has the median
images per second.
"""

import argparse
import json
import statistics
import subprocess
import sys

TARGET = 0.6  # of the speed with no other program


def rate(options, busy):
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"]) \
        if busy else None
    try:
        told = subprocess.run(
            [options.alexnet, "bench", "--preset", "cifar10", "--mode", "train",
             "--batch", "128", "--seconds", str(options.seconds), "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
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
    rates = {False: [], True: []}
    for _ in range(options.rounds):
        for busy in (False, True):
            rates[busy].append(rate(options, busy))
    alone, busy = (statistics.median(rates[b]) for b in (False, True))
    print("| what | alone | one processor busy | ratio | target |")
    print("|---|---|---|---|---|")
    print(f"| cifar10 train b128 | {alone:.0f} images/s | {busy:.0f} images/s "
          f"| {busy / alone:.2f} | {TARGET} |")


if __name__ == "__main__":
    main()
