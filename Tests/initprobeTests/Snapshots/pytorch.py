# initprobe tanh 5/3 --width 30 --depth 12
import math

import torch
import torch.nn.functional as F

widths = [30] * 13  # of the input, then of each layer
N, batch = len(widths) - 1, 1000
g = 1.6666666666666667
reported = range(1, len(widths), 10)
pi = math.pi
tanh = torch.tanh

xavier_normal = lambda w, k: torch.nn.init.xavier_normal_(w, k)


def matrix(name, d, named):
    def product(v, out=d, gain=g, init=xavier_normal, std=None, bias=None):
        if name == "W" or name not in named:
            linear = torch.nn.Linear(v.shape[1], int(out), bias=bias is not None)
            with torch.no_grad():
                if std is None:
                    init(linear.weight, gain)
                else:
                    torch.nn.init.normal_(linear.weight, 0, std)
                if bias is not None:
                    torch.nn.init.normal_(linear.bias, 0, bias)
            named[name if name != "W" else len(named)] = linear
            return linear(v)
        return named[name](v)

    return product


def layer(h, x0, l, d):
    named = {}
    W = matrix("W", d, named)
    x = W(h)
    result = tanh(x)
    return result, list(named.values())


def figure(x):
    x = float(x.detach())
    plain = x == 0 or not math.isfinite(x) or 0.001 <= abs(x) < 100000
    if plain:
        return f"{x:.4f}"
    digits, exponent = f"{x:.4e}".split("e")
    return f"{digits}e{int(exponent):+d}"


torch.manual_seed(0)
x0 = (torch.randn(batch, widths[0])).requires_grad_(True)
h, kept, weights = x0, {}, {}
print(f"in: {figure(x0.std())}")
for l in range(1, N + 1):
    h, _ = layer(h, x0, l, widths[l])
    if l in reported:
        (grad,) = torch.autograd.grad(h, x0, torch.ones_like(h), retain_graph=True)
        print(f"out: {figure(h.std())} grad: {figure(grad.abs().mean())}")
