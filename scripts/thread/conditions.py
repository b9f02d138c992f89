"""What each verdict of results/thread.md needs: a sentence, a number (or several), and the range they must lie in."""

import math

INFINITY = math.inf
CONDITIONS = {}


def claim(number):
    """Registers the conditions of a claim: a generator of (sentence, numbers, least, most)."""

    def register(function):
        CONDITIONS[number] = function
        return function

    return register


def judged(number, evidence):
    """(sentence, numbers, least, most, whether they hold) for each condition of the claim."""
    for sentence, value, least, most in CONDITIONS[number](evidence):
        values = list(value) if isinstance(value, list | tuple) else [value]
        yield sentence, values, least, most, bool(values) and all(least <= x <= most for x in values)


def above(figures):
    """How far the lowest run of each spread lies above the highest run of the one before; the least of them."""
    return min(b.range[0] - a.range[1] for a, b in zip(figures, figures[1:], strict=False))


def off_one(ratios):
    """The distance from 1 of the ratio that is furthest from it."""
    return max(abs(ratio - 1) for ratio in ratios)
