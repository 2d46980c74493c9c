"""Concepts side by side that nobody has compared yet, and the picker for them."""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from concepts import reading, wanted
from concepts.reading import Choice
from concepts.views.addresses import revalidated
from concepts.views.reading import show
from concepts.views.stamping import stamped

PLACES = ("First", "Second", "Third", "Fourth")
ROBOT = re.compile(r"bot|crawl|spider|slurp|preview|fetch", re.IGNORECASE)
"""Who says so of itself reads for nobody; who does not is counted, and the count is a hint."""


@stamped("c", "pick", kept=False)
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two to four concepts: their curated comparison, or what each says; else the picker."""
    moment = reading.moment(request)
    choice = reading.choice(map(slug_of, request.GET.getlist("c")), moment)
    if not choice.complete or "pick" in request.GET:
        return _picker(request, choice)
    ties = reading.ties(choice.concepts, moment)
    if comparison := reading.curated(choice.concepts, ties):
        return revalidated(HttpResponseRedirect(comparison.address))
    if _from_a_reader(request) and not reading.covered(choice.concepts, ties):
        wanted.note([concept.page_id for concept in choice.concepts])
    return show(
        request,
        "compare",
        section="distinctions",
        concepts=choice.concepts,
        again=choice.again,
        ways=reading.ways(choice.concepts, ties),
        page=reading.side_by_side(choice.concepts, ties, moment),
    )


def slug_of(name: str) -> str:
    """A slug, where somebody has typed a title."""
    return slugify(name) if re.fullmatch(r"[\w ()'-]+", name) else name


def _picker(request: HttpRequest, choice: Choice) -> HttpResponse:
    """The form that asks for concepts, with those that were chosen, and what was wrong."""
    slugs = [edition.slug for edition in choice.concepts]
    places = max(2, min(len(PLACES), len(slugs) + 1))
    response = show(
        request,
        "pick",
        section="distinctions",
        choice=choice,
        unknown=[PLACES[place - 1].lower() for place in choice.unknown],
        groups=reading.by_area("concept", reading.moment(request)),
        selects=list(zip(PLACES[:places], [*slugs, "", ""], strict=False)),
    )
    response.status_code = choice.status
    return response


def _from_a_reader(request: HttpRequest) -> bool:
    """Whether somebody reads this now: no robot, no HEAD, and not the site of a past day."""
    agent = request.headers.get("User-Agent", "")
    now = request.method == "GET" and not hasattr(request, "day")
    return now and bool(agent) and not ROBOT.search(agent)
