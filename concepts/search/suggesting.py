"""Names that begin with what somebody is typing."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from concepts.models import SearchName, in_force
from concepts.presenting import Neighbour
from concepts.reading.neighbours import from_, neighbour
from concepts.search.words import LONGEST_QUERY, words

MOST = 8
"""How many pages are suggested."""


class Suggestion(NamedTuple):
    """A page, and the other name by which it was found, if its title does not say it."""

    page: Neighbour
    name: str


def suggest(text: str, at: datetime) -> list[Suggestion]:
    """Pages in force with a name that begins so, then those with such words in a name.

    Each word may be a beginning: "prod man" suggests production management. Two range scans that
    stop after a few names, however many there are.
    """
    typed = words(text[:LONGEST_QUERY])
    if not typed:
        return []
    found: dict[int | None, Suggestion] = {}
    for first in (True, False):
        if len(found) < MOST:
            for each in _some(typed, at, first=first):
                found.setdefault(each.page.page, each)
    return list(found.values())[:MOST]


def _some(typed: list[str], at: datetime, *, first: bool) -> Iterator[Suggestion]:
    names = _beginning(typed, first=first).filter(in_force(at, "edition__"))
    # A page has at most a few names that begin alike.
    rows = names.values_list("name", "number", *from_("edition"))[: 4 * MOST]
    for name, number, *short in sorted(rows, key=lambda row: row[1] > 1):  # titles first
        page = neighbour(short)
        is_other = number > 1 and name.casefold() not in page.title.casefold()
        yield Suggestion(page, name if is_other else "")


def _beginning(typed: list[str], *, first: bool) -> QuerySet[SearchName]:
    """Names that have the words in this order from a beginning on, or each of them somewhere."""
    whole = " ".join(typed)
    start = whole if first else typed[0]
    names = SearchName.objects.filter(turned__gte=start, turned__lt=f"{start}\U0010ffff")
    if first:
        return names.filter(first=True).order_by("turned", "number", "pk")
    for word in typed[1:]:
        names = names.filter(turned__contains=f" {word}")
    return names.order_by("turned", "number", "pk")
