"""Random layers: expressions that are right in every stack, and texts that are nearly right."""

import random

# The functions of a vector, each with arguments that it may be called with.
CALLS = {
    "identity relu relu6 selu rrelu gelu gelu_tanh logsigmoid sigmoid tanh tanhshrink softsign"
    " hardsigmoid hardswish silu mish sin cos erf abs square atan": ["{}"],
    "hardtanh": ["{}", "{}, -2, 2", "{}, max_val=0.5"],
    "leaky_relu": ["{}", "{}, 0.2", "{}, negative_slope=-1/4"],
    "elu": ["{}", "{}, 0.5", "{}, alpha=2"],
    "celu": ["{}", "{}, alpha=0.7"],
    "hardshrink softshrink": ["{}", "{}, 0.3", "{}, lambd=0.1"],
    "softplus": ["{}", "{}, 2", "{}, beta=0.5, threshold=3"],
    "threshold": ["{}, 0.1, -0.2"],
    "min max": ["{}, 0.5", "{}, -1/N"],
    "clamp": ["{}, -0.5, 1.5", "{}, -2, 2"],
}

# What is unbounded, of something that keeps it bounded.
TAMED = [
    "exp(tanh({}))",
    "exp(-abs({}))",
    "log(1 + abs({}))",
    "sqrt(0.5 + {}**2)",
    "(1 + abs({}))**-1.5",
    "1/(1 + {}**2)",
    "tanh({})**3",
    "abs({} + 0.1)**1.5/4",
    "2/(3 + sin({}))",
    "cos({})**-0 * sin({})",
]

NUMBERS = "0.5 2 1.5 0.1 -1 .25 1e-1 3. g 1/N 1/l 2/3 sqrt(2*N) 1/sqrt(l) pi/3 2**-1 -2**0.5 exp(-1)".split()
OUTS = ["2*d", "4*d", "8*d/3", "d/2 + 1", "3", "d + l"]
SETTINGS = [
    "gain=0.7",
    "gain=g/sqrt(2*N)",
    "std=0.3",
    "std=1/sqrt(d)",
    "bias=0.3",
    "init=orthogonal",
    "init=kaiming_uniform",
    "init=xavier_uniform, gain=1/2",
    "std=0.2, bias=0.1",
    "bias=0",
]


class LayerWriter:
    """Writes random layers in which every name is used and all widths fit."""

    def __init__(self, generator):
        self.random = generator
        self.functions = [(name, CALLS[names]) for names in CALLS for name in names.split()]

    def layer(self):
        self.matrices, self.names = {}, []
        self.leaves = self.random.choice([["x"], ["h"], ["h"], ["h", "h", "x0"]])
        if self.leaves == ["x"]:
            return self.vector("d", self.random.randint(1, 4))
        depth = self.random.randint(1, 4)
        statements, extra = [], ""
        if self.random.random() < 0.3:
            statements.append(f"n = {self.vector('d', 1)}")
            self.leaves = [*self.leaves, "n"]
            extra = f" + {self.number()}*n"
        if self.random.random() < 0.2:
            statements.append(f"s_1 = {self.number()}")
            extra += " - s_1*h"
        start = self.random.choice(["", "h + ", "h - ", "0.7*h + "])
        text = f"{start}{self.vector('d', depth)}{extra}"
        if not any("h" in part for part in [start, extra, *statements]):
            text += " + h/2"
        return "; ".join([*statements, text])

    def number(self):
        one = self.random.choice(NUMBERS)
        if self.random.random() < 0.2:
            return f"({one}{self.random.choice('+-*')}{self.random.choice(['2', 'g', '0.3'])})"
        return one if one[0] != "-" and "/" not in one else f"({one})"

    def vector(self, width, depth):
        """A value of `width` units, which is as it is written after `out=`."""
        if depth <= 0:
            return self.random.choice(self.leaves) if width == "d" else self.linear(width, 0)
        branch = self.random.random()
        if branch < 0.3 and self.leaves != ["x"]:
            return self.linear(width, depth)
        if branch < 0.55:
            name, calls = self.random.choice(self.functions)
            return f"{name}({self.random.choice(calls).format(self.vector(width, depth - 1))})"
        if branch < 0.65:
            name = self.random.choice(["layernorm", "rmsnorm", "layer_norm", "rms_norm"])
            return f"{name}({self.vector(width, depth - 1)})"
        if branch < 0.72:
            tamed = self.random.choice(TAMED)
            value = f"({self.vector(width, depth - 1)})"
            return tamed.replace("{}", value)
        if branch < 0.86:
            sign = self.random.choice(["+", " - ", "*", "/"])
            one, other = self.vector(width, depth - 1), self.vector(width, depth - 1)
            return f"({one}{sign}{other})" if sign != "/" else f"({one}/(2 + abs({other})))"
        value = self.vector(width, depth - 1)
        form = self.random.choice(["({n}*{v})", "({v}/{n})", "({v} + {n})", "({n} - {v})", "(-{v})", "({v}*{n})"])
        return form.format(n=self.number(), v=value)

    def linear(self, width, depth):
        """A product; a name may be mentioned again where the shape is the same."""
        inside = "d" if depth == 0 else self.random.choice(["d", "d", width, *OUTS])
        operand = self.random.choice(self.leaves) if depth == 0 else self.vector(inside, depth - 1)
        known = [name for name, shape in self.matrices.items() if shape == (width, inside)]
        out = "" if width == "d" else f", out={width}"
        if known and self.random.random() < 0.5:
            return f"{self.random.choice(known)}({operand}{out})"
        name = "W"
        if self.random.random() < 0.3:
            name = f"W{self.random.choice(['', '_'])}{len(self.matrices) + 1}"
            self.matrices[name] = (width, inside)
        settings = f", {self.random.choice(SETTINGS)}" if self.random.random() < 0.4 else ""
        return f"{name}({operand}{out}{settings})"


PIECES = (
    list("()+-*/=,;.#\\\n\t _0189eEhxWjdNlg'\"[]{}:@%~<>!&|^é²\r\f")
    + ["**", "//", "==", ":=", "->", "0x"]
    + ["1_0", "1e", "e5", "if ", " or ", " not ", "lambda ", "None", "W(", "tanh(", "abs(", " = ", "; ", "\r\n"]
    + ["a = ", "k=", "0.5", "1.", ".5", "00", "01", "++", "--", "# c\n", "\u00a0", "\u2212"]
)


def mutated(text, generator):
    """The text with a few pieces put in, taken out, doubled or exchanged."""
    for _ in range(generator.choice([1, 1, 1, 2, 3])):
        place = generator.randint(0, len(text))
        other = min(len(text), place + generator.randint(1, 4))
        piece = generator.choice(PIECES)
        text = generator.choice(
            [
                text[:place] + piece + text[place:],
                text[:place] + text[other:],
                text[:other] + text[place:other] + text[other:],
                text[:place] + piece + text[place + 1 :],
            ]
        )
    return text


def spaced(text, generator):
    """The text with spaces and, within parentheses, line ends and comments between its characters."""
    result, depth = "", 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        result += character
        # Not within a name, a number or a sign of two characters.
        if character in "(+,;" or character == "-" and text[place - 1 : place] != "e":
            gaps = [" ", "  ", "\t"] + (["\n", " # (\n"] if depth > 0 else [])
            result += generator.choice(["", "", *gaps])
    return result


if __name__ == "__main__":
    writer = LayerWriter(random.Random())
    for _ in range(20):
        print(writer.layer())
