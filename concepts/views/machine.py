"""The same pages for programs: JSON with its schema, Markdown, CSV, the address as a picture."""

import io
import json
from collections.abc import Callable

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from concepts import content_files, documents, reading
from concepts.days import outside
from concepts.exports import schemas, tables
from concepts.models import Edition
from concepts.templatetags.site import absolute
from concepts.views import memento
from concepts.views.addresses import Link, linked, resolved, revalidated
from concepts.views.programs import for_programs

JSON = "application/json"
MARKDOWN = "text/markdown; charset=utf-8"
CSV = "text/csv; charset=utf-8"
SCHEMA = "application/schema+json"


def _as_json(edition: Edition) -> str:
    """Exactly the stored text: its SHA-256 is the edition's digest."""
    return edition.document


def _as_markdown(edition: Edition) -> str:
    return content_files.dump(documents.own_content(edition.thawed()))


def _as_csv(edition: Edition) -> str:
    address = absolute(edition.get_permanent_url())
    return tables.csv_of(tables.table(edition.data(), address))


FORMS: dict[str, tuple[str, Callable[[Edition], str]]] = {
    JSON: ("edition-json", _as_json),
    MARKDOWN: ("edition-markdown", _as_markdown),
    CSV: ("edition-csv", _as_csv),
}
"""By content type: where the form of an edition stands, and what makes it."""


def _links(edition: Edition, form: str) -> list[Link]:
    """Where the edition stays for ever, whose it is, and the schema of its JSON."""
    own = [
        Link(edition.get_permanent_url(), "cite-as"),
        Link(outside(edition.get_absolute_url()), "canonical"),
    ]
    if form != JSON:
        return own
    name = f"{edition.kind}-{json.loads(edition.document)['schema']}"
    schema = absolute(reverse("schema", args=[name]))
    return [*own, Link(schema, "describedby", {"type": SCHEMA}), Link(schema, "profile")]


def _answer(request: HttpRequest, edition: Edition, form: str) -> HttpResponseBase:
    """An edition in this form, tagged by its digest, with the address where it stays for ever."""
    name, made = FORMS[form]
    own = [edition.section, edition.slug, edition.number]
    response = HttpResponse(made(edition), content_type=form)
    response["Content-Location"] = outside(reverse(name, args=own))
    if form == CSV:
        file = f"{edition.slug}-{edition.number}.csv"
        response["Content-Disposition"] = f'attachment; filename="{file}"'
    linked(response, *_links(edition, form))
    return tagged(request, memento.dated(request, response, edition))


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The answer with the digest of its text as ETag, or word that the asker has it."""
    response["ETag"] = etag = f'"{documents.digest(response.content.decode())}"'
    return get_conditional_response(request, etag, None, response) or response


def for_ever(response: HttpResponseBase) -> HttpResponseBase:
    """The answer, never to be asked for again."""
    patch_cache_control(response, public=True, max_age=31536000, immutable=True)
    return response


@for_programs
@resolved
def page_json(request: HttpRequest, section: str, slug: str) -> HttpResponseBase:
    """The document of the edition in force."""
    edition = reading.current(section, slug, reading.moment(request))
    return revalidated(_answer(request, edition, JSON))


@for_programs
@resolved
def page_markdown(request: HttpRequest, section: str, slug: str) -> HttpResponseBase:
    """The edition in force as a content file."""
    edition = reading.current(section, slug, reading.moment(request))
    return revalidated(_answer(request, edition, MARKDOWN))


@for_programs
@resolved
def page_csv(request: HttpRequest, section: str, slug: str) -> HttpResponseBase:
    """The table of the edition in force."""
    edition = reading.current(section, slug, reading.moment(request))
    return revalidated(_answer(request, edition, CSV))


@for_programs
@resolved
def edition_json(request: HttpRequest, section: str, slug: str, number: int) -> HttpResponseBase:
    """The document of one edition, which never changes."""
    edition = reading.numbered(section, slug, number, reading.moment(request))
    return for_ever(_answer(request, edition, JSON))


@for_programs
@resolved
def edition_markdown(
    request: HttpRequest, section: str, slug: str, number: int
) -> HttpResponseBase:
    """One edition as a content file."""
    edition = reading.numbered(section, slug, number, reading.moment(request))
    return for_ever(_answer(request, edition, MARKDOWN))


@for_programs
@resolved
def edition_csv(request: HttpRequest, section: str, slug: str, number: int) -> HttpResponseBase:
    """The table of one edition."""
    edition = reading.numbered(section, slug, number, reading.moment(request))
    return for_ever(_answer(request, edition, CSV))


@for_programs
def schema(request: HttpRequest, name: str) -> HttpResponseBase:
    """The JSON Schema of a kind of page."""
    if name not in schemas.NAMES:
        known = "\n".join(absolute(reverse("schema", args=[each])) for each in schemas.NAMES)
        message = f"There is no schema of this name. There are:\n{known}\n"
        return HttpResponseNotFound(message, content_type="text/plain; charset=utf-8")
    text = schemas.schema(name, absolute(reverse("schema", args=[name])))
    return revalidated(tagged(request, HttpResponse(text, content_type=SCHEMA)))


def as_qr(text: str, error: str = "m") -> str:
    """A text as a QR code in SVG as wide as its place, read with 15 % of it damaged (l: 7 %)."""
    drawn = io.BytesIO()
    code = segno.make_qr(text, error=error)
    code.save(drawn, kind="svg", xmldecl=False, omitsize=True, svgclass=None, lineclass=None)
    return drawn.getvalue().decode()


@require_safe
@resolved
def qr(request: HttpRequest, section: str, slug: str, number: int) -> HttpResponseBase:
    """The permanent address of an edition as a QR code, for what is printed."""
    edition = reading.numbered(section, slug, number, reading.moment(request))
    drawn = as_qr(absolute(edition.get_permanent_url()))
    return for_ever(HttpResponse(drawn, content_type="image/svg+xml"))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers need not fetch: every page of every past day."""
    past = reverse("on")
    sitemap = absolute(reverse("sitemap"))
    text = f"User-agent: *\nDisallow: {past}\n\nSitemap: {sitemap}\n"
    return HttpResponse(text, content_type="text/plain")
