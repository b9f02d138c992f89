"""How weights are drawn, and what the histograms show: claims 18 and 19."""

import math
import re

from .answer import Verdict, claim
from .gradients import furthest, out_growth
from .spread import Spread, distinct, figure, growth, select, spread, standard_errors

# Claim 18

HISTOGRAM = "--width 200 --batch 200 --layers 1,11,91 --histogram --stats"


def histogram_table(answer, rows):
    cells = []
    for gain in distinct(rows, "gain"):
        for layer in (1, 11, 91):
            found = {"gain": gain, "layer": layer}
            out, grad = spread(rows, "out", **found), spread(rows, "grad", **found)
            saturated = spread(rows, "saturated", **found)
            cells.append([f"{gain:.4g}", layer, out, out.theory, saturated, grad, grad.theory])
    answer.table(["gain", "layer", "out", "theory", "saturated", "grad", "theory"], cells)


def explain_gap(answer, rows):
    grad, rate = spread(rows, "grad", gain=20, layer=91), growth(rows, 1, 91, gain=20)
    answer.say(
        f"At 20 theory is {grad.theory / grad.mean:.0f} times too high at layer 91 (×{rate.theory:.3f} a layer, "
        f"measured ×{rate.mean:.3f}): only the few per cent of units with |z| ≲ 1 pass a gradient, so that a width of "
        "200 acts as one far smaller. For large gains χ₁ ≈ 4σ/(3√(2π)) = 0.53σ."
    )


def check_histogram_extremes(answer, rows):
    collapsed = spread(rows, "out", gain=0.5, layer=91)
    shrinks, theory = out_growth(rows, 11, 91, gain=0.5)
    answer.check(
        f"at 0.5 the histogram collapses to a point, out {figure(collapsed.mean)} at layer 91: "
        f"×{shrinks:.4f} a layer, the predicted {theory:.4f} within 1 %",
        abs(shrinks / theory - 1) < 0.01,
    )
    shares = [row.saturated for row in select(rows, gain=20) if row.layer > 0]
    answer.check(
        "at 20 most activations are saturated (|φ′| < 0.01) at every layer of every run: at least "
        f"{min(shares):.3f}",
        min(shares) > 0.5,
    )
    good = [row.saturated for row in rows if row.gain in (1.1, 5 / 3) and row.layer in (11, 91)]
    answer.check(
        f"at 1.1 and 5/3 few are, at layers 11 and 91: at most {max(good):.3f} in any run, below 0.02",
        max(good) < 0.02,
    )
    return collapsed, min(shares), max(good)


def check_histogram_blind(answer, rows, sigmoid):
    early, late = (spread(rows, "out", gain=5 / 3, layer=layer) for layer in (11, 91))
    steady = abs(late.mean / early.mean - 1)
    rate = growth(rows, 11, 91, gain=5 / 3)
    grown = rate.mean**80
    answer.check(
        f"at 5/3 the histogram stays the same from layer 11 to 91 (out {early} and {late}, apart by less "
        f"than 1 %) while the gradient grows {grown:.0f}-fold, more than 1000-fold",
        steady < 0.01 and grown > 1000,
    )
    similarity = float(re.findall(r"similarity: (\S+)", sigmoid)[-1])
    answer.check(
        "sigmoid at 1 has a wide histogram at layer 91 although all its rows are the same: similarity "
        f"{similarity:.4f}",
        similarity > 0.999,
    )
    fastest = growth(rows, 11, 91, gain=20)
    answer.check(
        f"at 20, saturated as it is, the gradient does not vanish: it grows by {fastest} a layer, the most "
        "of all four",
        all(fastest.low > growth(rows, 11, 91, gain=gain).high for gain in (0.5, 1.1, 5 / 3)),
    )
    return grown, similarity, fastest.mean


