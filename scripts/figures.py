"""The figures of scripts/plot: a stack's rows as a script for gnuplot."""

import functools
import math
import statistics
import subprocess
from dataclasses import dataclass
from io import StringIO

import rows
from axis import log_ticks, power_ticks

# Parameters that a file's name and a heading need not mention where they have these values.
USUAL = {
    "init": "xavier_normal", "skip": "", "input_std": "1", "input_similarity": "0", "loss": "sum", "backward": "each",
}  # fmt: skip
KNOWN = {"activation", "gain", "init", "skip", "input_std", "input_similarity", "loss", "backward", "width", "batch",
         "depth"}  # fmt: skip
VIRIDIS = ["#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#d8c820"]
NAMED = ["#414487", "#22a884", "#d1495b", "#e8a33d", "#2a788e", "#7a5195", "#707070", "#8c564b"]


@dataclass
class Panel:
    """A figure of a layer, and how many decades below its first value still matter."""

    column: str
    label: str
    floor: int
    ceiling: int = 8

    @property
    def predicted(self):
        return f"predicted_{self.column}"


PANELS = [
    Panel("out_std", "standard deviation of out", 3),
    Panel("grad_mean_abs", "mean |grad|", 8),
    Panel("weight_grad_mean_abs", "mean |grad| of the weights", 8),
]


def without(parameters, *names):
    return {name: value for name, value in parameters.items() if name not in names}


