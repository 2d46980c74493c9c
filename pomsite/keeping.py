"""A page that was made before is answered as it was, or by 304.

A public page is a pure function of the stamp of the site, the code and its address, so its ETag
is made of these alone, and nothing that is kept ever needs to be taken back. Views say by
`stamped` that this holds of them.

`at_once` answers at the door, from memory alone, and spares such a request all of Django, which
costs several times as much. The middleware `kept` does where the stamp is to be read or the page
to be made.
"""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import DisallowedHost
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, ResponseHeaders
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from concepts import stamp
from concepts.views.shelf import Headers, Kept, shelf
from concepts.views.stamping import Rule
from pomsite.middleware import coding_of
from pomsite.operations import answered, count
from pomsite.release import release

LONGEST = 24 * 3600
"""Seconds for which a shared cache keeps an answer: the stamp decides, this frees the room."""

LONG = 300
"""Characters of a path that nothing is kept or remembered of: whoever asks may send 32 kB."""

BESIDE = 2_000
"""Bytes that an answer takes beside its body: its headers, twice, and its keys."""

OTHER_FORMS = ("json", "markdown")
"""What `Accept` may ask for instead of the page: answered by the form's own view and its ETag."""

VARY = ["Accept", "Accept-Encoding"]

Handler = Callable[[HttpRequest], HttpResponseBase]


class Asked(NamedTuple):
    """What the answer to a request follows from, beside the code."""

    counter: int
    moment: datetime
    path: str
    query: str
    coding: str

    def tag(self) -> str:
        """The ETag of the answer."""
        parts = (release(), *map(str, self))
        return f'"{hashlib.blake2b(chr(10).join(parts).encode(), digest_size=12).hexdigest()}"'


def rule_of(path: str) -> Rule | None:
    """What the view at this address says of itself; None for views that are no such function."""
    return _rule_of(path) if len(path) <= LONG else None


@lru_cache(maxsize=4096)
def _rule_of(path: str) -> Rule | None:
    try:
        return getattr(resolve(path).func, "stamped", None)
    except Resolver404:
        return None


class Answer(NamedTuple):
    """What a server sends."""

    status: int
    headers: Headers
    body: bytes


def at_once(environ: dict[str, Any]) -> Answer | None:
    """What is kept of what a server was asked for, if the stamp need not be read to find it.

    Takes a WSGI environment of which no proxy's word is left to be believed.
    """
    begun, now = time.perf_counter(), stamp.remembered()
    if now is None or environ.get("QUERY_STRING"):
        return None
    coding = coding_of(environ.get("HTTP_ACCEPT_ENCODING", ""))
    found = shelf.get(Asked(*now, environ["PATH_INFO"], "", coding))
    if found is None or not _is_plain(environ) or not _is_ours(environ.get("HTTP_HOST", "")):
        return None
    answer = _sent(environ, found)
    answered("none", answer.status, time.perf_counter() - begun)
    return answer


def kept(get_response: Handler) -> Handler:
    """Answer from what was kept, or by 304, where the view at the address is `stamped`."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        rule = rule_of(request.path_info) if _is_plain(request.META) else None
        if rule is None or not _is_ours(request.META.get("HTTP_HOST") or request.get_host()):
            return get_response(request)
        now = _stamp()
        if now is None:
            return get_response(request)
        vars(request)["moment"] = now.moment
        query = rule.query(request.META.get("QUERY_STRING", ""))
        coding = coding_of(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        asked = Asked(*now, request.path_info, query, coding)
        tag, keeps = asked.tag(), rule.kept and not query
        found = (shelf.get(asked) or _shared(asked, tag)) if keeps else None
        if found:
            return _response(_sent(request.META, found))
        if _has(request.META, tag):
            count("not_modified")
            return _response(Answer(304, _known(tag), b""))
        if keeps:
            count("made")
            vars(request)["coding"] = coding
        response = _tagged(get_response(request), tag)
        return _keep(asked, tag, request, response) if keeps else response

    return middleware


def _is_plain(meta: dict[str, Any]) -> bool:
    """Whether a page is asked for, in the way that leads nowhere else."""
    if meta["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return False
    accepted = meta.get("HTTP_ACCEPT", "").lower()
    if any(form in accepted for form in OTHER_FORMS):
        return False
    return not settings.SECURE_SSL_REDIRECT or meta["wsgi.url_scheme"] == "https"


@lru_cache(maxsize=256)
def _is_ours(host: str) -> bool:
    """Whether the site is asked under a name that it has; the middleware of views says why not."""
    request = HttpRequest()
    request.META = {"HTTP_HOST": host}
    with suppress(DisallowedHost):
        return bool(request.get_host())
    return False


def _sent(meta: dict[str, Any], found: Kept) -> Answer:
    """What is kept, or that the asker has it."""
    if _has(meta, found.tag):
        count("not_modified")
        return Answer(304, found.known, b"")
    count("kept")
    return Answer(200, found.headers, found.body)


def _response(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status)
    response.headers = ResponseHeaders(dict(answer.headers))
    return response


def _known(tag: str) -> Headers:
    return [("Cache-Control", "no-cache"), ("Vary", ", ".join(VARY)), ("ETag", tag)]


def _stamp() -> stamp.Stamp | None:
    """The stamp; None where the database never told one, which the view will then say."""
    try:
        return stamp.current()
    except Error:
        return None


def _has(meta: dict[str, Any], tag: str) -> bool:
    """Whether the asker has what would be sent (a weak comparison, RFC 9110, 13.1.2)."""
    asked = meta.get("HTTP_IF_NONE_MATCH")
    if asked is None or asked == tag:
        return asked is not None
    return tag in {each.removeprefix("W/") for each in parse_etags(asked)}


def _tagged(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    """The answer under its tag, when it is one that depends on nothing else."""
    if _pure(response):
        response.headers["ETag"] = tag
        patch_vary_headers(response, VARY)
    return response


def _pure(response: HttpResponseBase) -> bool:
    """Whether it is a page, and not one for a single visitor.

    It does not stop a view that shows something else: `stamped` promises that it does not.
    """
    if response.has_header("Content-Location"):  # another form, whatever `_is_plain` thought
        return False
    private = "no-store" in response.headers.get("Cache-Control", "")
    varies = "cookie" in response.headers.get("Vary", "").lower()
    return response.status_code == 200 and not (private or varies or response.cookies)


def _shared(asked: Asked, tag: str) -> Kept | None:
    """What another process made, where all share a cache."""
    found: tuple[Headers, bytes] | None = cache.get(tag) if settings.CACHE_URL else None
    return _shelved(asked, tag, *found) if found else None


def _shelved(asked: Asked, tag: str, headers: Headers, body: bytes) -> Kept:
    kept = Kept(tag, headers, body, _known(tag))
    shelf.put(asked, kept, len(body) + BESIDE)
    return kept


def _keep(
    asked: Asked, tag: str, request: HttpRequest, response: HttpResponseBase
) -> HttpResponseBase:
    if isinstance(response, HttpResponse) and response.headers.get("ETag") == tag:
        kept = _shelved(asked, tag, [*response.items()], response.content)
        if made_of := vars(request).get("made_of"):
            shelf.put(made_of, kept, len(kept.body) + BESIDE)
        if settings.CACHE_URL:
            cache.set(tag, (kept.headers, kept.body), LONGEST)
    return response
