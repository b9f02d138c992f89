"""tanh at 5/3 and at 1, relu at √2: claims 1, 2, 3, 4, 5 and 10."""

import math
import statistics

from .answer import Verdict, claim
from .figures import COLOURS, Plot, Series
from .spread import Spread, distinct, figure, percent, rounded, select, spread

THREAD_IN, THREAD_OUT = 0.9998, 0.6518
WIDTH = BATCH = 1000
ROOT2 = math.sqrt(2)


def tanh_rows(answer):
    return answer.rows(
        "tanh-five-thirds",
        "tanh --gain 5/3 --layers 10,20,50,100 --no-grad --trials 20 --theory",
    )


def relu_rows(answer):
    return answer.rows(
        "relu-pytorch",
        "relu --gain pytorch --layers 10,20,30,40,50,60,70,80,90,100 --no-grad --trials 20 --theory",
    )


def input_std_rows(answer):
    return answer.rows(
        "tanh-input-std",
        "tanh --gain 5/3 --input-std 0.1,0.5,1,2,10 --depth 20 --layers 1-10,20 --no-grad --trials 8 "
        "--theory",
    )


@claim(
    1, "tanh at 5/3, ten layers", "After 10 layers of tanh with the gain 5/3, the thread printed "
    f"in: {THREAD_IN} and out: {THREAD_OUT}.",
)  # fmt: skip
def ten_layers(answer):
    answer.show(
        "initprobe tanh 5/3 --no-grad --depth 10 --layers 10",
        "initprobe predict tanh 5/3 --no-grad --depth 10 --layers 10",
    )
    rows = tanh_rows(answer)
    ins, outs = spread(rows, "out", layer=0), spread(rows, "out", layer=10)
    lines = [("in", THREAD_IN, ins), ("out", THREAD_OUT, outs)]
    answer.table(
        ["", "thread", f"{len(ins.values)} seeds", "theory", "deviations off", "lowest", "highest"],
        [[name, said, s, s.theory, f"{s.distance(said):+.1f}", s.low, s.high] for name, said, s in lines],
    )
    sampling = 1 / math.sqrt(2 * WIDTH * BATCH)
    answer.say(
        f"The input scatters as the standard deviation of {WIDTH} × {BATCH} normal numbers does, by "
        f"1/√(2·{WIDTH}·{BATCH}) = {figure(sampling)}."
    )
    for name, said, measured in lines:
        answer.check(
            f"the thread's {name} lies between the lowest and the highest of the seeds, and within 2 "
            "deviations of "
            f"one run: {figure(measured.low)} ≤ {said} ≤ {figure(measured.high)}, "
            f"{measured.distance(said):+.1f}",
            measured.low <= said <= measured.high and abs(measured.distance(said)) < 2,
        )
    error = outs.deviation / math.sqrt(len(outs.values))
    answer.check(
        f"the mean out is the theory's, within 3 standard errors: {(outs.mean - outs.theory) / error:+.1f}",
        abs(outs.mean - outs.theory) < 3 * error,
    )
    answer.verdict(
        Verdict.HOLDS,
        f"The thread's run is one like ours: `in` lies {abs(ins.distance(THREAD_IN)):.1f} and `out` "
        f"{abs(outs.distance(THREAD_OUT)):.1f} standard deviations of one run from the mean of "
        f"{len(outs.values)} seeds. Theory predicts out {figure(outs.theory)}.",
    )


DEPTHS = [10, 20, 100]


