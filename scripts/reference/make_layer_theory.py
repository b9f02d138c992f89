#!/usr/bin/env python3
"""Writes layer_theory.json: infinite-width predictions for layers of many kinds.

The same algebra as the program's, written once more and more simply: every
Gaussian on 6000 equidistant points, two inputs by 80 Hermite coefficients, no
closed forms, and each gradient swept down on its own. Good to about 1e-5; the
similarity to some 4e-4 where a function has a kink. Needs NumPy.

    make_layer_theory.py > Tests/SignalPropagationTests/Reference/layer_theory.json
"""

import ast
import json
import math

import numpy as np

NODES = np.linspace(-9, 9, 6000)
WEIGHTS = np.exp(-NODES * NODES / 2)
WEIGHTS /= WEIGHTS.sum()
TERMS = 80
HERMITE = np.zeros((TERMS, NODES.size))
HERMITE[0], HERMITE[1] = 1, NODES
for n in range(2, TERMS):
    HERMITE[n] = (NODES * HERMITE[n - 1] - math.sqrt(n - 1) * HERMITE[n - 2]) / math.sqrt(n)

WIDTH = 1000
UNKNOWN = [math.nan] * 6
erf = np.vectorize(math.erf)


def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -700, 700)))


FUNCTIONS = {
    "relu": (lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0 + (x == 0) * 0.5),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "silu": (lambda x: x * sigmoid(x), lambda x: sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
    "gelu": (
        lambda x: x * 0.5 * (1 + erf(x / 2**0.5)),
        lambda x: 0.5 * (1 + erf(x / 2**0.5)) + x * np.exp(-x * x / 2) / (2 * math.pi) ** 0.5,
    ),
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * (1 - sigmoid(x))),
}


class Poly:
    """A sum of coefficient · product: a factor is an array over NODES, or a power of a variable."""

    def __init__(self, terms=()):
        self.terms = list(terms)

    def __add__(self, other):
        return Poly(self.terms + other.terms)

    def scaled(self, factor):
        return Poly([(factor * c, f) for c, f in self.terms]) if factor else Poly()

    def __mul__(self, other):
        terms = []
        for a, f in self.terms:
            for b, g in other.terms:
                both = dict(f)
                for name, factor in g.items():
                    if name not in both:
                        both[name] = factor
                    elif isinstance(factor, np.ndarray):
                        both[name] = both[name] * factor
                    else:
                        both[name] = both[name] + factor
                terms.append((a * b, both))
        return Poly(terms)


ONE = Poly([(1.0, {})])


def variable(name):
    return Poly([(1.0, {name: 1})])


def mean(poly, moments):
    total = 0.0
    for coefficient, factors in poly.terms:
        x = coefficient
        for name, factor in factors.items():
            if isinstance(factor, np.ndarray):
                x *= float((WEIGHTS * factor).sum())
            else:
                x *= moments[name][factor]
            if x == 0:
                break
        total += x
    return total


