"""What becomes of the output: claims 1 to 5, 10, and 17 to 19."""

import math
import statistics

from conditions import INFINITY, claim, off_one
from evidence import Spread, initprobe

ROOT2 = math.sqrt(2)


@claim(1)
def ten_layers(e):
    rows = e["tanh-five-thirds"]
    for name, said, figure in (("in", 0.9998, rows.out(layer=0)), ("out", 0.6518, rows.out(layer=10))):
        yield f"the thread's {name} lies between the lowest and the highest of 20 seeds", said, *figure.range
        yield f"chance of a run as far off as the thread's {name} (Student's t)", figure.chance(said), 0.05, 1
    yield "mean out against theory, in standard errors", rows.out(layer=10).errors_off, -3, 3


@claim(2)
def deeper(e):
    wide = [x for layer in (20, 100) for x in e["tanh-five-thirds"].values("out", layer=layer)]
    narrow = e["tanh-widths"].values("out", width=100, layer=100)
    parts = [sum(f"{x:.4f}".startswith("0.65") for x in runs) / len(runs) for runs in (wide, narrow)]
    yield "part of the runs that prints 0.65x after 20 and 100 layers at width 1000", parts[0], 1, 1
    yield "part at width 100", parts[1], 0, 0.5


@claim(3)
def input_scale(e):
    rows = e["tanh-input-std"]
    one, half = ([rows.out(input_std=std, layer=layer) for layer in (1, 9, 10)] for std in (1, 0.5))
    apart = [abs(a.mean - b.mean) / a.deviation for a, b in zip(one, half, strict=True)]
    yield "means for inputs of 0.5 and 1 at layers 9 and 10, apart by deviations of one run", apart[1:], 0, 1
    yield "the same at layer 1", apart[0], 10, INFINITY
    ends = [rows.out(input_std=std, layer=20) for std in (0.1, 0.5, 1, 2, 10)]
    spread = max(x.mean for x in ends) - min(x.mean for x in ends)
    yield "means for 0.1 to 10 at layer 20, apart by deviations", spread / min(x.deviation for x in ends), 0, 1


def shared_scatter(layer, width):
    """Standard deviation of log q of a batch of relu at √2, to first order in 1/width: what its rows share.

    A layer multiplies the mean square of a row by a factor of variance 5/width. Two rows at an angle θ share
    2·J₂(θ)/π − 1 of the 5, J₂ being the arc-cosine kernel of degree 2 (Cho and Saul 2009); θ starts at π/2 and
    follows the kernel of degree 1.
    """
    angle, total = math.pi / 2, 0
    for _ in range(int(layer)):
        sine, cosine, rest = math.sin(angle), math.cos(angle), math.pi - angle
        total += 2 * (3 * sine * cosine + rest * (1 + 2 * cosine**2)) / math.pi - 1
        angle = math.acos(min(1, (sine + rest * cosine) / math.pi))
    return math.sqrt(total / width)


def log_deviation(rows, **where):
    """Standard deviation of log q = 2 log out of one run, and its standard error."""
    logs = [2 * math.log(x) for x in rows.values("out", **where)]
    return statistics.stdev(logs), statistics.stdev(logs) / math.sqrt(2 * (len(logs) - 1))


@claim(4)
def relu(e):
    tanhs, relus = e["tanh-five-thirds"], e["relu-pytorch"]
    widths, off = relus + e["relu-widths"], []
    for width in widths.distinct("width"):
        for layer in (20, 50, 100):
            measured, error = log_deviation(widths, width=width, layer=layer)
            off.append((measured - shared_scatter(layer, width)) / error)
    yield "deviation of log q against finite width at 12 widths and layers, in standard errors", off, -3, 3
    deep, tanh = (log_deviation(rows, layer=100)[0] for rows in (relus, tanhs))
    yield "scatter of log q at layer 100, relu by tanh", deep / tanh, 100, INFINITY
    last = relus.out(layer=100)
    squares = Spread([(x / last.theory) ** 2 for x in last.values], 1)
    yield "out² at layer 100 against theory, in standard errors", squares.errors_off, -2, 2
    yield (
        "lowest and highest out at layer 100, by 0.41 and 1.75",
        [last.range[0] / 0.41, last.range[1] / 1.75],
        0.99,
        1.01,
    )


@claim(5)
def gain_one(e):
    one, five = e["tanh-1"], e["tanh-gains"].where(gain=5 / 3)
    doublings = [one.out(layer=2 * n).mean / one.out(layer=n).mean * ROOT2 for n in (10, 50)]
    yield "at 1, twice the depth multiplies out by 1/√2: off by", off_one(doublings), 0, 0.03
    yield "at 1, out·√(2·layer) at layer 100", one.out(layer=100).mean * math.sqrt(200), 0.97, 1.03
    yield "at 5/3, out at layer 100 by that at 10", five.out(layer=100).mean / five.out(layer=10).mean, 0.99, 1.01
    falls, grows = (t.grad(layer=100).mean / t.grad(layer=1).mean for t in (one, five))
    yield "gradient at layer 1 by that at 100, at 1", 1 / falls, 8.5, 9.5
    yield "gradient at layer 100 by that at 1, at 5/3", grows, 9_500, 10_500


