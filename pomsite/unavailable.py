"""Answers while the site cannot do what is asked: 503 and when to try again, never a trace.

They ask nothing of a database, a session or a cache. What was typed on the desk is given back.
"""

import sys
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.log import log_response
from django.views.defaults import server_error

from concepts import maintenance, outages
from concepts.admin import kept
from pomsite import counters
from pomsite.middleware import WITH_COOKIES

AFTER = {"outage": 30, "maintenance": 300, "previews": 2}
"""Seconds after which it is worth trying again."""

READ = "What the site stands on, such as its database, does not answer just now. Nothing is lost."
SENT = "What the site stands on, such as its database, does not answer, so nothing was saved."

FREE = {"admin:login", "admin:logout", "markdownx_markdownify", "admin:concepts_source_reference"}
"""What may be sent to the desk during maintenance: it writes no content."""

TAKES_JSON = ("markdown", "suggest", "oembed")
"""What the names of addresses begin with that only programs ask."""


def failed(request: HttpRequest) -> HttpResponse:
    """The site's handler of errors: 503 while what it stands on fails, 500 for its own faults."""
    error = sys.exc_info()[1]
    kind = type(error).__name__
    if error is None or not outages.is_outage(error):
        counters.add(f'errors{{error="{kind}"}}')
        return server_error(request)
    counters.add(f'outages{{error="{kind}"}}')
    if not outages.has_no_room(error):
        _let_go()
    return refused(request, READ if request.method in ("GET", "HEAD") else SENT, "outage")


def _let_go() -> None:
    """Make this thread's connections anew next time.

    One that was made while a SQLite file was moved away would go on with an empty file for ever.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def refused(request: HttpRequest, reason: str, why: str) -> HttpResponse:
    """503 with the reason as the asker takes it: a page, JSON, or a line of text."""
    if kept.is_kept(request):
        response: HttpResponse = kept.unsaved(request, reason)
    elif _takes_json(request):
        response = JsonResponse({"error": reason, "retry_after": AFTER[why]}, status=503)
    elif "." in request.path_info.rsplit("/", maxsplit=1)[-1]:
        response = HttpResponse(f"{reason}\n", content_type="text/plain; charset=utf-8", status=503)
    else:
        response = HttpResponse(render_to_string("503.html", {"reason": reason}), status=503)
    response.headers["Retry-After"] = str(AFTER[why])
    response.headers["Cache-Control"] = "no-store"
    return response


def put_off(request: HttpRequest, reason: str, why: str) -> HttpResponse:
    """503 that is meant: the log has it as a warning, where Django would call it an error."""
    response = refused(request, reason, why)
    log_response("Put off: %s", request.path, response=response, request=request, level="warning")
    return response


def _takes_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    if "text/html" in accepted:
        return False
    match = request.resolver_match
    name = str(match.url_name) if match else ""
    is_json = request.path_info.endswith(".json") or name.startswith(TAKES_JSON)
    return is_json or "json" in accepted


class Paused:
    """The middleware of maintenance: nothing is sent to the desk but to log in and out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; the question comes later, when the address is known and the sender checked."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Refuse what would write."""
        match = request.resolver_match
        if request.method in ("GET", "HEAD", "OPTIONS") or not match or match.view_name in FREE:
            return None
        if not request.path_info.startswith(WITH_COOKIES):
            return None
        why = maintenance.reason()
        return put_off(request, maintenance.REFUSED.format(why), "maintenance") if why else None
