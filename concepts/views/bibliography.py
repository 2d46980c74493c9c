"""The works that pages cite: all, one, and those of a page, to read and as files."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from concepts import citations, reading
from concepts.citations import Csl
from concepts.models import Edition
from concepts.views.addresses import resolved, revalidated
from concepts.views.cite import file, files, of_edition, styles
from concepts.views.machine import for_ever, tagged
from concepts.views.programs import for_programs
from concepts.views.reading import show, slug_asked
from concepts.views.stamping import stamped


@stamped("after")
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """All works that pages cite, from A to Z."""
    after = slug_asked(request.GET.get("after"))
    groups, part = reading.sources(reading.moment(request), after)
    context = {"groups": groups, "part": part, "files": files("bibliography")}
    return show(request, "sources", section="sources", **context)


@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One work: how far it was checked, how to cite it, and every place that cites it."""
    page = request.GET.get("page", "1")
    if not re.fullmatch("[1-9][0-9]{0,5}", page):
        raise Http404
    found = reading.source(slug, reading.moment(request), int(page))
    context = {"source": found, "styles": styles(found["csl"])}
    context["files"] = files("source-citation", slug)
    return show(request, "source", section="sources", **context)


@for_programs
def source_citation(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """One work as a file for a citation manager."""
    found = reading.source(slug, reading.moment(request))
    return revalidated(tagged(request, file([found["csl"]], form, slug)))


@for_programs
def bibliography(request: HttpRequest, form: str) -> HttpResponseBase:
    """All works that pages cite now, as one file."""
    works = [source["csl"] for source in reading.works(reading.moment(request))]
    return revalidated(tagged(request, file(works, form, "sources")))


def _of(request: HttpRequest, edition: Edition, form: str) -> HttpResponseBase:
    """The works that an edition cites, as it froze them, in the order of a bibliography."""
    works: list[Csl] = [source["csl"] for source in edition.data()["frozen"]["sources"]]
    name = f"{edition.slug}-e{edition.number}-sources"
    response = file(sorted(works, key=citations.sort_key), form, name)
    return of_edition(request, edition, "edition-bibliography", response)


@for_programs
@resolved
def page_bibliography(request: HttpRequest, section: str, slug: str, form: str) -> HttpResponseBase:
    """The works that a page cites now."""
    edition = reading.current(section, slug, reading.moment(request))
    return revalidated(_of(request, edition, form))


@for_programs
@resolved
def edition_bibliography(
    request: HttpRequest, section: str, slug: str, number: int, form: str
) -> HttpResponseBase:
    """The works that one edition cites, which never change."""
    edition = reading.numbered(section, slug, number, reading.moment(request))
    return for_ever(_of(request, edition, form))
