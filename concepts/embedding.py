"""What of a page stands in a frame on other sites: which part of it, and how large. Pure.

A part is asked for by `edition` (none: the newest), and by `row` or `part=table` where the page
is a comparison. Sources keep the numbers that they have on the page, so that the mark of a source
means the same in both places.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urlencode

from concepts import rendering, texts
from concepts.citing import row_labels
from concepts.documents import PAGE_DOCUMENTS, Data
from concepts.presenting import in_words

SHOWN = {
    "concept": "summary|why-it-matters",
    "distinction": "summary|row-.+",
    "organization": "summary|transform.+|outputs-.+|customers|four-vs-.+",
    "guide": "summary|steps-.+",
}
"""The places of the texts that a frame shows of a whole page, as `texts.py` names them."""

NUMBER = re.compile("[1-9][0-9]{0,5}")
ROW = re.compile("row-(?P<key>.+?)(?:--(?P<side>.+))?")
TABLE = "table"


class NoPart(Exception):
    """Why there is nothing to show, in a sentence for the reader.

    `gone` says that it was there; `successor` is the key of the row that stands in its place.
    """

    def __init__(self, said: str, *, gone: bool = False, successor: str = "") -> None:
        super().__init__(said)
        self.gone = gone
        self.successor = successor


@dataclass(frozen=True)
class Part:
    """What a frame shows: a page, its table, or one row with the cell of one side marked.

    `number` pins it to an edition; None follows the newest.
    """

    number: int | None = None
    row: str = ""
    side: str = ""
    table: bool = False

    def at(self, number: int) -> "Part":
        """The same, pinned to an edition."""
        return replace(self, number=number)

    @property
    def anchor(self) -> str:
        """Where it stands on its page; empty when it is the page."""
        if self.row:
            return texts.joined(f"row-{self.row}", self.side)
        return TABLE if self.table else ""

    @property
    def address(self) -> str:
        """What stands in the address of the frame behind the page's name."""
        said = {"edition": self.number, "row": self.row, "part": self.table and TABLE}
        query = urlencode({name: value for name, value in said.items() if value})
        mark = f"#{self.anchor}" if self.side else ""
        return (f"?{query}" if query else "") + mark


def asked(edition: Sequence[str], row: Sequence[str], part: Sequence[str]) -> Part:
    """The part that the values of a query ask for; an empty value asks for nothing.

    Raises:
        NoPart: one of them stands there twice, or means nothing.
    """
    number, key, whole = (" ".join(values) for values in (edition, row, part))
    if number and not NUMBER.fullmatch(number):
        raise NoPart("An edition is asked for once and by its number: edition=2.")
    if " " in key:
        raise NoPart("One row is asked for, by its key: row=scope.")
    if whole not in ("", TABLE):
        raise NoPart("The only part of a page that has a name is part=table.")
    return Part(int(number) if number else None, key, table=bool(whole) and not key)


def at_anchor(anchor: str, number: int | None) -> Part:
    """The part that stands at an anchor of a page: a row, a cell, the table, or else the page."""
    if row := ROW.fullmatch(anchor):
        return Part(number, row["key"], row["side"] or "")
    return Part(number, table=anchor == TABLE)


def check(data: Data, part: Part) -> None:
    """See that the document has the part.

    Raises:
        NoPart: it has not, or no longer.
    """
    if not part.anchor:
        return
    rows = {row["key"] for row in data.get("rows", [])}
    if part.row in rows or (rows and not part.row):
        return
    retired = {row["key"]: row for row in data.get("retired_rows", [])}
    if row := retired.get(part.row):
        name = row["label"] or in_words(row["key"])
        said = f"The row “{name}” is no longer in the table. {row['reason']}".strip()
        raise NoPart(said, gone=True, successor=row["successor"])
    raise NoPart("The table has no such row." if rows else "This page has no table.")


def shown_texts(data: Data, part: Part) -> list[str]:
    """The Markdown texts that the frame shows, in the order of the page."""
    shown = SHOWN[data["kind"]]
    if part.anchor:
        shown = f"row-{part.row}--.+" if part.row else "row-.+"
    found: list[str] = []

    def note(place: str, text: str) -> None:
        if text and re.fullmatch(shown, place):
            found.append(text)

    texts.map_texts(PAGE_DOCUMENTS[data["kind"]], data, note)
    return found


def _cited(shown: Sequence[str]) -> set[str]:
    return {cite.key for text in shown for cite in rendering.citations_in(text)}


def framed(data: Data, page: Data, part: Part) -> Data:
    """The page as it is presented, with no other rows and sources than the frame shows."""
    cited = _cited(shown_texts(data, part))
    rows = [row for row in page.get("rows", []) if part.row in ("", row["key"])]
    references = [source for source in page["references"] if source["key"] in cited]
    return {**page, "rows": rows, "references": references}


# How large ------------------------------------------------------------------------------------

WIDTH = 720
"""Pixels that a column of text in a learning platform or a blog may well have."""

TABLE_FROM = 768
"""Pixels from which on a comparison is a table; below, the cells of a row stand under each other.
The style sheet says so."""

LEAST, MOST = 200, 900
"""Pixels of height: the line that says whose it is must fit, and a frame is no page."""

LINE, LETTER = 27, 7.6
"""Pixels of one line of text, and of an average letter."""

STEP, SOURCE = 110, 30
"""Pixels of a step of a guide, which tells what its page is about, and of a source."""


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in so many pixels, one at least."""
    letters = len(rendering.plain(text))
    return math.ceil(letters * LETTER / max(width, LETTER)) or 1


def _row_height(row: Data, width: int) -> int:
    cells = [cell["text"] for cell in row["cells"]]
    if width < TABLE_FROM:
        return 75 + sum(LINE * (_lines(text, width - 80) + 2) for text in cells)
    lines = max(_lines(text, (width - 240) / len(cells) - 30) for text in cells)
    return max(110, 45 + LINE * lines)


def height(data: Data, part: Part, width: int = WIDTH) -> int:
    """About how many pixels high the frame should be, at this width, to show most of it."""
    rows = [row for row in data.get("rows", []) if part.row in ("", row["key"])]
    cells = {cell["text"] for row in rows for cell in row["cells"]}
    shown = shown_texts(data, part)
    tall = 130 + SOURCE * len(_cited(shown)) + sum(_row_height(row, width) for row in rows)
    if not part.anchor:
        others = (text for text in shown if text not in cells)
        tall += 50 + sum(LINE * (_lines(text, width - 60) + 1) for text in others)
    if data["kind"] == "guide":
        tall += STEP * len(data["steps"])
    return min(MOST, max(LEAST, 10 * math.ceil(tall / 10)))


# The code that is pasted ----------------------------------------------------------------------


def title(data: Data, part: Part) -> str:
    """What the frame is called: its page, and the row."""
    return f"{data['title']}: {row_labels(data)[part.row]}" if part.row else str(data["title"])


def authors(data: Data) -> str:
    """The names of the authors in one line; empty when none is named."""
    names = (
        name["literal"] or f"{name['given']} {name['family']}".strip() for name in data["authors"]
    )
    return ", ".join(names)


def code(address: str, name: str, width: int | str, tall: int) -> str:
    """The markup that shows an address in a frame; `width` and `tall` in pixels, or "100%"."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(name)}" width="{width}" height="{tall}"'
        ' loading="lazy" style="border:0"></iframe>'
    )
