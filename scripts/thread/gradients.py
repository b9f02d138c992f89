"""Which gains keep the output, and what they do to the gradient: claims 6, 7, 8, 9 and 14."""

import math

from .answer import Verdict, claim
from .figures import Plot, Series
from .spread import Spread, distinct, figure, growth, select, spread, standard_errors

SIGMOID = (
    "sigmoid-gains",
    "sigmoid --gain 0.5,1,2,3.6,4,6,8,10.15,12,16 --width 500 --batch 500 --layers 1,2,10,32,100 --trials 5 "
    "--theory",
)
TANH = (
    "tanh-gains",
    "tanh --gain 1,1.05,1.1,1.2,1.5,5/3,2,3 --width 500 --batch 500 --layers 1,10,32,100 --trials 5 --theory",
)
VIRIDIS = ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#e8c51d"]
KUMAR = {"tanh": 1, "sigmoid": 3.6}
DEPTHS = (10, 32, 100)
FINITE_WIDTH = (
    "Where the gradient explodes, its measured factor is a little below the theory's. That is the width, "
    "500: the theory follows the mean square over all draws of the weights, and the mean |grad| of one run "
    "stays behind its root ([claim 15](#15-do-selus-explode-or-is-the-experiment-flawed) has the same at two widths)."
)


def furthest(spreads):
    """The largest distance of the theory from the mean, in deviations of one run."""
    return max(abs(s.distance(s.theory)) for s in spreads)


def out_growth(rows, first, last, **where):
    """By what a layer multiplies out between two layers: mean over the seeds, and predicted."""
    early, late = (spread(rows, "out", layer=layer, **where) for layer in (first, last))
    steps = last - first
    return (late.mean / early.mean) ** (1 / steps), (late.theory / early.theory) ** (1 / steps)


def layers_for(factor, rate):
    """How many layers multiply the gradient by `factor`."""
    return math.log(factor) / math.log(rate)


def gain_table(answer, rows, layers, first, last):
    """For each gain out and gradient, and what a layer does to the gradient between two layers."""
    cells = []
    for gain in distinct(rows, "gain"):
        out, rate = spread(rows, "out", layer=last, gain=gain), growth(rows, first, last, gain=gain)
        grads = [spread(rows, "grad", layer=layer, gain=gain) for layer in layers]
        cells.append([f"{gain:.4g}", out, out.theory,
                      *(x for grad in grads for x in (grad, grad.theory)), rate, rate.theory])  # fmt: skip
    headings = [x for layer in layers for x in (f"grad, {layer}", "theory")]
    answer.table(
        ["gain", f"out, {last}", "theory", *headings, f"grad per layer, {first} to {last}", "theory"], cells
    )


def grad_plot(rows, title, note):
    """The gradient at each reported layer, for each gain: measured points, predicted lines."""
    series = []
    layers = [layer for layer in distinct(rows, "layer") if layer > 0]
    for number, gain in enumerate(distinct(rows, "gain")):
        found = [(layer, spread(rows, "grad", layer=layer, gain=gain)) for layer in layers]
        colour = VIRIDIS[number % len(VIRIDIS)]
        series.append(Series(f"{gain:.4g}", [(layer, s.theory) for layer, s in found], "lines", colour))
        series.append(Series("", [(layer, s.mean) for layer, s in found], "points", colour))
    return Plot(title, f"layer ({note})", "grad", series, log_y=True, settings=['set key title "gain"'])


# Claim 6


def gain_column(text, name):
    """The value of a gain in what `initprobe gain` prints."""
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(name))


def least_gains(rows, part):
    """For each depth the least measured gain whose gradient is still this part of the one at layer 1."""
    least = {}
    for depth in DEPTHS:
        kept = [
            gain
            for gain in distinct(rows, "gain")
            if spread(rows, "grad", layer=depth, gain=gain).mean
            > part * spread(rows, "grad", layer=1, gain=gain).mean
        ]
        least[depth] = min(kept, default=math.inf)
    return least


def around(gains, edge):
    """The gains clearly below and clearly above the edge of chaos."""
    return [gain for gain in gains if gain < edge - 1], [gain for gain in gains if gain > edge + 1]


