"""How many wait on average against utilization: few for long, then without end.

Lq = rho^2 / (1 - rho) with rho = lambda / mu, for random arrivals (lambda an hour), random service
times (mu an hour) and one server (M/M/1); the mean wait is rho / (1 - rho) service times. From
Wq = rho / (mu - lambda) and Lq = lambda Wq. Sources: A.K. Erlang (1917) and J.D.C. Little (1961).
"""

from concepts.diagrams.curves.given import Given, figures, steps
from concepts.diagrams.curves.plot import Plot, apart, sheet
from concepts.diagrams.drawing import Mark, Picture

MARKED = (0.5, 0.8, 0.9, 0.95)
"""The utilizations at which the curve is read off."""
CLOSEST = 0.98
"""How near to full use the curve is drawn."""


def waiting(utilization: float) -> float:
    """Lq, the mean number that wait, at a utilization from 0 to below 1; no unit."""
    return utilization**2 / (1 - utilization)


def wait(utilization: float) -> float:
    """The mean time in the queue in service times, at a utilization from 0 to below 1."""
    return utilization / (1 - utilization)


def picture(given: Given) -> Picture | None:
    """The length of the queue; None unless lambda and mu make a queue that does not grow.

    A range that goes up to full use is drawn as far as `CLOSEST`.
    """
    rates = given.positive("lambda", "mu")
    if not rates:
        return None
    own = rates[0] / rates[1]
    low, high = max(given.low, 0), min(given.high, CLOSEST)
    marked = _marked(own, low, high)
    if not (low < own <= high and marked[-1] > 0.5):
        return None
    read = [f"{figures(waiting(u))} wait at {figures(u)}" for u in marked]
    return sheet(
        "Queue length against utilization",
        "Average number waiting against utilization. The curve is flat for long and rises without"
        f" end towards full use: {', '.join(read)}.",
        _marks(own, marked, low, high),
        caption="One server, random arrivals and service times (M/M/1). The last few points of"
        " utilization cost the longest queue.",
        facts=[(f"At {figures(u)}", _fact(u, own, rates)) for u in marked],
    )


def _marked(own: float, low: float, high: float) -> list[float]:
    """The utilizations to read off: the usual ones within the range, and the document's own."""
    usual = [u for u in MARKED if low <= u <= high and abs(u - own) > 0.04]
    return sorted([*usual, own])


def _fact(utilization: float, own: float, rates: list[float]) -> str:
    many, long = figures(waiting(utilization)), figures(wait(utilization))
    said = f"{many} waiting on average, each for {long} service time{'' if long == '1' else 's'}."
    if utilization != own:
        return said
    arriving, served = map(figures, rates)
    return f"{said} Here {arriving} arrive in the time in which {served} can be served."


def _marks(own: float, marked: list[float], low: float, high: float) -> list[Mark]:
    top = waiting(high) * 1.08
    plot = Plot(
        (0, 1),
        (0, top),
        below=[(part / 5, figures(part / 5)) for part in range(6)],
        beside=[(value, figures(value)) for value in steps(top, 4)[1:]],
    )
    dots = [plot.dot(u, waiting(u), 6 if u == own else 4) for u in marked]
    read = [
        plot.label(u, waiting(u), f"{figures(waiting(u))} at {figures(u)}", "t e", right=-10, up=5)
        for u in sorted(marked, key=lambda u: (u != own, -u))
    ]
    return [
        *plot.axes("utilization (1 = always busy)", "average number waiting"),
        plot.line([(1, 0), (1, top)], "Ls z"),
        plot.line([(own, 0), (own, waiting(own))], "Ls z"),
        plot.line([(u, waiting(u)) for u in _dense(low, high)], "As f"),
        *dots,
        *apart(read),
    ]


def _dense(low: float, high: float, pieces: int = 48) -> list[float]:
    """Utilizations that lie closer where the curve bends: equal steps of the logarithm of 1 - u."""
    ratio = ((1 - high) / (1 - low)) ** (1 / pieces)
    return [1 - (1 - low) * ratio**number for number in range(pieces + 1)]
