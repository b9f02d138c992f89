#!/usr/bin/env python3
"""Runs random small experiments in PyTorch and in initprobe, and compares every printed line.

`in:` has to agree in every printed digit, and so has `out:`, but for digits
that single precision does not determine; `grad:` has to agree as far as single
precision determines it. How far that is, is measured: PyTorch runs each experiment in double
precision too, with the same weights, and twice in single precision, adding the terms of each product
in another order. Exits with 1 if a line disagrees.

Run by a Python without PyTorch, it uses that of `.venv`, as `bench.py` does.
"""

import argparse
import json
import math
import os
import random
import statistics
import sys
import warnings
from dataclasses import dataclass

from bench_environment import build_release, listed_activations, output, python_with_torch

try:
    import torch
except ImportError:
    python = python_with_torch()
    os.execv(python, [python, *sys.argv])

from torch.nn import init

from bench_pytorch import activation_named

# initprobe may be this many times as far from double precision as PyTorch's single precision was so
# far in the run, and in any case as far as this, relatively. Errors of one line scatter: of 2359
# gradients judged by one run of PyTorch alone, the farthest was 18 times as far (tanh 2.5, 6 units, 2
# rows), and by the same measure the farthest of another run of PyTorch was 2.4 times as far.
SLACK, OUT_ERROR, GRAD_ERROR = 30, 1e-6, 1e-5

# No line is excused by scatter from this: the median of our error relative to PyTorch's.
MEDIAN_RATIO = 2

# Where PyTorch's gradient is beyond single precision's range, and so tells nothing of the error.
UNMEASURED_ERROR = 1e-4

# Where f′ jumps: a pre-activation that rounding may put on either side leaves the gradient
# undetermined.
KINKS = {
    **dict.fromkeys(["relu", "leaky_relu", "selu", "rrelu", "abs"], [0]),
    "relu6": [0, 6],
    "hardtanh": [-1, 1],
    **dict.fromkeys(["hardshrink", "softshrink"], [-0.5, 0.5]),
    **dict.fromkeys(["hardsigmoid", "hardswish"], [-3, 3]),
}

GAINS = {"0.5": 0.5, "1": 1, "1.1": 1.1, "sqrt2": math.sqrt(2), "5/3": 5 / 3, "2.5": 2.5}

# What initprobe's schemes are in PyTorch, from the weight and the gain. kaiming_normal_ and
# kaiming_uniform_ take no gain but the name of a nonlinearity, so their two lines stand here.
INITIALISERS = {
    "xavier_normal": init.xavier_normal_,
    "xavier_uniform": init.xavier_uniform_,
    "kaiming_normal": lambda w, g: w.normal_(0, g / math.sqrt(w.shape[1])),
    "kaiming_uniform:mode=fan_out": lambda w, g: uniform(w, g * math.sqrt(3 / w.shape[0])),
    "orthogonal": init.orthogonal_,
    "trunc_normal:std=0.1,a=-0.2,b=0.2": lambda w, g: trunc_normal(w, g * 0.1, g * -0.2, g * 0.2),
    "trunc_normal:std=0.1,a=0.15,b=0.3": lambda w, g: trunc_normal(w, g * 0.1, g * 0.15, g * 0.3),
    "sparse:sparsity=0.3,std=0.2": lambda w, g: init.sparse_(w, 0.3, std=g * 0.2),
    "normal:std=0.1": lambda w, g: init.normal_(w, 0, g * 0.1),
    "uniform:bound=0.2": lambda w, g: uniform(w, g * 0.2),
    "torch_linear": lambda w, g: w.mul_(g),
}


def uniform(weight, bound):
    return weight.uniform_(-bound, bound)


def trunc_normal(weight, std, a, b):
    return init.trunc_normal_(weight, 0, std, a, b)


class Tanh(torch.autograd.Function):
    """tanh whose derivative is 1/cosh²: autograd's 1 - tanh² is 0 from 19 on, even in double precision."""

    @staticmethod
    def forward(context, z):
        context.save_for_backward(z)
        return z.tanh()

    @staticmethod
    def backward(context, cotangent):
        (z,) = context.saved_tensors
        return cotangent / z.cosh() ** 2


class Sigmoid(torch.autograd.Function):
    """sigmoid whose derivative is σ(z)σ(-z): autograd's σ(1 - σ) is 0 from 37 on."""

    @staticmethod
    def forward(context, z):
        context.save_for_backward(z)
        return z.sigmoid()

    @staticmethod
    def backward(context, cotangent):
        (z,) = context.saved_tensors
        return cotangent * z.sigmoid() * (-z).sigmoid()


ACCURATE = {"tanh": Tanh.apply, "sigmoid": Sigmoid.apply}


def orthogonal_in_double(weight, gain):
    """init.orthogonal_ from the same draws, but for its rounding errors."""
    normal = weight.normal_().double()
    is_wide = weight.shape[0] < weight.shape[1]
    q, r = torch.linalg.qr(normal.t() if is_wide else normal)
    q *= r.diag().sign()
    return weight.copy_((q.t() if is_wide else q) * gain)