def check_sigmoid_signal(answer, rows, edge):
    gains = distinct(rows, "gain")
    outs = [spread(rows, "out", layer=layer, gain=gain) for layer in (32, 100) for gain in gains]
    answer.check(
        f"at layers 32 and 100 out is at the predicted fixed point for every gain from {gains[0]:g} to "
        f"{gains[-1]:g}: the furthest is {furthest(outs):.1f} deviations of one run from it, of at most 3",
        furthest(outs) < 3,
    )
    similar = {gain: spread(rows, "similarity", layer=100, gain=gain).mean for gain in gains}
    below, above = around(gains, edge)
    least, most = min(similar[gain] for gain in below), max(similar[gain] for gain in above)
    answer.check(
        f"at layer 100 all inputs give the same output for gains up to {below[-1]:g} (similarity at least "
        f"{least:.4f}, which is 1 within 1e-3), and not from {above[0]:g} on (at most {most:.4f})",
        least > 0.999 and most < 0.999,
    )
    return least


def check_sigmoid_gradient(answer, rows, edge):
    gains = distinct(rows, "gain")
    rates = {gain: growth(rows, 10, 100, gain=gain) for gain in gains}
    below, above = around(gains, edge)
    listed = [f"×{rates[gain].mean:.4f} at {gain:g}" for gain in (below[0], below[-1], above[0], above[-1])]
    answer.check(
        f"in every run a layer shrinks the gradient at gains below the edge {edge:.2f} ({listed[0]}, "
        f"{listed[1]}), and enlarges it above ({listed[2]}, {listed[3]})",
        all(rates[gain].high < 1 for gain in below) and all(rates[gain].low > 1 for gain in above),
    )
    off = max(abs(rate.mean / rate.theory - 1) for rate in rates.values())
    answer.check(
        f"the factor per layer is the predicted one within 1 % at every gain: {100 * off:.2f} % off at most",
        off < 0.01,
    )
    return rates


@claim(
    6,
    "sigmoid: stable at any gain, vanishing gradients",
    "With sigmoid the output is stable for any gain above 0, but the gradients vanish fast, and a deeper "
    "stack needs a higher gain.",
)
def sigmoid(answer):
    rows = answer.rows(*SIGMOID)
    gain_table(answer, rows, (1, *DEPTHS), 10, 100)
    texts = answer.show(*(f"initprobe gain sigmoid --depth {depth}" for depth in DEPTHS))
    edge = gain_column(texts[-1], "edge")
    neutral = [gain_column(text, "neutral") for text in texts]
    similarity = check_sigmoid_signal(answer, rows, edge)
    rates = check_sigmoid_gradient(answer, rows, edge)
    least = least_gains(rows, 0.01)
    needed = ", ".join(f"{gain:g} at depth {depth}" for depth, gain in least.items())
    answer.check(
        f"the least of these gains that keeps a hundredth of the gradient rises with the depth: {needed}",
        list(least.values()) == sorted(set(least.values())),
    )
    answer.check(
        f"the neutral gain does not rise with the depth: {neutral[0]:.2f}, {neutral[1]:.2f} and "
        f"{neutral[2]:.2f} at depth 10, 32 and 100, which is the edge of chaos ({edge:.2f}) within 1 % from "
        "the first",
        neutral == sorted(neutral, reverse=True) and neutral[0] < 1.01 * edge,
    )
    answer.say(
        "Below the edge this `out` is not signal. Every row of the batch ends in the same pattern over the "
        f"units (similarity {similarity:.4f}), so `out` is how units differ, not how inputs do; the non-zero "
        "mean of sigmoid adds the same part to every row, and χ₁ below 1 removes what differs."
    )
    answer.say(FINITE_WIDTH)
    answer.verdict(
        Verdict.ONLY_IF,
        f"the gain is below {edge:.2f}, the edge of chaos: there out is stable at any gain and the gradient "
        f"vanishes, by ×{rates[1].mean:.2f} a layer at 1 and ×{rates[8].mean:.2f} at 8; above it out is as "
        f"stable and the gradient explodes (×{rates[12].mean:.2f} at 12). A deeper stack needs a higher gain "
        f"(of those measured, the least that keeps 1/100 is {needed}), but never one much above {edge:.2f}. And "
        "what is stable below it is one pattern for all inputs.",
    )


# Claim 7


