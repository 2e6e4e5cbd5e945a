#!/usr/bin/env python3
"""Makes small files of weights in the formats of other programs, and what those
compute.

usage: make_weights.py FOLDER     (needs numpy and PyTorch; run make_caffe.py first)

The network is make_caffe.py's, and so are its weights and its golden logits,
which PyTorch is held against here. Darknet and cuda-convnet have networks of
their own, without LRN and with two towers; their logits are computed here in
float64, in the words of those programs.
"""

import collections
import io
import json
import pathlib
import pickle
import struct
import sys
import tarfile
import types

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent


def caffe():
    """make_caffe.py without its main()."""
    module = types.ModuleType("make_caffe")
    source = (HERE / "make_caffe.py").read_text().replace("\nmain()\n", "\n")
    exec(compile(source, "make_caffe.py", "exec"), module.__dict__)
    return module


def network(values):
    net = nn.Sequential(
        collections.OrderedDict(
            conv1=nn.Conv2d(3, 8, 5, stride=2),
            relu1=nn.ReLU(),
            norm1=nn.LocalResponseNorm(3, alpha=0.05, beta=0.75, k=1.0),
            pool1=nn.MaxPool2d(3, 2, ceil_mode=True),
            conv2=nn.Conv2d(8, 12, 3, padding=1, groups=2),
            relu2=nn.ReLU(),
            pool2=nn.MaxPool2d(3, 2, ceil_mode=True),
            flat=nn.Flatten(1),
            fc6=nn.Linear(192, 16),
            relu6=nn.ReLU(),
            drop6=nn.Dropout(0.4),
            fc7=nn.Linear(16, 5),
        )
    ).eval()
    with torch.no_grad():
        for name, (weight, bias) in values.items():
            getattr(net, name).weight.copy_(torch.from_numpy(weight))
            getattr(net, name).bias.copy_(torch.from_numpy(bias))
    return net


def save_tar(path, tensors):
    """As PyTorch 0.1.1 did; its serialization.py still reads it."""
    storages, objects, root = io.BytesIO(), io.BytesIO(), io.BytesIO()
    pickle.dump(len(tensors), storages, 2)
    pickle.dump(len(tensors), objects, 2)
    for i, (_, tensor) in enumerate(tensors):
        pickle.dump((i, "cpu", torch.FloatStorage), storages, 2)
        values = tensor.contiguous().numpy().astype("<f4").tobytes()
        storages.write(struct.pack("<Q", len(values) // 4) + values)
        pickle.dump((100 + i, i, torch.FloatTensor), objects, 2)
        rank = tensor.dim()
        objects.write(struct.pack("<ii", rank, 0))
        objects.write(struct.pack(f"<{rank}q", *tensor.shape))
        objects.write(struct.pack(f"<{rank}q", *tensor.contiguous().stride()))
        objects.write(struct.pack("<q", 0))
    pickle.dump([], storages, 2)

    class Reference:
        def __init__(self, number):
            self.number = number

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            return str(100 + value.number) if isinstance(value, Reference) else None

    Pickler(root, 2).dump(
        collections.OrderedDict(
            (name, Reference(i)) for i, (name, _) in enumerate(tensors)
        )
    )
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in (
            ("storages", storages),
            ("tensors", objects),
            ("pickle", root),
        ):
            member = tarfile.TarInfo(name)
            member.size = len(content.getvalue())
            archive.addfile(member, io.BytesIO(content.getvalue()))


def save_safetensors(path, tensors):
    """After the format's description: size, JSON, bytes."""
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        values = tensor.numpy().astype("<f4").tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(values)],
        }
        data += values
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def pytorch(folder, values, picture, golden):
    net = network(values)
    with torch.no_grad():
        logits = net(torch.from_numpy(picture)).numpy()
    assert np.allclose(logits, golden, atol=1e-5), (logits, golden)
    state = net.state_dict()
    torch.save(state, folder / "pytorch_zip.pth")
    torch.save(
        {"epoch": 3, "state_dict": nn.DataParallel(net).state_dict()},
        folder / "pytorch_parallel.pth",
        _use_new_zipfile_serialization=False,
    )
    # Strides: the same matrices in Fortran's order.
    turned = collections.OrderedDict(
        (k, v.t().contiguous().t() if v.dim() == 2 else v)
        for k, v in state.items()
    )
    assert not turned["fc6.weight"].is_contiguous()
    torch.save(turned, folder / "pytorch_strides.pth")
    save_tar(folder / "pytorch_tar.pth", list(state.items()))
    loaded = torch.load(folder / "pytorch_tar.pth")
    assert all(torch.equal(loaded[k], state[k]) for k in state)
    halves = collections.OrderedDict((k, v.half()) for k, v in state.items())
    torch.save(halves, folder / "pytorch_f16.pth")
    torch.save(
        collections.OrderedDict((k, v.bfloat16()) for k, v in state.items()),
        folder / "pytorch_bf16.pth",
    )
    save_safetensors(folder / "weights.safetensors", state)
    for opset in (9, 13, 15):
        torch.onnx.export(
            net,
            torch.from_numpy(picture),
            folder / f"torch_{opset}.onnx",
            opset_version=opset,
            input_names=["picture"],
        )
    # An object of a class of its own, which only executing it could read.
    torch.save(net, folder / "pytorch_module.pth")


