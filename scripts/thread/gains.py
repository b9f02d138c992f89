"""Claim 20: why 5/3, and which gain to use. Its answer is a page of its own."""

import math
from typing import NamedTuple

from .answer import Verdict, claim
from .spread import distinct, figure, growth, percent, rounded, select, spread

DEPTHS = [10, 32, 100]
NAMES = ["pytorch", "unit", "neutral"]
SIGN = {"vanishing": "↓", "stable": "=", "exploding": "↑"}
STABLE = 10
"""A figure is stable while it stays within this factor between the first layer and the last."""
ALIKE = 0.9
"""Similarity from which the rows of a batch count as alike."""

LIST = "$(initprobe list | awk '/^ACTIVATIONS/ { on = 1; next } /^$/ { exit } on { print $1 }')"
TABLE_OF_GAINS = (
    f"for depth in {' '.join(map(str, DEPTHS))}; do for f in {LIST}; do"
    " initprobe gain $f --depth $depth --format csv; done; done | awk 'NR == 1 || !/^activation,/'"
)


@claim(20, "Why 5/3?", "Can anyone tell me why `calculate_gain('tanh')` returns 5/3?")
def why(answer):
    answer.say(THEORY)
    answer.show("initprobe predict tanh 5/3 --layers 10,32,100", "initprobe gain tanh --depth 32")
    tanh = answer.rows(
        "tanh-named", "tanh --gain pytorch,unit,neutral,1 --layers 1,10,32,100 --trials 5 --theory"
    )
    five_thirds(answer, tanh)
    answer.say(LEGEND)
    gains = answer.csv("gains", TABLE_OF_GAINS)
    measured = measure(answer, gains)
    for depth in DEPTHS:
        answer.say(f"### {depth} layers")
        table(answer, select(gains, depth=depth), measured)
    answer.say("### The same, measured")
    compare(answer, gains, measured)


def five_thirds(answer, rows):
    gains = distinct(rows, "gain")
    pytorch, unit, neutral, one = gains
    cells = []
    for gain, name in zip(gains, ["PyTorch's", "unit", "neutral at 100", "edge of chaos"], strict=True):
        here = select(rows, gain=gain)
        cells.append([f"{figure(gain)}, {name}"])
        for attribute in ("out", "grad"):
            for depth in DEPTHS:
                s = spread(here, attribute, layer=depth)
                cells[-1].append(f"{s} ({figure(s.theory)})")
    header = [f"{what} at {depth}" for what in ("out", "grad") for depth in DEPTHS]
    answer.say("tanh, measured with 5 seeds, and in parentheses what the theory predicts:")
    answer.table(["gain", *header], cells)

    answer.say(
        "Nothing singles out 5/3 itself. The gain that keeps the variance of the pre-activations at 1 is "
        f"1/√E[tanh²(z)] = {figure(unit)}, z ~ N(0, 1); 5/3 lies {percent(pytorch / unit - 1)} above it, and so its "
        "fixed point lies a little higher, too. The gradient asks for less than either."
    )

    outs = [spread(rows, "out", gain=pytorch, layer=depth) for depth in DEPTHS]
    apart = max(s.mean for s in outs) / min(s.mean for s in outs) - 1
    steps = growth(rows, 1, 100, gain=pytorch)
    total = {depth: growth(rows, 1, depth, gain=pytorch).mean ** (depth - 1) for depth in DEPTHS}
    kept = growth(rows, 1, 100, gain=neutral).mean ** 99
    faded = spread(rows, "out", gain=one, layer=100).mean / spread(rows, "out", gain=one, layer=1).mean
    answer.check(
        f"with 5/3, out differs by {percent(apart)} between layers 10, 32 and 100 (less than 1 %)", apart < 0.01
    )
    answer.check(
        f"with 5/3, a layer multiplies the gradient by {steps}, predicted {figure(steps.theory)} (within 1 %)",
        abs(steps.mean / steps.theory - 1) < 0.01,
    )
    answer.check(
        f"with 5/3, the gradient is stable over 10 layers (×{figure(total[10])}), and not over 32 "
        f"(×{figure(total[32])}) and 100 (×{figure(total[100])})",
        total[10] < STABLE < total[32] < total[100],
    )
    answer.check(
        f"with the neutral gain {figure(neutral)}, the gradient of layer 100 is {figure(kept)} times that of "
        "layer 1 (within a factor of 2)",
        0.5 < kept < 2,
    )
    answer.check(f"with 1, out falls to {figure(faded)} of its first value (below 1/5)", faded < 0.2)
    low, high = outs[-1].low, outs[-1].high
    answer.verdict(
        Verdict.ANSWERED,
        f"5/3 keeps the *signal* of tanh stable: for [inputs of std 0.1 to 10](thread.md#3-tanh-at-53-another-input-scale) "
        f"the output comes to {figure(outs[-1].mean)} within some ten layers and stays there ({figure(low)} to "
        f"{figure(high)} at layer 100). [Every gain above 1](thread.md#7-tanh-stable-above-1-exploding-at-53) has such "
        "a level of its own, reached the more slowly the nearer it is to 1. It does not keep the *gradient*: that grows "
        f"by {percent(steps.mean - 1)} a layer, {total[10]:.1f}-fold over 10 layers, {total[32]:.0f}-fold over 32 "
        f"and some {rounded(total[100])}-fold over 100. So 5/3 is a good gain for some ten layers of tanh. "
        f"Deeper, take the gain that is neutral for the gradient: {figure(neutral)} at 100 layers.",
    )


