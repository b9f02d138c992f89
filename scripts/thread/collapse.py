"""Explosion and collapse: claim 16."""

import math
import re
import statistics
from dataclasses import dataclass

from .answer import Verdict, claim
from .figures import COLOURS, Plot, Series
from .spread import Spread, power, select

ACTIVATIONS = (
    "identity relu relu6 hardtanh leaky_relu elu selu rrelu gelu sigmoid tanh hardshrink softshrink "
    "softsign softplus hardsigmoid hardswish silu mish sin cos erf abs atan"
)
DEPTH, DEEP = 50, 400
STACK = "--width 300 --batch 300 --depth {depth} --layers 1,{depth} --trials 3 --theory"
TENFOLD = 1
"""log10 of the growth that counts as an explosion."""
ALIKE = 0.9
"""Similarity from which the batch counts as collapsed."""
DEEPER = (
    "identity:unit elu:unit selu:unit hardtanh:neutral elu:neutral selu:neutral tanh:neutral "
    "softsign:neutral gelu:neutral silu:neutral mish:neutral hardswish:neutral sin:neutral erf:neutral "
    "atan:neutral hardshrink:unit hardshrink:neutral"
)
"""What does neither at depth 50, or barely explodes; but for softshrink, which overflows before depth 400."""
LINEAR = {"identity", "softshrink", "hardshrink"}
"""Linear everywhere, or for large signals with an unstable fixed point."""


@dataclass(frozen=True)
class Stack:
    """One activation at one gain: growth of the gradient, alone and relative to the signal's, in log10."""

    activation: str
    gain: float
    depth: int
    raw: Spread
    relative: Spread
    predicted: float
    similarity: Spread

    @property
    def explodes(self):
        return self.relative.mean >= TENFOLD

    @property
    def collapses(self):
        return self.similarity.mean >= ALIKE

    @property
    def kind(self):
        return {(1, 0): "explodes", (0, 1): "collapses", (1, 1): "both"}.get(
            (self.explodes, self.collapses), "neither"
        )

    @property
    def signal(self):
        return self.raw.mean - self.relative.mean

    @property
    def per_layer(self):
        return 10 ** (self.relative.mean / (self.depth - 1))


def stacks(rows):
    """A stack for each activation and gain in the rows, in their order."""
    names = dict.fromkeys((row.activation, row.gain) for row in rows)
    return [stack(select(rows, activation=activation, gain=gain)) for activation, gain in names]


def stack(rows):
    depth = rows[0].depth
    first, last = select(rows, layer=1), select(rows, layer=depth)
    raw = [b.log10_grad - a.log10_grad for a, b in zip(first, last, strict=True)]
    signal = [log_size(b) - log_size(a) for a, b in zip(first, last, strict=True)]
    return Stack(
        rows[0].activation, rows[0].gain, int(depth),
        Spread(raw), Spread([x - y for x, y in zip(raw, signal)]),
        last[0].log10_predicted_grad - first[0].log10_predicted_grad,
        Spread([row.similarity for row in last]),
    )  # fmt: skip


def log_size(row):
    """log10 of the root mean square of a layer's activations, of which `out` is the part without the mean."""
    return math.log10(row.out_mean**2 + row.out**2) / 2


def names(found):
    return ", ".join(dict.fromkeys(stack.activation for stack in found))


def measured(answer):
    """Rows of depth 50, by stack and name of the gain."""
    stack_50 = STACK.format(depth=DEPTH)
    sweep = f"{ACTIVATIONS} --gain {{gain}} {stack_50}"
    answer.say("Plain stacks, at both gains, and orthogonal matrices at the unit gain:")
    found = {
        "unit": stacks(answer.rows("collapse-unit", sweep.format(gain="unit"))),
        "neutral": stacks(answer.rows("collapse-neutral", sweep.format(gain="neutral"))),
        "orthogonal": stacks(
            answer.rows("collapse-orthogonal", sweep.format(gain="unit") + " --init orthogonal")
        ),
    }
    answer.say(
        "The residual stack h + 0.5·φ(W h) with the same matrices. It has no unit gain of its own, so the "
        "number is the plain stack's:"
    )
    command = loop(skip_list(), "--skip 0.5", DEPTH)
    found["skip"] = stacks(answer.csv("collapse-skip", command))
    return found


def skip_list():
    return " ".join(f"{name}:unit" for name in ACTIVATIONS.split())


