"""Which gain to use for each activation: as `initprobe gain` predicts, and as measured."""

import csv
import math
import statistics
from dataclasses import dataclass

NAMES = ["pytorch", "unit", "neutral"]
SIGN = {"vanishing": "↓", "stable": "=", "exploding": "↑"}
STABLE = 10
"""A figure is stable while it stays within this factor between the first layer and the last."""


@dataclass(frozen=True)
class Case:
    """A gain of an activation at a depth: predicted verdicts on signal and gradient, and measured ones."""

    activation: str
    name: str
    depth: int
    gain: float
    growth: float
    predicted: tuple[str, str]
    measured: tuple[str, str]
    similarity: float


class Gains:
    """The rows of gains.csv beside those of gains-<name>-<depth>.csv."""

    def __init__(self, folder, evidence):
        with open(folder / "gains.csv", newline="") as file:
            predicted = [row for row in csv.DictReader(file) if row["name"] in NAMES and row["gain"]]
        self.cases = [self.case(row, evidence[f"gains-{row['name']}-{row['depth']}"]) for row in predicted]

    @staticmethod
    def case(row, table):
        depth = int(row["depth"])
        found = table.where(activation=row["activation"])
        last = found.where(layer=depth)
        return Case(
            row["activation"], row["name"], depth, float(row["gain"]), float(row["grad_growth"]),
            (row["signal"], row["gradient"]),
            (verdict(found, "out_std", depth), verdict(found, "grad_mean_abs", depth)),
            statistics.fmean(r.number("similarity") for r in last.members),
        )  # fmt: skip

    def to_use(self, activation, depth):
        """The first of PyTorch's, the unit and the neutral gain that is predicted to keep both."""
        kept = [case for name in NAMES for case in self.cases
                if (case.activation, case.depth, case.name) == (activation, depth, name)
                and case.predicted == ("stable", "stable")]  # fmt: skip
        return kept[0] if kept else None

    def agreement(self):
        settled = [case for case in self.cases if case.predicted[0] == "stable"]
        return sum(case.predicted == case.measured for case in settled) / len(settled)

    def reliability(self):
        keys = dict.fromkeys((case.activation, case.depth) for case in self.cases)
        used = [case for key in keys if (case := self.to_use(*key))]
        return sum(case.measured == ("stable", "stable") for case in used) / len(used)


def verdict(table, column, depth):
    """By the geometric mean over the seeds; 0 and infinity count as very small and very large."""

    def mean(layer):
        logs = [row.log10(column) for row in table.where(layer=layer).members]
        return statistics.fmean(1e4 if x is None else max(-1e4, min(1e4, x)) for x in logs)

    change = mean(depth) - mean(1)
    return "vanishing" if change < -math.log10(STABLE) else "exploding" if change > math.log10(STABLE) else "stable"
