"""Every initialiser of torch.nn.init on a matrix: the first and last weights, and how many draws they take."""

import numpy
import torch
from rng_vectors import first, last, raw

SEED = 7
SHAPES = [(64, 64), (48, 80), (80, 48)]


def schemes():
    yield "uniform_", {"a": 0.0, "b": 1.0}
    yield "uniform_", {"a": -0.3, "b": 0.1}
    yield "normal_", {"mean": 0.0, "std": 1.0}
    yield "normal_", {"mean": 0.5, "std": 0.02}
    for gain in (1.0, 5 / 3, 2**0.5):
        yield "xavier_uniform_", {"gain": gain}
        yield "xavier_normal_", {"gain": gain}
    for mode in ("fan_in", "fan_out"):
        for nonlinearity, slope in [
            *(("leaky_relu", slope) for slope in (0, 0.01, 5**0.5)),
            *((name, 0) for name in ("relu", "tanh", "selu", "linear", "sigmoid")),
        ]:
            for name in ("kaiming_uniform_", "kaiming_normal_"):
                yield name, {"mode": mode, "nonlinearity": nonlinearity, "a": slope}
    yield "orthogonal_", {"gain": 1.0}
    yield "orthogonal_", {"gain": 2**0.5}
    for std, a, b in ((1.0, -2.0, 2.0), (0.02, -2.0, 2.0), (0.02, -0.04, 0.04), (1.0, -0.2, 0.2), (1.0, 2.0, 4.0)):
        yield "trunc_normal_", {"mean": 0.0, "std": std, "a": a, "b": b}
    yield "sparse_", {"sparsity": 0.1, "std": 0.01}
    yield "sparse_", {"sparsity": 0.9, "std": 1.0}
    yield "eye_", {}
    yield "nn.Linear default weight", {}


def weights(scheme, parameters, rows, cols):
    if scheme.startswith("nn.Linear"):
        torch.manual_seed(SEED)
        return torch.nn.Linear(cols, rows, bias=False).weight.detach()
    matrix = torch.empty(rows, cols)
    torch.manual_seed(SEED)
    return getattr(torch.nn.init, scheme)(matrix, **parameters)


def draws_taken(stream):
    """How many 32-bit draws were taken: where the stream goes on with the next eight."""
    following = torch.randint(0, 2**20, (8,)).numpy()
    found = [at for at in numpy.flatnonzero(stream == following[0])
             if numpy.array_equal(stream[at : at + 8], following)]  # fmt: skip
    (at,) = found
    return int(at), int(following[0])


def make(_quick=False):
    stream = numpy.array(raw(SEED, 400_000)) % 2**20
    records = []
    for scheme, parameters in schemes():
        for rows, cols in SHAPES:
            made = weights(scheme, parameters, rows, cols)
            draws, following = draws_taken(stream)
            exact = made.double()
            records.append({
                "scheme": scheme, "params": parameters, "rows": rows, "cols": cols, "seed": SEED,
                "draws32": draws, "next_draw_mod_2_20": following, "first8": first(made, 8), "last8": last(made, 8),
                "mean": exact.mean().item(), "std": exact.std().item(), "min": made.min().item(),
                "max": made.max().item(),
            })  # fmt: skip
    return {"torch": torch.__version__, "layout": "row-major; w.shape=(rows=fan_out, cols=fan_in)",
            "records": records}  # fmt: skip


def tolerance(path):
    """The same bits, but for LAPACK's in orthogonal_ and for the sums of double numbers."""
    if path.endswith((".mean", ".std")):
        return 1e-7, 1e-8
    index = int(path.split("records[")[1].split("]")[0])
    return (0, 2e-6) if list(schemes())[index // len(SHAPES)][0] == "orthogonal_" else (0, 0)
