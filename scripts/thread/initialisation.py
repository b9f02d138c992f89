"""Histograms, how weights are drawn, and which gain to use: claims 18, 19 and 20."""

import math

from conditions import INFINITY, claim, off_one
from evidence import Spread, advised, initprobe
from gains import ranked

SCALED = "variance_scaling:scale=2"
MODES = ["", ",mode=fan_out", ",mode=fan_avg"]
DISTRIBUTIONS = ["", ",distribution=untruncated_normal", ",distribution=uniform"]


@claim(18)
def histograms(e):
    rows = e["tanh-histograms"]
    yield "tanh at 0.5: factor of out against theory", rows.growth(11, 91, name="out", gain=0.5).ratio, 0.99, 1.01
    saturated = [rows.values("saturated", gain=20, layer=layer) for layer in (1, 11, 91)]
    yield "at 20, saturated part at every layer of every run", min(map(min, saturated)), 0.5, 1
    good = [x for gain in (1.1, 5 / 3) for layer in (11, 91) for x in rows.values("saturated", gain=gain, layer=layer)]
    yield "at 1.1 and 5/3, at layers 11 and 91", max(good), 0, 0.02
    outs = [rows.out(gain=5 / 3, layer=layer).mean for layer in (11, 91)]
    yield "at 5/3, out at layer 91 by that at 11", outs[1] / outs[0], 0.99, 1.01
    grown = {gain: rows.growth(11, 91, gain=gain) for gain in (0.5, 1.1, 5 / 3, 20)}
    yield "growth of its gradient from layer 11 to 91", grown[5 / 3].mean ** 80, 1000, INFINITY
    others = max(grown[gain].range[1] for gain in (0.5, 1.1, 5 / 3))
    yield "at 20, lowest factor of the gradient, above those of the other gains", grown[20].range[0], others, INFINITY
    sigmoid = initprobe("sigmoid", 1, "--width", 200, "--batch", 200, "--layers", "91", "--no-grad")
    yield "similarity of sigmoid at 1, layer 91", float(sigmoid[-1]["similarity"]), 0.999, 1.0001


def narrow(width):
    """relu's 1 per layer at this width: the mean square stays, its log has a variance of 5/width a layer."""
    return math.exp(-5 / (4 * width))


def funnel(mode):
    """By what a layer that halves the width multiplies out and grad, with theory."""
    rows = initprobe("predict", "relu", 1, "--init", SCALED + mode, "--widths", "1600,800,400,200,100", "--every", 1)
    names = ("predicted_out_std", "predicted_grad_mean_abs")
    return [(float(rows[4][name]) / float(rows[1][name])) ** (1 / 3) for name in names]


@claim(19)
def he(e):
    rows = e["variance-scaling"]
    inits = rows.distinct("init")
    for name in ("out", "grad"):
        rates = [rows.growth(1, 100, name=name, init=init) for init in inits]
        errors = [Spread(rate.values, rate.theory * narrow(300)).errors_off for rate in rates]
        yield f"scale 2: factor of {name} against theory at width 300, in standard errors", errors, -3, 3
        if name == "out":
            yield "the factor of out itself: off 1 by", off_one([rate.mean for rate in rates]), 0, 0.01
    uniform = next(init for init in inits if "uniform" in init and "untruncated" not in init and "mode" not in init)
    start, end = (rows.growth(*ends, init=uniform).range for ends in ((1, 25), (25, 100)))
    yield "factor of grad falls with depth: highest of 25 to 100 by lowest of 1 to 25", end[1] / start[0], 0, 1
    steps = [funnel(mode) for mode in MODES]
    wanted = (1, math.sqrt(2), math.sqrt(4 / 3))
    yield "layers that halve: out with fan_in, fan_out, fan_avg by 1, √2, √(4/3)", \
        [step[0] / want for step, want in zip(steps, wanted, strict=True)], 0.999, 1.001  # fmt: skip
    distances = [abs(math.log(step[1])) for step in steps]
    yield "and the gradient is nearest to 1 with fan_out", distances[1], 0, min(distances[0], distances[2])
    for bound, variance in (("0.0447214", 2 / 3), ("0.0774597", 2.0)):
        init = f"uniform:bound={bound}"
        weights, stack = e["uniform-variance"].where(init=init), e["uniform-bounds"].where(init=init)
        pairs = zip(weights.values("out", layer=0), weights.values("out", layer=1), strict=True)
        found = Spread([(b / a) ** 2 for a, b in pairs]).mean
        yield f"uniform within ±{bound}: n·Var[w] by bound²·n/3", found / variance, 0.99, 1.01
        rate = stack.growth(1, 91, name="out").mean
        yield "factor of relu's out by √(n·Var[w]/2)", rate / math.sqrt(variance / 2), 0.99, 1.01
    advice = e["glorot-advice"]
    rates = {(name, gain): advice.growth(10, 100, activation=name, gain=gain)
             for name in ("sigmoid", "tanh") for gain in (1, 4)}  # fmt: skip
    mine = rates["sigmoid", 4]
    yield "sigmoid: highest factor of grad at 1, below the lowest at 4", \
        rates["sigmoid", 1].range[1], 0, mine.range[0]  # fmt: skip
    yield "sigmoid at 4: highest factor of grad", mine.range[1], 0, 0.75
    yield "tanh at 1: factor of grad", rates["tanh", 1].mean, 0.97, 1.03
    yield "tanh at 4", rates["tanh", 4].mean, 1.03, INFINITY


@claim(20)
def why(e):
    rows = e["tanh-named"]
    five, unit, neutral, one = (rows.where(gain=gain) for gain in rows.distinct("gain"))
    outs = [five.out(layer=layer).mean for layer in (10, 32, 100)]
    yield "5/3: out at layers 10, 32 and 100 apart by", max(outs) / min(outs) - 1, 0, 0.01
    yield "5/3: factor of the gradient against theory", five.growth(1, 100).ratio, 0.99, 1.01
    yield "5/3: growth of the gradient over 10 layers", five.growth(1, 10).mean ** 9, 1, 10
    yield "5/3: over 32 layers", five.growth(1, 32).mean ** 31, 10, INFINITY
    yield "the neutral gain: gradient at layer 100 by that at 1", neutral.growth(1, 100).mean ** 99, 0.5, 2
    yield "the gain 1: out at layer 100 by that at 1", one.out(layer=100).mean / one.out(layer=1).mean, 0, 0.2
    groups = ranked(e)
    differ = [key for key, group in groups.items() if advised(*key) != (group[0].text if group else None)]
    yield "gains of the table that `initprobe gain` does not advise", len(differ), 0, 0
    kept = [group for group in groups.values() if group and group[0].verdicts == ("stable", "stable")]
    held = [group for group in kept if group[0].measured_verdicts == ("stable", "stable")]
    yield "of those predicted to keep signal and gradient, the part that keeps both when measured", \
        len(held) / len(kept), 0.95, 1  # fmt: skip
    extra = [group[0].measured_cost - min(other.measured_cost for other in group) for group in held]
    yield "there |log out| + |log grad| as measured, above the least of the named gains", extra, 0, 0.05
    alike = sum(group[0].is_alike() != group[0].is_alike("predicted_similarity") for group in held)
    yield "and where rows are alike by theory or by measurement alone", alike, 0, 0