class Stack:
    def __init__(self, source, depth, gain):
        self.tree, self.depth, self.gain = ast.parse(source), depth, gain
        self.mean, self.square, self.pair, self.normal = 0.0, 1.0, 0.0, True
        self.layers = []

    def between_inputs(self, p, correlations):
        """E[p(a) p(b)] for two inputs."""
        total = 0.0
        ones = np.ones(NODES.size)
        for a, f in p.terms:
            for b, g in p.terms:
                x = a * b
                for name in set(f) | set(g):
                    u, v = f.get(name), g.get(name)
                    if isinstance(u, np.ndarray) or isinstance(v, np.ndarray):
                        left = (HERMITE * WEIGHTS) @ (ones if u is None else u)
                        right = (HERMITE * WEIGHTS) @ (ones if v is None else v)
                        x *= float((left * right * correlations[name] ** np.arange(TERMS)).sum())
                    else:
                        u, v = u or 0, v or 0
                        x *= [1, self.mean, self.pair if u == v == 1 else self.square][u + v]
                total += x
        return total

    def advance(self):
        moments = {"h": [1.0, self.mean, self.square] + UNKNOWN}
        correlations = {"h": self.pair / self.square}
        first = Poly([(1.0, {"h": math.sqrt(self.square) * NODES})]) if self.normal else variable("h")
        ops, values, widths, normal = [("h",)], [first], [WIDTH], {0: self.normal}
        names = {"h": ("node", 0), "N": self.depth, "l": len(self.layers) + 1, "d": WIDTH, "g": self.gain}

        def node(op, value, width, is_normal):
            ops.append(op)
            values.append(value)
            widths.append(width)
            normal[len(ops) - 1] = is_normal
            return ("node", len(ops) - 1)

        def matrix(x, keys):
            fan_in, fan_out = widths[x], int(evaluate(keys["out"])) if "out" in keys else WIDTH
            gain = evaluate(keys["gain"]) if "gain" in keys else self.gain
            variance = gain**2 * 2 / (fan_in + fan_out)
            if "std" in keys:
                variance = evaluate(keys["std"]) ** 2
            bias = evaluate(keys["bias"]) ** 2 if "bias" in keys else 0.0
            q = fan_in * variance * mean(values[x] * values[x], moments) + bias
            name = f"z{len(ops)}"
            correlations[name] = (fan_in * variance * self.between_inputs(values[x], correlations) + bias) / q
            value = Poly([(1.0, {name: math.sqrt(q) * NODES})])
            return node(("matrix", x, fan_out, variance, q), value, fan_out, True)

        def call(name, arguments, keys):
            x = evaluate(arguments[0])
            if name == "sqrt":
                return math.sqrt(x)
            x = x[1]
            if name.startswith("W"):
                return matrix(x, keys)
            if name in ("rmsnorm", "layernorm"):
                centre = mean(values[x], moments) if name == "layernorm" else 0.0
                rest = values[x] + ONE.scaled(-centre)
                epsilon = 1e-5 if name == "layernorm" else 2.0**-23
                size = math.sqrt(mean(rest * rest, moments) + epsilon)
                return node((name, x, size), rest.scaled(1 / size), widths[x], normal[x])
            (gaussian,) = {key for _, f in values[x].terms for key in f}
            argument = sum(c * (f[gaussian] if f else 1.0) for c, f in values[x].terms)
            function, slope = FUNCTIONS[name]
            value = Poly([(1.0, {gaussian: function(argument)})])
            return node(("function", x, gaussian, slope(argument)), value, widths[x], False)

        def combine(op, a, b):
            if isinstance(a, tuple) and isinstance(b, tuple):
                a, b = a[1], b[1]
                if op is ast.Mult:
                    return node(("product", a, b), values[a] * values[b], widths[a], False)
                sign = 1.0 if op is ast.Add else -1.0
                value = values[a] + values[b].scaled(sign)
                return node(("sum", a, b, sign), value, widths[a], normal[a] and normal[b])
            if isinstance(a, tuple) or isinstance(b, tuple):
                x, factor = (a[1], b) if isinstance(a, tuple) else (b[1], a)
                factor = 1 / factor if op is ast.Div else factor
                return node(("multiple", x, factor), values[x].scaled(factor), widths[x], normal[x])
            numbers = {ast.Add: a + b, ast.Sub: a - b, ast.Mult: a * b, ast.Div: a / b}
            return a**b if op is ast.Pow else numbers[op]

        def evaluate(tree):
            if isinstance(tree, ast.Constant):
                return float(tree.value)
            if isinstance(tree, ast.Name):
                return names[tree.id]
            if isinstance(tree, ast.UnaryOp):
                return -evaluate(tree.operand)
            if isinstance(tree, ast.BinOp):
                return combine(type(tree.op), evaluate(tree.left), evaluate(tree.right))
            return call(tree.func.id, tree.args, {key.arg: key.value for key in tree.keywords})

        for statement in self.tree.body:
            result = evaluate(statement.value)
            if isinstance(statement, ast.Assign):
                names[statement.targets[0].id] = result
        output = result[1]
        self.layers.append((ops, values, output, moments))
        value = values[output]
        pair = self.between_inputs(value, correlations)
        self.mean, self.square = mean(value, moments), mean(value * value, moments)
        self.pair, self.normal = pair, normal[output]

    def pull(self, layer, k, c, noise):
        """A cotangent k + c·h + noise at a layer's output, at its input."""
        ops, values, output, moments = self.layers[layer]
        moments = {name: list(known) for name, known in moments.items()}
        moments["r"] = [1.0, 0.0, noise] + UNKNOWN
        bars = [Poly() for _ in ops]
        bars[output] = ONE.scaled(k) + values[output].scaled(c) + variable("r")
        for index in range(len(ops) - 1, 0, -1):
            (kind, x, *rest), bar = ops[index], bars[index]
            if not bar.terms:
                continue
            if kind == "multiple":
                bars[x] += bar.scaled(rest[0])
            elif kind == "sum":
                bars[x] += bar
                bars[rest[0]] += bar.scaled(rest[1])
            elif kind == "product":
                left, right = bar * values[rest[0]], bar * values[x]
                bars[x] += left
                bars[rest[0]] += right
            elif kind in ("rmsnorm", "layernorm"):
                free = bar + values[index].scaled(-mean(bar * values[index], moments))
                if kind == "layernorm":
                    free += ONE.scaled(-mean(bar, moments))
                bars[x] += free.scaled(1 / rest[0])
            elif kind == "function":
                bars[x] += bar * Poly([(1.0, {rest[0]: rest[1]})])
            else:
                fan_out, variance, q = rest
                along = fan_out * variance * mean(values[index] * bar, moments) / q
                fresh = f"n{index}"
                moments[fresh] = [1.0, 0.0, fan_out * variance * mean(bar * bar, moments)] + UNKNOWN
                bars[x] += values[x].scaled(along) + variable(fresh)
        return self.project(bars[0], values[0], moments)

    @staticmethod
    def project(bar, h, moments):
        if isinstance(h.terms[0][1]["h"], np.ndarray):
            k = mean(bar, moments)
            rest = bar + ONE.scaled(-k)
            c = mean(rest * h, moments) / mean(h * h, moments)
            rest += h.scaled(-c)
            return k, c, mean(rest * rest, moments)
        free = Poly([(a, f) for a, f in bar.terms if "h" not in f])
        along = Poly([(a, {n: x for n, x in f.items() if n != "h"}) for a, f in bar.terms if "h" in f])
        k, c = mean(free, moments), mean(along, moments)
        free, along = free + ONE.scaled(-k), along + ONE.scaled(-c)
        cross = 2 * mean(free * along, moments) * moments["h"][1]
        return k, c, mean(free * free, moments) + cross + mean(along * along, moments) * moments["h"][2]

    def gradient(self, layer, k, noise):
        """Mean |gradient| at the input, of a folded normal."""
        c = 0.0
        for index in range(layer - 1, -1, -1):
            k, c, noise = self.pull(index, k, c, noise)
        size = math.sqrt(c * c + max(noise, 0))
        if size == 0:
            return abs(k)
        density = math.exp(-k * k / 2 / size / size)
        return size * math.sqrt(2 / math.pi) * density + k * math.erf(k / size / 2**0.5)


