"""The pages that readers read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from concepts import lanes, presenting, reading
from concepts.documents import Data
from concepts.models import Edition
from concepts.parts import is_key
from concepts.presenting import Around
from concepts.views import machine, memento
from concepts.views.addresses import resolved, revalidated
from concepts.views.days import edition_on
from concepts.views.describing import metadata, signposted
from concepts.views.programs import negotiated
from concepts.views.shelf import made_of
from concepts.views.stamping import stamped

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


@dataclass(frozen=True)
class Look:
    """An edition in the view that the query asks for, and what surrounds it as of a moment."""

    data: Data
    view: lanes.View
    around: Around

    def shown(self) -> Data:
        """What the template shows."""
        return lanes.seen(presenting.present(self.data, self.around), self.data, self.view)


def look(request: HttpRequest, edition: Edition, at: datetime) -> Look:
    """How a request looks at an edition as of a moment."""
    data, asked = edition.data(), request.GET.getlist
    view = lanes.asked(data, asked("swap"), asked("hide"))
    data = lanes.arranged(data, view)
    return Look(data, view, reading.around(data, at=at, page=edition.page_id))


@stamped()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The question that the site starts from, its answer, and the ways in."""
    return show(request, "home", **reading.home(reading.moment(request)))


@stamped("after", "area")
@require_safe
def index(request: HttpRequest, section: str) -> HttpResponse:
    """All pages of a section, in groups; a part of them where they are very many."""
    title, answer = INDEXES[section]
    asked = request.GET.get
    found = reading.index(
        section, reading.moment(request), slug_asked(asked("after")), slug_asked(asked("area"))
    )
    return show(request, "index", section=section, title=title, answer=answer, **found._asdict())


def slug_asked(asked: str | None) -> str:
    """What was asked for, if it can be the slug of a page.

    Raises:
        Http404: it cannot.
    """
    if asked and not is_key(asked):
        raise Http404
    return asked or ""


@stamped("swap", "hide", "on")
@require_safe
@negotiated({machine.MARKDOWN: machine.page_markdown, machine.JSON: machine.page_json})
@memento.found_after_its_end
@resolved
def page(request: HttpRequest, section: str, slug: str) -> HttpResponse:
    """A page as it is now, or the way to its edition of a past day."""
    if "on" in request.GET:
        return edition_on(request, section, slug, kept=["swap", "hide"])
    moment = reading.moment(request)
    edition = reading.current(section, slug, moment)
    seen = look(request, edition, moment)
    predecessor = reading.predecessor(edition)
    if same := made_of(request, edition.digest, edition.published_at, predecessor, seen.around):
        return same
    shown = seen.shown()
    told = metadata(request, edition, shown)
    response = show(request, "page", section=section, edition=edition, page=shown, metadata=told)
    signposted(response, edition)
    memento.dated(request, response, edition)
    return memento.with_history(response, edition, predecessor=predecessor)


@stamped("swap", "hide")
@require_safe
@negotiated({machine.MARKDOWN: machine.edition_markdown, machine.JSON: machine.edition_json})
@resolved
def edition(request: HttpRequest, section: str, slug: str, number: int) -> HttpResponse:
    """One edition, as it and its neighbours were when it was published."""
    moment = reading.moment(request)
    edition, among = reading.version(section, slug, number, moment)
    seen = look(request, edition, edition.published_at)
    if same := made_of(request, edition.digest, edition.published_at, among.told(), seen.around):
        return same
    shown = seen.shown()
    status = reading.status(edition, among)
    context = {"edition": edition, "page": shown, "status": status, "numbered": True}
    context["metadata"] = metadata(request, edition, shown, numbered=True)
    response = show(request, "page", section=section, **context)
    signposted(response, edition)
    memento.dated(request, response, edition, among.readable)
    before, after = among.before(edition), among.after(edition)
    return memento.with_history(response, among.readable[-1], predecessor=before, successor=after)
