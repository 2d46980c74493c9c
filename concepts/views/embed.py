"""Parts of pages in frames on other sites."""

from datetime import datetime
from functools import partial

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from concepts import embedding, reading
from concepts.documents import Data
from concepts.embedding import NoPart, Part
from concepts.models import Edition
from concepts.reading import Gone, Moved
from concepts.views.addresses import resolved
from concepts.views.reading import show
from concepts.views.stamping import stamped

NOTHING = "No page has had this address, or it has no edition of this number."


def frame_address(edition: Edition, part: Part) -> str:
    """Where a part of a page is shown for frames."""
    return reverse("embed", args=[edition.kind, edition.slug]) + part.address


def edition_asked(kind: str, slug: str, part: Part, at: datetime) -> Edition:
    """The edition that a part is of: the one that it is pinned to, or the one in force.

    Raises:
        Http404: there is no such page, or no such edition of it.
        Moved: the page has another name now.
        Gone: the page was withdrawn, or the edition closed.
        NoPart: the edition has no such part.
    """
    if part.number:
        edition = reading.pinned(kind, slug, part.number, at)
    else:
        edition = reading.newest(kind, slug, at)
    embedding.check(edition.data(), part)
    return edition


@stamped("edition", "row", "part")
@require_safe
@resolved
def embed(request: HttpRequest, kind: str, slug: str) -> HttpResponseBase:
    """What a frame shows: the core of a page, its table or one row."""
    # Every link in a frame leads out of it, relative ones to the page of the edition.
    framed = csp_replace({"base-uri": [SELF], "form-action": [NONE]})
    return framed(partial(_embedded, kind=kind, slug=slug))(request)


def _embedded(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    moment, asked = reading.moment(request), request.GET.getlist
    try:
        part = embedding.asked(asked("edition"), asked("row"), asked("part"))
        edition = edition_asked(kind, slug, part, moment)
    except (NoPart, Http404, Gone) as why:
        return _refused(request, why, reverse("embed", args=[kind, slug]))
    if edition.slug != slug:  # of an old edition, which stands under the name that it froze
        raise Moved(edition)
    data, at = edition.data(), edition.published_at if part.number else moment
    page = reading.assemble_alone(data, at=at, page=edition.page_id)
    context = {"edition": edition, "part": part, "old": reading.ended(edition, moment)}
    return show(request, "embed", page=embedding.framed(data, page, part), **context)


def _refused(request: HttpRequest, why: Exception, frame: str) -> HttpResponse:
    """Say in the frame why there is nothing to show, and where there is something."""
    context: Data = {"said": NOTHING}
    if isinstance(why, Gone):
        context = {"gone": why, "edition": why.edition}
    elif isinstance(why, NoPart):
        context = {"said": str(why), "frame": frame}
        if why.successor:
            context["successor"] = frame + Part(row=why.successor).address
    response = show(request, "embed", refused=True, **context)
    response.status_code = 410 if isinstance(why, Gone) or getattr(why, "gone", False) else 404
    return response
