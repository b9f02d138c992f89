#!/usr/bin/env python3
"""Makes Tests/SignalPropagationTests/Reference/jacobians.json: singular values of Jacobians from PyTorch.

For each stack the singular values, descending, of the derivative of a layer's output by the input for the
first row of the batch: float32 draws, arithmetic in double precision. Prints the JSON. Needs a Python with
PyTorch.
"""

import dataclasses
import json
import math
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from layer_stack import Stack, run  # noqa: E402

CASES = [
    Stack("tanh(W(h))", 5 / 3, 32, 3, 5, 0, [1, 2, 5]),
    Stack("relu(W(h))", math.sqrt(2), 40, 2, 3, 1, [1, 3]),
    Stack("tanh(W(h))", 1.05, 24, 1, 6, 2, [1, 6], "orthogonal"),
    Stack("h + W(gelu(W(layernorm(h), out=4*d, std=0.1)), std=0.1)", 1.0, 20, 2, 4, 3, [1, 4]),
    Stack("n = rmsnorm(h); h + W2(silu(W1(n, out=2*d))*W3(n, out=2*d))", 1.0, 17, 2, 3, 4, [1, 3]),
    Stack("0.9*h + 0.1*x0 + 0.1*W(relu(W(rmsnorm(h), bias=0.2)))", 1.0, 16, 1, 4, 5, [2, 4]),
    Stack("layernorm(h + W(relu(W(h, out=2*d))))", 1.0, 18, 2, 3, 6, [1, 3]),
]


def singular_values(output, x0):
    rows = [torch.autograd.grad(unit, x0, retain_graph=True)[0][0] for unit in output[0]]
    return torch.linalg.svdvals(torch.stack(rows)).tolist()


records = []
for stack in CASES:
    outputs, _ = run(stack, torch.float64)
    values = {layer: singular_values(outputs[layer], outputs[0]) for layer in stack.layers}
    records.append({**dataclasses.asdict(stack), "singular_values": values})
json.dump({"records": records}, sys.stdout, indent=1)
print()
