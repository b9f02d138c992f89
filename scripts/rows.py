"""Rows of initprobe, from CSV or JSON Lines, with columns found by their names."""

import csv
import json
import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

# The singular values of a Jacobian, from the largest down, and their mean square.
SPECTRUM = ["sv_max", "sv_90", "sv_50", "sv_10", "sv_min", "sv_mean_square"]


class NotRows(Exception):
    """A file that initprobe did not write, with the reason."""


@dataclass
class Row:
    """One layer of one run: text by column; a value that was not computed is empty."""

    cells: dict[str, str]

    def __getitem__(self, column):
        return self.cells.get(column, "")

    @property
    def parameters(self):
        """What the run was asked for: the columns before the layer, without the seed."""
        names = list(self.cells)
        return {name: self[name] for name in names[: names.index("layer")] if name != "seed"}

    def number(self, column):
        """The value as a number; None where there is none."""
        return float(self[column]) if self[column] else None

    def log10(self, column):
        """log10 of the value, also of 1e-644; ±inf for infinity and 0, None for nan and for no value."""
        return log10(self[column])


def log10(text):
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if number.is_nan() or number < 0:
        return None
    if number == 0:
        return -math.inf
    return float(number.log10()) if number.is_finite() else math.inf


def read(path):
    """The rows of one file. Headers in the middle, from files put together, are skipped."""
    with open(path, newline="", encoding="utf-8") as file:
        start = file.read(1)
        file.seek(0)
        lines = json_lines(path, file) if start == "{" else csv_lines(path, file)
        return [Row(cells) for cells in lines]


def json_lines(path, file):
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            members = json.loads(line, parse_float=str, parse_int=str)
        except json.JSONDecodeError as error:
            raise NotRows(f"line {number} of '{path}' is no JSON object.") from error
        require(path, members)
        yield {name: "" if value is None else str(value) for name, value in members.items()}


def csv_lines(path, file):
    header = None
    reader = csv.reader(file)
    for fields in reader:
        if not fields:
            continue
        if header is None or fields[0] == header[0]:
            header = fields
            require(path, header)
        elif len(fields) != len(header):
            raise NotRows(f"line {reader.line_num} of '{path}' has not the columns of its header.")
        else:
            yield dict(zip(header, fields, strict=True))


def require(path, columns):
    for name in ("activation", "gain", "width", "batch", "depth", "seed", "layer"):
        if name not in columns:
            raise NotRows(f"'{path}' has no rows of initprobe: there is no column '{name}'.")
