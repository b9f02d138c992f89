"""Ticks of a logarithmic axis. Positions are log10 of the value, so that 1e-644 has its place."""

import math


def log_ticks(low, high, text=False):
    """Ticks from `low` to `high`, both log10, as (label, position); all labels in one notation.

    Three to nine: whole powers of ten, 1, 2 and 5, or even steps where the range is below a decade.
    """
    span = high - low
    if span >= 3:
        return power_ticks(low, high, text)
    if span >= 1:
        pairs = [
            (mantissa, exponent)
            for exponent in range(math.floor(low), math.ceil(high) + 1)
            for mantissa in (1, 2, 5)
            if low <= math.log10(mantissa) + exponent <= high
        ]
    else:
        pairs = even_steps(low, high)
    if all(-3 <= exponent <= 4 for _, exponent in pairs):
        values = [f"{mantissa * 10.0**exponent:.10f}".rstrip("0") for mantissa, exponent in pairs]
        places = max(len(value.split(".")[1]) for value in values) if span < 1 else 0
        labels = [value.rstrip(".") if not places else value.ljust(value.index(".") + 1 + places, "0")
                  for value in values]  # fmt: skip
    else:
        labels = [scientific(mantissa, exponent, text) for mantissa, exponent in pairs]
    return [(label, math.log10(m) + e) for label, (m, e) in zip(labels, pairs, strict=True)]


def power_ticks(low, high, text=False):
    """Whole powers of ten, at most seven of them."""
    step = next(s for s in steps(1) if math.floor(high / s) - math.ceil(low / s) < 7)
    exponents = [step * i for i in range(math.ceil(low / step), math.floor(high / step) + 1)]
    if all(-3 <= exponent <= 4 for exponent in exponents):
        return [(f"{10.0**exponent:g}", exponent) for exponent in exponents]
    return [(scientific(1, exponent, text), exponent) for exponent in exponents]


def even_steps(low, high):
    """Multiples of 1, 2 or 5 times a power of ten within less than a decade."""
    exponent = math.floor(low)
    least, most = 10 ** (low - exponent), 10 ** (high - exponent)
    step = next(s for s in steps(1e-6) if math.floor(most / s) - math.ceil(least / s) < 6)
    return [(round(step * i, 9), exponent) for i in range(math.ceil(least / step), math.floor(most / step) + 1)]


def steps(least):
    while True:
        yield from (least, 2 * least, 5 * least)
        least *= 10


def scientific(mantissa, exponent, text):
    if text:
        return f"{mantissa:g}e{exponent}"
    power = f"10^{{{exponent}}}"
    return power if mantissa == 1 else f"{mantissa:g}·{power}"
