"""Infinite-width figures of plain and residual stacks, with NumPy alone and without the program's own code.

A layer is h' = R h + S φ(z), z = W h, with R = 0, S = 1 for a plain stack and R = 1, S = s for `--skip s`;
σ² = fan_in · Var[w] = gain², and E[·] is over z ~ N(0, q), q = σ² E[h²]. Signal propagation: Poole et al. 2016,
Schoenholz et al. 2017. The cotangent of `out.sum()` is all ones, so that a layer's gradient keeps a part along
its own activations: g = k·1 + c·h + r with independent r of variance ρ. Stein's lemma gives
E[φ''] = E[zφ']/q and E[(φφ')'] = E[zφφ']/q, at kinks as well.
"""

import math

import numpy

ERF = numpy.vectorize(math.erf)
ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805
PHI = {
    "identity": (lambda x: x, numpy.ones_like),
    "tanh": (numpy.tanh, lambda x: 1 / numpy.cosh(numpy.clip(x, -300, 300)) ** 2),
    "relu": (lambda x: numpy.maximum(x, 0), lambda x: (x > 0) * 1.0),
    "selu": (
        lambda x: SCALE * numpy.where(x > 0, x, ALPHA * numpy.expm1(numpy.minimum(x, 0))),
        lambda x: SCALE * numpy.where(x > 0, 1, ALPHA * numpy.exp(numpy.minimum(x, 0))),
    ),
    "elu": (
        lambda x: numpy.where(x > 0, x, numpy.expm1(numpy.minimum(x, 0))),
        lambda x: numpy.where(x > 0, 1, numpy.exp(numpy.minimum(x, 0))),
    ),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2),
    "sigmoid": (lambda x: 1 / (1 + numpy.exp(-x)), lambda x: 1 / (2 + numpy.exp(x) + numpy.exp(-x))),
    "gelu": (
        lambda x: x * (1 + ERF(x / 2**0.5)) / 2,
        lambda x: (1 + ERF(x / 2**0.5)) / 2 + x * numpy.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    ),
    "silu": (
        lambda x: x / (1 + numpy.exp(-x)),
        lambda x: (1 + x / (1 + numpy.exp(x))) / (1 + numpy.exp(-x)),
    ),
}  # fmt: skip
# Panels of 20 points from -12 to 12 deviations, with an edge at 0, where the kinks are.
EDGES = numpy.linspace(-12, 12, 97)
NODES, WEIGHTS = numpy.polynomial.legendre.leggauss(20)
Z = numpy.concatenate([(a + b) / 2 + (b - a) / 2 * NODES for a, b in zip(EDGES, EDGES[1:], strict=False)])
DENSITY = (
    numpy.concatenate([(b - a) / 2 * WEIGHTS for a, b in zip(EDGES, EDGES[1:], strict=False)])
    * numpy.exp(-Z * Z / 2)
    / math.sqrt(2 * math.pi)
)


class Moments:
    """Expectations of φ and φ′ at z ~ N(0, q)."""

    def __init__(self, name, q):
        value, derivative = PHI[name]
        z = math.sqrt(q) * Z
        f, d = value(z), derivative(z)
        self.mean, self.square = (DENSITY * f).sum(), (DENSITY * f * f).sum()
        self.slope_square = (DENSITY * d * d).sum()
        self.curvature = (DENSITY * z * d).sum() / q
        self.product_slope = (DENSITY * z * f * d).sum() / q
        self.value_slope_square = (DENSITY * f * d * d).sum()
        self.square_slope_square = (DENSITY * f * f * d * d).sum()


def forward(name, gain, depth, skip, input_std):
    """For each layer: moments, and mean square and mean of its input; at the end those of the output."""
    r, s = (0, 1) if skip is None else (1, skip)
    square, mean, layers = input_std**2, 0.0, []
    for _ in range(depth):
        e = Moments(name, gain**2 * square)
        layers.append((e, square, mean))
        square, mean = (r * square + 2 * r * s * mean * e.mean + s * s * e.square), r * mean + s * e.mean
    return layers, square, mean


