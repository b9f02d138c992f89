"""What gains do to the gradient: claims 6 to 9, 11 to 15, 20 and 21."""

import math
import statistics

from conditions import INFINITY, above, claim, off_one
from evidence import initprobe, named
from gains import DEPTHS, choices

THREAD_LINES = {
    1: (0.7974, 0.6252), 11: (0.3138, 0.2894), 21: (0.2418, 0.2414), 31: (0.2097, 0.2160),
    41: (0.2118, 0.1993), 51: (0.1939, 0.1985), 61: (0.1909, 0.2259), 71: (0.1849, 0.2329),
    81: (0.2048, 0.1998), 91: (0.2060, 0.2007),
}  # fmt: skip
"""Layer by layer, out and grad of selu at 0.75."""


@claim(6)
def sigmoid(e):
    rows, edge = e["sigmoid-gains"], named("sigmoid", "edge")
    gains = rows.distinct("gain")
    below, over = [gain for gain in gains if gain < edge - 1], [gain for gain in gains if gain > edge + 1]
    outs = [rows.out(layer=100, gain=gain).mean / rows.out(layer=32, gain=gain).mean for gain in gains]
    yield "out at layer 100 by that at 32, every gain", outs, 0.95, 1.05
    alike = {gain: rows.spread("similarity", layer=100, gain=gain).mean for gain in gains}
    yield "similarity at layer 100, gains up to 8", [alike[gain] for gain in below], 0.999, 1.0001
    yield "similarity at layer 100, gains from 12 on", [alike[gain] for gain in over], 0, 0.999
    rates = {gain: rows.growth(10, 100, gain=gain) for gain in gains}
    yield "factor of the gradient, highest run, below the edge", [rates[gain].range[1] for gain in below], 0, 1
    yield "factor of the gradient, lowest run, above the edge", [rates[gain].range[0] for gain in over], 1, INFINITY
    yield "these factors against theory: off by", off_one([rate.ratio for rate in rates.values()]), 0, 0.01
    least = [min((gain for gain in gains if rows.grad(layer=depth, gain=gain).mean
                  > 0.01 * rows.grad(layer=1, gain=gain).mean), default=0) for depth in (10, 32, 100)]  # fmt: skip
    steps = [b - a for a, b in zip(least, least[1:], strict=False)]
    yield "steps of the least gain that keeps 1/100, depth 10, 32, 100", steps, 0.01, INFINITY
    neutral = [named("sigmoid", "neutral", depth) for depth in (10, 32, 100)]
    yield "the neutral gain by the edge at depth 10, 32, 100", [gain / edge for gain in neutral], 1, 1.01


@claim(7)
def tanh(e):
    rows, layers = e["tanh-gains"], e["tanh-layers"]
    gains = [gain for gain in rows.distinct("gain") if gain > 1]
    fixed = [rows.out(layer=100, gain=gain).runs_off for gain in gains]
    yield "out at layer 100 against the fixed point, gains 1.05 to 3, in deviations of one run", fixed, -3, 3
    kept = [rows.out(layer=100, gain=gain).mean / rows.out(layer=32, gain=gain).mean for gain in [1, *gains]]
    yield "out at layer 100 by that at 32, the same gains", kept[1:], 0.9, 1.1
    yield "the same at gain 1, where 1/√layer makes 0.566", kept[0], 0.51, 0.62
    start, early, late = (layers.growth(*ends) for ends in ((1, 2), (5, 10), (31, 91)))
    yield "factor of the gradient at 5/3, layers 5 to 10 by layers 31 to 91", early.mean / late.mean, 0.99, 1.01
    yield "layers 1 to 2, highest run, below the lowest of 31 to 91", start.range[1], 1, late.range[0]
    grads = {layer: layers.grad(layer=layer).mean for layer in (1, 5, 6, 10, 21, 31)}
    yield "gradient at layer 10 by that at layer 1", grads[10] / grads[1], 1, 10
    yield "gradient at layers 5 and 21: still below 1 and 10", [grads[5], grads[21] / 10], 0, 1
    yield "gradient at layers 6 and 31: above 1 and 10", [grads[6], grads[31] / 10], 1, INFINITY


