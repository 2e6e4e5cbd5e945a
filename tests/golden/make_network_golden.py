#!/usr/bin/python3
"""Makes the golden vectors in the folder network with PyTorch, in float64.

Run by hand, from anywhere, with PyTorch 1.13:
    python3 tests/golden/make_network_golden.py
and commit what changes. Inputs, weights and dropout masks come from Philox,
here and in the tests, so that only results are stored:

    layers.json    one layer each: output and all gradients
    training.json  losses and gradients over a few steps of a small network
    NAME.json      a preset: logits, and norms and projections of gradients
"""

import json
import math
import os

import numpy as np
import torch
import torch.nn.functional as F

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'network')
SEED = 2012
DROPOUT, SYNTHETIC = 4, 8  # RandomPurpose


def philox(key, x, y, z, w):
    """Philox4x32-10; x is an array. Gives (len(x), 4) words."""
    mask = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    c = [np.asarray(x, np.uint64)]
    c += [np.full_like(c[0], v) for v in (y, z, w)]
    k0, k1 = key & 0xFFFFFFFF, key >> 32
    for _ in range(10):
        p0 = np.uint64(0xD2511F53) * c[0]
        p1 = np.uint64(0xCD9E8D57) * c[2]
        c = [(p1 >> shift) ^ c[1] ^ np.uint64(k0), p1 & mask,
             (p0 >> shift) ^ c[3] ^ np.uint64(k1), p0 & mask]
        k0 = (k0 + 0x9E3779B9) & 0xFFFFFFFF
        k1 = (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack(c, axis=1)


def uniform(key, count, y, z, w, first=0):
    """Draws first to first + count - 1 of a stream, in [0, 1)."""
    blocks = np.arange(first // 4, (first + count + 3) // 4)
    parts = []
    for part in np.array_split(blocks, max(1, len(blocks) // 1000000)):
        words = philox(key, part, y, z, w).reshape(-1)
        parts.append(((words >> np.uint64(8)).astype(np.float32)
                      * np.float32(2.0 ** -24)))
    return np.concatenate(parts)[first % 4:first % 4 + count]


def values(stream, shape, scale=1.0):
    """float32 values in [-scale, scale), widened."""
    u = uniform(SEED, math.prod(shape), stream, 0, SYNTHETIC)
    v = (np.float32(2) * u - np.float32(1)) * np.float32(scale)
    return torch.from_numpy(v.astype(np.float64).reshape(shape))


def dropout_scale(shape, rate, layer, step):
    """What dropout multiplies a whole batch with, from sample 0."""
    u = uniform(SEED, math.prod(shape), layer, step, DROPOUT)
    keep = (u >= np.float32(rate)).astype(np.float64)
    scale = keep / (1.0 - float(np.float32(rate)))
    return torch.from_numpy(scale.reshape(shape))


def lrn(x, size, alpha, beta, k, divide=True, groups=1, within=False):
    alpha, beta, k = (float(np.float32(v)) for v in (alpha, beta, k))
    if within:
        n = size * size
        mean = F.avg_pool2d(x * x, size, 1, size // 2, count_include_pad=True)
        return x / (k + alpha * (1 if divide else n) * mean) ** beta
    alpha = alpha if divide else alpha * size
    parts = [F.local_response_norm(part, size, alpha, beta, k)
             for part in x.chunk(groups, dim=1)]
    return torch.cat(parts, dim=1)


def local(x, w, b, channels, stride, pads):
    """Weights (channels * positions, C, kH, kW), biases of each output."""
    left, right, top, bottom = pads
    x = F.pad(x, (left, right, top, bottom))
    kernel = w.shape[2:]
    high, wide = ((x.shape[2 + i] - kernel[i]) // stride[i] + 1
                  for i in (0, 1))
    patches = F.unfold(x, tuple(kernel), stride=stride)  # (N, taps, positions)
    w = w.reshape(channels, high * wide, -1)
    y = torch.einsum('ntp,opt->nop', patches, w)
    return (y.flatten(1) + b).reshape(len(x), channels, high, wide)


def rounded(tensor, digits=9):
    return [float(f'%.{digits}g' % v) for v in tensor.detach().reshape(-1)]


def write(name, data):
    path = os.path.join(FOLDER, name)
    with open(path, 'w') as file:
        json.dump(data, file, separators=(',', ':'))
        file.write('\n')
    print(path, os.path.getsize(path), 'bytes')


# ---------------------------------------------------------------- layers

def layer_cases():
    """(name, input shape, weight shape, function of input, weight, bias)."""
    conv = F.conv2d
    return [
        ('conv', (2, 3, 5, 4), (4, 3, 3, 3),
         lambda x, w, b: conv(x, w, b, 1, 1)),
        ('conv_groups', (2, 4, 6, 5), (6, 2, 3, 3),
         lambda x, w, b: conv(x, w, b, 2, 1, groups=2)),
        ('conv_ceil', (2, 2, 6, 6), (3, 2, 3, 3),
         lambda x, w, b: conv(F.pad(x, (0, 1, 0, 1)), w, b, 2)),
        ('fc', (3, 2, 3, 2), (5, 12),
         lambda x, w, b: F.linear(x.flatten(1), w, b)),
        ('max_pool', (2, 2, 7, 7), None,
         lambda x, w, b: F.max_pool2d(x, 3, 2)),
        ('max_pool_ceil', (2, 2, 6, 6), None,
         lambda x, w, b: F.max_pool2d(x, 3, 2, 1, ceil_mode=True)),
        ('average_pool', (2, 2, 6, 5), None,
         lambda x, w, b: F.avg_pool2d(x, 3, 2, 1, True, True)),
        ('average_pool_inside', (2, 2, 6, 5), None,
         lambda x, w, b: F.avg_pool2d(x, 3, 2, 1, True, False)),
        ('adaptive_pool', (2, 2, 7, 5), None,
         lambda x, w, b: F.adaptive_avg_pool2d(x, (3, 2))),
        ('adaptive_pool_up', (2, 2, 3, 2), None,
         lambda x, w, b: F.adaptive_avg_pool2d(x, (4, 5))),
        ('lrn', (2, 9, 2, 2), None,
         lambda x, w, b: lrn(x, 5, 2.0, 0.75, 1.0)),
        ('lrn_undivided', (2, 7, 2, 2), None,
         lambda x, w, b: lrn(x, 3, 0.5, 0.75, 2.0, divide=False)),
        ('lrn_towers', (2, 8, 2, 2), None,
         lambda x, w, b: lrn(x, 5, 2.0, 0.75, 2.0, groups=2)),
        ('lrn_within', (2, 2, 5, 4), None,
         lambda x, w, b: lrn(x, 3, 3.0, 0.75, 1.0, within=True)),
        ('relu', (2, 3, 3, 2), None, lambda x, w, b: F.relu(x)),
        ('tanh', (2, 3, 3, 2), None, lambda x, w, b: torch.tanh(x)),
        ('dropout', (3, 2, 3, 3), None,
         lambda x, w, b: x * dropout_scale(x.shape, 0.3, 3, 2)),
        ('softmax', (3, 7), None, lambda x, w, b: F.softmax(x, 1)),
        ('local', (2, 2, 4, 3), (3 * 4 * 3, 2, 3, 3),
         lambda x, w, b: local(x, w, b, 3, (1, 1), (1, 1, 1, 1))),
        ('local_uneven', (3, 2, 5, 4), (2 * 2 * 4, 2, 3, 2),
         lambda x, w, b: local(x, w, b, 2, (2, 1), (1, 0, 0, 0))),
    ]


def make_layers():
    cases = {}
    for index, (name, shape, weight_shape, function) in enumerate(
            layer_cases()):
        stream = 10 * index
        x = values(stream, shape).requires_grad_()
        w = b = None
        if weight_shape:
            w = values(stream + 1, weight_shape).requires_grad_()
            b = values(stream + 2, weight_shape[:1]).requires_grad_()
        y = function(x, w, b)
        y.backward(values(stream + 3, tuple(y.shape)))
        case = {'stream': stream, 'out': list(y.shape), 'dst': rounded(y),
                'src_gradient': rounded(x.grad)}
        if weight_shape:
            case['weight_gradient'] = rounded(w.grad)
            case['bias_gradient'] = rounded(b.grad)
        cases[name] = case
    logits = values(990, (4, 6), 3.0).requires_grad_()
    labels = torch.arange(4)
    for smoothing in (0.0, 0.1):
        logits.grad = None
        loss = F.cross_entropy(logits, labels, label_smoothing=smoothing)
        loss.backward()
        cases['loss_%g' % smoothing] = {
            'stream': 990, 'loss': float(loss),
            'gradient': rounded(logits.grad)}
    write('layers.json', cases)


# -------------------------------------------------------------- networks

class Network:
    """A chain of (name, function of blob, weight, bias, step)."""

    def __init__(self, last_scale=1.0):
        """`last_scale` shrinks fc8's weights, so that logits are near 1."""
        self.last_scale = last_scale
        self.layers = []
        self.parameters = []  # [name, tensor], weight then bias

    def add(self, name, function, weight_shape=None):
        """Weights are uniform, scaled so that a ReLU keeps their size."""
        at = None
        if weight_shape:
            at = len(self.parameters)
            scale = math.sqrt(6.0 / math.prod(weight_shape[1:]))
            if name == 'fc8':
                scale *= self.last_scale
            for what, shape, scale in (
                    ('weight', weight_shape, scale),
                    ('bias', weight_shape[:1], 0.1)):
                tensor = values(100 + len(self.parameters), shape, scale)
                self.parameters.append(
                    [name + '.' + what, tensor.requires_grad_()])
        self.layers.append((name, function, at))

    def conv(self, name, i, o, k, stride=1, pad=0, groups=1):
        self.add(name, lambda x, w, b, step: F.conv2d(
            x, w, b, stride, pad, groups=groups), (o, i // groups, k, k))
        return self

    def fc(self, name, i, o):
        self.add(name, lambda x, w, b, step: F.linear(x.flatten(1), w, b),
                 (o, i))
        return self

    def relu(self, name):
        self.add(name, lambda x, w, b, step: F.relu(x))
        return self

    def pool(self, name, ceil):
        self.add(name, lambda x, w, b, step: F.max_pool2d(
            x, 3, 2, ceil_mode=ceil))
        return self

    def lrn(self, name, alpha, k):
        self.add(name, lambda x, w, b, step: lrn(x, 5, alpha, 0.75, k))
        return self

    def adapt(self, name, size):
        self.add(name, lambda x, w, b, step: F.adaptive_avg_pool2d(x, size))
        return self

    def drop(self, name, rate=0.5):
        index = len(self.layers)

        def apply(x, w, b, step):
            if step is None:
                return x
            return x * dropout_scale(x.shape, rate, index, step)

        self.add(name, apply)
        return self

    def forward(self, x, step=None):
        """Logits; dropout is off where `step` is None."""
        for _, function, at in self.layers:
            w = b = None
            if at is not None:
                w, b = self.parameters[at][1], self.parameters[at + 1][1]
            x = function(x, w, b, step)
        return x

    def gradient_facts(self):
        """Norm, and dot product with fixed values, by parameter."""
        facts = {}
        for index, (name, tensor) in enumerate(self.parameters):
            gradient = tensor.grad
            direction = values(300 + index, tuple(gradient.shape))
            facts[name] = [float('%.9g' % gradient.norm()),
                           float('%.9g' % (gradient * direction).sum())]
        return facts


def torchvision():
    return (Network(0.125)
            .conv('conv1', 3, 64, 11, 4, 2).relu('relu1').pool('pool1', False)
            .conv('conv2', 64, 192, 5, 1, 2).relu('relu2')
            .pool('pool2', False)
            .conv('conv3', 192, 384, 3, 1, 1).relu('relu3')
            .conv('conv4', 384, 256, 3, 1, 1).relu('relu4')
            .conv('conv5', 256, 256, 3, 1, 1).relu('relu5')
            .pool('pool5', False).adapt('avgpool', 6)
            .drop('drop6').fc('fc6', 9216, 4096).relu('relu6')
            .drop('drop7').fc('fc7', 4096, 4096).relu('relu7')
            .fc('fc8', 4096, 1000))


def bvlc_alexnet():
    return (Network(0.0078125)
            .conv('conv1', 3, 96, 11, 4).relu('relu1')
            .lrn('norm1', 1e-4, 1.0).pool('pool1', True)
            .conv('conv2', 96, 256, 5, 1, 2, 2).relu('relu2')
            .lrn('norm2', 1e-4, 1.0).pool('pool2', True)
            .conv('conv3', 256, 384, 3, 1, 1).relu('relu3')
            .conv('conv4', 384, 384, 3, 1, 1, 2).relu('relu4')
            .conv('conv5', 384, 256, 3, 1, 1, 2).relu('relu5')
            .pool('pool5', True)
            .fc('fc6', 9216, 4096).relu('relu6').drop('drop6')
            .fc('fc7', 4096, 4096).relu('relu7').drop('drop7')
            .fc('fc8', 4096, 1000))


def make_preset(name, network, size, scale):
    """`scale` of the input: large where LRN is to matter."""
    images = values(1, (2, 3, size, size), scale)
    with torch.no_grad():
        logits = network.forward(images)
    loss = F.cross_entropy(network.forward(images, step=2),
                           torch.tensor([3, 901]))
    loss.backward()
    write(name + '.json', {
        'input_scale': scale, 'last_scale': network.last_scale,
        'logits': rounded(logits, 8),
        'labels': [3, 901], 'step': 2, 'loss': float(loss),
        'gradients': network.gradient_facts()})


def make_training():
    """SGD with momentum, decay of weights and a double rate for biases."""
    network = (Network()
               .conv('conv1', 3, 16, 5, 2, 2).relu('relu1')
               .lrn('norm1', 0.5, 2.0).pool('pool1', True)
               .conv('conv2', 16, 24, 3, 1, 1, 2).relu('relu2')
               .pool('pool2', True)
               .fc('fc3', 24 * 4 * 4, 32).relu('relu3').drop('drop3')
               .fc('fc4', 32, 10))
    rate, decay = 0.02, 0.01
    weights = [t for n, t in network.parameters if n.endswith('weight')]
    biases = [t for n, t in network.parameters if n.endswith('bias')]
    optimizer = torch.optim.SGD(
        [{'params': weights, 'weight_decay': decay},
         {'params': biases, 'lr': 2 * rate}], lr=rate, momentum=0.9)
    batch = 8
    labels = torch.arange(batch) % 10
    losses = []
    for step in range(6):
        images = values(400 + step, (batch, 3, 32, 32))
        optimizer.zero_grad()
        loss = F.cross_entropy(network.forward(images, step), labels)
        loss.backward()
        losses.append(float(loss))
        if step == 0:
            first = network.gradient_facts()
        optimizer.step()
    norms = {name: float('%.9g' % tensor.norm())
             for name, tensor in network.parameters}
    write('training.json', {
        'batch': batch, 'rate': rate, 'decay': decay, 'momentum': 0.9,
        'losses': losses, 'first_gradients': first, 'final_norms': norms})


if __name__ == '__main__':
    torch.set_num_threads(2)
    make_layers()
    make_training()
    make_preset('torchvision', torchvision(), 224, 2.0)
    make_preset('bvlc_alexnet', bvlc_alexnet(), 227, 100.0)