@dataclass(frozen=True)
class Experiment:
    activation: str
    gain: str
    init: str
    width: int
    batch: int
    depth: int
    every: int
    seed: int

    def __str__(self):
        options = ["init", "width", "batch", "depth", "every", "seed"]
        values = [f"--{name}={getattr(self, name)}" for name in options]
        return " ".join([self.activation, self.gain, *values])


@dataclass
class Line:
    out: float
    grad: float
    cancellation: float = 0
    """The error of `out` if the largest entry is rounded to single precision."""
    preactivations: list = None
    """Those of the layers since the line before."""


def drawn(activations, generator):
    """A random experiment, often a tiny one: PyTorch draws fewer than 16 numbers in another way."""

    def size(largest):
        return generator.randint(1, generator.choice([6, 20, largest]))

    return Experiment(
        activation=generator.choice(activations),
        gain=generator.choice(list(GAINS)),
        init=generator.choice(["xavier_normal", *INITIALISERS]),
        width=size(150),
        batch=size(100),
        depth=generator.randint(1, 40),
        every=generator.randint(1, 10),
        seed=generator.choice([0, generator.getrandbits(32), -generator.getrandbits(31)]),
    )


def pytorch(experiment, dtype=torch.float32, reverse=False):
    """The snippet: the std of the input, and a line for each report.

    Weights are drawn in single precision always. `reverse` adds up each product from its other end,
    and takes orthogonal weights from a decomposition in double precision.
    """
    torch.manual_seed(experiment.seed)
    act, gain = activation_named(experiment.activation), GAINS[experiment.gain]
    if dtype == torch.float64:
        act = ACCURATE.get(experiment.activation, act)
    a = torch.randn(experiment.batch, experiment.width).to(dtype).requires_grad_()
    b, lines, preactivations = a, [], []
    for i in range(experiment.depth):
        layer = torch.nn.Linear(experiment.width, experiment.width, bias=False)
        with torch.no_grad():
            initialise = INITIALISERS[experiment.init]
            if reverse and initialise is init.orthogonal_:
                initialise = orthogonal_in_double
            initialise(layer.weight, gain)
        weight = layer.weight.detach().to(dtype)
        z = b.flip(1) @ weight.flip(1).t() if reverse else b @ weight.t()
        preactivations.append(z.detach().double())
        b = act(z)
        if i % experiment.every == 0:
            (grad,) = torch.autograd.grad(b.sum(), a, retain_graph=True)
            out = b.std().item()
            cancellation = 2**-24 * b.abs().max().item() / out if out else 0
            lines.append(Line(out, grad.abs().mean().item(), cancellation, preactivations))
            preactivations = []
    return a.std().item(), lines


def initprobe(binary, experiment):
    """The text, line by line, and the same figures to full precision, None where not finite."""
    command = [binary, *str(experiment).split(), "--quiet"]
    text, rows = (output([*command, "--format", form]) for form in ("text", "jsonl"))
    records = [json.loads(row) for row in rows.splitlines()[1:]]
    return text.splitlines(), [Line(row["out_std"], row["grad_mean_abs"]) for row in records]


def figure(x):
    """As initprobe prints it."""
    if math.isfinite(x) and (0 < abs(x) < 1e-3 or abs(x) >= 1e5):
        digits, exponent = f"{x:.4e}".split("e")
        return f"{digits}e{int(exponent):+d}"
    return f"{x:.4f}"


def distance(x, truth):
    """Relative; infinite where one of the two is not finite."""
    if x is None or not math.isfinite(x) or not math.isfinite(truth):
        return math.inf
    return abs(x - truth) / abs(truth) if truth else abs(x)


@dataclass
class Comparison:
    lines: int = 0
    inexact: int = 0
    """Lines whose `out:` differs, in digits that single precision does not determine."""
    undetermined: int = 0
    """Lines of whose gradient single precision determines no two digits."""
    worst: float = 0
    """The largest error of a gradient, as a part of what is allowed."""
    underflows: int = 0
    """Lines whose gradient is zero for PyTorch and for initprobe, but not in double precision."""
    ratios: list[float] = None
    """Of initprobe's errors of the gradients to PyTorch's."""
    mismatches: list[str] = None


