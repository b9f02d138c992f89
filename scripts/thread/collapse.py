"""Explosion and collapse, and fixed points: claims 16 and 17."""

import math
import statistics
from dataclasses import dataclass

from conditions import INFINITY, claim
from evidence import Spread, gain

LINEAR = {"identity", "softshrink", "hardshrink"}
"""Linear everywhere, or for large signals with an unstable fixed point."""


@dataclass(frozen=True)
class Stack:
    """One activation at one gain: log10 of the gradient's growth by the signal's, and the last similarity."""

    activation: str
    gain: str
    growth: float
    signal: float
    similarity: float
    layers: int

    @property
    def explodes(self):
        return self.growth >= 1

    @property
    def collapses(self):
        return self.similarity >= 0.9

    @property
    def does_neither(self):
        return not (self.explodes or self.collapses)


def stacks(table):
    """A stack for each activation and gain, in the order of the rows."""
    names = dict.fromkeys((row["activation"], row["gain"]) for row in table.members)
    return [stack(table.where(activation=activation, gain=gain)) for activation, gain in names]


def stack(table):
    def size(row):
        return math.log10(row.number("out_mean") ** 2 + row.number("out_std") ** 2) / 2

    depth = table.members[0].number("depth")
    pairs = list(zip(table.where(layer=1).members, table.where(layer=depth).members, strict=True))
    signal = statistics.fmean(size(b) - size(a) for a, b in pairs)
    gradient = statistics.fmean(b.log10("grad_mean_abs") - a.log10("grad_mean_abs") for a, b in pairs)
    row = table.members[0]
    similarity = statistics.fmean(b.number("similarity") for _, b in pairs)
    return Stack(row["activation"], f"{float(row['gain']):.6g}", gradient - signal, signal, similarity, int(depth))


@claim(16)
def explode_or_collapse(e):
    unit, neutral, orthogonal, skip, deep = (
        stacks(e[f"collapse-{name}"]) for name in ("unit", "neutral", "orthogonal", "skip", "deep")
    )
    # Unit and neutral gain may be the same number.
    plain = list({(x.activation, x.gain): x for x in unit + neutral}.values())
    neither = [x for x in plain if x.does_neither]
    yield "part of the plain stacks that explode or collapse within 50 layers", 1 - len(neither) / len(plain), 0.5, 1
    known = {(x.activation, x.gain) for x in deep}
    unmeasured = [x for x in neither if (x.activation, x.gain) not in known and x.activation != "softshrink"]
    yield "the others that were not measured over 400 layers, but for softshrink", len(unmeasured), 0, 0
    left = [x for x in deep if x.does_neither]
    yield "those of 400 layers that do neither and are not linear", sum(x.activation not in LINEAR for x in left), 0, 0
    large = [x.signal for x in neither if x.activation == "softshrink"]
    large += [x.signal for x in left if x.activation == "hardshrink"]
    yield "decades by which the signal of softshrink and hardshrink grows", large, 1, INFINITY
    yield "plain stacks that do both", sum(x.explodes and x.collapses for x in plain), 0, 0
    outs = [float(gain("tanh", depth)["neutral"]["predicted_out_std"]) for depth in (50, 500, 5000)]
    yield "out of tanh at its neutral gain, 500 by 50 and 5000 by 500 layers", \
        [outs[1] / outs[0], outs[2] / outs[1]], 0, 0.75  # fmt: skip
    exploding = [i for i, x in enumerate(unit) if x.explodes]
    changes = [orthogonal[i].growth - unit[i].growth for i in exploding]
    yield "decades by which orthogonal matrices change the explosions", changes, -0.03, 0.03
    collapsed = [sum(x.collapses for x in found) for found in (unit, orthogonal, skip)]
    yield "collapses with orthogonal matrices less those without", collapsed[1] - collapsed[0], 0, 0
    yield "explosions with skip connections", sum(x.explodes for x in skip), 0, len(exploding) - 1
    yield "decades by which they change each explosion", [skip[i].growth - unit[i].growth for i in exploding], -9, 0
    yield "collapses with skip connections", collapsed[2], collapsed[0], len(skip)
    vanishing = [(a.growth, b.growth) for a, b in zip(unit, skip, strict=True) if a.growth < -1]
    yield "decades that they give back where the gradient vanishes", [b - a for a, b in vanishing], 0, INFINITY


PACES = {0.1: (6, 9), 1: (1, 3), 10: (3, 6)}
"""Layers where the predicted distance is between a tenth of out and a few times the scatter of a run."""


def pace(rows, std, target):
    """What a layer leaves of the distance to the fixed point: measured in each seed, and predicted."""
    first, last = (rows.out(input_std=std, layer=layer) for layer in PACES[std])
    steps = PACES[std][1] - PACES[std][0]

    def left(a, b):
        return (abs(b - target) / abs(a - target)) ** (1 / steps)

    measured = [left(a, b) for a, b in zip(first.values, last.values, strict=True)]
    return Spread(measured, left(first.theory, last.theory))


@claim(17)
def fixed_point(e):
    rows, others = e["tanh-input-std"], e["fixed-point-none"]
    target = rows.out(input_std=1, layer=20).theory
    ends = [rows.out(input_std=std, layer=20).runs_off for std in PACES]
    yield "tanh at 5/3: inputs of 0.1, 1 and 10 at layer 20 against theory, in deviations of one run", ends, -1, 1
    paces = [pace(rows, std, target) for std in PACES]
    errors = [x.errors_off for x in paces]
    yield "what a layer leaves of the distance against theory, in standard errors", errors, -3, 3
    nine, ten = (rows.out(input_std=1, layer=layer).theory - target for layer in (9, 10))
    near = [x.mean / (ten / nine) for x in (paces[0], paces[2])]
    yield "and near the fixed point by its slope", near, 0.9, 1.1
    ratios = {}
    for name in ("relu", "gelu"):
        low, high = (others.values("out", activation=name, input_std=std, layer=100) for std in (0.1, 10))
        ratios[name] = [b / a for a, b in zip(low, high, strict=True)]
    yield "relu: inputs 100 times apart stay so in every run (an identity)", ratios["relu"], 99.99, 100.01
    drawn = [others.out(activation="relu", input_std=std, layer=100).range for std in (0.1, 10)]
    yield "relu: the highest out from 0.1 by the lowest from 10", drawn[0][1] / drawn[1][0], 0, 1
    orders = [math.log10(x) for x in ratios["gelu"]]
    yield "gelu at its unit gain: orders of magnitude apart after 100 layers, 2 at the input", orders, 2.1, INFINITY