@claim(8)
def tanh_eleven_tenths(e):
    rows = e["tanh-11"]
    late = [rows.out(layer=layer) for layer in (21, 31, 61, 91)]
    yield "out from layer 21 on", [x.mean for x in late], 0.29, 0.31
    rate = rows.growth(21, 91)
    yield "factor of the gradient above 1, in standard errors", (rate.mean - 1) / rate.error, 3, INFINITY
    yield "layers that double it", math.log(2) / math.log(rate.mean) if rate.mean > 1 else 0, 100, INFINITY
    yield "gradient at layer 11, highest run", rows.grad(layer=11).range[1], 0, rows.grad(layer=1).range[0]


def power(rows, name, first, last):
    """x where the figure goes as layer^x, in the mean over the runs."""
    pairs = zip(rows.values(name, layer=first), rows.values(name, layer=last), strict=True)
    return statistics.fmean(math.log(b / a) / math.log(last / first) for a, b in pairs)


@claim(9)
def softsign(e):
    rows = e["softsign-gains"]
    gains, one = rows.distinct("gain"), rows.where(gain=1)
    powers = [power(one, name, 31, 91) for name in ("out", "grad")]
    yield "at 1, the powers of the layer by which out and grad fall", powers, -1.1, -0.9
    for name in ("out", "grad"):
        figures = [rows.spread(name, layer=91, gain=gain) for gain in gains]
        yield f"each higher gain leaves more {name} at layer 91, by at least", above(figures), 0, INFINITY
    high = [gain for gain in gains if gain >= 1.5]
    parts = [[rows.growth(*ends, gain=gain) for ends in ((1, 11), (11, 31), (31, 91))] for gain in high]
    yield "from 1.5 on: factor of layers 1 to 11 by that of 31 to 91", [a.mean / c.mean for a, _, c in parts], 0, 0.999
    yield "factor of layers 11 to 31 by that of 31 to 91", [b.mean / c.mean for _, b, c in parts], 0.99, 1.01
    last = [c for _, _, c in parts]
    yield "lowest factor of 31 to 91", [c.range[0] for c in last], 1, INFINITY
    yield "and each gain's above the one before, by at least", above(last), 0, INFINITY


@claim(14)
def kumar(e):
    tanh, sigmoid = e["tanh-1"], e["sigmoid-gains"].where(gain=3.6)
    for name in ("out", "grad"):
        yield f"tanh at 1: the power of the layer by which {name} falls", power(tanh, name, 10, 100), -0.6, -0.4
    yield (
        "sigmoid at 3.6: similarity at layer 32, lowest run",
        min(sigmoid.values("similarity", layer=32)),
        0.999,
        1.0001,
    )
    rate = sigmoid.growth(10, 100)
    yield "factor of its gradient, highest run, below 3.6·φ′(0)", rate.range[1], 0, 0.9
    out, mean = sigmoid.out(layer=100).mean, sigmoid.spread("mean", layer=100).mean
    yield "standard deviation of its pre-activations", 3.6 * math.hypot(out, mean), 1, INFINITY


@claim(11)
def selu_at_one(e):
    one, rows = e["selu-1"], e["selu-1"] + e["selu-gains"]
    gains = sorted(rows.distinct("gain"))
    outs = {gain: rows.out(gain=gain, layer=100).mean for gain in gains}
    yield "out at gain 1 after 100 layers", outs[1], 0.99, 1.01
    yield "distance from 1 at the other gains", [abs(outs[gain] - 1) for gain in gains if gain != 1], 0.05, INFINITY
    drift = [outs[gain] / rows.out(gain=gain, layer=32).mean for gain in gains]
    yield "out at layer 100 by that at 32, every gain", drift, 0.9, 1.1
    parts = [one.growth(*ends).mean for ends in ((1, 10), (10, 20), (20, 32), (32, 100))]
    yield "factor of the gradient at 1, in four parts of the stack", parts, 1.03, 1.04
    yield "growth of the gradient over 32 layers", one.growth(1, 32).mean ** 31, 2.85, 2.95
    level = min(gains, key=lambda gain: abs(math.log(rows.growth(32, 100, gain=gain).mean)))
    yield "the gain with the most level gradient", level, 0.75, 0.75


