"""The dimensions along which comparisons compare, and one of them through all comparisons.

No table records them: the database reads them out of the frozen documents of comparisons in force.
With 300 of these on SQLite that takes about 25 ms, for the list as for one of them.
"""

import json
from datetime import datetime
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404

from concepts.documents import Data
from concepts.excerpts import Excerpt, together
from concepts.models import Edition
from concepts.parts import Row
from concepts.presenting import Around, in_words, side_of
from concepts.reading.lists import listed, told
from concepts.reading.neighbours import pages_named
from concepts.rendering import links_in

COMPARISONS_ON_A_PAGE = 60


def dimensions(at: datetime) -> list[Data]:
    """The dimensions in use, A to Z, as the newest edition froze each, with their `comparisons`."""
    using = listed("distinction", at).order_by("published_at", "id")
    found: dict[str, Data] = {}
    for frozen in using.values_list(told("frozen", "dimensions"), flat=True):
        for item in json.loads(frozen):
            count = found.get(item["key"], {}).get("comparisons", 0)
            found[item["key"]] = {**item, "comparisons": count + 1}
    return sorted(found.values(), key=lambda item: item["label"].casefold())


def _using(key: str, at: datetime) -> QuerySet[Edition]:
    """The comparisons that have a row on the dimension: canonical JSON says so in one way only."""
    return listed("distinction", at).filter(document__contains=f'"dimension":"{key}"')


class _Found(NamedTuple):
    """A row on the dimension, in the comparison that it stands in."""

    row: Data
    data: Data
    edition: Edition

    def excerpt(self) -> Excerpt:
        place = f"{self.data['slug']}--row-{self.row['key']}"
        return Excerpt(Row, self.row, place, self.data["frozen"]["sources"])

    def named(self) -> list[Data]:
        """What the edition froze of the pages that this row shows: sides, and links in cells."""
        keys = {to.key for cell in self.row["cells"] for to in links_in(cell["text"])}
        keys |= {f"concept:{side['concept']}" for side in self.data["sides"]}
        frozen: list[Data] = self.data["frozen"]["neighbours"]
        return [item for item in frozen if f"{item['kind']}:{item['slug']}" in keys]

    def shown(self, rendered: Data, around: Around) -> Data:
        """The row with its own address, its texts rendered, its sides named."""
        sides = enumerate(self.data["sides"])
        pairs = zip(rendered["cells"], sides, strict=True)  # the schema keeps them in one order
        return {
            "title": self.edition.title,
            "address": f"{self.edition.get_absolute_url()}#row-{self.row['key']}",
            "cells": [{**cell, "side": side_of(*side, around)} for cell, side in pairs],
        }


def _named(key: str, editions: list[Edition], data: dict[int, Data]) -> Data:
    """What the newest of the editions calls the dimension."""
    newest_first = sorted(editions, key=lambda edition: edition.published_at, reverse=True)
    frozen = [item for each in newest_first for item in data[each.pk]["frozen"]["dimensions"]]
    return next((item for item in frozen if item["key"] == key), {"label": in_words(key)})


def _shown(found: list[_Found], at: datetime) -> tuple[list[Data], list[Data]]:
    """The rows as a page shows them, and what they cite as one list."""
    around = Around(named=pages_named([item for each in found for item in each.named()], at))
    addresses = {name: near.address for name, near in around.named.items() if near.address}
    rendered, references = together([each.excerpt() for each in found], addresses)
    rows = [each.shown(row, around) for each, row in zip(found, rendered, strict=True)]
    return rows, references


def dimension(key: str, at: datetime, page: Any = None) -> Data:
    """The `rows` of all comparisons on one dimension, and the `references` of these rows.

    A large site shows them a page at a time; what is no number of a page is the first or the last.

    Raises:
        Http404: no comparison in force has a row on it.
    """
    using = dict(_using(key, at).values_list("pk", "published_at"))
    if not using:
        raise Http404
    part = Paginator(list(using), COMPARISONS_ON_A_PAGE).get_page(page)
    wanted = {*part, max(using, key=lambda pk: (using[pk], pk))}
    editions = Edition.objects.as_of(at).select_related("closure").in_bulk(wanted)
    data = {pk: edition.data() for pk, edition in editions.items()}
    found = [
        _Found(row, data[pk], editions[pk])
        for pk in part
        if pk in data  # not closed meanwhile
        for row in data[pk]["rows"]
        if row["dimension"] == key
    ]
    rows, references = _shown(found, at)
    label = _named(key, list(editions.values()), data)
    return {
        **label,
        "comparisons": len(using),
        "part": part,
        "rows": rows,
        "references": references,
    }