def loop(pairs, options, depth):
    """Runs over pairs activation:gain, whose gain is the plain stack's at depth 50."""
    lines, line = [], ""
    for pair in pairs.split():
        if len(line) + len(pair) > 90:
            lines, line = [*lines, line], ""
        line += pair + " "
    words = " \\\n  ".join(text.rstrip() for text in [*lines, line])
    return f"""for pair in {words}
do
  gain=$(initprobe gain ${{pair%:*}} --depth {DEPTH} --format csv | grep ",${{pair#*:}}," | cut -d, -f3)
  initprobe ${{pair%:*}} $gain {options + " " if options else ""}{STACK.format(depth=depth)} \\
    --format csv --quiet $rows_alone
  rows_alone=--no-header
done"""


@claim(
    16,
    "explode or collapse",
    "Networks either explode their gradients or collapse their domain, as Philipp et al. write in 'The "
    "exploding gradient problem demystified'; skip connections or orthogonal initialisation help.",
)
def explode_or_collapse(answer):
    answer.say(DEFINITIONS)
    found = measured(answer)
    gains_table(answer, found)
    draw(answer, found)
    deep = deeper(answer)
    left = exceptions(answer, found, deep)
    shrinking = tuned(answer)
    effects = remedies(answer, found)
    answer.verdict(
        Verdict.ONLY_IF,
        f"the activation is not linear where the signal is, and the stack is deep enough: after {DEPTH} "
        f"layers {left['shallow']} of {left['plain']} plain stacks do neither yet, after {DEEP} only "
        f"{left['names']} (and softshrink, until it overflows), which are linear everywhere "
        "or for large signals. A gain tuned to the depth escapes the explosion, but shrinks tanh's "
        f"signal into its linear part ({shrinking}). Skip connections lower each explosion (the median from "
        f"×{effects['plain']} to ×{effects['skip']}), and with them only {effects['skip explosions']} explode; but "
        f"{effects['skip collapses']} of {effects['activations']} activations collapse instead of "
        f"{effects['plain collapses']}; "
        "orthogonal matrices of the same variance help against neither.",
    )


DEFINITIONS = f"""\
Activations with a `unit` and a `neutral` gain whose stacks stay finite (`square` and `tanhshrink` have no \
neutral gain, `exp` overflows), without `celu`, `gelu_tanh` and `logsigmoid`, which repeat `elu`, `gelu` and \
`softplus` here. The unit gain keeps the variance of pre-activations at 1, where the nonlinearity bends; the \
neutral one keeps the gradient, so that something else should collapse. Stacks beside one another have the \
same variance of weights.

*Explodes*: from layer 1 to the last the gradient grows at least ten times as much as the root mean square \
of the activations. That is the paper's gradient scale coefficient for one cotangent, all ones, where the paper \
takes the mean over all; where rows are alike it adds a factor of about √depth, which is no explosion (relu, \
below), so the bound of ten is one for this depth. The gradient alone will not do: in a \
linear stack, and in a residual one, it grows because the signal does. *Collapses*: the rows of the batch, \
orthogonal at the input, have a mean cosine (`similarity`) of {ALIKE} or more after the last layer.

Mean-field theory says why one of the two must come at a fixed point q* > 0. The map of similarities has \
the fixed point 1 with the slope χ₁. If χ₁ < 1 it attracts, and the batch collapses; if χ₁ > 1 the \
gradient grows by √χ₁ a layer; at χ₁ = 1 (relu) it still attracts, as 1/layer². If E[φ] = 0 then χ₁ ≥ 1 by \
Poincaré's inequality for a Gaussian, with equality for linear φ alone. A φ with jumps, such as \
hardshrink, escapes: its derivative does not see them."""


def gains_table(answer, found):
    answer.say(
        f"Growth over {DEPTH - 1} layers, mean of 3 seeds (geometric), and similarity after layer {DEPTH}. "
        "*grad* is the gradient's own growth, *relative* that divided by the signal's:"
    )
    rows = []
    for unit, neutral, skip, orthogonal in zip(
        found["unit"], found["neutral"], found["skip"], found["orthogonal"], strict=True
    ):
        rows.append([*grown(unit), *both(orthogonal), *both(skip), f"{neutral.gain:.4g}", *both(neutral)])
    answer.table(
        ["activation, unit gain", "grad", "theory", "relative", "similarity",
         "orthogonal: relative", "similarity", "skip: relative", "similarity",
         "neutral gain", "relative", "similarity"],
        rows,
    )  # fmt: skip


def grown(stack):
    """The cells of the activation, its gain and what its gradient and similarity become."""
    name = f"{stack.activation}, {stack.gain:.4g}"
    return [name, power(stack.raw.mean), power(stack.predicted), *both(stack)]


