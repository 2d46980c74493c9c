"""What concepts say of themselves, row by row, where nobody has compared them yet. Pure."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from concepts.documents import Data
from concepts.presenting import VERBS

KINDS = [VERBS[relation][0] for relation in ("is-kind-of", "is-part-of")]
"""The verbs that say what kind of thing a concept is."""


def _kinds(page: Data) -> list[Data]:
    return [_said(phrase) for phrase in page["phrases"] if phrase["verb"] in KINDS]


def _relations(page: Data) -> list[Data]:
    return [_said(phrase) for phrase in page["phrases"] if phrase["verb"] not in KINDS]


def _said(phrase: Data) -> Data:
    return {"verb": phrase["verb"], "pages": [said["page"] for said in phrase["pages"]]}


class Row(NamedTuple):
    """One row: its name, its heading, its value, and where a concept's edition says it.

    `field` is what the document must have for that ("" where other pages say it), `section` the
    part of the page. What shows a value is `concepts/_uncurated.html`.
    """

    name: str
    label: str
    value: Callable[[Data], Any]
    field: str = ""
    section: str = ""


def _field(name: str) -> Callable[[Data], Any]:
    return lambda page: page[name]


ROWS = (
    Row("definition", "Definition", _field("summary"), "summary"),
    Row("why", "Why it matters", _field("why_it_matters"), "why_it_matters"),
    Row("kind", "What kind of thing", _kinds, "relations", "relations"),
    Row("relations", "How it relates", _relations, "relations", "relations"),
    Row("formula", "Formula", _field("formula"), "formula", "formula"),
    Row("mistakes", "Common mistakes", _field("misconceptions"), "misconceptions", "mistakes"),
    Row("seen", "Seen in organizations", _field("seen")),
    Row("compared", "Compared with its neighbours", _field("compared")),
    Row("area", "Area", _field("area"), "area"),
)


def rows(sides: Sequence[Data]) -> list[Data]:
    """The rows in which at least one side says something; each side has its `page` and `address`.

    A cell's address is its place in the side's edition, which never changes; "" when other pages
    say what stands in it.
    """
    found = [(row, [row.value(side["page"]) for side in sides]) for row in ROWS]
    return [
        {
            "name": row.name,
            "label": row.label,
            "cells": [
                {"side": side, "value": value, "address": _address(row, side)}
                for side, value in zip(sides, values, strict=True)
            ],
        }
        for row, values in found
        if any(values)
    ]


def _address(row: Row, side: Data) -> str:
    if not (row.field and side["page"][row.field]):
        return ""
    return f"{side['address']}#{row.section}" if row.section else str(side["address"])


def between(sides: Sequence[Data]) -> Iterator[Data]:
    """What the sides' relations say of each other, each once: source, verb, target, note."""
    for number, source in enumerate(sides):
        after = {side["concept"].page: side["concept"] for side in sides[number + 1 :]}
        for phrase in source["page"]["phrases"]:
            for said in phrase["pages"]:
                if target := after.get(said["page"].page):
                    yield {
                        "source": source["concept"],
                        "verb": phrase["verb"],
                        "target": target,
                        "note": said["note"],
                    }
