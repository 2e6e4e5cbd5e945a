"""PyTorch's half of the GPU benchmark: the same networks, the same sizes.

usage: torch_bench.py [--quick] [--device cuda] [--seconds 240]
       torch_bench.py [--quick] --row NETWORK MODE PRECISION BATCH

Prints one JSON object a line: the ceilings of the device (matrix products and a
device-to-device copy), then a line for each network, mode, precision, batch and
way to run it: in bfloat16 eager, torch.compile, and for training torch.compile
with CUDA graphs; then eager in TF32 and float32. Data are synthetic and on the device; models and images are
channels_last, which is the model's own layout, where our engine is given
float32 in NCHW and brings it into its own; times are medians over rounds. After
--seconds nothing more is begun. The second prints one row: torch.compile, then
eager.
"""

import argparse
import contextlib
import gc
import json
import statistics
import time

import torch
import torch.nn.functional as F
from torch import nn

ROUNDS = 5


def torchvision_alexnet():
    """One weird trick's network as torchvision has it, input 224."""
    return nn.Sequential(
        nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(True), nn.MaxPool2d(3, 2),
        nn.Conv2d(64, 192, 5, 1, 2), nn.ReLU(True), nn.MaxPool2d(3, 2),
        nn.Conv2d(192, 384, 3, 1, 1), nn.ReLU(True),
        nn.Conv2d(384, 256, 3, 1, 1), nn.ReLU(True),
        nn.Conv2d(256, 256, 3, 1, 1), nn.ReLU(True), nn.MaxPool2d(3, 2),
        nn.AdaptiveAvgPool2d(6), nn.Flatten(),
        nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(True),
        nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(True),
        nn.Linear(4096, 1000))


class TowerNorm(nn.Module):
    """LRN of two towers, each alone: PyTorch has none over groups."""

    def forward(self, x):
        halves = x.chunk(2, dim=1)
        return torch.cat(
            [F.local_response_norm(h, 5, 1e-4, 0.75, 2.0) for h in halves], 1)


def paper_alexnet():
    """The paper's two towers with LRN, input 227."""
    return nn.Sequential(
        nn.Conv2d(3, 96, 11, 4), nn.ReLU(True), TowerNorm(),
        nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, 1, 2, groups=2), nn.ReLU(True), TowerNorm(),
        nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, 1, 1), nn.ReLU(True),
        nn.Conv2d(384, 384, 3, 1, 1, groups=2), nn.ReLU(True),
        nn.Conv2d(384, 256, 3, 1, 1, groups=2), nn.ReLU(True),
        nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(9216, 4096), nn.ReLU(True), nn.Dropout(),
        nn.Linear(4096, 4096), nn.ReLU(True), nn.Dropout(),
        nn.Linear(4096, 1000))


NETWORKS = {
    "torchvision": (torchvision_alexnet, 224),
    "alexnet": (paper_alexnet, 227),
}


def synchronize(device):
    if device == "cuda":
        torch.cuda.synchronize()


def median_milliseconds(run, device, seconds):
    """Of one run(); rounds of as many as take `seconds`."""
    for _ in range(10):
        run()
    synchronize(device)
    start = time.perf_counter()
    for _ in range(5):
        run()
    synchronize(device)
    one = (time.perf_counter() - start) / 5
    count = max(5, int(seconds / one))
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(count):
            run()
        synchronize(device)
        times.append((time.perf_counter() - start) / count)
    return 1e3 * statistics.median(times)


def emit(**fields):
    print(json.dumps(fields), flush=True)


def set_precision(precision):
    torch.set_float32_matmul_precision(
        "high" if precision == "tf32" else "highest")
    torch.backends.cudnn.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.benchmark = True


def autocast(precision, device):
    if precision == "bf16":
        return torch.autocast(device, dtype=torch.bfloat16)
    return contextlib.nullcontext()


def make(name, device, batch):
    build, size = NETWORKS[name]
    model = build().to(device, memory_format=torch.channels_last)
    images = torch.rand(batch, 3, size, size, device=device)
    return model, images.contiguous(memory_format=torch.channels_last)


# Ways to run: torch.compile's mode; None: not compiled.
WAYS = {"eager": None, "compile": "default", "graphs": "reduce-overhead"}


