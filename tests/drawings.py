"""Pictures to test with: drawn as pages draw them, and measured where they stand.

Golden files lie in `data/diagrams/`. After a change that is meant, look at the new drawings:

    RENEW_DRAWINGS=1 .venv/bin/python -m pytest -n 0 tests/test_diagrams.py
    git diff tests/data/diagrams
"""

import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from django.template.loader import render_to_string

from concepts.diagrams.measuring import text_width

GOLDEN = Path(__file__).parent / "data" / "diagrams"
EDGE = 1.8
"""Half of the widest line, which reaches over the edge of what it surrounds."""


class Extent(NamedTuple):
    """Where something stands."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Extent") -> bool:
        """Whether both cover some of the same place."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.1 and down > 0.1


def drawn(picture: dict[str, Any]) -> str:
    """The markup of a picture."""
    return render_to_string("diagrams/picture.svg", {"picture": picture}).strip() + "\n"


def parsed(svg: str) -> ET.Element:
    """The elements of a drawing; an error where it is not well-formed."""
    return ET.fromstring(svg)


def _numbers(element: ET.Element, *names: str) -> list[float]:
    return [float(element.get(name, "0")) for name in names]


def _text(element: ET.Element) -> Extent:
    classes = element.get("class", "").split()
    size = 14.0 if "u" in classes else float(element.get("font-size", "16"))
    x, y = _numbers(element, "x", "y")
    width = text_width(element.text or "", size, bold="t" in classes)
    left = x - width if "e" in classes else x - width / 2 if "mid" in classes else x
    return Extent(left, y - 0.75 * size, left + width, y + 0.22 * size)


def _path(element: ET.Element) -> Extent:
    if moved := element.get("transform"):
        x, y = map(float, re.findall(r"[-\d.]+", moved))
        return Extent(x - 10, y - 9, x + 10, y + 9)
    numbers = [float(number) for number in element.get("d", "").removeprefix("M").split()]
    across, down = numbers[::2], numbers[1::2]
    return Extent(min(across), min(down), max(across), max(down))


def extent(element: ET.Element) -> Extent:
    """Where an element of a drawing stands."""
    if element.tag == "text":
        return _text(element)
    if element.tag == "rect":
        x, y, width, height = _numbers(element, "x", "y", "width", "height")
        return Extent(x, y, x + width, y + height)
    if element.tag == "circle":
        x, y, radius = _numbers(element, "cx", "cy", "r")
        return Extent(x - radius, y - radius, x + radius, y + radius)
    assert element.tag == "path", element.tag
    return _path(element)


def marks(svg: ET.Element) -> Iterator[ET.Element]:
    """Everything that is drawn."""
    return (each for each in svg.iter() if each.tag not in {"svg", "title", "a"})


def faults(picture: dict[str, Any]) -> list[str]:
    """What stands outside the drawing, and texts that lie over each other."""
    svg = parsed(drawn(picture))
    width, height = map(float, svg.get("viewBox", "").split()[2:])
    whole = Extent(-EDGE, -EDGE, width + EDGE, height + EDGE)
    found = []
    for element in marks(svg):
        left, top, right, bottom = extent(element)
        inside = whole.left <= left and whole.top <= top
        if not (inside and right <= whole.right and bottom <= whole.bottom):
            found.append(f"outside: {ET.tostring(element)!r}")
    texts = [(each.text or "", extent(each)) for each in svg.iter("text")]
    found += [
        f"{one!r} lies over {other!r}"
        for (one, at), (other, there) in combinations(texts, 2)
        if at.meets(there)
    ]
    return found


def words(picture: dict[str, Any]) -> str:
    """All that is lettered on a drawing."""
    return " ".join(each.text or "" for each in parsed(drawn(picture)).iter("text"))


def same_as_golden(name: str, picture: dict[str, Any]) -> bool:
    """Whether a picture is byte for byte what its golden file holds, or has just been renewed."""
    path, found = GOLDEN / f"{name}.svg", drawn(picture).encode()
    if os.environ.get("RENEW_DRAWINGS"):
        path.write_bytes(found)
    return path.read_bytes() == found
