"""Which gain to use for each activation: as `initprobe gain` advises, and as measured."""

import math
import statistics
from dataclasses import dataclass

from evidence import Table

DEPTHS = (10, 32, 100)
STABLE = 10
"""A figure is stable while it stays within this factor between the first layer and the last."""


@dataclass(frozen=True)
class Choice:
    """The gain to use for an activation at a depth: its row of `initprobe gain`, and what was measured."""

    row: dict
    named: Table
    """The rows of all gains that have a name."""

    @property
    def depth(self):
        return int(self.row["depth"])

    @property
    def own(self):
        return self.named.where(gain=float(self.row["gain"]))

    @property
    def is_kept(self):
        """Whether signal and gradient stay within the factor by theory."""
        return (self.row["signal"], self.row["gradient"]) == ("stable", "stable")

    @property
    def measured(self):
        """By how many decades out and grad change between the first layer and the last."""
        return [self.decades(column, self.depth) - self.decades(column, 1) for column in ("out_std", "grad_mean_abs")]

    def decades(self, column, layer):
        """The mean of log10 over the seeds; 0 and infinity count as very small and very large."""
        logs = [row.log10(column) for row in self.own.where(layer=layer).members]
        return statistics.fmean(1e4 if x is None else max(-1e4, min(1e4, x)) for x in logs)

    @property
    def is_measured_kept(self):
        return all(abs(change) <= math.log10(STABLE) for change in self.measured)

    @property
    def similarity(self):
        """Measured cosine at the last layer of rows that have nothing in common at the input."""
        return self.own.where(layer=self.depth).members[0].number("similarity") or 0

    @property
    def excess(self):
        """|log out| + |log grad| as measured at the last layer, above the least of the named gains."""
        costs = [cost(self.named.where(gain=gain, layer=self.depth)) for gain in self.named.distinct("gain")]
        return cost(self.own.where(layer=self.depth)) - min(costs)


def cost(last):
    """By what goes in: 1, and √(2/π) as the mean |entry| of a random readout."""
    pairs = zip(last.values("out"), last.values("grad"), strict=True)
    finite = [abs(math.log(out)) + abs(math.log(grad * math.sqrt(math.pi / 2))) for out, grad in pairs
              if 0 < out < math.inf and 0 < grad < math.inf]  # fmt: skip
    return statistics.fmean(finite) if finite else math.inf


def choices(evidence):
    """For each activation and depth the choice; None where no gain keeps signal or gradient."""
    return {
        (row["activation"], int(row["depth"])):
        Choice(row, evidence[f"gains-{row['depth']}"].where(activation=row["activation"])) if row["gain"] else None
        for row in evidence.gains("gains")
    }  # fmt: skip
