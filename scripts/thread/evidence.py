"""Rows of results/thread/, and what is read off them: a figure over the seeds, and growth per layer."""

import csv
import io
import math
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import rows  # noqa: E402

FOLDER = ROOT / "results" / "thread"
COLUMNS = {"out": "out_std", "grad": "grad_mean_abs", "mean": "out_mean", "similarity": "similarity",
           "saturated": "saturated"} | {name: name for name in rows.SPECTRUM}  # fmt: skip


class Spread:
    """A figure over the seeds, and what the theory predicts for it."""

    def __init__(self, values, theory=None):
        self.values, self.theory = values, theory
        self.mean = statistics.fmean(values)
        self.range = min(values), max(values)
        # Of one run, with N − 1; then of the mean.
        self.deviation = statistics.stdev(values) if len(values) > 1 else 0
        self.error = self.deviation / math.sqrt(len(values))

    @property
    def ratio(self):
        """The mean by the theory's value."""
        return self.mean / self.theory

    @property
    def errors_off(self):
        """Standard errors from the theory to the mean."""
        return (self.mean - self.theory) / self.error

    @property
    def runs_off(self):
        """Deviations of one run from the theory to the mean."""
        return (self.mean - self.theory) / self.deviation

    def chance(self, value):
        """How often one more run lies as far from these as `value` or further: Student's t, two-sided.

        The new run and the mean both scatter, so that (value − mean)/(deviation·√(1 + 1/n)) has n − 1 degrees
        of freedom.
        """
        count = len(self.values)
        t = abs(value - self.mean) / (self.deviation * math.sqrt(1 + 1 / count))
        return student_tail(t, count - 1)


def student_tail(t, freedom):
    """P(|T| > t): 1 − the integral of the density from −t to t, by Simpson's rule."""
    constant = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    steps = 2000
    inside = sum(
        (1 if i in (0, steps) else 4 if i % 2 else 2) * (1 + (t * i / steps) ** 2 / freedom) ** (-(freedom + 1) / 2)
        for i in range(steps + 1)
    )
    return 1 - 2 * constant * inside * t / steps / 3


class Table:
    """The rows of one file. `where` names values of columns: t.out(gain=1, layer=100)."""

    def __init__(self, members):
        self.members = members

    def where(self, **values):
        return Table([row for row in self.members if all(matches(row, *item) for item in values.items())])

    def __add__(self, other):
        return Table(self.members + other.members)

    def distinct(self, column):
        """The values of a column, in the order of the rows; numbers as numbers."""
        texts = dict.fromkeys(row[column] for row in self.members)
        return [number(text) if number(text) is not None else text for text in texts]

    def values(self, name, **where):
        return [row.number(COLUMNS[name]) for row in self.where(**where).members]

    def spread(self, name, **where):
        found = self.where(**where).members
        if not found:
            raise LookupError(f"no rows where {where}")
        return Spread([row.number(COLUMNS[name]) for row in found], found[0].number(f"predicted_{COLUMNS[name]}"))

    def out(self, **where):
        return self.spread("out", **where)

    def grad(self, **where):
        return self.spread("grad", **where)

    def growth(self, first, last, name="grad", **where):
        """By what a layer multiplies the figure from layer `first` to `last`: each seed, and predicted."""
        ends = [self.where(**where, layer=layer).members for layer in (first, last)]
        steps = {}
        for column in (COLUMNS[name], f"predicted_{COLUMNS[name]}"):
            logs = [(a.log10(column), b.log10(column)) for a, b in zip(*ends, strict=True)]
            steps[column] = [None if a is None else 10 ** ((b - a) / (last - first)) for a, b in logs]
        measured, predicted = steps.values()
        return Spread(measured, predicted[0])


def matches(row, column, value):
    return row[column] == value if isinstance(value, str) else row.number(column) == value


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


class Evidence:
    """Hands out tables by the names of their files; `spoil` makes each measurement a different one."""

    def __init__(self, spoil=False):
        self.spoil, self.tables = spoil, {}

    def __getitem__(self, name):
        if name not in self.tables:
            members = rows.read(FOLDER / f"{name}.csv")
            self.tables[name] = Table([spoilt(row) for row in members] if self.spoil else members)
        return self.tables[name]

    def gains(self, name):
        """Rows of `initprobe gain`, as dictionaries of text."""
        with open(FOLDER / f"{name}.csv", newline="") as file:
            return list(csv.DictReader(file))


def spoilt(row):
    """No claim about such a measurement should still be confirmed."""
    factor = 1 + 0.1 * row.number("layer") * (1 + row.number("seed") % 3)
    factor *= (row.number("gain") * row.number("input_std") * row.number("width")) ** 0.1
    wrong = {"similarity": "0.5", "saturated": "0.5"}
    wrong |= {name: repr(row.number(name) * factor) for name in ("out_std", "out_mean") if row[name]}
    if row["grad_mean_abs"]:
        exponent = 0.5 - (row.log10("grad_mean_abs") or 0)
        wrong["grad_mean_abs"] = f"{10 ** (exponent % 1)}e{math.floor(exponent)}"
    return rows.Row(row.cells | wrong)


def with_program():
    """The environment in which `initprobe` is the release build of this checkout."""
    return os.environ | {"PATH": f"{ROOT / '.build' / 'release'}{os.pathsep}{os.environ['PATH']}"}


def initprobe(*arguments):
    """Rows that a command prints as CSV, as dictionaries of text."""
    command = ["initprobe", *map(str, arguments), "--format", "csv"]
    result = subprocess.run(command, check=True, text=True, capture_output=True, env=with_program())
    return list(csv.DictReader(io.StringIO(result.stdout)))


def named(activation, name, depth=100, column="gain"):
    """What `initprobe gain` says of a gain that has a name."""
    found = initprobe("gain", activation, "--depth", depth)
    return next(float(row[column]) for row in found if row["name"] == name)
