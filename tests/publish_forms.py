"""What tests of publishing in the admin share: its page opened, filled in, read."""

import re
from datetime import UTC, datetime
from typing import Any

from admin_forms import address, fields, news
from django.test import Client

MOMENT = datetime(2099, 9, 1, 8, tzinfo=UTC)
TERMS = {"note": "Corrected.", "significance": "wording", "override": "Being written."}
SCHEDULED = {"when": "later", "at": "2099-09-01T08:00"}


def opened(client: Client, page: Any, verb: str = "publish") -> dict[str, str]:
    """The form of a verb as a browser would send it, filled in."""
    return fields(client.get(address(page, verb)).content) | TERMS


def press(client: Client, page: Any, verb: str = "publish", **terms: str) -> Any:
    """Open the page of a verb, fill it in, and press its button."""
    return client.post(address(page, verb), opened(client, page, verb) | terms, follow=True)


def send(client: Client, page: Any, sent: dict[str, str], verb: str = "publish") -> str:
    """Press the button of a form that was opened before; the message that comes of it."""
    [message] = news(client.post(address(page, verb), sent, follow=True))
    return message


def said(answer: Any) -> str:
    """The words of a page, in one line."""
    words = re.sub(r"<[^>]+>", "", answer.content.decode())
    return " ".join(words.replace("&#x27;", "'").split())


def choices(client: Client, page: Any) -> list[str]:
    """The kinds of change that the page offers."""
    html = client.get(address(page, "publish")).content.decode()
    return re.findall(r'name="significance" value="(\w+)"', html)


def ids(html: bytes) -> set[str]:
    """Every id of a page."""
    return set(re.findall(r' id="([^"]+)"', html.decode()))
