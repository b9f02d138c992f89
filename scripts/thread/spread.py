"""A figure over several seeds, and how it is written."""

import math
import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """A figure of one layer over the seeds, and what the theory predicts for it."""

    values: list[float]
    theory: float | None = None

    @property
    def mean(self):
        return statistics.fmean(self.values)

    @property
    def deviation(self):
        """Standard deviation of one run (N − 1)."""
        return statistics.stdev(self.values)

    @property
    def low(self):
        return min(self.values)

    @property
    def high(self):
        return max(self.values)

    @property
    def error(self):
        """Standard error of the mean."""
        return self.deviation / math.sqrt(len(self.values))

    @property
    def relative(self):
        """The deviation as a part of the mean."""
        return self.deviation / abs(self.mean)

    def distance(self, value):
        """How many deviations of one run `value` lies from the mean."""
        return (value - self.mean) / self.deviation

    def __str__(self):
        if len(self.values) == 1:
            return figure(self.mean)
        mean = figure(self.mean)
        if "e" in mean:
            return f"{mean} ± {percent(self.relative)}"
        return f"{mean} ± {self.deviation:.{len(mean.partition('.')[2])}f}"


def spread(rows, name, **where):
    """The figure `name` (an attribute of a row) over the rows that match, with `predicted_<name>`."""
    found = select(rows, **where)
    if not found:
        raise ValueError(f"no rows where {where}")
    theory = getattr(found[0], f"predicted_{name}", None) if name in ("out", "grad") else None
    if name == "log10_grad":
        theory = found[0].log10_predicted_grad
    return Spread([getattr(row, name) for row in found], theory)


def standard_errors(figures):
    """How many standard errors the mean lies from the theory."""
    return abs(figures.mean - figures.theory) / figures.error


def select(rows, **where):
    """Rows whose attributes have these values."""
    return [row for row in rows if all(getattr(row, key) == value for key, value in where.items())]


def distinct(rows, name):
    """Values of a column, in the order of the rows."""
    return list(dict.fromkeys(getattr(row, name) for row in rows))


def growth(rows, first, last, **where):
    """By what a layer multiplies the gradient between two layers: measured (over seeds) and predicted."""
    early = select(rows, layer=first, **where)
    late = select(rows, layer=last, **where)
    steps = last - first
    measured = [(b.log10_grad - a.log10_grad) / steps for a, b in zip(early, late, strict=True)]
    predicted = None
    if early[0].log10_predicted_grad is not None:
        predicted = 10 ** ((late[0].log10_predicted_grad - early[0].log10_predicted_grad) / steps)
    return Spread([10**x for x in measured], predicted)


def figure(x):
    """Four decimals as initprobe prints them, or an exponent where those would say little."""
    if x is None:
        return "—"
    if x == 0 or 1e-3 <= abs(x) < 1e4:
        return f"{x:.4f}" if abs(x) < 10 else f"{x:.4g}"
    mantissa, exponent = f"{x:.3e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def power(log10):
    """A number by its decimal logarithm."""
    if log10 is None:
        return "—"
    if -3 <= log10 < 4:
        return figure(10**log10)
    exponent = math.floor(log10)
    return f"{10 ** (log10 - exponent):.3f}e{exponent}"


def percent(x):
    return f"{100 * x:.2g} %"


def rounded(x):
    """To one digit, with thousands apart."""
    unit = 10 ** math.floor(math.log10(x))
    return f"{round(x / unit) * unit:,}".replace(",", " ")