@claim(2, "tanh at 5/3, 20 and 100 layers", "tanh with 5/3 prints the same 0.65x after 20 or 100 layers.")
def deeper(answer):
    rows = tanh_rows(answer)
    narrow = answer.rows(
        "tanh-widths", "tanh --gain 5/3 --width 30,100,300 --layers 10,20,100 --no-grad --trials 20 --theory"
    )
    cells = [[str(int(width)), layer, s, s.theory, s.low, s.high, f"{printed(s)} of {len(s.values)}"]
             for width, layer, s in by_width(narrow + rows)]  # fmt: skip
    answer.table(["width", "layer", "20 seeds", "theory", "lowest", "highest", "print 0.65x"], cells)
    deep = [s for width, layer, s in by_width(rows) if layer > 10]
    low, high = min(s.low for s in deep), max(s.high for s in deep)
    total, inside = sum(len(s.values) for s in deep), sum(printed(s) for s in deep)
    answer.check(
        f"at width {WIDTH} every seed's out after 20 and after 100 layers is 0.65 to two digits: "
        f"from {figure(low)} to {figure(high)}",
        all(round(x, 2) == 0.65 for s in deep for x in s.values),
    )
    answer.check(
        "and at least 95 % of these runs print 0.65x, the range 0.65 to 0.66 ending two spreads of a run "
        "below "
        f"the fixed point: {inside} of {total}",
        inside >= 0.95 * total,
    )
    check_no_drift(answer, rows)
    widest, thin = spread(rows, "out", layer=100), spread(narrow, "out", width=100, layer=100)
    answer.check(
        f"it needs width: at width 100 fewer than 80 % print 0.65x after 100 layers: {printed(thin)} of "
        f"{len(thin.values)}",
        printed(thin) < 0.8 * len(thin.values),
    )
    answer.verdict(
        Verdict.HOLDS,
        f"{inside} of {total} runs print 0.65x at 20 and 100 layers, and all are between {figure(low)} and "
        f"{figure(high)}, at width {WIDTH}, where one run scatters by {percent(widest.relative)} around the "
        "fixed point "
        f"{figure(widest.theory)}; at width 100 it scatters by {percent(thin.relative)}, and "
        f"{printed(thin)} of "
        f"{len(thin.values)} do.",
    )


def by_width(rows):
    return [(width, layer, spread(rows, "out", width=width, layer=layer))
            for width in distinct(rows, "width") for layer in DEPTHS]  # fmt: skip


def printed(measured):
    """How many values print as 0.65x."""
    return sum(f"{x:.4f}".startswith("0.65") for x in measured.values)


def check_no_drift(answer, rows):
    early, late = (spread(rows, "out", layer=layer) for layer in (20, 100))
    error = math.hypot(early.deviation, late.deviation) / math.sqrt(len(early.values))
    answer.check(
        "from layer 20 to layer 100 the mean moves by less than 3 standard errors: "
        f"{late.mean - early.mean:+.5f}, "
        f"{(late.mean - early.mean) / error:+.1f}",
        abs(late.mean - early.mean) < 3 * error,
    )
    for layer, s in ((20, early), (100, late)):
        answer.check(
            f"at layer {layer} theory lies within one spread of a run of the mean: "
            f"{s.distance(s.theory):+.2f}",
            abs(s.distance(s.theory)) < 1,
        )