def check_tanh_fixed_points(answer, rows):
    above = [gain for gain in distinct(rows, "gain") if gain > 1]
    outs = {gain: spread(rows, "out", layer=100, gain=gain) for gain in above}
    answer.check(
        f"for each gain from {above[0]:g} to {above[-1]:g} out at layer 100 is at the predicted fixed point: "
        f"the furthest is {furthest(outs.values()):.1f} deviations of one run from it, of at most 3",
        furthest(outs.values()) < 3,
    )
    kept = [outs[gain].mean / spread(rows, "out", layer=32, gain=gain).mean for gain in above]
    lost = spread(rows, "out", layer=100, gain=1).mean / spread(rows, "out", layer=32, gain=1).mean
    answer.check(
        f"from layer 32 to 100 these gains keep out within 10 % (×{min(kept):.3f} to ×{max(kept):.3f}), and "
        f"the gain 1, which has no fixed point but 0, does not (×{lost:.3f}, as 1/√layer gives "
        f"×{math.sqrt(32 / 100):.3f})",
        min(kept) > 0.9 and max(kept) < 1.1 and abs(lost / math.sqrt(32 / 100) - 1) < 0.1,
    )
    return outs


def first_above(rows, value):
    """The first reported layer whose gradient is above `value` on average, and the one before."""
    layers = [layer for layer in distinct(rows, "layer") if layer > 0]
    grads = {layer: spread(rows, "grad", layer=layer).mean for layer in layers}
    number = next((n for n, layer in enumerate(layers) if grads[layer] > value), len(layers) - 1)
    return layers[number], layers[number - 1]


def five_thirds_by_layer(answer, rows):
    steps = [(1, 2), (2, 3), (3, 5), (5, 8), (8, 12), (12, 21), (21, 31), (31, 61), (61, 91)]
    rates = {pair: growth(rows, *pair) for pair in steps}
    answer.table(
        ["5/3: layers", "grad at the last", "theory", "grad per layer", "theory"],
        [
            [f"{first} to {last}", grad, grad.theory, rate, rate.theory]
            for (first, last), rate in rates.items()
            for grad in [spread(rows, "grad", layer=last)]
        ],
    )
    return rates


def check_onset(answer, rows):
    """No layer is where the explosion begins: the factor is at its limit long before 10."""
    early, late = growth(rows, 5, 10), growth(rows, 31, 91)
    start = growth(rows, 1, 2)
    answer.check(
        f"a layer multiplies the gradient by {early} from layer 5 to 10 and by {late} from 31 to 91 (theory "
        f"{late.theory:.4f}): the same within 1 %, so nothing begins at layer 10",
        abs(early.mean / late.mean - 1) < 0.01 and abs(late.mean / late.theory - 1) < 0.01,
    )
    answer.check(
        f"only the first layers grow less, in every run: {start} from layer 1 to 2, {start.high:.4f} at most",
        start.high < late.low,
    )
    ones, tens = first_above(rows, 1), first_above(rows, 10)
    ratio = spread(rows, "grad", layer=10).mean / spread(rows, "grad", layer=1).mean
    answer.check(
        f"at layer 10 the gradient is {ratio:.2f} times that at layer 1, less than the 10-fold that would be "
        f"called an explosion: it passes 1 at layer {ones[0]:.0f}, before layer 10, and 10 after it, between "
        f"the layers {tens[1]:.0f} and {tens[0]:.0f}",
        1 < ratio < 10 and ones[0] < 10 < tens[0],
    )
    return late, ratio, ones[0], tens


@claim(
    7,
    "tanh: stable above 1, exploding at 5/3",
    "With tanh the output is stable for any gain above 1; at 5/3 the gradients explode after about 10 "
    "layers.",
)
def tanh(answer):
    rows = answer.rows(*TANH)
    gain_table(answer, rows, (1, 10, 100), 32, 100)
    layers = answer.rows("tanh-layers", "tanh --gain 5/3 --layers 1-12,21,31,61,91 --trials 5 --theory")
    five_thirds_by_layer(answer, layers)
    answer.plot(
        "tanh-gains",
        "tanh: the gradient grows exponentially, faster at higher gains; at gains near 1 it shrinks first",
        grad_plot(rows, "tanh, width 500: grad for gains from 1 to 3", "points: 5 seeds, lines: theory"),
    )
    outs = check_tanh_fixed_points(answer, rows)
    late, ratio, one, tens = check_onset(answer, layers)
    answer.verdict(
        Verdict.ONLY_IF,
        "“After about 10 layers” means where one begins to see it. The output is stable for every gain from "
        f"{min(outs):g} to {max(outs):g}. At 5/3 a layer multiplies the gradient by {late.mean:.4f}, and "
        f"does so from layer 5 on: it passes 1 at layer {one:.0f}, is {ratio:.1f} times its first value at "
        f"layer 10, and passes 10 between {tens[1]:.0f} and {tens[0]:.0f}.",
    )


