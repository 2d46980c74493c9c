"""What there was on a past day: whether the site had begun, and which edition was in force."""

from datetime import date, datetime

from django.http import Http404

from concepts import clock, days
from concepts.days import NoDay
from concepts.models import Edition
from concepts.reading.pages import KIND_BY_SECTION, ended

_begun: list[datetime] = []
"""A moment by which the site had begun, once this process has asked for it: what has come into
force is never deleted, so the page of a later day need not ask again."""


def forget() -> None:
    """All was deleted after all."""
    _begun.clear()


def past_day(text: str) -> date:
    """A day as of which the site can be read, from YYYY-MM-DD.

    Raises:
        NoDay: it is none, it is not over, or nothing had been published by then.
    """
    day = days.read(text, clock.now())
    if not _begun or days.end(day) < _begun[0]:
        _begun[:] = [_first_edition()]
    if days.end(day) < _begun[0]:
        first = days.in_words(_begun[0].date())
        raise NoDay(
            f"On {days.in_words(day)} nothing had been published here. "
            f"The first edition of a page is of {first}."
        )
    return day


def _first_edition() -> datetime:
    moments = Edition.objects.published().order_by("published_at")
    first = moments.values_list("published_at", flat=True).first()
    if first is None:
        raise NoDay("Nothing has been published here yet.")
    return first


def edition_on(section: str, slug: str, text: str, at: datetime) -> Edition:
    """The edition of a page in force at the end of a day that is over at the moment.

    Raises:
        Http404: no page has carried this address.
        NoDay: there is no such day, or no edition was in force then.
    """
    day = days.read(text, at)
    then = days.end(day)
    owned = Edition.objects.published(at).addressed(KIND_BY_SECTION[section], slug, at)
    editions = list(owned.defer("document").order_by("number"))
    if not editions:
        raise Http404
    found = [edition for edition in editions if edition.published_at <= then]
    if found and not ended(found[-1], then):
        return found[-1]
    first = days.in_words(editions[0].published_at.date())
    raise NoDay(
        f"No edition of this page was in force at the end of {days.in_words(day)}. "
        f"Its first edition is of {first}."
    )
