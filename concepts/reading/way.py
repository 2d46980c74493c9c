"""The way to a concept: all that it builds on, in an order to read it in."""

from datetime import datetime
from typing import Any

from concepts.diagrams import map as drawing
from concepts.diagrams.order import in_order
from concepts.documents import Data
from concepts.models import Edition
from concepts.reading.graph import box_of, concepts_of, needs_before, title_of
from concepts.reading.neighbours import neighbour

LONGEST = 120
"""How many concepts a way names at most: the nearest to its end."""
DRAWN = 24
"""How many concepts a way may name to be drawn, too."""


def before(goal: Edition, at: datetime) -> Data:
    """What to read before a concept, in two queries; each step with what it prepares for.

    Where the prerequisites leave a choice, the nearest areas come first.
    """
    needs = needs_before(goal.page_id, at)
    distance = distances(goal.page_id, needs)
    found = concepts_of(distance, at)
    order = _order(goal.page_id, needs, distance, found)
    prepares = {
        page: [later for later in [*order, goal.page_id] if page in needs.get(later, ())]
        for page in order
    }
    pages = {page: concept["page"] for page, concept in found.items()}
    pages[goal.page_id] = end = neighbour(
        (goal.kind, goal.slug, goal.title, goal.summary, goal.section, goal.page_id)
    )
    steps = [
        {"page": pages[page], "prepares": [pages[later] for later in prepares[page]]}
        for page in order
    ]
    reached = (need for page in distance for need in needs.get(page, ()))
    return {
        "goal": end,
        "steps": steps,
        "longest": LONGEST if any(need not in distance for need in reached) else None,
        "picture": _picture([pages[page] for page in [*order, goal.page_id]], prepares),
    }


def distances(goal: int, needs: dict[int, list[int]]) -> dict[int, int]:
    """How many arrows away each direct or indirect prerequisite is; the goal itself is 0.

    Only the nearest, where there are more than `LONGEST`.
    """
    distance = {goal: 0}
    reached = [goal]
    for page in reached:  # which grows meanwhile
        for need in needs.get(page, ()):
            if need not in distance and len(distance) <= LONGEST:
                distance[need] = distance[page] + 1
                reached.append(need)
    return distance


def _order(
    goal: int, needs: dict[int, list[int]], distance: dict[int, int], found: dict[int, Data]
) -> list[int]:
    nearest: dict[int | None, int] = {}
    for page, steps in distance.items():  # the nearest first
        if page in found:
            nearest.setdefault(found[page]["area"], steps)

    def rank(page: int) -> Any:
        return nearest[found[page]["area"]], distance[page], title_of(found[page])

    return in_order(found.keys() - {goal}, needs, rank)


def _picture(pages: list[Any], prepares: dict[int, list[int]]) -> Data | None:
    """The way as a map, where it is short enough to be one."""
    *_, end = pages
    if not 1 < len(pages) <= DRAWN:
        return None
    arrows = [(page, later) for page, for_ in prepares.items() for later in for_]
    label = f"The way to {end.title}. An arrow leads from a concept to one that builds on it."
    return drawing.drawn(end.title, label, [box_of(page) for page in pages], arrows)
