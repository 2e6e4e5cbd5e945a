#!/usr/bin/env python3
"""Measures the engine beside its peers and prints one table.

usage: compare.py ALEXNET PIPELINE_BENCH [--rounds N] [--threads N]
       [--seconds S] [--json FILE] [--before FILE]

For every row the engine and its peers are timed in turn, round by round, so that
a busy machine hurts all alike; the table shows medians over the rounds. Of a
peer that is not installed, which is named, the engine's rows stand alone.
`--json` stores the table with the commit that it is of; `--before` compares with
a table that was stored.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

# network, mode, batch, peer, least ratio of images/s that is aimed at
ROWS = [
    ("torchvision", "infer", 1, "torch", 2.7),
    ("torchvision", "infer", 1, "opencv", 1.15),
    ("torchvision", "infer", 32, "torch", 1.7),
    ("torchvision", "train", 128, "torch", 2.0),
    ("bvlc_alexnet", "infer", 1, "torch", 3.0),
    ("bvlc_alexnet", "infer", 32, "torch", 2.2),
    ("bvlc_alexnet", "train", 128, "torch", 3.5),
]
PIPELINE_TARGET = 600  # augmented 224-crops per second and core
LOAD_TARGET = 100      # milliseconds, warm


def run_json(command):
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return json.loads(output)


def engine(alexnet, network, mode, batch, threads, seconds):
    return run_json([alexnet, "bench", "--preset", network, "--mode", mode,
                     "--batch", str(batch), "--threads", str(threads),
                     "--seconds", str(seconds), "--json"])


def peer(name, network, mode, batch, threads, seconds):
    return run_json(["/usr/bin/python3", str(HERE / "peers.py"), name, network,
                     mode, str(batch), "--threads", str(threads),
                     "--seconds", str(seconds)])


def installed(module):
    return subprocess.run(["/usr/bin/python3", "-c", f"import {module}"],
                          stderr=subprocess.DEVNULL).returncode == 0


def compare_speed(options, peers):
    rows = []
    for network, mode, batch, name, target in ROWS:
        there = name in peers
        if not there and any(row["what"] == f"{network} {mode} b{batch}"
                             for row in rows):
            continue
        ours, theirs = [], []
        for _ in range(options.rounds):
            ours.append(engine(options.alexnet, network, mode, batch,
                               options.threads, options.seconds)
                        ["images_per_second"])
            if there:
                theirs.append(peer(name, network, mode, batch, options.threads,
                                   options.seconds)["images_per_second"])
        row = {"what": f"{network} {mode} b{batch}", "peer": "",
               "ours": statistics.median(ours), "unit": "images/s"}
        if there:
            row["peer"] = name
            row["theirs"] = statistics.median(theirs)
            row["ratio"] = row["ours"] / row["theirs"]
            row["target"] = target
            row["met"] = row["ratio"] >= target
        rows.append(row)
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return rows


def measure_memory(options):
    """Peak memory and load time of inference at batch 1."""
    rows = []
    for network in ("torchvision", "bvlc_alexnet"):
        with tempfile.TemporaryDirectory() as folder:
            model = os.path.join(folder, "model.alexnet")
            run_json([options.alexnet, "bench", "--preset", network, "--mode",
                      "infer", "--batch", "1", "--save", model, "--seconds",
                      "0.1", "--json"])
            results = [run_json([options.alexnet, "bench", "--model", model,
                                 "--mode", "infer", "--batch", "1",
                                 "--threads", str(options.threads),
                                 "--seconds", "1", "--json"])
                       for _ in range(options.rounds)]
        weights = results[0]["parameter_bytes"]
        peak = statistics.median(r["peak_memory_bytes"] for r in results)
        limit = 1.25 * weights + 60 * 2**20
        rows.append({
            "what": f"{network} peak memory b1", "peer": "limit",
            "ours": peak / 2**20, "theirs": limit / 2**20, "unit": "MiB",
            "ratio": limit / peak, "target": 1.0, "met": peak <= limit,
        })
        load = statistics.median(r["load_milliseconds"] for r in results)
        rows.append({
            "what": f"{network} load, warm", "peer": "limit",
            "ours": load, "theirs": LOAD_TARGET, "unit": "ms",
            "ratio": LOAD_TARGET / load, "target": 1.0,
            "met": load <= LOAD_TARGET,
        })
    return rows


def measure_pipeline(options):
    rates = []
    for _ in range(options.rounds):
        text = subprocess.run([options.pipeline_bench, "1"], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
        rates.append(float(re.search(r"pipeline: (\d+) ", text).group(1)))
    rate = statistics.median(rates)
    return [{
        "what": "pipeline, 224-crops, one core", "peer": "target",
        "ours": rate, "theirs": PIPELINE_TARGET, "unit": "images/s",
        "ratio": rate / PIPELINE_TARGET, "target": 1.0,
        "met": rate >= PIPELINE_TARGET,
    }]


def print_table(rows, before):
    def number(row, key, width, end=""):
        return f"{row[key]:{width}.2f}{end}" if key in row else " " * (width + len(end))

    print(f"{'what':34} {'peer':8} {'ours':>10} {'theirs':>10} {'unit':9}"
          f"{'ratio':>7} {'target':>7}  met" + ("  of before" if before else ""))
    for row in rows:
        met = {True: "yes", False: "NO", None: ""}[row.get("met")]
        line = (f"{row['what']:34} {row['peer']:8} {row['ours']:10.2f} "
                f"{number(row, 'theirs', 10)} {row['unit']:9}"
                f"{number(row, 'ratio', 6, 'x')} {number(row, 'target', 6, 'x')}  "
                f"{met:3}")
        if row["what"] in before:
            line += f"  {row['ours'] / before[row['what']]:8.2f}x"
        print(line.rstrip())


def commit():
    folder = os.environ.get("BUILD_WORKSPACE_DIRECTORY", HERE)
    described = subprocess.run(
        ["git", "-C", folder, "describe", "--always", "--dirty"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return described.stdout.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("alexnet")
    parser.add_argument("pipeline_bench")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--json", help="also store the table in this file")
    parser.add_argument("--before", help="a stored table, to compare with")
    options = parser.parse_args()
    # `bazel run` starts programs elsewhere; paths are the caller's.
    caller = pathlib.Path(os.environ.get("BUILD_WORKING_DIRECTORY", "."))
    before = {}
    if options.before:
        stored = json.loads((caller / options.before).read_text())
        before = {row["what"]: row["ours"] for row in stored["rows"]}
        print(f"before: {stored['commit']}")

    wanted = {"torch": "torch, torchvision", "opencv": "cv2, torch"}
    peers = [name for name, modules in wanted.items() if installed(modules)]
    for name in wanted:
        if name not in peers:
            print(f"not here: {name} (install python3-torch, "
                  "python3-torchvision and python3-opencv)", file=sys.stderr)
    rows = compare_speed(options, peers)
    rows += measure_memory(options)
    rows += measure_pipeline(options)
    print_table(rows, before)
    if options.json:
        (caller / options.json).write_text(
            json.dumps({"commit": commit(), "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
