"""The editions of a page beside each other: all of them, and what changed between two."""

from itertools import pairwise
from typing import Any

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from concepts import reading
from concepts.models import Edition
from concepts.views.addresses import resolved, revalidated, with_query
from concepts.views.reading import show
from concepts.views.stamping import stamped

CHOOSE = "Choose two editions of this page from the lists."


@stamped("from", "to")
@require_safe
@resolved
def history(request: HttpRequest, section: str, slug: str) -> HttpResponseBase:
    """All editions of a page, the newest first, or the way to what changed between two of them."""
    moment = reading.moment(request)
    editions = reading.history(section, slug, moment)
    readable = [each for each in editions if not hasattr(each, "closure")]
    if "from" in request.GET or "to" in request.GET:
        if pair := _chosen(request, readable):
            address = reverse("changes", args=[section, slug, *pair])
            return revalidated(HttpResponseRedirect(address))
        return _listed(request, section, slug, editions, readable, status=404, error=CHOOSE)
    return _listed(request, section, slug, editions, readable)


def _chosen(request: HttpRequest, readable: list[Edition]) -> list[int] | None:
    """The numbers of the two editions that the form was sent with, the older one first."""
    numbers = {str(edition.number): edition.number for edition in readable}
    chosen = [numbers.get(request.GET.get(name, "")) for name in ("from", "to")]
    known = [number for number in chosen if number is not None]
    return sorted(known) if len(known) == len(chosen) else None


def _listed(
    request: HttpRequest,
    section: str,
    slug: str,
    editions: list[Edition],
    readable: list[Edition],
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    moment = reading.moment(request)
    before = {newer.pk: older.number for newer, older in pairwise(readable)}
    context |= {
        "section": section,
        "slug": slug,
        "title": reading.open_title(editions),
        "entries": [(e, reading.ended(e, moment), before.get(e.pk)) for e in editions],
        "readable": readable,
        "pair": [each.number for each in readable[1::-1]],
    }
    return revalidated(render(request, "concepts/history.html", context, status=status))


@stamped()
@require_safe
@resolved
def changes(
    request: HttpRequest, section: str, slug: str, first: int, second: int
) -> HttpResponseBase:
    """What changed between two editions of a page, the older one first in the address."""
    if first > second:
        address = reverse("changes", args=[section, slug, second, first])
        return revalidated(HttpResponsePermanentRedirect(with_query(request, address)))
    between = reading.changes(section, slug, first, second, reading.moment(request))
    context = {"slug": slug, "between": between, "readable": between.among.readable[::-1]}
    return show(request, "changes", section=section, pair=[first, second], **context)
