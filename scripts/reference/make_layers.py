#!/usr/bin/env python3
"""Makes Tests/SignalPropagationTests/Reference/layers.json: layers executed by PyTorch.

Every stack runs twice from the same float32 draws: in single precision, as PyTorch does it, and with
its arithmetic in double precision, the truth behind both. Prints the JSON. Needs a Python with PyTorch;
other versions of it, or other processors, differ in the last digits of `float32`.
"""

import dataclasses
import json
import math
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from layer_stack import Stack, rows  # noqa: E402

# A layer and its gain; every third of them runs in a larger stack, too.
LAYERS = [
    ("tanh(W(h))", 5 / 3),
    ("relu(W(h))", math.sqrt(2)),
    ("x*sigmoid(1.702*x)", 1.5),
    ("x/(1+abs(x))", 1.8),
    ("relu(x)**2", 0.8),
    ("leaky_relu(W(h), 0.2)", 1.38675),
    ("elu(W(h), alpha=0.5)", 1.2),
    ("softplus(W(h), beta=2)", 1.5),
    ("clamp(W(h), -2, 2)", 1.1),
    ("min(max(x, -0.5), 1.5)", 1.6),
    ("tanh(W(h, bias=0.3))", 1.2),
    ("h + 0.5*tanh(W(h))", 1.0),
    ("h + W(relu(h))", 1.0),
    ("relu(W(rmsnorm(h)))", math.sqrt(2)),
    ("relu(layernorm(W(h)))", 1.0),
    ("W1(h)*sigmoid(W2(h))", 1.5),
    ("h + W(gelu(W(layernorm(h), out=4*d, std=0.02)), std=0.02/sqrt(2*N))", 1.0),
    ("n = rmsnorm(h); h + W2(silu(W1(n, out=2*d))*W3(n, out=2*d), gain=g/sqrt(2*N))", 1.0),
    ("layernorm(h + W(relu(W(h, out=4*d))))", 1.0),
    (
        "a = (2*N)**0.25; b = (8*N)**-0.25; layernorm(a*h + W(relu(W(h, out=4*d, gain=b)), gain=b))",
        1.0,
    ),
    ("h + rmsnorm(W(silu(W1(h))*W3(h)))", 1.0),
    ("h + W(silu(W(rmsnorm(h)/sqrt(l), out=4*d)))", 1.0),
    ("h + 0*W(relu(W(h)))", 1.0),
    ("sin(30*W(h, init=kaiming_uniform, gain=sqrt(2)/30))", 1.0),
    ("tanh(W(h, init=orthogonal, gain=sqrt(2)))", 1.0),
    ("0.9*h + 0.1*x0 + 0.1*W(relu(W(rmsnorm(h))))", 1.0),
    ("rmsnorm((1-1/N)*h + rmsnorm(W(silu(W(h, out=4*d))))/N)", 1.0),
    ("W1(tanh(W1(h)))", 1.3),
    ("-h + 2*tanh(W(h)) - W(h)/4", 1.0),
]


def stacks():
    for number, (layer, gain) in enumerate(LAYERS):
        yield Stack(layer, gain, 32, 24, 6, number, [1, 3, 6])
        yield Stack(layer, gain, 37, 19, 4, 100 + number, [2, 4])
        if number % 3 == 0:
            yield Stack(layer, gain, 200, 64, 24, 0, [1, 12, 24])


def record(stack):
    case = dataclasses.asdict(stack)
    del case["init"]
    return {**case, "float32": rows(stack, torch.float32), "float64": rows(stack, torch.float64)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    json.dump([record(stack) for stack in stacks()], sys.stdout, indent=1)
    print()
