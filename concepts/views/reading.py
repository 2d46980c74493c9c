"""The pages that readers read."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from concepts import lanes, reading
from concepts.documents import Data
from concepts.models import Edition
from concepts.views.addresses import resolved, revalidated
from concepts.views.days import edition_on

INDEXES = {
    "distinctions": (
        "Comparisons",
        "Easily confused terms, side by side: what they share, how they differ, who disagrees.",
    ),
    "concepts": ("Concepts", "Every idea of the field with its definition, area by area."),
    "organizations": (
        "Organizations",
        "Real and typical organizations as operations: what goes in, what happens, what comes out.",
    ),
    "areas": ("Areas", "The parts of the field, each with its pages in an order to read them in."),
    "paths": ("Reading paths", "Ways through the site, one page after the other."),
}
"""What the index of a section is called, and its first sentence."""


def show(request: HttpRequest, view: str, **context: Any) -> HttpResponse:
    """The template of a view, as a page that browsers ask for again each time."""
    return revalidated(render(request, f"concepts/{view}.html", context))


def seen(request: HttpRequest, edition: Edition, at: datetime) -> Data:
    """What the template shows of an edition as of a moment, in the view that the query asks for."""
    data, asked = edition.data(), request.GET.getlist
    view = lanes.asked(data, asked("swap"), asked("hide"))
    data = lanes.arranged(data, view)
    return lanes.seen(reading.assemble(data, at=at, page=edition.page_id), data, view)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The question that the site starts from, its answer, and the ways in."""
    return show(request, "home", **reading.home(reading.moment(request)))


@require_safe
def index(request: HttpRequest, section: str) -> HttpResponse:
    """All pages of a section, in groups."""
    title, answer = INDEXES[section]
    groups = reading.index(section, reading.moment(request))
    return show(request, "index", section=section, title=title, answer=answer, groups=groups)


@require_safe
@resolved
def page(request: HttpRequest, section: str, slug: str) -> HttpResponse:
    """A page as it is now, or the way to its edition of a past day."""
    if "on" in request.GET:
        return edition_on(request, section, slug, kept=["swap", "hide"])
    moment = reading.moment(request)
    edition = reading.current(section, slug, moment)
    shown = seen(request, edition, moment)
    return show(request, "page", section=section, edition=edition, page=shown)


@require_safe
@resolved
def edition(request: HttpRequest, section: str, slug: str, number: int) -> HttpResponse:
    """One edition, as it and its neighbours were when it was published."""
    moment = reading.moment(request)
    edition = reading.numbered(section, slug, number, moment)
    shown = seen(request, edition, edition.published_at)
    status = reading.status(edition, moment)
    context = {"edition": edition, "page": shown, "status": status, "numbered": True}
    return show(request, "page", section=section, **context)


@require_safe
@resolved
def history(request: HttpRequest, section: str, slug: str) -> HttpResponse:
    """All editions of a page, the newest first."""
    moment = reading.moment(request)
    editions = reading.history(section, slug, moment)
    entries = [(edition, reading.ended(edition, moment)) for edition in editions]
    title = reading.open_title(editions)
    return show(request, "history", section=section, title=title, entries=entries)


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """All works that pages cite, from A to Z."""
    groups = reading.sources(reading.moment(request))
    return show(request, "sources", section="sources", groups=groups)


@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One work: how far it was checked, and every place that cites it."""
    found = reading.source(slug, reading.moment(request))
    return show(request, "source", section="sources", source=found)
