"""The four Vs of organizations as profiles, one laid over the other."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from concepts.diagrams.drawing import Mark, Picture, Point, box, disc, line, picture, text
from concepts.diagrams.measuring import shortened

VS = ("volume", "variety", "variation", "visibility")
LEVELS = ("low", "medium", "high")
MOST = 4
"""More profiles than these cannot be told apart."""

AT = {"low": 140, "medium": 250, "high": 360}
TOP = 48
APART = 28
"""Between two names."""

Levels = dict[str, str]
"""The level of each V; "" or nothing where the page does not say."""


def distance(one: Levels, other: Levels) -> int:
    """How many levels two profiles lie apart, over the Vs of which both say one."""
    both = [v for v in VS if one.get(v) and other.get(v)]
    return sum(abs(LEVELS.index(one[v]) - LEVELS.index(other[v])) for v in both)


def _marker(number: int, x: float, y: float, sizes: Sequence[float]) -> Mark:
    """What stands for the nth profile."""
    size = sizes[number]
    if number == 0:
        return disc(x, y, size)
    if number == 1:
        return box(x - size, y - size, 2 * size, 2 * size, "As f")
    if number == 2:
        points = [(x, y - size), (x + size, y), (x, y + size), (x - size, y), (x, y - size)]
        return line(points, "Bs f")
    return disc(x, y, size, "Cs f")


AROUND = (6, 10, 22, 24)
"""How far a marker reaches from its middle: each lies around the one before it."""
ALONE = (6, 9, 12, 10)
"""The same beside a name."""
LINES = ("Is f", "As z", "Bs z", "Cs z")
SHIFTS = (0, -5, 5, -10)
"""How far the line of each profile stands aside, so that no line hides another."""


def _series(number: int, levels: Levels, row: float) -> tuple[list[Mark], list[Mark]]:
    """(the lines, the markers) of a profile; a V without a level interrupts the line."""
    stands: list[Point | None] = [
        (AT[levels[v]], TOP + row * index) if levels.get(v) else None for index, v in enumerate(VS)
    ]
    marks = []
    for known, points in groupby(stands, key=bool):
        run = [(x + SHIFTS[number], y) for x, y in filter(None, points)]
        if known and len(run) > 1:
            marks.append(line(run, LINES[number]))
    return marks, [_marker(number, x, y, AROUND) for x, y in filter(None, stands)]


def _scale(row: float) -> list[Mark]:
    """The levels above, the Vs at the left."""
    bottom = TOP + 3 * row + 24
    heads = [text(x, 16, level, "u m mid") for level, x in AT.items()]
    rules = [line([(x, 26), (x, bottom)]) for x in AT.values()]
    names = [text(0, TOP + 5 + row * i, v.capitalize(), "t") for i, v in enumerate(VS)]
    return [*heads, *rules, *names]


def _names(titles: Sequence[str], y: float) -> list[Mark]:
    """Each profile's name beside its marker."""
    marks: list[Mark] = []
    for number, title in enumerate(titles):
        at = y + APART * number
        name = shortened(title, 360, bold=True)
        marks += [_marker(number, 14, at, ALONE), text(38, at + 5, name, "t")]
    return marks


def _told(title: str, levels: Levels) -> str:
    said = ", ".join(f"{v} {levels[v]}" for v in VS if levels.get(v))
    return f"{title}: {said}"


def profile(known: Sequence[tuple[str, Levels]]) -> Picture | None:
    """One to four profiles, each a title and its levels, laid over each other.

    None where no level is known.
    """
    drawn = [(title, levels) for title, levels in known if any(levels.get(v) for v in VS)][:MOST]
    if not drawn:
        return None
    row = 46 if len(drawn) < 3 else 54
    series = [_series(number, levels, row) for number, (_, levels) in enumerate(drawn)]
    first = TOP + 3 * row + 54
    marks = _scale(row)
    marks += [mark for lines, _ in reversed(series) for mark in lines]
    marks += [mark for _, markers in series for mark in markers]
    marks += _names([title for title, _ in drawn], first)
    height = first + APART * (len(drawn) - 1) + 16
    label = "; ".join(_told(title, levels) for title, levels in drawn)
    return picture("The four Vs", f"The four Vs. {label}.", height, marks)


def against(own: Levels, others: Sequence[tuple[Any, Levels]]) -> tuple[Any, Levels] | None:
    """The profile that differs most from one's own, the first of equals; None when none does."""
    farthest = max(others, key=lambda other: distance(own, other[1]), default=None)
    return farthest if farthest and distance(own, farthest[1]) else None
