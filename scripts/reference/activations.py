"""φ and φ′ of every activation of torch.nn.functional, in float64 by autograd, and φ′ at the kinks."""

import torch
import torch.nn.functional as F

# The elementwise functions of torch.nn.functional with their default arguments (rrelu as in evaluation),
# and those of torch. Kinks are where the derivative jumps.
ACTIVATIONS = {
    "identity": (lambda x: x * 1, []),
    "relu": (F.relu, [0]),
    "relu6": (F.relu6, [0, 6]),
    "hardtanh": (F.hardtanh, [-1, 1]),
    "threshold(0.1,20)": (lambda x: F.threshold(x, 0.1, 20), [0.1]),
    "leaky_relu": (F.leaky_relu, [0]),
    "elu": (F.elu, [0]),
    "celu": (F.celu, [0]),
    "selu": (F.selu, [0]),
    "rrelu(eval)": (lambda x: F.rrelu(x, training=False), [0]),
    "gelu": (F.gelu, []),
    "gelu_tanh": (lambda x: F.gelu(x, approximate="tanh"), []),
    "logsigmoid": (F.logsigmoid, []),
    "sigmoid": (torch.sigmoid, []),
    "tanh": (torch.tanh, []),
    "hardshrink": (F.hardshrink, [-0.5, 0.5]),
    "softshrink": (F.softshrink, [-0.5, 0.5]),
    "tanhshrink": (F.tanhshrink, []),
    "softsign": (F.softsign, [0]),
    "softplus": (F.softplus, [20]),
    "hardsigmoid": (F.hardsigmoid, [-3, 3]),
    "hardswish": (F.hardswish, [-3, 3]),
    "silu": (F.silu, []),
    "mish": (F.mish, []),
    "sin": (torch.sin, []),
    "cos": (torch.cos, []),
    "erf": (torch.erf, []),
    "abs": (torch.abs, [0]),
    "square": (torch.square, []),
    "exp": (torch.exp, []),
    "atan": (torch.atan, []),
}
# Round numbers, kinks with their neighbours, numbers without a pattern, and the ends.
BEFORE = [-20.0, -6.0, -3.0, -1.0, -0.5, -0.1, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 20.0]
AFTER = [
    0.118216, 4.504637, -3.558404, 4.486494, -1.881685, -0.766736, 3.277026, -0.908009,
    -100.0, -50.0, -0.0, 1e-06, -1e-06, 21.0, 50.0, 100.0,
]  # fmt: skip

# Beyond float32's range.
LEFT_OUT = {("exp", 100.0)}


def evaluate(function, x):
    point = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    value = function(point)
    (derivative,) = torch.autograd.grad(value, point)
    return value.item(), derivative.item()


def make(_quick=False):
    activations = {}
    for name, (function, kinks) in ACTIVATIONS.items():
        near = [round(kink + step, 3) for kink in kinks for step in (-0.001, 0.001)]
        points = []
        for x in [*BEFORE, *near, *AFTER]:
            if (name, x) in LEFT_OUT:
                continue
            y, dy = evaluate(function, x)
            points.append({"x": x, "y": y, "dy": dy})
        activations[name] = {
            "kinks": kinks, "points": points,
            "kink_dy": {f"{kink}": evaluate(function, float(kink))[1] for kink in kinks},
        }  # fmt: skip
    return {"torch": torch.__version__, "activations": activations}


def tolerance(_path):
    """libm and vectorised functions differ in the last digits; relative, absolute."""
    return 1e-14, 1e-60
