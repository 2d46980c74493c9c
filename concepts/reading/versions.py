"""All editions of one page beside each other: which stand next to one, and what changed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.http import Http404

from concepts.comparison import Change, RowsChanged, differences, rows_changed
from concepts.documents import Data
from concepts.models import Edition
from concepts.reading.pages import (
    KIND_BY_SECTION,
    at_its_address,
    ended,
    of_newest,
    opened,
    owned,
)
from concepts.stored import load

SIGNIFICANT = ("meaning", "wording", "checked")
"""What an edition may have changed, the weightiest first."""


@dataclass(frozen=True)
class Versions:
    """The editions of a page that had come into force by the moment `at`, the newest first.

    Only those whose text was asked for have their document; the others' is "".
    """

    editions: tuple[Edition, ...]
    at: datetime

    @property
    def newest(self) -> Edition:
        """The last that came into force, closed or not."""
        return self.editions[0]

    @cached_property
    def readable(self) -> list[Edition]:
        """Those that are not closed, the oldest first."""
        return [each for each in self.editions[::-1] if not hasattr(each, "closure")]

    def numbered(self, number: int) -> Edition:
        """The edition with this number, closed or not.

        Raises:
            Http404: there is none.
        """
        for edition in self.editions:
            if edition.number == number:
                return edition
        raise Http404

    def before(self, edition: Edition) -> Edition | None:
        """The last readable edition before this one."""
        earlier = [each for each in self.readable if each.number < edition.number]
        return earlier[-1] if earlier else None

    def after(self, edition: Edition) -> Edition | None:
        """The first readable edition after this one."""
        return next((each for each in self.readable if each.number > edition.number), None)

    def told(self) -> list[tuple[Any, ...]]:
        """All that a page may tell of them."""
        return [
            (
                each.number,
                each.section,
                each.slug,
                each.digest,
                each.significance,
                each.superseded_at,
                hasattr(each, "closure"),
                each.withdrawal.reason if hasattr(each, "withdrawal") else None,
            )
            for each in self.editions
        ]

    def between(self, first: Edition, second: Edition) -> list[Edition]:
        """The editions after the first up to the second, closed ones included, the oldest first."""
        return [e for e in self.editions[::-1] if first.number < e.number <= second.number]


def _versions(owned: QuerySet[Edition], at: datetime, with_text: Q | None = None) -> Versions:
    found: Any = owned.select_related("closure", "withdrawal").defer("document")
    if with_text is not None:
        text = Case(When(with_text, then="document"), default=Value(""), output_field=TextField())
        found = found.annotate(text=text)
    editions = tuple(found.order_by("-number"))
    if not editions:
        raise Http404
    for edition in editions:
        edition.document = getattr(edition, "text", "")
    return Versions(editions, at)


def _owned(section: str, slug: str, at: datetime) -> QuerySet[Edition]:
    return owned(KIND_BY_SECTION[section], slug, at)


def _and_newest(number: int, at: datetime) -> Q:
    return Q(number=number) | Q(number=of_newest("number", at))


def among(edition: Edition, at: datetime) -> Versions:
    """All editions of an edition's page, both it and the newest with their text; in one query."""
    found = Edition.objects.published(at).filter(page=edition.page_id)
    return _versions(found, at, _and_newest(edition.number, at))


def version(section: str, slug: str, number: int, at: datetime) -> tuple[Edition, Versions]:
    """One edition among all of its page, both it and the newest with their text; in one query.

    Raises:
        Http404: the page that owns this address has no such edition yet.
        Moved: the edition stands under the address that it froze.
        Gone: the edition was closed.
    """
    found = _versions(_owned(section, slug, at), at, _and_newest(number, at))
    return at_its_address(opened(found.numbered(number)), section, slug), found


def mementos(section: str, slug: str, at: datetime) -> list[Edition]:
    """The editions of a page that can be read, the oldest first; in one query, without documents.

    Raises:
        Http404: no page has carried this address.
        Gone: all of them are closed.
    """
    found = _versions(_owned(section, slug, at), at)
    return found.readable or [opened(found.newest)]


def predecessor(current: Any) -> Edition | None:
    """The address of the last readable edition before the one in force, as `newest` fetched it.

    It is known by its number only: where the page was renamed since, its address leads on.
    """
    if current.earlier is None:
        return None
    return Edition(section=current.section, slug=current.slug, number=current.earlier)


# What became of one ---------------------------------------------------------------------------


def status(edition: Edition, among: Versions) -> Data | None:
    """What became of an edition's page since; None while the edition is in force.

    `withdrawn` is since when the page is (None: it is not), with its `reason`. When a newer edition
    came and can be read, `rows` tells what it changed, and `significance` how much the editions in
    between did at most.
    """
    last = among.newest
    if not ended(edition, among.at):
        return None
    told: Data = {"newest": last, "closed": hasattr(last, "closure"), "withdrawn": None}
    if ended(last, among.at):
        reason = last.withdrawal.reason if hasattr(last, "withdrawal") else ""
        told |= {"withdrawn": last.superseded_at, "reason": reason}
    if last.number == edition.number or told["closed"]:
        return told
    rows = rows_changed(edition.data(), last.data())
    significance = _significance(among.between(edition, last))
    address = last.get_permanent_url() if told["withdrawn"] else last.get_absolute_url()
    told |= {"rows": rows, "significance": significance, "address": address}
    return told | {"same": _nothing(rows)}


def _significance(steps: Sequence[Edition]) -> str:
    """The weightiest thing that one of these editions changed."""
    return min((step.significance for step in steps), key=SIGNIFICANT.index)


def _nothing(rows: RowsChanged) -> bool:
    return not (rows.touched or rows.added or rows.elsewhere)


# Between two ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Between:
    """What changed between two editions, and the notes of those that changed it, oldest first."""

    first: Edition
    second: Edition
    steps: list[Edition]
    changes: tuple[Change, ...]
    rows: RowsChanged
    among: Versions

    @property
    def significance(self) -> str:
        """The weightiest thing that one of the steps changed; "" between an edition and itself."""
        return _significance(self.steps) if self.steps else ""


def changes(section: str, slug: str, first: int, second: int, at: datetime) -> Between:
    """What changed between two editions of a page, the older one first; in one query.

    Raises:
        Http404: no page has carried this address, or it has no such edition yet.
        Moved: the page has another address now.
        Gone: one of the two was closed.
    """
    found = _versions(_owned(section, slug, at), at, Q(number__in=(first, second)))
    at_its_address(found.newest, section, slug)
    older, newer = (opened(found.numbered(number)) for number in (first, second))
    steps = found.between(older, newer)
    differ, rows = _compared(older.document, newer.document)
    return Between(older, newer, steps, differ, rows, found)


@lru_cache(maxsize=64)
def _compared(older: str, newer: str) -> tuple[tuple[Change, ...], RowsChanged]:
    """What differs between two stored texts, which never change; kept, since it is slow to find."""
    before, after = load(older), load(newer)
    return tuple(differences(before, after)), rows_changed(before, after)
