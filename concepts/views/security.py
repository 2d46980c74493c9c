"""`/.well-known/security.txt` (RFC 9116): whom to tell of a weakness."""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from concepts import clock
from concepts.templatetags.site import absolute
from concepts.views.addresses import revalidated

TYPE = "text/plain; charset=utf-8"
HOLDS = timedelta(days=180)
"""How long the file may be believed: RFC 9116 advises less than a year."""


@require_safe
def security(_: HttpRequest) -> HttpResponse:
    """The address of CONTACT; nothing where there is none, since nobody would read a letter.

    It is true at the moment of the answer, and the RFC asks for no more than a day until which it
    may be believed. That follows from the clock, so the answer is never kept.
    """
    if not settings.CONTACT:
        raise Http404
    until = datetime.combine((clock.now() + HOLDS).astimezone(UTC), time(), UTC)
    lines = {
        "Contact": f"mailto:{quote(settings.CONTACT, safe='@+')}",
        "Expires": f"{until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages": "en",
        "Canonical": absolute(reverse("security")),
    }
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return revalidated(HttpResponse(text, content_type=TYPE))
