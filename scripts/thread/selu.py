"""selu: claims 11, 12, 13 and 15."""

from .answer import Verdict, claim
from .figures import Plot, Series
from .spread import spread

THREAD_LINES = {
    1: (0.7974, 0.6252), 11: (0.3138, 0.2894), 21: (0.2418, 0.2414), 31: (0.2097, 0.2160),
    41: (0.2118, 0.1993), 51: (0.1939, 0.1985), 61: (0.1909, 0.2259), 71: (0.1849, 0.2329),
    81: (0.2048, 0.1998), 91: (0.2060, 0.2007),
}  # fmt: skip


@claim(12, "selu at 0.75: the ten lines", "With selu and the gain 0.75 the thread printed ten lines.")
def ten_lines(answer):
    rows = answer.rows("selu-075", "selu --gain 0.75 --trials 20 --theory")
    cells, distances = [], []
    for layer, (out, grad) in THREAD_LINES.items():
        outs, grads = spread(rows, "out", layer=layer), spread(rows, "grad", layer=layer)
        distances += [outs.distance(out), grads.distance(grad)]
        cells.append([layer, out, outs, outs.theory, f"{distances[-2]:+.1f}",
                      grad, grads, grads.theory, f"{distances[-1]:+.1f}"])  # fmt: skip
    answer.table(
        ["layer", "out, thread", "20 seeds", "theory", "deviations off",
         "grad, thread", "20 seeds", "theory", "deviations off"],
        cells,
    )  # fmt: skip
    layers = list(THREAD_LINES)
    answer.plot(
        "selu-075",
        "selu at 0.75: the thread's outputs inside the range of 20 seeds",
        Plot(
            "selu, gain 0.75: out", "layer", "out",
            [
                Series("20 seeds", [(n, s.mean, s.low, s.high) for n in layers
                                    for s in [spread(rows, "out", layer=n)]], "filledcurves"),
                Series("theory", [(n, spread(rows, "out", layer=n).theory) for n in layers], "lines"),
                Series("thread", [(n, THREAD_LINES[n][0]) for n in layers], "points"),
            ],
        ),
    )  # fmt: skip
    worst = max(distances, key=abs)
    beyond = sum(abs(distance) > 2 for distance in distances)
    answer.check(
        f"all 20 figures of the thread lie within 3.5 deviations of one run: the furthest at {worst:+.1f}",
        abs(worst) < 3.5,
    )
    answer.check(f"at most 3 of the 20 lie beyond 2 deviations, where 1 is expected: {beyond} do", beyond <= 3)
    answer.verdict(
        Verdict.HOLDS,
        f"The thread's run is one like ours: of its 20 figures the furthest lies {abs(worst):.1f} standard "
        "deviations of one run from the mean of 20 seeds.",
    )