def numpy_files(folder, values):
    np.savez_compressed(
        folder / "weights.npz",
        **{f"{k}.{n}": a for k, v in values.items() for n, a in zip(("weight", "bias"), v)},
    )
    net = {}
    for name, (weight, bias) in values.items():
        if weight.ndim == 4:
            turned = weight.transpose(2, 3, 1, 0)
        elif name == "fc6":
            # Rows of features flattened (h, w, c).
            turned = weight.reshape(16, 12, 4, 4).transpose(2, 3, 1, 0)
            turned = turned.reshape(192, 16)
        else:
            turned = weight.T
        net[name] = [np.ascontiguousarray(turned), bias]
    np.save(folder / "toronto_py3.npy", net, allow_pickle=True)
    # Python 2's pickles have bytes where Python 3's have text: protocol 2 of
    # Python 3 is the nearest that can be made here.
    array = np.empty((), dtype=object)
    array[()] = net
    head = (folder / "toronto_py3.npy").read_bytes()[:128]
    (folder / "toronto_p2.npy").write_bytes(head + pickle.dumps(array, 2))


def conv(x, w, b, stride=1, pad=0):
    return torch.nn.functional.conv2d(x, w.double(), b.double(), stride, pad)


DARKNET = """[net]
height=40
width=40
channels=3

[crop]
crop_height=32
crop_width=32

[convolutional]
filters=6
size=5
stride=2
pad=0
activation=relu

[maxpool]
size=3
stride=2
padding=0

[convolutional]
filters=8
size=3
stride=1
pad=1
activation=relu

[maxpool]
size=2
stride=2

[connected]
output=10
activation=relu

[dropout]
probability=.5

[connected]
output=4
activation=linear

[softmax]
groups=1

[cost]
type=sse
"""


def darknet(folder, rng):
    f = torch.nn.functional
    (folder / "darknet.cfg").write_text(DARKNET)
    make = lambda *s: torch.from_numpy(rng.standard_normal(s).astype("<f4") * 0.3)
    w1, b1, w2, b2 = make(6, 3, 5, 5), make(6), make(8, 6, 3, 3), make(8)
    w3, b3, w4, b4 = make(10, 8 * 3 * 3), make(10), make(4, 10), make(4)
    x = torch.from_numpy(rng.uniform(-1, 1, (1, 3, 32, 32)).astype("<f4"))
    x.numpy().tofile(folder / "darknet_input.f32")
    y = f.max_pool2d(conv(x.double(), w1, b1, 2).relu(), 3, 2)
    y = conv(y, w2, b2, 1, 1).relu()
    # 6 pixels, window 2, padding 1 of which none before: 6 + 1 - 2 over 2 + 1.
    y = f.max_pool2d(f.pad(y, (0, 1, 0, 1), value=-1e30), 2, 2)
    y = y.flatten(1) @ w3.double().t() + b3.double()
    y = y.relu() @ w4.double().t() + b4.double()
    y.float().numpy().tofile(folder / "darknet_logits.f32")
    order = (b1, w1, b2, w2, b3, w3, b4, w4)
    body = b"".join(t.numpy().tobytes() for t in order)
    (folder / "darknet_01.weights").write_bytes(
        struct.pack("<iiii", 0, 1, 0, 7) + body
    )
    (folder / "darknet_02.weights").write_bytes(
        struct.pack("<iiiQ", 0, 2, 0, 7) + body
    )


