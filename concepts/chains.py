"""How concepts are connected by the comparisons that have them as sides. Pure.

`Sides` are the sides of each comparison, by numbers of pages. All answers follow its order, so
the same sides in the same order give the same answer.
"""

from collections import deque
from collections.abc import Collection, Mapping, Sequence

Sides = Mapping[int, Sequence[int]]
Step = tuple[int, int]
"""A comparison, and the concept that it leads on to."""


def exact(sides: Sides, concepts: Collection[int]) -> int | None:
    """The comparison of exactly these concepts, in whatever order."""
    wanted = set(concepts)
    return next((page for page, found in sides.items() if set(found) == wanted), None)


def covering(sides: Sides, concepts: Collection[int]) -> list[int]:
    """The comparisons that have all these concepts among their sides."""
    wanted = set(concepts)
    return [page for page, found in sides.items() if wanted <= set(found)]


def chain(sides: Sides, start: int, end: int) -> list[Step]:
    """The shortest way from one concept to another, comparison by comparison; empty if none.

    Of several that are equally short, the one through the comparisons that come first.
    """
    comparisons: dict[int, list[int]] = {}
    for page, found in sides.items():
        for concept in found:
            comparisons.setdefault(concept, []).append(page)
    came: dict[int, tuple[int, int]] = {start: (0, 0)}
    waiting = deque([start])
    while waiting and end not in came:
        here = waiting.popleft()
        for page in comparisons.get(here, []):
            for concept in sides[page]:
                if concept not in came:
                    came[concept] = (page, here)
                    waiting.append(concept)
    return _back(came, start, end) if end in came else []


def _back(came: Mapping[int, tuple[int, int]], start: int, end: int) -> list[Step]:
    steps: list[Step] = []
    while end != start:
        page, before = came[end]
        steps.append((page, end))
        end = before
    return steps[::-1]
