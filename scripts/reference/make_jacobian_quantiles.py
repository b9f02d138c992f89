"""Makes Tests/SignalPropagationTests/Reference/jacobian_quantiles.json with NumPy.

    python3 scripts/reference/make_jacobian_quantiles.py > \
        Tests/SignalPropagationTests/Reference/jacobian_quantiles.json

Stacks of width 400 are drawn in double precision, h' = phi(W h) from a standard normal h; the figures
are the quantiles of the singular values of the Jacobian at its last layer and their mean square, averaged
over the seeds by their logarithms, with the standard error of that average. Quantiles that are zero, or below
1e-12 of the largest value and so rounding errors, are null.
"""

import json
import math

import numpy as np

WIDTH = 400
SEEDS = 8
SHARES = (1.0, 0.9, 0.5, 0.1, 0.0)


def normal_cdf(x):
    return 0.5 * np.vectorize(math.erfc)(-x / math.sqrt(2))


def selu(z):
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    low = scale * alpha * np.exp(np.minimum(z, 0))
    return np.where(z > 0, scale * z, low - scale * alpha), np.where(z > 0, scale, low)


def gelu(z):
    cdf = normal_cdf(z)
    return z * cdf, cdf + z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def sigmoid(z):
    s = 1 / (1 + np.exp(-z))
    return s, s * (1 - s)


ACTIVATIONS = {
    "identity": lambda z: (z, np.ones_like(z)),
    "relu": lambda z: (np.maximum(z, 0), (z > 0) * 1.0),
    "leaky_relu": lambda z: (np.where(z > 0, z, 0.01 * z), np.where(z > 0, 1, 0.01)),
    "hardtanh": lambda z: (np.clip(z, -1, 1), (np.abs(z) < 1) * 1.0),
    "tanh": lambda z: (np.tanh(z), 1 / np.cosh(z) ** 2),
    "sin": lambda z: (np.sin(z), np.cos(z)),
    "selu": selu,
    "gelu": gelu,
    "sigmoid": sigmoid,
}


def jacobian_values(rng, activation, gain, depth, orthogonal):
    h, jacobian = rng.standard_normal(WIDTH), np.eye(WIDTH)
    for _ in range(depth):
        w = rng.standard_normal((WIDTH, WIDTH))
        if orthogonal:
            q, r = np.linalg.qr(w)
            w = q * np.sign(np.diag(r))
        else:
            w /= math.sqrt(WIDTH)
        h, slope = ACTIVATIONS[activation](gain * (w @ h))
        jacobian = slope[:, None] * (gain * (w @ jacobian))
    return np.linalg.svd(jacobian, compute_uv=False)


def average(figures):
    """The mean over seeds and its standard error as a factor, or null."""
    if not all(figures):
        return None
    logs = np.log(figures)
    return [float(f"{math.exp(logs.mean()):.7g}"), float(f"{logs.std(ddof=1) / SEEDS**0.5:.3g}")]


def case(activation, gain, depth, orthogonal=False):
    rows = []
    for seed in range(SEEDS):
        values = jacobian_values(np.random.default_rng(1000 * depth + seed), activation, gain, depth, orthogonal)
        known = np.where(values > 1e-12 * values[0], values, 0)
        quantiles = [np.quantile(known, share) for share in SHARES]
        # Between a value and zero there is nothing to interpolate.
        rows.append([q if q > 1e-12 * values[0] else 0 for q in quantiles] + [(values**2).mean()])
    figures = [average(column) for column in zip(*rows, strict=True)]
    return {
        "activation": activation,
        "gain": gain,
        "depth": depth,
        "orthogonal": orthogonal,
        "width": WIDTH,
        "quantiles": figures[:-1],
        "mean_square": figures[-1],
    }


CASES = [
    case("identity", 1, 1),
    case("identity", 1.3, 4),
    case("identity", 1.1, 6, orthogonal=True),
    case("tanh", 5 / 3, 1),
    case("tanh", 5 / 3, 1, orthogonal=True),
    case("tanh", 5 / 3, 5),
    case("tanh", 5 / 3, 30),
    case("tanh", 1.05, 20, orthogonal=True),
    case("tanh", 5 / 3, 10, orthogonal=True),
    case("tanh", 1, 100, orthogonal=True),
    case("tanh", 10, 3),
    case("relu", 2**0.5, 1),
    case("relu", 2**0.5, 8),
    case("relu", 2**0.5, 30),
    case("relu", 2**0.5, 3, orthogonal=True),
    case("leaky_relu", 2**0.5, 3),
    case("leaky_relu", 2**0.5, 2, orthogonal=True),
    case("hardtanh", 0.5, 2, orthogonal=True),
    case("hardtanh", 1.2, 5),
    case("sin", 1.5, 5, orthogonal=True),
    case("sin", 4, 4),
    case("selu", 1, 10),
    case("selu", 1, 20, orthogonal=True),
    case("gelu", 1.5335, 10),
    case("gelu", 1.5335, 5, orthogonal=True),
    case("sigmoid", 4, 5),
]

print("[\n" + ",\n".join(json.dumps(c) for c in CASES) + "\n]")
