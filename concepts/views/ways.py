"""Ways into the site across its pages: by dimension, from A to Z, and what the site is."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concepts import reading
from concepts.views.reading import show, slug_asked
from concepts.views.stamping import stamped


@stamped()
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Who answers for the site, how its pages are made, and what it promises."""
    return show(request, "about")


@stamped("after")
@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """All concepts from A to Z, each with its definition."""
    after = slug_asked(request.GET.get("after"))
    letters, part = reading.glossary(reading.moment(request), after)
    return show(request, "glossary", section="concepts", letters=letters, part=part)


@stamped()
@require_safe
def dimensions(request: HttpRequest) -> HttpResponse:
    """The dimensions along which comparisons compare."""
    found = reading.dimensions(reading.moment(request))
    return show(request, "dimensions", section="distinctions", dimensions=found)


@stamped("page")
@require_safe
def dimension(request: HttpRequest, slug: str) -> HttpResponse:
    """One dimension across all comparisons, side by side."""
    found = reading.dimension(slug, reading.moment(request), request.GET.get("page"))
    return show(request, "dimension", section="distinctions", page=found)
