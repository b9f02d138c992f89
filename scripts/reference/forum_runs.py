"""The forum's snippet in float32, and the same numbers with all arithmetic in double."""

import torch
import torch.nn.functional as F
from debug_w64 import Stack

GAINS = {
    "tanh": ["5/3", "1.1", "1"], "relu": ["sqrt(2)", "1"], "selu": ["0.75", "1"], "sigmoid": ["1", "4"],
    "softsign": ["1", "5/3"], "leaky_relu": ["sqrt(2/1.0001)", "1"], "elu": ["1", "1.25"], "gelu": ["1", "1.5"],
    "silu": ["1", "1.75"], "softplus": ["1", "0.5"], "mish": ["1", "1.5"], "identity": ["1"],
}  # fmt: skip
LARGE = [("tanh", "5/3"), ("tanh", "1.1"), ("selu", "0.75"), ("selu", "1"), ("relu", "sqrt(2)"), ("softsign", "1"),
         ("sigmoid", "1")]  # fmt: skip
VALUES = {"5/3": 5 / 3, "sqrt(2)": 2**0.5, "sqrt(2/1.0001)": (2 / 1.0001) ** 0.5}


def function(name):
    return {"identity": lambda x: x * 1, "tanh": torch.tanh, "sigmoid": torch.sigmoid}.get(name) or getattr(F, name)


def run(name, gain_name, width, depth, seed):
    gain = VALUES.get(gain_name) or float(gain_name)
    stack = Stack(function(name), gain, width, seed)
    printed, checkpoints = [f"in: {stack.single.input.std().item():.4f}"], []
    for layer in range(depth):
        stack.add_layer()
        if layer % 10 == 0:
            (out32, grad32), (out64, grad64) = (network.measure() for network in stack.networks)
            printed.append(f"out: {out32:.4f} grad: {grad32:.4f}")
            checkpoints.append({"layer_index": layer, "layers_applied": layer + 1, "out_f32": out32,
                                "grad_f32": grad32, "out_f64": out64, "grad_f64": grad64})  # fmt: skip
    return {
        "act": name, "gain": gain, "gain_name": gain_name, "width": width, "batch": width, "depth": depth, "seed": seed,
        "in_f32": stack.single.input.std().item(), "in_f64": stack.double.input.std().item(), "printed": printed,
        "checkpoints": checkpoints,
    }  # fmt: skip


def make(quick=False):
    cases = [(name, gain, width, 40) for width in (64, 200) for name, gains in GAINS.items() for gain in gains]
    cases += [] if quick else [(name, gain, 1000, 100) for name, gain in LARGE]
    return {
        "torch": torch.__version__,
        "note": "f32 = the snippet in float32; f64 = the same float32 draws converted to double",
        "records": [run(*case, seed) for case in cases for seed in range(3)],
    }  # fmt: skip


def compared_with(stored, made):
    return stored | {"records": stored["records"][: len(made["records"])]}


def tolerance(path):
    """float32 gradients of deep stacks differ with the order of sums (a unit of relu that changes sign is a
    jump), double ones do not. Figures below float32's range are compared absolutely."""
    return (5e-3 if path.endswith("grad_f32") else 2e-5 if path.endswith("f32") else 1e-9), 1e-37
