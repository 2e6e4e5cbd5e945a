#!/usr/bin/env python3
"""Makes lpips.pth: linear layers of LPIPS in small, as its program keeps them.

usage: make_lpips.py FOLDER     (needs PyTorch)

Layer i has i + 2 channels; channel c of it has the weight (10 i + c) / 64.
"""

import pathlib
import sys

import torch

torch.save(
    {
        "lin%d.model.1.weight" % i: torch.tensor(
            [(10 * i + c) / 64 for c in range(i + 2)]
        ).reshape(1, i + 2, 1, 1)
        for i in range(5)
    },
    pathlib.Path(sys.argv[1]) / "lpips.pth",
)
