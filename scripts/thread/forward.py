"""tanh at 5/3 and at 1, relu at √2: claims 1 to 5 and 10."""

import math
import statistics

from conditions import INFINITY, claim, off_one
from evidence import Spread, initprobe

ROOT2 = math.sqrt(2)


def printed_65(values):
    """The part of the values that print as 0.65x."""
    return sum(f"{x:.4f}".startswith("0.65") for x in values) / len(values)


@claim(1)
def ten_layers(e):
    rows = e["tanh-five-thirds"]
    for name, said, figure in (("in", 0.9998, rows.out(layer=0)), ("out", 0.6518, rows.out(layer=10))):
        yield f"the thread's {name} lies between the lowest and the highest of 20 seeds", said, *figure.range
        yield f"chance of a run as far off as the thread's {name} (Student's t)", figure.chance(said), 0.05, 1
    yield "mean out against theory, in standard errors", rows.out(layer=10).errors_off, -3, 3


@claim(2)
def deeper(e):
    rows, narrow = e["tanh-five-thirds"], e["tanh-widths"]
    deep = [x for layer in (20, 100) for x in rows.values("out", layer=layer)]
    early, late = rows.out(layer=20), rows.out(layer=100)
    yield "out of every seed after 20 and 100 layers, width 1000", (min(deep), max(deep)), 0.645, 0.655
    yield "part of these runs that prints 0.65x", printed_65(deep), 0.95, 1
    drift = (late.mean - early.mean) / math.hypot(early.error, late.error)
    yield "what the mean moves from layer 20 to 100, in standard errors", drift, -3, 3
    yield "mean against theory, in deviations of one run", (early.runs_off, late.runs_off), -1, 1
    yield "part that prints 0.65x at width 100", printed_65(narrow.values("out", width=100, layer=100)), 0, 0.8


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
    yield "each against theory, in deviations of one run", [x.runs_off for x in ends], -1, 1
    tiny = initprobe("predict", "tanh", "5/3", "--input-std", 0.001, "--no-grad", "--layers", "10,20")
    parts = [float(row["predicted_out_std"]) / one[2].theory for row in tiny[1:]]
    yield "theory for an input of 0.001: out at layer 10, as a part of the fixed point", parts[0], 0, 0.5
    yield "and at layer 20", parts[1], 0.99, 1.01


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


def alike_scatter(layer, width):
    """The same where all rows are alike."""
    return math.sqrt(5 * layer / width)


def log_deviation(rows, **where):
    """Standard deviation of log q = 2 log out of one run, and its standard error."""
    logs = [2 * math.log(x) for x in rows.values("out", **where)]
    return statistics.stdev(logs), statistics.stdev(logs) / math.sqrt(2 * (len(logs) - 1))


def part_of(law, rows, layer):
    """The deviation of log q as a part of a law, pooled over the widths, and its standard error."""
    squares, freedom = 0, 0
    for width in rows.distinct("width"):
        count = len(rows.values("out", width=width, layer=layer)) - 1
        squares += count * (log_deviation(rows, width=width, layer=layer)[0] / law(layer, width)) ** 2
        freedom += count
    return math.sqrt(squares / freedom), 1 / math.sqrt(2 * freedom)


