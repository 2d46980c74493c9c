"""Which headers an answer of each class must have, and must not: `data/expected_headers.json`."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.test import Client

FILE = Path(__file__).parent / "data" / "expected_headers.json"
EXPECTED: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
PRODUCTION = {
    "SECURE_HSTS_SECONDS": 2 * 365 * 24 * 3600,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_SSL_REDIRECT": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SESSION_COOKIE_NAME": "__Host-sessionid",
    "CSRF_COOKIE_NAME": "__Host-csrftoken",
}
"""What production sets beside local mode, as far as headers tell."""


class Encrypted(Client):
    """A browser that speaks https."""

    def request(self, **request: Any) -> Any:
        return super().request(**{**request, "wsgi.url_scheme": "https", "SERVER_PORT": "443"})


def wrong(headers: Mapping[str, str], class_: str) -> list[str]:
    """What is wrong with the headers of an answer of this class."""
    lower = {name.lower(): value for name, value in headers.items()}
    found = []
    for name, form in {**EXPECTED["all"], **EXPECTED[class_]}.items():
        if name != "absent" and not re.search(form, lower.get(name.lower(), ""), re.IGNORECASE):
            found.append(f"{name}: {lower.get(name.lower())!r}")
    never = [*EXPECTED["all"]["absent"], *EXPECTED[class_].get("absent", [])]
    return found + [f"{name} is there" for name in never if name.lower() in lower]
