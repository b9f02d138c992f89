"""Registers every claim."""

from . import gains, selu  # noqa: F401