@claim(3, "tanh at 5/3, another input scale", "Multiplying the input by 0.5 gives the same output.")
def input_scale(answer):
    rows = input_std_rows(answer)
    layers = [1, 2, 3, 5, 10, 20]
    answer.table(
        ["input std", *(f"layer {layer}" for layer in layers), "layer 10, theory", "layer 20, theory"],
        [
            [f"{std:g}", *(spread(rows, "out", input_std=std, layer=n) for n in layers),
             *(spread(rows, "out", input_std=std, layer=n).theory for n in (10, 20))]
            for std in distinct(rows, "input_std")
        ],
    )  # fmt: skip
    text = answer.show("initprobe predict tanh 5/3 --input-std 0.001 --no-grad --layers 1,10,20")[0]
    tiny = [float(line.split()[1]) for line in text.splitlines() if line.startswith("out:")]
    one = spread(rows, "out", input_std=1, layer=10)
    half = spread(rows, "out", input_std=0.5, layer=10)
    same = merged(rows, 0.5)
    answer.check(
        "at layer 10 the means for 0.5 and 1 differ by less than a run scatters: "
        f"{half.mean - one.mean:+.5f}, where "
        f"a run scatters by {one.deviation:.5f}",
        abs(half.mean - one.mean) < one.deviation,
    )
    answer.check(
        f"that holds at every layer from {same} on, and not before: at layer 1 they are "
        f"{figure(first(rows, 0.5))} "
        f"and {figure(first(rows, 1))}",
        1 < same <= 10,
    )
    check_all_scales(answer, rows)
    answer.check(
        "theory: an input 1000 times too small needs more than 10 layers, and fewer than 20 to come within "
        "1 %: out "
        f"{', '.join(map(figure, tiny[1:]))}",
        tiny[1] < 0.5 * one.theory < 0.99 * one.theory < tiny[2],
    )
    answer.verdict(
        Verdict.HOLDS,
        f"After 10 layers out is {figure(half.mean)} for the input times 0.5 and {figure(one.mean)} for the "
        "input as "
        f"it was. The two are nearer than a run scatters ({percent(one.relative)}) from layer {same} on, "
        f"while layer 1 still tells them apart; by layer 20, so are all from 0.1 to 10.",
    )


def first(rows, std):
    return spread(rows, "out", input_std=std, layer=1).mean


def merged(rows, std):
    """The layer from which on the means for an input of `std` and of 1 differ by less than a run scatters."""
    start = 1
    for layer in distinct(rows, "layer"):
        one, other = (spread(rows, "out", input_std=x, layer=layer) for x in (1, std))
        if layer > 0 and abs(other.mean - one.mean) >= one.deviation:
            start = layer + 1
    return int(start)


def check_all_scales(answer, rows):
    outs = [spread(rows, "out", input_std=std, layer=20) for std in distinct(rows, "input_std")]
    off = [s.distance(s.theory) for s in outs]
    means = [s.mean for s in outs]
    answer.check(
        f"at layer 20 the means for inputs of 0.1 to 10 differ by less than a run scatters: by "
        f"{max(means) - min(means):.5f}, where one scatters by {min(s.deviation for s in outs):.5f}",
        max(means) - min(means) < min(s.deviation for s in outs),
    )
    answer.check(
        f"and all lie within one spread of a run of the theory's {figure(outs[0].theory)}: the furthest at "
        f"{max(off, key=abs):+.2f}",
        max(map(abs, off)) < 1,
    )


@claim(4, "relu with its gain", "For relu with calculate_gain's gain it does not work quite as nicely.")
def relu(answer):
    tanhs, relus = tanh_rows(answer), relu_rows(answer)
    widths = answer.rows(
        "relu-widths",
        "relu --gain pytorch --width 100,200,400 --batch 100 --layers 20,50,100 --no-grad --seed 40 --trials 40 "
        "--theory",
    )
    answer.table(
        ["layer", "tanh 5/3", "theory", "spread", "relu √2", "theory", "spread", "lowest", "highest"],
        [
            [layer, tanh, tanh.theory, percent(tanh.relative),
             s, s.theory, percent(s.relative), s.low, s.high]
            for layer in (10, 20, 50, 100)
            for tanh, s in [(spread(tanhs, "out", layer=layer), spread(relus, "out", layer=layer))]
        ],
    )  # fmt: skip
    plot_relu(answer, tanhs, relus)
    answer.say(
        "√2 keeps the mean of out² over networks, not out in a network. A layer of n relu units multiplies "
        "the mean "
        "square of a row by a factor of variance (E[φ⁴]/E[φ²]² − 1)/n = 5/n; nothing pulls it back, so the "
        "variances "
        "add up in log q, where q ∝ out² and log q = 2 log out: to 5·layer/n. Rows at an angle θ share of "
        "the 5 only "
        "2·J₂(θ)/π − 1, with J₂(θ) = 3 sin θ cos θ + (π − θ)(1 + 2 cos² θ), the arc-cosine kernel of degree "
        "2; that is "
        "0 for the random rows of the input, which a large batch averages, and 5 once relu has made all "
        "rows alike. "
        "The sum over the layers, to first order in 1/n, is the column 'finite width'."
    )
    worst, early = check_scatter(answer, relus + widths)
    check_relu(answer, tanhs, relus)
    last, tanh = spread(relus, "out", layer=100), spread(tanhs, "out", layer=100)
    answer.verdict(
        Verdict.HOLDS,
        f"√2 is the right gain, but no fixed point holds the output: after 100 layers of {WIDTH} relu units "
        "out is "
        f"anywhere from {figure(last.low)} to {figure(last.high)} over {len(last.values)} seeds, a spread of "
        f"{percent(last.relative)} against tanh's {percent(tanh.relative)}. The standard deviation of log q (q ∝ "
        "out²) grows as finite width predicts, to √(5·depth/width) in a deep stack (by "
        f"{early:.2f} of that at 20 layers, where rows are not alike yet): of all widths from 100 to {WIDTH} and "
        f"layers the furthest is {worst:.1f} standard errors off.",
    )


