#!/usr/bin/env python3
"""Makes small checkpoints as training programs leave them: state dicts among
things that only their programs can read.

usage: make_checkpoints.py FOLDER     (needs numpy and PyTorch 2)

The network and its weights are make_caffe.py's, whose logits are golden.
"""

import argparse
import collections
import functools
import pathlib
import sys
import types

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
# What make_caffe.py computes with is not needed here.
sys.modules.setdefault("cv2", types.ModuleType("cv2"))


def script(name):
    """Another script of this folder without its main()."""
    module = types.ModuleType(name)
    module.__file__ = str(HERE / name)
    source = (HERE / name).read_text().replace("\nmain()\n", "\n")
    exec(compile(source, name, "exec"), module.__dict__)
    return module


def renamed(state, names):
    """The same tensors, in the same order, of modules called otherwise."""
    return collections.OrderedDict(
        (f"{names[key.split('.')[0]]}.{key.split('.')[1]}", value)
        for key, value in state.items()
    )


def training(net):
    """What programs put beside the weights."""
    optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
    net(torch.zeros(1, 3, 35, 35)).sum().backward()
    optimizer.step()
    return {
        "args": argparse.Namespace(lr=0.1, arch="alexnet"),
        "best": np.float64(0.75),
        "classes": {"cat", "dog"},
        "counts": collections.Counter("aab"),
        "device": torch.device("cpu"),
        "dtype": torch.float32,
        "epoch": 90,
        "loss": torch.tensor(0.5),
        "make": functools.partial(int, 3),
        "optimizer": optimizer.state_dict(),
        "out": pathlib.PurePosixPath("/out"),
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    values = script("make_caffe.py").weights(np.random.default_rng(7))
    make = script("make_weights.py").network
    net = make(values)
    state = net.state_dict()

    beside = training(make(values))
    torch.save({**beside, "params": state}, folder / "checkpoint_zip.pth")
    torch.save(
        {**beside, "network": state},
        folder / "checkpoint_bare.pth",
        _use_new_zipfile_serialization=False,
    )

    other = collections.OrderedDict((k, v * 2) for k, v in state.items())
    torch.save(
        {"student": other, "ema": {"shadow": state}, "epoch": 3},
        folder / "checkpoint_two.pth",
    )

    # As PyTorch Lightning: a loss and metrics beside the network.
    lit = collections.OrderedDict((f"model.{k}", v) for k, v in state.items())
    lit["criterion.weight"] = torch.ones(5)
    lit["confmat.confmat"] = torch.zeros(5, 5, dtype=torch.long)
    lit["val_acc.tp"] = torch.zeros(5)
    torch.save({"state_dict": lit}, folder / "checkpoint_metrics.pth")

    # One dictionary with two networks.
    both = collections.OrderedDict((f"encoder_q.{k}", v) for k, v in state.items())
    both.update((f"encoder_k.{k}", v) for k, v in other.items())
    torch.save(both, folder / "checkpoint_modules.pth")

    # Words, whose alphabet is not the network's order.
    words = dict(conv1="stem", conv2="body", fc6="squeeze", fc7="head")
    torch.save(renamed(state, words), folder / "checkpoint_words.pth")

    # Without names: list(net.parameters()), and as NumPy's users save layers.
    torch.save(list(state.values()), folder / "checkpoint_list.pth")
    layers = {}
    for key, value in state.items():
        layers.setdefault(key.split(".")[0], []).append(value.numpy())
    np.save(folder / "torch_order.npy", layers, allow_pickle=True)

    # Weights in whole numbers, as quantized networks have.
    whole = collections.OrderedDict(state)
    whole["fc7.weight"] = (whole["fc7.weight"] * 100).to(torch.int8)
    torch.save(whole, folder / "checkpoint_whole.pth")


main()