def predict(parameters, *arguments):
    """Rows of `initprobe predict` for these parameters; none where the theory does not cover them."""
    words = [parameters["activation"], parameters["gain"]]
    for name, value in without(parameters, "activation", "gain").items():
        if name not in KNOWN:
            words += ["--set", f"{name}={value}"]
        elif value and value != USUAL.get(name):
            words += [f"--{name.replace('_', '-')}", value]
    command = ["initprobe", "predict", *words, *arguments, "--format", "csv", "--quiet"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        return []
    return [rows.Row(cells) for cells in rows.csv_lines("the prediction", StringIO(result.stdout))]


@dataclass
class Series:
    """The rows of one value of the compared column."""

    value: str
    label: str
    members: list

    @property
    def layers(self):
        return sorted({int(row["layer"]) for row in self.members})

    def points(self, column):
        """(layer, mean of log10, standard deviation) over the seeds; what is 0 or infinite has no point."""
        for layer in self.layers:
            values = self.finite(column, layer)
            if values:
                yield layer, statistics.fmean(values), statistics.stdev(values) if len(values) > 1 else 0.0

    def finite(self, column, layer):
        values = {row["seed"]: row.log10(column) for row in self.members if int(row["layer"]) == layer}
        return [value for value in values.values() if value is not None and math.isfinite(value)]

    @functools.cached_property
    def theory(self):
        """Predicted rows at every layer; where initprobe has none, those that the rows bring."""
        parameters = self.members[0].parameters
        words = ["--layers", f"1-{parameters['depth']}"]
        fresh = predict(parameters, *words, "--spectrum") if has_spectrum(self.members) else []
        return Series(self.value, self.label, fresh or predict(parameters, *words) or self.members)


class Stack:
    """What one figure shows."""

    def __init__(self, members, by):
        self.by, self.members = by, members
        self.parameters = members[0].parameters
        if not any(row["layer"] == "0" for row in members):
            raise ValueError("a run lacks the row of its input (layer 0); layers of different widths cannot be drawn.")
        values = {row[by]: row["gain"] for row in members}
        self.is_numeric = all(is_number(value) for value in values)
        ordered = sorted(values, key=float) if self.is_numeric else list(values)
        # The gain of a name may differ in its last digit.
        self.shares_gain = len({f"{float(gain):.9g}" for gain in values.values()}) == 1
        self.series = [
            Series(value, self.label(value, values[value]), [row for row in members if row[by] == value])
            for value in ordered
        ]
        self.seeds = max(len({row["seed"] for row in one.members}) for one in self.series)
        self.is_measured = any(row["out_std"] for row in members)
        self.panels = [
            panel for panel in PANELS
            if any(row[panel.column] or row[panel.predicted] for row in members if row["layer"] != "0")
        ]  # fmt: skip

    def label(self, value, gain):
        text = f"{float(value):.4g}" if is_number(value) else value or "none"
        return text if self.by == "gain" or self.shares_gain else f"{text}, gain {float(gain):.4g}"

    @property
    def fixed(self):
        """Parameters that all lines share."""
        own = {} if self.by != "gain" and self.shares_gain else {"gain"}
        return without(self.parameters, self.by, *own)

    @property
    def heading(self):
        return f"{self.parameters['activation']}: " if self.by != "activation" else ""

    @property
    def about(self):
        have = self.fixed
        size = [f"{have[name]} layers" if name == "depth" else f"of {have[name]} units"
                for name in ("depth", "width") if name in have]  # fmt: skip
        parts = [" ".join(size), f"batch {have['batch']}" if "batch" in have else ""]
        parts += [f"gain {float(have['gain']):.4g}" if "gain" in have else "", have.get("init", "")]
        others = without(have, "activation", "gain", "width", "batch", "depth", "init")
        parts += [f"{name.replace('_', ' ')} {value}" for name, value in others.items() if value != USUAL.get(name)]
        return ", ".join(part for part in parts if part)

    @property
    def name(self):
        """The beginning of the names of its files."""
        have = self.fixed
        parts = [have[name] for name in ("activation",) if name in have]
        parts += [f"{name}{have[name]}" for name in ("width", "batch", "depth") if name in have]
        for name, value in have.items():
            if name not in ("activation", "width", "batch", "depth") and value and value != USUAL.get(name):
                title = {"init": "", "input_std": "input"}.get(name, name)
                parts.append(title + (f"{float(value):.4g}" if name == "gain" else value))
        parts += [f"by-{self.by}"] if self.by != "gain" else []
        return "-".join("".join(c if c.isalnum() or c in "_." else "-" for c in part) for part in parts)

    @property
    def has_map(self):
        has_gradients = any(panel.column == "grad_mean_abs" for panel in self.panels)
        return self.by == "gain" and len(self.series) >= 5 and has_gradients


def has_spectrum(members):
    return any(row[name] for row in members for name in ("sv_max", "predicted_sv_max"))


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def of(stack, is_text):
    """The kinds of figures of a stack, each with a function from format and path to a script."""
    yield "layers", functools.partial(layers_figure, stack)
    if stack.has_map:
        cells = Cells(stack)
        if cells.known:
            yield "map", functools.partial(map_figure, stack, cells)
    if not is_text and has_spectrum(stack.members):
        yield "spectrum", functools.partial(spectrum_figure, stack)


def opening(extension, path, height):
    """Terminal, output and looks that all figures share. Fonts of SVG are measured in pixels, of PNG in points."""
    if extension == "dumb":
        return ["set encoding utf8", "set terminal dumb 79 23 noenhanced", "set tics nomirror out scale 0.6"]
    fonts = {"svg": ("svg", "Helvetica,Arial,DejaVu Sans,sans-serif,14"), "png": ("pngcairo", "DejaVu Sans,10.5")}
    terminal, font = fonts[extension]
    return [
        "set encoding utf8",
        f'set terminal {terminal} size 960,{height} enhanced background "white" font "{font}"',
        f"set output {quoted(path)}",
        'set grid linecolor "#e0e0e0" linewidth 0.7 linetype 1',
        'set border 3 linecolor "#606060"',
        "set tics nomirror out scale 0.6",
    ]


def quoted(text):
    return "'" + str(text).replace("'", "''") + "'"


def heading(extension, *lines, scale=1.0):
    """The figure's title and the lines below it, all by `scale` as far from the top."""
    font = ",20" if extension == "svg" else ",15"
    return [f"set label 1 {quoted(lines[0])} at screen 0.02, {1 - 0.032 * scale} font '{font}' noenhanced"] + [
        f"set label {2 + i} {quoted(line)} at screen 0.02, {1 - (0.032 + below) * scale} textcolor '#505050' noenhanced"
        for i, (line, below) in enumerate(zip(lines[1:], (0.033, 0.059), strict=False))
    ]


def block(name, points):
    return [f"${name} << END", *(" ".join(f"{x:.7g}" for x in point) for point in points), "END"]


def ticks(axis, labels):
    return f"set {axis}tics (" + ", ".join(f'"{label}" {at:.9g}' for label, at in labels) + ")"


def layers_figure(stack, extension, path):
    """Each panel's figure against the layer, a line for each series."""
    is_text = extension == "dumb"
    shown = chosen(stack.series, 8 if is_text else 12)
    height = 110 + 355 * max(2, len(stack.panels))
    script = opening(extension, path, height)
    titles = {"out_std": "output", "grad_mean_abs": "gradient", "weight_grad_mean_abs": "the weights' gradient"}
    names = [titles[panel.column] for panel in stack.panels]
    subject = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    title = f"{stack.heading}{subject} at each layer, by {stack.by.replace('_', ' ')}"
    title = title if stack.heading else title.capitalize()
    seeds = f"mean of {stack.seeds} seeds, bars ± 1 standard deviation" if stack.seeds > 1 else "one seed"
    legend = f"points: measured, {seeds}; thin lines: " if stack.is_measured else ""
    legend += "infinite-width theory"
    if not is_text:
        script += ["set multiplot", f"set lmargin at screen 0.1; set rmargin at screen {right_margin(shown)}"]
        script += heading(extension, title, stack.about, legend)
    for number, panel in enumerate(stack.panels):
        script += panel_script(stack, shown, panel, number, extension, title)
    return "\n".join([*script, ""])


def right_margin(shown):
    """Where panels end so that the longest label has its place beside them."""
    return min(0.86, 0.94 - 0.0085 * max(len(one.label) for one in shown))


def chosen(series, most):
    """More lines than `most` cannot be told apart; then every n-th, the first among them."""
    stride = max(1, math.ceil((len(series) - 1) / (most - 1)))
    return series[::stride]


def colours(stack, shown):
    """By the value where the compared column holds numbers, else one after the other."""
    if not stack.is_numeric:
        return [NAMED[i % len(NAMED)] for i in range(len(shown))]
    values = [float(one.value) for one in shown]
    span = values[-1] - values[0] or 1
    return [mixed(VIRIDIS, (value - values[0]) / span) for value in values]


def mixed(palette, part):
    place = part * (len(palette) - 1)
    i = min(int(place), len(palette) - 2)
    first, second = ([int(palette[i + k][j : j + 2], 16) for j in (1, 3, 5)] for k in (0, 1))
    return "#" + "".join(f"{round(a + (b - a) * (place - i)):02x}" for a, b in zip(first, second, strict=True))


def panel_range(shown, panel):
    """A vanishing line's thirty decades would press all others together, so that a line may leave the panel,
    unless all do."""
    lines = [list(one.theory.points(panel.predicted)) + list(one.points(panel.column)) for one in shown]
    lines = [sorted(line) for line in lines if line]
    low = min(point[1] for line in lines for point in line)
    high = max(point[1] for line in lines for point in line)
    start = statistics.fmean(line[0][1] for line in lines)
    if max(line[-1][1] for line in lines) > start - panel.floor:
        low = max(low, start - panel.floor)
    if min(line[-1][1] for line in lines) < start + panel.ceiling:
        high = min(high, start + panel.ceiling)
    margin = 0.04 * (high - low) + 0.02
    return low - margin, high + margin


def panel_script(stack, shown, panel, number, extension, title):
    is_text, is_last = extension == "dumb", number == len(stack.panels) - 1
    low, high = panel_range(shown, panel)
    script, measured, lines, keys = [], [], [], []
    dot = 0.38 if extension == "svg" else 0.55
    deep_first = list(enumerate(zip(shown, colours(stack, shown), strict=True)))[::-1]
    for i, (one, colour) in deep_first:
        points, theory = list(one.points(panel.column)), list(one.theory.points(panel.predicted))
        script += block(f"m{number}_{i}", points) + block(f"t{number}_{i}", theory)
        width = 0.8 if stack.is_measured else 1.8
        if theory:
            style = f"lines linecolor '{colour}' linewidth {width}"
            if is_text:
                style = "dots" if points else "points"
            lines.append(f"$t{number}_{i} using 1:2 with {style} notitle")
        if points and is_text:
            measured.append(f"$m{number}_{i} using 1:2 with points pointtype {i + 1} title {quoted(one.label)}")
        elif points:
            measured += [
                f"$m{number}_{i} using 1:($2-$3):(0):(2*$3) with vectors nohead linecolor '{colour}' notitle"
            ] * (stack.seeds > 1) + [
                f"$m{number}_{i} using 1:2 with points linecolor '{colour}' pointtype 7 pointsize {dot} notitle"
            ]
        if not is_text:
            style = f"points pointtype 7 pointsize {1.6 * dot}" if stack.is_measured else "lines linewidth 2"
            keys.append(f"keyentry with {style} linecolor '{colour}' title {quoted(one.label)}")
    depth = max(layer for one in shown for layer in (*one.layers, *one.theory.layers))
    script += [f"set xrange [0:{depth}]", f"set yrange [{low:.9g}:{high:.9g}]"]
    script.append(ticks("y", log_ticks(low, high, is_text)))
    label = panel.label
    if panel.column == "grad_mean_abs":
        label += " of a layer" if stack.parameters.get("backward") == "last" else " at the input"
    if is_text:
        text = f"{stack.heading}{panel.label} by {stack.by}, .. theory"
        script += [
            f'set title {quoted(text)}."\\n".{quoted(stack.about)}',
            "set xlabel 'layer'", f"set key outside right top title {quoted(stack.by)}",
        ]  # fmt: skip
    else:
        each = 0.8 / len(stack.panels)
        top = 0.885 - number * (each + 0.015)
        script += [
            f"set ylabel {quoted(label)} noenhanced",
            f"set format x '{'%g' if is_last else ''}'",
            f"set xlabel '{'layer' if is_last else ''}' offset 0, 0.5",
            f"set tmargin at screen {top}; set bmargin at screen {top - each + 0.02}",
            f"set key at screen 0.985, {top} top right Right reverse samplen 1 spacing 1.15 noenhanced "
            f"title {quoted(stack.by.replace('_', ' '))} noenhanced" if number == 0 else "unset key",
        ]  # fmt: skip
    script.append("plot " + ", ".join(lines + measured + keys))
    if not is_text:
        script.append("unset label")
    return script


class Cells:
    """A rectangle for each gain and layer of the map, to half way to its neighbours."""

    def __init__(self, stack):
        column = "grad_mean_abs" if stack.is_measured else "predicted_grad_mean_abs"
        gains = [float(one.value) for one in stack.series]
        layers = sorted({layer for one in stack.series for layer in one.layers if layer > 0})
        across, up = cut_between(gains, 0), cut_between(layers, 0)
        self.known = [
            (gain, layer, *across[gain], *up[layer], value)
            for one, gain in zip(stack.series, gains, strict=True)
            for layer, value, _ in one.points(column) if layer > 0
        ]  # fmt: skip
        self.x = across[gains[0]][0], across[gains[-1]][1]
        self.y = up[layers[0]][0], up[layers[-1]][1]


def cut_between(points, least):
    """The ends of the cell of each of these ascending points; none reaches below `least`."""
    if len(points) == 1:
        return {points[0]: (points[0] - 0.5, points[0] + 0.5)}
    middles = [(a + b) / 2 for a, b in zip(points, points[1:], strict=False)]
    first = min(points[0], max(least, 2 * points[0] - middles[0]))
    ends = [first, *middles, 2 * points[-1] - middles[-1]]
    return {point: (low, high) for point, low, high in zip(points, ends, ends[1:], strict=False)}


def named_gain(stack, name, layer):
    """The gain of this name of a stack that ends at this layer; None where there is none."""
    parameters = stack.parameters | {"gain": name, "depth": str(layer)}
    predicted = predict(parameters, "--layers", str(layer))
    return float(predicted[-1]["gain"]) if predicted else None


def map_figure(stack, cells, extension, path):
    is_text = extension == "dumb"
    values = [cell[6] for cell in cells.known]
    seeds = "theory" if not stack.is_measured else f"mean of {stack.seeds} seeds" if stack.seeds > 1 else "one seed"
    pytorch = named_gain(stack, "pytorch", 1)
    neutral = [(gain, layer) for layer in range(2, int(stack.series[0].layers[-1]) + 1)
               for gain in [named_gain(stack, "neutral", layer)] if gain]  # fmt: skip
    script = opening(extension, path, 640)
    script += [f"set xrange [{cells.x[0]}:{cells.x[1]}]", f"set yrange [{cells.y[0]}:{cells.y[1]}]"]
    script += ["set xlabel 'gain'", "set ylabel 'layer'", *block("neutral", neutral)]
    curves = ["$neutral using 1:2 with " + ("labels" if is_text else "lines linecolor 'black' linewidth 2.5")]
    if is_text:
        script += text_map(stack, cells)
    else:
        script += colour_scale(values) + heading(
            extension, f"{stack.heading}mean |grad| at the input, by gain and layer", f"{stack.about}, {seeds}"
        )
        # A cell reaches under its successors, which hides the seams that renderers leave between neighbours.
        under = [(gain, layer, left, min(right + 0.3 * (right - left), cells.x[1]), bottom,
                  min(top + 0.3 * (top - bottom), cells.y[1]), value)
                 for gain, layer, left, right, bottom, top, value in cells.known]  # fmt: skip
        script += block("cells", under) + block("pytorch", [(pytorch, y) for y in cells.y] if pytorch else [])
        script += [
            "set ylabel offset 1.5, 0; set xlabel offset 0, 0.5",
            "set lmargin at screen 0.075; set rmargin at screen 0.86",
            "set tmargin at screen 0.825; set bmargin at screen 0.115",
            "unset grid; set border 15 front; set style fill solid noborder",
            "set object 1 rectangle from graph 0, 0 to graph 1, 1 fillcolor '#bbbbbb' fillstyle solid noborder behind",
            "set key at graph 1, 1.01 bottom right samplen 3 Left reverse noenhanced",
        ]
        curves = ["$cells using 1:2:3:4:5:6:7 with boxxyerror linecolor palette notitle"]
        if neutral:
            title = "neutral gain of a stack of this depth"
            curves.append(f"$neutral with lines linecolor 'black' linewidth 2.5 title '{title}'")
        if pytorch:
            curves.append("$pytorch with lines linecolor 'black' linewidth 1.5 dashtype 2 "
                          f"title 'calculate_gain() = {pytorch:.4g}'")  # fmt: skip
        script.append("plot " + ", ".join(curves))
    return "\n".join([*script, ""])


def colour_scale(values):
    """White is 1, and both sides reach as far as the one that goes less far, so that they compare; where nothing
    reaches 100 on one side, the other alone counts. Blue to red as in ColorBrewer's RdBu, which the common kinds
    of colour blindness tell apart."""
    least, most = min(values), max(values)
    limit = math.ceil(min(-least, most))
    limit = limit if limit >= 2 else max(2, math.ceil(max(-least, most)))
    labels = power_ticks(-limit, limit)
    step = labels[1][1] - labels[0][1]
    limit = step * math.ceil(limit / step)
    labels = power_ticks(-limit, limit)
    if least < -limit:
        labels[0] = (f"≤ {labels[0][0]}", labels[0][1])
    if most > limit:
        labels[-1] = (f"≥ {labels[-1][0]}", labels[-1][1])
    stops = ["#053061", "#2166ac", "#4393c3", "#92c5de", "#ffffff", "#f4a582", "#d6604d", "#b2182b", "#67001f"]
    palette = ", ".join(f'{i} "{colour}"' for i, colour in enumerate(stops))
    return [
        f"set cbrange [{-limit}:{limit}]", ticks("cb", labels), f"set palette defined ({palette})",
        "set label 9 'mean |grad|' at graph 1.02, 1.045",
    ]  # fmt: skip


def text_map(stack, cells):
    """A cell becomes a few characters; where they reach into its neighbour's, that is drawn later and wins."""
    width = 66 // len(stack.series) + 1
    marks = [(-5, "="), (-1, "-"), (1, " "), (5, "+"), (math.inf, "#")]
    script = ["$cells << END"]
    for gain, layer, *_, value in cells.known:
        mark = next(character for limit, character in marks if value <= limit)
        script.append(f'{gain} {layer} "{mark * width}"')
    title = "|grad|: = < 1e-5, - < 0.1, + > 10, # > 1e5; o neutral gain"
    return [
        *script, "END", f"set title {quoted(stack.heading + stack.about)}.\"\\n\".{quoted(title)}",
        "plot $cells using 1:2:3 with labels notitle, $neutral using 1:2:('o') with labels notitle",
    ]  # fmt: skip


QUANTILES = rows.SPECTRUM[:5]


def spectrum_figure(stack, extension, path):
    """A panel for each of up to three series: all singular values, the middle 80 %, the median; theory as lines.

    What lies below float32's floor has no value: there the fan reaches to the bottom, and the median ends.
    """
    last = len(stack.series) - 1
    shown = [stack.series[i] for i in dict.fromkeys((0, last // 2, last))]
    height = 130 + 250 * len(shown)
    script = [*opening(extension, path, height), "set multiplot", "set style fill solid noborder"]
    script += [f"set lmargin at screen 0.1; set rmargin at screen {right_margin(shown)}"]
    legend = "pale: smallest to largest, darker: middle 80 %, line: median" if stack.is_measured else ""
    if any(row["predicted_sv_max"] for one in shown for row in one.theory.members):
        legend += "; dashed: infinite-width theory for the same five" if legend else "infinite-width theory"
    title = f"{stack.heading}singular values of the Jacobian, by {stack.by.replace('_', ' ')}"
    script += heading(extension, title, stack.about, legend, scale=630 / height)
    for number, (one, colour) in enumerate(zip(shown, colours(stack, shown), strict=True)):
        top = 1 - (80 + 250 * number) / height
        is_last = number == len(shown) - 1
        script += fan(one, colour, number, is_last, top=top, bottom=top - 225 / height)
    return "\n".join([*script, ""])


def fan(one, colour, number, is_last, top, bottom):
    measured = {name: dict(points_of(one.members, name)) for name in QUANTILES}
    predicted = {name: points_of(one.theory.members, f"predicted_{name}") for name in QUANTILES}
    theory = [y for line in predicted.values() for _, y in line]
    values = [y for line in measured.values() for y in line.values()]
    # Lines of theory alone may go down for dozens of decades.
    low, high = min(values or [max(min(theory), max(theory) - 8)]), max(values + theory)
    margin = 0.04 * (high - low) + 0.02
    script = [f"set yrange [{low - margin}:{high + margin}]", ticks("y", log_ticks(low - margin, high + margin))]
    depth = max(layer for layer in (*one.layers, *one.theory.layers))
    curves = []
    for pale, (least, most) in (("20", ("sv_min", "sv_max")), ("50", ("sv_10", "sv_90"))):
        above = measured[most]
        pairs = [(x, measured[least].get(x, low - margin), above[x]) for x in sorted(above)]
        if pairs:
            script += block(f"{least}{number}", pairs)
            style = f"fillcolor '{colour}' fillstyle transparent solid 0.{pale}"
            curves.append(f"${least}{number} using 1:2:3 with filledcurves {style} notitle")
    styles = "linewidth 1.2 dashtype (4,3)" if values else "linewidth 1.5"
    lines = [(f"median{number}", sorted(measured["sv_50"].items()), "linewidth 2.2")]
    lines += [(f"theory{number}{name}", line, styles) for name, line in predicted.items()]
    for name, line, style in lines:
        if line:
            script += block(name, line)
            dark = "black" if values and name.startswith("theory") else colour
            curves.append(f"${name} using 1:2 with lines linecolor '{dark}' {style} notitle")
    return [
        *script, f"set xrange [0:{depth}]", f"set format x '{'%g' if is_last else ''}'",
        f"set xlabel '{'layer' if is_last else ''}' offset 0, 0.5", "set ylabel 'singular value'",
        f"set label 9 {quoted(one.label)} at graph 1.02, 0.95 noenhanced",
        f"set tmargin at screen {top}; set bmargin at screen {bottom}",
        "plot " + ", ".join(curves), "unset label",
    ]  # fmt: skip


def points_of(members, column):
    """(layer, mean of log10 over the seeds), in ascending layers; none where a seed has no value."""
    series = Series("", "", members)
    seeds = {layer: len({row["seed"] for row in members if int(row["layer"]) == layer}) for layer in series.layers}
    return [(layer, value) for layer, value, _ in series.points(column)
            if len(series.finite(column, layer)) == seeds[layer]]  # fmt: skip
