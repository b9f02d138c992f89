"""Whole processes, measured from outside as a user at the terminal would: from start to end."""

import os
import sys
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Run:
    """What one process took."""

    wall: float
    """Seconds from before the start to after the end."""
    cpu: float
    """Seconds of all its threads, the kernel's work for it included."""
    peak_memory: int
    """Bytes. The system counts at least what this interpreter takes itself (about 15 MB)."""
    output: str
    errors: str


class Process:
    """A process under way: `Process(argv).wait()` runs it, and two of them run side by side."""

    def __init__(self, argv):
        self.argv = [str(word) for word in argv]
        # Closed with the process, which outlives this call.
        self.output, self.errors = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115
        streams = [
            (os.POSIX_SPAWN_DUP2, self.output.fileno(), 1),
            (os.POSIX_SPAWN_DUP2, self.errors.fileno(), 2),
        ]
        self.start = time.perf_counter()
        self.pid = os.posix_spawnp(self.argv[0], self.argv, os.environ, file_actions=streams)

    def wait(self):
        _, status, usage = os.wait4(self.pid, 0)
        wall = time.perf_counter() - self.start
        output, errors = (self.text(stream) for stream in (self.output, self.errors))
        if status != 0:
            sys.exit(f"Error: {' '.join(self.argv)} failed:\n{errors}")
        unit = 1 if sys.platform == "darwin" else 1024
        return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, output, errors)

    @staticmethod
    def text(stream):
        with stream:
            stream.seek(0)
            return stream.read().decode()


def run(argv):
    return Process(argv).wait()


def interleave(contenders, rounds):
    """Runs {name: function → measurement} in turn, `rounds` times; {name: [measurement]}.

    The clock of a machine drifts, with its temperature and its other users, by more than contenders
    differ: what is to be compared has to run in turn. Each round begins with another contender, so
    that none always follows the same one.
    """
    results = {name: [] for name in contenders}
    order = list(contenders)
    for number in range(rounds):
        for name in order:
            progress(f"{name}, {number + 1} of {rounds}")
            results[name].append(contenders[name]())
        order = order[1:] + order[:1]
    progress("")
    return results


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
