"""selu: claims 11, 12, 13 and 15."""

import math
import statistics

from conditions import INFINITY, claim
from evidence import initprobe

CHI = 1.0716
THREAD_LINES = {
    1: (0.7974, 0.6252), 11: (0.3138, 0.2894), 21: (0.2418, 0.2414), 31: (0.2097, 0.2160),
    41: (0.2118, 0.1993), 51: (0.1939, 0.1985), 61: (0.1909, 0.2259), 71: (0.1849, 0.2329),
    81: (0.2048, 0.1998), 91: (0.2060, 0.2007),
}  # fmt: skip


@claim(11)
def only_gain_one(e):
    one = e["selu-1"]
    rows = one + e["selu-gains"]
    gains = sorted(rows.distinct("gain"))
    outs = {gain: rows.out(gain=gain, layer=100) for gain in gains}
    yield "out at gain 1 after 100 layers", outs[1].mean, 0.95, 1.05
    others = [abs(outs[gain].mean - 1) for gain in gains if gain != 1]
    yield "distance from 1.00 at the other gains", others, 0.05, INFINITY
    yield "each against theory", [x.ratio for x in outs.values()], 0.95, 1.05
    drift = [outs[gain].mean / rows.out(gain=gain, layer=32).mean for gain in gains]
    yield "out at layer 100 by that at 32", drift, 0.8, 1.25
    parts = [one.growth(*ends).mean for ends in ((1, 10), (10, 20), (20, 32), (32, 100))]
    yield "factor of the gradient at 1, in four parts of the stack", parts, 1, INFINITY
    yield "what the parts differ by, as a part of the growth", (max(parts) - min(parts)) / (min(parts) - 1), 0, 0.5
    yield "growth of the gradient over 32 layers", one.growth(1, 32).mean ** 31, 2, 10
    level = min(gains, key=lambda gain: abs(math.log(rows.growth(32, 100, gain=gain).mean)))
    yield "the gain with the most level gradient", level, 0, 0.99


@claim(12)
def ten_lines(e):
    rows = e["selu-075"]
    figures = [(rows.spread(name, layer=layer), said) for layer, pair in THREAD_LINES.items()
               for name, said in zip(("out", "grad"), pair, strict=True)]  # fmt: skip
    chances = [figure.chance(said) for figure, said in figures]
    yield "the least chance of a figure as far off (Student's t), times 20 figures", 20 * min(chances), 0.05, 20
    yield "figures with a chance below 1 in 20, where 1 is expected", sum(p < 0.05 for p in chances), 0, 3
    inside = sum(figure.range[0] <= said <= figure.range[1] for figure, said in figures)
    yield "figures between the lowest and the highest of 20 seeds, where 18 are expected", inside, 15, 20


@claim(13)
def layer_size(e):
    rows = e["selu-widths"] + e["selu-widths-wide"]
    wide = [rows.out(layer=layer, width=width) for width in (300, 1000, 3000) for layer in (1, 31, 91)]
    outs = {width: rows.out(layer=91, width=width) for width in (30, 300)}
    yield "mean out against theory from width 300 on", [abs(x.ratio - 1) for x in wide], 0, outs[300].relative
    bias = [abs(rows.out(layer=31, width=width).ratio - 1) for width in (300, 100, 30)]
    yield "the bias of the mean at layer 31 shrinks: width 100 by 300, 30 by 100", \
        [bias[1] / bias[0], bias[2] / bias[1]], 1, INFINITY  # fmt: skip
    errors = [rows.growth(1, 91, width=width).errors_off for width in (100, 300, 1000, 3000)]
    yield "factor of the gradient against theory from width 100 on, in standard errors", errors, -3, 3
    yield "one run's deviation at width 30 by that at 300, where √10 = 3.2", \
        outs[30].relative / outs[300].relative, math.sqrt(10) / 1.5, math.sqrt(10) * 1.5  # fmt: skip


@claim(15)
def explode_or_flawed(e):
    one, variants = e["selu-1"], e["selu-1-variants"]
    rows = initprobe("predict", "selu", 1, "--layers", "90,100")
    logs = [math.log(float(row["predicted_grad_mean_abs"])) for row in rows[1:]]
    factor = math.exp((logs[1] - logs[0]) / 10)
    yield "the predicted factor of the gradient, √χ₁ = √1.0716", factor, math.sqrt(CHI) - 2e-4, math.sqrt(CHI) + 2e-4
    full = one.growth(10, 100)
    yield "measured growth a layer by the predicted one", (full.mean - 1) / (factor - 1), 0.95, 1.05
    cases = {
        (width, batch, init): variants.growth(10, 100, init=init, width=width, batch=batch)
        for init in variants.distinct("init") for width in (100, 300) for batch in (30, 300)
    }  # fmt: skip
    yield "the same in 8 variants", [(x.mean - 1) / (factor - 1) for x in cases.values()], 2 / 3, 4 / 3
    missing = [statistics.fmean(x.theory - x.mean for case, x in cases.items() if case[0] == width)
               for width in (300, 100)]  # fmt: skip
    yield "what is missing at width 300", missing[0], 0, missing[1]
    exploding = [b / a for a, b in zip(one.values("grad", layer=1), one.values("grad", layer=100), strict=True)]
    yield "growth over 100 layers in each run", exploding, 10, INFINITY
    yield "out after 100 layers", one.out(layer=100).mean, 0.99, 1.01
