"""How to cite a page of this site, or a row or a cell of it: as text in four styles, and as files.

What is cited is an edition at its permanent link, also from the page's own address: the page may
read differently by the time that somebody looks it up.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from concepts import citing, clock, embedding, reading
from concepts.citations import Csl
from concepts.citing import FORMS, STYLES, Work
from concepts.days import outside
from concepts.documents import Data
from concepts.embedding import NoPart, Part
from concepts.models import Edition
from concepts.presenting import in_words
from concepts.templatetags.site import absolute
from concepts.views import memento
from concepts.views.addresses import Link, linked, resolved, revalidated
from concepts.views.machine import for_ever, tagged
from concepts.views.programs import for_programs
from concepts.views.reading import show

LONGEST_NAME = 120
"""Letters of the name of a file: some systems take no more than 255 bytes."""


# What is cited --------------------------------------------------------------------------------


def work_of(edition: Edition, data: Data, part: Part) -> Work:
    """The work that an edition is, or the part of it, which it must have."""
    return Work(
        kind=edition.kind,
        slug=edition.slug,
        title=edition.title,
        authors=data["authors"],
        site=settings.SITE_NAME,
        number=edition.number,
        published=edition.published_at.astimezone(UTC).date(),
        permanent=absolute(edition.get_permanent_url()),
        part=citing.part_label(data, part.row, part.side),
        anchor=part.anchor,
    )


def asked_part(request: HttpRequest, data: Data) -> Part:
    """The row or cell that a query asks for with `row` and `side`; the whole page without.

    Raises:
        NoPart: the edition does not have it, or no longer.
    """
    part = embedding.asked([], request.GET.getlist("row"), [])
    embedding.check(data, part)
    side = " ".join(request.GET.getlist("side"))
    if side and side not in citing.side_labels(data):
        raise _no_side(data, side)
    if side and not part.row:
        raise NoPart("A side is cited in one of the rows: choose a row too.")
    return replace(part, side=side)


def _no_side(data: Data, key: str) -> NoPart:
    for side in data.get("retired_sides", []):
        if side["key"] == key:
            name = side["label"] or in_words(key)
            said = f"The side “{name}” is no longer in the table. {side['reason']}".strip()
            return NoPart(said, gone=True)
    return NoPart("The table has no such side." if data.get("sides") else "This page has no table.")


def styles(csl: Csl) -> list[Data]:
    """The reference to a work in each style, as segments.

    One tells the day of the visit (UTC), on a past day of the site too: it is when somebody read
    the page. So what shows this follows from more than the site's stamp, and is never `stamped`.
    """
    written = citing.styles(csl, today())
    return [
        {"name": name, "label": label, "segments": written[name]} for name, label in STYLES.items()
    ]


def today() -> date:
    """The day of the visit, in UTC."""
    return clock.now().astimezone(UTC).date()


def files(view: str, *place: object, query: str = "") -> list[tuple[str, str]]:
    """Name and address of each of the files that a view gives, by the arguments of its address."""
    return [
        (form.label, reverse(view, args=[*place, ending]) + query) for ending, form in FORMS.items()
    ]


# The page -------------------------------------------------------------------------------------


@require_safe
@resolved
def cite(request: HttpRequest, section: str, slug: str) -> HttpResponseBase:
    """How to cite the edition in force."""
    return _cite(request, reading.current(section, slug, reading.moment(request)))


@require_safe
@resolved
def edition_cite(request: HttpRequest, section: str, slug: str, number: int) -> HttpResponseBase:
    """How to cite one edition, which may be an old one."""
    edition, among = reading.version(section, slug, number, reading.moment(request))
    return _cite(request, edition, numbered=True, status=reading.status(edition, among))


def _cite(request: HttpRequest, edition: Edition, **context: Any) -> HttpResponseBase:
    data, error = edition.data(), None
    try:
        part = asked_part(request, data)
    except NoPart as refused:
        part, error = Part(), refused
    own = (edition.section, edition.slug, edition.number)
    work = work_of(edition, data, part)
    context |= {"part": part, "rows": citing.row_labels(data), "sides": citing.side_labels(data)}
    context |= {"work": work, "edition": edition, "error": error}
    if error:
        context["successor"] = context["rows"].get(error.successor)
    context["styles"] = styles(citing.csl(work))
    context["files"] = files("edition-citation", *own, query=_query(part))
    if data["frozen"]["sources"]:
        context["bibliography"] = files("edition-bibliography", *own)
    response = show(request, "cite", section=edition.section, **context)
    response.status_code = 404 if error else 200
    return response


def _query(part: Part) -> str:
    said = {"row": part.row, "side": part.side}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"?{query}" if query else ""


# The files ------------------------------------------------------------------------------------


def file(items: Iterable[Csl], form: str, name: str) -> HttpResponse:
    """A file of works in one of the `FORMS`, which is saved under this name."""
    written, type_ = FORMS[form].write(items), FORMS[form].content_type
    response = HttpResponse(written, content_type=type_)
    response["Content-Disposition"] = f'attachment; filename="{name[:LONGEST_NAME]}.{form}"'
    return response


def of_edition(
    request: HttpRequest, edition: Edition, view: str, response: HttpResponse, query: str = ""
) -> HttpResponseBase:
    """A file of an edition, tagged by its digest, with its own address that stays for ever.

    `view` is the one that gives the file of a numbered edition, in the same form.
    """
    kwargs = {**(request.resolver_match.kwargs if request.resolver_match else {})}
    kwargs |= {"section": edition.section, "slug": edition.slug, "number": edition.number}
    response["Content-Location"] = outside(reverse(view, kwargs=kwargs)) + query
    linked(response, Link(edition.get_permanent_url(), "cite-as"))
    return tagged(request, memento.dated(request, response, edition))


def _citation(request: HttpRequest, edition: Edition, form: str) -> HttpResponseBase:
    data = edition.data()
    try:
        part = asked_part(request, data)
    except NoPart as refused:
        return _refused(refused, data)
    work = work_of(edition, data, part)
    response = file([citing.csl(work)], form, work.key)
    return of_edition(request, edition, "edition-citation", response, _query(part))


def _refused(refused: NoPart, data: Data) -> HttpResponse:
    """Why there is no such part, and which there are."""
    there = [f"row={key}" for key in citing.row_labels(data)]
    there += [f"side={key}" for key in citing.side_labels(data)]
    said = "\n".join([str(refused), *(["There are:", *there] if there else []), ""])
    return HttpResponseNotFound(said, content_type="text/plain; charset=utf-8")


@for_programs
@resolved
def page_citation(request: HttpRequest, section: str, slug: str, form: str) -> HttpResponseBase:
    """The edition in force, or a row or cell of it, as a file for a citation manager."""
    edition = reading.current(section, slug, reading.moment(request))
    return revalidated(_citation(request, edition, form))


@for_programs
@resolved
def edition_citation(
    request: HttpRequest, section: str, slug: str, number: int, form: str
) -> HttpResponseBase:
    """One edition, or a row or cell of it, as a file, which never changes."""
    edition = reading.numbered(section, slug, number, reading.moment(request))
    response = _citation(request, edition, form)
    return revalidated(response) if response.status_code == 404 else for_ever(response)
