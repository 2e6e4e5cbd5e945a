#!/usr/bin/python3
"""Makes network/perceptual.json with PyTorch, in float64: what is computed of
torchvision's network beside its predictions.

Run by hand, from anywhere, with PyTorch 1.13 or newer:
    python3 tests/golden/make_perceptual_golden.py
and commit what changes. Weights and pictures come from Philox, as in
make_network_golden.py, so that only results are stored:

    lpips          the distance of two pictures of 71 x 67 pixels, with random
                   linear layers and with weights of 1, and each layer's share
    features       relu5 of a picture of 224 x 224: norm and projection
    input_gradient of logit 3 with respect to an image: norm and projection
"""

import math

import numpy as np
import torch
import torch.nn.functional as F

from make_network_golden import SEED, SYNTHETIC, torchvision, uniform, values
from make_network_golden import rounded, write

WIDTH, HEIGHT = 71, 67


def picture(stream, height, width):
    """8-bit (height, width, 3), as float64."""
    u = uniform(SEED, height * width * 3, stream, 0, SYNTHETIC)
    pixels = np.floor(u * np.float32(256)).astype(np.float64)
    return torch.from_numpy(pixels.reshape(height, width, 3))


def as_input(pixels):
    """(1, 3, H, W) in [-1, 1]."""
    return pixels.permute(2, 0, 1)[None] / 255 * 2 - 1


def scaling_layer(x):
    """As lpips/lpips.py has it."""
    shift = torch.tensor([-.030, -.088, -.188], dtype=torch.float64)
    scale = torch.tensor([.458, .448, .450], dtype=torch.float64)
    return (x - shift[None, :, None, None]) / scale[None, :, None, None]


def relus(network, x):
    """What the five ReLUs behind convolutions give."""
    outputs = []
    for name, function, at in network.layers:
        w = b = None
        if at is not None:
            w, b = network.parameters[at][1], network.parameters[at + 1][1]
        x = function(x, w, b, None)
        if name.startswith('relu'):
            outputs.append(x)
        if name == 'relu5':
            return outputs


def normalized(x):
    return x / (torch.sqrt(torch.sum(x ** 2, dim=1, keepdim=True)) + 1e-10)


def lpips(network, first, second, weights):
    """Equation 1 of arXiv:1801.03924, layer by layer."""
    shares = []
    for f, g, w in zip(relus(network, scaling_layer(as_input(first))),
                       relus(network, scaling_layer(as_input(second))),
                       weights):
        squares = (normalized(f) - normalized(g)) ** 2
        shares.append(float((w[None, :, None, None] * squares).sum(1).mean()))
    return {'total': sum(shares), 'layers': shares}


def facts(tensor, stream):
    direction = values(stream, tuple(tensor.shape))
    return [float('%.9g' % tensor.norm()),
            float('%.9g' % (tensor * direction).sum())]


def main():
    torch.set_num_threads(2)
    network = torchvision()
    for entry in network.parameters:
        entry[1] = entry[1].detach()
    first, second = picture(500, HEIGHT, WIDTH), picture(501, HEIGHT, WIDTH)
    channels = (64, 192, 384, 256, 256)
    u = uniform(SEED, sum(channels), 510, 0, SYNTHETIC).astype(np.float64)
    learnt = torch.from_numpy(u).split(channels)
    ones = [torch.ones(c, dtype=torch.float64) for c in channels]

    whole = scaling_layer(as_input(picture(502, 224, 224)))
    image = values(1, (1, 3, 224, 224), 2.0).requires_grad_()
    network.forward(image)[0, 3].backward()
    write('perceptual.json', {
        'lpips': {'weighted': lpips(network, first, second, learnt),
                  'unweighted': lpips(network, first, second, ones)},
        'features': facts(relus(network, whole)[4], 511),
        'input_gradient': facts(image.grad, 512)})


main()
