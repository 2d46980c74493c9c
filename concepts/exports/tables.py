"""What of a page is a table, as CSV: for people in a spreadsheet, and for programs.

A document's rows and columns as plain text, each row with the permanent address where it stands.
Nobody can tell which program opens a file, and some take a cell that begins like a formula for
one, so such cells get an apostrophe in front.
"""

import csv
import io
import re
from collections.abc import Callable
from typing import NamedTuple

from concepts import citations, presenting, rendering
from concepts.documents import Data

BOM = "\ufeff"
"""Without it Excel reads UTF-8 as the alphabet of its own country."""

_BLANK = r"[\s\ufeff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f]*"
"""What a program may skip, since nobody sees it."""
_FORMULA = rf"'*{_BLANK}[=+\-@＝＋－＠﹦﹢﹣﹫\t\r\n]"
_HARMFUL = re.compile(rf"(?:^|(?<=[;\t\r\n]))(?={_FORMULA})")
"""Beginnings of cells, also for a program that parts cells by semicolons or tabs."""


class Table(NamedTuple):
    """The names of the columns, and the rows, each as long as they."""

    header: list[str]
    rows: list[list[str]]


def harmless(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet could take it for a formula's beginning.

    Apostrophes that stand there already count as part of the beginning, so that a reader who takes
    one off each gets the text back.
    """
    return _HARMFUL.sub("'", text)


def csv_of(table: Table) -> str:
    """The table as RFC 4180 has it, with a byte order mark, and no cell that begins a formula."""
    file = io.StringIO()
    lines = [table.header, *table.rows]
    csv.writer(file).writerows([harmless(cell) for cell in line] for line in lines)
    return BOM + file.getvalue()


def table(data: Data, address: str) -> Table:
    """What of a document is a table: rows of a comparison, relations of a concept, steps of a
    guide, judgements about an organization.

    `address` is the edition's own, absolute. Markdown comes as plain text in one line.
    """
    return _MAKERS[data["kind"]](data, address)


def _sources(text: str, data: Data) -> str:
    """The sources that a text cites, each once: short label and place."""
    labels = {each["key"]: citations.label(each["csl"]) for each in data["frozen"]["sources"]}
    cited = (
        ", ".join(filter(None, [labels.get(cite.key, cite.key), cite.locator]))
        for cite in rendering.citations_in(text)
    )
    return "; ".join(dict.fromkeys(cited))


def _told(text: str, data: Data) -> list[str]:
    """A Markdown text in two columns: its words, and its sources."""
    return [rendering.plain(text), _sources(text, data)]


def _titles(data: Data) -> dict[str, str]:
    """What the pages that the document names were called, by key ("concept:takt-time")."""
    return {
        f"{near['kind']}:{near['slug']}": near["title"] for near in data["frozen"]["neighbours"]
    }


def _comparison(data: Data, address: str) -> Table:
    labels = {each["key"]: each["label"] for each in data["frozen"]["dimensions"]}
    own = ("", ": sources", ": our illustration")
    sides = [side["key"] + column for side in data["sides"] for column in own]

    def row(row: Data) -> list[str]:
        label = labels.get(row["dimension"]) or presenting.in_words(row["dimension"])
        cells = [
            column
            for cell in row["cells"]
            for column in (*_told(cell["text"], data), "yes" if cell["illustration"] else "no")
        ]
        return [row["key"], label, *cells, f"{address}#row-{row['key']}"]

    return Table(["Row", "Dimension", *sides, "Address"], [row(each) for each in data["rows"]])


def _concept(data: Data, address: str) -> Table:
    titles = _titles(data)

    def row(relation: Data) -> list[str]:
        page = f"concept:{relation['concept']}"
        told = [relation["type"], page, titles.get(page, ""), *_told(relation["note"], data)]
        return [*told, f"{address}#relations"]

    header = ["Relation", "Page", "Title", "Note", "Note: sources", "Address"]
    return Table(header, [row(each) for each in data["relations"]])


def _organization(data: Data, address: str) -> Table:
    levels = {name: data["four_vs"][name] for name in presenting.VS}
    vs = [
        [name.capitalize(), v["level"], "", *_told(v["reason"], data), f"{address}#four-vs"]
        for name, v in levels.items()
        if v["level"] or v["reason"]
    ]
    objectives = [
        [
            *(item["objective"].capitalize(), "", str(rank)),
            *(*_told(item["reason"], data), f"{address}#objectives"),
        ]
        for rank, item in enumerate(data["objectives"], 1)
    ]
    header = ["Aspect", "Level", "Rank", "Reason", "Reason: sources", "Address"]
    return Table(header, vs + objectives)


def _guide(data: Data, address: str) -> Table:
    titles = _titles(data)

    def row(number: int, step: Data) -> list[str]:
        page = step["page"]
        told = [str(number), page, titles.get(page, ""), *_told(step["note"], data)]
        return [*told, f"{address}#steps"]

    header = ["Step", "Page", "Title", "Note", "Note: sources", "Address"]
    return Table(header, [row(*each) for each in enumerate(data["steps"], 1)])


_MAKERS: dict[str, Callable[[Data, str], Table]] = {
    "distinction": _comparison,
    "concept": _concept,
    "organization": _organization,
    "guide": _guide,
}
