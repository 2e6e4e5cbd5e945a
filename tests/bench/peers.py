#!/usr/bin/env python3
"""Times the peers of the engine on one network and prints one JSON document.

usage: peers.py {torch|opencv} {torchvision|bvlc_alexnet} {infer|train} BATCH
       [--threads N] [--seconds S]

Random weights, synthetic inputs, float32; the median over repeated calls. Needs
Debian's python3-torch, python3-torchvision and, for opencv, python3-opencv.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time


def torch_network(name):
    """The network as a torch module; `bvlc_alexnet` is grouped, with LRN."""
    import torch
    from torch import nn

    if name == "torchvision":
        import torchvision

        return torchvision.models.alexnet()

    def lrn():
        return nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1.0)

    def relu():
        return nn.ReLU(inplace=True)

    return nn.Sequential(
        nn.Conv2d(3, 96, 11, 4), relu(), lrn(), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, padding=2, groups=2), relu(), lrn(),
        nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, padding=1), relu(),
        nn.Conv2d(384, 384, 3, padding=1, groups=2), relu(),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), relu(),
        nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(9216, 4096), relu(), nn.Dropout(0.5),
        nn.Linear(4096, 4096), relu(), nn.Dropout(0.5),
        nn.Linear(4096, 1000))


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


def time_torch(network, mode, batch, size, seconds):
    import torch
    from torch import nn

    images = torch.rand(batch, 3, size, size)
    if mode == "infer":
        network.eval()

        def infer():
            with torch.inference_mode():
                network(images)

        return time_calls(infer, seconds)

    network.train()
    labels = torch.randint(0, 1000, (batch,))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9,
                                weight_decay=5e-4)
    loss = nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss(network(images), labels).backward()
        optimizer.step()

    return time_calls(step, seconds)


def time_opencv(network, batch, size, threads, seconds):
    import cv2
    import numpy
    import torch

    cv2.setNumThreads(threads)
    network.eval()
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        torch.onnx.export(network, torch.rand(batch, 3, size, size), file.name)
        net = cv2.dnn.readNetFromONNX(file.name)
    images = numpy.random.rand(batch, 3, size, size).astype(numpy.float32)

    def infer():
        net.setInput(images)
        net.forward()

    return time_calls(infer, seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=["torch", "opencv"])
    parser.add_argument("network", choices=["torchvision", "bvlc_alexnet"])
    parser.add_argument("mode", choices=["infer", "train"])
    parser.add_argument("batch", type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    if options.peer == "opencv" and options.mode == "train":
        sys.exit("peers.py: OpenCV's dnn module does not train")

    import torch

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    size = 224 if options.network == "torchvision" else 227
    network = torch_network(options.network)
    if options.peer == "torch":
        seconds = time_torch(network, options.mode, options.batch, size,
                             options.seconds)
    else:
        seconds = time_opencv(network, options.batch, size, options.threads,
                              options.seconds)
    print(json.dumps({
        "milliseconds": seconds * 1e3,
        "images_per_second": options.batch / seconds,
    }))


if __name__ == "__main__":
    main()
