"""The four Vs of several organizations laid over each other."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concepts import diagrams, reading
from concepts.views.compare import slug_of
from concepts.views.reading import show
from concepts.views.stamping import stamped

PLACES = ("First", "Second", "Third", "Fourth")


@stamped("o")
@require_safe
def profiles(request: HttpRequest) -> HttpResponse:
    """The profiles that the reader chose in one picture, and the form to choose others."""
    found = reading.profiles(map(slug_of, request.GET.getlist("o")), reading.moment(request))
    picture = diagrams.profile([(page.title, levels) for page, levels in found.chosen])
    slugs = [page.slug for page, _ in found.chosen] + [""] * len(PLACES)
    selects = list(zip(PLACES, slugs, strict=False))
    return show(
        request,
        "profiles",
        section="organizations",
        found=found,
        picture=picture,
        selects=selects,
    )
