"""The oEmbed provider (oembed.com): from the address of a page to the code that embeds it."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import resolve
from django.views.decorators.http import require_safe

from concepts import embedding, reading
from concepts.days import NoDay
from concepts.documents import Data
from concepts.embedding import NoPart, Part
from concepts.models import Edition
from concepts.reading import KIND_BY_SECTION, Gone, Moved
from concepts.templatetags.site import absolute
from concepts.views.addresses import readable_anywhere, revalidated
from concepts.views.embed import edition_asked, frame_address

PAGES = ("page", "edition")
PIXELS = re.compile("[1-9][0-9]{0,8}")
CACHE_AGE = 24 * 3600
"""Seconds that whoever asked may rely on the answer."""

FOREIGN = "url must be the address of a page of this site, of an edition, or of a row of these."


class Refused(Exception):
    """Why there is no code, and the status that says so."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """The answer in the format asked for, or why there is none."""
    try:
        response = _answered(request)
    except Refused as why:
        response = JsonResponse({"error": str(why)}, status=why.status)
    return readable_anywhere(revalidated(response))


def _answered(request: HttpRequest) -> HttpResponse:
    form = request.GET.get("format") or "json"
    if form not in ("json", "xml"):
        raise Refused(501, "There are format=json and format=xml.")
    widest, highest = _most(request, "maxwidth"), _most(request, "maxheight")
    edition, part = _found(request)
    answer = _told(edition, part, widest, highest)
    if form == "json":
        return JsonResponse(answer)
    context = {"answer": answer}
    return render(request, "concepts/oembed.xml", context, content_type="text/xml; charset=utf-8")


def _most(request: HttpRequest, name: str) -> int:
    """The most pixels that the query allows; without a word, more than any frame has."""
    asked = request.GET.get(name, "")
    if asked and not PIXELS.fullmatch(asked):
        raise Refused(400, f"{name} is a number of pixels, such as {name}=640.")
    return int(asked or embedding.MOST)


def _told(edition: Edition, part: Part, widest: int, highest: int) -> Data:
    """What the provider says of a part of a page; the frame is no larger than allowed."""
    data, wide = edition.data(), min(embedding.WIDTH, widest)
    high = min(embedding.height(data, part, wide), highest)
    name, authors = embedding.title(data, part), embedding.authors(data)
    return {
        "version": "1.0",
        "type": "rich",
        "title": name,
        **({"author_name": authors} if authors else {}),
        "provider_name": settings.SITE_NAME,
        "provider_url": absolute("/"),
        "cache_age": CACHE_AGE,
        "html": embedding.code(absolute(frame_address(edition, part)), name, wide, high),
        "width": wide,
        "height": high,
    }


def _found(request: HttpRequest) -> tuple[Edition, Part]:
    """The edition that the address leads to, and the part of it."""
    try:
        return _located(request, request.GET.get("url", ""))
    except (Http404, ValueError) as error:  # not even an address is a ValueError
        raise Refused(404, FOREIGN) from error
    except (NoPart, NoDay) as why:
        raise Refused(404, str(why)) from why
    except Gone as answer:
        raise Refused(404, f"What was there is gone. {answer}".strip()) from answer


def _located(request: HttpRequest, url: str) -> tuple[Edition, Part]:
    """The same, or one of many errors.

    Raises:
        Http404, ValueError, NoPart, NoDay, Gone: as their names say.
    """
    address, own = urlsplit(url), urlsplit(settings.SITE_URL)
    if address.scheme not in ("http", "https") or address.netloc.lower() != own.netloc.lower():
        raise Http404
    path = unquote(address.path)
    found = resolve(path if path.endswith("/") else f"{path}/")
    if found.view_name not in PAGES:
        raise Http404
    section, slug = found.kwargs["section"], found.kwargs["slug"]
    number, at = found.kwargs.get("number"), reading.moment(request)
    if day := parse_qs(address.query).get("on"):
        number = number or reading.edition_on(section, slug, " ".join(day), at).number
    part = embedding.at_anchor(unquote(address.fragment), number)
    try:
        return edition_asked(KIND_BY_SECTION[section], slug, part, at), part
    except Moved as answer:
        embedding.check(answer.edition.data(), part)
        return answer.edition, part
