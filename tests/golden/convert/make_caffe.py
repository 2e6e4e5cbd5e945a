#!/usr/bin/env python3
"""Makes the small Caffe models of this folder, and what OpenCV computes of them.

usage: make_caffe.py FOLDER    (needs numpy and OpenCV with its dnn module)

One network in the three generations of Caffe's messages, encoded by hand here:
groups, LRN, pooling that rounds up, dropout, blobs in the old and the new form,
packed and unpacked numbers, and a network that was saved while it trained, with
its data, split, accuracy and loss layers. OpenCV reads them in its own way; its
logits for small_input.f32 are the golden ones. Its LRN takes k for 1, so k is 1.
"""

import pathlib
import struct
import sys

import cv2
import numpy as np

SIZE = 35
CLASSES = 5


def varint(value):
    out = b""
    value &= (1 << 64) - 1
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def integer(number, value):
    return varint(number << 3) + varint(value)


def real(number, value):
    return varint(number << 3 | 5) + struct.pack("<f", value)


def chunk(number, payload):
    if isinstance(payload, str):
        payload = payload.encode()
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def blob(array, legacy, packed=True):
    if legacy:
        dims = (1,) * (4 - array.ndim) + array.shape
        head = b"".join(integer(i + 1, d) for i, d in enumerate(dims))
    else:
        head = chunk(7, chunk(1, b"".join(varint(d) for d in array.shape)))
    values = array.astype("<f4").tobytes()
    if packed:
        return head + chunk(5, values)
    return head + b"".join(
        b"\x2d" + values[i : i + 4] for i in range(0, len(values), 4)
    )


def weights(rng):
    def pair(*shape):
        scale = np.sqrt(2.0 / np.prod(shape[1:]))
        return (
            (rng.standard_normal(shape) * scale).astype(np.float32),
            (rng.standard_normal(shape[0]) * 0.1).astype(np.float32),
        )

    return {
        "conv1": pair(8, 3, 5, 5),
        "conv2": pair(12, 4, 3, 3),
        "fc6": pair(16, 12 * 4 * 4),
        "fc7": pair(CLASSES, 16),
    }


# Name, kind, what it needs; the form that V1 and today's layers share.
NET = [
    ("conv1", "conv", dict(out=8, kernel=5, stride=2)),
    ("relu1", "relu", {}),
    ("norm1", "lrn", dict(size=3, alpha=0.05, beta=0.75, k=1.0)),
    ("pool1", "pool", dict(kernel=3, stride=2)),
    ("conv2", "conv", dict(out=12, kernel=3, pad=1, group=2)),
    ("relu2", "relu", {}),
    ("pool2", "pool", dict(kernel=3, stride=2)),
    ("fc6", "full", dict(out=16)),
    ("relu6", "relu", {}),
    ("drop6", "drop", dict(rate=0.4)),
    ("fc7", "full", dict(out=CLASSES)),
    ("prob", "softmax", {}),
]
IN_PLACE = ("relu", "drop")


def chain():
    """The layers with the blobs that they read and write."""
    bottom = "data"
    for name, kind, options in NET:
        top = bottom if kind in IN_PLACE else name
        yield name, kind, options, bottom, top
        bottom = top


def parameter(kind, o):
    """The kind's parameter message, and its number in V2 and V1."""
    if kind == "conv":
        body = integer(1, o["out"]) + integer(4, o["kernel"])
        body += integer(6, o.get("stride", 1))
        if "pad" in o:
            body += integer(3, o["pad"])
        if "group" in o:
            body += integer(5, o["group"])
        return body, 106, 10
    if kind == "lrn":
        body = integer(1, o["size"]) + real(2, o["alpha"])
        return body + real(3, o["beta"]) + real(5, o["k"]), 118, 18
    if kind == "pool":
        return integer(2, o["kernel"]) + integer(3, o["stride"]), 121, 19
    if kind == "full":
        return integer(1, o["out"]), 117, 17
    if kind == "drop":
        return real(1, o["rate"]), 108, 12
    return b"", None, None


TYPES = dict(
    conv=("Convolution", 4, "conv"),
    relu=("ReLU", 18, "relu"),
    lrn=("LRN", 15, "lrn"),
    pool=("Pooling", 17, "pool"),
    full=("InnerProduct", 14, "innerproduct"),
    drop=("Dropout", 6, "dropout"),
    softmax=("Softmax", 20, "softmax"),
)


def v2(values, training):
    """Today's layers; `training` as the solver saves them."""
    net = chunk(1, "small_v2")
    if training:
        transform = integer(3, SIZE) + b"".join(
            real(5, mean) for mean in (104.0, 117.0, 123.0)
        )
        net += chunk(
            100,
            chunk(1, "data")
            + chunk(2, "Data")
            + chunk(4, "data")
            + chunk(4, "label")
            + chunk(8, integer(1, 0))
            + chunk(100, transform),
        )
        net += chunk(
            100,
            chunk(1, "label_split")
            + chunk(2, "Split")
            + chunk(3, "label")
            + chunk(4, "label_0")
            + chunk(4, "label_1"),
        )
    for name, kind, options, bottom, top in chain():
        if training and kind == "softmax":
            net += chunk(
                100,
                chunk(1, "fc7_split")
                + chunk(2, "Split")
                + chunk(3, "fc7")
                + chunk(4, "fc7_0")
                + chunk(4, "fc7_1"),
            )
            net += chunk(
                100,
                chunk(1, "accuracy")
                + chunk(2, "Accuracy")
                + chunk(3, "fc7_0")
                + chunk(3, "label_0")
                + chunk(4, "accuracy"),
            )
            net += chunk(
                100,
                chunk(1, "loss")
                + chunk(2, "SoftmaxWithLoss")
                + chunk(3, "fc7_1")
                + chunk(3, "label_1")
                + chunk(4, "loss"),
            )
            continue
        layer = chunk(1, name) + chunk(2, TYPES[kind][0])
        layer += chunk(3, bottom) + chunk(4, top)
        body, number, _ = parameter(kind, options)
        if number:
            layer += chunk(number, body)
        for array in values.get(name, ()):
            layer += chunk(7, blob(array, legacy=False))
        net += chunk(100, layer)
    return net


