#!/usr/bin/env python3
"""Makes a small network with batch normalization, as PyTorch, Caffe and ONNX hold
it, and what PyTorch computes of it in float64.

usage: make_batch_norm.py FOLDER     (needs numpy, PyTorch 2 and onnx)

Statistics are far from 0 and 1, and the second convolution has no bias. One
.caffemodel is BVLC's (BatchNorm and Scale), one NVIDIA's (BatchNorm with five
blobs). batch_norm_late.pth has its normalization behind a nonlinearity.
"""

import collections
import pathlib
import sys
import types

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent
sys.modules.setdefault("cv2", types.ModuleType("cv2"))

CHANNELS = dict(bn1=8, bn2=12, bn3=16)
# What Caffe's BatchNorm has its sums of statistics divided by.
COUNT = 999.98


def caffe():
    """make_caffe.py without its main()."""
    module = types.ModuleType("make_caffe")
    source = (HERE / "make_caffe.py").read_text().replace("\nmain()\n", "\n")
    exec(compile(source, "make_caffe.py", "exec"), module.__dict__)
    return module


def network():
    torch.manual_seed(11)
    net = nn.Sequential(
        collections.OrderedDict(
            conv1=nn.Conv2d(3, 8, 5, stride=2),
            bn1=nn.BatchNorm2d(8),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(3, 2, ceil_mode=True),
            conv2=nn.Conv2d(8, 12, 3, padding=1, groups=2, bias=False),
            bn2=nn.BatchNorm2d(12),
            relu2=nn.ReLU(),
            pool2=nn.MaxPool2d(3, 2, ceil_mode=True),
            flat=nn.Flatten(1),
            fc6=nn.Linear(192, 16),
            bn3=nn.BatchNorm1d(16),
            relu6=nn.ReLU(),
            fc7=nn.Linear(16, 5),
        )
    )
    for name in CHANNELS:
        norm = getattr(net, name)
        norm.weight.data.uniform_(0.5, 2.0)
        norm.bias.data.normal_()
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.1, 4.0)
    return net.eval()


def caffe_files(folder, peers, net, picture):
    array = lambda tensor: tensor.detach().numpy()
    one = lambda value: np.array([value], np.float32)
    blob = lambda values: peers.chunk(7, peers.blob(values, legacy=False))
    for nvidia in (False, True):
        text = 'name: "bn"\ninput: "data"\n' + "".join(
            f"input_dim: {d}\n" for d in picture.shape
        )
        message = peers.chunk(1, "bn")

        def layer(name, kind, bottom, top, blobs=(), text_of="", body=b""):
            nonlocal text, message
            text += f'layer {{ name: "{name}" type: "{kind}" bottom: "{bottom}" '
            text += f'top: "{top}" {text_of} }}\n'
            head = peers.chunk(1, name) + peers.chunk(2, kind)
            head += peers.chunk(3, bottom) + peers.chunk(4, top)
            head += body + b"".join(blob(b) for b in blobs)
            message += peers.chunk(100, head)

        def norm(name, bottom):
            module = getattr(net, name)
            sums = [
                array(module.running_mean) * COUNT,
                array(module.running_var) * COUNT,
                one(COUNT),
            ]
            affine = [array(module.weight), array(module.bias)]
            layer(name, "BatchNorm", bottom, bottom, sums + affine * nvidia)
            if not nvidia:
                layer(
                    name + "_scale", "Scale", bottom, bottom, affine,
                    "scale_param { bias_term: true }",
                    peers.chunk(142, peers.integer(4, 1)),
                )

        def conv(name, bottom, out, kernel, more, body):
            module = getattr(net, name)
            blobs = [array(module.weight)]
            if module.bias is not None:
                blobs.append(array(module.bias))
            layer(
                name, "Convolution", bottom, name, blobs,
                f"convolution_param {{ num_output: {out} kernel_size: {kernel} {more} }}",
                peers.chunk(
                    106, peers.integer(1, out) + peers.integer(4, kernel) + body
                ),
            )

        def pool(name, bottom):
            layer(
                name, "Pooling", bottom, name, (),
                "pooling_param { pool: MAX kernel_size: 3 stride: 2 }",
                peers.chunk(121, peers.integer(2, 3) + peers.integer(3, 2)),
            )

        def full(name, bottom, out):
            module = getattr(net, name)
            layer(
                name, "InnerProduct", bottom, name,
                [array(module.weight), array(module.bias)],
                f"inner_product_param {{ num_output: {out} }}",
                peers.chunk(117, peers.integer(1, out)),
            )

        conv("conv1", "data", 8, 5, "stride: 2", peers.integer(6, 2))
        norm("bn1", "conv1")
        layer("relu1", "ReLU", "conv1", "conv1")
        pool("pool1", "conv1")
        conv(
            "conv2", "pool1", 12, 3, "pad: 1 group: 2 bias_term: false",
            peers.integer(2, 0) + peers.integer(3, 1) + peers.integer(5, 2),
        )
        norm("bn2", "conv2")
        layer("relu2", "ReLU", "conv2", "conv2")
        pool("pool2", "conv2")
        full("fc6", "pool2", 16)
        norm("bn3", "fc6")
        layer("relu6", "ReLU", "fc6", "fc6")
        full("fc7", "fc6", 5)
        layer("prob", "Softmax", "fc7", "prob")
        stem = "batch_norm_nvidia" if nvidia else "batch_norm"
        (folder / f"{stem}.caffemodel").write_bytes(message)
        (folder / f"{stem}.prototxt").write_text(text)


def main():
    folder = pathlib.Path(sys.argv[1])
    peers = caffe()
    picture = np.fromfile(folder / "small_input.f32", "<f4")
    picture = torch.from_numpy(picture.reshape(1, 3, peers.SIZE, peers.SIZE))
    net = network()
    with torch.no_grad():
        logits = network().double()(picture.double())
    logits.float().numpy().tofile(folder / "batch_norm_logits.f32")

    torch.save(net.state_dict(), folder / "batch_norm.pth")
    late = nn.Sequential(
        nn.Conv2d(3, 8, 5), nn.ReLU(), nn.BatchNorm2d(8), nn.Flatten(1),
        nn.Linear(8, 5),
    )
    torch.save(late.state_dict(), folder / "batch_norm_late.pth")
    caffe_files(folder, peers, net, picture)
    # With nothing folded, as networks that still train are exported.
    torch.onnx.export(
        net, (picture,), folder / "batch_norm.onnx", dynamo=False,
        do_constant_folding=False, opset_version=13, input_names=["picture"],
        training=torch.onnx.TrainingMode.PRESERVE,
    )


main()
