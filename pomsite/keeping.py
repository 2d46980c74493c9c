"""The outermost middleware: a page that was made before is answered as it was, or by 304.

A public page is a pure function of the stamp of the site, the code and its address, so its ETag
is made of these alone, and nothing that is kept ever needs to be taken back. Views say by
`stamped` that this holds of them.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from concepts import stamp
from concepts.views.stamping import Rule
from pomsite.middleware import coding_of
from pomsite.operations import count
from pomsite.release import release

LONGEST = 24 * 3600
"""Seconds for which an answer is kept: the stamp alone decides, this only frees the room."""

OTHER_FORMS = ("json", "markdown")
"""What `Accept` may ask for instead of the page: answered by the form's own view and its ETag."""

VARY = ["Accept", "Accept-Encoding"]
SAME = {"Cache-Control": "no-cache", "Vary": ", ".join(VARY)}

Handler = Callable[[HttpRequest], HttpResponseBase]


class Kept(NamedTuple):
    """An answer as it was sent."""

    headers: dict[str, str]
    body: bytes


@lru_cache(maxsize=4096)
def rule_of(path: str) -> Rule | None:
    """What the view at this address says of itself; None for views that are no such function."""
    try:
        return getattr(resolve(path).func, "stamped", None)
    except Resolver404:
        return None


def kept(get_response: Handler) -> Handler:
    """Answer from what was kept, or by 304, where the view at the address is `stamped`."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        rule = _applies(request)
        if rule is None:
            return get_response(request)
        request.get_host()  # refuses a host that is not ours, as the views' own middleware does
        now = _stamp()
        if now is None:
            return get_response(request)
        vars(request)["moment"] = now.moment
        query = rule.query(request.META.get("QUERY_STRING", ""))
        tag = _tag(request, now, query)
        if _has(request, tag):
            count("not_modified")
            return HttpResponseNotModified(headers={**SAME, "ETag": tag})
        if query or not rule.kept:
            return _tagged(get_response(request), tag)
        found: Kept | None = cache.get(tag)
        count("made" if found is None else "kept")
        if found is None:
            return _keep(_tagged(get_response(request), tag), tag)
        return HttpResponse(found.body, headers=found.headers)

    return middleware


def _applies(request: HttpRequest) -> Rule | None:
    accepted = request.META.get("HTTP_ACCEPT", "")
    if request.method not in ("GET", "HEAD") or any(form in accepted for form in OTHER_FORMS):
        return None
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return None
    return rule_of(request.path_info)


def _stamp() -> stamp.Stamp | None:
    """The stamp; None where the database never told one, which the view will then say."""
    try:
        return stamp.current()
    except Error:
        return None


def _tag(request: HttpRequest, now: stamp.Stamp, query: str) -> str:
    coding = coding_of(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    parts = (release(), str(now.counter), str(now.moment), request.path_info, query, coding)
    return f'"{hashlib.blake2b(chr(10).join(parts).encode(), digest_size=12).hexdigest()}"'


def _has(request: HttpRequest, tag: str) -> bool:
    """Whether the asker has what would be sent (a weak comparison, RFC 9110, 13.1.2)."""
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    return asked is not None and tag in {each.removeprefix("W/") for each in parse_etags(asked)}


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
    private = "no-store" in response.headers.get("Cache-Control", "")
    varies = "cookie" in response.headers.get("Vary", "").lower()
    return response.status_code == 200 and not (private or varies or response.cookies)


def _keep(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    if isinstance(response, HttpResponse) and response.headers.get("ETag") == tag:
        cache.set(tag, Kept(dict(response.items()), response.content), LONGEST)
    return response
