"""Small batches, deep stacks, many trials, many threads: where time and memory are easily lost."""

import statistics
import tempfile
import time
from pathlib import Path

from bench_cases import CORES, Case, Sample, memory, wall
from bench_process import interleave, progress, run
from bench_report import Table, Target, megabytes, percent, seconds, times

REST = 60
"""Seconds without load before a cold run: the host of a virtual machine takes free memory back."""


def cold_and_warm(contenders, recorder, quick):
    target = Target(1.5, "×", at_least=False)
    rows = []
    for case in (Case(), Case(batch=1)):
        progress(f"rest before {case}")
        time.sleep(REST)
        cold = contenders.initprobe(case)
        warm = [contenders.initprobe(case) for _ in range(2 if quick else 5)]
        recorder.add("cold and warm", case, {"cold": [cold], "warm": warm})
        factor = cold.run.wall / wall(warm)
        most = Target(420 if case.batch > 1 else 40, " MB", at_least=False)
        rows.append([
            f"1000 × {case.batch}, depth 100", seconds(cold.run.wall), seconds(wall(warm)), times(factor),
            target.verdict(factor), megabytes(memory(warm)), most.verdict(memory(warm) / 1e6),
        ])  # fmt: skip
    return Table(
        "Cold and warm",
        ["width × batch", "cold", "warm", "ratio", "target", "peak memory", "target"],
        rows,
        f"Cold is the first run after {REST} s of rest.",
    )


def deep_stacks(contenders, recorder, quick):
    """Forward only against the peak, and with gradients in little memory."""
    layers = 200 if quick else 1000
    forward = Case(depth=layers, every=layers - 1)
    samples = [beside_peak(contenders, forward, "--no-grad") for _ in range(2 if quick else 3)]
    recorder.add("forward only", forward, {"initprobe": samples})
    products = 2 * forward.batch * forward.width**2
    share = statistics.median(products * layers / s.run.wall / s.peak for s in samples)
    rows = [
        [f"forward only, depth {layers}", seconds(wall(samples)), megabytes(memory(samples)),
         f"{percent(share)} of the FMA peak", Target(80, " %").verdict(share * 100)],
    ]  # fmt: skip
    if not quick:
        depth = 10_000
        deep, usual = Case(depth=depth, every=depth - 1), Case()
        results = {
            "defaults": [contenders.initprobe(usual)],
            "deep": [contenders.initprobe(deep)],
        }
        for case, name in ((usual, "defaults"), (deep, "deep")):
            recorder.add("deep", case, {name: results[name]})
        per_flop = wall(results["deep"]) / deep.flop / (wall(results["defaults"]) / usual.flop)
        rows += [
            [f"with gradients, `--layers 1,{depth}`", seconds(wall(results["deep"])),
             megabytes(memory(results["deep"])), f"{times(per_flop)} the defaults' time for each useful FLOP",
             Target(1.6, "×", at_least=False).verdict(per_flop)],
            ["its memory", "", megabytes(memory(results["deep"])), "",
             Target(1500, " MB", at_least=False).verdict(memory(results["deep"]) / 1e6)],
        ]  # fmt: skip
    return Table("Deep stacks: width 1000, batch 1000", ["what", "time", "peak memory", "figure", "target"], rows)


def side_roads(contenders, recorder, quick):
    """What has no product of a large matrix to hide behind."""
    rounds = 3 if quick else 7
    return Table(
        "Trials, orthogonal weights, more threads than cores",
        ["what", "figure", "to compare with", "ratio", "target"],
        [
            trials_and_sweep(contenders, recorder, rounds),
            orthogonal(contenders, recorder, rounds),
            many_threads(contenders, recorder, rounds),
        ],
    )


def trials_and_sweep(contenders, recorder, rounds):
    case, points = Case(100, 100, 20), 2000
    sizes = case.initprobe(contenders.binary)[3:]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "sweep.csv")

        def sweep():
            file.unlink(missing_ok=True)
            options = ["--gain", case.gain, "--trials", str(points), "--output", str(file)]
            return contenders.command("sweep", case.activation, *options, *sizes)

        results = interleave(
            {
                "trials": lambda: contenders.initprobe(case, f"--trials={points}"),
                "sweep": sweep,
            },
            rounds,
        )
    recorder.add("trials", case, results)
    factor = statistics.median(
        a.run.wall / b.run.wall for a, b in zip(results["trials"], results["sweep"], strict=True)
    )
    return [
        f"{points} trials of {case}, and a sweep of as many points", seconds(wall(results["trials"])),
        seconds(wall(results["sweep"])), times(factor), Target(1.05, "×", at_least=False).verdict(factor),
    ]  # fmt: skip


def orthogonal(contenders, recorder, rounds):
    """One thread; what the matrices and the products of 41 layers take is the difference of two runs."""
    few, many = Case(1000, 16, 41, 40), Case(1000, 1000, 41, 40)
    options = ("--no-grad", "--threads=1")
    results = interleave(
        {
            "few rows": lambda: contenders.initprobe(few, *options),
            "orthogonal": lambda: contenders.initprobe(few, *options, "--init=orthogonal"),
            "many rows": lambda: contenders.initprobe(many, *options),
        },
        rounds,
    )
    for name, case in (("few rows", few), ("orthogonal", few), ("many rows", many)):
        recorder.add("orthogonal", case, {name: results[name]})
    matrix = (wall(results["orthogonal"]) - wall(results["few rows"])) / few.depth
    product = (wall(results["many rows"]) - wall(results["few rows"])) / many.depth
    return [
        "orthogonal weights of 1000 × 1000, and the product, one core", seconds(matrix), seconds(product),
        times(matrix / product), Target(2, "×", at_least=False).verdict(matrix / product),
    ]  # fmt: skip


def many_threads(contenders, recorder, rounds):
    case = Case(8, 200_000, 100)
    most = 8 * CORES
    results = interleave(
        {
            str(threads): lambda threads=threads: contenders.initprobe(case, f"--threads={threads}")
            for threads in (most, CORES)
        },
        rounds,
    )
    recorder.add("many threads", case, results)
    over, usual = results.values()
    factor = statistics.median(a.run.wall / b.run.wall for a, b in zip(over, usual, strict=True))
    return [
        f"200,000 rows of width 8: {most} threads, and {CORES}", seconds(wall(over)), seconds(wall(usual)),
        times(factor), Target(1.2, "×", at_least=False).verdict(factor),
    ]  # fmt: skip


def beside_peak(contenders, case, *options):
    before = contenders.peak_of_all_cores()
    measured = run(case.initprobe(contenders.binary, *options))
    return Sample(measured, peak=(before + contenders.peak_of_all_cores()) / 2)
