"""What is sent with a request is there, whole, before a thread works on it; who is slow is let go.

The web server hands over a request as soon as its headers are there, and each thread would then
wait for its sender for ever: eight who send one byte a second would be all the site hears. Behind
a proxy that takes in bodies first nobody is ever slow here.
"""

import threading
from io import BytesIO
from typing import Any

from django.conf import settings

from pomsite import counters

PLACES = 3
"""Bodies that a process waits for at once, of its four threads (`make serve`)."""

AT_ONCE = 0.25
"""Seconds within which nearly every body is there: until then none counts as slow."""
IN_A_CROWD = 0.05
"""The same while all places are taken."""

LONGEST, RATE = 10.0, 100_000
"""A body may take so many seconds, and one more for each so many bytes."""


class Slow(Exception):
    """The body did not come in time, or never whole."""


class _Reader:
    """Reads in a thread of its own, which ends with the connection at the latest."""

    def __init__(self, source: Any, length: int) -> None:
        self.source, self.length = source, length
        self.body = BytesIO()
        self.over = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            while (left := self.length - self.body.tell()) and (part := self.source.read(left)):
                self.body.write(part)
        except Exception:  # noqa: BLE001, S110 (the connection broke; each server says it its way)
            pass
        self.over.set()


class _Places:
    """How many are waited for; asked without taking one."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.taken = 0

    @property
    def are_full(self) -> bool:
        return self.taken >= PLACES

    def enter(self) -> bool:
        """Take one; whether there was one."""
        with self.lock:
            if self.are_full:
                return False
            self.taken += 1
            return True

    def leave(self) -> None:
        with self.lock:
            self.taken -= 1


_places = _Places()


def awaited(environ: dict[str, Any]) -> dict[str, Any]:
    """The request with its body read; as it is where nothing is to be read of it.

    Raises Slow where the body does not come in time: the connection is then of no use any more.
    """
    told = environ.get("CONTENT_LENGTH") or ""
    length = int(told) if told.isdecimal() else 0
    if not 0 < length <= settings.LARGEST_BODY:  # what is larger is refused, and never read
        return environ
    try:
        return {**environ, "wsgi.input": _body(environ["wsgi.input"], length)}
    except Slow:
        counters.add("slow_bodies")
        raise


def _body(source: Any, length: int) -> BytesIO:
    reader = _Reader(source, length)
    if not reader.over.wait(IN_A_CROWD if _places.are_full else AT_ONCE):
        _wait(reader)
    if reader.body.tell() < length:
        raise Slow
    reader.body.seek(0)
    return reader.body


def _wait(reader: _Reader) -> None:
    """Wait for one that is slow, where there is a place to wait."""
    if not _places.enter():
        raise Slow
    try:
        if not reader.over.wait(LONGEST + reader.length / RATE):
            raise Slow
    finally:
        _places.leave()