def both(stack):
    """Growth and similarity, in bold face where the stack explodes or collapses."""
    relative, similarity = power(stack.relative.mean), f"{round(stack.similarity.mean, 3) + 0:.3f}"
    return [
        f"**{relative}**" if stack.explodes else relative,
        f"**{similarity}**" if stack.collapses else similarity,
    ]


def draw(answer, found):
    plain, orthogonal, skip = (found[name] for name in ("unit", "orthogonal", "skip"))
    answer.plot(
        "collapse",
        "similarity against the growth of the gradient: most plain stacks either grow or are alike",
        Plot(
            f"Unit gain, {DEPTH} layers: explode (right) or collapse (top); names are of plain stacks",
            "growth of the relative gradient per layer (0.9: less than that)",
            f"similarity after layer {DEPTH}",
            [
                Series("tenfold", [(tenfold(), -0.05), (tenfold(), 1.05)], "lines", "#d0d0d0"),
                Series("plain", [position(x) for x in plain], "points", COLOURS[0]),
                Series("orthogonal", [position(x) for x in orthogonal], "points", COLOURS[1]),
                Series("skip 0.5", [position(x) for x in skip], "points", COLOURS[2]),
                Series("", labels(plain), "labels", COLOURS[0]),
                # Above those of plain stacks.
                Series("", [(x, y + 0.1, name) for x, y, name in labels([x for x in skip if x.explodes])],
                       "labels", COLOURS[2]),
            ],
            settings=["set xrange [0.89:1.2]", "set yrange [-0.05:1.05]"],
        ),
    )  # fmt: skip


def position(stack):
    return (max(stack.per_layer, 0.9), stack.similarity.mean)


def tenfold():
    return 10 ** (TENFOLD / (DEPTH - 1))


def labels(found):
    """Names beside their points; those of a crowd as a block, from the first of them towards the middle."""
    crowds = []
    for stack in sorted(found, key=lambda stack: (round(stack.similarity.mean), position(stack))):
        (x, y), last = position(stack), crowds[-1][-1] if crowds else None
        if last and x - position(last)[0] < 0.012 and abs(y - position(last)[1]) < 0.1:
            crowds[-1].append(stack)
        else:
            crowds.append([stack])
    return [label for crowd in crowds for label in block(crowd)]


def block(crowd):
    (x, y), width = position(crowd[0]), 1 if len(crowd) < 5 else 3
    step = -0.045 if y > 0.5 else 0.045
    lines = [crowd[first : first + width] for first in range(0, len(crowd), width)]
    return [(x, y + step * (n + 1.2 * (width > 1)), names(line)) for n, line in enumerate(lines)]


def deeper(answer):
    answer.say(
        f"What does neither after {DEPTH} layers, or barely explodes, at the same gains and {DEEP} layers "
        "(softshrink overflows there). At an unstable fixed point, as of hardshrink, gelu, silu, mish and "
        "hardswish, a finite stack leaves it earlier or on the other side than the infinite one, so that "
        "theory and measurement part:"
    )
    found = stacks(answer.csv("collapse-deep", loop(DEEPER, "", DEEP)))
    answer.table(
        ["activation, gain", "grad", "theory", "relative", "similarity", ""],
        [[*grown(x), x.kind] for x in found],
    )
    return found


def exceptions(answer, found, deep):
    """Checks what does neither, at depth 50 and deeper."""
    plain = {(x.activation, x.gain): x for x in [*found["unit"], *found["neutral"]]}
    distinct_plain = unique(plain.values())
    shallow = [x for x in distinct_plain if x.kind == "neither"]
    stubborn = [x for x in deep if x.kind == "neither"]
    answer.check(
        f"what does neither after {DEPTH} layers was measured deeper, but for softshrink: {names(shallow)}",
        {key(x) for x in shallow if x.activation != "softshrink"} <= {key(x) for x in deep},
    )
    answer.check(
        f"{len(distinct_plain) - len(shallow)} of {len(distinct_plain)} plain stacks explode or collapse "
        f"within {DEPTH} layers, most of them",
        len(distinct_plain) - len(shallow) > len(distinct_plain) / 2,
    )
    answer.check(
        f"after {DEEP} layers only activations that are linear, everywhere or for large signals, do "
        f"neither: {names(stubborn)}",
        {x.activation for x in stubborn} <= LINEAR,
    )
    large = [x for x in shallow if x.activation == "softshrink"]
    large += [x for x in stubborn if x.activation == "hardshrink"]
    answer.check(
        "softshrink and hardshrink do neither because their signal grows more than tenfold, to where they "
        "are "
        "linear: " + ", ".join(f"{x.activation} at {x.gain:.4g} ×{times(x.signal)}" for x in large),
        all(x.signal > 1 for x in large),
    )
    both_ways = [x for x in distinct_plain if x.kind == "both"]
    answer.check(f"no plain stack does both within {DEPTH} layers: {len(both_ways)} do", not both_ways)
    return {
        "shallow": len(shallow), "plain": len(distinct_plain),
        "names": names(stubborn).replace(", ", " and "),
    }  # fmt: skip