def v1(values):
    net = chunk(1, "small_v1")
    for name, kind, options, bottom, top in chain():
        layer = chunk(2, bottom) + chunk(3, top) + chunk(4, name)
        layer += integer(5, TYPES[kind][1])
        body, _, number = parameter(kind, options)
        if number:
            layer += chunk(number, body)
        for array in values.get(name, ()):
            layer += chunk(6, blob(array, legacy=True))
        net += chunk(2, layer)
    return net


def v0(values):
    net = chunk(1, "small_v0")
    for name, kind, o, bottom, top in chain():
        if o.get("pad"):
            inner = chunk(1, "pad_" + name) + chunk(2, "padding")
            inner += integer(7, o["pad"])
            net += chunk(
                2, chunk(1, inner) + chunk(2, bottom) + chunk(3, "pad_" + name)
            )
            bottom = "pad_" + name
        inner = chunk(1, name) + chunk(2, TYPES[kind][2])
        if kind in ("conv", "full"):
            inner += integer(3, o["out"])
        if kind == "conv":
            inner += integer(9, o.get("group", 1))
        if kind in ("conv", "pool"):
            inner += integer(8, o["kernel"]) + integer(10, o.get("stride", 1))
        if kind == "lrn":
            inner += integer(13, o["size"]) + real(14, o["alpha"])
            inner += real(15, o["beta"]) + real(22, o["k"])
        if kind == "drop":
            inner += real(12, o["rate"])
        for array in values.get(name, ()):
            inner += chunk(50, blob(array, legacy=True, packed=False))
        net += chunk(2, chunk(1, inner) + chunk(2, bottom) + chunk(3, top))
    return net


def prototxt(generation):
    text = 'name: "small_deploy"  # a comment\n'
    text += 'input: "data"\n'
    text += "".join(f"input_dim: {d}\n" for d in (1, 3, SIZE, SIZE))
    for name, kind, o, bottom, top in chain():
        v1_type = {
            "conv": "CONVOLUTION",
            "relu": "RELU",
            "lrn": "LRN",
            "pool": "POOLING",
            "full": "INNER_PRODUCT",
            "drop": "DROPOUT",
            "softmax": "SOFTMAX",
        }[kind]
        word = "layers" if generation == 1 else "layer"
        of_type = v1_type if generation == 1 else f'"{TYPES[kind][0]}"'
        text += f"{word} {{\n  name: '{name}'\n  type: {of_type}\n"
        text += f'  bottom: "{bottom}" top: "{top}"\n'
        if kind == "conv":
            text += "  convolution_param {\n"
            text += f'    num_output: {o["out"]} kernel_size: {o["kernel"]}\n'
            text += f'    stride: {o.get("stride", 1)} pad: {o.get("pad", 0)}\n'
            text += f'    group: {o.get("group", 1)}\n'
            text += '    weight_filler { type: "gaussian" std: 0.01 }\n  }\n'
        if kind == "lrn":
            text += f'  lrn_param {{ local_size: {o["size"]}; '
            text += f'alpha: {o["alpha"]}; beta: {o["beta"]}; k: {o["k"]} }}\n'
        if kind == "pool":
            text += "  pooling_param: { pool: MAX, "
            text += f'kernel_size: {o["kernel"]}, stride: {o["stride"]} }}\n'
        if kind == "full":
            text += f'  inner_product_param {{ num_output: {o["out"]} }}\n'
        if kind == "drop":
            text += f'  dropout_param {{ dropout_ratio: {o["rate"]} }}\n'
        text += "}\n"
    return text


def main():
    folder = pathlib.Path(sys.argv[1])
    rng = np.random.default_rng(7)
    values = weights(rng)
    picture = rng.uniform(-1, 1, (1, 3, SIZE, SIZE)).astype("<f4")
    picture.tofile(folder / "small_input.f32")
    files = {
        "caffe_v2.caffemodel": v2(values, training=False),
        "caffe_v2_trained.caffemodel": v2(values, training=True),
        "caffe_v1.caffemodel": v1(values),
        "caffe_v0.caffemodel": v0(values),
        "caffe_v1.prototxt": prototxt(1).encode(),
        "caffe_v2.prototxt": prototxt(2).encode(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    mean = rng.uniform(90, 130, (3, SIZE + 5, SIZE + 5)).astype(np.float32)
    (folder / "caffe_mean.binaryproto").write_bytes(blob(mean, legacy=True))

    logits = None
    for text, model in (
        ("caffe_v2.prototxt", "caffe_v2.caffemodel"),
        ("caffe_v1.prototxt", "caffe_v1.caffemodel"),
    ):
        net = cv2.dnn.readNetFromCaffe(str(folder / text), str(folder / model))
        net.setInput(picture)
        out = net.forward("fc7")
        assert logits is None or np.allclose(out, logits, atol=1e-6)
        logits = out
    logits.astype("<f4").tofile(folder / "caffe_logits.f32")
    print(logits)


main()
