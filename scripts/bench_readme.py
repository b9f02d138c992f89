#!/usr/bin/env python3
"""Writes the README's table of speed from results/performance-*.csv; with --check, says whether it is there."""

import csv
import re
import statistics
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START, END = "<!-- speed, from results/performance-*.csv -->", "<!-- end of speed -->"


def main():
    readme = ROOT / "README.md"
    text = readme.read_text()
    before, rest = text.split(START)
    _, after = rest.split(END)
    new = f"{before}{START}\n{table()}\n{END}{after}"
    if "--check" in sys.argv:
        if new != text:
            sys.exit("Error: the README's table of speed is not what results/ says; run scripts/bench_readme.py.")
    else:
        readme.write_text(new)


def table():
    """A line for each case that was measured on every machine, and each machine."""
    machines = {
        cpu(path.with_suffix(".md")): measurements(path)
        for path in sorted((ROOT / "results").glob("performance-*.csv"), reverse=True)
    }
    common = [case for case in next(iter(machines.values())) if all(case in m for m in machines.values())]
    lines = [
        "| width × batch, depth | machine | initprobe | snippet | best | snippet, no import | best, no import |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for case in common:
        _, layer, width, batch, depth, _ = case
        name = f"{width} × {batch}, {depth}" + ("" if layer == "tanh" else f", {layer}")
        for machine, found in machines.items():
            lines.append(f"| {name} | {machine} | {' | '.join(cells(found[case]))} |")
    return "\n".join(lines)


def cpu(report):
    """What the report says of the CPU, without its numbers."""
    name = re.search(r"^- CPU: (.*)$", report.read_text(), re.M)[1]
    cores = re.search(r"^- cores: (.*)$", report.read_text(), re.M)[1]
    return f"{cores} cores, {re.sub(r' Processor| [(]family.*?[)]|[(]R[)]', '', name)}"


def measurements(path):
    """By case and contender, for each round seconds of the whole process and without PyTorch's import."""
    found = defaultdict(lambda: defaultdict(list))
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if row["table"] in ("defaults", "shapes"):
                case = tuple(row[name] for name in ("table", "activation", "width", "batch", "depth", "every"))
                wall, inside = (row[f"{name}_seconds"] for name in ("wall", "without_import"))
                found[case][row["contender"]].append((float(wall), float(inside or wall)))
    return found


def cells(seconds):
    """Our seconds, and how many times as long the others take: medians, the ratios of each round's ratio.

    First whole processes, then without the import of PyTorch.
    """
    ours = seconds["initprobe"]
    yield f"{statistics.median(wall for wall, _ in ours):.3g} s"
    for i in (0, 1):
        for name in ("snippet", "best"):
            ratios = [theirs[i] / our[0] for theirs, our in zip(seconds[name], ours, strict=True)]
            yield f"{statistics.median(ratios):.1f}×"


if __name__ == "__main__":
    main()
