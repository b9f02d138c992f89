"""The figures of results/thread.md, drawn by gnuplot."""

import math
import subprocess

from collapse import stacks
from evidence import ROOT
from gradients import THREAD_LINES
from output import shared_scatter

from figures import NAMED, block, opening, quoted

HEIGHT = 520
PLAIN, ORTHOGONAL, SKIP = NAMED[0], NAMED[1], NAMED[2]


def draw_all(evidence):
    for name, kinds, figure in (
        ("thread-collapse", ("svg",), collapse), ("thread-relu-spread", ("svg",), relu_spread),
        ("thread-selu-075", ("svg",), selu_075), ("phase-diagram", ("svg", "png"), phase_diagram),
    ):  # fmt: skip
        for kind in kinds:
            path = ROOT / "results" / "figures" / f"{name}.{kind}"
            script = [*opening(kind, path, HEIGHT), *figure(evidence), ""]
            subprocess.run(["gnuplot"], input="\n".join(script), text=True, check=True)
            print(path.relative_to(ROOT))


def frame(title, x, y, x_range, y_range):
    """An x and a y axis, the legend to the right."""
    return [
        f"set title {quoted(title)} noenhanced", f"set xlabel {quoted(x)} noenhanced",
        f"set ylabel {quoted(y)} noenhanced", f"set xrange [{x_range[0]}:{x_range[1]}]",
        f"set yrange [{y_range[0]}:{y_range[1]}]",
        "set key at screen 0.985, 0.92 top right Left reverse samplen 2 noenhanced",
        "set lmargin at screen 0.1; set rmargin at screen 0.84; set tmargin at screen 0.92; set bmargin at screen 0.15",
    ]  # fmt: skip


NAMES = {
    "sigmoid": (0.904, 1.047), "cos": (0.904, 1), "hardsigmoid": (0.904, 0.953), "softplus": (0.9, 0.895),
    "relu": (1.011, 1.035), "relu6": (1.029, 1.035), "abs": (1.039, 1.086), "hardswish": (1.052, 1.037),
    "leaky_relu": (1.041, 0.989), "rrelu": (1.003, 0.931), "mish": (1.025, 0.932), "silu": (1.05, 0.935),
    "gelu": (1.038, 0.876), "elu": (1.02, 0.664), "hardshrink": (0.955, 0), "softshrink": (1.011, 0.056),
    "identity": (1.007, -0.047), "selu": (1.038, -0.011), "atan": (1.059, 0), "tanh": (1.09, 0), "erf": (1.111, -0.046),
    "softsign": (1.119, 0.047), "sin": (1.132, -0.025), "hardtanh": (1.154, 0),
}  # fmt: skip
"""Where the names stand, so that they cover neither a point nor each other."""


def collapse(evidence):
    script = frame("Unit gain, 50 layers: explode (right) or collapse (top); names are of plain stacks",
                   "growth of the gradient by the signal's, per layer (0.9: less than that)",
                   "similarity after layer 50", (0.89, 1.2), (-0.12, 1.12))  # fmt: skip
    curves = []
    for name, colour, title in (("unit", PLAIN, "plain"), ("orthogonal", ORTHOGONAL, "orthogonal"),
                                ("skip", SKIP, "skip 0.5")):  # fmt: skip
        found = stacks(evidence[f"collapse-{name}"])
        points = [(max(0.9, 10 ** (one.growth / 49)), one.similarity) for one in found]
        script += block(name, points)
        curves.append(f"${name} with points pointtype 7 pointsize 0.5 linecolor '{colour}' title '{title}'")
        for (x, y), one in zip(points, found if name == "unit" else [], strict=False):
            at = "{}, {}".format(*NAMES[one.activation])
            script.append(f"set label {quoted(one.activation)} at {at} left textcolor '{PLAIN}' font ',12' noenhanced")
            script.append(f"set arrow from {x:.6g}, {y:.6g} to {at} nohead linecolor '#c0c0c0'")
    tenfold = 10 ** (1 / 49)
    script.append(f"set arrow from {tenfold}, graph 0 to {tenfold}, graph 1 nohead dashtype 2 linecolor '#909090'")
    script.append(f"set label 'tenfold' at {tenfold + 0.002}, 0.75 textcolor '#707070'")
    return [*script, "plot " + ", ".join(curves)]


