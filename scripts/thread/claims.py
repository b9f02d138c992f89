"""Registers every claim."""

from . import collapse, fixed_point, forward, gains, gradients, initialisation, selu  # noqa: F401
