"""Where there is a fixed point: claim 17."""

import math
import re

from .answer import Verdict, claim
from .figures import COLOURS, Plot, Series
from .forward import input_std_rows
from .spread import Spread, distinct, figure, percent, select, spread

PACE_LAYERS = {0.1: (6, 9), 1: (1, 3), 10: (3, 6)}
"""Where the predicted distance is between a tenth of out and a few times the scatter of a run."""


@claim(17, "there is a fixed point", "There is a fixed point, which one in the thread tries to find.")
def fixed_point(answer):
    text = answer.show(
        "initprobe predict tanh 5/3 --no-grad --layers 1,10,100",
        "initprobe gain tanh",
        "initprobe predict relu pytorch --no-grad --layers 1,10,100",
        "initprobe gain relu",
        "initprobe predict gelu unit --no-grad --input-std 0.6 --layers 1,10,100",
        "initprobe predict gelu unit --no-grad --input-std 0.7 --layers 1,10,100",
    )[0]
    target = float(re.search(r"fixed point at out ([\d.]+)", text)[1])
    rows = input_std_rows(answer)
    rested = Spread([row.out for row in rows if row.layer == 20 and row.input_std in PACE_LAYERS])
    paces = table_of_paces(answer, rows, exact_target(rows))
    plot_approach(answer, rows, exact_target(rows))
    check_tanh(answer, rows, target, paces)
    others = answer.rows(
        "fixed-point-none",
        "relu gelu --gain unit --input-std 0.1,1,10 --width 500 --batch 500 --layers 1,10,100 --no-grad "
        "--trials 5 --theory",
    )
    table_of_others(answer, others)
    answer.say(
        "relu's map is V(q) = (gain²/2)·q: at √2 every q is a fixed point and none attracts, at any other "
        "gain only 0 is one. "
        "gelu at its unit gain has one at q = 1, with a slope above 1: input std 0.6 and 0.7 lie on its two "
        "sides."
    )
    ratios, away = check_others(answer, others)
    measured = [pace.mean for pace in paces]
    answer.verdict(
        Verdict.ONLY_IF,
        "the variance map V(q) = σ²·E[φ²] crosses q with a slope below 1. That of tanh at 5/3 does: inputs "
        "of std 0.1, 1 "
        f"and 10 all come to out {figure(rested.mean)} ({figure(target)} in theory), and a layer leaves "
        f"{min(measured):.2f} to {max(measured):.2f} of the distance, where the slope says "
        f"{slope_at(rows):.2f}. "
        "relu has no fixed point that attracts: at √2 V(q) = q, so inputs 100 times apart stay "
        f"{ratios:.4g} times apart "
        f"after 100 layers. gelu's repels: at its unit gain they end {away} orders of magnitude apart.",
    )


def exact_target(rows):
    """The theory's out at layer 20, where less than 1e-5 is missing, with all its digits."""
    return spread(rows, "out", input_std=1, layer=20).theory


def pace(rows, std, target):
    """What a layer leaves of the distance to the fixed point: measured in each seed, and predicted."""
    first, last = PACE_LAYERS[std]
    early, late = (select(rows, input_std=std, layer=layer) for layer in (first, last))

    def factor(a, b):
        return (abs(b - target) / abs(a - target)) ** (1 / (last - first))

    return Spread(
        [factor(a.out, b.out) for a, b in zip(early, late, strict=True)],
        factor(early[0].predicted_out, late[0].predicted_out),
    )


def table_of_paces(answer, rows, target):
    answer.say("Of the distance to the fixed point, a layer leaves:")
    paces, cells = [], []
    for std, (first, last) in PACE_LAYERS.items():
        paces.append(pace(rows, std, target))
        outs = [spread(rows, "out", input_std=std, layer=layer) for layer in (first, last, 20)]
        cells.append([f"{std:g}", f"{first} to {last}", *outs, outs[-1].theory, paces[-1], paces[-1].theory])
    answer.table(
        ["input std", "layers", "out at the first", "out at the last", "out at layer 20", "theory",
         "left per layer", "theory"],
        cells,
    )  # fmt: skip
    return paces


