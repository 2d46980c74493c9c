"""Revenue and cost against volume, and the volume at which they are equal.

Q = F / (p - v) with the fixed cost F in money a period, the price p and the variable cost v in
money a unit. From p Q = F + v Q. Sources: Heizer, Render and Munson (2020); Stevenson (2021).
"""

from concepts.diagrams.curves.given import LARGEST, Given, drawable, figures, steps
from concepts.diagrams.curves.plot import Plot, sheet
from concepts.diagrams.drawing import Mark, Picture

SPAN = (1.6, 2.5)
"""Where the lines end, in break-even volumes at least and at most: else nothing has room."""

APART = 30
"""How far the fixed cost must lie from 0 and from the cost to be drawn, in units of the drawing."""


def break_even(fixed: float, price: float, variable: float) -> float:
    """Q in units a period, from money a period and twice money a unit; price above variable."""
    return fixed / (price - variable)


def picture(given: Given) -> Picture | None:
    """The two lines and their point; None unless F > 0, p > v >= 0 and the point is in range."""
    found = given.positive("F", "p")
    variable = given.constants.get("v", -1)
    if not found or not 0 <= variable < found[1] * 0.98:
        return None
    fixed, price = found
    point = break_even(fixed, price, variable)
    if not (drawable(point, point * price) and given.low < point < given.high):
        return None
    end = min(max(given.high, SPAN[0] * point), SPAN[1] * point, LARGEST)
    volume, money = figures(point), figures(price * point)
    gain = figures(price - variable)
    return sheet(
        "Revenue and cost against volume",
        f"Revenue and cost against volume. Cost begins at {figures(fixed)}, the fixed cost; revenue"
        f" begins at 0 and rises faster. They meet at {volume} units, where both are {money}: below"
        " is a loss, above a profit.",
        _marks(end, fixed, price, variable),
        caption="Left of the point the fixed cost is not yet earned; right of it every further"
        f" unit adds {gain}.",
        facts=[
            ("Break-even point", f"{volume} units, where revenue and cost are both {money}."),
            ("Below it", f"A loss, at most the fixed cost of {figures(fixed)}."),
            ("Above it", f"A profit of {gain} for each further unit."),
        ],
    )


def _marks(end: float, fixed: float, price: float, variable: float) -> list[Mark]:
    point = break_even(fixed, price, variable)
    top = price * end
    plot = Plot(
        (0, end * 1.02),
        (0, top * 1.05),
        below=[(value, figures(value)) for value in steps(end, 4)],
        beside=[(value, figures(value)) for value in steps(top, 5)[1:]],
    )
    cost = fixed + variable * end
    apart: list[Mark] = []
    if min(plot.y(0) - plot.y(fixed), plot.y(fixed) - plot.y(cost)) > APART:
        apart = [
            plot.line([(0, fixed), (end, fixed)], "Ls"),
            plot.label(end, fixed, "fixed cost", "u m e", up=-17),
        ]
    return [
        plot.band(point, end),
        *plot.axes("units", "money"),
        plot.label(point, top * 1.05, "loss", "u m e", right=-10, up=-14),
        plot.label(point, top * 1.05, "profit", "u m", right=10, up=-14),
        plot.line([(point, 0), (point, price * point)], "Ls z"),
        *apart,
        plot.line([(0, fixed), (end, cost)], "As z f"),
        plot.line([(0, 0), (end, top)], "Bs f"),
        plot.dot(point, price * point, 5.5),
        plot.label(point, price * point, "break-even", "t e", right=-10, up=28),
        plot.label(point, price * point, figures(point), "t e", right=-10, up=9),
        plot.label(end, top, "revenue", "B t e", right=-22, up=-4),
        plot.label(end, cost, "cost", "A t e", up=-24),
    ]
