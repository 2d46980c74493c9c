"""Pages as boxes that are links, and arrows from what comes before to what builds on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from concepts.diagrams.drawing import Mark, Picture, Point, box, line, lines, link, picture
from concepts.diagrams.graph import STUB, WIDE, Arrow, layout
from concepts.diagrams.measuring import SMALL, wrapped

LINE, PADDING = 20, 8
"""The height of a line of letters, and what is left free above and below."""


@dataclass(frozen=True)
class Box:
    """A page on the map: `note` is a small line below its title, `aside` that it is no member."""

    key: int
    title: str
    address: str
    note: str = ""
    aside: bool = False

    def words(self) -> list[str]:
        """The title in the lines in which it is drawn."""
        return wrapped(self.title, WIDE - 8, 4)

    def small(self) -> list[str]:
        """The note in the lines in which it is drawn."""
        return wrapped(self.note, WIDE - 8, 2, size=SMALL)

    def height(self) -> float:
        """How high the box is."""
        return (len(self.words()) + len(self.small())) * LINE + 2 * PADDING

    def marks(self, corner: Point) -> Mark:
        """The box drawn at its upper left corner."""
        x, y = corner
        middle, first = x + WIDE / 2, y + PADDING + 15
        frame = box(x, y, WIDE, self.height(), "Ls z" if self.aside else "S")
        title = lines(middle, first, self.words(), "mid")
        below = first + len(self.words()) * LINE
        small = lines(middle, below, self.small(), "u m mid", SMALL)
        return link(self.address, [frame, *title, *small])


def drawn(title: str, label: str, boxes: Sequence[Box], arrows: Iterable[Arrow]) -> Picture:
    """The map of these boxes; their order decides wherever the arrows do not."""
    found = layout({each.key: each.height() for each in boxes}, arrows)
    marks = [mark for points in found.lines.values() for mark in _arrow(points)]
    marks += [each.marks(found.corners[each.key]) for each in boxes]
    return picture(title, label, found.height, marks, width=found.width)


def _arrow(points: list[Point]) -> list[Mark]:
    """An arrow along its line, its head at the end."""
    (before, _), (x, y) = points[-2:]
    back = x - STUB if x > before else x + STUB
    return [line(points, "Ls"), line([(back, y - 6), (x, y), (back, y + 6)], "Ls")]
