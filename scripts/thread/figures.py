"""Figures, drawn by gnuplot."""

import shutil
import subprocess
from dataclasses import dataclass, field

from .evidence import ROOT

COLOURS = ["#414487", "#22a884", "#d1495b", "#e8a33d", "#2a788e", "#7a5195", "#707070"]


@dataclass
class Series:
    """Points (x, y) or (x, y, low, high) with a legend entry.

    `style` is points, lines, linespoints, yerrorbars, filledcurves (between low and high) or labels, whose
    points are (x, y, text).
    """

    title: str
    points: list[tuple]
    style: str = "linespoints"
    colour: str | None = None


@dataclass
class Plot:
    title: str
    x: str
    y: str
    series: list[Series]
    log_x: bool = False
    log_y: bool = False
    settings: list[str] = field(default_factory=list)
    """Further commands of gnuplot, such as `set yrange [0:1]`."""


USING = {"yerrorbars": "1:2:3:4", "filledcurves": "1:3:4", "labels": "1:2:3"}
WITH = {
    "points": "points pt 7 ps 0.5",
    "lines": "lines lw 1.6",
    "linespoints": "linespoints lw 1.4 pt 7 ps 0.4",
    "yerrorbars": "yerrorbars lw 1.2 pt 7 ps 0.45",
    "filledcurves": "filledcurves fs transparent solid 0.25 noborder",
    "labels": "labels left offset 0.6,0.2 noenhanced",
}


def available():
    return shutil.which("gnuplot") is not None


def draw(plot, path):
    """Writes results/<path>."""
    output = ROOT / "results" / path
    output.parent.mkdir(exist_ok=True)
    subprocess.run(["gnuplot"], input=script(plot, output), text=True, check=True)


def script(plot, output):
    font = "Helvetica,Arial,DejaVu Sans,sans-serif,14"
    lines = [
        "set encoding utf8",
        f'set terminal svg size 900,520 enhanced background "white" font "{font}"',
        f'set output "{output}"',
        f'set title "{plot.title}" noenhanced',
        f'set xlabel "{plot.x}" noenhanced',
        f'set ylabel "{plot.y}" noenhanced',
        'set grid linecolor "#e0e0e0" linewidth 0.7 linetype 1',
        'set border 3 linecolor "#606060"',
        "set tics nomirror out scale 0.6",
        "set key outside right top noenhanced",
    ]
    if plot.log_x:
        lines.append("set logscale x")
    if plot.log_y:
        lines += ["set logscale y", 'set format y "%g"']
    lines += plot.settings
    for number, series in enumerate(plot.series):
        lines += [f"$data{number} << END", *(data_line(point) for point in series.points), "END"]
    curves = [
        f'$data{n} using {USING.get(s.style, "1:2")} with {WITH[s.style]} '
        f'{colour(s, n)} title "{s.title}"'
        for n, s in enumerate(plot.series)
    ]
    return "\n".join([*lines, "plot " + ", \\\n  ".join(curves), ""])


def data_line(point):
    return " ".join(f'"{x}"' if isinstance(x, str) else f"{x:.9g}" for x in point)


def colour(series, number):
    kind = "textcolor" if series.style == "labels" else "linecolor"
    return f'{kind} "{series.colour or COLOURS[number % len(COLOURS)]}"'
