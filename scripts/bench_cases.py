"""What is measured: a case is one experiment, which each contender runs in its own way."""

import os
import statistics
import tempfile
from dataclasses import dataclass

from bench_environment import SCRIPTS
from bench_process import Process, Run, run

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


@dataclass(frozen=True)
class Case:
    width: int = 1000
    batch: int = 1000
    depth: int = 100
    every: int = 10
    activation: str = "tanh"
    gain: str = "5/3"
    weights: int = 1
    """Of a layer, in multiples of the square of its width."""

    @property
    def is_block(self):
        """Whether the layer is more than an activation: then PyTorch runs the script that initprobe prints."""
        return self.weights > 1

    def __str__(self):
        return f"{self.activation} {self.width}x{self.batch}x{self.depth}/{self.every}"

    @property
    def flop(self):
        """Useful work: a product for each layer, and one for each layer below each report."""
        reports = range(1, self.depth + 1, self.every)
        return 2 * self.batch * self.weights * self.width**2 * (reports[-1] + sum(reports))

    @property
    def sizes(self):
        return [f"--{name}={getattr(self, name)}" for name in ("width", "batch", "depth", "every")]

    def initprobe(self, binary, *options):
        return [binary, self.activation, self.gain, *self.sizes, "--quiet", *options]

    def script(self, binary):
        """The words that print the case as a script for PyTorch."""
        return [binary, "pytorch", self.activation, self.gain, *self.sizes]

    def pytorch(self, python, variant):
        numerator, _, denominator = self.gain.partition("/")
        gain = float(numerator) / float(denominator or 1)
        words = [self.activation, gain, self.width, self.batch, self.depth, self.every]
        return [python, SCRIPTS / "bench_pytorch.py", variant, *words]


@dataclass
class Sample:
    """One run of one contender, and what was measured beside it."""

    run: Run
    inside: float | None = None
    """PyTorch's own seconds, from after its import."""
    peak: float | None = None
    """FLOP/s of all cores, just before and after."""


class Contenders:
    """The programs that are compared, each as a function from a case to a sample."""

    def __init__(self, binary, python, peak):
        self.binary, self.python, self.peak = binary, python, peak

    def initprobe(self, case, *options):
        return Sample(run(case.initprobe(self.binary, *options)))

    def initprobe_beside_peak(self, case):
        before = self.peak_of_all_cores()
        measured = run(case.initprobe(self.binary))
        return Sample(measured, peak=(before + self.peak_of_all_cores()) / 2)

    def pytorch(self, case, variant):
        if case.is_block:
            return self.pytorch_script(case, variant)
        measured = run(case.pytorch(self.python, variant))
        return Sample(measured, inside=float(measured.errors.split()[-1]))

    def pytorch_script(self, case, variant):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
            script.write(run(case.script(self.binary)).output)
            script.flush()
            measured = run([self.python, SCRIPTS / "bench_pytorch.py", variant, script.name])
        return Sample(measured, inside=float(measured.errors.split()[-1]))

    def command(self, *arguments):
        return Sample(run([self.binary, *arguments]))

    def nothing(self):
        """What starting and ending any process takes."""
        return Sample(run(["true"]))

    def peak_of_all_cores(self):
        processes = [Process([self.peak]) for _ in range(CORES)]
        return sum(float(process.wait().output) for process in processes) * 1e9

    def side_by_side(self, case, processes, threads):
        """Seconds until all of `processes` runs, started together, have ended."""
        command = case.initprobe(self.binary, f"--threads={threads}")
        runs = [process.wait() for process in [Process(command) for _ in range(processes)]]
        return Sample(max(runs, key=lambda run: run.wall))


def wall(samples):
    """Median seconds."""
    return statistics.median(sample.run.wall for sample in samples)


def inside(samples):
    return statistics.median(sample.inside for sample in samples)


def memory(samples):
    """Median bytes."""
    return statistics.median(sample.run.peak_memory for sample in samples)


def ratio(theirs, ours, seconds=lambda sample: sample.run.wall):
    """How many times faster ours are, the median of the rounds: within one, conditions are alike."""
    return statistics.median(seconds(their) / our.run.wall for their, our in zip(theirs, ours, strict=True))


def ratio_inside(theirs, ours):
    """PyTorch is spared its import; initprobe is counted whole."""
    return ratio(theirs, ours, seconds=lambda sample: sample.inside)


def fraction_of_peak(case, samples):
    return statistics.median(case.flop / s.run.wall / s.peak for s in samples)
