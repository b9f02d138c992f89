"""Stacks of a layer that is given as an expression, executed by Python with PyTorch's functions."""

import ast
import math
from dataclasses import dataclass

import torch
from torch.nn import functional, init

SCHEMES = {
    "xavier_normal": init.xavier_normal_,
    "xavier_uniform": init.xavier_uniform_,
    "kaiming_normal": lambda w, g: w.normal_(0, g / math.sqrt(w.shape[1])),
    "kaiming_uniform": lambda w, g: uniform(w, g * math.sqrt(3) / math.sqrt(w.shape[1])),
    "orthogonal": init.orthogonal_,
    "torch_linear": lambda w, g: w.mul_(g),
}

# Those of torch.nn.functional that have the same name here, and those of torch itself.
FUNCTIONAL = (
    "relu relu6 hardtanh leaky_relu elu celu selu rrelu gelu logsigmoid hardshrink softshrink tanhshrink"
    " softsign softplus hardsigmoid hardswish silu mish threshold"
).split()
PLAIN = "sigmoid tanh square".split()
NUMERIC = "exp log sqrt abs sin cos erf atan".split()


def uniform(weight, bound):
    return weight.uniform_(-bound, bound)


def of_vector_or_number(name):
    return lambda v: getattr(torch if torch.is_tensor(v) else math, name)(v)


def rms_norm(v):
    return functional.rms_norm(v, v.shape[1:], eps=2.0**-23)


def layer_norm(v):
    return functional.layer_norm(v, v.shape[1:])


FUNCTIONS = {
    **{name: getattr(functional, name) for name in FUNCTIONAL},
    **{name: getattr(torch, name) for name in PLAIN},
    **{name: of_vector_or_number(name) for name in NUMERIC if name != "abs"},
    "abs": abs,
    "identity": lambda v: v,
    "gelu_tanh": lambda v: functional.gelu(v, approximate="tanh"),
    "min": lambda v, limit: torch.clamp(v, max=limit),
    "max": lambda v, limit: torch.clamp(v, min=limit),
    "clamp": torch.clamp,
    "rmsnorm": rms_norm,
    "rms_norm": rms_norm,
    "layernorm": layer_norm,
    "layer_norm": layer_norm,
    "pi": math.pi,
}


@dataclass(frozen=True)
class Stack:
    layer: str
    gain: float
    width: int
    batch: int
    depth: int
    seed: int
    layers: list
    init: str = "xavier_normal"


class Matrices:
    """The linear layers of one layer: every bare W is a new one, each other name always the same."""

    def __init__(self, stack, dtype):
        self.stack, self.dtype = stack, dtype
        self.known, self.weights = {}, []

    def product(self, name, v, out=None, gain=None, init=None, std=None, bias=None):
        key = name if name != "W" else len(self.weights)
        if key not in self.known:
            fan_out = int(self.stack.width if out is None else out)
            self.known[key] = self.draw(v.shape[1], fan_out, gain, init, std, bias)
            self.weights.append(self.known[key][0])
        return functional.linear(v, *self.known[key])

    def draw(self, fan_in, fan_out, gain, scheme, std, bias):
        """As nn.Linear makes it, then as the initialiser overwrites it; in single precision always."""
        linear = torch.nn.Linear(fan_in, fan_out, bias=bias is not None)
        with torch.no_grad():
            if std is not None:
                linear.weight.normal_(0, std)
            else:
                fill = SCHEMES[scheme or self.stack.init]
                fill(linear.weight, self.stack.gain if gain is None else gain)
            if bias is not None:
                linear.bias.normal_(0, bias)
        weight = linear.weight.detach().to(self.dtype).requires_grad_()
        return weight, None if bias is None else linear.bias.detach().to(self.dtype)


class Names(dict):
    """What the expression can say. Names of matrices are made as they are met."""

    def __init__(self, matrices, values):
        super().__init__(FUNCTIONS)
        self.update({name: name for name in SCHEMES})
        self.update(values)
        self.matrices = matrices

    def __missing__(self, name):
        if not name.startswith("W"):
            raise KeyError(name)
        return lambda v, **settings: self.matrices.product(name, v, **settings)


def evaluate(source, names):
    """The value of the last statement."""
    for statement in ast.parse(source.strip()).body:
        value = eval(compile(ast.Expression(statement.value), "layer", "eval"), {}, names)
        if isinstance(statement, ast.Assign):
            names[statement.targets[0].id] = value
    return value


def mentions(source, name):
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(ast.parse(source.strip())))


def run(stack, dtype, noise=0):
    """The outputs of all layers, the input first, and the weights of each; `noise` perturbs the input."""
    torch.manual_seed(stack.seed)
    x0 = torch.randn(stack.batch, stack.width).to(dtype)
    if noise:
        x0 = x0 * (1 + noise * torch.randn(x0.shape, generator=torch.Generator().manual_seed(1)))
    outputs, weights = [x0.requires_grad_()], []
    is_formula = mentions(stack.layer, "x")
    for number in range(1, stack.depth + 1):
        matrices = Matrices(stack, dtype)
        values = {"x0": x0, "d": stack.width, "N": stack.depth, "l": number, "g": stack.gain}
        h = outputs[-1]
        values.update({"x": matrices.product("W", h)} if is_formula else {"h": h})
        outputs.append(evaluate(stack.layer, Names(matrices, values)))
        weights.append(matrices.weights)
    return outputs, weights


def cotangent(loss, output, seed):
    if loss == "sum":
        return torch.ones_like(output)
    draws = torch.randn(output.shape, generator=torch.Generator().manual_seed(seed))
    return draws.to(output.dtype)


def mean_abs(gradients):
    return sum(g.abs().sum().item() for g in gradients) / sum(g.numel() for g in gradients)


def rows(stack, dtype, noise=0):
    """The figures of the input and of each reported layer.

    `grad_*` has a loss at each layer, `flow_*` and `weight_flow_*` one at the last.
    """
    outputs, weights = run(stack, dtype, noise)
    rows = [{"layer": 0, "out_std": outputs[0].std().item()}]
    for layer in stack.layers:
        output = outputs[layer]
        row = {"layer": layer, "out_std": output.std().item(), "out_mean": output.mean().item()}
        for loss in ("sum", "random"):
            start = cotangent(loss, output, stack.seed + layer)
            (grad,) = torch.autograd.grad(
                output, outputs[0], start, retain_graph=True, allow_unused=True, materialize_grads=True
            )
            row[f"grad_{loss}"] = mean_abs([grad])
        rows.append(row)
    last = outputs[stack.depth]
    reported = [0, *stack.layers]
    wanted = [outputs[layer] for layer in reported]
    wanted += [weight for layer in stack.layers for weight in weights[layer - 1]]
    for loss in ("sum", "random"):
        start = cotangent(loss, last, stack.seed + stack.depth)
        gradients = torch.autograd.grad(
            last, wanted, start, retain_graph=True, allow_unused=True, materialize_grads=True
        )
        gradients = list(gradients)
        for row in rows:
            row[f"flow_{loss}"] = mean_abs([gradients.pop(0)])
        for row, layer in zip(rows[1:], stack.layers, strict=True):
            count = len(weights[layer - 1])
            if count:
                row[f"weight_flow_{loss}"] = mean_abs(gradients[:count])
            del gradients[:count]
    return rows