CASES = [
    ("tanh(W(h))", 5 / 3, 60),
    ("relu(W(h))", 2**0.5, 60),
    ("gelu(W(h))", 1.5, 30),
    ("h + 0.5*tanh(W(h))", 1, 50),
    ("h + 0.3*relu(W(h))", 2**0.5, 40),
    ("h + W(gelu(W(layernorm(h), out=4*d, std=0.02)), std=0.02/sqrt(2*N))", 1, 48),
    ("h + W(gelu(W(layernorm(h), out=4*d, std=0.05)), std=0.05)", 1, 24),
    ("n = rmsnorm(h); h + W2(silu(W1(n, out=2*d))*W3(n, out=2*d), gain=1/sqrt(2*N))", 1, 48),
    ("n = rmsnorm(h); h + W2(silu(W1(n, out=2*d))*W3(n, out=2*d))", 1, 24),
    ("layernorm(h + W(relu(W(h, out=4*d))))", 1, 24),
    (
        "a = (2*N)**0.25; b = (8*N)**-0.25; layernorm(a*h + W(relu(W(h, out=4*d, gain=b)), gain=b))",
        1,
        24,
    ),
    ("h + rmsnorm(W(silu(W1(h))*W3(h)))", 1, 24),
    ("h + rmsnorm(W(silu(W(rmsnorm(h), out=4*d))))", 1, 24),
    ("h + W(silu(W(rmsnorm(h)/sqrt(l), out=4*d)))", 1, 24),
    ("relu(W(rmsnorm(h)))", 2**0.5, 40),
    ("relu(layernorm(W(h)))", 1, 40),
    ("W1(h)*sigmoid(W2(h))", 1.5, 20),
    ("tanh(W(h, bias=0.3))", 1.2, 50),
    ("h + W(relu(h))", 1, 24),
    ("h + W(tanh(h), gain=0.5)", 1, 24),
]


def rows(source, gain, depth):
    stack = Stack(source, depth, gain)
    found = []
    for layer in range(1, depth + 1):
        stack.advance()
        if layer in (1, 2, depth // 2, depth):
            found.append(
                {
                    "layer": layer,
                    "out_std": math.sqrt(max(0, stack.square - stack.mean**2)),
                    "similarity": stack.pair / stack.square,
                    "out_mean": stack.mean,
                    "grad_sum": stack.gradient(layer, 1.0, 0.0),
                    "grad_random": stack.gradient(layer, 0.0, 1.0),
                }
            )
    return found


if __name__ == "__main__":
    cases = [
        {"layer": source, "gain": float(gain), "width": WIDTH, "depth": depth, "rows": rows(source, gain, depth)}
        for source, gain, depth in CASES
    ]
    print(json.dumps(cases, indent=1))