def shared_scatter(layer, width):
    """Standard deviation of log q of a batch of relu at √2: the noise that its rows share.

    To first order in 1/width. The angle between two rows starts at π/2 and follows the arc-cosine kernel of
    degree 1.
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
    outs = [row.out for row in select(rows, **where)]
    deviation = 2 * statistics.stdev(map(math.log, outs))
    return deviation, deviation / math.sqrt(2 * (len(outs) - 1))


def check_scatter(answer, rows):
    """By how many standard errors log q is furthest from theory, and the part of √(5·layer/width) that
    it has at layer 20."""
    cells, off = [], []
    for width in sorted(distinct(rows, "width")):
        for layer in (20, 50, 100):
            measured, error = log_deviation(rows, width=width, layer=layer)
            off.append(abs(measured - shared_scatter(layer, width)) / error)
            cells.append([str(int(width)), str(layer), str(len(select(rows, width=width, layer=layer))),
                          f"{measured:.3f} ± {error:.3f}", f"{shared_scatter(layer, width):.3f}",
                          f"{alike_scatter(layer, width):.3f}"])  # fmt: skip
    answer.say("The standard deviation of log q over the seeds, with its standard error:")
    answer.table(["width", "layer", "seeds", "measured", "finite width", "√(5·layer/width)"], cells)
    answer.check(
        "relu: the deviation of log q is that of finite width within 3 standard errors, at each of "
        f"{len(off)} widths "
        f"and layers: the furthest at {max(off):.1f}",
        max(off) < 3,
    )
    check_alike(answer, rows)
    return max(off), pooled_part(rows, 20, alike_scatter)[0]


def pooled_part(rows, layer, law):
    """log q's deviation as a part of a law, pooled over the widths, and its standard error."""
    parts = []
    for width in distinct(rows, "width"):
        deviation, _ = log_deviation(rows, width=width, layer=layer)
        parts.append((deviation / law(layer, width), len(select(rows, width=width, layer=layer)) - 1))
    freedom = sum(weight for _, weight in parts)
    return math.sqrt(sum(part**2 * weight for part, weight in parts) / freedom), 1 / math.sqrt(2 * freedom)


def check_alike(answer, rows):
    part, error = pooled_part(rows, 20, alike_scatter)
    answer.check(
        "over all widths √(5·layer/width) alone is too much at layer 20, by more than 3 standard errors: "
        "measured is "
        f"{part:.2f} ± {error:.2f} of it",
        part < 1 - 3 * error,
    )
    laws = ((20, shared_scatter, "finite width's"), (100, alike_scatter, "√(5·layer/width)"))
    for layer, law, name in laws:
        part, error = pooled_part(rows, layer, law)
        answer.check(
            f"over all widths it is {name} at layer {layer}, within 2 standard errors: {part:.2f} ± "
            f"{error:.2f} of it",
            abs(part - 1) < 2 * error,
        )