def mean_gradient(layers, gain, skip, input_std):
    """Mean |gradient| at the input of the sum of the last of these layers' outputs."""
    r, s, v = (0, 1, gain**2) if skip is None else (1, skip, gain**2)
    k, c, rho, scale = 1.0, 0.0, 0.0, 0.0
    for e, square, mean in reversed(layers):
        next_c = r * c + v * s * (e.curvature * (k + r * c * mean) + c * s * e.product_slope)
        next_rho = r * (rho + c * c * s * s * (e.square - e.mean**2)) + v * s * s * (
            e.slope_square * (k * k + 2 * k * r * c * mean + r * c * c * square + rho)
            + 2 * k * c * s * e.value_slope_square
            + 2 * r * c * c * s * mean * e.value_slope_square
            + c * c * s * s * e.square_slope_square
        )
        k, c, rho = r * (k + c * s * e.mean), next_c, next_rho
        # Figures below a double's range are carried by a logarithm.
        size = max(abs(k), abs(c), math.sqrt(rho), 1e-300)
        k, c, rho, scale = k / size, c / size, rho / size**2, scale + math.log10(size)
    deviation = math.sqrt(c * c * input_std**2 + rho)
    folded = deviation * math.sqrt(2 / math.pi) * math.exp(-((k / deviation) ** 2) / 2) if deviation else 0
    folded += k * math.erf(k / deviation / 2**0.5) if deviation else abs(k)
    return folded * 10**scale


def predict(name, gain, depth, skip, every=10, input_std=1.0):
    rows = []
    layers, _, _ = forward(name, gain, depth, skip, input_std)
    for layer in range(1, depth + 1, every):
        _, square, mean = forward(name, gain, layer, skip, input_std)
        rows.append([layer, math.sqrt(square - mean**2), mean_gradient(layers[:layer], gain, skip, input_std)])
    return {"activation": name, "gain": gain, "depth": depth, "skip": skip, "every": every, "input_std": input_std,
            "rows": rows}  # fmt: skip


def solve(function, low, high):
    """Where an ascending function passes 0, by halving."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2


def fixed_point(name, gain):
    q = solve(lambda q: q - gain**2 * Moments(name, q).square, 1e-3, 10)
    e = Moments(name, q)
    return {"activation": name, "gain": gain, "q": q, "chi1": gain**2 * e.slope_square,
            "slope": gain**2 * e.product_slope, "out_std": math.sqrt(e.square - e.mean**2)}  # fmt: skip


def unit_gain(name):
    e = Moments(name, 1.0)
    gain = 1 / math.sqrt(e.square)
    return {"gain": gain, "chi1": gain**2 * e.slope_square, "slope": gain**2 * e.product_slope}


def neutral_gain(name, depth):
    """Where Π χ over the layers 2 … depth is 1."""

    def growth(gain):
        layers, _, _ = forward(name, gain, depth, None, 1.0)
        return sum(math.log(gain**2 * e.slope_square) for e, _, _ in layers[1:])

    return solve(growth, 0.5, 3)


def make(_quick=False):
    plain = [("tanh", 5 / 3), ("tanh", 1.1), ("selu", 0.75), ("selu", 1.0), ("relu", 2**0.5), ("softsign", 1.0),
             ("sigmoid", 1.0)]  # fmt: skip
    residual = [("tanh", 40, 1.0), ("relu", 30, 1.0), ("gelu", 30, 0.3), ("selu", 40, 0.2)]
    return {
        "note": "rows: [layers applied, out std, mean |grad|]. fixed_points: q is the pre-activation variance. "
        "unit_gain: the gain for which q = 1 is a fixed point.",
        "predictions": [predict(name, gain, 100, None) for name, gain in plain]
        + [predict("gelu", 1.5, 40, None), predict("identity", 1.0, 40, None)]
        + [predict(name, 1.0, depth, skip) for name, depth, skip in residual],
        "fixed_points": [
            fixed_point(name, gain)
            for name, gain in (("tanh", 5 / 3), ("tanh", 1.1), ("selu", 0.75), ("selu", 1.0), ("softsign", 2.0))
        ],
        "unit_gain": {name: unit_gain(name) for name in ("tanh", "relu", "selu", "gelu", "silu", "elu", "sigmoid")},
        "neutral_gain": {
            name: {str(depth): [neutral_gain(name, depth)] for depth in (10, 100)}
            for name in ("tanh", "selu", "gelu", "softsign")
        },
    }


def tolerance(_path):
    """Two quadratures in double; the neutral gain is a root of a sum of a hundred logarithms."""
    return 1e-9, 0
