"""Time for a unit against the number of units made: it falls by the same share per doubling.

T_n = T_1 n^b with b = log(r) / log(2), where T_1 is the time for the first unit and r the learning
rate (0.8: each doubling takes 80% of the time). This is the unit-time form. Source: T.P. Wright
(1936), Factors Affecting the Cost of Airplanes, whose own curve was of the cumulative average.
"""

import math

from concepts.diagrams.curves.given import Given, drawable, figures
from concepts.diagrams.curves.plot import Plot, apart, sheet
from concepts.diagrams.drawing import Mark, Picture

FASTEST = 0.5
"""At a lower rate all further units together would take next to no time."""
APART = 18
"""How far marked units stand from each other, in units of the drawing."""


def time_for(unit: float, first: float, rate: float) -> float:
    """T_n in the unit of time of T_1, for the n-th unit (n from 1)."""
    return first * math.pow(unit, math.log(rate) / math.log(2))


def picture(given: Given) -> Picture | None:
    """The falling curve with its doublings; None unless 0.5 < r < 1 and two units are in range."""
    found = given.positive("T_1", "r")
    if not found or not FASTEST < found[1] < 1:
        return None
    first, rate = found
    last = given.high
    if not (drawable(last, time_for(max(last, 1), first, rate)) and last >= 2):
        return None
    unit = given.units.get("T_1", "")
    plot = _plot(last, first)
    marked = _doublings(plot, last)
    times = [f"{figures(time_for(n, first, rate))}{f' {unit}' if unit else ''}" for n in marked]
    percent = f"{figures(rate * 100)}%"
    read = ", ".join(f"unit {n:,} in {time}" for n, time in zip(marked, times, strict=True))
    return sheet(
        "Time per unit against units made",
        "Time per unit against units made. It falls quickly, then slowly: each time that the"
        f" number doubles, a unit takes {percent} of the time before: {read}.",
        _marks(plot, marked, first, rate, unit),
        caption=f"Each doubling of the number made brings the time per unit down to {percent}"
        " of what it was.",
        facts=[(f"Unit {n:,}", f"{time}.") for n, time in zip(marked, times, strict=True)],
    )


def _plot(last: float, first: float) -> Plot:
    sides = [(first * part, figures(first * part)) for part in (0.25, 0.5, 0.75, 1)]
    plot = Plot((0, last * 1.02), (0, first * 1.08), below=[], beside=sides)
    plot.below = [(n, f"{n:,}") for n in _doublings(plot, last)]
    return plot


def _doublings(plot: Plot, last: float) -> list[int]:
    """1, 2, 4 and so on up to the last unit; without those too close to the one before."""
    found = [1]
    for power in range(1, int(math.log2(last)) + 1):
        if plot.x(2**power) - plot.x(found[-1]) >= APART:
            found.append(2**power)
    return found


def _marks(plot: Plot, marked: list[int], first: float, rate: float, unit: str) -> list[Mark]:
    last = plot.across[1] / 1.02
    times = [(n, time_for(n, first, rate)) for n in marked]
    drops = [plot.line([(n, 0), (n, time)], "Ls z") for n, time in times]
    # The last label would leave the sheet on the right of its point.
    read = [
        plot.label(n, time, figures(time), *(("t", 7, 6) if n < last * 0.9 else ("t e", 4, 10)))
        for n, time in times
    ]
    return [
        *plot.axes("units made", f"time per unit ({unit})" if unit else "time per unit"),
        *drops,
        plot.graph(lambda n: time_for(n, first, rate), 1, last, "Bs f"),
        *(plot.dot(n, time) for n, time in times),
        *apart(read),
    ]
