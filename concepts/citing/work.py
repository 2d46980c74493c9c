"""What is cited of this site: an edition of a page, or a row or cell of its table. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from concepts.documents import Data
from concepts.excerpts import row_label
from concepts.presenting import in_words

Csl = dict[str, Any]

TYPE = "entry-encyclopedia"
"""What a page of this site is in CSL: an article of a reference work, with an edition."""


@dataclass(frozen=True)
class Work:
    """One edition of a page of this site, or a part of it, as it is cited.

    `authors` are names as CSL has them (family and given, or literal), none when nobody is named.
    `published` is the day (UTC) of the edition, `permanent` its absolute address. `part` is what
    the part is called ("Time horizon (Goods)") and `anchor` its place ("row-horizon--goods"); both
    are "" for the whole page.
    """

    kind: str
    slug: str
    title: str
    authors: Sequence[Mapping[str, str]]
    site: str
    number: int
    published: date
    permanent: str
    part: str = ""
    anchor: str = ""

    @property
    def address(self) -> str:
        """The permanent address, of the part when there is one."""
        return f"{self.permanent}#{self.anchor}" if self.anchor else self.permanent

    @property
    def full_title(self) -> str:
        """The title, and after a colon the part: a form that every style and format knows."""
        return f"{self.title}: {self.part}" if self.part else self.title

    @property
    def key(self) -> str:
        """Its citekey, the same for ever: `pom-goods-vs-services-e3`; other kinds are named.

        The underscore stands in no slug and no anchor, so no two works share a key.
        """
        kind = "" if self.kind == "distinction" else f"{self.kind}_"
        anchor = f"_{self.anchor}" if self.anchor else ""
        return f"pom-{kind}{self.slug}-e{self.number}{anchor}"


def csl(work: Work) -> Csl:
    """The work as an item of CSL-JSON. No publisher: it would repeat the site's name."""
    day = work.published
    item: Csl = {
        "id": work.key,
        "type": TYPE,
        "title": work.full_title,
        "author": [{part: text for part, text in name.items() if text} for name in work.authors],
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "container-title": work.site,
        "edition": str(work.number),
        "URL": work.address,
        "language": "en",
    }
    return {name: value for name, value in item.items() if value}


def part_label(data: Data, row: str, side: str = "") -> str:
    """What a row or a cell is called: "Time horizon", "Time horizon (Goods)"; "" without a row.

    Raises:
        KeyError: the table has no such row or side.
    """
    if not row:
        return ""
    label = row_labels(data)[row]
    return f"{label} ({side_labels(data)[side]})" if side else label


def row_labels(data: Data) -> dict[str, str]:
    """What the rows of a comparison are called, by key, in order; none of another page."""
    return {row["key"]: row_label(data, row) for row in data.get("rows", [])}


def side_labels(data: Data) -> dict[str, str]:
    """What the sides of a comparison are called, by key, in order; none of another page."""
    titles = {
        item["slug"]: item["title"]
        for item in data["frozen"]["neighbours"]
        if item["kind"] == "concept"
    }
    return {
        side["key"]: titles.get(side["concept"]) or in_words(side["concept"])
        for side in data.get("sides", [])
    }
