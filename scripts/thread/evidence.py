"""What the answers rest on: rows that `initprobe sweep` wrote, and text that `initprobe` printed.

Evidence is either measured anew or read back from results/, where the last measurement left it: rows in
results/thread/*.csv, printed text in the console blocks of the pages.
"""

import csv
import decimal
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROWS = ROOT / "results" / "thread"
PAGES = [ROOT / "results" / name for name in ("thread.md", "why-five-thirds.md")]
BINARIES = ROOT / ".build" / "release"


class Row:
    """One layer of one run, or one gain; an attribute for each column, with numbers as numbers.

    `log10_grad` and `log10_predicted_grad` also hold what is below the range of a double.
    """

    NUMBERS = {
        "gain", "skip", "input_std", "width", "batch", "depth", "seed", "layer", "out_mean", "out_std",
        "out_abs_max", "saturated", "similarity", "grad_mean_abs", "predicted_out_std",
        "predicted_grad_mean_abs", "out_growth", "grad_growth",
    }  # fmt: skip

    def __init__(self, cells):
        for name, text in cells.items():
            number = name in self.NUMBERS
            setattr(self, name, text if not number else float(text) if text else None)
        self.out, self.predicted_out = getattr(self, "out_std", None), self.predicted_out_std
        self.grad, self.predicted_grad = getattr(self, "grad_mean_abs", None), self.predicted_grad_mean_abs
        self.log10_grad = log10(cells.get("grad_mean_abs"))
        self.log10_predicted_grad = log10(cells["predicted_grad_mean_abs"])

    def distort(self):
        """Makes the measurement a different one, in which no claim about it should still be confirmed."""
        if self.out is None:
            return
        self.out *= 1 + 0.1 * self.layer * (1 + self.seed % 3)
        self.out *= (self.gain * self.input_std * self.width) ** 0.1
        self.out_mean = self.out
        self.similarity = 0.5
        self.saturated = 0.5
        if self.grad is not None:
            self.log10_grad = 0.5 - (self.log10_grad or 0)
            self.grad = self.grad_mean_abs = 10**self.log10_grad


def log10(text):
    """Of a number as text, which may be too small or too large for a double; None for no number."""
    try:
        number = decimal.Decimal(text or "")
    except decimal.InvalidOperation:
        return None
    return float(number.log10()) if number.is_finite() and number > 0 else None


@dataclass
class Evidence:
    """Hands out rows and text; `measure` says whether they are made anew, `distort` that rows are spoilt."""

    measure: bool
    distort: bool = False

    def __post_init__(self):
        self.sweeps = {}
        self.printed = {}
        if not self.measure:
            for page in filter(Path.exists, PAGES):
                self.printed.update(console_blocks(page.read_text()))

    def rows(self, name, command):
        """The rows that `command` writes to results/thread/<name>.csv, measured once."""
        known = self.sweeps.setdefault(name, command)
        if known != command:
            raise ValueError(f"{name}.csv is the output of two commands: '{known}' and '{command}'")
        path = ROWS / f"{name}.csv"
        if self.measure and name not in self.printed:
            ROWS.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            self.run(command)
            self.printed[name] = ""
        with open(path, newline="") as file:
            rows = [Row(cells) for cells in csv.DictReader(file)]
        if self.distort:
            for row in rows:
                row.distort()
        return rows

    def text(self, command):
        """What a command prints."""
        if command not in self.printed:
            self.printed[command] = self.run(command)
        return self.printed[command]

    @staticmethod
    def run(command):
        environment = os.environ | {"PATH": f"{BINARIES}{os.pathsep}{os.environ['PATH']}"}
        result = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", command], cwd=ROOT, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        if result.returncode != 0:
            raise SystemExit(f"Error: '{command}' ended with status {result.returncode}:\n{result.stdout}")
        return result.stdout


def console_blocks(page):
    """Commands of a page's console blocks, with what they printed."""
    printed = {}
    for block in re.findall(r"^```console\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            printed[command] = output
    return printed
