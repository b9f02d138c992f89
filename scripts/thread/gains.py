"""Which gain to use for each activation: as `initprobe gain` advises, and as measured."""

import math
import statistics
from dataclasses import dataclass

from evidence import Table

DEPTHS = (10, 32, 100)
STABLE = 10
"""A figure is stable while it stays within this factor between the first layer and the last."""


@dataclass(frozen=True)
class Candidate:
    """A named gain of an activation at a depth: its row of `initprobe gain`, and the measured rows."""

    row: dict
    depth: int
    rows: Table

    @property
    def text(self):
        return f"{float(self.row['gain']):.4f}"

    @property
    def cost(self):
        """|log out| + |log grad| over the stack, by what goes in: 1, and 1 in each entry of a random readout."""
        return cost(float(self.row["predicted_out_std"]), float(self.row["predicted_grad_mean_abs"]))

    @property
    def measured_cost(self):
        last = self.rows.where(layer=self.depth)
        return statistics.fmean(map(cost, last.values("out"), last.values("grad")))

    @property
    def verdicts(self):
        """On the signal, then on the gradient."""
        return self.row["signal"], self.row["gradient"]

    @property
    def measured_verdicts(self):
        return tuple(verdict(self.rows, column, self.depth) for column in ("out_std", "grad_mean_abs"))

    def is_alike(self, column="similarity"):
        """Whether rows that have nothing in common at the input end with a cosine of 0.9 or more."""
        return (self.rows.where(layer=self.depth).members[0].number(column) or 0) >= 0.9


def cost(out, grad):
    return sum(abs(math.log(x)) if 0 < x < math.inf else math.inf for x in (out, grad * math.sqrt(math.pi / 2)))


def ranked(evidence):
    """For each activation and depth the candidates of finite cost, the least first: that is the one to use."""
    groups = {}
    for row in evidence.gains("gains"):
        depth = int(row["depth"])
        group = groups.setdefault((row["activation"], depth), [])
        if row["gain"]:
            rows = evidence[f"gains-{depth}"].where(activation=row["activation"], gain=float(row["gain"]))
            group.append(Candidate(row, depth, rows))
    return {key: sorted((one for one in group if one.cost < math.inf), key=lambda one: one.cost)
            for key, group in groups.items()}  # fmt: skip


def verdict(table, column, depth):
    """By the geometric mean over the seeds; 0 and infinity count as very small and very large."""

    def mean(layer):
        logs = [row.log10(column) for row in table.where(layer=layer).members]
        return statistics.fmean(1e4 if x is None else max(-1e4, min(1e4, x)) for x in logs)

    change = mean(depth) - mean(1)
    return "vanishing" if change < -math.log10(STABLE) else "exploding" if change > math.log10(STABLE) else "stable"
