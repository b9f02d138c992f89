"""Registers every claim."""

from . import selu  # noqa: F401
