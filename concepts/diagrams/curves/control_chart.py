"""Means of samples one after the other, between limits at three sigma on either side.

UCL, LCL = grand mean +/- A2 x mean range, in the unit measured; A2 is tabulated for the size n of
the samples so that A2 x mean range estimates three standard deviations of a sample's mean. The
ranges have the upper limit D4 x mean range. Sources: W.A. Shewhart (1931), Economic Control of
Quality of Manufactured Product; NIST/SEMATECH e-Handbook of Statistical Methods.
"""

import math

from concepts.diagrams import drawing
from concepts.diagrams.curves.given import LARGEST, Given, figures, magnitude
from concepts.diagrams.curves.plot import Plot, apart, sheet
from concepts.diagrams.drawing import Mark, Picture

POINTS = (
    0.4, -0.9, 0.2, 1.1, -0.3, -1.4, 0.7, 0.1, -0.6, 1.6,
    -0.2, 0.9, -1.1, 0.3, 3.6, -0.5, 0.8, -0.1, -1.2, 0.5,
)  # fmt: skip
"""An invented process in sigmas of a sample's mean: stable, but for one signal."""
FEWEST, MOST = 8, 40
"""How many samples can be drawn."""


def limits(mean: float, spread: float, factor: float) -> tuple[float, float]:
    """LCL and UCL of the means, from grand mean, mean range and A2, in the unit measured."""
    return mean - factor * spread, mean + factor * spread


def picture(given: Given) -> Picture | None:
    """The chart of the means; None without its constants, or with too few or many samples."""
    found = given.positive("mean range", "A2", "D4")
    mean = given.constants.get("grand mean", math.inf)
    if not found or abs(mean) > LARGEST or not (0 <= given.low < LARGEST):
        return None
    numbers = range(math.ceil(given.low), math.floor(min(given.high, LARGEST)) + 1)
    half = limits(mean, found[0], found[1])[1] - mean
    # Where the limits are too near the mean, no figures would tell them apart.
    if not FEWEST <= len(numbers) <= MOST or half < max(abs(mean), 1) * 1e-5:
        return None
    return _chart(mean, half, found[0] * found[2], numbers)


def _chart(mean: float, half: float, range_limit: float, numbers: range) -> Picture:
    decimals = max(0, 1 - magnitude(half))
    low, centre, high = (figures(v, decimals) for v in (mean - half, mean, mean + half))
    sigma = half / 3
    points = [(n, mean + POINTS[i % len(POINTS)] * sigma) for i, n in enumerate(numbers)]
    outside = [(n, value) for n, value in points if abs(value - mean) > half]
    signals = [f"sample {n} with {figures(value, decimals)}" for n, value in outside]
    signal = f"Outside the limits: {', '.join(signals)}." if signals else "None lies outside."
    return sheet(
        "Control chart of sample means",
        f"Means of {len(points)} samples one after the other around {centre}, between an upper"
        f" limit of {high} and a lower limit of {low}, three sigma from the mean. {signal}",
        _marks(points, outside, mean, half, (low, centre, high)),
        caption="A point outside the limits is a signal to look for a cause; the others are the"
        " ordinary variation of the process. The points are invented.",
        facts=[
            ("Upper limit", f"{high}, three sigma above the mean."),
            ("Mean", f"{centre}."),
            ("Lower limit", f"{low}, three sigma below the mean."),
            ("Signal", signal),
            ("Ranges", f"Their own chart has the upper limit {figures(range_limit, decimals)}."),
        ],
    )


def _marks(
    points: list[tuple[int, float]],
    outside: list[tuple[int, float]],
    mean: float,
    half: float,
    named: tuple[str, str, str],
) -> list[Mark]:
    first, last = points[0][0], points[-1][0]
    values = (mean - half, mean, mean + half)
    plot = Plot(
        (first - 0.7, last + 0.7),
        (mean - 1.4 * half, mean + 1.4 * half),
        below=[(n, str(n)) for n, _ in points if n % 5 == 0 or n == first],
        beside=list(zip(values, named, strict=True)),
    )
    ends = (first - 0.7, last + 0.7)
    rings = [drawing.disc(plot.x(n), plot.y(value), 9, "As") for n, value in outside]
    signs = [plot.label(n, value, "signal", "A t", right=15, up=-5) for n, value in outside]
    return [
        *plot.axes("sample", "mean of a sample"),
        plot.line([(ends[0], mean), (ends[1], mean)], "Ls"),
        plot.line([(ends[0], values[2]), (ends[1], values[2])], "Is z"),
        plot.line([(ends[0], values[0]), (ends[1], values[0])], "Is z"),
        plot.label(ends[0], values[2], "upper limit, +3 sigma", "u", right=8, up=7),
        plot.label(ends[0], values[0], "lower limit, −3 sigma", "u", right=8, up=-17),
        plot.line(points, "Bs"),
        *(plot.dot(n, value, 4) for n, value in points),
        *rings,
        *apart(signs),
    ]