@claim(4)
def relu(e):
    tanhs, relus = e["tanh-five-thirds"], e["relu-pytorch"]
    widths = relus + e["relu-widths"]
    off = []
    for width in widths.distinct("width"):
        for layer in (20, 50, 100):
            measured, error = log_deviation(widths, width=width, layer=layer)
            off.append((measured - shared_scatter(layer, width)) / error)
    yield "deviation of log q against finite width at 12 widths and layers, in standard errors", off, -3, 3
    for layer, law, name in ((20, shared_scatter, "finite width"), (100, alike_scatter, "√(5·layer/width)")):
        part, error = part_of(law, widths, layer)
        yield f"over all widths, against {name} at layer {layer}, in standard errors", (part - 1) / error, -2, 2
    part, error = part_of(alike_scatter, widths, 20)
    yield "√(5·layer/width) alone at layer 20, in standard errors", (part - 1) / error, -INFINITY, -3
    relu10, relu100, tanh10, tanh100 = (log_deviation(rows, layer=n)[0] for rows in (relus, tanhs) for n in (10, 100))
    yield "scatter of log q at layer 100, relu by tanh", relu100 / tanh100, 100, INFINITY
    # A ratio of two deviations of 20 seeds has a standard error of 23 % in its logarithm.
    chance = math.exp(2 / math.sqrt(19))
    yield "growth of the scatter from layer 10 to 100, relu", relu100 / relu10, chance, INFINITY
    yield "growth of the scatter from layer 10 to 100, tanh", tanh100 / tanh10, 0, chance
    last = relus.out(layer=100)
    squares = Spread([(x / last.theory) ** 2 for x in last.values], 1)
    yield "out² at layer 100 against theory, in standard errors", squares.errors_off, -2, 2


@claim(5)
def gain_one(e):
    one, five = e["tanh-1"], e["tanh-gains"].where(gain=5 / 3)
    doublings = [one.out(layer=2 * n).mean / one.out(layer=n).mean * ROOT2 for n in (10, 50)]
    yield "at 1, twice the depth multiplies out by 1/√2: off by", off_one(doublings), 0, 0.03
    yield "at 1, out·√(2·layer) at layer 100", one.out(layer=100).mean * math.sqrt(200), 0.97, 1.03
    changes = [abs(t.out(layer=100).mean / t.out(layer=10).mean - 1) for t in (one, five)]
    yield "change of out from layer 10 to 100 at 1 (1 − 1/√10 = 0.684)", changes[0], 0.664, 0.704
    yield "change of out from layer 10 to 100 at 5/3", changes[1], 0, 0.01
    grown = [math.log10(t.grad(layer=100).mean / t.grad(layer=1).mean) for t in (one, five)]
    yield "decades of the gradient at 5/3 by those at 1", grown[1] / abs(grown[0]), 2, INFINITY
    yield "gradient at 1 from layer 1 to 100, in decades", grown[0], -1.3, -0.8


@claim(10)
def about_root2(e):
    rows = e["relu-gains"]

    def rates(name, gain, depth=100):
        """What the gain, in place of √2, multiplies a layer's figure by, for each seed."""
        pairs = zip(rows.values(name, gain=gain, layer=depth), rows.values(name, gain=ROOT2, layer=depth), strict=True)
        return [(a / b) ** (1 / depth) for a, b in pairs]

    gains = [gain for gain in rows.distinct("gain") if gain != ROOT2]
    identity = [rate * ROOT2 / gain for gain in gains for name in ("out", "grad") for rate in rates(name, gain)]
    yield "growth by gain/√2 a layer in every run (an identity): off by", off_one(identity), 0, 1e-5
    reach = {gain: [abs(math.log10(rates("out", gain, depth)[0])) * depth for depth in (10, 100)] for gain in gains}
    yield "decades from √2's out after 10 layers, gains 1.3 to 1.5", [x[0] for x in reach.values()], 0, 1
    yield "decades from √2's out after 100 layers at 1.4 and 1.43", [reach[g][1] for g in (1.4, 1.43)], 0, 1
    yield "decades from √2's out after 100 layers at 1.3 and 1.5", [reach[g][1] for g in (1.3, 1.5)], 1, INFINITY
    root, expected = rows.out(gain=ROOT2, layer=100), shared_scatter(100, 500) / 2
    scatter, error = (x / 2 for x in log_deviation(rows, gain=ROOT2, layer=100))
    # E[q] is kept, so that the mean of log q lies half its variance lower.
    logs = [math.log(x / root.theory) + expected**2 for x in root.values]
    distance = statistics.fmean(logs) / (expected / math.sqrt(len(logs)))
    yield "at √2 the mean of log out against finite width, in standard errors", distance, -3, 3
    yield "and its deviation", (scatter - expected) / error, -3, 3