THEORY = """\
The two are different questions. A layer maps the variance q of its pre-activations to g²·E[tanh²(z)], z ~ N(0, q), and for
every gain g above 1 this map has a fixed point that attracts. The squared gradient is multiplied by χ₁ = g²·E[tanh′²(z)]
there (by the square of the factor that is printed below), and for tanh that is above 1 for each of these gains. Only at the
edge of chaos, g = 1, is it 1, where the fixed point is 0 and the signal fades, slowly. A finite stack needs a compromise:
the neutral gain.

![tanh: output and gradient at each layer, for gains from 0.5 to 2](figures/tanh-width300-batch300-depth100-layers.svg)"""

LEGEND = f"""\
## Which gain to use

For each activation the gain of PyTorch's `calculate_gain`, the unit gain (keeps the variance of the pre-activations at 1)
and the neutral gain (the squared gradient is multiplied by 1 in all between the first layer and the last), as `initprobe
gain` predicts them for a plain stack. Behind a gain: what becomes of the signal, then of the gradient, between the first
layer and the last, and the factor of a layer on the gradient. `=` stays within a factor of {STABLE}, `↓` vanishes, `↑`
explodes. *Use* is the first of the three that keeps both; where it says —, none does, and a plain stack of this depth needs
normalisation, or another activation. Behind a gain to use, `≡` says that the rows of the batch have become nearly alike
(measured similarity of {ALIKE} or more at the last layer): `out` and `grad` are kept, but inputs can hardly be told apart
([claim 16](thread.md#16-explode-or-collapse))."""


def table(answer, gains, measured):
    cells = []
    for activation in distinct(gains, "activation"):
        here = {row.name: row for row in select(gains, activation=activation)}
        best = use(here)
        cells.append([f"`{activation}`", *(effect(here[name]) for name in NAMES),
                      recommendation(here[best], measured) if best else "—"])  # fmt: skip
    answer.table(["", *NAMES, "use"], cells)


def recommendation(row, measured):
    rows = measured[row.name, row.depth]
    similarity = spread(rows, "similarity", activation=row.activation, layer=row.depth).mean
    return f"**{figure(row.gain)}** {row.name}{' ≡' if similarity >= ALIKE else ''}"


def effect(row):
    if row.gain is None:
        return "—"
    return f"{figure(row.gain)} {SIGN[row.signal]}{SIGN[row.gradient]} ×{row.grad_growth:.3f}"


