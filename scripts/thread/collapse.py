"""Explosion and collapse: claim 16."""

import math
import statistics
from dataclasses import dataclass

from conditions import INFINITY, claim
from evidence import initprobe, named

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


def spectrum(*experiment):
    """Predicted singular values of the derivative of the last layer by the input, and their mean square."""
    last = initprobe("predict", *experiment, "--layers", experiment[experiment.index("--depth") + 1], "--spectrum")[-1]
    start = "predicted_sv_"
    return {name.removeprefix(start): float(value) for name, value in last.items() if name.startswith(start)}


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
    yield "plain stacks that do both", sum(x.explodes and x.collapses for x in plain), 0, 0
    outs = [named("tanh", "neutral", depth, "predicted_out_std") for depth in (50, 500, 5000)]
    yield "out of tanh at its neutral gain for 50, 500 and 5000 layers, by 0.37, 0.23 and 0.14", \
        [out / said for out, said in zip(outs, (0.37, 0.23, 0.14), strict=True)], 0.97, 1.03  # fmt: skip
    exploding = [i for i, x in enumerate(unit) if x.explodes]
    changes = [orthogonal[i].growth - unit[i].growth for i in exploding]
    yield "decades by which orthogonal matrices change the explosions", changes, -0.03, 0.03
    collapsed = [sum(x.collapses for x in found) for found in (unit, orthogonal, skip)]
    yield "collapses with orthogonal matrices less those without", collapsed[1] - collapsed[0], 0, 0
    yield "explosions with skip connections", sum(x.explodes for x in skip), 0, len(exploding) - 1
    yield "decades by which they change each explosion", [skip[i].growth - unit[i].growth for i in exploding], -9, 0
    yield "collapses with skip connections", collapsed[2], collapsed[0], len(skip)
    plain, turned = (spectrum("tanh", 1.05, "--depth", 20, "--init", init) for init in ("xavier_normal", "orthogonal"))
    yield "tanh at 1.05, 20 layers: mean square of the singular values, orthogonal by normal matrices", \
        turned["mean_square"] / plain["mean_square"], 0.999, 1.001  # fmt: skip
    yield "largest singular value by the median, normal matrices", plain["max"] / plain["50"], 10_000, INFINITY
    yield "orthogonal ones", turned["max"] / turned["50"], 1, 5
