#!/usr/bin/env python3
"""Makes Tests/SignalPropagationTests/Reference/tails.json: gradients through derivatives below all floats.

The draws are PyTorch's, and so is the way up in float32: each sum a chain of fused multiply-adds, each value
of an activation rounded once. The derivatives at these floats, and the way down, have 60 digits (mpmath), so
that erf'(25) = 4e-272 and products of such numbers are what they are. Numbers are written as text, as no
float holds them. Prints the JSON. Needs a Python with PyTorch and mpmath.
"""

import dataclasses
import json
import sys
from pathlib import Path

import torch
from mpmath import matrix, mp, mpf

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from layer_stack import Matrices, Stack  # noqa: E402

mp.dps = 60


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def normal(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def gelu_tanh(x):
    u = mp.sqrt(8 / mp.pi) * (x + mpf("0.044715") * x**3)
    slope = mp.sqrt(8 / mp.pi) * (1 + mpf("0.134145") * x**2)
    return x * sigmoid(u), sigmoid(u) + x * slope * sigmoid(u) * sigmoid(-u)


def mish(x):
    t = mp.tanh(mp.log1p(mp.exp(x)))
    return x * t, t + x * sigmoid(x) * mp.sech(mp.log1p(mp.exp(x))) ** 2


SELU = mpf("1.0507009873554804934193349852946"), mpf("1.6732632423543772848170429916717")

# The value and the derivative of each.
FUNCTIONS = {
    "erf": lambda x: (mp.erf(x), 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)),
    "tanh": lambda x: (mp.tanh(x), mp.sech(x) ** 2),
    "sigmoid": lambda x: (sigmoid(x), sigmoid(x) * sigmoid(-x)),
    "logsigmoid": lambda x: (-mp.log1p(mp.exp(-x)), sigmoid(-x)),
    "gelu": lambda x: (x * cdf(x), cdf(x) + x * normal(x)),
    "gelu_tanh": gelu_tanh,
    "silu": lambda x: (x * sigmoid(x), sigmoid(x) * (1 + x * sigmoid(-x))),
    "mish": mish,
    "softplus": lambda x: (x, mpf(1)) if x > 20 else (mp.log1p(mp.exp(x)), sigmoid(x)),
    "elu": lambda x: (x, mpf(1)) if x > 0 else (mp.expm1(x), mp.exp(x)),
    "selu": lambda x: (
        (SELU[0] * x, SELU[0]) if x > 0 else (SELU[0] * SELU[1] * mp.expm1(x), SELU[0] * SELU[1] * mp.exp(x))
    ),
    "exp": lambda x: (mp.exp(x), mp.exp(x)),
    "softsign": lambda x: (x / (1 + abs(x)), 1 / (1 + abs(x)) ** 2),
    "tanhshrink": lambda x: (x - mp.tanh(x), mp.tanh(x) ** 2),
}


@dataclasses.dataclass(frozen=True)
class Tail(Stack):
    input_std: float = 1.0


def tail(name, gain, width, depth, input_std, seed, batch=1, layer="{}(W(h))"):
    return Tail(layer.format(name), gain, width, batch, depth, seed, [depth], input_std=input_std)


# One row each, so that no other covers it, but for the last ones.
CASES = [
    *(tail("erf", gain, width, depth, std, seed)
      for gain, width, depth, std, seed in [
          (1, 1, 3, 12, 0), (1, 1, 3, 12, 1), (1, 2, 3, 20, 2), (12, 2, 4, 1, 3), (30, 2, 30, 4, 4)]),
    *(tail("tanh", gain, width, depth, std, seed)
      for gain, width, depth, std, seed in [
          (60, 1, 5, 1, 0), (60, 2, 8, 1, 1), (300, 2, 40, 1, 2), (1, 1, 2, 2048, 3)]),
    *(tail(name, 2, width, 3, 256, seed)
      for name in ["sigmoid", "logsigmoid", "gelu", "gelu_tanh", "silu", "mish", "softplus", "elu", "selu", "softsign"]
      for width, seed in [(1, 0), (2, 2), (2, 26), (2, 31)]),
    *(tail("exp", 1, 1, 1, 1024, seed) for seed in (0, 2)),
    tail("softsign", 1, 2, 2, 2.0**60, 1),
    tail("tanhshrink", 1, 2, 1, 2.0**-60, 1),
    tail("erf", 20, 2, 3, 1, 5, layer="W2({}(W1(h)))"),
    tail("tanh", 90, 2, 3, 1, 5, layer="W2({0}(W1({0}(W0(h)))))"),
    tail("erf", 12, 2, 3, 1, 7, batch=20),
    tail("gelu", 30, 2, 3, 1, 8, batch=20),
]  # fmt: skip