def use(rows):
    """The name of the first gain that keeps signal and gradient."""
    kept = [name for name in NAMES if rows[name].signal == rows[name].gradient == "stable"]
    return kept[0] if kept else None


def measure(answer, gains):
    """Rows for each name and depth, of all activations that have a gain of this name."""
    sweeps, cases = {}, {}
    for name in NAMES:
        for depth in DEPTHS:
            having = [row.activation for row in select(gains, depth=depth, name=name) if row.gain is not None]
            cases[f"gains-{name}-{depth}"] = name, depth
            sweeps[f"gains-{name}-{depth}"] = (
                f"{' '.join(having)} --gain {name} --width 500 --batch 100 --depth {depth} --layers 1,{depth}"
                " --trials 3 --theory"
            )
    return {cases[file]: rows for file, rows in answer.all_rows(sweeps).items()}


def compare(answer, gains, measured):
    """Predicted against measured verdicts."""
    cases = [
        case(gains, select(rows, activation=activation), activation, name, depth)
        for (name, depth), rows in measured.items()
        for activation in distinct(rows, "activation")
    ]
    different = [c for c in cases if c.seen != c.predicted]
    answer.say(
        f"Width 500, 3 seeds: {len(cases) - len(different)} of the {len(cases)} pairs of verdicts above come out the "
        "same. Most others are gains at which the signal rests on an unstable fixed point, or drifts from it: there "
        "finite width decides which way it leaves."
    )
    answer.table(
        ["", "predicted", "measured"],
        [[f"`{c.activation}` {c.name}, {c.depth} layers", *map(", ".join, (c.predicted, c.seen))]
         for c in different],
    )  # fmt: skip
    settled = [c for c in cases if c.predicted[0] == "stable"]
    same = sum(c.seen == c.predicted for c in settled)
    answer.check(
        f"where theory predicts a stable signal, {same} of {len(settled)} pairs of verdicts are measured, too "
        "(at least 95 %)",
        same >= 0.95 * len(settled),
    )
    used = [c for c in cases if c.is_used]
    wrong = [c for c in used if c.seen != ("stable", "stable")]
    answer.check(
        f"of the {len(used)} gains to use, {len(used) - len(wrong)} keep signal and gradient when measured (at least "
        "98 %)" + "".join(f"; {c.activation} {c.name} at {c.depth} does not" for c in wrong),
        len(wrong) <= 0.02 * len(used),
    )


class Case(NamedTuple):
    """A gain, what it is predicted to do to signal and gradient, and what it did."""

    activation: str
    name: str
    depth: int
    predicted: tuple[str, str]
    seen: tuple[str, str]
    is_used: bool


def case(gains, rows, activation, name, depth):
    named = {row.name: row for row in select(gains, activation=activation, depth=depth)}
    predicted = named[name].signal, named[name].gradient
    return Case(activation, name, depth, predicted, outcome(rows, depth), use(named) == name)


def outcome(rows, depth):
    """The verdicts on signal and gradient, from the geometric mean over the seeds."""
    outs = [math.log10(row.out) if row.out and math.isfinite(row.out) else beyond(row.out) for row in rows]
    grads = [row.log10_grad if row.log10_grad is not None else beyond(row.grad) for row in rows]
    layers = [row.layer for row in rows]

    def factor(values):
        pairs = [[v for v, at in zip(values, layers, strict=True) if at == n] for n in (1, depth)]
        return sum(pairs[1]) / len(pairs[1]) - sum(pairs[0]) / len(pairs[0])

    return word(factor(outs)), word(factor(grads))


def beyond(x):
    """The logarithm of what has none: zero, or an overflow."""
    return -1e4 if x == 0 else 1e4


def word(log10):
    if log10 < -math.log10(STABLE):
        return "vanishing"
    return "exploding" if log10 > math.log10(STABLE) else "stable"