@claim(
    18,
    "Histograms of the activations",
    "Histograms of the activations, as in the CS231n notes, show whether an initialisation works.",
)
def histograms(answer):
    answer.say(
        "tanh at a gain that is too small, at two that keep the signal, and at one that is too large. Below "
        "each line the activations of that layer; the ends are those of the histogram, so that a collapse "
        "shows in the numbers, not in the shape."
    )
    commands = [f"initprobe tanh {gain} {HISTOGRAM} --no-grad" for gain in ("0.5", "1.1", "5/3", "20")]
    answer.show(*commands)
    rows = answer.rows(
        "tanh-histograms",
        "tanh --gain 0.5,1.1,5/3,20 --width 200 --batch 200 --layers 1,11,91 --trials 10 --theory",
    )
    histogram_table(answer, rows)
    explain_gap(answer, rows)
    answer.say("And sigmoid at 1, whose histogram looks like a signal and is one pattern for all rows:")
    (sigmoid,) = answer.show(f"initprobe sigmoid 1 {HISTOGRAM}")
    collapsed, saturated, good = check_histogram_extremes(answer, rows)
    grown, similarity, fastest = check_histogram_blind(answer, rows, sigmoid)
    answer.verdict(
        Verdict.ONLY_IF,
        "the question is about the size of the forward signal: a collapse (tanh at 0.5, out "
        f"{figure(collapsed.mean)} at layer 91), saturation (at 20, {100 * saturated:.0f} % of the "
        f"activations or more) and a range in which φ works (at 1.1 and 5/3, at most {100 * good:.1f} % "
        "saturated) are all plain to see. What they do not show is the gradient, which grows "
        f"{grown:.0f}-fold at 5/3 under one and the same histogram and does not vanish in saturation "
        f"(×{fastest:.1f} a layer at 20: χ₁ = σ²E[φ′²] grows with σ), nor whether inputs can still be told "
        f"apart: sigmoid at 1 looks alive with a similarity of {similarity:.4f}.",
    )


# Claim 19

SCALING = {
    "untruncated_normal": "variance_scaling:scale=2{mode},distribution=untruncated_normal",
    "truncated_normal": "variance_scaling:scale=2{mode}",
    "uniform": "variance_scaling:scale=2{mode},distribution=uniform",
}
MODES = {"fan_in": "", "fan_out": ",mode=fan_out", "fan_avg": ",mode=fan_avg"}
BOUNDS = {"±sqrt(2/fan)": (0.0447214, 2 / 3), "±sqrt(6/fan)": (0.0774597, 2.0)}
FUNNEL = "--widths 1600,800,400,200,100 --every 1"


def schemes(distribution):
    """As the rows name it, by mode; what is the default is left out."""
    return {mode: SCALING[distribution].format(mode=text) for mode, text in MODES.items()}


def scaling_rows(answer):
    inits = ",".join(scheme for distribution in SCALING for scheme in schemes(distribution).values())
    return answer.rows(
        "variance-scaling",
        f"relu --gain 1 --init {inits} --width 300 --batch 300 --layers 1,25,100 --trials 10 --theory",
    )


def rates_of_out(rows, first, last, **where):
    """By what a layer multiplies out, in each run, and predicted."""
    pairs = zip(select(rows, layer=first, **where), select(rows, layer=last, **where), strict=True)
    steps = last - first
    ratios = [(late.out / early.out, late.predicted_out / early.predicted_out) for early, late in pairs]
    return Spread([ratio ** (1 / steps) for ratio, _ in ratios], ratios[0][1] ** (1 / steps))


def narrow(width):
    """relu's 1 per layer at this width: the mean square stays, its log has a variance of 5/width a layer."""
    return math.exp(-5 / (4 * width))


def check_relu_out(answer, rates):
    off = max(abs(rate.mean - 1) for rate in rates)
    errors = max(standard_errors(Spread(rate.values, narrow(300))) for rate in rates)
    answer.check(
        f"with scale 2 a layer multiplies relu's output by 1 within {off:.4f} from layer 1 to 100, with each "
        f"distribution: the width 300 alone makes it exp(−5/(4·300)) = {narrow(300):.4f} in a typical run, "
        f"and that is at most {errors:.1f} standard errors off, of 3",
        errors < 3,
    )
    return off


def check_relu_grad(answer, rows, rates):
    scheme = schemes("uniform")["fan_in"]
    early, late = (spread(rows, "grad", layer=layer, init=scheme) for layer in (25, 100))
    answer.say(
        "χ₁ is 1, too. That grad grows nevertheless is the all-ones cotangent of `b.sum().backward()`: "
        "every layer leaves a part of it along the layer's own activations, which adds up about as √depth "
        f"(theory: {early.theory:.2f} at layer 25, {late.theory:.2f} at 100), not exponentially."
    )
    errors = max(standard_errors(Spread(rate.values, rate.theory * narrow(300))) for rate in rates)
    answer.check(
        f"and its gradient by the predicted factor times the same {narrow(300):.4f} of the width, at most "
        f"{errors:.1f} standard errors off, of 3",
        errors < 3,
    )
    start, end = growth(rows, 1, 25, init=scheme), growth(rows, 25, 100, init=scheme)
    answer.check(
        f"which is no exponential growth, as the factor falls with depth, in every run: {start} from layer 1 "
        f"to 25, {end} from 25 to 100 (uniform weights)",
        end.high < start.low,
    )


