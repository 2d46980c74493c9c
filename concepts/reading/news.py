"""What happened on the site and to a page: what feeds tell, and which addresses there are."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.http import Http404

from concepts.comparison import RowsChanged, rows_changed
from concepts.models import Citation, Closure, Edition, Withdrawal, in_force
from concepts.reading.pages import KIND_BY_SECTION, Moved, ended, open_title, owned

NEWEST = 30
"""How much a feed tells of."""


class Piece(NamedTuple):
    """A new edition, or that its page was withdrawn after it: `reason` is None for the former.

    `rows` says what became of the rows of the edition before it; None where that was none, or can
    no longer be read.
    """

    edition: Edition
    at: datetime
    rows: RowsChanged | None = None
    reason: str | None = None


class News(NamedTuple):
    """The newest pieces first, and when the last of what they tell happened, closing included."""

    pieces: list[Piece]
    last: datetime | None
    title: str = ""
    page: Edition | None = None


def news(at: datetime) -> News:
    """What happened on the whole site by the moment; in four queries."""
    # By the column of the join, as in `in_force`: PostgreSQL would read all that was published.
    readable = Edition.objects.published(at).filter(closure__edition__isnull=True)
    editions = list(readable.select_related("closure").order_by("-published_at", "-pk")[:NEWEST])
    known = {(each.page_id, each.number): each for each in _before(editions)}
    ends = Withdrawal.objects.filter(
        edition__superseded_at__lte=at, edition__closure__isnull=True
    ).select_related("edition")
    withdrawn = [
        (each.edition, each.reason)
        for each in ends.defer("edition__document").order_by("-edition__superseded_at")[:NEWEST]
    ]
    closed = Closure.objects.filter(at__lte=at).order_by("-at").values_list("at", flat=True)[:1]
    return _told(editions, known, withdrawn, closed)


def _before(editions: Iterable[Edition]) -> Iterable[Edition]:
    """The readable editions just before these."""
    wanted = Q()
    for edition in editions:
        wanted |= Q(page=edition.page_id, number=edition.number - 1)
    if not wanted:
        return []
    # What came before what is published was published: SQLite would look at all that was.
    found = Edition.objects.filter(wanted, closure__isnull=True)
    return found.select_related("closure").order_by()


def news_of(section: str, slug: str, at: datetime) -> News:
    """What happened to one page by the moment, its withdrawal included; in one query.

    Raises:
        Http404: no page has carried this address.
        Moved: the page has another address now.
    """
    found = owned(KIND_BY_SECTION[section], slug, at).select_related("closure", "withdrawal")
    editions = list(found.order_by("-number")[: NEWEST + 1])
    if not editions:
        raise Http404
    if (editions[0].section, editions[0].slug) != (section, slug):
        raise Moved(editions[0])
    readable = [each for each in editions if not hasattr(each, "closure")]
    withdrawn = [
        (each, each.withdrawal.reason)
        for each in readable
        if hasattr(each, "withdrawal") and ended(each, at)
    ]
    closed = [each.closure.at for each in editions if hasattr(each, "closure")]
    known = {(each.page_id, each.number): each for each in readable}
    told = _told(readable[:NEWEST], known, withdrawn, closed)
    return told._replace(title=open_title(editions), page=editions[0])


def _told(
    editions: Iterable[Edition],
    known: dict[tuple[int, int], Edition],
    withdrawn: Iterable[tuple[Edition, str]],
    closed: Iterable[datetime],
) -> News:
    pieces = [Piece(edition, edition.published_at) for edition in editions]
    pieces += [
        Piece(edition, edition.superseded_at or edition.published_at, reason=reason)
        for edition, reason in withdrawn
    ]
    pieces.sort(key=lambda piece: (piece.at, piece.edition.pk), reverse=True)
    shown = [_with_rows(piece, known) for piece in pieces[:NEWEST]]
    return News(shown, max([*(piece.at for piece in shown), *closed], default=None))


def _with_rows(piece: Piece, known: dict[tuple[int, int], Edition]) -> Piece:
    before = known.get((piece.edition.page_id, piece.edition.number - 1))
    if before is None or piece.reason is not None:
        return piece
    return piece._replace(rows=rows_changed(before.data(), piece.edition.data()))


# Addresses ------------------------------------------------------------------------------------


def addresses(at: datetime) -> QuerySet[Edition, tuple[str, str, datetime]]:
    """Every page in force: section, slug, since when; in the order in which they came."""
    pages = Edition.objects.as_of(at).order_by("page_id")
    return pages.values_list("section", "slug", "published_at")


def cited(at: datetime) -> QuerySet[Citation, str]:
    """The keys of the sources that pages in force cite."""
    found = Citation.objects.filter(in_force(at, "edition__")).order_by("key")
    return found.values_list("key", flat=True).distinct()