def key(stack):
    return stack.activation, f"{stack.gain:.6g}"


def times(log10):
    """A factor by its decimal logarithm, in three digits."""
    return f"{10**log10:.3g}"


def unique(found):
    """Without those whose unit and neutral gain are the same number but for rounding."""
    return list({key(x): x for x in found}.values())


def tuned(answer):
    """What the neutral gain of tanh does to the signal as the stack gets deeper."""
    depths = [DEPTH, 500, 5000]
    texts = answer.show(*(f"initprobe gain tanh --depth {depth}" for depth in depths))
    outs = [float(re.search(r"^neutral +\S+ +(\S+)", text, re.MULTILINE)[1]) for text in texts]
    answer.check(
        "the neutral gain of tanh leaves the less of the signal, the deeper the stack: out "
        + ", ".join(f"{out:.4f} at {depth}" for out, depth in zip(outs, depths)),
        all(later < 0.75 * earlier for earlier, later in zip(outs, outs[1:])),
    )
    return ", ".join(f"out {out:.2f} at depth {depth}" for out, depth in zip(outs, depths))


def remedies(answer, found):
    """What orthogonal matrices and skip connections change at the unit gain."""
    kinds = ["unit", "orthogonal", "skip"]
    exploding = [x.activation for x in found["unit"] if x.explodes]
    logs = {kind: [x.relative.mean for x in found[kind] if x.activation in exploding] for kind in kinds}
    median = {kind: times(statistics.median(logs[kind])) if logs[kind] else "—" for kind in kinds}
    collapsed = {kind: sum(x.collapses for x in found[kind]) for kind in kinds}
    check_orthogonal(answer, logs, median, collapsed)
    check_skip(answer, found, logs, median, collapsed)
    check_vanishing(answer, found)
    return {
        "plain": median["unit"], "skip": median["skip"], "activations": len(found["unit"]),
        "plain collapses": collapsed["unit"], "skip collapses": collapsed["skip"],
        "skip explosions": explosions(found["skip"]).replace(", ", " and "),
    }  # fmt: skip


def check_orthogonal(answer, logs, median, collapsed):
    changes = [x - y for x, y in zip(logs["orthogonal"], logs["unit"])]
    answer.check(
        f"orthogonal matrices change none of the {len(changes)} explosions by a quarter (medians "
        f"×{median['unit']}, orthogonal ×{median['orthogonal']}; the largest change is "
        f"×{times(max(changes, key=abs, default=9))})",
        changes and all(abs(x) < math.log10(1.25) for x in changes),
    )
    answer.check(
        f"nor do they save a batch from collapse: {collapsed['orthogonal']} activations instead of "
        f"{collapsed['unit']}",
        collapsed["orthogonal"] == collapsed["unit"] > 0,
    )


def explosions(found):
    return ", ".join(f"{x.activation} (×{times(x.relative.mean)})" for x in found if x.explodes)


def check_skip(answer, found, logs, median, collapsed):
    left = [x for x in found["skip"] if x.explodes]
    answer.check(
        f"with skip connections fewer activations explode: {explosions(left)} instead of "
        f"{explosions(found['unit'])}",
        len(left) < sum(x.explodes for x in found["unit"]),
    )
    answer.check(
        f"with skip connections each of those explosions is smaller (median ×{median['skip']})",
        logs["unit"] and all(x < y for x, y in zip(logs["skip"], logs["unit"])),
    )
    answer.check(
        f"but no fewer activations collapse: {collapsed['skip']} instead of {collapsed['unit']}, since "
        "each layer adds to the mean that E[φ] ≠ 0 makes",
        collapsed["skip"] >= collapsed["unit"] > 0,
    )


def check_vanishing(answer, found):
    pairs = [(x.relative.mean, y.relative.mean) for x, y in zip(found["unit"], found["skip"])]
    lost = [pair for pair in pairs if pair[0] < -TENFOLD]
    worst = min(lost, default=(0, 0))
    answer.check(
        f"the {len(lost)} gradients that vanish tenfold in plain stacks vanish less with skip "
        f"connections, the worst by ×{times(worst[1])} instead of ×{times(worst[0])}",
        lost and all(with_skip > plain for plain, with_skip in lost),
    )