# Claim 8

THREAD_OUT = 0.30


@claim(
    8,
    "tanh at 1.1",
    "With tanh and the gain 1.1 the output stays at about 0.30 and the gradients grow slowly.",
)
def tanh_eleven_tenths(answer):
    rows = answer.rows("tanh-11", "tanh --gain 1.1 --layers 1,11,21,31,61,91 --trials 8 --theory")
    layers = [layer for layer in distinct(rows, "layer") if layer > 0]
    outs = {layer: spread(rows, "out", layer=layer) for layer in layers}
    grads = {layer: spread(rows, "grad", layer=layer) for layer in layers}
    answer.table(
        ["layer", "out", "theory", "grad", "theory"],
        [[f"{n:.0f}", outs[n], outs[n].theory, grads[n], grads[n].theory] for n in layers],
    )
    late = [outs[n] for n in layers if n >= 21]
    means = [s.mean for s in late]
    answer.check(
        f"from layer 21 on out is 0.30 within 0.01, one unit of its last digit: {min(means):.4f} to "
        f"{max(means):.4f}",
        all(abs(mean - THREAD_OUT) < 0.01 for mean in means),
    )
    answer.check(
        f"and the predicted one within 3 deviations of one run: {furthest(late):.1f} at most",
        furthest(late) < 3
    )
    rate = growth(rows, 21, 91)
    error = rate.deviation / math.sqrt(len(rate.values))
    answer.check(
        f"from layer 21 to 91 a layer multiplies the gradient by {rate} (theory {rate.theory:.4f}): more "
        f"than 1 by {(rate.mean - 1) / error:.1f} standard errors, of at least 3",
        rate.mean - 1 > 3 * error,
    )
    answer.check(
        f"slowly: it takes some {round(layers_for(2, rate.mean), -1):.0f} layers to double, more than the stack has "
        "(100)",
        layers_for(2, rate.mean) > 100,
    )
    answer.check(
        f"before that it shrinks, in every run: from {grads[1]} at layer 1 to {grads[11]} at layer 11",
        grads[11].high < grads[1].low,
    )
    answer.verdict(
        Verdict.HOLDS,
        f"From layer 21 on out is {min(means):.3f} to {max(means):.3f}, and a layer multiplies the gradient "
        f"by {rate.mean:.4f}, which doubles it in some {round(layers_for(2, rate.mean), -1):.0f} layers. Before that the "
        f"gradient shrinks, from {grads[1].mean:.2f} at layer 1 to {grads[11].mean:.2f} at layer 11; at 91 "
        f"it is {grads[91].mean:.2f}.",
    )


# Claim 9


def exponent(rows, name, first, last, **where):
    """x where the figure goes as layer^x between two layers: measured and predicted."""
    early, late = (spread(rows, name, layer=layer, **where) for layer in (first, last))
    scale = math.log(last / first)
    return math.log(late.mean / early.mean) / scale, math.log(late.theory / early.theory) / scale


def check_softsign_slow(answer, rows):
    (out, out_theory), (grad, grad_theory) = (
        exponent(rows, name, 31, 91, gain=1) for name in ("out", "grad")
    )
    answer.check(
        "at the gain 1 both fall as a power of the layer, not exponentially: from 31 to 91 out as "
        f"layer^{out:.2f} (theory {out_theory:.2f}) and grad as layer^{grad:.2f} ({grad_theory:.2f}), both "
        "within 0.1 of 1/layer",
        abs(out + 1) < 0.1 and abs(grad + 1) < 0.1,
    )
    return out, grad


def check_softsign_gains(answer, rows):
    gains = distinct(rows, "gain")
    outs = [spread(rows, "out", layer=91, gain=gain) for gain in gains]
    grads = [spread(rows, "grad", layer=91, gain=gain) for gain in gains]
    rising = all(a.high < b.low for figures in (outs, grads) for a, b in zip(figures, figures[1:]))
    answer.check(
        f"each higher gain leaves more of both at layer 91, in every run: out from {figure(outs[0].mean)} to "
        f"{figure(outs[-1].mean)}, grad from {figure(grads[0].mean)} to {figure(grads[-1].mean)}",
        rising,
    )
    answer.check(
        f"above 1 out is at the predicted fixed point at layer 91: the furthest is {furthest(outs[1:]):.1f} "
        "deviations of one run from it, of at most 3",
        furthest(outs[1:]) < 3,
    )


