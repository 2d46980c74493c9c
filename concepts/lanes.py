"""A comparison seen another way: its sides in reverse order, or one of them hidden for recall.

Pure. The document is rearranged before it is presented, so that lanes, colours, pictures and the
numbers of sources follow the place of each side.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from concepts import rendering
from concepts.documents import Data

BY_SIDE = {"rows": "cells", "practice": "texts", "scope": "areas"}
"""The parts of a comparison whose items stand in the order of the sides, and the name of these."""

ON_SHEET = ("table", "sources", "edition")
"""The sections of a recall sheet."""

HEADED = {"symbol": "in", "title": "Side by side, one side hidden"}
"""How the table is headed there."""

KEPT = set(
    "schema kind slug title aliases area authors reviewed_on review_due sides rows retired_rows"
    " retired_sides frozen".split()
)
"""The fields that a recall sheet shows. What else the page says would give the answers away."""


@dataclass(frozen=True)
class View:
    """How somebody looks at a comparison: `hide` is the key of the side to recall, or empty."""

    swap: bool = False
    hide: str = ""

    @property
    def address(self) -> str:
        """The address of this view, from the page's own; the plain page has no query."""
        query = {"swap": "1"} if self.swap else {}
        query |= {"hide": self.hide} if self.hide else {}
        return f"?{urlencode(query)}" if query else "./"


def asked(data: Data, swap: list[str], hide: list[str]) -> View:
    """The view that the values of a query ask for; a value that means nothing here is ignored.

    A page that is no comparison has one view only.
    """
    sides = [side["key"] for side in data.get("sides", [])]
    hidden = hide[0] if len(hide) == 1 and hide[0] in sides else ""
    return View(bool(sides) and swap == ["1"], hidden)


def arranged(data: Data, view: View) -> Data:
    """The document as it is presented in this view."""
    if view.swap:
        data = {**data, "sides": data["sides"][::-1]} | {
            part: _reversed(data[part], name) for part, name in BY_SIDE.items()
        }
    if view.hide:
        data = only(data, KEPT)
    return data


def _reversed(value: Any, name: str) -> Any:
    """A part, or a list of parts, with the items that have this name in reverse order."""
    if isinstance(value, list):
        return [_reversed(item, name) for item in value]
    return value and {**value, name: value[name][::-1]}


def only(data: Data, kept: Collection[str]) -> Data:
    """The document with what it says in these fields; every other one is empty."""
    return {key: value if key in kept else _empty(value) for key, value in data.items()}


def _empty(value: Any) -> Any:
    """Nothing of the same type; None for a part of its own."""
    return type(value)() if isinstance(value, str | list) else None


def seen(page: Data, data: Data, view: View) -> Data:
    """The presented page with the ways to its other views and, on a recall sheet, what is hidden.

    `data` is the document that the page shows.
    """
    if not data.get("sides"):
        return page
    page = {**page, "swapped": view.swap, "hidden": None, "views": _views(page["sides"], view)}
    return {**page, **_sheet(page, data, view.hide)} if view.hide else page


def _views(sides: list[Data], view: View) -> list[Data]:
    """The other views, each with what its link says and where it leads."""
    turned = replace(view, swap=not view.swap)
    swap = "Swap sides" if len(sides) == 2 else "Reverse the order of sides"
    shown = [side for side in sides if side["key"] != view.hide]
    hide = [(f"Hide {s['concept'].title}", replace(view, hide=s["key"]).address) for s in shown]
    whole = [("Show all", f"{replace(view, hide='').address}#table")] if view.hide else []
    ways = [(swap, f"{turned.address}#table"), *hide, *whole]
    return [{"label": label, "address": address} for label, address in ways]


def _sheet(page: Data, data: Data, hide: str) -> Data:
    hidden = next(side for side in page["sides"] if side["key"] == hide)
    texts = {
        row["key"]: rendering.plain(cell["text"])
        for row in data["rows"]
        for cell in row["cells"]
        if cell["side"] == hide
    }
    return {
        "hidden": hidden,
        "answers": [{"label": row["label"], "text": texts[row["key"]]} for row in page["rows"]],
        "sections": [
            replace(part, **HEADED) if part.name == "table" else part
            for part in page["sections"]
            if part.name in ON_SHEET
        ],
    }