@claim(10)
def about_root2(e):
    rows, identity, reach = e["relu-gains"], [], {}
    for gain in (1.3, 1.4, 1.43, 1.5):
        for depth in (10, 100):
            pairs = [rows.values("out", gain=g, layer=depth) for g in (gain, ROOT2)]
            factors = [a / b for a, b in zip(*pairs, strict=True)]
            identity += [factor ** (1 / depth) * ROOT2 / gain for factor in factors]
            reach[gain, depth] = abs(math.log10(factors[0]))
    yield "out grows by gain/√2 a layer in every run (an identity): off by", off_one(identity), 0, 1e-5
    yield "decades from √2's out after 10 layers", [reach[gain, 10] for gain in (1.3, 1.4, 1.43, 1.5)], 0, 1
    yield "after 100 layers at 1.4 and 1.43", [reach[gain, 100] for gain in (1.4, 1.43)], 0, 1
    yield "after 100 layers at 1.3 and 1.5", [reach[gain, 100] for gain in (1.3, 1.5)], 1, INFINITY
    scatter, error = log_deviation(rows, gain=ROOT2, layer=100)
    yield (
        "the scatter at √2 against finite width, in standard errors",
        (scatter - shared_scatter(100, 500)) / error,
        -3,
        3,
    )


@claim(17)
def fixed_point(e):
    rows, others = e["tanh-input-std"], e["fixed-point-none"]
    target = rows.out(input_std=1, layer=20).theory
    ends = [rows.out(input_std=std, layer=20).runs_off for std in (0.1, 1, 10)]
    yield "tanh at 5/3: inputs of 0.1, 1 and 10 at layer 20 against theory, in deviations of one run", ends, -1, 1
    nine, ten = (rows.out(input_std=1, layer=layer).theory - target for layer in (9, 10))
    yield "what a layer leaves of the distance near the fixed point, by theory", ten / nine, 0.425, 0.435
    six, nine = (rows.out(input_std=0.1, layer=layer) for layer in (6, 9))
    left = [
        (nine_out - target) / (six_out - target)
        for six_out, nine_out in ((six.mean, nine.mean), (six.theory, nine.theory))
    ]
    yield "what three layers leave of it, by theory's", left[0] / left[1], 0.9, 1.1
    for name, least, most in (("relu", 99.99, 100.01), ("gelu", 10**2.1, INFINITY)):
        low, high = (others.values("out", activation=name, input_std=std, layer=100) for std in (0.1, 10))
        ratios = [b / a for a, b in zip(low, high, strict=True)]
        yield f"{name}: by what inputs 100 times apart are apart after 100 layers, every run", ratios, least, most


@claim(18)
def histograms(e):
    rows = e["tanh-histograms"]
    yield "tanh at 0.5: factor of out against theory", rows.growth(11, 91, name="out", gain=0.5).ratio, 0.99, 1.01
    for gain, least, most in ((20, 0.5, 1), (1.1, 0, 0.02), (5 / 3, 0, 0.02)):
        saturated = [x for layer in (11, 91) for x in rows.values("saturated", gain=gain, layer=layer)]
        yield f"saturated part of every run at {gain:.4g}", saturated, least, most
    outs = [rows.out(gain=5 / 3, layer=layer).mean for layer in (11, 91)]
    yield "at 5/3, out at layer 91 by that at 11", outs[1] / outs[0], 0.99, 1.01
    five, twenty = (rows.growth(11, 91, gain=gain) for gain in (5 / 3, 20))
    yield "growth of its gradient from layer 11 to 91", five.mean**80, 1000, INFINITY
    yield "at 20, lowest factor of the gradient", twenty.range[0], five.range[1], INFINITY
    sigmoid = initprobe("sigmoid", 1, "--width", 200, "--batch", 200, "--layers", "91", "--no-grad")
    yield "similarity of sigmoid at 1, layer 91", float(sigmoid[-1]["similarity"]), 0.999, 1.0001


@claim(19)
def he(e):
    rows, advice = e["variance-scaling"], e["glorot-advice"]
    outs = [rows.growth(1, 100, name="out", init=init).mean for init in rows.distinct("init")]
    yield "scale 2: factor of out for each mode and distribution, off 1 by", off_one(outs), 0, 0.01
    for bound, variance in (("0.0447214", 2 / 3), ("0.0774597", 2.0)):
        weights, stack = (e[f"uniform-{name}"].where(init=f"uniform:bound={bound}") for name in ("variance", "bounds"))
        found = (weights.out(layer=1).mean / weights.out(layer=0).mean) ** 2
        yield f"uniform within ±{bound}: n·Var[w] by bound²·n/3", found / variance, 0.99, 1.01
        rate = stack.growth(1, 91, name="out").mean
        yield "factor of relu's out by √(n·Var[w]/2)", rate / math.sqrt(variance / 2), 0.99, 1.01
    one, four = (advice.growth(10, 100, activation="sigmoid", gain=gain) for gain in (1, 4))
    yield "sigmoid: highest factor of grad at 1, below the lowest at 4", one.range[1], 0, four.range[0]
    yield "sigmoid at 4: the factor of grad", four.mean, 0.62, 0.64
    rates = [advice.growth(10, 100, activation="tanh", gain=gain).mean for gain in (1, 4)]
    yield "tanh: factor of grad at 4 by that at 1", rates[1] / rates[0], 1.1, INFINITY
