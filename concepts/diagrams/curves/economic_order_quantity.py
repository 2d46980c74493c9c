"""Yearly cost against the size of an order: holding, ordering, and their lowest sum.

Q* = sqrt(2 D S / H), for a steady demand of D units a year, S money an order (or set-up) and
H money for holding one unit for a year. Source: F.W. Harris (1913), How Many Parts to Make at
Once, and Silver, Pyke and Thomas (2017), Inventory and Production Management in Supply Chains.
"""

import math

from concepts.diagrams.curves.given import Given, drawable, figures
from concepts.diagrams.curves.plot import Plot, sheet
from concepts.diagrams.drawing import Mark, Picture

TOLERANCE = 0.04
"""The share by which the sum may exceed its lowest value within the band."""
CEILING = 2.3
"""The height of the sheet in lowest sums."""
NEAREST_END, FARTHEST_END = 2.5, 3.0
"""Where the curves end, in best quantities: so that their names have room beside them."""


def best_quantity(demand: float, order: float, holding: float) -> float:
    """Q* in units per order; from units a year, money per order, money per unit and year."""
    return math.sqrt(2 * demand * order / holding)


def ordering_cost(quantity: float, demand: float, order: float) -> float:
    """D / Q orders a year, each of which costs S; money a year."""
    return demand / quantity * order


def holding_cost(quantity: float, holding: float) -> float:
    """Q / 2 units in stock on average, each of which costs H; money a year."""
    return quantity / 2 * holding


def band(tolerance: float = TOLERANCE) -> tuple[float, float]:
    """Between which parts of Q* the sum stays within a share above its lowest value.

    sum(Q) / sum(Q*) = (Q/Q* + Q*/Q) / 2, whatever the constants; solved for 1 + tolerance.
    """
    above = 1 + tolerance
    root = math.sqrt(above**2 - 1)
    return above - root, above + root


def picture(given: Given) -> Picture | None:
    """The two costs and their sum; None without D, S, H, or when Q* lies outside the range."""
    found = given.positive("D", "S", "H")
    if not found:
        return None
    demand, order, holding = found
    best = best_quantity(*found)
    lowest = 2 * holding_cost(best, holding)
    if not (drawable(best, lowest) and given.low < best < given.high):
        return None
    low, high = (best * part for part in band())
    said = _words(best, lowest, low, high)
    return sheet(
        "Yearly cost against order size",
        f"Yearly cost against order size. Ordering cost falls, holding cost rises, and their sum"
        f" is lowest, {said['lowest']} a year, at {said['best']} units per order, where both are"
        f" {said['half']}. Between {said['low']} and {said['high']} units the sum stays within"
        " 4% of that.",
        _marks(given, demand, order, holding),
        caption="The sum is flat near its lowest point: anywhere in the grey band it costs at"
        " most 4% more.",
        facts=_facts(said),
    )


def _facts(said: dict[str, str]) -> list[tuple[str, str]]:
    lowest = f"{said['best']} units per order: ordering {said['half']} + holding {said['half']}"
    near = f"From {said['low']} to {said['high']} units per order the sum is at most"
    far = f"{said['halved']} or {said['doubled']} units per order cost {said['quarter']} a year"
    return [
        ("Lowest sum", f"{lowest} = {said['lowest']} a year."),
        ("Within 4%", f"{near} {said['most']} a year."),
        ("Half or twice as many", f"{far}, 25% more."),
    ]


def _words(best: float, lowest: float, low: float, high: float) -> dict[str, str]:
    """The numbers that the text beside the picture says; quantities in whole units if large."""
    whole = 0 if best >= 100 else None
    return {
        "best": figures(best),
        "lowest": figures(lowest),
        "half": figures(lowest / 2),
        "low": figures(low, whole),
        "high": figures(high, whole),
        "most": figures(lowest * (1 + TOLERANCE)),
        "halved": figures(best / 2),
        "doubled": figures(best * 2),
        "quarter": figures(lowest * 1.25),
    }


def _marks(given: Given, demand: float, order: float, holding: float) -> list[Mark]:
    best = best_quantity(demand, order, holding)
    lowest = 2 * holding_cost(best, holding)
    end = min(max(given.high, NEAREST_END * best), FARTHEST_END * best)
    top = CEILING * lowest

    def total(quantity: float) -> float:
        return ordering_cost(quantity, demand, order) + holding_cost(quantity, holding)

    plot = Plot(
        (0, end * 1.02),
        (0, top),
        below=[(best * part, figures(best * part)) for part in (1, 2, 0.5, 1.5, 2.5)],
        beside=[(lowest * part, figures(lowest * part)) for part in (0.5, 1, 2)],
    )
    low, high = (best * part for part in band())
    begin = best * (CEILING - math.sqrt(CEILING**2 - 1))  # the sum leaves the sheet there
    return [
        plot.band(low, high),
        plot.label((low + high) / 2, top, "within 4%", "u m mid", up=-14),
        *plot.axes("units per order", "cost a year"),
        plot.line([(best, lowest), (best, 0)], "Ls z"),
        plot.graph(lambda q: ordering_cost(q, demand, order), begin, end, "As z f"),
        plot.line([(0, 0), (end, holding_cost(end, holding))], "Bs"),
        plot.graph(total, begin, end, "Is f"),
        plot.dot(best, lowest, 5.5),
        plot.label(best * 0.4, lowest * 1.6, f"lowest: {figures(lowest)} a year", "t", right=10),
        plot.label(end, total(end), "sum", "t e", up=12),
        plot.label(end, holding_cost(end, holding), "holding", "B t e", up=-38),
        plot.label(end, ordering_cost(end, demand, order), "ordering", "A t e", up=8),
    ]
