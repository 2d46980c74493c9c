"""The same pages for programs: the document as JSON and Markdown, the address as a picture."""

import io

import segno
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from concepts import content_files, documents, reading
from concepts.days import outside
from concepts.models import Edition
from concepts.templatetags.site import absolute
from concepts.views.addresses import Link, linked, resolved, revalidated

JSON = "application/json"
MARKDOWN = "text/markdown; charset=utf-8"


def _as_json(edition: Edition) -> str:
    """Exactly the stored text: its SHA-256 is the edition's digest."""
    return edition.document


def _as_markdown(edition: Edition) -> str:
    return content_files.dump(documents.own_content(edition.thawed()))


def _answer(request: HttpRequest, edition: Edition, text: str, form: str) -> HttpResponseBase:
    """The text of an edition, tagged by its digest, with the address where it stays for ever."""
    name = "edition-json" if form == JSON else "edition-markdown"
    response = HttpResponse(text, content_type=form)
    own = [edition.section, edition.slug, edition.number]
    response["Content-Location"] = outside(reverse(name, args=own))
    linked(response, Link(edition.get_permanent_url(), "cite-as"))
    response["ETag"] = etag = f'"{documents.digest(text)}"'
    return get_conditional_response(request, etag, None, response) or response


def _for_ever(response: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(response, public=True, max_age=31536000, immutable=True)
    return response


@require_safe
@resolved
def page_json(request: HttpRequest, section: str, slug: str) -> HttpResponseBase:
    """The document of the edition in force."""
    edition = reading.current(section, slug, reading.moment(request))
    return revalidated(_answer(request, edition, _as_json(edition), JSON))


@require_safe
@resolved
def page_markdown(request: HttpRequest, section: str, slug: str) -> HttpResponseBase:
    """The edition in force as a content file."""
    edition = reading.current(section, slug, reading.moment(request))
    return revalidated(_answer(request, edition, _as_markdown(edition), MARKDOWN))


@require_safe
@resolved
def edition_json(request: HttpRequest, section: str, slug: str, number: int) -> HttpResponseBase:
    """The document of one edition, which never changes."""
    edition = reading.numbered(section, slug, number, reading.moment(request))
    return _for_ever(_answer(request, edition, _as_json(edition), JSON))


@require_safe
@resolved
def edition_markdown(
    request: HttpRequest, section: str, slug: str, number: int
) -> HttpResponseBase:
    """One edition as a content file."""
    edition = reading.numbered(section, slug, number, reading.moment(request))
    return _for_ever(_answer(request, edition, _as_markdown(edition), MARKDOWN))


def _as_qr(text: str) -> str:
    """A text as a QR code that is read with 15 % of it damaged, in SVG as wide as its place."""
    drawn = io.BytesIO()
    code = segno.make_qr(text, error="m")
    code.save(drawn, kind="svg", xmldecl=False, omitsize=True, svgclass=None, lineclass=None)
    return drawn.getvalue().decode()


@require_safe
@resolved
def qr(request: HttpRequest, section: str, slug: str, number: int) -> HttpResponseBase:
    """The permanent address of an edition as a QR code, for what is printed."""
    edition = reading.numbered(section, slug, number, reading.moment(request))
    drawn = _as_qr(absolute(edition.get_permanent_url()))
    return _for_ever(HttpResponse(drawn, content_type="image/svg+xml"))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers need not fetch: every page of every past day."""
    past = reverse("on")
    return HttpResponse(f"User-agent: *\nDisallow: {past}\n", content_type="text/plain")