def compare(binary, experiment):
    text, ours = initprobe(binary, experiment)
    first, single = pytorch(experiment)
    _, backwards = pytorch(experiment, reverse=True)
    _, double = pytorch(experiment, dtype=torch.float64)
    result = Comparison(ratios=[], mismatches=[])
    if text[0] != f"in: {figure(first)}":
        result.mismatches.append(f"{text[0]!r}, PyTorch in: {figure(first)}")
    allowed = Allowed(experiment)
    lines = zip(text[1:], ours, single, backwards, double, strict=True)
    for printed, our, one, other, truth in lines:
        allowed.learn(one, other, truth)
        result.lines += 1
        result.undetermined += allowed.grad > 0.01
        if printed.split()[1] != figure(one.out):
            result.inexact += 1
            if distance(our.out, truth.out) > allowed.out:
                result.mismatches.append(f"{printed!r}, PyTorch out: {figure(one.out)}")
        if our.grad == one.grad == 0 != truth.grad:
            result.underflows += 1
        elif math.isfinite(allowed.grad):
            usual = (distance(one.grad, truth.grad) + distance(other.grad, truth.grad)) / 2
            if 0 < usual < 0.01:
                result.ratios.append(distance(our.grad, truth.grad) / usual)
            error = distance(our.grad, truth.grad) / allowed.grad
            result.worst = max(result.worst, error)
            if error > 1:
                exact = f"PyTorch grad: {one.grad:.9g}, in double precision {truth.grad:.9g}"
                result.mismatches.append(f"{printed!r}, {exact}")
    return result


class Allowed:
    """The relative errors that single precision excuses; they can only grow from line to line."""

    def __init__(self, experiment):
        self.out, self.grad = OUT_ERROR, GRAD_ERROR
        self.kinks = KINKS.get(experiment.activation, [])
        self.is_continuous = experiment.activation != "hardshrink"

    def learn(self, one, other, truth):
        for single in (one, other):
            self.out = max(self.out, SLACK * distance(single.out, truth.out))
            self.out = max(self.out, SLACK * truth.cancellation)
            # Beyond single precision's range PyTorch's gradient is 0 or inf, initprobe's is not.
            is_measured = 1e-35 < single.grad < math.inf or single.grad == truth.grad
            error = SLACK * distance(single.grad, truth.grad) if is_measured else UNMEASURED_ERROR
            # Errors may cancel in the mean of a gradient; those of the activations, which it
            # depends on, are seen one by one. Where they are not determined, no gradient is.
            drift = SLACK * max(map(self.drift, single.preactivations, truth.preactivations))
            self.grad = max(self.grad, error, drift if self.out < 0.01 else math.inf)
            if any(map(self.is_out_of_range, single.preactivations, truth.preactivations)):
                self.out = self.grad = math.inf
            if any(map(self.is_undecided, single.preactivations, truth.preactivations)):
                self.grad = math.inf
                self.out = self.out if self.is_continuous else math.inf

    @staticmethod
    def is_out_of_range(single, truth):
        """Whether activations, which no scale protects, have left single precision."""
        vanished = (single.abs() < torch.finfo(torch.float32).tiny) & (truth != 0)
        return bool((vanished | ~single.isfinite()).any())

    @staticmethod
    def drift(single, truth):
        """The largest error of a pre-activation, relative to the largest pre-activation."""
        largest = truth.abs().max().item()
        return (single - truth).abs().max().item() / largest if largest else 0

    def is_undecided(self, single, truth):
        """Whether a pre-activation lies closer to a kink than rounding moves it."""
        reach = SLACK * (single - truth).abs().max()
        return any(((truth - kink).abs() < reach).any() for kink in self.kinks)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--count", type=int, default=200, help="experiments (default: 200)")
    parser.add_argument("--seed", type=int, help="to draw the same experiments again")
    options = parser.parse_args()
    seed = random.SystemRandom().getrandbits(32) if options.seed is None else options.seed

    # PyTorch warns that the std of a single number is nan, which is what is compared.
    warnings.filterwarnings("ignore", message="std\\(\\)")
    binary = build_release()
    activations = listed_activations(binary)
    generator = random.Random(seed)
    print(f"PyTorch {torch.__version__}, --count {options.count} --seed {seed}")
    print("lines  inexact  undetermined  underflows  grad error/allowed  experiment")
    results = []
    for _ in range(options.count):
        experiment = drawn(activations, generator)
        result = compare(binary, experiment)
        results.append(result)
        counts = f"{result.lines:5}{result.inexact:9}{result.undetermined:14}{result.underflows:12}"
        print(f"{counts}{result.worst:20.3f}  {experiment}")
        for mismatch in result.mismatches:
            print(f"  MISMATCH {mismatch}")
    ratio = statistics.median(ratio for result in results for ratio in result.ratios)
    failed = sum(bool(result.mismatches) for result in results)
    print(
        f"{sum(result.lines for result in results)} lines,",
        f"{sum(result.inexact for result in results)} with an inexact out,",
        f"{sum(result.undetermined for result in results)} with an undetermined gradient;",
        f"{sum(result.underflows for result in results)} with an underflow;",
        f"error of a gradient to PyTorch's: median {ratio:.2f} (at most {MEDIAN_RATIO});",
        f"{failed} of {options.count} experiments disagree",
    )
    sys.exit(failed > 0 or ratio > MEDIAN_RATIO)


if __name__ == "__main__":
    main()