def check_relu(answer, tanhs, relus):
    (tanh10, _), (tanh100, _) = (log_deviation(tanhs, layer=layer) for layer in (10, 100))
    (relu10, _), (relu100, _) = (log_deviation(relus, layer=layer) for layer in (10, 100))
    answer.check(
        "at layer 100 log q of relu scatters more than 100 times as much as that of tanh: "
        f"{relu100 / tanh100:.0f} times",
        relu100 > 100 * tanh100,
    )
    # A ratio of two deviations of 20 seeds has a standard error of 23 % in its logarithm.
    bound = math.exp(2 / math.sqrt(len(select(tanhs, layer=10)) - 1))
    answer.check(
        "from layer 10 to 100 relu's scatter grows by more than chance makes of none, a factor "
        f"{bound:.2f}, and "
        f"tanh's does not: {relu100 / relu10:.2f} and {tanh100 / tanh10:.2f}",
        relu100 / relu10 > bound > tanh100 / tanh10,
    )
    last = spread(relus, "out", layer=100)
    squares = [(out / last.theory) ** 2 for out in last.values]
    error = statistics.stdev(squares) / math.sqrt(len(squares))
    mean = statistics.fmean(squares)
    answer.check(
        "the gain itself is right: out² at layer 100 is the theory's in the mean over seeds, within 2 "
        "standard "
        f"errors: {mean:.2f} ± {error:.2f} times it",
        abs(mean - 1) < 2 * error,
    )


def plot_relu(answer, tanhs, relus):
    layers = [int(n) for n in distinct(relus, "layer") if n > 0]
    out = spread(relus, "out", layer=100).theory
    # E[q] is kept, so that the middle of log out lies lower by a quarter of the variance of log q.
    band = [(n, middle, middle * math.exp(-w / 2), middle * math.exp(w / 2)) for n in layers
            for w in [shared_scatter(n, WIDTH)] for middle in [out * math.exp(-w * w / 4)]]  # fmt: skip
    answer.plot(
        "relu-spread",
        "relu: the outputs of 20 seeds fan out with depth as finite width predicts, those of tanh do not",
        Plot(
            "output of 20 seeds at each layer, width 1000", "layer", "out",
            [
                Series("relu, one deviation of finite width", band, "filledcurves", COLOURS[0]),
                Series("relu at √2", [(r.layer, r.out) for r in relus if r.layer > 0], "points", COLOURS[0]),
                Series("tanh at 5/3", [(r.layer, r.out) for r in tanhs if r.layer > 0], "points", COLOURS[2]),
            ],
            settings=["set xrange [5:105]", "set yrange [0:2]", "set key inside left top"],
        ),
    )  # fmt: skip


