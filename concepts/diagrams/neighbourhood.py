"""What a concept is related to, as a small map whose boxes are links."""

from collections.abc import Iterable, Sequence
from typing import Any

from concepts.diagrams.drawing import WIDTH, Column, Mark, Picture, box, line, link, picture, tenth
from concepts.diagrams.measuring import SMALL

WIDE, LANE = 184, 216
"""The width of a box, and where the right column of boxes begins."""
MOST_ABOVE, MOST_BELOW = 4, 8
ABOVE = ("is part of", "is a kind of")
"""Relations to something wider, which is drawn above."""

Relation = tuple[str, Any]
"""A verb and the page that it leads to: its `kind`, `slug`, `title` and `address`."""


def gathered(relations: Iterable[Relation]) -> list[Relation]:
    """Each page once, with all the verbs that lead to it."""
    found: dict[tuple[str, str], tuple[list[str], Any]] = {}
    for verb, page in relations:
        verbs, _ = found.setdefault((page.kind, page.slug), ([], page))
        verbs.append(verb)
    return [(", ".join(verbs), page) for verbs, page in found.values()]


def related(
    to: Relation, x: float, y: float, width: float, classes: str = "S"
) -> tuple[Column, Mark]:
    """A box with the verb and the title of a page, from its top; both grow to equal height."""
    verb, page = to
    column = Column(x + 10, y + 4, width - 20)
    column.add(verb, "u m", size=SMALL)
    column.add(page.title, most=3, gap=0)
    column.skip(8)
    return column, box(x, y, width, column.y - y, classes)


def _row(pair: Sequence[Relation], y: float) -> tuple[float, list[Mark]]:
    """One box in the middle, or two beside each other with a line from the middle to each."""
    places = [(WIDTH - WIDE) / 2] if len(pair) == 1 else [0, LANE]
    drawn = [related(to, x, y, WIDE) for to, x in zip(pair, places, strict=True)]
    bottom = max(column.y for column, _ in drawn)
    marks: list[Mark] = []
    for (verb, page), x, (column, _) in zip(pair, places, drawn, strict=True):
        if len(pair) > 1:
            edge = WIDE if x == 0 else x
            middle = (y + bottom) / 2
            style = "Ls z" if verb.startswith("contrasts") else "Ls"
            marks.append(line([(WIDTH / 2, middle), (edge, middle)], style))
        marks.append(link(page.address, [box(x, y, WIDE, bottom - y, "S"), *column.marks]))
    return bottom, marks


def _rows(relations: Sequence[Relation], *, odd_first: bool) -> list[Sequence[Relation]]:
    """In pairs; one that stands alone comes where the line ends."""
    start = len(relations) % 2 if odd_first else 0
    head = [relations[:start]] if start else []
    return head + [relations[at : at + 2] for at in range(start, len(relations), 2)]


def _ends(row: Sequence[Relation], top: float, bottom: float, *, above: bool) -> float:
    """Where the line from the middle meets the last row."""
    if len(row) == 1:
        return bottom if above else top
    return (top + bottom) / 2


def _above(relations: Sequence[Relation]) -> tuple[float, float, list[Mark]]:
    """(where the line begins, where the concept's own box does, marks) of what is wider."""
    marks: list[Mark] = []
    y, start = 2.0, None
    for row in _rows(relations, odd_first=True):
        bottom, found = _row(row, y)
        start = _ends(row, y, bottom, above=True) if start is None else start
        marks += found
        y = bottom + 14
    y += 12 if marks else 0
    return (y if start is None else start), y, marks


def _centre(title: str, y: float) -> tuple[float, list[Mark]]:
    """The box of the concept itself, from its top."""
    own = Column(72, y + 6, 256)
    own.add(title, "t mid")
    frame = (60, y, 280, own.y + 10 - y)
    letters = [{**mark, "x": tenth(WIDTH / 2)} for mark in own.marks]
    return own.y + 10, [box(*frame, "P"), box(*frame, "Is f"), *letters]


def _below(relations: Sequence[Relation], y: float) -> tuple[float, float, list[Mark]]:
    """(where the line ends, where the last box does, marks) of all else."""
    marks: list[Mark] = []
    end = y
    y += 12 if relations else 0
    for row in _rows(relations, odd_first=False):
        bottom, found = _row(row, y + 14)
        end = _ends(row, y + 14, bottom, above=False)
        marks += found
        y = bottom
    return end, y, marks


def neighbourhood(title: str, relations: Sequence[Relation]) -> Picture | None:
    """The map of a concept: what is wider above it, all else below; None without relations."""
    if not relations:
        return None
    pages = gathered(relations)
    wider = [each for each in pages if not set(ABOVE).isdisjoint(each[0].split(", "))]
    other = [each for each in pages if each not in wider]
    start, y, above = _above(wider[:MOST_ABOVE])
    y, centre = _centre(title, y)
    end, y, below = _below(other[:MOST_BELOW], y)
    more = Column(0, y + 4, WIDTH)
    if left := len(wider[MOST_ABOVE:]) + len(other[MOST_BELOW:]):
        more.add(f"and {left} more, in the list", "u m", size=SMALL)
        y = more.y
    middle = line([(WIDTH / 2, start), (WIDTH / 2, end)], "Ls")
    label = f"What {title} is related to; the same relations stand in the list"
    marks = [middle, *above, *below, *more.marks, *centre]
    return picture("Concept map", label, y + 2, marks, role="group")
