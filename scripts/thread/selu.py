"""selu: claims 11, 12, 13 and 15."""

import math
import re
import statistics

from .answer import Verdict, claim
from .figures import Plot, Series
from .spread import distinct, figure, growth, percent, select, spread, standard_errors

THREAD_LINES = {
    1: (0.7974, 0.6252), 11: (0.3138, 0.2894), 21: (0.2418, 0.2414), 31: (0.2097, 0.2160),
    41: (0.2118, 0.1993), 51: (0.1939, 0.1985), 61: (0.1909, 0.2259), 71: (0.1849, 0.2329),
    81: (0.2048, 0.1998), 91: (0.2060, 0.2007),
}  # fmt: skip

GAINS = "0.75,0.9,1.1,1.25"
THREAD_OUT, THREAD_DEPTH = 1.00, 32
SECTIONS = [(1, 10), (10, 20), (20, 32), (32, 100)]


def gain_one(answer):
    """Rows at gain 1, which claims 11 and 15 share."""
    return answer.rows("selu-1", "selu --gain 1 --layers 1,10,20,32,100 --trials 5 --theory")


@claim(
    11,
    "selu works only with gain 1",
    "selu works only with gain 1, where the std stays about 1.00; its gradient explodes slowly after 10 "
    "to 20 layers, which is not much over 32 layers.",
)
def only_gain_one(answer):
    one = gain_one(answer)
    others = answer.rows(
        "selu-gains", f"selu --gain {GAINS} --width 500 --batch 500 --layers 1,10,20,32,100 --trials 5 "
        "--theory"
    )
    rows = sorted(one + others, key=lambda row: row.gain)
    gains = distinct(rows, "gain")
    answer.table(
        ["gain", "out, layer 32", "theory", "out, layer 100", "theory", "grad, layer 100", "theory",
         "grad per layer, 32 to 100", "theory"],
        [gain_line(rows, gain) for gain in gains],
    )  # fmt: skip
    answer.say("At gain 1, what a layer multiplies the gradient by, from the first layers to the last:")
    sections = {ends: growth(one, *ends) for ends in SECTIONS}
    answer.table(
        ["layers", "5 seeds", "theory"],
        [[f"{first} to {last}", x, x.theory] for (first, last), x in sections.items()],
    )
    stable = check_outs(answer, rows, gains)
    within = growth(one, 1, THREAD_DEPTH).mean ** (THREAD_DEPTH - 1)
    whole = growth(one, 1, 100).mean ** 99
    check_growth(answer, sections, within)
    level = min(gains, key=lambda gain: abs(math.log(growth(rows, 32, 100, gain=gain).mean)))
    answer.check(
        f"the gradient is most nearly level at gain {level:g}, not at 1: a layer makes it "
        f"×{growth(rows, 32, 100, gain=level).mean:.4f} there",
        level != 1,
    )
    answer.verdict(
        Verdict.ONLY_IF,
        f"to work is to keep std {THREAD_OUT:.2f}: of {len(gains)} gains from {gains[0]:g} to "
        f"{gains[-1]:g} each has a stable out of its own ({stable}). Gain 1 is the one whose out is 1.00, "
        f"not the one with a level gradient. The gradient grows ×{within:.1f} over {THREAD_DEPTH} layers "
        f"and ×{whole:.0f} over 100, by the same factor from the first layers on: nothing sets in after "
        "10 to 20.",
    )


def gain_line(rows, gain):
    a, b = (spread(rows, "out", gain=gain, layer=layer) for layer in (32, 100))
    grads, factor = spread(rows, "grad", gain=gain, layer=100), growth(rows, 32, 100, gain=gain)
    return [f"{gain:g}", a, a.theory, b, b.theory, grads, grads.theory, factor, factor.theory]