@claim(5, "tanh at gain 1", "tanh does not work as well with the gain 1.")
def gain_one(answer):
    answer.show(
        "initprobe predict tanh 1 --depth 1000 --layers 1,10,100,1000",
        "initprobe predict tanh 0.9 --no-grad --layers 1,10,100",
    )
    rows = answer.rows(
        "tanh-one", "tanh --gain 1,5/3 --width 500 --batch 500 --layers 1,10,20,50,100 --trials 5 --theory"
    )
    answer.table(
        ["gain", "layer", "out", "theory", "out·√(2·layer)", "grad", "theory"],
        [
            [f"{gain:.4g}", str(int(layer)), outs, outs.theory,
             outs.mean * math.sqrt(2 * layer) if gain == 1 else "", grads, grads.theory]
            for gain in distinct(rows, "gain")
            for layer in distinct(rows, "layer") if layer > 0
            for outs in [spread(rows, "out", gain=gain, layer=layer)]
            for grads in [spread(rows, "grad", gain=gain, layer=layer)]
        ],
    )  # fmt: skip
    answer.say(
        "At gain 1 tanh stands on the edge of chaos: χ₁ = 1 at the fixed point q* = 0. As V(q) = q − 2q² + "
        "…, the way "
        "there is no exponential but q ≈ 1/(2·layer), so out ≈ 1/√(2·layer); and χ₁ ≈ 1 − 1/layer, so that grad falls "
        "as 1/√layer, too."
    )
    last = spread(rows, "grad", gain=1, layer=100)
    answer.say(
        f"At layer 100 of width 500 the gradient at gain 1 scatters by {percent(last.relative)}, so five "
        "seeds say little: "
        f"their mean is {last.mean / last.theory:.2f} ± "
        f"{last.deviation / last.theory / math.sqrt(len(last.values)):.2f} "
        f"(standard error) of the theory's."
    )
    one, five = (Course(rows, gain) for gain in distinct(rows, "gain"))
    check_gain_one(answer, one, five)
    answer.verdict(
        Verdict.ONLY_IF,
        f"the output is what counts: from layer 10 to 100 it falls from {figure(one.out(10))} to "
        f"{figure(one.out(100))} at gain 1, as 1/√(2·layer) and not exponentially, and changes by "
        f"{percent(five.change)} at 5/3. For the gradient it is the other way round: from layer 1 to 100 it "
        "shrinks "
        f"{1 / one.gradient:.0f}-fold at gain 1, and grows some {rounded(five.gradient)}-fold at 5/3.",
    )


class Course:
    """What happens to out and to the gradient over the layers at one gain, in the mean over seeds."""

    def __init__(self, rows, gain):
        self.rows = select(rows, gain=gain)

    def out(self, layer):
        return spread(self.rows, "out", layer=layer).mean

    def doubling(self, layer):
        """By what out is multiplied from `layer` to twice that layer."""
        return self.out(2 * layer) / self.out(layer)

    @property
    def change(self):
        return abs(self.out(100) / self.out(10) - 1)

    @property
    def gradient(self):
        return spread(self.rows, "grad", layer=100).mean / spread(self.rows, "grad", layer=1).mean


def check_gain_one(answer, one, five):
    doublings = [one.doubling(10), one.doubling(50)]
    answer.check(
        "at gain 1 twice the depth multiplies out by 1/√2 within 3 %, from layer 10 as from layer 50, where "
        "an "
        f"exponential would be raised to the fifth power: {doublings[0]:.4f} and {doublings[1]:.4f}",
        all(abs(x * ROOT2 - 1) < 0.03 for x in doublings),
    )
    distance = one.out(100) * math.sqrt(200)
    answer.check(
        f"at gain 1 out·√(2·layer) is 1 at layer 100, within 3 %: {distance:.4f}", abs(distance - 1) < 0.03
    )
    answer.check(
        "from layer 10 to 100 out falls by 68 % (1 − 1/√10) within 2 % at gain 1, and changes by less than "
        "1 % at 5/3: "
        f"{percent(one.change)} and {percent(five.change)}",
        abs(one.change - 1 + 10**-0.5) < 0.02 and five.change < 0.01,
    )
    answer.check(
        f"from layer 1 to 100 the gradient changes by more orders of magnitude at 5/3 than at 1: "
        f"{math.log10(five.gradient):+.1f} and {math.log10(one.gradient):+.1f}",
        math.log10(five.gradient) > 2 * abs(math.log10(one.gradient)),
    )


