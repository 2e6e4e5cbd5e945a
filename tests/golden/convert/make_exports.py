#!/usr/bin/env python3
"""Makes small ONNX files as exporters and optimisers of today write them, and what
ONNX Runtime computes of those that no other file is golden for.

usage: make_exports.py FOLDER
(needs numpy, PyTorch 2 with onnxscript, onnx and onnxruntime)

external.onnx, optimised.onnx, half.onnx, torch_8.onnx and log_softmax.onnx are
make_caffe.py's network, whose logits are golden. keras.onnx is what tf2onnx makes of Keras: pixels
before channels. prepared.onnx and mean_image.onnx prepare pictures themselves.
"""

import pathlib
import sys
import types

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

HERE = pathlib.Path(__file__).parent
sys.modules.setdefault("cv2", types.ModuleType("cv2"))


def script(name):
    """Another script of this folder without its main()."""
    module = types.ModuleType(name)
    module.__file__ = str(HERE / name)
    source = (HERE / name).read_text().replace("\nmain()\n", "\n")
    exec(compile(source, name, "exec"), module.__dict__)
    return module


def without_traces(path):
    """Takes out where in whose source each node comes from."""
    model = onnx.load(path, load_external_data=False)
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.input, *graph.output,
                 *graph.value_info, *graph.initializer):
        part.doc_string = ""
        del part.metadata_props[:]
    onnx.save(model, path)


def run(path, picture):
    session = onnxruntime.InferenceSession(path)
    return session.run(None, {session.get_inputs()[0].name: picture})[0]


def optimised(path, out):
    """What ONNX Runtime's basic optimiser writes: padding goes into pooling."""
    options = onnxruntime.SessionOptions()
    level = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = level.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(out)
    onnxruntime.InferenceSession(path, options)


def half(path, out):
    from onnxruntime.transformers.float16 import convert_float_to_float16

    model = convert_float_to_float16(onnx.load(path), keep_io_types=True)
    # Appended nodes stand behind those that use them, as converters leave them.
    nodes = list(model.graph.node)
    casts = [node for node in nodes if node.op_type == "Cast"]
    del model.graph.node[:]
    model.graph.node.extend([n for n in nodes if n.op_type != "Cast"] + casts)
    onnx.save(model, out)


def model(nodes, constants, shape, opset):
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("data", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("prob", TensorProto.FLOAT, [1, 4])],
        [
            numpy_helper.from_array(
                v if v.dtype == np.int64 else v.astype(np.float32), k
            )
            for k, v in constants.items()
        ],
    )
    made = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8
    )
    onnx.checker.check_model(made, full_check=True)
    return made


def keras(folder, rng):
    node = helper.make_node
    constants = {
        "k": rng.standard_normal((6, 3, 5, 5)) * 0.2,
        "b": rng.standard_normal(6),
        "w": rng.standard_normal((6 * 7 * 7, 4)) * 0.2,
        "c": rng.standard_normal(4),
        "shape": np.array([-1, 6 * 7 * 7], np.int64),
    }
    nodes = [
        node("Transpose", ["data"], ["t"], perm=[0, 3, 1, 2]),
        node("Conv", ["t", "k", "b"], ["x"], kernel_shape=[5, 5],
             strides=[2, 2], auto_pad="SAME_UPPER"),
        node("Relu", ["x"], ["r"]),
        node("MaxPool", ["r"], ["p"], kernel_shape=[3, 3], strides=[2, 2]),
        node("Transpose", ["p"], ["q"], perm=[0, 2, 3, 1]),
        node("Reshape", ["q", "shape"], ["f"]),
        node("MatMul", ["f", "w"], ["m"]),
        node("Add", ["m", "c"], ["logits"]),
        node("Softmax", ["logits"], ["prob"], axis=1),
    ]
    onnx.save(model(nodes, constants, [1, 32, 32, 3], 13), folder / "keras.onnx")
    picture = rng.uniform(-1, 1, (1, 3, 32, 32)).astype(np.float32)
    picture.tofile(folder / "keras_input.f32")
    prob = run(folder / "keras.onnx", picture.transpose(0, 2, 3, 1))
    prob.astype("<f4").tofile(folder / "keras_probabilities.f32")


def prepared(folder, rng):
    class Prepared(nn.Module):
        def __init__(self):
            super().__init__()
            axes = lambda *v: torch.tensor(v).view(1, 3, 1, 1)
            self.register_buffer("mean", axes(0.485, 0.456, 0.406))
            self.register_buffer("std", axes(0.229, 0.224, 0.225))
            self.net = nn.Sequential(
                nn.Conv2d(3, 4, 5, 4), nn.ReLU(), nn.AdaptiveAvgPool2d(1),
                nn.Flatten(1), nn.Linear(4, 4),
            )

        def forward(self, x):
            return self.net((x / 255 - self.mean) / self.std)

    torch.manual_seed(5)
    torch.onnx.export(
        Prepared().eval(), (torch.zeros(1, 3, 32, 32),),
        folder / "prepared.onnx", dynamo=False, opset_version=13,
    )
    without_traces(folder / "prepared.onnx")
    node = helper.make_node
    constants = {
        "mean": rng.uniform(90, 130, (1, 3, 16, 16)),
        "k": rng.standard_normal((4, 3, 16, 16)) * 0.01,
        "b": rng.standard_normal(4),
    }
    nodes = [
        node("Sub", ["data", "mean"], ["x"], "data_Sub"),
        node("Conv", ["x", "k", "b"], ["c"], kernel_shape=[16, 16]),
        node("Flatten", ["c"], ["f"], axis=1),
        node("Softmax", ["f"], ["prob"], axis=1),
    ]
    onnx.save(
        model(nodes, constants, [1, 3, 16, 16], 7), folder / "mean_image.onnx"
    )


def main():
    folder = pathlib.Path(sys.argv[1])
    peers = script("make_caffe.py")
    net = script("make_weights.py").network(peers.weights(np.random.default_rng(7)))
    picture = np.fromfile(folder / "small_input.f32", "<f4")
    picture = picture.reshape(1, 3, peers.SIZE, peers.SIZE)
    golden = np.fromfile(folder / "caffe_logits.f32", "<f4")

    torch.onnx.export(net, (torch.from_numpy(picture),), folder / "external.onnx")
    without_traces(folder / "external.onnx")
    optimised(folder / "external.onnx", folder / "optimised.onnx")
    half(folder / "external.onnx", folder / "half.onnx")
    for name, tolerance in (("external", 1e-5), ("optimised", 1e-5)):
        out = run(folder / f"{name}.onnx", picture)
        assert np.allclose(out, golden, atol=tolerance), (name, out, golden)

    # Whole numbers made of doubles, as old operator sets are exported today.
    torch.onnx.export(
        net, (torch.from_numpy(picture),), folder / "torch_8.onnx",
        dynamo=False, opset_version=8,
    )
    without_traces(folder / "torch_8.onnx")

    log = onnx.load(folder / "torch_13.onnx")
    log.graph.node.append(
        helper.make_node("LogSoftmax", [log.graph.output[0].name], ["log"], axis=1)
    )
    log.graph.output[0].name = "log"
    onnx.save(log, folder / "log_softmax.onnx")

    rng = np.random.default_rng(13)
    keras(folder, rng)
    prepared(folder, rng)


main()
