"""Makes Tests/KernelsTests/Reference/singular_values.json with PyTorch.

    python3 scripts/reference/make_singular_values.py > Tests/KernelsTests/Reference/singular_values.json

Every matrix is torch.randn(rows, columns) in single precision after torch.manual_seed(seed), repeated
side by side `repeats` times, with column j times 2 ** exponents[j]; values are those of
torch.linalg.svdvals in double precision.
"""

import json

import torch


def case(name, seed, rows, columns, repeats=1, exponents=()):
    torch.manual_seed(seed)
    matrix = torch.randn(rows, columns).double().repeat(1, repeats)
    if exponents:
        matrix = matrix * torch.tensor([2.0**e for e in exponents], dtype=torch.float64)
    values = torch.linalg.svdvals(matrix)
    return {
        "name": name,
        "seed": seed,
        "rows": rows,
        "columns": columns,
        "repeats": repeats,
        "exponents": list(exponents),
        "values": [float(f"{v:.13g}") for v in values.tolist()],
    }


CASES = [
    case("square", 1, 150, 150),
    case("tall", 2, 170, 61),
    case("wide", 3, 50, 131),
    case("one column", 4, 40, 1),
    case("one row", 5, 1, 40),
    case("smaller than a tile", 6, 7, 7),
    case("one tile", 7, 24, 24),
    case("just beyond a tile", 8, 25, 25),
    case("of half rank", 9, 96, 48, repeats=2),
    case("graded by 60 decades", 10, 100, 100, exponents=[-2 * j for j in range(100)]),
    case("graded by 5 decades", 11, 90, 90, exponents=[(7 * j) % 18 - 17 for j in range(90)]),
]

print("[\n" + ",\n".join(json.dumps(c) for c in CASES) + "\n]")