def check_scaling(answer, rows):
    cells, outs, grads, agree = [], [], [], []
    for distribution in SCALING:
        found = schemes(distribution)
        runs = [[row.out for row in rows if row.init == scheme] for scheme in found.values()]
        agree.append(runs[0] == runs[1] == runs[2])
        for mode, scheme in found.items():
            outs.append(rates_of_out(rows, 1, 100, init=scheme))
            grads.append(growth(rows, 1, 100, init=scheme))
            cells.append([f"{distribution}, {mode}", outs[-1], outs[-1].theory, grads[-1], grads[-1].theory])
    answer.table(["scale 2", "out per layer", "theory", "grad per layer", "theory"], cells)
    off = check_relu_out(answer, outs)
    check_relu_grad(answer, rows, grads)
    answer.check("(an identity, which tests the program:) for square layers the three modes are the same, run by run", all(agree))
    return off


def per_layer(text, name):
    """By what a layer multiplies a figure from the first printed line to the last."""
    found = [float(x) for x in re.findall(rf"{name}: (\S+)", text)]
    return (found[-1] / found[0]) ** (1 / (len(found) - 1))


def check_modes(answer):
    """Where layers are not square the modes keep different things."""
    answer.say("Layers that halve tell the modes apart, in theory: `fan_in` keeps the output, and with `fan_out` χ₁ is 1, so "
        "that of the gradient only what the all-ones cotangent adds is left.")
    command = "initprobe predict relu 1 --init variance_scaling:scale=2"
    texts = answer.show(*(f"{command}{mode} {FUNNEL}" for mode in MODES.values()))
    steps, grads = ([per_layer(text, name) for text in texts] for name in ("out", "grad"))
    answer.check(
        f"where the width halves, a layer multiplies out by {steps[0]:.3f} with fan_in, {steps[1]:.3f} with "
        f"fan_out and {steps[2]:.3f} with fan_avg: 1, √2 and √(4/3) within 1e-3",
        all(abs(step - wanted) < 1e-3 for step, wanted in zip(steps, (1, math.sqrt(2), math.sqrt(4 / 3)))),
    )
    answer.check(
        f"and the gradient by {grads[0]:.3f}, {grads[1]:.3f} and {grads[2]:.3f}: fan_out is the nearest to 1",
        min(grads, key=lambda grad: abs(math.log(grad))) == grads[1],
    )


def measured_variance(rows, init):
    """fan · Var[w], from what identity makes of its input at depth 1."""
    pairs = zip(select(rows, init=init, layer=0), select(rows, init=init, layer=1), strict=True)
    return Spread([(after.out / before.out) ** 2 for before, after in pairs])


def check_bounds(answer):
    inits = ",".join(f"uniform:bound={bound}" for bound, _ in BOUNDS.values())
    weights = answer.rows(
        "uniform-variance", f"identity --gain 1 --init {inits} --depth 1 --no-grad --trials 5 --theory"
    )
    rows = answer.rows(
        "uniform-bounds", f"relu --gain 1 --init {inits} --no-grad --layers 1,11,31,61,91 --trials 5 --theory"
    )
    cells, found = [], []
    for name, (bound, n_variance) in BOUNDS.items():
        init = f"uniform:bound={bound}"
        variance, rate = measured_variance(weights, init), rates_of_out(rows, 1, 91, init=init)
        out = spread(rows, "out", layer=91, init=init)
        cells.append([f"{name} = ±{bound}", variance, n_variance, rate, rate.theory, out, out.theory])
        found.append((variance, rate, out))
        answer.check(
            f"{name}: n·Var[w] is {variance}, which is {n_variance:.4f} = bound²·n/3 within 1 %",
            abs(variance.mean / n_variance - 1) < 0.01,
        )
        answer.check(
            f"{name}: a layer multiplies relu's output by {rate}, which is {math.sqrt(n_variance / 2):.4f} = "
            "√(n·Var[w]/2) within 1 %",
            abs(rate.mean / math.sqrt(n_variance / 2) - 1) < 0.01,
        )
    answer.table(
        ["uniform, n = 1000", "n·Var[w], from identity", "bound²·n/3", "relu: out per layer", "theory",
         "out, 91", "theory"],
        cells,
    )  # fmt: skip
    return found


