"""PyTorch's side of a comparison.

`bench_pytorch.py snippet|best <activation> <gain> <width> <batch> <depth> <every>` prints the lines of
the forum's snippet, and on stderr the seconds that it took without the import; so does
`bench_pytorch.py snippet|best <script>` of what `initprobe pytorch` prints.

`snippet` is the forum's code, or the script as it is. `best` is what someone in a hurry makes of it without
leaving plain PyTorch: no draws that the initialiser overwrites, no gradients of weights that nobody reads,
and no layers behind the last report.
"""

import sys
import time

import torch
from torch.nn import functional

SPECIAL = {
    "identity": lambda x: x,
    "gelu_tanh": lambda x: functional.gelu(x, approximate="tanh"),
}


def activation_named(name):
    """The function that initprobe means by `name`."""
    if name in SPECIAL:
        return SPECIAL[name]
    return getattr(functional, name, None) or getattr(torch, name)


def snippet(act, gain, width, batch, depth, every):
    a = torch.randn(batch, width, requires_grad=True)
    print(f"in: {a.std().item():.4f}")
    b = a
    for i in range(depth):
        layer = torch.nn.Linear(width, width, bias=False)
        torch.nn.init.xavier_normal_(layer.weight, gain)
        b = act(layer(b))
        if i % every == 0:
            a.grad = None
            b.sum().backward(retain_graph=True)
            print(f"out: {b.std().item():.4f} grad: {a.grad.abs().mean().item():.4f}")


def best(act, gain, width, batch, depth, every):
    a = torch.randn(batch, width, requires_grad=True)
    print(f"in: {a.std().item():.4f}")
    b = a
    for i in range((depth - 1) // every * every + 1):
        weight = torch.empty(width, width).normal_(0, gain * width**-0.5)
        b = act(b @ weight.t())
        if i % every == 0:
            (grad,) = torch.autograd.grad(b.sum(), a, retain_graph=True)
            print(f"out: {b.std().item():.4f} grad: {grad.abs().mean().item():.4f}")


class LeanLinear(torch.nn.Linear):
    """A layer whose weights are drawn once, and have no gradient that nobody reads."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.requires_grad_(False)

    def reset_parameters(self):
        pass


def run_script(variant, path):
    with open(path) as file:
        code = compile(file.read(), path, "exec")
    start = time.perf_counter()
    if variant == "best":
        torch.nn.Linear = LeanLinear
    exec(code, {})
    print(time.perf_counter() - start, file=sys.stderr)


def main(variant, activation, gain, width, batch, depth, every):
    start = time.perf_counter()
    torch.manual_seed(0)
    run = {"snippet": snippet, "best": best}[variant]
    sizes = (int(size) for size in (width, batch, depth, every))
    run(activation_named(activation), float(gain), *sizes)
    print(time.perf_counter() - start, file=sys.stderr)


if __name__ == "__main__":
    (run_script if len(sys.argv) == 3 else main)(*sys.argv[1:])
