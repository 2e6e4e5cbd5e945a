#!/usr/bin/env python3
"""Makes light_bvlc_alexnet.onnx: bvlc_alexnet as ONNX's model zoo has it, its weights
made by ConstantOfShape.

usage: make_light_onnx.py FOLDER      (needs the onnx package)

As the zoo's files: IR version 3, so that initializers are inputs too, operator set 9,
pictures of 224 pixels, and padding at the end of the last pooling.
"""

import pathlib
import sys

import onnx
from onnx import TensorProto, helper

SHAPES = {
    "conv1": (96, 3, 11, 11),
    "conv2": (256, 48, 5, 5),
    "conv3": (384, 256, 3, 3),
    "conv4": (384, 192, 3, 3),
    "conv5": (256, 192, 3, 3),
    "fc6": (4096, 9216),
    "fc7": (4096, 4096),
    "fc8": (1000, 4096),
}


class Graph:
    def __init__(self):
        self.nodes, self.initializers = [], []
        self.inputs = [self.value("data_0", TensorProto.FLOAT, [1, 3, 224, 224])]
        self.blob = "data_0"

    @staticmethod
    def value(name, kind, shape):
        return helper.make_tensor_value_info(name, kind, shape)

    def constant(self, name, numbers):
        kind = TensorProto.INT64
        self.initializers.append(
            helper.make_tensor(name, kind, [len(numbers)], numbers)
        )
        self.inputs.append(self.value(name, kind, [len(numbers)]))

    def weights(self, layer):
        shape = SHAPES[layer]
        for name, extents in ((f"{layer}_w_0", shape), (f"{layer}_b_0", shape[:1])):
            self.constant(name + "__SHAPE", extents)
            value = helper.make_tensor("value", TensorProto.FLOAT, [1], [0.02])
            self.nodes.append(
                helper.make_node("ConstantOfShape", [name + "__SHAPE"], [name], value=value)
            )
        return [f"{layer}_w_0", f"{layer}_b_0"]

    def add(self, op, name, more=(), outputs=(), **attributes):
        self.nodes.append(
            helper.make_node(op, [self.blob, *more], [name, *outputs], **attributes)
        )
        self.blob = name

    def convolve(self, i, kernel, stride, pad, group=1):
        self.add("Conv", f"conv{i}_1", self.weights(f"conv{i}"), kernel_shape=[kernel] * 2,
                 strides=[stride] * 2, pads=[pad] * 4, group=group)
        self.add("Relu", f"conv{i}_2")

    def normalize(self, i):
        self.add("LRN", f"norm{i}_1", size=5, alpha=1e-4, beta=0.75, bias=1.0)

    def pool(self, i, end=0):
        self.add("MaxPool", f"pool{i}_1", kernel_shape=[3, 3], strides=[2, 2],
                 pads=[0, 0, end, end])


def main():
    graph = Graph()
    graph.convolve(1, 11, 4, 0)
    graph.normalize(1)
    graph.pool(1)
    graph.convolve(2, 5, 1, 2, group=2)
    graph.normalize(2)
    graph.pool(2)
    graph.convolve(3, 3, 1, 1)
    graph.convolve(4, 3, 1, 1, group=2)
    graph.convolve(5, 3, 1, 1, group=2)
    graph.pool(5, end=1)
    graph.constant("OC2_DUMMY_1", [1, 9216])
    graph.add("Reshape", "flat_1", ["OC2_DUMMY_1"])
    for i in (6, 7):
        graph.add("Gemm", f"fc{i}_1", graph.weights(f"fc{i}"), transB=1)
        graph.add("Relu", f"fc{i}_2")
        graph.add("Dropout", f"fc{i}_3", outputs=[f"_fc{i}_mask_1"], ratio=0.5)
    graph.add("Gemm", "fc8_1", graph.weights("fc8"), transB=1)
    graph.add("Softmax", "prob_1")
    output = graph.value("prob_1", TensorProto.FLOAT, [1, 1000])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "bvlc_alexnet", graph.inputs, [output],
                          graph.initializers),
        opset_imports=[helper.make_opsetid("", 9)],
        ir_version=3,
        producer_name="onnx-caffe2",
    )
    onnx.save(model, pathlib.Path(sys.argv[1]) / "light_bvlc_alexnet.onnx")


main()