def check_softsign_rates(answer, rows):
    pairs = [(1, 11), (11, 31), (31, 91)]
    gains = [gain for gain in distinct(rows, "gain") if gain >= 1.5]
    rates = {gain: [growth(rows, *pair, gain=gain) for pair in pairs] for gain in gains}
    listed = "; ".join(
        f"{gain:g}: {', '.join(f'{rate.mean:.4f} ({rate.theory:.4f})' for rate in found)}"
        for gain, found in rates.items()
    )
    answer.say(
        "What a layer does to the gradient between the layers 1 and 11, 11 and 31, 31 and 91, with the "
        f"theory behind it, for the gain {listed}."
    )
    early = all(found[0].mean < found[2].mean for found in rates.values())
    later = max(abs(found[1].mean / found[2].mean - 1) for found in rates.values())
    answer.check(
        "the rate rises with depth at first: for each of these gains it is lower from layer 1 to 11", early
    )
    answer.check(
        "and no longer does after layer 11: from 11 to 31 it is that from 31 to 91 within 1 % "
        f"({100 * later:.2f} % off at most)",
        later < 0.01,
    )
    explode = [found[2] for found in rates.values()]
    answer.check(
        f"gains from {gains[0]:g} on explode, each faster than the one before: ×{explode[0].mean:.4f} to "
        f"×{explode[-1].mean:.4f} a layer",
        explode[0].low > 1 and all(a.high < b.low for a, b in zip(explode, explode[1:])),
    )
    return {gain: found[2] for gain, found in rates.items()}


@claim(
    9,
    "softsign from 1 to 2.5",
    "With softsign and the gain 1 output and gradients vanish slowly, a gain above 1 reduces that, and "
    "higher ones make the gradients explode, faster with depth.",
)
def softsign(answer):
    rows = answer.rows(
        "softsign-gains",
        "softsign --gain 1,1.1,1.25,1.5,2,2.5 --width 500 --batch 500 --layers 1,2,11,31,91 --trials 5 "
        "--theory",
    )
    gain_table(answer, rows, (1, 11, 31, 91), 31, 91)
    out, grad = check_softsign_slow(answer, rows)
    check_softsign_gains(answer, rows)
    rates = check_softsign_rates(answer, rows)
    first, last = min(rates), max(rates)
    answer.say(FINITE_WIDTH)
    answer.say(
        "The kink of φ′ at 0 is why: softsign is x − x|x| + … there, so at the gain 1, where σφ′(0) = 1, a "
        "layer takes a part of out that is proportional to out, which makes out ≈ √(π/8)/layer, and with χ₁ ≈ "
        "1 − 2/layer grad falls as 1/layer, too. tanh is x − x³/3 + …: out falls as 1/√layer, and with χ₁ ≈ "
        "1 − 1/layer so does grad."
    )
    answer.verdict(
        Verdict.ONLY_IF,
        "“Faster with depth” is meant of the gradient, not of its rate: after layer 11 a layer multiplies "
        f"it by the same factor, ×{rates[first].mean:.3f} at {first:g} and ×{rates[last].mean:.3f} at "
        f"{last:g}. The rest holds: at 1 both vanish slowly, out as layer^{out:.2f} and the gradient as "
        f"layer^{grad:.2f}, and every higher gain leaves more of both.",
    )


# Claim 14


def kumar_table(answer, rows):
    cells = []
    for activation, gain in KUMAR.items():
        for depth in DEPTHS:
            found = {"layer": depth, "gain": gain}
            out, grad = spread(rows[activation], "out", **found), spread(rows[activation], "grad", **found)
            similarity = spread(rows[activation], "similarity", **found)
            cells.append([f"{activation} {gain:g}", depth, out, out.theory, grad, grad.theory,
                          f"{similarity.mean:.4f}"])  # fmt: skip
    answer.table(["", "depth", "out", "theory", "grad", "theory", "similarity"], cells)


