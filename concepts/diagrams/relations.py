"""How the sides of a comparison are related to other concepts: a lane for each side."""

from collections.abc import Sequence
from dataclasses import dataclass

from concepts.diagrams.drawing import WIDTH, Column, Mark, Picture, box, line, link, picture
from concepts.diagrams.measuring import SMALL
from concepts.diagrams.neighbourhood import Relation, related

LANE = 190
INDENT = 24
MOST = 4
MOST_SHARED = 2


@dataclass(frozen=True)
class Side:
    """One side: its letter in the style sheet, its title and page, what that is related to."""

    letter: str
    title: str
    page: int | None
    relations: Sequence[Relation]


def _shared(sides: Sequence[Side]) -> list[Relation]:
    """What both sides of two are related to in the same way."""
    if len(sides) != 2:
        return []
    own = {side.page for side in sides}
    theirs = {(verb, page.page) for verb, page in sides[1].relations}
    return [
        (verb, page)
        for verb, page in sides[0].relations
        if (verb, page.page) in theirs and page.page not in own
    ][:MOST_SHARED]


def _lane(
    side: Side, sides: Sequence[Side], relations: Sequence[Relation], x: float, y: float
) -> Column:
    """A side and below it, on one line, what it is related to."""
    letters = {each.page: each.letter for each in sides}
    lane = Column(x + 12, y + 6, LANE - 24)
    lane.add(side.title, f"t {side.letter}")
    lane.skip(10)
    ground = (x, y, LANE, lane.y - y)
    lane.marks[:0] = [box(*ground, f"{side.letter}t"), box(*ground, f"{side.letter}s f")]
    end = start = lane.y
    for verb, page in relations[:MOST]:
        lane.skip(10)
        letter = letters.get(page.page)
        column, frame = related(
            (verb, page), x + INDENT, lane.y, LANE - INDENT, f"{letter}t" if letter else "S"
        )
        end = (lane.y + column.y) / 2
        lane.marks.append(line([(x + 10, end), (x + INDENT, end)]))
        lane.marks.append(link(page.address, [frame, *column.marks]))
        lane.y = column.y
    if end > start:
        lane.marks.append(line([(x + 10, start), (x + 10, end)]))
    if len(relations) > MOST:
        lane.add(f"and {len(relations) - MOST} more, in the list", "u m", size=SMALL)
    return lane


def _above(shared: Sequence[Relation]) -> Column:
    """What both sides are related to, between the lanes."""
    whole = Column(60, 2, 280)
    for verb, page in shared:
        column, frame = related((f"each {verb}", page), whole.x, whole.y, whole.width)
        whole.marks.append(link(page.address, [frame, *column.marks]))
        whole.y = column.y + 8
    if shared:
        top = whole.y - 8
        whole.marks += [line([(x, top), (x, top + 24)]) for x in (95, WIDTH - 95)]
        whole.y = top + 24
    return whole


def relations(sides: Sequence[Side]) -> Picture | None:
    """The map of two to four sides, two beside each other; None where nothing is related."""
    if not any(side.relations for side in sides):
        return None
    shared = _shared(sides)
    own = {(verb, page.page) for verb, page in shared}
    above = _above(shared)
    marks: list[Mark] = list(above.marks)
    y = above.y
    for first in range(0, len(sides), 2):
        lanes = []
        for index, side in enumerate(sides[first : first + 2]):
            rest = [(verb, page) for verb, page in side.relations if (verb, page.page) not in own]
            lanes.append(_lane(side, sides, rest, 2 + index * (WIDTH - LANE - 4), y))
        marks += [mark for lane in lanes for mark in lane.marks]
        y = max(lane.y for lane in lanes) + 20
    titles = " and ".join(side.title for side in sides)
    label = f"What {titles} are related to; the same relations stand in the list"
    return picture("Concept map", label, y - 18, marks, role="group")
