#!/usr/bin/env python3
"""Measures initprobe against PyTorch, and against the FMA peak of this machine.

Whole processes, start-up included, contenders in turn within one run, medians. Writes
results/performance-<registers>.md, such as performance-avx2.md, and every single run into a CSV file beside it.
"""

import argparse
import statistics

import bench_readme
from bench_cases import (
    CORES,
    Case,
    Contenders,
    fraction_of_peak,
    inside,
    memory,
    ratio,
    ratio_inside,
    wall,
)  # fmt: skip
from bench_environment import (
    ROOT,
    build_peak,
    build_release,
    listed_activations,
    machine,
    python_with_torch,
    vectors,
)  # fmt: skip
from bench_extremes import cold_and_warm, deep_stacks, side_roads
from bench_process import interleave
from bench_profile import shares
from bench_report import (
    Recorder,
    Table,
    Target,
    megabytes,
    percent,
    seconds,
    times,
    write_markdown,
)  # fmt: skip

DEFAULTS = Case()

# The last layer is always reported, so that no contender has layers that it may leave out.
SHAPES = [
    Case(100, 1000, 100, 11),
    Case(250, 1000, 100, 11),
    Case(500, 1000, 100, 11),
    Case(2000, 1000, 19, 9),
    Case(4000, 1000, 10, 9),
    Case(1000, 1, 100, 11),
    Case(1000, 10, 100, 11),
    Case(1000, 100, 100, 11),
    Case(250, 250, 10, 3),
    Case(250, 250, 100, 11),
    Case(250, 250, 400, 57),
    Case(500, 500, 24, 23, "gpt2", "1", weights=8),
    Case(500, 500, 24, 23, "llama", "1", weights=8),
    Case(768, 1024, 12, 11, "gpt2", "1", weights=8),
    Case(768, 1024, 12, 11, "llama", "1", weights=8),
]
QUICK_SHAPES = [
    Case(100, 1000, 100, 11),
    Case(1000, 1, 100, 11),
    Case(250, 250, 10, 3),
    Case(500, 500, 24, 23, "llama", "1", weights=8),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a subset, for a first look")
    parser.add_argument("--python", help="one that has torch (default: .venv, made here)")
    options = parser.parse_args()

    python = python_with_torch(options.python)
    contenders = Contenders(build_release(), python, build_peak())
    recorder = Recorder()
    tables = [section(contenders, recorder, options.quick) for section in SECTIONS]
    results = ROOT / "results"
    results.mkdir(exist_ok=True)
    name = f"performance-{vectors().lower().replace('-', '')}"
    recorder.write(results / f"{name}.csv")
    write_markdown(results / f"{name}.md", machine(python, CORES), tables, how(options.quick, name))
    bench_readme.main()
    print(*tables, sep="\n\n")


def how(quick, name):
    command = f"scripts/bench.py{' --quick' if quick else ''}"
    return (
        f"Written by `{command}`. Times are those of whole processes, start-up included,\n"
        "unless they are said to be without PyTorch's import; contenders ran in turn; figures are\n"
        f"medians over the rounds, ratios medians of each round's ratio. `{name}.csv` has every\n"
        "single run. Targets are the project's own; [optimisation.md](optimisation.md#targets) says why some "
        "are missed."
    )


def defaults(contenders, recorder, quick):
    results = interleave(
        {
            "initprobe": lambda: contenders.initprobe_beside_peak(DEFAULTS),
            "snippet": lambda: contenders.pytorch(DEFAULTS, "snippet"),
            "best": lambda: contenders.pytorch(DEFAULTS, "best"),
        },
        rounds=2 if quick else 5,
    )
    recorder.add("defaults", DEFAULTS, results)
    ours, snippet, best = results.values()

    def against(name, theirs, target):
        factor = ratio(theirs, ours)
        row = [name, seconds(wall(ours)), seconds(wall(theirs)), times(factor)]
        return [*row, target.verdict(factor)]

    peak = statistics.median(sample.peak for sample in ours)
    share = fraction_of_peak(DEFAULTS, ours)
    rate = DEFAULTS.flop / wall(ours)
    return Table(
        "The defaults: tanh 5/3, depth 100, width 1000, batch 1000",
        ["what", "initprobe", "PyTorch or peak", "ratio", "target"],
        [
            against("time, the forum's snippet", snippet, Target(6, "×")),
            against("time, the best plain PyTorch", best, Target(3.5, "×")),
            ["useful FLOP/s, FMA peak of all cores", f"{rate * 1e-9:.0f} GFLOP/s",
             f"{peak * 1e-9:.0f} GFLOP/s", percent(share), Target(80, " %").verdict(share * 100)],
            ["peak memory, the forum's snippet", megabytes(memory(ours)),
             megabytes(memory(snippet)), times(memory(snippet) / memory(ours)),
             Target(420, " MB", at_least=False).verdict(memory(ours) / 1e6)],
        ],
    )  # fmt: skip


def start_up(contenders, recorder, quick):
    small = Case(64, 64, 2)
    results = interleave(
        {
            "--help": lambda: contenders.command("--help"),
            str(small): lambda: contenders.initprobe(small),
            "true": contenders.nothing,
        },
        rounds=50 if quick else 100,
    )
    recorder.add("start-up", None, results)
    help_time, small_time, nothing = (wall(samples) * 1e3 for samples in results.values())
    return Table(
        "Start-up",
        ["whole process", "time", "target"],
        [
            ["`--help`", f"{help_time:.2f} ms", Target(5, " ms", False).verdict(help_time)],
            ["`--width 64 --batch 64 --depth 2`", f"{small_time:.2f} ms",
             Target(10, " ms", False).verdict(small_time)],
            ["`true`, for comparison", f"{nothing:.2f} ms", ""],
        ],
    )  # fmt: skip


def shapes(contenders, recorder, quick):
    target = Target(1, "×")
    rows = []
    for case in QUICK_SHAPES if quick else SHAPES:
        results = interleave(
            {
                "initprobe": lambda case=case: contenders.initprobe(case),
                "snippet": lambda case=case: contenders.pytorch(case, "snippet"),
                "best": lambda case=case: contenders.pytorch(case, "best"),
            },
            rounds=2 if quick else 3,
        )
        recorder.add("shapes", case, results)
        ours, snippet, best = results.values()
        factors = [f(theirs, ours) for theirs in (snippet, best) for f in (ratio, ratio_inside)]
        theirs = [seconds(f(samples)) for samples in (snippet, best) for f in (wall, inside)]
        rows.append([
            f"{case.width} × {case.batch} × {case.depth}" + (f", {case.activation}" if case.is_block else ""),
            seconds(wall(ours)), *theirs,
            *map(times, factors), f"{case.flop / wall(ours) * 1e-9:.0f}",
            target.verdict(min(factors)),
        ])  # fmt: skip
    return Table(
        "Other shapes, and blocks of transformers",
        ["width × batch × depth", "initprobe", "snippet", "without import", "best",
         "without import",
         "ratio to snippet", "without import", "ratio to best", "without import",
         "initprobe GFLOP/s", "target for each ratio"],
        rows,
        "tanh at 5/3, unless a preset of `initprobe list` is named, for which PyTorch runs what\n"
        "`initprobe pytorch` prints: as it is in the place of the snippet, and without draws that are overwritten\n"
        "and gradients of weights for the best. initprobe is counted whole also where PyTorch is spared its\n"
        "import. Small batches are mostly draws, so their FLOP/s are low for every contender.",
    )  # fmt: skip


def activations(contenders, recorder, quick):
    cases = {
        name: Case(500, 500, 100, 11, activation=name, gain="1")
        for name in (["identity", "tanh", "gelu"] if quick else listed_activations(contenders.binary))
    }
    results = interleave(
        {name: lambda case=case: contenders.initprobe(case) for name, case in cases.items()},
        rounds=2 if quick else 3,
    )
    for name, samples in results.items():
        recorder.add("activations", cases[name], {"initprobe": samples})
    plain = results["identity"]
    return Table(
        "Every activation: width 500, batch 500, depth 100",
        ["activation", "time", "to identity"],
        [[name, seconds(wall(samples)), times(1 / ratio(plain, samples))] for name, samples in results.items()],
    )


def side_by_side(contenders, recorder, quick):
    case = Case(depth=21) if quick else Case(depth=51)
    together, threaded = f"{CORES} processes of 1 thread", f"1 process of {CORES} threads"
    results = interleave(
        {
            together: lambda: contenders.side_by_side(case, processes=CORES, threads=1),
            threaded: lambda: contenders.side_by_side(case, processes=1, threads=CORES),
        },
        rounds=3 if quick else 7,
    )
    recorder.add("side by side", case, results)
    throughput = CORES * ratio(results[threaded], results[together])
    busy = max(sample.run.cpu / sample.run.wall for sample in results[together])
    return Table(
        f"Side by side: depth {case.depth}",
        ["what", "figure", "target"],
        [
            [f"{together}: seconds for all", seconds(wall(results[together])), ""],
            [f"{threaded}: seconds", seconds(wall(results[threaded])), ""],
            ["throughput of the first to the second", percent(throughput),
             Target(95, " %").verdict(throughput * 100)],
            ["cores that a process of one thread keeps busy", f"{busy:.3f}",
             Target(1.01, at_least=False).verdict(busy)],
        ],
    )  # fmt: skip


def profile(contenders, recorder, quick):
    return shares(DEFAULTS.initprobe(contenders.binary))


SECTIONS = [
    cold_and_warm, defaults, start_up, shapes, deep_stacks, side_roads, activations, side_by_side, profile,
]  # fmt: skip

if __name__ == "__main__":
    main()
