"""Boxes in columns with arrows from left to right: what comes first stands farthest left.

Layers by the longest way, crossings lowered by sweeps of means, places by least squares: the
layered layout of Sugiyama, Tagawa and Toda (1981) at its plainest. It is deterministic, and no
arrow runs through a box: where it passes a column, the column leaves it a gap.
"""

from bisect import bisect, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from concepts.diagrams.drawing import Point
from concepts.diagrams.order import in_order

Arrow = tuple[int, int]
"""From one box to another, by their keys."""

WIDE, BETWEEN, GAP = 128, 34, 14
"""The width of a box, the distance of two columns, and of two boxes in a column."""
LANE = 4
"""The height that an arrow takes where it passes a column."""
STUB = 9
"""How far an arrow runs straight before it meets its box."""
SWEEPS = 16
"""How often order and places are improved."""


@dataclass(frozen=True)
class Layout:
    """Where everything stands: upper left corners of boxes, arrows as lines, the sheet's size."""

    corners: dict[int, Point]
    lines: dict[Arrow, list[Point]]
    width: float
    height: float


def layout(heights: Mapping[int, float], arrows: Iterable[Arrow]) -> Layout:
    """Places for boxes of these heights, in columns, and lines for the arrows between them.

    The order of `heights` decides wherever nothing else does. Arrows that would close a circle
    run from right to left; one from a box to itself is left out.
    """
    drawn = [a for a in dict.fromkeys(arrows) if a[0] != a[1] and set(a) <= heights.keys()]
    position = _positions(heights, drawn)
    forward = {a: a if position[a[0]] < position[a[1]] else a[::-1] for a in drawn}
    column = _columns(sorted(heights, key=position.__getitem__), set(forward.values()))
    ways = _Ways(heights, column)
    for arrow in dict.fromkeys(forward.values()):
        ways.add(arrow)
    ways.untangle()
    middles = ways.middles()
    # Boxes and passing arrows alike: an arrow may pass above or below all boxes.
    top = min((middles[place] - tall / 2 for place, tall in ways.heights.items()), default=0) - 2
    middles = {place: middle - top for place, middle in middles.items()}
    bottom = max((middles[place] + tall / 2 for place, tall in ways.heights.items()), default=0)
    corners = {key: (_left(column[key]), middles[key] - heights[key] / 2) for key in heights}
    lines = {arrow: ways.line(forward[arrow], middles) for arrow in drawn}
    lines = {a: line if forward[a] == a else line[::-1] for a, line in lines.items()}
    width = _left(max(column.values(), default=0)) + WIDE + 2
    return Layout(corners, lines, width, bottom + 2)


def _left(column: int) -> float:
    return 2 + column * (WIDE + BETWEEN)


def _positions(heights: Mapping[int, float], arrows: Iterable[Arrow]) -> dict[int, int]:
    """Each key's place in an order in which as good as all arrows lead on."""
    given = {key: number for number, key in enumerate(heights)}
    needs = defaultdict(list)
    for start, end in arrows:
        needs[end].append(start)
    return {key: n for n, key in enumerate(in_order(heights, needs, given.__getitem__))}


def _columns(keys: Sequence[int], arrows: set[Arrow]) -> dict[int, int]:
    """The column of each key: as many arrows from the left as its longest way has."""
    before = defaultdict(list)
    for start, end in arrows:
        before[end].append(start)
    column: dict[int, int] = {}
    for key in keys:
        column[key] = max((column[start] + 1 for start in before[key]), default=0)
    return column


Place = Any
"""A box by its key, or the spot where an arrow passes a column: (arrow, column)."""


