"""PyTorch's CPU generator: raw draws, uniform and normal numbers, and the draws of the forum's snippet."""

import os
import subprocess
import sys

import numpy
import torch

SEEDS = ["0", "1", "42", "123456789", "4294967295", "4294967301", "9223372036854775807", "-1", "-5"]
SCALAR_SEEDS = [0, 1, 42]


def raw(seed, count):
    """32-bit draws of mt19937, of which NumPy's is a second implementation. Only 32 bits of a seed matter."""
    generator = numpy.random.MT19937()
    generator._legacy_seeding(int(seed) % 2**32)
    return [int(x) for x in generator.random_raw(count)]


def seeded(seed):
    torch.manual_seed(int(seed))


def next_draw():
    """The next 32-bit draw mod 2²⁰."""
    return torch.randint(0, 2**20, (1,)).item()


def first(tensor, count):
    return tensor.flatten()[:count].tolist()


def last(tensor, count):
    return tensor.flatten()[-count:].tolist()


def snippet(seed, width):
    """The input of the forum's snippet and its first two layers at the gain 5/3."""
    seeded(seed)
    batch = torch.randn(width, width)
    record = {
        "input_first8": first(batch, 8),
        "input_std_float64": batch.double().std().item(),
        "input_std_torch_f32": batch.std().item(),
    }
    for layer in range(2):
        linear = torch.nn.Linear(width, width, bias=False)
        record[f"layer{layer}_linear_default_first8"] = first(linear.weight, 8)
        torch.nn.init.xavier_normal_(linear.weight, 5 / 3)
        record[f"layer{layer}_xavier_normal_gain_5_3_first8"] = first(linear.weight, 8)
        record[f"layer{layer}_xavier_normal_gain_5_3_last8"] = last(linear.weight, 8)
    return record | {"next_draw_mod_2_20": next_draw()}


def record(seed):
    draws = raw(seed, 626)
    made = {"seed": seed, "seed_mod_2_32": int(seed) % 2**32, "raw32_first10": draws[:10],
            "raw32_draw_number_625_626": draws[624:]}  # fmt: skip
    seeded(seed)
    made["rand_first20"] = torch.rand(20).tolist()
    seeded(seed)
    made["rand_float64_first4"] = torch.rand(4, dtype=torch.float64).tolist()
    seeded(seed)
    normals = torch.randn(1000)
    made |= {"randn1000_first40": first(normals, 40), "randn1000_last20": last(normals, 20)}
    whole_next = next_draw()
    seeded(seed)
    made["randn1003_last20"] = last(torch.randn(1003), 20)
    made |= {"randn1003_next_mod_2_20": next_draw(), "randn1000_next_mod_2_20": whole_next}
    # Below 16 normals are drawn one by one, and every second one is kept for the next call.
    seeded(seed)
    made |= {"randn7": torch.randn(7).tolist(), "randn7_then_randn3": torch.randn(3).tolist()}
    for count in (16, 17):
        seeded(seed)
        made[f"randn{count}"] = torch.randn(count).tolist()
    seeded(seed)
    made["uniform_pm0p03_first20"] = torch.empty(20).uniform_(-0.03, 0.03).tolist()
    return made | {"snippet_w64": snippet(seed, 64), "snippet_w1000": snippet(seed, 1000)}


def scalar_build():
    """The same stream in PyTorch's build without vector instructions, where the last bits differ."""
    made = {}
    for seed in SCALAR_SEEDS:
        seeded(seed)
        normals = torch.randn(1000)[:40].tolist()
        seeded(seed)
        made[str(seed)] = {
            "randn1000_first40": normals,
            "uniform_pm0p03_first40": torch.empty(1000).uniform_(-0.03, 0.03)[:40].tolist(),
        }
    return made


def make(_quick=False):
    command = [sys.executable, "-c", "import rng_vectors; print(rng_vectors.scalar_build())"]
    environment = os.environ | {"ATEN_CPU_CAPABILITY": "default", "PYTHONPATH": os.path.dirname(__file__)}
    scalar = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return {
        "torch": torch.__version__, "note": "floats are float32 values printed as exact doubles",
        "records": [record(seed) for seed in SEEDS], "scalar_build_DEFAULT_capability": eval(scalar.stdout),
    }  # fmt: skip


def tolerance(path):
    """All are the same bits, but a standard deviation, and the scalar build's logf and cosf."""
    if "scalar" in path:
        return 0, 3e-7
    return (1e-7, 0) if path.endswith(("std_torch_f32", "std_float64")) else (0, 0)
