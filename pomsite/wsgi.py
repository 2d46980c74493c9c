"""The door through which a web server calls the site."""

import os
import re
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from pomsite import bodies
from pomsite.sqlite.base import existing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pomsite.settings")

CHARSET = re.compile(r';\s*charset\s*=\s*("[^"]*"|[^;]*)', re.IGNORECASE)

TOO_SLOW = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Connection", "close"),
]

_site = get_wsgi_application()

from pomsite import keeping, proxies  # noqa: E402 (they need the site set up)

PHRASES = {200: "200 OK", 304: "304 Not Modified"}


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The site, behind what it keeps; all that is sent is UTF-8, whatever its sender calls it.

    Django takes any codec that Python has, and fails before a view or middleware is asked when
    it is one of bytes, such as `hex`.
    """
    proxies.believe(environ)
    if kept := keeping.at_once(environ):
        start_response(PHRASES[kept.status], kept.headers)
        return [kept.body]
    told = environ.get("CONTENT_TYPE") or ""
    if "charset" in told.lower():
        environ = {**environ, "CONTENT_TYPE": CHARSET.sub("", told)}
    try:
        environ = bodies.awaited(environ)
    except bodies.Slow:
        start_response("408 Request Timeout", TOO_SLOW)
        return [b"What was sent did not arrive in time, so nothing was done.\n"]
    with existing():
        return _site(environ, start_response)
