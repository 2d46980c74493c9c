"""An organization as an operation: what goes in, what happens, what comes out.

There are two drawings, one wide and one upright; the style sheet shows one of them.
"""

from collections.abc import Sequence
from typing import Any

from concepts.diagrams.drawing import (
    Column,
    Mark,
    Picture,
    arrow,
    box,
    few,
    line,
    picture,
    symbol,
    text,
)
from concepts.diagrams.measuring import SMALL, text_width

PAD = 14
MOST_ITEMS, LINES = 7, 4
MOST_STEPS = 12
LINES_OF_PROSE = 9
FRAME = "Is f"

Box = tuple[str, str, Sequence[str]]
"""A box of texts: its heading, the class of its colour, its texts."""


def _filled(x: float, y: float, width: float, content: Box) -> Column:
    """The texts of a box that begins at this point; the box ends a little below them."""
    heading, classes, items = content
    column = Column(x + PAD, y + PAD / 2, width - 2 * PAD)
    column.add(heading, f"t {classes}".strip())
    for item in few(items, MOST_ITEMS):
        column.add(item, most=LINES)
    column.skip(PAD)
    return column


def _steps(column: Column, steps: Sequence[dict[str, Any]]) -> None:
    """The steps below each other, each with its symbol and, at the right, what that means."""
    right = column.x + column.width
    meant = max(text_width(step["mark"][1], SMALL) for step in steps)
    words = Column(column.x + 34, column.y, column.width - 34 - meant - 12)
    marks: list[Mark] = []
    stands: list[float] = []
    for step in steps[:MOST_STEPS]:
        words.skip(8)
        stands.append(words.y + 14)
        words.add(step["text"])
        words.y = max(words.y, stands[-1] + 10)
        marks.append(symbol(step["symbol"], column.x + 10, stands[-1]))
        marks.append(text(right, stands[-1] + 5, step["mark"][1], "u m e"))
    if len(steps) > MOST_STEPS:
        words.add(f"and {len(steps) - MOST_STEPS} more steps", "u m", size=SMALL)
    through = [line([(column.x + 10, stands[0]), (column.x + 10, stands[-1])], "Is")]
    column.marks += [*through, *marks, *words.marks]
    column.y = words.y


def _process(x: float, y: float, width: float, facts: dict[str, Any]) -> Column:
    """What happens, step by step, or in a few lines where no steps are told."""
    column = Column(x + 18, y + PAD / 2, width - 36)
    column.add("Transformation", "t")
    if facts["steps"]:
        _steps(column, facts["steps"])
    elif facts["transformation"]:
        column.add(facts["transformation"], most=LINES_OF_PROSE, gap=8)
    column.skip(PAD)
    return column


def _inputs(facts: dict[str, Any]) -> list[tuple[str, Box]]:
    """The boxes of what goes in, each with the class of its ground."""
    found = [
        ("At", ("Transformed", "A", facts["transformed"])),
        ("S", ("Transforming", "", facts["transforming"])),
    ]
    return [each for each in found if each[1][2]]


def _wide(facts: dict[str, Any]) -> tuple[float, float, list[Mark]]:
    """Three columns side by side, with an arrow between two."""
    left, y = [], 2.0
    for ground, content in _inputs(facts):
        column = _filled(0, y, 236, content)
        left.append((ground, y, column))
        y = column.y + 12
    process = _process(280, 2, 336, facts)
    outputs = _filled(662, 2, 198, ("Outputs", "B", facts["outputs"]))
    bottom = max(y - 12, process.y, outputs.y)
    marks = []
    for ground, top, column in left:
        end = bottom if column is left[-1][2] else column.y
        middle = (top + end) / 2
        marks += [box(0, top, 236, end - top, ground), *column.marks]
        marks += arrow((242, middle), (272, middle))
    marks += [box(280, 2, 336, bottom - 2, FRAME), *process.marks]
    if facts["outputs"]:
        marks += arrow((622, bottom / 2), (654, bottom / 2))
        marks += [box(662, 2, 198, bottom - 2, "Bt"), *outputs.marks]
    return 860, bottom + 2, marks


def _upright(facts: dict[str, Any]) -> tuple[float, float, list[Mark]]:
    """Boxes below each other, with an arrow between two."""
    marks: list[Mark] = []
    y = 2.0
    for ground, content in _inputs(facts):
        column = _filled(0, y, 360, content)
        marks += [box(0, y, 360, column.y - y, ground), *column.marks]
        y = column.y + 10
    if marks:
        marks += arrow((180, y - 4), (180, y + 22))
        y += 32
    process = _process(2, y, 356, facts)
    marks += [box(2, y, 356, process.y - y, FRAME), *process.marks]
    y = process.y
    if facts["outputs"]:
        marks += arrow((180, y + 6), (180, y + 32))
        column = _filled(0, y + 42, 360, ("Outputs", "B", facts["outputs"]))
        marks += [box(0, y + 42, 360, column.y - y - 42, "Bt"), *column.marks]
        y = column.y
    return 360, y + 2, marks


def flow(facts: dict[str, Any]) -> dict[str, Picture]:
    """The wide and the upright drawing; none where there is nothing that leads to something.

    `facts` has the title of the organization, its texts without markup (transformed,
    transforming, transformation, outputs) and its steps, each with the meaning of its symbol.
    """
    happens = facts["steps"] or facts["transformation"]
    if sum(map(bool, (_inputs(facts), happens, facts["outputs"]))) < 2:
        return {}
    title = f"Inputs, transformation and outputs: {facts['title']}"
    drawn = {"wide": _wide(facts), "upright": _upright(facts)}
    return {
        name: picture(title, f"{title}; the same follows as a list", height, marks, width=width)
        for name, (width, height, marks) in drawn.items()
    }