def check_outs(answer, rows, gains):
    """Which gains keep out at 1.00, and that each keeps it somewhere; says where."""
    outs = {gain: spread(rows, "out", gain=gain, layer=100) for gain in gains}
    near = [gain for gain in gains if abs(outs[gain].mean - THREAD_OUT) < 0.05]
    answer.check(
        f"gain 1 alone has an out within 0.05 of {THREAD_OUT:.2f} after 100 layers: "
        f"{figure(outs[1].mean)}; the next nearest is "
        f"{figure(min((x.mean for g, x in outs.items() if g != 1), key=lambda x: abs(x - 1)))}",
        near == [1],
    )
    off = max(abs(x.mean / x.theory - 1) for x in outs.values())
    answer.check(
        f"each of these outs is the predicted one within 5 %: {percent(off)} off at most, where one run "
        f"scatters by up to {percent(max(x.relative for x in outs.values()))}",
        off < 0.05,
    )
    drift = {gain: outs[gain].mean / spread(rows, "out", gain=gain, layer=32).mean for gain in gains}
    furthest = max(gains, key=lambda gain: abs(math.log(drift[gain])))
    answer.check(
        f"out stays where it is at each gain: from layer 32 to 100 it changes most at gain {furthest:g}, "
        f"by ×{drift[furthest]:.3f}, where vanishing or exploding would go on layer by layer",
        abs(math.log(drift[furthest])) < math.log(1.25),
    )
    return ", ".join(f"{outs[gain].mean:.2f} at {gain:g}" for gain in gains)


def check_growth(answer, sections, within):
    low, high = (pick(x.mean for x in sections.values()) for pick in (min, max))
    answer.check(
        f"at gain 1 the gradient grows from the first layers on: a layer multiplies it by {low:.4f} to "
        f"{high:.4f} in each section, and the sections differ by less than half the growth",
        low > 1 and high - low < (low - 1) / 2,
    )
    answer.check(
        f"over {THREAD_DEPTH} layers that is ×{within:.2f}, more than twofold, and less than tenfold",
        2 < within < 10,
    )


@claim(12, "selu at 0.75: the ten lines", "With selu and the gain 0.75 the thread printed ten lines.")
def ten_lines(answer):
    rows = answer.rows("selu-075", "selu --gain 0.75 --trials 20 --theory")
    cells, distances, inside = [], [], 0
    for layer, (out, grad) in THREAD_LINES.items():
        outs, grads = spread(rows, "out", layer=layer), spread(rows, "grad", layer=layer)
        distances += [outs.distance(out), grads.distance(grad)]
        inside += (outs.low <= out <= outs.high) + (grads.low <= grad <= grads.high)
        cells.append([layer, out, outs, outs.theory, f"{distances[-2]:+.1f}",
                      grad, grads, grads.theory, f"{distances[-1]:+.1f}"])  # fmt: skip
    answer.table(
        ["layer", "out, thread", "20 seeds", "theory", "deviations off",
         "grad, thread", "20 seeds", "theory", "deviations off"],
        cells,
    )  # fmt: skip
    layers = list(THREAD_LINES)
    answer.plot(
        "selu-075",
        "selu at 0.75: the thread's outputs beside the range of 20 seeds",
        Plot(
            "selu, gain 0.75: out, as a part of what theory predicts", "layer", "out / theory",
            [
                Series("range of 20 seeds", [(n, *(x / s.theory for x in (s.mean, s.low, s.high))) for n in layers
                                             for s in [spread(rows, "out", layer=n)]], "filledcurves"),
                Series("thread", [(n, THREAD_LINES[n][0] / spread(rows, "out", layer=n).theory) for n in layers],
                       "linespoints"),
            ],
        ),
    )  # fmt: skip
    worst = max(distances, key=abs)
    beyond = sum(abs(distance) > 2 for distance in distances)
    answer.check(
        "all 20 figures of the thread lie within 3.5 deviations of one run, which one of 20 normal figures "
        f"passes in about one thread of twenty: the furthest at {worst:+.1f}",
        abs(worst) < 3.5,
    )
    answer.check(f"at most 3 of the 20 lie beyond 2 deviations, where 1 is expected: {beyond} do", beyond <= 3)
    answer.check(
        f"most lie between the lowest and the highest of 20 seeds, where 18 are expected: {inside}", inside >= 15
    )
    answer.verdict(
        Verdict.HOLDS,
        f"The thread's run is one like ours: {inside} of its 20 figures lie in the range of our 20 seeds, and "
        f"the furthest is {abs(worst):.1f} standard deviations of one run from their mean.",
    )


WIDTHS, WIDE = [30, 100, 300, 1000], [3000]


