"""Explosion and collapse: claim 16."""

import math
import statistics
from dataclasses import dataclass

from conditions import claim
from evidence import initprobe, named

LINEAR = {"identity", "softshrink", "hardshrink"}
"""Linear everywhere, or for large signals with an unstable fixed point."""


@dataclass(frozen=True)
class Stack:
    """One activation at one gain: log10 of the gradient's growth by the signal's, and the last similarity."""

    activation: str
    gain: str
    growth: float
    similarity: float

    @property
    def explodes(self):
        return self.growth >= 1

    @property
    def collapses(self):
        return self.similarity >= 0.9


def stacks(table):
    """A stack for each activation and gain, in the order of the rows."""
    names = dict.fromkeys((row["activation"], row["gain"]) for row in table.members)
    return [stack(*name, table.where(activation=name[0], gain=name[1])) for name in names]


def stack(activation, gain, table):
    def relative(row):
        """log10 of the gradient by the root mean square of the signal."""
        return row.log10("grad_mean_abs") - math.log10(row.number("out_mean") ** 2 + row.number("out_std") ** 2) / 2

    first, last = (table.where(layer=layer).members for layer in (1, table.members[0].number("depth")))
    growth = statistics.fmean(map(relative, last)) - statistics.fmean(map(relative, first))
    return Stack(activation, f"{float(gain):.6g}", growth, statistics.fmean(row.number("similarity") for row in last))


def spectrum(init):
    """Predicted singular values of the derivative of the last of 20 layers of tanh at 1.05 by the input."""
    last = initprobe("predict", "tanh", 1.05, "--init", init, "--depth", 20, "--layers", "20", "--spectrum")[-1]
    return [float(last[f"predicted_sv_{name}"]) for name in ("max", "50", "mean_square")]


@claim(16)
def explode_or_collapse(e):
    unit, neutral, orthogonal, skip, deep = (
        stacks(e[f"collapse-{name}"]) for name in ("unit", "neutral", "orthogonal", "skip", "deep")
    )
    # Unit and neutral gain may be the same number.
    plain = list({(x.activation, x.gain): x for x in unit + neutral}.values())
    neither = [x for x in plain if not (x.explodes or x.collapses)]
    yield "plain stacks, and those that explode or collapse within 50 layers, by 43 and 27", \
        [len(plain) / 43, (len(plain) - len(neither)) / 27], 1, 1  # fmt: skip
    yield "plain stacks that do both", sum(x.explodes and x.collapses for x in plain), 0, 0
    known = {(x.activation, x.gain) for x in deep}
    unmeasured = [x for x in neither if (x.activation, x.gain) not in known and x.activation != "softshrink"]
    yield "the others that were not measured over 400 layers, but for softshrink", len(unmeasured), 0, 0
    left = [x for x in deep if not (x.explodes or x.collapses or x.activation in LINEAR)]
    yield "those of 400 layers that do neither and are not linear", len(left), 0, 0
    outs = [named("tanh", "neutral", depth, "predicted_out_std") for depth in (50, 500, 5000)]
    yield "out of tanh at its neutral gain for 50, 500 and 5000 layers, by 0.37, 0.23 and 0.14", \
        [out / said for out, said in zip(outs, (0.37, 0.23, 0.14), strict=True)], 0.97, 1.03  # fmt: skip
    exploding = [i for i, x in enumerate(unit) if x.explodes]
    changes = [orthogonal[i].growth - unit[i].growth for i in exploding]
    yield "decades by which orthogonal matrices change the explosions", changes, -0.03, 0.03
    yield "decades by which skip connections do", [skip[i].growth - unit[i].growth for i in exploding], -9, 0
    counts = [len(exploding), *(sum(x.explodes for x in found) for found in (orthogonal, skip))]
    yield "explosions of unit gains, with orthogonal matrices, and with skip connections, less 6, 6 and 2", \
        [count - said for count, said in zip(counts, (6, 6, 2), strict=True)], 0, 0  # fmt: skip
    collapsed = [sum(x.collapses for x in found) for found in (unit, orthogonal, skip)]
    yield "collapses of the same, less 13, 13 and 14", \
        [count - said for count, said in zip(collapsed, (13, 13, 14), strict=True)], 0, 0  # fmt: skip
    plain, turned = spectrum("xavier_normal"), spectrum("orthogonal")
    yield (
        "tanh at 1.05: mean square of the singular values, orthogonal by normal matrices",
        turned[2] / plain[2],
        0.999,
        1.001,
    )
    yield "largest singular value by the median, normal matrices", plain[0] / plain[1], 13_000, 15_000
    yield "orthogonal ones", turned[0] / turned[1], 3.5, 4.5
