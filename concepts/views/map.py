"""Concepts in the order in which they build on each other: the map, and the way to one of them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concepts import reading
from concepts.views.addresses import resolved
from concepts.views.reading import show
from concepts.views.stamping import stamped


@stamped("area")
@require_safe
def concept_map(request: HttpRequest) -> HttpResponse:
    """The map of the areas, or of the concepts of one of them."""
    area, moment = request.GET.get("area", ""), reading.moment(request)
    found = reading.zoom(area, moment) if area else reading.overview(moment)
    return show(request, "map", map=found)


@stamped()
@require_safe
@resolved
def before(request: HttpRequest, section: str, slug: str) -> HttpResponse:
    """What to read before a concept, in order."""
    if section != "concepts":
        raise Http404
    moment = reading.moment(request)
    goal = reading.current(section, slug, moment)
    return show(request, "before", section=section, way=reading.before(goal, moment))