@claim(
    13,
    "selu at 0.75 and the layer size",
    "Open question: is the gain 0.75 of selu invariant under the layer size?",
)
def layer_size(answer):
    common = "selu --gain 0.75 --batch 100 --layers 1,31,91 --theory"
    rows = answer.rows("selu-widths", f"{common} --width {listed(WIDTHS)} --trials 20")
    rows += answer.rows("selu-widths-wide", f"{common} --width {listed(WIDE)} --trials 6")
    answer.say(
        "The theory is the same at each width: for square layers xavier_normal has fan_in·Var[w] = gain², "
        "without the width. 20 seeds up to width 1000; at 3000 only 6, which know the mean, but hardly the "
        "deviation:"
    )
    widths = WIDTHS + WIDE
    outs, grads = ({w: spread(rows, name, layer=91, width=w) for w in widths} for name in ("out", "grad"))
    factors = {w: growth(rows, 1, 91, width=w) for w in widths}
    answer.table(
        ["width", "depth/width", "out, layer 91", "theory", "one run's deviation", "grad, layer 91", "theory",
         "grad per layer, 1 to 91", "theory"],
        [[str(w), f"{91 / w:.2g}", outs[w], outs[w].theory, percent(outs[w].relative),
          grads[w], grads[w].theory, factors[w], factors[w].theory] for w in widths],
    )  # fmt: skip
    plot_widths(answer, outs)
    largest = check_means(answer, rows, factors)
    check_spread(answer, outs)
    answer.verdict(
        Verdict.ANSWERED,
        "Yes: the fixed point and the gradient's factor do not contain the width, and from width "
        f"{WIDTHS[-1]} to {WIDE[-1]} the mean out differs from them by at most {percent(largest)}. What "
        "depends on the width is how far one run lies from them, about as 1/√width: "
        f"{percent(outs[30].relative)} at width 30, {percent(outs[300].relative)} at 300; and at width 30 "
        f"out comes {percent(1 - outs[30].mean / outs[30].theory)} too low on average.",
    )


def listed(numbers):
    return ",".join(map(str, numbers))


def plot_widths(answer, outs):
    answer.plot(
        "selu-widths",
        "selu at 0.75: out after layer 91 comes closer to the theory with the width",
        Plot(
            "selu, gain 0.75: out after layer 91, with the range of the seeds", "width", "out",
            [
                Series("seeds", [(w, x.mean, x.low, x.high) for w, x in outs.items()], "yerrorbars"),
                Series("theory", [(w, x.theory) for w, x in outs.items()], "lines"),
            ],
            log_x=True,
            settings=["set xrange [20:5000]", "set yrange [0:]"],
        ),
    )  # fmt: skip


def check_means(answer, rows, factors):
    """That means are those of the theory; the largest relative difference of out from width 300 on."""
    late = [spread(rows, "out", layer=layer, width=w) for w in [300, 1000, *WIDE] for layer in (1, 31, 91)]
    largest = max(abs(x.mean / x.theory - 1) for x in late)
    typical = spread(rows, "out", layer=91, width=300).relative
    answer.check(
        f"from width 300 on the mean out of each reported layer is within {percent(largest)} of the "
        f"theory, less than the {percent(typical)} by which one run deviates at width 300",
        largest < typical,
    )
    bias = {
        w: abs(x.mean / x.theory - 1) for w in (30, 100, 300) for x in [spread(rows, "out", layer=31, width=w)]
    }
    answer.check(
        "the mean's own difference shrinks with the width: after layer 31 "
        + ", ".join(f"{percent(x)} at {w}" for w, x in bias.items()),
        bias[30] > bias[100] > bias[300],
    )
    off = {w: standard_errors(x) for w, x in factors.items()}
    answer.check(
        "from width 100 on the gradient's factor per layer is that of the theory within 3 standard errors: "
        + ", ".join(f"{x:.1f} at {w}" for w, x in off.items() if w >= 100)
        + f" (and {off[30]:.1f} at 30)",
        all(x < 3 for w, x in off.items() if w >= 100),
    )
    return largest


def check_spread(answer, outs):
    ratio = outs[30].relative / outs[300].relative
    answer.check(
        f"one run's deviation of out is {ratio:.1f} times as large at width 30 as at 300, where 1/√width "
        f"makes {math.sqrt(10):.1f}; 20 seeds know such a ratio to a quarter or so",
        abs(math.log(ratio / math.sqrt(10))) < math.log(1.5),
    )