def exponents(rows, name, first, last):
    """x where the figure goes as layer^x, in each run, and predicted."""
    pairs = zip(select(rows, layer=first), select(rows, layer=last), strict=True)
    values = [math.log(getattr(late, name) / getattr(early, name)) for early, late in pairs]
    return Spread([x / math.log(last / first) for x in values], exponent(rows, name, first, last)[1])


def check_kumar_tanh(answer, rows):
    for name in ("out", "grad"):
        powers = exponents(rows, name, 10, 100)
        errors = standard_errors(powers)
        answer.check(
            f"from layer 10 to 100 tanh at 1 loses {name} as layer^x with x = {powers} (theory "
            f"{powers.theory:.2f}): near −1/2 (within 0.1), and {errors:.1f} standard errors from the "
            "theory, of at most 3",
            abs(powers.mean + 0.5) < 0.1 and errors < 3,
        )
    return [spread(rows, name, layer=100).mean for name in ("out", "grad")]


def check_kumar_sigmoid(answer, rows):
    found = {"gain": KUMAR["sigmoid"]}
    outs = [spread(rows, "out", layer=depth, **found) for depth in DEPTHS]
    rate = growth(rows, 10, 100, **found)
    answer.check(
        f"sigmoid at 3.6 keeps its output at {outs[0]}, {outs[1]} and {outs[2]} at depth 10, 32 and 100: the "
        f"predicted {outs[2].theory:.4f} within 3 deviations of one run ({furthest(outs):.1f} at most)",
        furthest(outs) < 3,
    )
    similarity = spread(rows, "similarity", layer=32, **found)
    answer.check(
        "but it is the same output for all inputs: at depth 32 the lowest similarity is "
        f"{similarity.low:.4f}, above 0.999",
        similarity.low > 0.999,
    )
    linear = KUMAR["sigmoid"] / 4
    answer.check(
        f"and a layer multiplies its gradient by {rate} (theory {rate.theory:.4f}), not by the {linear:.1f} "
        "= 3.6 φ′(0) of the linear φ that the gain was derived for",
        rate.high < linear and abs(rate.mean / rate.theory - 1) < 0.01,
    )
    return rate, [spread(rows, "grad", layer=layer, **found).mean for layer in (10, 100)]


def preactivation_std(rows, gain, layer):
    """√q of the layer after this one, from the mean square of its input."""
    out, mean = (spread(rows, name, gain=gain, layer=layer).mean for name in ("out", "out_mean"))
    return gain * math.hypot(out, mean)


@claim(
    14,
    "Kumar 2017: 1 for tanh, 3.6 for sigmoid",
    "“On weight initialization in deep neural networks” (Kumar 2017) gives the gains 1 for tanh and 3.6 for "
    "sigmoid.",
)
def kumar(answer):
    rows = {
        "tanh": answer.rows(
            "tanh-1", "tanh --gain 1 --width 500 --batch 500 --layers 1,10,32,100 --trials 20 --theory"
        ),
        "sigmoid": answer.rows(*SIGMOID),
    }
    kumar_table(answer, rows)
    out, tanh_grad = check_kumar_tanh(answer, rows["tanh"])
    rate, (early, late) = check_kumar_sigmoid(answer, rows["sigmoid"])
    z = preactivation_std(rows["sigmoid"], KUMAR["sigmoid"], 100)
    answer.check(
        f"the pre-activations of sigmoid have the standard deviation {z:.2f}, beyond 1, where φ is far from "
        "linear", z > 1
    )
    gain = 1 / (0.25 * math.sqrt(1 + 0.25))
    answer.say(
        "The paper replaces φ by φ(0) + φ′(0) x and asks that the activations keep the variance 1: σ² = "
        f"1/(φ′(0)² (1 + φ(0)²)), which is 1 for tanh and σ = {gain:.3f} for sigmoid. The activations of "
        "sigmoid, between 0 and 1, cannot have the variance 1."
    )
    answer.verdict(
        Verdict.ONLY_IF,
        "the activation is tanh, if to hold is to keep signal and gradient usable; both gains are the paper's. "
        "tanh at 1 is on the edge of chaos: output and gradient fall as 1/√depth, "
        f"to {out:.3f} and {tanh_grad:.3f} at 100. sigmoid at 3.6 keeps its output, the same one for all "
        f"inputs, and multiplies the gradient by {rate.mean:.3f} a layer: {figure(early)} at depth 10 and "
        f"{figure(late)} at 100.",
    )