def plot_approach(answer, rows, target):
    series = []
    for std, colour in zip(distinct(rows, "input_std"), COLOURS):
        outs = [(n, spread(rows, "out", input_std=std, layer=n)) for n in range(1, 11)]
        series += [
            Series(f"input std {std:g}", [(n, abs(s.mean - target)) for n, s in outs], "points", colour),
            Series("", [(n, abs(s.theory - target)) for n, s in outs], "lines", colour),
        ]
    scatter = spread(rows, "out", input_std=1, layer=20).deviation
    series.append(Series("spread of a run", [(1, scatter), (10, scatter)], "lines", COLOURS[-1]))
    answer.plot(
        "fixed-point",
        "tanh at 5/3: from every input scale the distance to the fixed point falls at the same pace",
        Plot(
            f"tanh, gain 5/3: |out − {figure(target)}|", "layer", "measured (points) and theory (lines)",
            series, log_y=True,
        ),
    )  # fmt: skip


def slope_at(rows):
    """V′ at the fixed point: what a layer leaves of a small distance, from the theory's rows with all digits."""
    exact = exact_target(rows)
    late = [spread(rows, "out", input_std=1, layer=layer).theory - exact for layer in (9, 10)]
    return late[1] / late[0]


def check_tanh(answer, rows, target, paces):
    for std in PACE_LAYERS:
        outs = spread(rows, "out", input_std=std, layer=20)
        answer.check(
            f"tanh, input {std:g}: out at layer 20 is the predicted fixed point within one spread of a run: "
            f"{figure(outs.mean)} and {figure(target)}",
            abs(outs.mean - target) < outs.deviation,
        )
    slope = slope_at(rows)
    for std, left in zip(PACE_LAYERS, paces):
        error = left.deviation / math.sqrt(len(left.values))
        answer.check(
            f"tanh, input {std:g}: a layer leaves what the theory says of the distance, within 3 standard "
            "errors: "
            f"{left} and {left.theory:.4f}",
            abs(left.mean - left.theory) < 3 * error,
        )
    near = [left for std, left in zip(PACE_LAYERS, paces) if std != 1]
    way = max(abs(left.theory / slope - 1) for left in near)
    answer.check(
        f"coming near from either side, that is the slope at the fixed point, {slope:.3f}, within 10 %, of "
        "which in theory "
        f"{percent(way)} are the way still to go: " + " and ".join(f"{left.mean:.3f}" for left in near),
        all(abs(left.mean / slope - 1) < 0.1 for left in near) and way < 0.1,
    )


def table_of_others(answer, rows):
    answer.table(
        ["", "input std", "out, layer 1", "theory", "out, layer 10", "theory", "out, layer 100", "theory"],
        [
            [name, f"{std:g}",
             *(x for n in (1, 10, 100)
               for s in [spread(rows, "out", activation=name, input_std=std, layer=n)]
               for x in (s, s.theory))]
            for name in distinct(rows, "activation") for std in distinct(rows, "input_std")
        ],
    )  # fmt: skip


def check_others(answer, rows):
    """How far inputs 0.1 and 10 end apart: the mean factor for relu, the orders of magnitude for gelu."""
    relu, gelu = (apart(rows, name) for name in ("relu", "gelu"))
    answer.check(
        "(an identity, which tests the program:) relu: in every seed, inputs 100 times apart give outs 100 times apart after 100 layers, to 1 in "
        "10 000: "
        f"from {min(relu):.6g} to {max(relu):.6g}",
        all(abs(ratio / 100 - 1) < 1e-4 for ratio in relu),
    )
    drawn = [spread(rows, "out", activation="relu", input_std=std, layer=100) for std in (0.1, 10)]
    answer.check(
        f"relu: nor does any come to where the other is: the highest from 0.1 is {figure(drawn[0].high)}, "
        "the lowest from "
        f"10 {figure(drawn[1].low)}",
        drawn[0].high < drawn[1].low,
    )
    orders = [math.log10(ratio) for ratio in gelu]
    answer.check(
        "gelu at its unit gain: in every seed they are further apart after 100 layers than at the input, 2 "
        "orders of magnitude: "
        f"{min(orders):.1f} to {max(orders):.1f}",
        min(orders) > 2,
    )
    return sum(relu) / len(relu), f"{min(orders):.1f} to {max(orders):.1f}"


def apart(rows, name):
    """out of the input of 10 by that of 0.1, at layer 100 in each seed."""
    low, high = (select(rows, activation=name, input_std=std, layer=100) for std in (0.1, 10))
    return [b.out / a.out for a, b in zip(low, high, strict=True)]