def to_float(x):
    """x as the nearest float32; what is below them all is zero."""
    return torch.tensor(float(x), dtype=torch.float64).to(torch.float32).item() if x else 0.0


def product(weight, h):
    """z = W h as a chain of fused multiply-adds: the sum of doubles is exact but for its last place."""
    z = []
    for row in weight:
        sum_ = 0.0
        for w, x in zip(row, h, strict=True):
            sum_ = to_float(mpf(w) * mpf(x) + mpf(sum_))
        z.append(sum_)
    return z


def steps(layer):
    """The names of a chain, from the inside: "W2(erf(W1(h)))" gives W1, erf, W2."""
    return list(reversed(layer.replace(")", "").split("(")[:-1]))


def run(case):
    torch.manual_seed(case.seed)
    x0 = torch.randn(case.batch, case.width) * case.input_std
    names = steps(case.layer)
    layers = []
    for _ in range(case.depth):
        made = Matrices(case, torch.float32)
        drawn = {name: made.draw(case.width, case.width, None, None, None, None)[0].tolist()
                 for name in names if name.startswith("W")}  # fmt: skip
        layers.append(drawn)
    return [way_up(row, names, layers) for row in x0.tolist()]


def way_up(h, names, layers):
    """The Jacobians of the steps of all layers at one row, each with its operand."""
    factors = []
    for drawn in layers:
        for name in names:
            if name in drawn:
                factors.append((matrix(drawn[name]), h))
                h = product(drawn[name], h)
            else:
                pairs = [FUNCTIONS[name](mpf(x)) for x in h]
                factors.append((mp.diag([slope for _, slope in pairs]), h))
                h = [to_float(value) for value, _ in pairs]
    return factors


def largest_singular_value(jacobian):
    """Of a matrix of at most two columns, whose squares are the roots of x^2 - |J|^2 x + det^2."""
    squares = sum(x * x for x in jacobian)
    if jacobian.rows == 1:
        return abs(jacobian[0, 0])
    det = jacobian[0, 0] * jacobian[1, 1] - jacobian[0, 1] * jacobian[1, 0]
    return mp.sqrt((squares + mp.sqrt(squares**2 - 4 * det**2)) / 2)


def text(x):
    return mp.nstr(x, 15, min_fixed=0, max_fixed=0)


def record(case):
    """The mean |gradient| of the sum over the last output, by the input and by the first layer's matrices."""
    rows = run(case)
    products = [i for i, name in enumerate(steps(case.layer)) if name.startswith("W")]
    by_weight = [mp.zeros(case.width) for _ in products]
    gradients = []
    for factors in rows:
        bar = mp.ones(1, case.width)
        for place, (factor, operand) in reversed(list(enumerate(factors))):
            if place in products:
                by_weight[products.index(place)] += bar.T * matrix([operand])
            bar = bar * factor
        gradients += [abs(x) for x in bar]
    weight_gradients = [abs(x) for sums in by_weight for x in sums]
    jacobian = mp.eye(case.width)
    for factor, _ in rows[0]:
        jacobian = factor * jacobian
    return {
        **dataclasses.asdict(case),
        "grad": text(sum(gradients) / len(gradients)),
        "first_weight_grad": text(sum(weight_gradients) / len(weight_gradients)),
        "largest_singular_value": text(largest_singular_value(jacobian)),
    }


json.dump({"records": [record(case) for case in CASES]}, sys.stdout, indent=1)
print()
