"""How far each side of a comparison reaches: inside, overlapping, or apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from concepts.diagrams.drawing import WIDTH, Column, Mark, Picture, box, few, line, picture
from concepts.diagrams.measuring import SMALL

PAD, EDGE, HEAD = 16, 2, 19
MOST_WORDS = 8


@dataclass(frozen=True)
class Area:
    """One side: the letter of its class in the style sheet, its title and a few words."""

    letter: str
    title: str
    words: Sequence[str] = ()


def _ground(area: Area, x: float, y: float, width: float, height: float) -> list[Mark]:
    """A side's box: its tint with its edge."""
    return [
        box(x, y, width, height, f"{area.letter}t"),
        box(x, y, width, height, f"{area.letter}s f"),
    ]


def _words(column: Column, words: Sequence[str], classes: str = "") -> None:
    for word in few(words, MOST_WORDS):
        column.add(word, classes, most=3)


def _written(area: Area, x: float, y: float, width: float, *, filled: bool = False) -> Column:
    """A side's title and words, from the top of its box; the column ends where the box may."""
    column = Column(x + PAD, y + PAD / 2, width - 2 * PAD)
    column.add(area.title, "t P" if filled else f"t {area.letter}", size=HEAD)
    _words(column, area.words, "P" if filled else "")
    column.skip(PAD * 0.75)
    return column


def _stacked(areas: Sequence[Area], x: float, y: float, width: float, *, filled: bool) -> Column:
    """Boxes below each other, or in two columns where their number is even."""
    columns = 1 if len(areas) % 2 else 2
    wide = (width - PAD * (columns - 1)) / columns
    whole = Column(x, y, width)
    for first in range(0, len(areas), columns):
        top = whole.y
        row = [
            (area, at, _written(area, at, top, wide, filled=filled))
            for index, area in enumerate(areas[first : first + columns])
            for at in [x + index * (wide + PAD)]
        ]
        whole.y = max(column.y for _, _, column in row)
        for area, at, column in row:
            ground = [box(at, top, wide, whole.y - top, area.letter)]
            ground = ground if filled else _ground(area, at, top, wide, whole.y - top)
            whole.marks += [*ground, *column.marks]
        whole.skip(PAD)
    whole.skip(-PAD)
    return whole


def _inside(outer: Area, inner: Sequence[Area]) -> tuple[float, list[Mark]]:
    """The wider side as a large box; whatever lies inside it as filled ones."""
    head = Column(EDGE + PAD, EDGE + PAD / 2, WIDTH - 2 * (EDGE + PAD))
    head.add(outer.title, f"t {outer.letter}", size=HEAD)
    words = few(outer.words, MOST_WORDS)
    columns = 2 if len(words) > 2 else 1
    each = -(-len(words) // columns)
    wide = (head.width - PAD * (columns - 1)) / columns
    bottom = head.y
    for number in range(columns):
        column = Column(head.x + number * (wide + PAD), head.y, wide)
        _words(column, words[number * each : (number + 1) * each])
        head.marks += column.marks
        bottom = max(bottom, column.y)
    width = 280 if len(inner) == 1 else head.width
    within = _stacked(inner, head.x, bottom + PAD, width, filled=True)
    height = within.y + PAD + EDGE
    ground = _ground(outer, EDGE, EDGE, WIDTH - 2 * EDGE, height - 2 * EDGE)
    return height, [*ground, *head.marks, *within.marks]


def _shared(column: Column, shared: Sequence[str], name: str) -> None:
    if shared:
        column.add(name, "u m", size=SMALL)
        _words(column, shared)
    column.skip(PAD * 0.75)


def _overlapping(one: Area, other: Area, shared: Sequence[str]) -> tuple[float, list[Mark]]:
    """Two boxes, the second set off to the right and below; what both have lies in both."""
    left, right = 84, WIDTH - 84
    upper = _written(one, EDGE, EDGE, right - EDGE)
    middle = Column(left + PAD, upper.y + PAD / 4, right - left - 2 * PAD)
    _shared(middle, shared, "both")
    lower = _written(other, left, max(middle.y, upper.y + 2 * PAD), WIDTH - EDGE - left)
    fold, top, bottom = lower.y + EDGE, upper.y, max(middle.y, upper.y + 2 * PAD)
    marks = [
        box(EDGE, EDGE, right - EDGE, bottom - EDGE, f"{one.letter}t"),
        box(left, top, WIDTH - EDGE - left, fold - EDGE - top, f"{other.letter}t"),
        box(left, top, right - left, bottom - top, "P"),
        box(EDGE, EDGE, right - EDGE, bottom - EDGE, f"{one.letter}s f"),
        box(left, top, WIDTH - EDGE - left, fold - EDGE - top, f"{other.letter}s f"),
    ]
    return fold, [*marks, *upper.marks, *middle.marks, *lower.marks]


def _crossed(areas: Sequence[Area], shared: Sequence[str]) -> tuple[float, list[Mark]]:
    """Three or four boxes below each other, and one across all of them for what all have."""
    cross = 258
    middle = Column(cross + 12, EDGE + PAD, WIDTH - 14 - cross - 24)
    _shared(middle, shared, "all")
    rows, y = [], float(EDGE)
    for area in areas:
        column = _written(area, EDGE, y, cross - EDGE)
        rows.append((area, y, column))
        y = column.y + 8
    bottom = max(y - 8, middle.y + PAD)
    marks: list[Mark] = []
    for area, top, column in rows:
        end = bottom if column is rows[-1][2] else column.y
        marks += [*_ground(area, EDGE, top, WIDTH - 2 * EDGE, end - top), *column.marks]
    across = (cross, EDGE + 8, WIDTH - 14 - cross, bottom - EDGE - 16)
    return bottom + EDGE, [*marks, box(*across, "P"), box(*across, "Is"), *middle.marks]


def _apart(areas: Sequence[Area]) -> tuple[float, list[Mark]]:
    """Boxes that do not touch, with a broken line between two."""
    found = _stacked(areas, EDGE, EDGE, WIDTH - 2 * EDGE, filled=False)
    height = found.y + EDGE
    between = [line([(WIDTH / 2, 0), (WIDTH / 2, height)], "Ls z")] if len(areas) == 2 else []
    return height, [*between, *found.marks]


def _named(areas: Sequence[Area]) -> str:
    *most, last = [area.title for area in areas]
    return f"{', '.join(most)} and {last}"


def scope(
    shape: str, areas: Sequence[Area], outer: int | None, shared: Sequence[str]
) -> Picture | None:
    """The picture of two to four sides; `outer` is the number of the one that holds the others.

    None where nothing says which side is the outer one.
    """
    if shape == "inside":
        if outer is None:
            return None
        inner = [area for number, area in enumerate(areas) if number != outer]
        titles = _named(inner) if len(inner) > 1 else inner[0].title
        label = f"{titles} inside the larger box of {areas[outer].title}"
        height, marks = _inside(areas[outer], inner)
    elif shape == "overlapping":
        label = f"{_named(areas)} as boxes that overlap"
        label += f": {', '.join(shared)}" if shared else ""
        two = len(areas) == 2
        drawn = _overlapping(areas[0], areas[1], shared) if two else _crossed(areas, shared)
        height, marks = drawn
    else:
        label = f"{_named(areas)} as separate boxes"
        height, marks = _apart(areas)
    return picture("How far each one reaches", label, height, marks)