def training_run(name, precision, batch, device, mode):
    model, images = make(name, device, batch)
    labels = torch.randint(1000, (batch,), device=device)
    fused = {"fused": True} if device == "cuda" else {}
    optimizer = torch.optim.SGD(
        model.parameters(), lr=1e-6, momentum=0.9, weight_decay=5e-4, **fused)
    forward = model
    if mode:
        forward = torch.compile(model, mode=mode, dynamic=False)
        torch._dynamo.mark_static_address(images)

    def run():
        optimizer.zero_grad(set_to_none=True)
        with autocast(precision, device):
            logits = forward(images)
        F.cross_entropy(logits.float(), labels).backward()
        optimizer.step()

    return run


def inference_run(name, precision, batch, device, mode):
    model, images = make(name, device, batch)
    model.eval()
    if precision == "bf16":  # faster than autocast
        model, images = model.bfloat16(), images.bfloat16()
    forward = model
    if mode:
        forward = torch.compile(model, mode="reduce-overhead", dynamic=False)
        # Else each run copies them into the graph's own memory.
        torch._dynamo.mark_static_address(images)

    def run():
        with torch.inference_mode():
            forward(images)
        synchronize(device)  # a batch of one is a latency

    return run


def measure(name, task, precision, batch, device, way, seconds):
    what = dict(peer=f"torch {way}", network=name, mode=task,
                precision=precision, batch=batch)
    try:
        set_precision(precision)
        if WAYS[way]:
            # Else what was compiled before counts towards the compiler's limit,
            # beyond which it compiles nothing more.
            torch._dynamo.reset()
        gc.collect()
        if device == "cuda":
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
        make_run = training_run if task == "training" else inference_run
        run = make_run(name, precision, batch, device, WAYS[way])
        milliseconds = median_milliseconds(run, device, seconds)
        peak = torch.cuda.max_memory_allocated() if device == "cuda" else 0
        emit(**what, milliseconds=milliseconds,
             images_per_second=1e3 * batch / milliseconds,
             peak_mib=peak / 2**20)
    except Exception as error:  # one that fails must not hide the others
        emit(**what, error=f"{type(error).__name__}: {error}"[:300])


def product_ceiling(precision, dtype, device, seconds, size):
    set_precision(precision)
    a = torch.randn(size, size, device=device, dtype=dtype)
    b = torch.randn(size, size, device=device, dtype=dtype)
    ms = median_milliseconds(lambda: torch.mm(a, b), device, seconds)
    emit(ceiling="matrix product", precision=precision,
         tflops=2e-9 * size**3 / ms)


def copy_ceiling(device, seconds, copy_bytes):
    source = torch.empty(copy_bytes, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    ms = median_milliseconds(lambda: target.copy_(source), device, seconds)
    emit(ceiling="copy", gbps=2e-6 * copy_bytes / ms)


def subjects(batches, can_compile):
    """The comparison that matters first."""
    compiled = ("eager", "compile") if can_compile else ("eager",)
    graphs = ("graphs",) if can_compile else ()
    for precision, tasks, ways in (
            ("bf16", batches, compiled),
            ("bf16", ("training",), graphs),
            ("tf32", batches, ("eager",)),
            ("f32", batches, ("eager",))):
        for name in NETWORKS:
            for task in tasks:
                for batch in batches[task]:
                    for way in ways:
                        yield name, task, precision, batch, way


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=float, default=240)
    parser.add_argument("--row", nargs=4,
                        metavar=("NETWORK", "MODE", "PRECISION", "BATCH"))
    arguments = parser.parse_args()
    device = arguments.device
    on_gpu = device == "cuda"
    seconds = 0.04 if arguments.quick else 0.2
    if arguments.row:
        name, task, precision, batch = arguments.row
        for way in ("compile", "eager"):
            measure(name, task, precision, int(batch), device, way, seconds)
        return
    end = time.monotonic() + arguments.seconds
    size = 8192 if on_gpu else 256
    for precision, dtype in (("bf16", torch.bfloat16), ("tf32", torch.float32),
                             ("f32", torch.float32)):
        product_ceiling(precision, dtype, device, seconds, size)
    copy_ceiling(device, seconds, 2**30 if on_gpu else 2**20)
    batches = {"training": (128, 256, 1024), "inference": (1, 256)}
    if not on_gpu:  # to try the program where there is no GPU
        batches = {"training": (2,), "inference": (1,)}
    can_compile = on_gpu and hasattr(torch, "compile")
    for name, task, precision, batch, way in subjects(batches, can_compile):
        if time.monotonic() > end:
            emit(left_out=f"{name} {task} {precision} {batch}",
                 peer=f"torch {way}")
            continue
        measure(name, task, precision, batch, device, way, seconds)


if __name__ == "__main__":
    main()
