"""One table of the lines that gpu_bench and torch_bench.py print.

usage: table.py FILE...
"""

import json
import sys

# Multiply-accumulates of a training step, in those of a forward pass.
PASSES = {"training": 3, "inference": 1}


def read(paths):
    lines = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for text in file:
                try:
                    lines.append(json.loads(text))
                except json.JSONDecodeError:
                    print(f"not a measurement: {text.strip()}")
    return lines


def key(line):
    return line["network"], line["mode"], line["precision"], line["batch"]


def best_peers(lines):
    """By what was measured: each way that PyTorch ran it."""
    peers = {}
    for line in lines:
        if line.get("peer", "").startswith("torch"):
            peers.setdefault(key(line), {})[line["peer"]] = line
    return peers


def cell(line):
    if line is None:
        return f"{'-':>10}"
    if "error" in line:
        return f"{'failed':>10}"
    return f"{line['milliseconds']:10.3f}"


def ratio(ours, theirs):
    if ours is None or theirs is None or "error" in ours or "error" in theirs:
        return f"{'-':>7}"
    return f"{theirs['milliseconds'] / ours['milliseconds']:7.2f}"


def main():
    lines = read(sys.argv[1:])
    products = {line["precision"]: line["tflops"] for line in lines
                if line.get("ceiling") == "matrix product"}
    copies = [line["gbps"] for line in lines if line.get("ceiling") == "copy"]
    for precision, tflops in products.items():
        print(f"ceiling: matrix product in {precision}: {tflops:.0f} TFLOP/s")
    for gbps in copies:
        print(f"ceiling: device-to-device copy: {gbps:.0f} GB/s")
    left_out = [f"{line['peer']} {line['left_out']}" for line in lines
                if "left_out" in line]
    if left_out:
        print("no time was left for: " + ", ".join(left_out))
    lines = [line for line in lines if "left_out" not in line]
    peers = best_peers(lines)
    print(f"\n{'network':12}{'mode':10}{'type':6}{'batch':>6}"
          f"{'ours ms':>10}{'eager ms':>10}{'compiled':>10}{'graphs':>10}"
          f"{'x eager':>8}{'x comp.':>8}{'x graphs':>9}{'images/s':>11}"
          f"{'of peak':>9}"
          f"{'memory':>10}")
    for line in lines:
        if line.get("peer") != "alexnet":
            continue
        theirs = peers.get(key(line), {})
        eager, compiled, graphs = (theirs.get(f"torch {way}")
                                   for way in ("eager", "compile", "graphs"))
        text = (f"{line['network']:12}{line['mode']:10}"
                f"{line['precision']:6}{line['batch']:6}{cell(line)}"
                f"{cell(eager)}{cell(compiled)}{cell(graphs)}"
                f" {ratio(line, eager)} {ratio(line, compiled)}"
                f"  {ratio(line, graphs)}")
        if "error" not in line:
            flops = (2e9 * line["gmacs_per_image"] * PASSES[line["mode"]]
                     * line["images_per_second"])
            peak = products.get(line["precision"])
            share = f"{100e-12 * flops / peak:7.1f} %" if peak else f"{'-':>9}"
            memory = line["arena_mib"] + line["parameters_mib"]
            text += (f"{line['images_per_second']:11.0f}{share}"
                     f"{memory:6.0f} MiB")
        else:
            text += f"  {line['error']}"
        print(text)
    print(f"\n{'kernel':24}{'type':6}{'MiB':>7}{'ms':>9}{'GB/s':>8}"
          f"{'of copy':>9}")
    for line in lines:
        if "kernel" not in line:
            continue
        if "error" in line:
            print(f"{line['kernel']:24}{line['error']}")
            continue
        share = (f"{100 * line['gbps'] / copies[0]:7.1f} %" if copies
                 else f"{'-':>9}")
        print(f"{line['kernel']:24}{line['precision']:6}{line['mib']:7.0f}"
              f"{line['milliseconds']:9.3f}{line['gbps']:8.0f}{share}")
    for line in lines:
        if "jpegs" not in line:
            continue
        if "error" in line:
            print(f"\ntraining on JPEGs: {line['error']}")
            continue
        print(f"\ntraining on JPEGs, batch {line['batch']}: pipeline alone "
              f"{line['pipeline_images_per_second']:.0f} images/s, step alone "
              f"{line['step_images_per_second']:.0f}, both "
              f"{line['both_images_per_second']:.0f}")
    failed = [line for line in lines
              if line.get("peer") not in ("torch compile", "torch graphs")
              and "error" in line]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