@claim(12)
def ten_lines(e):
    figures = [(e["selu-075"].spread(name, layer=layer), said) for layer, pair in THREAD_LINES.items()
               for name, said in zip(("out", "grad"), pair, strict=True)]  # fmt: skip
    chances = [figure.chance(said) for figure, said in figures]
    yield "the least chance of a figure as far off (Student's t), times 20 figures", 20 * min(chances), 0.05, 0.145
    yield "figures with a chance below 1 in 20, where 1 is expected", sum(p < 0.05 for p in chances), 0, 3
    inside = sum(figure.range[0] <= said <= figure.range[1] for figure, said in figures)
    yield "figures between the lowest and the highest of 20 seeds, where 18 are expected", inside, 15, 20


@claim(13)
def layer_size(e):
    rows = e["selu-widths"] + e["selu-widths-wide"]
    wide = [rows.out(layer=layer, width=width) for width in (300, 1000, 3000) for layer in (1, 31, 91)]
    yield "mean out by theory from width 300 on: off 1 by", off_one([x.ratio for x in wide]), 0, 0.023
    low = [1 - rows.out(layer=31, width=width).ratio for width in (300, 100, 30)]
    yield "what out lacks at layer 31: width 100 by 300, 30 by 100", [low[1] / low[0], low[2] / low[1]], 1, INFINITY
    errors = [rows.growth(1, 91, width=width).errors_off for width in (100, 300, 1000, 3000)]
    yield "factor of the gradient against theory from width 100 on, in standard errors", errors, -3, 3
    scatter = [x.deviation / x.mean for x in (rows.out(layer=91, width=width) for width in (30, 300))]
    yield "one run's deviation at width 30 by that at 300, where √10 = 3.2", scatter[0] / scatter[1], 2.5, 5


@claim(15)
def explode_or_flawed(e):
    one, variants = e["selu-1"].growth(10, 100), e["selu-1-variants"]
    yield "factor of the gradient by theory, √χ₁ = √1.0716", one.theory, 1.0350, 1.0354
    yield "growth a layer by that of theory", (one.mean - 1) / (one.theory - 1), 0.95, 1.05
    cases = {(width, batch, init): variants.growth(10, 100, init=init, width=width, batch=batch)
             for init in variants.distinct("init") for width in (100, 300) for batch in (30, 300)}  # fmt: skip
    yield "the same in 8 variants", [(x.mean - 1) / (x.theory - 1) for x in cases.values()], 2 / 3, 4 / 3
    missing = [sum(x.theory - x.mean for case, x in cases.items() if case[0] == width) for width in (300, 100)]
    yield "what is missing at width 300", missing[0], 0, missing[1]