def check_advice(answer):
    rows = answer.rows(
        "glorot-advice",
        "sigmoid tanh --gain 1,4 --init xavier_uniform --width 500 --batch 500 --layers 1,10,32,100 "
        "--trials 3 --theory",
    )
    cells, rates = [], {}
    for activation, gain in (("tanh", 1), ("tanh", 4), ("sigmoid", 1), ("sigmoid", 4)):
        found = {"activation": activation, "gain": gain}
        out, grad = (spread(rows, name, layer=100, **found) for name in ("out", "grad"))
        rates[activation, gain] = growth(rows, 10, 100, **found)
        rate, similarity = rates[activation, gain], spread(rows, "similarity", layer=100, **found)
        cells.append([f"{activation} {gain}", f"{gain**2}", out, out.theory, f"{similarity.mean:.4f}",
                      grad, grad.theory, rate, rate.theory])  # fmt: skip
    answer.table(
        ["", "n·Var[w]", "out, 100", "theory", "similarity", "grad, 100", "theory",
         "grad per layer, 10 to 100", "theory"],
        cells,
    )  # fmt: skip
    mine, others = rates["sigmoid", 4], (rates["sigmoid", 1], rates["tanh", 4])
    answer.check(
        f"each factor is better for its own activation: sigmoid's gradient goes by {mine} a layer at 4 and "
        f"by {others[0]} at 1, tanh's by {rates['tanh', 1]} at 1 and by {others[1]} at 4",
        others[0].high < mine.low and abs(rates["tanh", 1].mean - 1) < abs(others[1].mean - 1),
    )
    kept = abs(rates["tanh", 1].mean - 1)
    answer.check(
        f"tanh at 1 keeps its gradient within 3 % a layer ({100 * kept:.1f} %), and sigmoid at 4 loses more "
        f"than a quarter ({100 * (1 - mine.mean):.0f} %)",
        kept < 0.03 and mine.high < 0.75,
    )
    return mine, spread(rows, "grad", layer=100, activation="sigmoid", gain=4)


@claim(
    19,
    "He et al. 2015: n·Var[w] = 2, uniform bounds, 4 for sigmoid",
    "relu needs n·Var[w] = 2, with n by the fan mode; as uniform bounds one answer gives ±sqrt(2/fan). For "
    "±sqrt(6/(fan_in + fan_out)) one is to use the factor 4 for sigmoid and 1 for tanh.",
)
def he(answer):
    off = check_scaling(answer, scaling_rows(answer))
    check_modes(answer)
    answer.say(
        "A uniform distribution within ±b has the variance b²/3. So ±sqrt(2/fan) has 2/(3·fan), a third of "
        "what was meant, and the bounds are ±sqrt(6/fan):"
    )
    wrong, right = check_bounds(answer)
    answer.say(
        "±sqrt(6/(fan_in + fan_out)) is `xavier_uniform`, with n·Var[w] = 1 for square layers. The factor 4 "
        "makes that 16, since sigmoid(x) = (1 + tanh(x/2))/2 has a quarter of the slope of tanh at 0; "
        "Kumar's 3.6 (claim 14) makes it 12.96."
    )
    sigmoid, grad = check_advice(answer)
    answer.verdict(
        Verdict.ONLY_IF,
        f"2/n is read as the variance. Then relu keeps its output (1 a layer within {off:.4f}), whatever the "
        f"distribution. As uniform bounds ±sqrt(2/fan) make a third of it, n·Var[w] = {wrong[0].mean:.4f}, "
        f"and the output shrinks by ×{wrong[1].mean:.4f} = 1/√3 a layer, to {figure(wrong[2].mean)} at layer "
        f"91; ±sqrt(6/fan) keep it (×{right[1].mean:.4f}). The factors 4 and 1 suit sigmoid and tanh better "
        f"than 1 and 4 would, but at 4 sigmoid still multiplies the gradient by {sigmoid.mean:.3f} a layer, "
        f"to {figure(grad.mean)} at 100.",
    )
