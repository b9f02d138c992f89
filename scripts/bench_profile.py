"""Where the time of a run goes, by `perf`."""

import re
import shutil
import subprocess
import tempfile
from collections import Counter

from bench_report import Table, Target, percent

# What a function's name must contain to belong to a group; the first match counts.
GROUPS = {
    "matrix product": r"multiplyTile",
    "packing": r"PackedMatrix",
    "system: fresh memory, scheduling": r"^\[k\]",
}
REST = "elementwise work, draws and statistics"


def shares(command):
    """The share of each group of functions in the samples of `command`, largest first."""
    title = "Where the time goes: the defaults"
    if not shutil.which("perf"):
        return Table(title, ["group", "share"], [], "Not measured: there is no `perf` here.")
    symbols, error = sample(command)
    if error:
        return Table(title, ["group", "share"], [], f"Not measured: perf says {error!r}.")
    groups = Counter()
    for symbol, share in symbols.items():
        groups[group(symbol)] += share
    if not groups["matrix product"]:
        raise LookupError(f"no function is named {GROUPS['matrix product']}: rename it in GROUPS")
    target = Target(6, " %", at_least=False).verdict(groups[REST] * 100)
    rows = [[name, percent(share), target if name == REST else ""] for name, share in groups.most_common()]
    rows += [
        [f"· `{readable(symbol)}`", percent(share), ""]
        for symbol, share in symbols.items()
        if group(symbol) == REST and share >= 0.001
    ]
    note = f"Below the groups, the functions of which “{REST}” consists."
    return Table(title, ["what", "share of samples", "target"], rows, note)


def sample(command):
    """({symbol: share}, what went wrong)."""
    with tempfile.NamedTemporaryFile(suffix=".perf") as file:
        record = ["perf", "record", "--quiet", "-F", "997", "-o", file.name, *command]
        done = subprocess.run(record, capture_output=True, text=True)
        if done.returncode != 0:
            return {}, done.stderr.strip().splitlines()[0]
        report = ["perf", "report", "-i", file.name, "--stdio", "--no-children"]
        fields = ["-F", "overhead,symbol", "--no-demangle"]
        text = subprocess.run([*report, *fields], check=True, capture_output=True, text=True).stdout
    lines = re.findall(r"^ +([\d.]+)% +(\[.\] .+?) *$", text, re.M)
    symbols = Counter()
    for share, symbol in lines:
        symbols[symbol.replace("[.] ", "")] += float(share) / 100
    return dict(symbols.most_common()), None


def group(symbol):
    return next((name for name, pattern in GROUPS.items() if re.search(pattern, symbol)), REST)


def readable(symbol):
    """`$s7Kernels6PanelsC8multiply12byDerivativeyAC_tF` → `Panels.multiply(byDerivative:)`."""
    demangle = ["swift", "demangle", "--compact", "--simplified", symbol]
    name = subprocess.run(demangle, check=True, capture_output=True, text=True).stdout.strip()
    found = re.search(r"(?:[\w.]+\.)?[\w]+\([\w:]*\)", name.split(" of ")[-1])
    return found.group() if found else name
