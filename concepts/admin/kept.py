"""What was typed is kept when a form is refused: nobody writes a comparison twice.

A session ends, another log-in changes the token, a right is taken away, the page is deleted: the
POST is refused and nothing is saved, but the answer holds everything that was sent, to be sent
again or copied. It is given only to this site's own forms of the desk: what another site makes a
browser send is not shown, and neither are passwords and files.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from concepts.admin.meanwhile import OPENED, opened_on

FORMS_OF_THE_DESK = "concepts_"
"""What the names of addresses begin with whose forms are kept."""

NOTHING_TYPED = ("_changelist", "_delete")
TOKEN = "csrfmiddlewaretoken"  # noqa: S105
MACHINE = ("_FORMS", "-FORM", "-id", "-DELETE", "-ORDER")

Handler = Callable[[HttpRequest], HttpResponseBase]


def keep_what_was_typed(get_response: Handler) -> Handler:
    """Answer a refused POST of the desk with all that it holds.

    It stands inside the middlewares of session and CSRF, which look at its answer, too.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_refused = response.status_code == 403 or (
            response.status_code == 302 and is_kept(request) and not _may_enter(request)
        )
        if is_refused and is_kept(request):
            return _answer(request, _reason(request), status=403, again=True)
        return response

    return middleware


def deleted(request: HttpRequest, who: str) -> HttpResponse:
    """What was sent for something that is gone."""
    reason = f"{who} deleted this while you were writing, so nothing can be saved."
    return _answer(request, reason, status=409, again=False)


def unsaved(request: HttpRequest, reason: str) -> HttpResponse:
    """What was sent while nothing can be saved, to be sent again; asks the database nothing."""
    context: dict[str, Any] = {
        "site_header": admin.site.site_header,
        "site_title": admin.site.site_title,
        "title": "Nothing is saved yet",
        "reason": reason,
        "sent": [*_sent(request)],
        "typed": [*_typed(request)],
    }
    return render(request, "admin/desk/unsaved.html", context, status=503)


def is_kept(request: HttpRequest) -> bool:
    """Whether this is a form of the desk, sent by the site itself, that holds typed text."""
    match = request.resolver_match
    name = str(match.url_name) if match else ""
    return (
        request.method == "POST"
        and name.startswith(FORMS_OF_THE_DESK)
        and not name.endswith(NOTHING_TYPED)
        and _is_own(request)
        and not request.FILES
        and not any("password" in field.lower() for field in request.POST)
    )


def _is_own(request: HttpRequest) -> bool:
    """Whether a page of this site sent it: a browser says so, and no other site can say it."""
    sender = urlsplit(request.headers.get("Origin") or request.headers.get("Referer", ""))
    own = [f"{request.scheme}://{request.get_host()}", settings.SITE_URL]
    return f"{sender.scheme}://{sender.netloc}" in own


def _may_enter(request: HttpRequest) -> bool:
    return admin.site.has_permission(request)


def _reason(request: HttpRequest) -> str:
    if not request.user.is_authenticated:
        return "You are no longer logged in."
    if not _may_enter(request):
        return "Your account may not work here at present."
    if not getattr(request, "csrf_processing_done", False):
        return "You have logged in anew since this form was opened."
    return "You may not do this, or no longer."


def _answer(request: HttpRequest, reason: str, *, status: int, again: bool) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Nothing is saved yet" if again else "Nothing was saved",
        "reason": reason,
        "sent": [*_sent(request)] if again else [],
        "typed": [*_typed(request)],
        "is_out": not _may_enter(request),
        "is_nav_sidebar_enabled": _may_enter(request),
    }
    return render(request, "admin/desk/kept.html", context, status=status)


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """The texts that were not there when the form was opened, each under a readable name."""
    known = {*_strings(opened_on(request))}
    for name, value in _sent(request):
        if _is_text(name, value) and value.replace("\r\n", "\n") not in known:
            yield _words(name), value


def _sent(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name != TOKEN:
            yield from ((name, str(value)) for value in values)


def _is_text(name: str, value: str) -> bool:
    """Whether a person typed it, not a machine."""
    by_machine = name == OPENED or name.endswith(MACHINE) or name.startswith("_")
    return not by_machine and any(map(str.isalpha, value)) and value != "on"


def _strings(value: Any) -> Iterator[str]:
    """Every text in what a form was opened on."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)
        if all(isinstance(each, str) for each in value):
            yield "\n".join(value)  # short texts are typed one a line


def _words(name: str) -> str:
    """The name of a field as it can be read: "rows-3-cell_goods" is "Rows 4 cell goods"."""
    parts = [str(int(p) + 1) if p.isdecimal() else p.replace("_", " ") for p in name.split("-")]
    return " ".join(parts).capitalize()
