"""Whom a piece of code asks: connections, names looked up, processes started.

An audit hook of Python sees what any library of it does. A database of its own protocol (libpq) is
not seen, and is the one that is meant.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

CALLS = (
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostby",
    "socket.sendto",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "urllib.Request",
)


class _Watch:
    """Audit hooks stay for ever, so there is one, which looks only while it is asked to."""

    calls: list[str] | None = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _Watch.calls is not None and event.startswith(CALLS):
        _Watch.calls.append(f"{event} {arguments[:2]}")


sys.addaudithook(_hook)


@contextmanager
def watched() -> Iterator[list[str]]:
    """The calls that are made meanwhile."""
    _Watch.calls = []
    try:
        yield _Watch.calls
    finally:
        _Watch.calls = None
