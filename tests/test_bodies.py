"""Whoever sends a body slowly holds a thread for seconds, and three threads at most."""

import threading
import time
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings

from pomsite import bodies
from pomsite.wsgi import application

FORM = b"pasted=one&other=two"


class Trickling:
    """A body of which a part comes, and the rest when it is let go."""

    def __init__(self, first: bytes, rest: bytes = b"") -> None:
        self.parts, self.go = [first, rest], threading.Event()

    def read(self, size: int) -> bytes:
        """As much as is there; waits for more."""
        if len(self.parts) == 1:
            assert self.go.wait(30)
        return self.parts.pop(0)[:size] if self.parts else b""


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LONGEST", 0.02)


def request(source: Any, length: object = len(FORM)) -> dict[str, Any]:
    return {"CONTENT_LENGTH": str(length), "wsgi.input": source}


def test_a_body_is_handed_on_whole_in_however_many_parts_it_comes() -> None:
    source = Trickling(FORM[:5], FORM[5:])
    source.go.set()
    assert bodies.awaited(request(source))["wsgi.input"].read() == FORM


def test_what_follows_a_body_is_left_alone() -> None:
    source = BytesIO(FORM + b"GET / HTTP/1.1")
    assert bodies.awaited(request(source))["wsgi.input"].read() == FORM
    assert source.read() == b"GET / HTTP/1.1"


@pytest.mark.parametrize("length", ["", "0", "many", "-1", "²", settings.LARGEST_BODY + 1])
def test_what_has_no_body_or_is_refused_anyway_is_not_read(length: object) -> None:
    environ = request(BytesIO(FORM), length)
    assert bodies.awaited(environ) is environ
    assert environ["wsgi.input"].tell() == 0


def test_a_body_that_does_not_come_is_given_up() -> None:
    source = Trickling(FORM[:5])
    with pytest.raises(bodies.Slow):
        bodies.awaited(request(source))
    source.go.set()


def test_a_body_that_ends_too_early_is_none() -> None:
    with pytest.raises(bodies.Slow):
        bodies.awaited(request(BytesIO(FORM[:-1])))


def test_a_body_whose_connection_breaks_is_none() -> None:
    class Broken:
        def read(self, _: int) -> bytes:
            raise OSError

    with pytest.raises(bodies.Slow):
        bodies.awaited(request(Broken()))


def test_only_three_slow_ones_are_waited_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LONGEST", 60.0)
    slow = [Trickling(FORM[:5], FORM[5:]) for _ in range(bodies.PLACES)]
    found: list[bytes] = []

    def ask(source: Trickling) -> None:
        found.append(bodies.awaited(request(source))["wsgi.input"].read())

    threads = [threading.Thread(target=ask, args=[source]) for source in slow]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 30
    while not bodies._places.are_full:
        assert time.monotonic() < until
        time.sleep(0.001)
    fourth = Trickling(FORM[:5], FORM[5:])
    with pytest.raises(bodies.Slow):
        bodies.awaited(request(fourth))
    assert bodies.awaited(request(BytesIO(FORM)))["wsgi.input"].read() == FORM
    for source in [*slow, fourth]:
        source.go.set()
    for thread in threads:
        thread.join()
    assert found == [FORM] * bodies.PLACES


def test_who_is_slow_is_told_so_and_the_connection_ends() -> None:
    told: list[Any] = []
    source = Trickling(FORM[:5])
    body = application(request(source), lambda *given: told.extend(given))
    source.go.set()
    assert told[0] == "408 Request Timeout"
    headers = dict(told[1])
    assert (headers["Connection"], headers["Cache-Control"]) == ("close", "no-store")
    assert b"nothing was done" in b"".join(body)
