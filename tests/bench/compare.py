#!/usr/bin/env python3
"""Measures the engine beside its peers and prints one table.

usage: compare.py ALEXNET PIPELINE_BENCH [--peers-python PYTHON] [--rounds N]
       [--threads N] [--seconds S] [--json FILE] [--before FILE]

For every row the engine and each peer that PYTHON has are timed in turn, round by
round, so that a busy machine hurts all alike; the table shows medians over the
rounds, and the ratio to the fastest peer. `--json` stores the table with the
commit that it is of; `--before` compares with a table that was stored.
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

# network, mode, batch and, by how the engine keeps the weights of fully connected
# layers, the least ratio to the fastest peer, in float32, that is aimed at
ROWS = [
    ("torchvision", "infer", 1, {"f32": 1.15, "f16": 1.6, "i8": 1.9}),
    ("torchvision", "infer", 32, {"f32": 1.1}),
    ("bvlc_alexnet", "infer", 1, {"f32": 1.4}),
    ("bvlc_alexnet", "infer", 32, {"f32": 1.4}),
    ("torchvision", "train", 128, {"f32": 1.7}),
    ("bvlc_alexnet", "train", 128, {"f32": 2.6}),
]
PIPELINE_TARGET = 1.5  # times the fastest peer's augmented 224-crops, on one core
LOAD_TARGET = 100      # milliseconds, warm


def run_json(command):
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return json.loads(output)


def result_of(ended, what):
    """What it printed, or None where it failed, which is told."""
    if ended.returncode == 0:
        return json.loads(ended.stdout)
    why = (ended.stderr.strip().splitlines() or ["no word"])[-1]
    print(f"\n{what}: {why}", file=sys.stderr)
    return None


class Engine:
    def __init__(self, options):
        self._options = options

    def time(self, network, mode, batch, weights):
        narrow = [] if weights == "f32" else ["--weights", weights]
        return run_json([self._options.alexnet, "bench", "--preset", network,
                         "--mode", mode, "--batch", str(batch), *narrow,
                         "--threads", str(self._options.threads),
                         "--seconds", str(self._options.seconds),
                         "--json"])["images_per_second"]


class Peer:
    """A peer by its name; its version and modes are as peers.py lists them."""

    def __init__(self, options, name, version, modes):
        self.name = name
        self.version = version
        self._options = options
        self._modes = modes
        self._failed = set()

    def time(self, network, mode, batch, onnx):
        """Images per second, or None where it cannot."""
        row = (network, mode, batch)
        if mode not in self._modes or row in self._failed:
            return None
        timed = subprocess.run(
            [self._options.peers_python, "-B", PEERS, "time", self.name, network,
             mode, str(batch), "--onnx", onnx,
             "--threads", str(self._options.threads),
             "--seconds", str(self._options.seconds)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        result = result_of(timed, f"{self.name} fails at {network} {mode} "
                           f"b{batch}")
        if result is None:
            self._failed.add(row)
            return None
        return result["images_per_second"]


PEERS = str(HERE / "peers" / "peers.py")
PIPELINES = str(HERE / "peers" / "pipelines.py")


def find_peers(options):
    listed = run_json([options.peers_python, "-B", PEERS, "list"])
    return [Peer(options, name, **about) for name, about in listed.items()]


def write_onnx(options, network, folder):
    """Random weights of the network, for the peers that read ONNX."""
    model = os.path.join(folder, network + ".alexnet")
    onnx = os.path.join(folder, network + ".onnx")
    run_json([options.alexnet, "bench", "--preset", network, "--mode", "infer",
              "--batch", "1", "--save", model, "--seconds", "0.1", "--json"])
    subprocess.run([options.alexnet, "convert", model, onnx], check=True,
                   stdout=subprocess.DEVNULL)
    os.remove(model)
    return onnx


def compare_case(options, engine, peers, network, mode, batch, targets, onnx):
    """A row for each kind of weights; the peers are timed once a round."""
    ours = {weights: [] for weights in targets}
    theirs = {peer.name: [] for peer in peers}
    for _ in range(options.rounds):
        for weights, rates in ours.items():
            rates.append(engine.time(network, mode, batch, weights))
        for peer in peers:
            rate = peer.time(network, mode, batch, onnx)
            if rate is not None:
                theirs[peer.name].append(rate)
        print(".", end="", file=sys.stderr, flush=True)
    medians = {name: statistics.median(rates)
               for name, rates in theirs.items() if rates}
    rows = []
    for weights, target in targets.items():
        row = {"what": f"{network} {mode} b{batch}", "unit": "images/s",
               "ours": statistics.median(ours[weights]), "peers": medians}
        if weights != "f32":
            row["what"] += f", weights {weights}"
        if medians:
            row["best"] = max(medians, key=medians.get)
            row["theirs"] = medians[row["best"]]
            row["ratio"] = row["ours"] / row["theirs"]
            row["target"] = target
            row["met"] = row["ratio"] >= target
        rows.append(row)
    return rows


def compare_speed(options, peers):
    engine = Engine(options)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        files = {network: write_onnx(options, network, folder)
                 for network in {row[0] for row in ROWS}}
        for network, mode, batch, targets in ROWS:
            rows += compare_case(options, engine, peers, network, mode, batch,
                                 targets, files[network])
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
            "what": f"{network} peak memory b1", "best": "limit",
            "ours": peak / 2**20, "theirs": limit / 2**20, "unit": "MiB",
            "ratio": limit / peak, "target": 1.0, "met": peak <= limit,
        })
        load = statistics.median(r["load_milliseconds"] for r in results)
        rows.append({
            "what": f"{network} load, warm", "best": "limit",
            "ours": load, "theirs": LOAD_TARGET, "unit": "ms",
            "ratio": LOAD_TARGET / load, "target": 1.0,
            "met": load <= LOAD_TARGET,
        })
    return rows


def on_one_core(command):
    """How it ends, with its children, on the first processor there is."""
    core = {min(os.sched_getaffinity(0))}
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True,
                          preexec_fn=lambda: os.sched_setaffinity(0, core))


def compare_pipelines(options):
    """A row, and the names, versions and rates of the peers."""
    versions = run_json([options.peers_python, "-B", PIPELINES, "list"])
    ours = []
    theirs = {name: [] for name in versions}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            ended = on_one_core([options.pipeline_bench, "1",
                                 str(options.seconds), folder])
            ended.check_returncode()
            ours.append(float(
                re.search(r"pipeline: (\d+) ", ended.stdout).group(1)))
            for name, rates in theirs.items():
                timed = result_of(on_one_core([
                    options.peers_python, "-B", PIPELINES, "time", name,
                    os.path.join(folder, "drawn"), "--seconds",
                    str(options.seconds)]), f"{name} fails")
                if timed is not None:
                    rates.append(timed["images_per_second"])
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    row = {"what": "pipeline, 224-crops, one core", "unit": "images/s",
           "ours": statistics.median(ours)}
    medians = {name: statistics.median(rates)
               for name, rates in theirs.items() if rates}
    if medians:
        row["best"] = max(medians, key=medians.get)
        row["theirs"] = medians[row["best"]]
        row["ratio"] = row["ours"] / row["theirs"]
        row["target"] = PIPELINE_TARGET
        row["met"] = row["ratio"] >= PIPELINE_TARGET
    told = [f"{name} {versions[name]} {rate:.0f}"
            for name, rate in medians.items()]
    return [row], "Pipelines, pictures a second: " + (
        ", ".join(told) or "no peers") + "."


def print_table(rows, peers, before):
    """A Markdown table, a column for each peer."""
    names = [peer.name for peer in peers]
    columns = ["what", "unit", "ours", *names, "fastest", "ratio", "target",
               "met"]
    if before:
        columns.append("of before")
    lines = [columns, ["---"] * len(columns)]
    for row in rows:
        def number(value, end=""):
            return "" if value is None else f"{value:.2f}{end}"

        rates = row.get("peers", {})
        line = [row["what"], row["unit"], number(row["ours"]),
                *(number(rates.get(name)) for name in names),
                row.get("best", "") if rates or "theirs" not in row
                else f"{row['best']} {number(row['theirs'])}",
                number(row.get("ratio"), "x"), number(row.get("target"), "x"),
                {True: "yes", False: "NO", None: ""}[row.get("met")]]
        if before:
            old = before.get(row["what"])
            line.append(number(old and row["ours"] / old, "x"))
        lines.append(line)
    for line in lines:
        print("| " + " | ".join(line) + " |")


def describe(options, peers):
    """The machine, the settings and the versions."""
    machine = run_json([options.alexnet, "doctor", "--json"])
    versions = ", ".join(f"{peer.name} {peer.version}" for peer in peers)
    return (f"{options.threads} threads of {machine['cpu']} with "
            f"{machine['isa']}, float32, {options.rounds} rounds of "
            f"{options.seconds:g} seconds, commit {commit()}.\n"
            f"Peers: {versions or 'none'}.")


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
    parser.add_argument("--peers-python", default="/usr/bin/python3",
                        metavar="PYTHON",
                        help="an interpreter with peers, of a virtual "
                        "environment for example (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--json", help="also store the table in this file")
    parser.add_argument("--before", help="a stored table, to compare with")
    options = parser.parse_args()
    # `bazel run` starts programs elsewhere; paths are the caller's.
    caller = pathlib.Path(os.environ.get("BUILD_WORKING_DIRECTORY", "."))
    # Not resolved: a virtual environment's interpreter is a link.
    options.peers_python = str(caller / options.peers_python)
    before = {}
    if options.before:
        stored = json.loads((caller / options.before).read_text())
        before = {row["what"]: row["ours"] for row in stored["rows"]}
        print(f"before: {stored['commit']}")

    peers = find_peers(options)
    if not peers:
        print(f"{options.peers_python} has no peer: install torch and "
              "torchvision, onnxruntime, openvino, MNN or opencv-python, or "
              "name another interpreter by --peers-python", file=sys.stderr)
    rows = compare_speed(options, peers)
    rows += measure_memory(options)
    pipeline_rows, pipelines = compare_pipelines(options)
    rows += pipeline_rows
    about = describe(options, peers) + "\n" + pipelines
    print(about + "\n")
    print_table(rows, peers, before)
    if options.json:
        (caller / options.json).write_text(
            json.dumps({"commit": commit(), "about": about, "rows": rows},
                       indent=1) + "\n")


if __name__ == "__main__":
    main()
