"""The door through which a web server calls the site."""

import os
import re
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pomsite.settings")

CHARSET = re.compile(r';\s*charset\s*=\s*("[^"]*"|[^;]*)', re.IGNORECASE)

_site = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The site, to which everything that is sent is UTF-8, whatever its sender calls it.

    Django takes any codec that Python has, and fails before a view or middleware is asked when
    it is one of bytes, such as `hex`.
    """
    told = environ.get("CONTENT_TYPE") or ""
    if "charset" in told.lower():
        environ = {**environ, "CONTENT_TYPE": CHARSET.sub("", told)}
    return _site(environ, start_response)