TOWERS = """name: "towers"
input: "data" input_dim: 1 input_dim: 3 input_dim: 16 input_dim: 16
layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
  convolution_param { num_output: 4 kernel_size: 3 } }
layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "conv1" }
layer { name: "pool1" type: "Pooling" bottom: "conv1" top: "pool1"
  pooling_param { kernel_size: 2 stride: 2 } }
layer { name: "conv2" type: "Convolution" bottom: "pool1" top: "conv2"
  convolution_param { num_output: 6 kernel_size: 3 pad: 1 group: 2 } }
layer { name: "relu2" type: "ReLU" bottom: "conv2" top: "conv2" }
layer { name: "conv3" type: "Convolution" bottom: "conv2" top: "conv3"
  convolution_param { num_output: 4 kernel_size: 3 pad: 1 } }
layer { name: "relu3" type: "ReLU" bottom: "conv3" top: "conv3" }
layer { name: "fc4" type: "InnerProduct" bottom: "conv3" top: "fc4"
  inner_product_param { num_output: 8 } }
layer { name: "relu4" type: "ReLU" bottom: "fc4" top: "fc4" }
layer { name: "fc5" type: "InnerProduct" bottom: "fc4" top: "fc5"
  inner_product_param { num_output: 6 } }
layer { name: "relu5" type: "ReLU" bottom: "fc5" top: "fc5" }
layer { name: "fc6" type: "InnerProduct" bottom: "fc5" top: "fc6"
  inner_product_param { num_output: 3 } }
layer { name: "prob" type: "Softmax" bottom: "fc6" top: "prob" }
"""


class Options:
    """Stands for the program's option objects, which checkpoints hold too."""

    def __init__(self):
        self.values = {"gpu": [0, 1], "minibatch": 128}