def relu_spread(evidence):
    relus, tanhs = evidence["relu-pytorch"], evidence["tanh-five-thirds"]
    layers = [int(n) for n in relus.distinct("layer") if n > 0]
    theory = relus.out(layer=100).theory
    # E[q] is kept, so that the middle of log out lies lower by a quarter of the variance of log q.
    band = [(n, middle * math.exp(-w / 2), middle * math.exp(w / 2)) for n in layers
            for w in [shared_scatter(n, 1000)] for middle in [theory * math.exp(-w * w / 4)]]  # fmt: skip
    script = frame("out of 20 seeds at each layer, width 1000", "layer", "out", (5, 105), (0, 2))
    script += block("band", band)
    for name, table in (("relu", relus), ("tanh", tanhs)):
        script += block(name, [(n, x) for n in table.distinct("layer") if n for x in table.values("out", layer=n)])
    return [*script, "plot " + ", ".join([
        f"$band with filledcurves linecolor '{PLAIN}' fillstyle transparent solid 0.2 noborder title 'finite width'",
        f"$relu with points pointtype 7 pointsize 0.4 linecolor '{PLAIN}' title 'relu at √2'",
        f"$tanh with points pointtype 7 pointsize 0.4 linecolor '{SKIP}' title 'tanh at 5/3'",
    ])]  # fmt: skip


def selu_075(evidence):
    rows = evidence["selu-075"]
    outs = {layer: rows.out(layer=layer) for layer in THREAD_LINES}
    script = frame("selu at 0.75: out by what theory predicts", "layer", "out / theory", (0, 92), (0.85, 1.15))
    script += block("seeds", [(n, x.range[0] / x.theory, x.range[1] / x.theory) for n, x in outs.items()])
    script += block("thread", [(n, THREAD_LINES[n][0] / x.theory) for n, x in outs.items()])
    return [*script, "plot " + ", ".join([
        f"$seeds with filledcurves linecolor '{PLAIN}' fillstyle transparent solid 0.25 noborder title '20 seeds'",
        f"$thread with linespoints pointtype 7 pointsize 0.5 linecolor '{SKIP}' title 'the thread'",
    ])]  # fmt: skip


def phase_diagram(evidence):
    """What measured layers do to near inputs and to the gradient, over gain and bias, with the edge of theory."""
    stacks = evidence["../phase/tanh"]
    pairs = zip(stacks.where(layer=1).members, stacks.where(layer=50).members, strict=True)
    cells = []
    for first, last in pairs:
        factor = 10 ** ((last.log10("grad_mean_abs") - first.log10("grad_mean_abs")) / 49)
        cells.append((last.number("gain"), last.number("b"), last.number("similarity"), factor))
    edge = [(float(row["gain"]), float(row["b"])) for row in evidence.gains("../phase/edge")]
    title = "tanh(W(h, bias=b)), 50 layers of 300 units, measured; line: edge of chaos by theory, χ₁ = 1"
    script = block("cells", cells) + block("edge", edge) + [f"set multiplot title {quoted(title)} noenhanced"]
    script += [
        "unset grid; unset key; set border 15 front; set style fill solid noborder",
        "set xlabel 'gain'; set ylabel offset 1.5, 0; set bmargin at screen 0.13; set tmargin at screen 0.84",
        "set xrange [0.675:2.525]; set yrange [-0.05:1.05]",
        "set label 5 '5/3' at 1.6667, 0 front point pointtype 7 pointsize 0.7 linecolor 'white' "
        "offset 0.6, 0.6 textcolor 'white'",
    ]
    blue_red = "0 '#053061', 1 '#4393c3', 2 '#ffffff', 3 '#d6604d', 4 '#67001f'"
    purple = "0 '#2d0a4e', 0.5 '#8f6cc0', 0.9 '#dcd0ee', 0.99 '#ffffff', 1 '#ffffff'"
    for left, column, title, scale, palette, label, word in (
        (0.08, 3, "cosine of two inputs that began at 0.99", "0:1", purple, "standard deviation of the bias", "black"),
        (0.56, 4, "factor of a layer on the gradient", "0.8:1.2", blue_red, "", "white"),
    ):  # fmt: skip
        # A cell reaches over the seams that renderers leave between neighbours.
        script += [
            f"set lmargin at screen {left}; set rmargin at screen {left + 0.36}; set ylabel {quoted(label)}",
            f"set cbrange [{scale}]; set palette defined ({palette}); set title {quoted(title)} noenhanced",
            f"set label 6 'order' at 0.8, 0.93 front textcolor '{word}'",
            "set label 7 'chaos' at 2.22, 0.3 front textcolor 'white'",
            f"plot $cells using 1:2:(0.028):(0.056):{column} with boxxyerror linecolor palette, "
            "$edge using 1:2 smooth csplines with lines linecolor 'black' linewidth 2.5",
            "set cbtics add ('≤ 0.8' 0.8, '≥ 1.2' 1.2)",
        ]
    return script
