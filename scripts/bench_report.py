"""Tables in Markdown for readers, and every single run in CSV for other programs."""

import csv
from dataclasses import dataclass, field


@dataclass
class Table:
    title: str
    header: list[str]
    rows: list[list[str]]
    note: str = ""

    def __str__(self):
        rows = [self.header, ["---"] + ["---:"] * (len(self.header) - 1), *self.rows]
        lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        return "\n\n".join(part for part in (f"## {self.title}", self.note, lines) if part)


@dataclass
class Target:
    """A goal for one figure; `verdict` says whether it was reached."""

    bound: float
    unit: str = ""
    at_least: bool = True

    def __str__(self):
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}{self.unit}"

    def verdict(self, value):
        reached = value >= self.bound if self.at_least else value <= self.bound
        return f"{self} {'reached' if reached else '**missed**'}"


@dataclass
class Recorder:
    """Collects runs, one row each."""

    rows: list[list] = field(default_factory=list)

    HEADER = [
        "table", "activation", "gain", "width", "batch", "depth", "every", "contender", "round",
        "wall_seconds", "without_import_seconds", "cpu_seconds", "peak_memory_bytes",
        "useful_flop", "fma_peak_flop_per_second",
    ]  # fmt: skip

    def add(self, table, case, results):
        for contender, samples in results.items():
            for number, sample in enumerate(samples, 1):
                self.rows.append(
                    [
                        table,
                        *self.parameters(case),
                        contender,
                        number,
                        *self.figures(sample),
                        case.flop if case else None,
                        sample.peak,
                    ]
                )

    @staticmethod
    def parameters(case):
        names = ("activation", "gain", "width", "batch", "depth", "every")
        return [getattr(case, name) if case else None for name in names]

    @staticmethod
    def figures(sample):
        return [f"{sample.run.wall:.6f}", sample.inside, f"{sample.run.cpu:.6f}", sample.run.peak_memory]

    def write(self, path):
        with open(path, "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.HEADER)
            writer.writerows(self.rows)


def write_markdown(path, machine, tables, how):
    facts = "\n".join(f"- {what}: {value}" for what, value in machine)
    body = "\n\n".join(str(table) for table in tables)
    path.write_text(f"# Performance\n\n{how}\n\n{facts}\n\n{body}\n")


def seconds(value):
    """Three significant digits, in the unit that shows them best."""
    return f"{value * 1e3:.3g} ms" if value < 1 else f"{value:.3g} s"


def times(value):
    return f"{value:.2f}×"


def percent(value):
    return f"{value * 100:.1f} %"


def megabytes(value):
    return f"{value / 1e6:.0f} MB"
