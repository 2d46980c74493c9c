"""The works that pages cite: all, one, and those of a page, to read and as files."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from concepts import citations, reading
from concepts.citations import Csl
from concepts.models import Edition
from concepts.views.addresses import resolved, revalidated
from concepts.views.cite import file, files, of_edition, styles
from concepts.views.machine import for_ever, tagged
from concepts.views.programs import for_programs
from concepts.views.reading import show
from concepts.views.stamping import stamped


@stamped()
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """All works that pages cite, from A to Z."""
    groups = reading.sources(reading.moment(request))
    context = {"groups": groups, "files": files("bibliography")}
    return show(request, "sources", section="sources", **context)


@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One work: how far it was checked, how to cite it, and every place that cites it."""
    found = reading.source(slug, reading.moment(request))
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
    groups = reading.sources(reading.moment(request))
    works = [source["csl"] for _, sources in groups for source in sources]
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
