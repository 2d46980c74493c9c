"""What a reader chose, looked up: the editions and documents, or why there is nothing to show."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Q

from concepts import presenting
from concepts.choosing import Choice
from concepts.days import in_words
from concepts.documents import Data
from concepts.models import Edition
from concepts.reading.pages import ended, open_title
from concepts.reading.versions import SIGNIFICANT
from concepts.stored import load


@dataclass(frozen=True)
class Chosen:
    """One choice as it stands at the moment; `asked` is how it was written.

    With an `edition`, its document is in `data`, and `choice` is `asked` under the name that the
    page has there. Without one, `missing` says why, in sentences for the reader, and `offers` has
    choices that could stand in its place. A part that its edition lacks is missing as well.

    Of a numbered edition: `newer` is the one in force when it is another, its document in
    `newer_data`; `significance` is the weightiest thing that changed since; `gone` says that the
    page has none in force any more, and why.
    """

    asked: Choice
    choice: Choice
    title: str
    edition: Edition | None = None
    data: Data = field(default_factory=dict)
    missing: str = ""
    offers: tuple[Choice, ...] = ()
    newer: Edition | None = None
    newer_data: Data = field(default_factory=dict)
    significance: str = ""
    gone: str = ""


def chosen(choices: Iterable[Choice], at: datetime) -> list[Chosen]:
    """Each choice as the site stands at the moment, in their order, in two queries."""
    given = list(choices)
    pages = shelves(given, at)
    found = [_found(choice, pages.get((choice.kind, choice.slug), []), at) for choice in given]
    documents = _documents({e.pk for one in found for e in (one.edition, one.newer) if e})
    return [_with_part(_with_data(one, documents)) for one in found]


Shelf = list[Edition]
"""Every edition of a page that had come into force, the oldest first."""


def shelves(choices: Sequence[Choice], at: datetime) -> Mapping[tuple[str, str], Shelf]:
    """The editions of the pages that own the addresses, by each address that they have had."""
    names = Q()
    for kind in {choice.kind for choice in choices}:
        slugs = {choice.slug for choice in choices if choice.kind == kind}
        names |= Q(kind=kind, slug__in=slugs)
    if not names:
        return {}
    published = Edition.objects.published(at)
    editions = published.filter(page__in=published.filter(names).values("page"))
    shelves: dict[int, Shelf] = {}
    for edition in editions.select_related("closure", "withdrawal").defer("document"):
        shelves.setdefault(edition.page_id, []).append(edition)
    return {(each.kind, each.slug): shelf for shelf in shelves.values() for each in shelf}


def _documents(keys: Collection[int]) -> dict[int, Data]:
    """The documents of editions by their ids, each read once."""
    if not keys:
        return {}
    stored = Edition.objects.filter(pk__in=keys).order_by().values_list("pk", "document")
    return {key: load(text) for key, text in stored}


def _found(asked: Choice, shelf: Shelf, at: datetime) -> Chosen:
    if not shelf:
        why = "No page has had this address, so it is probably mistyped."
        return Chosen(asked, asked, presenting.in_words(asked.slug), missing=why)
    if asked.number is None:
        edition, why = shelf[-1], _not_in_force(shelf[-1], at)
    else:
        edition, why = _numbered(asked.number, shelf)
    if why:
        title = open_title(shelf[::-1])
        return Chosen(asked, asked, title, missing=why, offers=_offers(asked, shelf, at))
    one = Chosen(asked, asked._replace(slug=edition.slug), edition.title, edition)
    return _since(one, edition, shelf, at)


def _numbered(number: int, shelf: Shelf) -> tuple[Edition, str]:
    """The edition of this number, or why it cannot be read."""
    for edition in shelf:
        if edition.number == number:
            closed = hasattr(edition, "closure")
            return edition, f"Edition {number} {_closed(edition)}" if closed else ""
    last = shelf[-1]
    return last, f"This page has no edition {number}; its newest is edition {last.number}."


def _not_in_force(last: Edition, at: datetime) -> str:
    """Why the newest edition of a page cannot be read as the page, if so."""
    if hasattr(last, "closure"):
        return f"Its newest edition {_closed(last)}"
    if not ended(last, at):
        return ""
    day = in_words(last.superseded_at.date()) if last.superseded_at else ""
    reason = last.withdrawal.reason if hasattr(last, "withdrawal") else ""
    return f"The page was withdrawn on {day}. {reason}".rstrip()


def _closed(edition: Edition) -> str:
    return f"was closed: {edition.closure.reason}"


def _since(one: Chosen, edition: Edition, shelf: Shelf, at: datetime) -> Chosen:
    """The same with what became of the page since this edition."""
    if gone := _not_in_force(shelf[-1], at):
        return replace(one, gone=gone)
    later = shelf[shelf.index(edition) + 1 :]
    if not later:
        return one
    weightiest = min((each.significance for each in later), key=SIGNIFICANT.index)
    return replace(one, newer=later[-1], significance=weightiest)


def _offers(choice: Choice, shelf: Shelf, at: datetime) -> tuple[Choice, ...]:
    """The last edition that can be read: by its number, and as the newest while in force."""
    readable = [edition for edition in shelf if not hasattr(edition, "closure")]
    if not readable:
        return ()
    last = readable[-1]
    there = choice._replace(slug=last.slug, number=last.number)
    in_force = last == shelf[-1] and not ended(last, at)
    return (there, there._replace(number=None)) if in_force else (there,)


# Parts ----------------------------------------------------------------------------------------


def _with_data(one: Chosen, documents: Mapping[int, Data]) -> Chosen:
    data = documents[one.edition.pk] if one.edition else {}
    return replace(one, data=data, newer_data=documents[one.newer.pk] if one.newer else {})


def _with_part(one: Chosen) -> Chosen:
    """The same, or what became of the part that it asks for."""
    what, _, key = one.choice.part.partition("-")
    items = one.data.get({"row": "rows", "question": "questions"}.get(what, ""), [])
    if not (one.data and what) or any(item["key"] == key for item in items):
        return one
    why, offers = _lost(one.choice, what, key, one.data)
    return Chosen(one.asked, one.choice, one.title, missing=why, offers=offers)


def _lost(choice: Choice, what: str, key: str, data: Data) -> tuple[str, tuple[Choice, ...]]:
    retired = {row["key"]: row for row in data.get("retired_rows", [])} if what == "row" else {}
    page = f"“{data['title']}”"
    if key not in retired:
        return f"{page} has no {what} “{key}” in this edition.", (choice.whole,)
    row = retired[key]
    label = row["label"] or presenting.in_words(key)
    why = f"The row “{label}” is no longer in {page}. {row['reason']}".rstrip()
    offers = [choice._replace(part=f"row-{row['successor']}")] if row["successor"] else []
    return why, (*offers, choice.whole)
