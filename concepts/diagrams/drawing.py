"""What pictures are made of: marks on a sheet, measured in units of the drawing.

A mark is a plain dictionary that `drawn` writes as SVG; numbers come rounded to a tenth, as text.
A picture has a hundred of them, for which a template would take ten times as long. Classes are
those of the style sheet, so that colours follow the theme. A mark says where it is, never what it
means: a picture carries its message as `label`.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.html import format_html

from concepts.diagrams.measuring import LETTER, wrapped

Mark = dict[str, Any]
Picture = dict[str, Any]
Point = tuple[float, float]

WIDTH = 400
"""The width of a picture that stands beside text."""
LEADING = 1.25
"""The distance of two lines, in parts of the size of their letters."""

SYMBOLS = {
    "operation": "M-9 0a9 9 0 1 0 18 0 9 9 0 1 0-18 0z",
    "inspection": "M-8-8H8V8H-8z",
    "delay": "M-8-9h7a9 9 0 0 1 0 18h-7z",
    "transport": "M-9-4h9v-5L10 0 0 9V4h-9z",
    "storage": "M-9-8H9L0 9z",
}
"""The five symbols of the flow process chart, drawn around the point where they stand."""


def tenth(value: float) -> str:
    """A number as the markup carries it: rounded to one decimal, without an idle zero."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def box(x: float, y: float, width: float, height: float, classes: str = "") -> Mark:
    """A rectangle by its upper left corner."""
    numbers = {"x": tenth(x), "y": tenth(y), "width": tenth(width), "height": tenth(height)}
    return {"kind": "box", "classes": classes, **numbers}


def disc(x: float, y: float, radius: float, classes: str = "") -> Mark:
    """A circle by its centre."""
    return {"kind": "disc", "classes": classes, "x": tenth(x), "y": tenth(y), "r": tenth(radius)}


def line(points: Iterable[Point], classes: str = "Ls") -> Mark:
    """A line through points."""
    through = " ".join(f"{tenth(x)} {tenth(y)}" for x, y in points)
    return {"kind": "line", "classes": classes, "points": through}


def symbol(name: str, x: float, y: float) -> Mark:
    """A symbol of the flow process chart."""
    return {"kind": "symbol", "x": tenth(x), "y": tenth(y), "d": SYMBOLS[name]}


def text(x: float, y: float, words: str, classes: str = "", size: float = 0) -> Mark:
    """Letters on a baseline; `size` only where no class says it."""
    letters = {"text": words, "size": tenth(size) if size else ""}
    return {"kind": "text", "classes": classes, "x": tenth(x), "y": tenth(y), **letters}


def link(address: str, marks: list[Mark]) -> Mark:
    """Marks that lead to an address; marks alone where there is none."""
    return {"kind": "link", "address": address, "marks": marks}


def lines(
    x: float, y: float, words: Sequence[str], classes: str = "", size: float = LETTER
) -> list[Mark]:
    """Lines of letters, the first on the baseline y."""
    own = 0 if size == LETTER or "u" in classes.split() else size
    return [
        text(x, y + index * size * LEADING, each, classes, own) for index, each in enumerate(words)
    ]


def few(items: Sequence[str], most: int) -> list[str]:
    """So many items at most; what is left out is counted in the last line."""
    left = len(items) - most
    return [*items[:most], f"and {left} more"] if left > 0 else list(items)


def arrow(start: Point, end: Point, classes: str = "Is f") -> list[Mark]:
    """An arrow along an axis, with its open head."""
    (x, y), (to_x, to_y) = start, end
    across, down = (to_x > x) - (to_x < x), (to_y > y) - (to_y < y)
    back_x, back_y = to_x - 9 * across, to_y - 9 * down
    head = [
        (back_x - 7 * down, back_y - 7 * across),
        end,
        (back_x + 7 * down, back_y + 7 * across),
    ]
    return [line([start, end], classes), line(head, classes)]


_SHAPES = {
    "box": '<rect{own} x="{x}" y="{y}" width="{width}" height="{height}"/>',
    "disc": '<circle{own} cx="{x}" cy="{y}" r="{r}"/>',
    "line": '<path{own} d="M{points}"/>',
    "symbol": '<path transform="translate({x} {y})" d="{d}"/>',
    "text": '<text{own} x="{x}" y="{y}"{letters}>{{}}</text>',
}


def drawn(marks: Iterable[Mark]) -> str:
    """Marks as SVG, in their order, which is safe to show."""
    words: list[str] = []
    return format_html("".join(_shapes(marks, words)) + "{}", *words, "")


def _shapes(marks: Iterable[Mark], words: list[str]) -> Iterator[str]:
    """The marks with a gap for each of the `words`, all that comes from outside and is escaped."""
    for mark in marks:
        if mark["kind"] != "link":
            if mark["kind"] == "text":
                words.append(mark["text"])
            own = f' class="{mark["classes"]}"' if mark.get("classes") else ""
            letters = f' font-size="{mark["size"]}"' if mark.get("size") else ""
            yield _SHAPES[mark["kind"]].format(own=own, letters=letters, **mark)
        elif mark["address"]:
            words.append(mark["address"])
            yield '<a href="{}">'
            yield from _shapes(mark["marks"], words)
            yield "</a>"
        else:
            yield from _shapes(mark["marks"], words)


class Column:
    """Texts below each other in a column: each goes below the one before it."""

    def __init__(self, x: float, y: float, width: float) -> None:
        """`y` is where the column begins: the top of its first line."""
        self.x, self.y, self.width = x, y, width
        self.marks: list[Mark] = []

    def add(
        self, words: str, classes: str = "", *, size: float = LETTER, most: int = 2, gap: float = 4
    ) -> None:
        """Put a text below what is there, in so many lines at most, after a gap."""
        bold = "t" in classes.split()
        found = wrapped(words, self.width, most, size=size, bold=bold)
        self.y += gap
        self.marks += lines(self.x, self.y + size * 0.95, found, classes, size)
        self.y += len(found) * size * LEADING

    def skip(self, height: float) -> None:
        """Leave room."""
        self.y += height


def picture(
    title: str, label: str, height: float, marks: list[Mark], *, width: float = WIDTH, **more: Any
) -> Picture:
    """A picture: its title, its message in words (`label`), its size and its marks."""
    size = {"width": tenth(width), "height": tenth(height)}
    return {"title": title, "label": label, "marks": marks, **size, **more}