@claim(10, "relu at about sqrt 2", "relu works with a gain of about sqrt 2.")
def about_root2(answer):
    rows = answer.rows(
        "relu-gains",
        "relu --gain 1.3,1.4,sqrt2,1.43,1.5 --width 500 --batch 500 --layers 1,10,100 --trials 5 --theory",
    )
    gains = distinct(rows, "gain")
    answer.table(
        ["gain", "gain/√2", "out, layer 10", "theory", "out, layer 100", "theory",
         "grad, layer 100", "theory"],
        [
            [f"{gain:.4g}", f"{gain / ROOT2:.5f}",
             *(x for layer in (10, 100)
               for s in [spread(rows, "out", gain=gain, layer=layer)] for x in (s, s.theory)),
             *(x for s in [spread(rows, "grad", gain=gain, layer=100)] for x in (s, s.theory))]
            for gain in gains
        ],
    )  # fmt: skip
    answer.say(
        "relu is homogeneous, so the gain comes out of each layer as a factor, in every network and not only in "
        "the mean."
    )
    check_factors(answer, rows, [gain for gain in gains if gain != ROOT2])
    shallow, deep = (10 ** (1 / depth) - 1 for depth in (10, 100))
    check_reach(answer, rows, gains)
    scatter = check_root2(answer, rows)
    answer.verdict(
        Verdict.ONLY_IF,
        "'about' narrows with depth: out and grad are multiplied by (gain/√2)^depth. To stay within a "
        "factor of 10 of "
        f"what √2 gives, the gain may be {percent(shallow)} too high or {percent(1 - 1 / (1 + shallow))} too low at 10 "
        f"layers, and {percent(deep)} either way at 100, from "
        f"{ROOT2 / (1 + deep):.3f} to {ROOT2 * (1 + deep):.3f}. One run of 100 layers of width 500 does not "
        "tell gains "
        f"apart that differ by less than some {scatter:.1f} %: from seed to seed its out scatters by a "
        "factor of "
        f"{math.exp(scatter):.2g}.",
    )


def per_layer(rows, gain, name, depth=100):
    """What the gain, in place of √2, multiplies a layer's figure by, for each seed."""
    own, root = (select(rows, gain=g, layer=depth) for g in (gain, ROOT2))
    ratios = [getattr(a, name) / getattr(b, name) for a, b in zip(own, root, strict=True)]
    return Spread([ratio ** (1 / depth) for ratio in ratios])


def check_root2(answer, rows):
    """√2 alone, against theory; returns by how much log out of one run scatters at layer 100."""
    root, width = spread(rows, "out", gain=ROOT2, layer=100), rows[0].width
    scatter, error = (x / 2 for x in log_deviation(rows, gain=ROOT2, layer=100))
    expected = shared_scatter(100, width) / 2
    # E[q] is kept, so that the mean of log q lies half its variance lower.
    logs = [math.log(x / root.theory) + expected**2 for x in root.values]
    distance = statistics.fmean(logs) / (expected / math.sqrt(len(logs)))
    answer.check(
        f"at √2 the mean of log out is as finite width predicts, within 3 standard errors: {distance:+.1f}",
        abs(distance) < 3,
    )
    answer.check(
        f"and so is its deviation over the seeds: {scatter:.2f} ± {error:.2f}, predicted {expected:.2f}",
        abs(scatter - expected) < 3 * error,
    )
    return scatter


def check_factors(answer, rows, gains):
    off = [abs(x / (gain / ROOT2) - 1) for gain in gains for name in ("out", "grad")
           for x in per_layer(rows, gain, name).values]  # fmt: skip
    answer.check(
        "(an identity, which tests the program:) against √2, out and grad grow by gain/√2 a layer in every seed and at every gain, to 1 in 100 "
        "000: the furthest "
        f"is off by {max(off):.0e}, rounding of float32",
        max(off) < 1e-5,
    )


def check_reach(answer, rows, gains):
    ratios = {
        gain: [per_layer(rows, gain, "out", depth).mean ** depth for depth in (10, 100)] for gain in gains
    }
    near = [gain for gain in gains if all(0.1 < x < 10 for x in ratios[gain])]
    shallow = [gain for gain in gains if 0.1 < ratios[gain][0] < 10]
    listed = ", ".join(f"{gain:.4g}: {figure(ratios[gain][1])}" for gain in gains)
    answer.check(
        "out is within a factor of 10 of √2's at all five gains after 10 layers, but at 1.4 and 1.43 alone "
        f"after 100: {listed}",
        shallow == gains and near == [1.4, ROOT2, 1.43],
    )