@claim(20)
def why(e):
    rows = e["tanh-named"]
    five, _, neutral, one = (rows.where(gain=gain) for gain in rows.distinct("gain"))
    outs = [five.out(layer=layer).mean for layer in (10, 32, 100)]
    yield "5/3: out at layers 10, 32 and 100 apart by", max(outs) / min(outs) - 1, 0, 0.01
    grown = [five.growth(1, layer).mean ** (layer - 1) for layer in (10, 32, 100)]
    yield "5/3: growth of the gradient over 10, 32 and 100 layers by 2.1, 17 and 10 000", \
        [x / said for x, said in zip(grown, (2.1, 17, 10_000), strict=True)], 0.95, 1.1  # fmt: skip
    yield "the neutral gain: gradient at layer 100 by that at 1", neutral.growth(1, 100).mean ** 99, 0.9, 1.1
    yield "the gain 1: out at layer 100 by that at 1", one.out(layer=100).mean / one.out(layer=1).mean, 0, 0.2
    found = choices(e)
    fresh = {(row["activation"], depth): row["gain"] for depth in DEPTHS
             for row in initprobe("gain", *dict.fromkeys(name for name, _ in found), "--depth", depth)}  # fmt: skip
    advised = {key: float(choice.row["gain"]) if choice else 0 for key, choice in found.items()}
    # A search may end a rounding beside where it ended before.
    differ = [key for key, gain in advised.items() if not math.isclose(float(fresh[key] or 0), gain, rel_tol=1e-12)]
    yield "gains of the table that `initprobe gain` does not advise", len(differ), 0, 0
    kept = [choice for choice in found.values() if choice and choice.is_kept]
    held = [choice for choice in kept if choice.is_measured_kept]
    yield "of those predicted to keep signal and gradient, the part that does when measured", \
        len(held) / len(kept), 0.95, 1  # fmt: skip
    yield "there |log out| + |log grad| as measured, above the least of the named gains", \
        [choice.excess for choice in held], 0, 0.05  # fmt: skip
    alike = [(choice.similarity >= 0.9) != (float(choice.row["predicted_similarity"]) >= 0.9) for choice in held]
    yield "and where rows are alike by theory or by measurement alone", sum(alike), 0, 0


def chi1(gain, b):
    """g²·E[tanh′²] at the fixed point of q = g²·E[tanh²] + b²; the trapezoidal rule over the normal density."""
    places = [i / 20 for i in range(-180, 181)]
    weights = [math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / 20 for z in places]
    q = 1.0
    for _ in range(60):
        values = [math.tanh(math.sqrt(q) * z) ** 2 for z in places]
        q = gain**2 * sum(w * v for w, v in zip(weights, values, strict=True)) + b**2
    return gain**2 * sum(w * (1 - v) ** 2 for w, v in zip(weights, values, strict=True))


def side(rows, gain, b):
    """Whether cosine and gradient go as in chaos: near inputs part, the gradient grows."""
    first, second, last = (rows.where(gain=gain, b=b, layer=layer).members[0] for layer in (0, 1, 50))
    parts = last.number("similarity") < first.number("similarity")
    return parts, last.log10("grad_mean_abs") > second.log10("grad_mean_abs")


@claim(21)
def phase_diagram(e):
    rows, near = e["../phase/tanh"], e["../phase/near"]
    edge = {float(row["b"]): float(row["gain"]) for row in e.gains("../phase/edge")}
    far = [(gain, b) for gain in rows.distinct("gain") for b in edge if b > 0 and abs(gain - edge[b]) > 0.06]
    wrong = [sum(side(rows, gain, b)[i] != (gain > edge[b]) for gain, b in far) for i in (0, 1)]
    yield "cells that are with a bias and more than 0.06 from the edge", len(far), 300, INFINITY
    yield "of them, cosine or gradient goes another way than theory's", wrong, 0, 0
    five = [near.spread("similarity", gain=5 / 3, b=0, layer=layer) for layer in (10, 32)]
    yield "5/3, two inputs of 0.99: cosine at layers 10 and 32 against theory, in standard errors", \
        [x.errors_off for x in five], -3, 3  # fmt: skip
    yield "the cosine at layer 32, highest of 5 seeds", five[1].range[1], 0, 0.5
    sizes = [near.out(gain=5 / 3, b=0, layer=layer).mean for layer in (10, 32, 100)]
    yield "out at layers 10, 32 and 100 apart by", max(sizes) / min(sizes) - 1, 0, 0.01
    order = near.spread("similarity", gain=1.112, b=0.3, layer=32)
    yield "on the ordered side: the cosine at layer 32, lowest of 5 seeds", order.range[0], 0.999, 1.0001
    slopes = [chi1(gain, b) for b, gain in edge.items() if b > 0]
    yield "χ₁ of each point of the edge, integrated here", slopes, 1 - 1e-6, 1 + 1e-6