def cuda_convnet(folder, rng):
    """Two towers a and b, meeting at conv3 and the fully connected layers; fc5b
    has its inputs the other way round, as fc2048bb of 2012."""
    (folder / "towers.prototxt").write_text(TOWERS)
    make = lambda *s: (rng.standard_normal(s) * 0.4).astype("<f4")
    layers, net = {}, {}

    def layer(name, kind, inputs, matrices=(), bias=None):
        entry = {"name": name, "type": kind, "inputs": list(range(len(inputs)))}
        entry["inputLayers"] = [layers[i] for i in inputs]
        if matrices:
            entry["weights"] = list(matrices)
            entry["weightsInc"] = [np.zeros_like(m) for m in matrices]
            entry["biases"], entry["biasesInc"] = [bias], [np.zeros_like(bias)]
        if kind == "hs":
            entry["keep"] = 0.5
        layers[name] = net[name] = entry

    def convolution(name, inputs, channels, filters):
        matrices = [make(channels * 9, filters) for _ in inputs]
        layer(name, "conv", inputs, matrices, make(filters, 1))

    def full(name, inputs, rows, columns):
        matrices = [np.asfortranarray(make(rows, columns)) for _ in inputs]
        layer(name, "fc", inputs, matrices, make(1, columns))

    layer("data", "data", [])
    for t in "ab":
        convolution("conv1" + t, ["data"], 3, 2)
        layer("pool1" + t, "pool", ["conv1" + t])
        convolution("conv2" + t, ["pool1" + t], 2, 3)
    for t in "ab":
        convolution("conv3" + t, ["conv2a", "conv2b"], 3, 2)
    for t in "ab":
        full("fc4" + t, ["conv3a", "conv3b"], 2 * 49, 4)
        layer("hs4" + t, "hs", ["fc4" + t])
    full("fc5a", ["hs4a", "hs4b"], 4, 3)
    full("fc5b", ["hs4b", "hs4a"], 4, 3)
    for t in "ab":
        layer("hs5" + t, "hs", ["fc5" + t])
    full("fc6", ["hs5a", "hs5b"], 3, 3)
    layer("probs", "softmax", ["fc6"])

    x = rng.uniform(-1, 1, (1, 3, 16, 16)).astype("<f4")
    x.tofile(folder / "towers_input.f32")

    def forward(name):
        """In float64, as the program would: sums over inputs, then the bias."""
        entry = net[name]
        before = [forward(i["name"]) for i in entry["inputLayers"]]
        if entry["type"] == "data":
            return torch.from_numpy(x).double()
        if entry["type"] == "pool":
            return torch.nn.functional.max_pool2d(before[0], 2)
        if entry["type"] == "hs":
            return before[0] * 0.5
        if entry["type"] == "conv":
            total = 0
            for m, b in zip(entry["weights"], before):
                k = m.reshape(b.shape[1], 3, 3, -1).transpose(3, 0, 1, 2)
                pad = 0 if name.startswith("conv1") else 1
                k = torch.from_numpy(k.copy()).double()
                total = total + torch.nn.functional.conv2d(b, k, None, 1, pad)
            bias = torch.from_numpy(entry["biases"][0]).double()
            return (total + bias.reshape(1, -1, 1, 1)).relu()
        total = sum(
            b.flatten(1) @ torch.from_numpy(np.ascontiguousarray(m)).double()
            for m, b in zip(entry["weights"], before)
        )
        total = total + torch.from_numpy(entry["biases"][0]).double()
        return total if name == "fc6" else total.relu()

    forward("fc6").float().numpy().tofile(folder / "towers_logits.f32")
    state = {"epoch": 1, "batchnum": 2, "train_outputs": [({"logprob": [1.5]}, 128)]}
    for name, of in (("dict", layers), ("list", list(layers.values()))):
        checkpoint = {"model_state": {**state, "layers": of}, "op": Options()}
        (folder / f"cuda_convnet_{name}").write_bytes(pickle.dumps(checkpoint, 2))


def cuda_convnet_local(folder):
    """A locally connected layer of 3 x 2 positions among others. Each weight
    says where it is in the program's order, (position, channel, row, column,
    filter), and each bias in (filter, position), a digit each."""
    def number(*extents):
        places = np.indices(extents)
        digits = [10 ** i for i in range(len(extents))][::-1]
        return sum(p * d for p, d in zip(places, digits)).astype("<f4")

    data = {"name": "data", "type": "data", "inputLayers": []}
    conv = {"name": "conv1", "type": "conv", "inputLayers": [data],
            "weights": [np.zeros((27, 2), "<f4")],
            "biases": [np.zeros((2, 1), "<f4")]}
    pool = {"name": "pool1", "type": "pool", "inputLayers": [conv]}
    local = {"name": "local2", "type": "local", "inputLayers": [pool],
             "weights": [number(6, 2, 3, 3, 4).reshape(-1, 4)],
             "biases": [number(4, 6).reshape(-1, 1)]}
    full = {"name": "fc3", "type": "fc", "inputLayers": [local],
            "weights": [np.zeros((24, 5), "<f4")],
            "biases": [np.zeros((1, 5), "<f4")]}
    layers = {each["name"]: each for each in (data, conv, pool, local, full)}
    checkpoint = {"model_state": {"epoch": 1, "layers": layers}}
    (folder / "cuda_convnet_local").write_bytes(pickle.dumps(checkpoint, 2))


def main():
    folder = pathlib.Path(sys.argv[1])
    peers = caffe()
    values = peers.weights(np.random.default_rng(7))
    picture = np.fromfile(folder / "small_input.f32", "<f4")
    picture = picture.reshape(1, 3, peers.SIZE, peers.SIZE)
    golden = np.fromfile(folder / "caffe_logits.f32", "<f4")
    pytorch(folder, values, picture, golden)
    numpy_files(folder, values)
    darknet(folder, np.random.default_rng(8))
    cuda_convnet(folder, np.random.default_rng(9))
    cuda_convnet_local(folder)


main()
