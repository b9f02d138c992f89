"""First numbers of a small stack, layer by layer, in float32 and double, to find mistakes of layout."""

import torch

REPORTED = (0, 1, 10)


class Network:
    """The snippet's stack in one precision: its input and the layers so far."""

    def __init__(self, batch, activation, dtype):
        self.dtype, self.activation = dtype, activation
        self.input = batch.to(dtype, copy=True).requires_grad_()
        self.preactivation = None
        self.output = self.input

    def add_layer(self, weight):
        self.preactivation = self.output @ weight.to(self.dtype).T
        self.output = self.activation(self.preactivation)

    def gradient(self):
        """∂ Σ output / ∂ input; the graph stays for the next layers."""
        (gradient,) = torch.autograd.grad(self.output.sum(), self.input, retain_graph=True)
        return gradient

    def measure(self):
        return self.output.detach().std().item(), self.gradient().abs().mean().item()


class Stack:
    """The snippet's draws, put through a network in float32 and one in double."""

    def __init__(self, activation, gain, width, seed):
        self.gain, self.width = gain, width
        torch.manual_seed(seed)
        batch = torch.randn(width, width)
        self.networks = [Network(batch, activation, dtype) for dtype in (torch.float32, torch.float64)]
        self.single, self.double = self.networks

    def add_layer(self):
        linear = torch.nn.Linear(self.width, self.width, bias=False)
        torch.nn.init.xavier_normal_(linear.weight, self.gain)
        for network in self.networks:
            network.add_layer(linear.weight.detach())


def first_numbers(network):
    z, b, gradient = network.preactivation.detach(), network.output.detach(), network.gradient()
    return {
        "z_first8": z[0, :8].tolist(), "b_first8": b[0, :8].tolist(), "b_row1_first4": b[1, :4].tolist(),
        "b_std": b.std().item(), "sum_b": b.sum().item(), "a_grad_first8": gradient[0, :8].tolist(),
        "a_grad_abs_mean": gradient.abs().mean().item(),
    }  # fmt: skip


def make(_quick=False):
    cases = {}
    for name, activation, gain in (("tanh", torch.tanh, 5 / 3), ("relu", torch.relu, 2**0.5)):
        stack = Stack(activation, gain, 64, seed=0)
        made = [{"a_first8": network.input[0, :8].tolist()} for network in stack.networks]
        for layer in range(max(REPORTED) + 1):
            stack.add_layer()
            if layer in REPORTED:
                for numbers, network in zip(made, stack.networks, strict=True):
                    numbers[f"layer{layer}"] = first_numbers(network)
        for numbers, precision in zip(made, ("float32", "float64"), strict=True):
            cases[f"{name} gain {gain} {precision}"] = numbers
    return {
        "note": "width=batch=64, seed 0, 11 layers, xavier_normal_; z=pre-activation, b=activation, row-major first "
        "values; a_grad=d(sum b)/d a",
        "cases": cases,
    }


def tolerance(path):
    """float32 sums of 64 products, eleven layers deep."""
    return (1e-5, 1e-4) if "float32" in path else (1e-9, 1e-11)
