"""One page, one edition, one history: found by its address, or said to have moved or gone."""

from datetime import datetime
from functools import cache
from typing import Any

from django.db import router
from django.db.models import CharField, DateTimeField, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest

from concepts import clock, presenting
from concepts.models import Edition, in_force
from concepts.prepared import Prepared, Slot

KIND_BY_SECTION = {
    "concepts": "concept",
    "distinctions": "distinction",
    "organizations": "organization",
    "areas": "guide",
    "paths": "guide",
}
"""The first part of a page's address, and the kind of page that lives there."""
COLUMNS = [field.attname for field in Edition._meta.concrete_fields]


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


def present(request: HttpRequest) -> datetime:
    """The moment at which a request is read: now by the clock, on a past day the end of that day.

    `moment` may lie before it, at the last change of the site, which shows the same.
    """
    return moment(request) if hasattr(request, "day") else clock.now()


def of_newest(field: str, at: datetime) -> Subquery:
    """A field of the newest edition, closed or not, of the page of the edition around it."""
    found = Edition.objects.published(at).filter(page=OuterRef("page")).order_by("-number")
    return Subquery(found.values(field)[:1])


def owned(kind: str, slug: str, at: datetime) -> QuerySet[Edition]:
    """All editions that had come into force of the page that owns this address."""
    return Edition.objects.published(at).addressed(kind, slug, at)


def _last(kind: str, slug: str, at: datetime) -> Edition:
    """The newest edition of the page that owns this address.

    Raises:
        Http404: no page has carried this address.
    """
    found = owned(kind, slug, at).select_related("closure", "withdrawal").defer("document")
    last = found.order_by("-number").first()
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
    edition = newest(KIND_BY_SECTION[section], slug, at)
    if edition.section != section:
        raise Moved(edition)
    return edition


def newest(kind: str, slug: str, at: datetime) -> Edition:
    """The edition in force of the page that is called so; no two of a kind are.

    Raises:
        Http404: no page of the kind has been called so.
        Moved: the page that was called so has another name now.
        Gone: it was withdrawn, or the edition in force was closed.
    """
    found = _newest().rows({"kind": kind, "slug": slug, "at": at})
    if found:
        return _edition(*found[0])
    last = _last(kind, slug, at)
    raise _gone(last, at) or Moved(last)


@cache
def _newest() -> Prepared:
    """The edition in force that is called so, and the number of the readable one before it."""
    at = Slot("at", DateTimeField())
    before = Edition.objects.filter(
        page=OuterRef("page"), number__lt=OuterRef("number"), closure__isnull=True
    )
    earlier = Subquery(before.filter(published_at__lte=at).order_by("-number").values("number")[:1])
    called = {"kind": Slot("kind", CharField()), "slug": Slot("slug", CharField())}
    found = Edition.objects.filter(in_force(at), **called).annotate(earlier=earlier)
    return Prepared(found.order_by().values_list("earlier", *COLUMNS))


def _edition(earlier: int | None, *values: Any) -> Edition:
    edition = Edition.from_db(router.db_for_read(Edition), COLUMNS, values)
    Edition._meta.get_field("closure").set_cached_value(edition, None)  # it is in force
    vars(edition)["earlier"] = earlier
    return edition


def numbered(section: str, slug: str, number: int, at: datetime) -> Edition:
    """One edition.

    Raises:
        Http404: the page that owns this address has no such edition yet.
        Moved: the edition stands under the address that it froze.
        Gone: the edition was closed.
    """
    return at_its_address(pinned(KIND_BY_SECTION[section], slug, number, at), section, slug)


def pinned(kind: str, slug: str, number: int, at: datetime) -> Edition:
    """One edition of the page that is or was called so.

    Raises:
        Http404: no page of the kind has been called so, or it has no such edition yet.
        Gone: the edition was closed.
    """
    edition = owned(kind, slug, at).filter(number=number).select_related("closure").first()
    if edition is None:
        raise Http404
    return opened(edition)


def opened(edition: Edition) -> Edition:
    """The edition, if it can be read.

    Raises:
        Gone: it was closed.
    """
    if hasattr(edition, "closure"):
        raise Gone(edition, edition.closure.reason, edition.closure.at, closed=True)
    return edition


def at_its_address(edition: Edition, section: str, slug: str) -> Edition:
    """The edition, if it stands at this address.

    Raises:
        Moved: it stands under the address that it froze.
    """
    if (edition.section, edition.slug) != (section, slug):
        raise Moved(edition)
    return edition


def history(section: str, slug: str, at: datetime) -> list[Edition]:
    """All editions of a page that had come into force, the newest first, without documents.

    Raises:
        Http404: no page has carried this address.
        Moved: the page that carried it has another one now.
    """
    found = owned(KIND_BY_SECTION[section], slug, at)
    found = found.select_related("closure", "withdrawal").defer("document")
    editions = list(found.order_by("-number"))
    if not editions:
        raise Http404
    if (editions[0].section, editions[0].slug) != (section, slug):
        raise Moved(editions[0])
    return editions


def open_title(editions: list[Edition]) -> str:
    """The newest title of a page that is not closed with its edition; else its slug in words."""
    titles = (edition.title for edition in editions if not hasattr(edition, "closure"))
    return next(titles, presenting.in_words(editions[0].slug))