CHI = 1.0716
VARIANTS = "--gain 1 --layers 10,100 --width 100,300 --batch 30,300 --init xavier_normal,orthogonal"


@claim(
    15,
    "do selus explode, or is the experiment flawed",
    "Open question: do selus explode, or is the experiment flawed?",
)
def explode_or_flawed(answer):
    text = answer.show("initprobe predict selu 1", "initprobe gain selu")
    factor = float(re.search(r"Backward:.*multiplies the gradient by ([\d.]+)", text[0])[1])
    neutral = float(re.search(r"^neutral +([\d.]+)", text[1], re.MULTILINE)[1])
    rows = gain_one(answer)
    answer.say("The same at other sizes, and with orthogonal matrices:")
    variants = answer.rows("selu-1-variants", f"selu {VARIANTS} --trials 10 --theory")
    cases = {"xavier_normal, width 1000, batch 1000": growth(rows, 10, 100)} | {
        f"{init}, width {width:.0f}, batch {batch:.0f}": growth(
            variants, 10, 100, init=init, width=width, batch=batch
        )
        for init in distinct(variants, "init")
        for width in distinct(variants, "width")
        for batch in distinct(variants, "batch")
    }
    answer.table(
        ["factor of grad per layer, layers 10 to 100", "seeds", "measured", "theory", "over 100 layers"],
        [[name, str(len(x.values)), x, x.theory, f"×{x.mean ** 100:.1f}"] for name, x in cases.items()],
    )
    check_factor(answer, factor, cases, rows)
    full = next(iter(cases.values()))
    out = spread(rows, "out", layer=100)
    answer.check(
        f"the signal does not explode: out {figure(out.mean)} after 100 layers, within 1 % of 1",
        abs(out.mean - 1) < 0.01,
    )
    low, high = (pick(x.mean for x in cases.values()) for pick in (min, max))
    answer.verdict(
        Verdict.ANSWERED,
        "The network explodes; the experiment is sound. At the fixed point of selu (mean 0, variance 1, "
        f"gain 1) χ₁ = E[φ'²] = {CHI}, so a layer multiplies the gradient by √χ₁ = {factor:.4f}, and "
        f"{full.mean:.4f} is measured; at other widths and batches, and with orthogonal matrices, "
        f"{low:.4f} to {high:.4f}. It is slow, ×{full.mean ** 100:.0f} in 100 layers, while the signal "
        f"stays at std 1. At gain {neutral:g} the gradient would end where it began after 100 layers (it falls "
        "first, and then grows).",
    )


def check_factor(answer, factor, cases, rows):
    answer.check(
        f"the predicted factor {factor:.4f} is √χ₁ = √{CHI} = {math.sqrt(CHI):.4f}",
        abs(factor - math.sqrt(CHI)) < 2e-4,
    )
    full = next(iter(cases.values()))
    share = (full.mean - 1) / (factor - 1)
    answer.check(
        f"at width 1000 the measured growth of {percent(full.mean - 1)} a layer is {share:.3f} times the "
        "predicted one, equal within a twentieth",
        abs(share - 1) < 0.05,
    )
    low, high = (pick(x.mean for x in cases.values()) for pick in (min, max))
    answer.check(
        f"in each of {len(cases)} variants of the experiment it is there, {low:.4f} to {high:.4f}: growth "
        "within a third of the predicted one",
        all(abs((x - 1) / (factor - 1) - 1) < 1 / 3 for x in (low, high)),
    )
    check_shortfall(answer, cases)
    seeds = len(full.values)
    exploding = sum(b.grad > 10 * a.grad for a, b in zip(select(rows, layer=1), select(rows, layer=100)))
    answer.check(
        f"the gradient grows tenfold over 100 layers in {exploding} of {seeds} runs", exploding == seeds
    )


def check_shortfall(answer, cases):
    """That what is missing from the predicted factor is an effect of the width."""
    missing = {
        width: statistics.fmean(x.theory - x.mean for name, x in cases.items() if f"width {width}," in name)
        for width in (100, 300)
    }
    answer.check(
        "what is missing from the predicted factor is an effect of finite width, as a typical run lies "
        f"below the mean square that theory predicts: on average {missing[100]:.4f} at width 100, "
        f"{missing[300]:.4f} at 300",
        missing[100] > missing[300] > 0,
    )
