"""Performance objectives in their order: steps that say what comes first, not by how much."""

from collections.abc import Sequence

from concepts.diagrams.drawing import WIDTH, Mark, Picture, box, picture, text

INDENT, STEP, TALL = 36, 44, 38


def _step(rank: int, objective: str) -> list[Mark]:
    x, y = INDENT * (rank - 1), 2 + STEP * (rank - 1)
    return [
        box(x, y, WIDTH - x, TALL, "S"),
        box(x, y, TALL, TALL, "B"),
        text(x + TALL / 2, y + 26, str(rank), "t mid P", 19),
        text(x + 52, y + 25, objective.capitalize(), "t"),
    ]


def ranking(objectives: Sequence[str]) -> Picture | None:
    """The objectives as steps, the most important one first; None where there are none."""
    if not objectives:
        return None
    marks = [mark for rank, each in enumerate(objectives, 1) for mark in _step(rank, each)]
    label = f"Performance objectives in order: {', '.join(objectives)}"
    return picture("What comes first", label, STEP * len(objectives) - 2, marks)
