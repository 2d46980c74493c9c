"""What Django and django-csp leave open: public pages, short answers, past days, large requests."""

import gzip
import hashlib
import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial

import brotli
from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
    UnreadablePostError,
)
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix, set_script_prefix
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.defaults import page_not_found

from concepts import clock, days, reading
from concepts.views.addresses import unlisted
from concepts.views.days import no_day, stood
from concepts.views.shelf import Shelf

WITH_COOKIES = "/admin/"
PRIVATE = (WITH_COOKIES, "/preview/")

PAST = re.compile(r"/on/([^/]+)(/.*)?", re.DOTALL)

LEAST = 500
"""Bytes below which there is nothing to gain."""

URL_ENCODED = "application/x-www-form-urlencoded"
TEXT = re.compile(r"text/|application/([a-z.]+\+)?(json|xml)|image/svg")
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=5),
    "gzip": partial(gzip.compress, compresslevel=6, mtime=0),
}
PACKED: Shelf[bytes] = Shelf(8 * 1024**2)
"""What Brotli made at its best: an eighth shorter, at 80 times the work, so it is kept."""

TAKES = {name: re.compile(rf"\b{name}\b(?!\s*;\s*q=0(?:\.0+)?\s*(?:,|$))") for name in CODINGS}

WITH_FILES = ("/admin/markdown/upload/", "/admin/import/", "/admin/concepts/source/import/")
"""Where files may be sent."""

FORMS = ("/admin/concepts/", "/admin/import/")
"""Whose fields may be thousands; a plain form elsewhere has at most so many:"""
MOST_FIELDS = 1_000

TOO_LARGE = "What was sent is larger than {} MB, so it was not read, and nothing was saved."
TOO_MANY = f"What was sent has more than {MOST_FIELDS:,} fields, so nothing of it was done."

Handler = Callable[[HttpRequest], HttpResponseBase]


def public_or_private(get_response: Handler) -> Handler:
    """Keep cookies out of all but the admin, and frames and caches away from private pages.

    It does not stop a public view that sets a cookie of its own: the tests of the views do.
    """
    public = xframe_options_exempt(get_response)
    private = never_cache(csp_replace({"frame-ancestors": [NONE]})(get_response))

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(WITH_COOKIES):
            # An editor sees what a visitor sees, and no broken cookie is answered with another.
            request.META.pop("HTTP_COOKIE", None)
        if request.path_info.startswith(PRIVATE):
            response = private(request)
            response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        else:
            response = public(request)
            response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin")
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        return response

    return middleware


def compressed(get_response: Handler) -> Handler:
    """Send public texts as short as the client takes them; Django knows gzip only.

    Private pages stay as they are: they hold secrets, which the length of what is compressed
    together with a visitor's own words could give away.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponse) and not request.path_info.startswith(PRIVATE):
            # What is not kept is seldom asked for twice, and anybody could make up as many.
            kept = response.status_code == 200 and "coding" in vars(request)
            _compress(response, request.headers.get("Accept-Encoding", ""), kept=kept)
        return response

    return middleware


@lru_cache(maxsize=256)
def coding_of(accepted: str) -> str:
    """The coding that an `Accept-Encoding` header lets us choose; "" for none."""
    return next((name for name in CODINGS if TAKES[name].search(accepted)), "")


def _compress(response: HttpResponse, accepted: str, *, kept: bool) -> None:
    worth = len(response.content) >= LEAST and TEXT.match(response.headers["Content-Type"])
    if not worth or response.has_header("Content-Encoding"):
        return
    patch_vary_headers(response, ["Accept-Encoding"])
    if coding := coding_of(accepted):
        code = _best if kept and coding == "br" else CODINGS[coding]
        response.content = code(response.content)
        response.headers["Content-Encoding"] = coding
        response.headers["Content-Length"] = str(len(response.content))
        if (etag := response.headers.get("ETag", "")).startswith('"'):
            response.headers["ETag"] = f"W/{etag}"  # the same page in other bytes


def _best(content: bytes) -> bytes:
    key = hashlib.blake2b(content, digest_size=16).digest()
    packed = PACKED.get(key)
    if packed is None:
        packed = brotli.compress(content)
        PACKED.put(key, packed, len(packed))
    return packed


def bounded(get_response: Handler) -> Handler:
    """Refuse a body that is too large before it is read: Django does not count files.

    Of a plain form Django reads no more than DATA_UPLOAD_MAX_MEMORY_SIZE, and its view says so.
    It does not stop a body without a length: servers give such a one to nobody.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        length = request.headers.get("Content-Length", "")
        most = settings.LARGEST_BODY
        if request.content_type != URL_ENCODED and not request.path_info.startswith(WITH_FILES):
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if length.isdecimal() and int(length) > most:
            return _too_much(TOO_LARGE.format(most // 1024**2))
        if request.content_type == URL_ENCODED and _fields(request) > MOST_FIELDS:
            return _too_much(TOO_MANY)
        return get_response(request)

    return middleware


def _fields(request: HttpRequest) -> int:
    """How many fields a form has; 0 where they are not counted here.

    Forms with files are not: Django stops at DATA_UPLOAD_MAX_NUMBER_FIELDS.
    """
    if request.path_info.startswith(FORMS):
        return 0
    try:
        return request.body.count(b"&") + 1
    except (RequestDataTooBig, UnreadablePostError):  # the view says so in its own way
        return 0


def _too_much(error: str) -> HttpResponse:
    return JsonResponse({"error": error}, status=413, headers={"Cache-Control": "no-store"})


def _to_the_last_day(request: HttpRequest) -> HttpResponse:
    """Lead to the same address as of the last day that is over, which has a name that stays."""
    ends = not request.path_info.startswith(f"/on/{days.YESTERDAY}/")
    address = request.get_full_path(force_append_slash=ends)
    day = days.last(clock.now()).isoformat()
    return HttpResponseRedirect(address.replace(f"/on/{days.YESTERDAY}", f"/on/{day}", 1))


def on_a_day(get_response: Handler) -> Handler:
    """Show the site as it stood at the end of a past day at `/on/<day>/...`.

    Views read `request.moment`, templates `request.day`. Every address that `reverse` makes stays
    inside, since the prefix stands before it. What stands outside this sees the whole path.
    """

    def inside(request: HttpRequest, day: date, path: str) -> HttpResponseBase:
        asked, outer = request.path_info, get_script_prefix()
        request.path_info = path
        vars(request).update(day=day, moment=days.end(day))
        set_script_prefix(f"{outer}on/{day.isoformat()}/")
        try:
            return get_response(request) if stood(path) else page_not_found(request, Http404())
        finally:
            set_script_prefix(outer)
            request.path_info = asked

    def middleware(request: HttpRequest) -> HttpResponseBase:
        past = PAST.fullmatch(request.path_info)
        if not past:
            return get_response(request)
        if past[1] == days.YESTERDAY:
            response: HttpResponseBase = _to_the_last_day(request)
        else:
            response = on(request, past[1], past[2] or "")
        response.headers["Cache-Control"] = "no-cache"
        return unlisted(response)

    def on(request: HttpRequest, written: str, path: str) -> HttpResponseBase:
        try:
            day = reading.past_day(written)
        except days.NoDay as error:
            return no_day(request, error, path)
        if path:
            return inside(request, day, path)
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))

    return middleware
