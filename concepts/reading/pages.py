"""One page, one edition, one history: found by its address, or said to have moved or gone."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest

from concepts import clock, presenting
from concepts.documents import Data
from concepts.models import Edition, Withdrawal

KIND_BY_SECTION = {
    "concepts": "concept",
    "distinctions": "distinction",
    "organizations": "organization",
    "areas": "guide",
    "paths": "guide",
}
"""The first part of a page's address, and the kind of page that lives there."""


class Moved(Exception):
    """The page lives at another address."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(edition)
        self.edition = edition


class Gone(Exception):
    """There was a page here: it was withdrawn, or what was asked for was closed."""

    def __init__(self, edition: Edition, reason: str, at: datetime, *, closed: bool) -> None:
        super().__init__(reason)
        self.edition = edition
        self.reason = reason
        self.at = at
        self.closed = closed


def moment(request: HttpRequest) -> datetime:
    """The moment as of which a request looks at the site: now, unless it says otherwise."""
    chosen: datetime | None = getattr(request, "moment", None)
    return chosen or clock.now()


def _newest(at: datetime, field: str) -> Subquery:
    newest = Edition.objects.published(at).filter(page=OuterRef("page")).order_by("-number")
    return Subquery(newest.values(field)[:1])


def _owned(section: str, slug: str, at: datetime) -> QuerySet[Edition]:
    """All editions that had come into force of the page that owns this address."""
    return Edition.objects.published(at).addressed(KIND_BY_SECTION[section], slug, at)


def _last(section: str, slug: str, at: datetime) -> Edition:
    """The newest edition of the page that owns this address.

    Raises:
        Http404: no page has carried this address.
    """
    owned = _owned(section, slug, at).select_related("closure", "withdrawal").defer("document")
    last = owned.order_by("-number").first()
    if last is None:
        raise Http404
    return last


def ended(edition: Edition, at: datetime) -> bool:
    """Whether the edition was no longer in force at the moment."""
    return edition.superseded_at is not None and edition.superseded_at <= at


def _gone(edition: Edition, at: datetime) -> Gone | None:
    """Why this newest edition of its page cannot be read as the page, if so."""
    if hasattr(edition, "closure"):
        return Gone(edition, edition.closure.reason, edition.closure.at, closed=True)
    if ended(edition, at):
        reason = edition.withdrawal.reason if hasattr(edition, "withdrawal") else ""
        return Gone(edition, reason, edition.superseded_at or at, closed=False)
    return None


def current(section: str, slug: str, at: datetime) -> Edition:
    """The edition in force at this address.

    Raises:
        Http404: no page has carried this address.
        Moved: the page that carried it has another one now.
        Gone: it was withdrawn, or the edition in force was closed.
    """
    found = Edition.objects.as_of(at).filter(
        kind=KIND_BY_SECTION[section], slug=slug, section=section
    )
    edition = found.select_related("closure").first()
    if edition:
        return edition
    last = _last(section, slug, at)
    raise _gone(last, at) or Moved(last)


def numbered(section: str, slug: str, number: int, at: datetime) -> Edition:
    """One edition, with what `status` says of its page.

    Raises:
        Http404: the page that owns this address has no such edition yet.
        Moved: the edition stands under the address that it froze.
        Gone: the edition was closed.
    """
    withdrawals = Withdrawal.objects.filter(edition__page=OuterRef("page"))
    edition = (
        _owned(section, slug, at)
        .filter(number=number)
        .select_related("closure")
        .annotate(
            newest_number=_newest(at, "number"),
            newest_published=_newest(at, "published_at"),
            newest_until=_newest(at, "superseded_at"),
            reason=Subquery(withdrawals.order_by("-edition__number").values("reason")[:1]),
        )
        .first()
    )
    if edition is None:
        raise Http404
    if hasattr(edition, "closure"):
        raise Gone(edition, edition.closure.reason, edition.closure.at, closed=True)
    if (edition.section, edition.slug) != (section, slug):
        raise Moved(edition)
    return edition


def status(edition: Any, at: datetime) -> Data | None:
    """What has become of a numbered edition's page since; None while the edition is in force."""
    if not ended(edition, at):
        return None
    if edition.newest_until is not None and edition.newest_until <= at:
        return {"withdrawn": edition.newest_until, "reason": edition.reason}
    return {"newer": edition.newest_number, "since": edition.newest_published}


def history(section: str, slug: str, at: datetime) -> list[Edition]:
    """All editions of a page that had come into force, the newest first, without documents.

    Raises:
        Http404: no page has carried this address.
        Moved: the page that carried it has another one now.
    """
    owned = _owned(section, slug, at).select_related("closure", "withdrawal").defer("document")
    editions = list(owned.order_by("-number"))
    if not editions:
        raise Http404
    if (editions[0].section, editions[0].slug) != (section, slug):
        raise Moved(editions[0])
    return editions


def open_title(editions: list[Edition]) -> str:
    """The newest title of a page that is not closed with its edition; else its slug in words."""
    titles = (edition.title for edition in editions if not hasattr(edition, "closure"))
    return next(titles, presenting.in_words(editions[0].slug))
