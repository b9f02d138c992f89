# initprobe llama 1 --width 10 --depth 2 --batch 4 --backward last
import math

import torch
import torch.nn.functional as F

widths = [10] * 3  # of the input, then of each layer
N, batch = len(widths) - 1, 4
g = 1
reported = range(1, len(widths), 10)
pi = math.pi
rmsnorm = lambda v: F.rms_norm(v, v.shape[-1:], eps=2**-23)
silu = F.silu
sqrt = lambda v: torch.sqrt(v) if torch.is_tensor(v) else math.sqrt(v)

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
    W1 = matrix("W1", d, named)
    W2 = matrix("W2", d, named)
    W3 = matrix("W3", d, named)
    n = rmsnorm(h)
    result = h + W2(silu(W1(n, out=8*d/3))*W3(n, out=8*d/3), gain=g/sqrt(2*N))
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
print(f"in: {figure(x0.std())}", end="")
for l in range(1, N + 1):
    h, matrices = layer(h, x0, l, widths[l])
    if l in reported:
        kept[l], weights[l] = h, [m.weight for m in matrices]
wanted = [x0] + list(kept.values()) + sum(weights.values(), [])
grads = list(torch.autograd.grad(h, wanted, torch.randn(h.shape, generator=torch.Generator().manual_seed(0 + l))))
means = {"grad": {"the input": grads.pop(0).abs().mean()}, "wgrad": {}}
print(f" grad: {figure(means['grad']['the input'])}")
flow = [grads.pop(0) for _ in kept]
for l, grad in zip(kept, flow):
    parts = [grads.pop(0) for _ in weights[l]]
    mean = sum(p.abs().sum() for p in parts) / max(1, sum(p.numel() for p in parts))
    means["grad"][f"layer {l}"], means["wgrad"][f"layer {l}"] = grad.abs().mean(), mean
    print(f"out: {figure(kept[l].std())} grad: {figure(grad.abs().mean())} wgrad: {figure(mean)}")
for name, at in means.items():
    if len(at) > 1:
        least, most = min(at, key=at.get), max(at, key=at.get)
        print(f"smallest {name}: {figure(at[least])} at {least}, largest: {figure(at[most])} at {most}")