class _Ways:
    """Boxes and arrows in columns: who stands beside whom, in which order."""

    def __init__(self, heights: Mapping[int, float], column: Mapping[int, int]) -> None:
        self.heights: dict[Place, float] = dict(heights)
        self.column = column
        self.columns: list[list[Place]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
        for key in heights:
            self.columns[column[key]].append(key)
        self.before: dict[Place, list[Place]] = defaultdict(list)
        self.after: dict[Place, list[Place]] = defaultdict(list)

    def places(self, arrow: Arrow) -> list[Place]:
        """All that an arrow touches, from left to right."""
        start, end = arrow
        between = range(self.column[start] + 1, self.column[end])
        return [start, *((arrow, column) for column in between), end]

    def add(self, arrow: Arrow) -> None:
        """Give an arrow that leads to the right a spot in every column that it passes."""
        places = self.places(arrow)
        for place in places[1:-1]:
            self.heights[place] = LANE
            self.columns[place[1]].append(place)
        for left, right in pairwise(places):
            self.after[left].append(right)
            self.before[right].append(left)

    def untangle(self) -> None:
        """Order every column by the means of its neighbours; keep what crosses least."""
        best, fewest = [list(column) for column in self.columns], self._crossings()
        for sweep in range(SWEEPS):
            if not fewest:
                break
            leftwards = sweep % 2 == 1
            for column in reversed(self.columns) if leftwards else self.columns:
                self._sort(column, self.after if leftwards else self.before)
            if (crossings := self._crossings()) < fewest:
                best, fewest = [list(column) for column in self.columns], crossings
        self.columns = best

    def _sort(self, column: list[Place], towards: Mapping[Place, list[Place]]) -> None:
        at = {place: n for every in self.columns for n, place in enumerate(every)}
        own = {place: _mean([at[p] for p in towards.get(place, ())], at[place]) for place in column}
        column.sort(key=own.__getitem__)

    def _crossings(self) -> int:
        return sum(self._crossings_after(left, right) for left, right in pairwise(self.columns))

    def _crossings_after(self, left: list[Place], right: list[Place]) -> int:
        at = {place: number for number, place in enumerate(right)}
        seen: list[int] = []
        count = 0
        for place in left:
            ends = sorted(at[end] for end in self.after.get(place, ()))
            count += sum(len(seen) - bisect(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
        return count

    def middles(self) -> dict[Place, float]:
        """The heights at which all stand: as near to their neighbours as the order allows."""
        middles: dict[Place, float] = {}
        for column in self.columns:
            middles |= self._spread(column, dict.fromkeys(column, 0.0))
        for sweep in range(SWEEPS):
            for column in self.columns if sweep % 2 else reversed(self.columns):
                near = {p: [*self.before.get(p, ()), *self.after.get(p, ())] for p in column}
                wanted = {
                    place: _mean([middles[other] for other in others], middles[place])
                    for place, others in near.items()
                }
                middles |= self._spread(column, wanted)
        return middles

    def _spread(self, column: Sequence[Place], wanted: Mapping[Place, float]) -> dict[Place, float]:
        """The places nearest to those wanted (least squares) that keep order and distance."""
        offsets, offset = [], 0.0
        for number, place in enumerate(column):
            if number:
                above = self.heights[column[number - 1]]
                offset += (above + self.heights[place]) / 2 + GAP
            offsets.append(offset)
        pools: list[tuple[float, int]] = []  # mean, how many: violators of the order are pooled
        for place, offset in zip(column, offsets, strict=True):
            mean, count = wanted[place] - offset, 1
            while pools and pools[-1][0] > mean:
                other, more = pools.pop()
                mean, count = (mean * count + other * more) / (count + more), count + more
            pools.append((mean, count))
        flat = [mean for mean, count in pools for _ in range(count)]
        return {p: mean + o for p, mean, o in zip(column, flat, offsets, strict=True)}

    def line(self, arrow: Arrow, middles: Mapping[Place, float]) -> list[Point]:
        """An arrow that leads to the right: from the edge of a box to the edge of another."""
        start, *between, end = self.places(arrow)
        points = [(_left(self.column[start]) + WIDE, middles[start])]
        for place in between:
            left = _left(place[1])
            points += [(left, middles[place]), (left + WIDE, middles[place])]
        edge = _left(self.column[end])
        return [*points, (edge - STUB, middles[end]), (edge, middles[end])]


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
