"""The syllabus check: a text with links goes in, what became of each comes out, nothing is kept."""

from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from concepts import days, reading, syllabus
from concepts.days import NoDay
from concepts.views.addresses import unlisted
from concepts.views.link_report import MOST_LINKS, TooManyLinks, report

MOST_BYTES = 200_000

TOO_LARGE = (
    f"This text is longer than {MOST_BYTES // 1000} kB, so it was not checked. Check it in parts, "
    "or send only the lines with links."
)
TOO_MANY = (
    f"This text has more than {MOST_LINKS} links to this site, so it was not checked. "
    "Each page of a reading list counts. Check it in parts."
)
EMPTY = "There was no text to check. Paste one that has links to this site."
UNREAD = (
    "What was sent could not be read, so nothing was checked. Paste the text and send it again."
)


# Nothing is kept and nobody is known, so a forged form does no harm. A token would need a cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def check_links(request: HttpRequest) -> HttpResponse:
    """The form for a text with links, or what each of its links shows."""
    if request.method != "POST":
        return _answer(request)
    try:
        text, since = _sent(request)
    except SuspiciousOperation:  # larger than DATA_UPLOAD_MAX_MEMORY_SIZE, or thousands of fields
        return _answer(request, 413, error=TOO_LARGE)
    except (BadRequest, MultiPartParserError):
        return _answer(request, 400, error=UNREAD)
    return _checked(request, text, since)


def _sent(request: HttpRequest) -> tuple[str, str]:
    """The text and the day that were sent, with the line ends of this site."""
    request.encoding = "utf-8"  # one that the sender names may be no encoding of texts
    text = request.POST.get("text", "").replace("\r\n", "\n").replace("\0", "")
    return text, request.POST.get("since", "").strip()


def _checked(request: HttpRequest, text: str, since: str) -> HttpResponse:
    typed: dict[str, Any] = {"text": text, "since": since}
    if len(text.encode()) > MOST_BYTES:
        return _answer(request, 413, error=TOO_LARGE, **typed)
    if not text.strip():
        return _answer(request, 400, error=EMPTY, **typed)
    now = reading.moment(request)
    try:
        day = days.read(since, now) if since else None
    except NoDay as error:
        return _answer(request, 400, error=str(error), at_since=True, **typed)
    found = syllabus.find(text, settings.SITE_URL)
    try:
        told = report(text, found, day, now)
    except TooManyLinks:
        return _answer(request, 413, error=TOO_MANY, **typed)
    return _answer(request, report=told, day=day, **typed)


def _answer(request: HttpRequest, status: int = 200, **context: Any) -> HttpResponse:
    response = render(request, "concepts/check-links.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return unlisted(response)
