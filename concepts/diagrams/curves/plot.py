"""A sheet with two axes, and marks on it in the units of the axes."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from concepts.diagrams import drawing
from concepts.diagrams.drawing import Mark, Picture
from concepts.diagrams.measuring import LETTER, SMALL, text_width

RIGHT, TOP, BOTTOM, HEIGHT = 390, 22, 220, 262
POINTS = 48
"""Pieces of a drawn curve: so many that it looks round."""

Interval = tuple[float, float]
Ticks = Sequence[tuple[float, str]]


class Plot:
    """Two axes whose ranges and ticks are given; every method returns marks to draw."""

    def __init__(self, across: Interval, up: Interval, *, below: Ticks, beside: Ticks) -> None:
        """`across` and `up` are the ranges of the axes, in the units of what is drawn."""
        self.across, self.up, self.below, self.beside = across, up, below, beside
        widest = max((text_width(words, SMALL) for _, words in beside), default=0)
        self.left = max(24, widest + 12)

    def x(self, value: float) -> float:
        """Where a value stands across the sheet."""
        low, high = self.across
        return self.left + (value - low) / (high - low) * (RIGHT - self.left)

    def y(self, value: float) -> float:
        """Where a value stands on the sheet, from above."""
        low, high = self.up
        return BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP)

    def axes(self, below: str, beside: str) -> list[Mark]:
        """Both axes with their names and ticks."""
        frame = [(self.left, TOP - 4), (self.left, BOTTOM), (RIGHT, BOTTOM)]
        across = [
            drawing.text(self._kept(value, words), BOTTOM + 18, words, "u m mid")
            for value, words in self.below
        ]
        up = [
            drawing.text(self.left - 6, self.y(value) + 5, words, "u m e")
            for value, words in self.beside
        ]
        return [
            drawing.line(frame),
            *apart(across),
            *up,
            drawing.text(2, 11, beside, "u m"),
            drawing.text(RIGHT, BOTTOM + 37, below, "u m e"),
        ]

    def _kept(self, value: float, words: str) -> float:
        """The middle of a tick's words, moved so that they keep within the sheet."""
        return min(self.x(value), drawing.WIDTH - text_width(words, SMALL) / 2)

    def line(self, points: Iterable[Interval], classes: str) -> Mark:
        """A line through points (x, y)."""
        return drawing.line([(self.x(x), self.y(y)) for x, y in points], classes)

    def graph(
        self, function: Callable[[float], float], start: float, end: float, classes: str
    ) -> Mark:
        """The graph of a function from `start` to `end`, denser towards a positive start."""
        if start > 0:
            ratio = (end / start) ** (1 / POINTS)
            values = [start * ratio**number for number in range(POINTS + 1)]
        else:
            values = [start + (end - start) * number / POINTS for number in range(POINTS + 1)]
        return self.line(((value, function(value)) for value in values), classes)

    def band(self, low: float, high: float) -> Mark:
        """The part of the sheet that lies between two values of x."""
        return drawing.box(self.x(low), TOP, self.x(high) - self.x(low), BOTTOM - TOP, "S")

    def dot(self, x: float, y: float, radius: float = 5) -> Mark:
        """A point."""
        return drawing.disc(self.x(x), self.y(y), radius)

    def label(
        self, x: float, y: float, words: str, classes: str, right: float = 0, up: float = 0
    ) -> Mark:
        """Words beside a point, moved by so many units of the drawing."""
        return drawing.text(self.x(x) + right, self.y(y) - up, words, classes)


def apart(labels: Iterable[Mark]) -> list[Mark]:
    """The labels that have room on the sheet and beside those before them."""
    found: list[Mark] = []
    taken: list[tuple[float, float, float]] = []
    for label in labels:
        left, right, base = _extent(label)
        free = all(
            right + 3 < other_left or other_right + 3 < left or abs(base - other) > LETTER
            for other_left, other_right, other in taken
        )
        if free and left >= 0 and right <= drawing.WIDTH + 0.1:
            found.append(label)
            taken.append((left, right, base))
    return found


def _extent(label: Mark) -> tuple[float, float, float]:
    """From where to where a label reaches across the sheet, and its baseline."""
    classes = label["classes"].split()
    size = SMALL if "u" in classes else LETTER
    width = text_width(label["text"], size, bold="t" in classes)
    x = float(label["x"])
    left = x - width if "e" in classes else x - width / 2 if "mid" in classes else x
    return left, left + width, float(label["y"])


def sheet(
    title: str, label: str, marks: list[Mark], *, caption: str, facts: list[tuple[str, str]]
) -> Picture:
    """The finished picture of a curve with the text that stands beside it."""
    more: dict[str, Any] = {"caption": caption, "facts": facts}
    return drawing.picture(title, label, HEIGHT, marks, **more)
