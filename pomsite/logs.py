"""What the site writes into its log: one line an event, as JSON in production.

Every line of a request bears its id. What people send is not in it: no forms, headers, cookies or
queries, no secret that stands in an address, and no row that a database refused.
"""

import json
import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

from concepts import outages

asked: ContextVar[HttpRequest | None] = ContextVar("asked", default=None)
"""The request that this thread answers."""

SANE = re.compile(r"[A-Za-z0-9-]{8,64}")


def _without_query(run: re.Match[str]) -> str:
    """A run of letters without what follows the first "?" behind its first "/"."""
    mark = run[0].find("?", run[0].find("/")) if "/" in run[0] else -1
    return f"{run[0][: mark + 1]}..." if 0 <= mark < len(run[0]) - 1 else run[0]


# A request may make a line of thousands of signs, so none of these looks at one of them twice.
SECRETS: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (re.compile(r"(/preview/|/welcome/)[^\s\"']+"), r"\1..."),  # who has the address may enter
    (re.compile(r"[^\s\"']+"), _without_query),
    (re.compile(r"\b(\w+://)[^\s/@\"']+@"), r"\1...@"),  # a password in an address
    (re.compile(r"^([ \t]*DETAIL:).*$", re.MULTILINE), r"\1 ..."),  # PostgreSQL shows whole rows
]
LONGEST = 2_000
"""Characters of an address or a name that somebody sent: else a log is filled by few requests."""
MORE = ("ms", "sql", "status", "count")
"""What a line may say beside its message: `extra` of our own loggers."""


def request_id(request: HttpRequest) -> str:
    """The id under which the log speaks of a request: the proxy's where it is sane, or our own."""
    known: str | None = vars(request).get("request_id")
    if known is None:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        known = given if SANE.fullmatch(given) else secrets.token_hex(8)
        vars(request)["request_id"] = known
    return known


def without_secrets(text: str) -> str:
    """The text with all left out by which somebody could enter, or that is nobody's business."""
    for secret, replacement in SECRETS:
        text = secret.sub(replacement, text)
    return text


class OfRequest(logging.Filter):
    """Says of each record which request it belongs to, and shortens outages to their cause."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass."""
        request = getattr(record, "request", None)
        if not isinstance(request, HttpRequest):  # Django's own server gives its socket
            request = asked.get()
        record.request_id = request_id(request) if request else "-"
        record.method = request.method if request else None
        record.path = _cut(request.path_info) if request else None
        if isinstance(record.args, tuple):
            record.args = tuple(map(_cut, record.args))
        error = record.exc_info[1] if record.exc_info else None
        if error and outages.is_outage(error):
            # A trace for every request of an outage would bury what else goes wrong meanwhile.
            record.msg, record.args = f"{record.getMessage()} ({outages.in_a_line(error)})", ()
            record.exc_info = None
        elif isinstance(error, SuspiciousOperation):  # a fault of the sender, and said in a line
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = None
        return True


class Line(logging.Formatter):
    """Lines for people."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} [{request_id}]: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The line, with all that it says beside its message."""
        more = "".join(f" {key}={value}" for key, value in _more(record).items())
        return super().formatMessage(record) + more

    def format(self, record: logging.LogRecord) -> str:
        """The line, and a trace below it."""
        return without_secrets(super().format(record))


class Json(logging.Formatter):
    """One JSON object a line, for programs."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a trace is one of its values."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "request_id", "-"),
            "method": getattr(record, "method", None),
            "path": getattr(record, "path", None),
            **_more(record),
            "trace": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps(
            {key: _cleaned(value) for key, value in told.items() if value is not None}
        )


def _cut(value: Any) -> Any:
    return f"{value[:LONGEST]}..." if isinstance(value, str) and len(value) > LONGEST else value


def _more(record: logging.LogRecord) -> dict[str, Any]:
    own = {name: getattr(record, name, None) for name in MORE}
    own["status"] = own["status"] or getattr(record, "status_code", None)
    return {name: value for name, value in own.items() if value is not None}


def _cleaned(value: Any) -> Any:
    return without_secrets(value) if isinstance(value, str) else value
