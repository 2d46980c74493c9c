"""Answers of one kind that are slow leave a thread of the process to all others."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from admin_forms import log_in_writer
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve

from pomsite import crowding
from pomsite.crowding import MOST, Room, Roomy

OWN = {"origin": "http://testserver"}


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(crowding, "PATIENCE", 0.01)
    crowding._rooms.clear()
    yield
    crowding._rooms.clear()


def asked(path: str) -> HttpRequest:
    """A request whose view is known, as it is when a middleware looks at it."""
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    return request


def enter(path: str) -> HttpResponse | None:
    """Ask and never be answered."""
    return Roomy(lambda _: HttpResponse()).process_view(asked(path))


def test_a_kind_of_page_that_is_slow_is_refused_when_all_its_places_are_taken() -> None:
    assert [enter("/search/") for _ in range(MOST)] == [None] * MOST
    refused = enter("/search/")
    assert refused
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "30"
    assert refused.headers["Cache-Control"] == "no-store"
    assert b"take too long just now" in refused.content


def test_other_kinds_of_pages_are_answered_meanwhile() -> None:
    for _ in range(MOST + 1):
        enter("/search/")
    assert enter("/about/") is None


def test_forms_of_the_desk_are_never_refused() -> None:
    answers = [enter("/admin/concepts/concept/add/") for _ in range(MOST * 3)]
    assert answers == [None] * len(answers)


def test_an_editor_is_told_that_too_many_previews_are_made() -> None:
    assert enter("/admin/markdown/preview/") is None
    refused = enter("/admin/markdown/preview/")
    assert refused
    told = json.loads(refused.content)
    assert told["error"].startswith("Too many previews")
    assert told["retry_after"] == int(refused.headers["Retry-After"]) == 2


@pytest.mark.django_db
def test_who_is_put_off_is_no_error_in_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(MOST):
        enter("/about/")
    assert client.get("/about/").status_code == 503
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        ("WARNING", "Put off: /about/")
    ]


@pytest.mark.django_db
def test_a_place_is_free_again_when_its_answer_is_made(client: Client) -> None:
    for _ in range(MOST * 2):
        assert client.get("/developers/").status_code == 200


def test_a_place_is_free_again_when_its_answer_fails() -> None:
    def failing(request: HttpRequest) -> HttpResponse:
        assert layer.process_view(request) is None
        raise KeyError

    layer = Roomy(failing)
    for _ in range(MOST * 2):
        with pytest.raises(KeyError):
            layer(asked("/search/"))


def test_a_burst_waits_for_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowding, "PATIENCE", 60.0)
    room = Room(MOST)
    for _ in range(MOST):
        room.enter()
    waiting, found = threading.Event(), []  # type: ignore[var-annotated]

    def wait() -> None:
        waiting.set()
        found.append(room.enter())

    thread = threading.Thread(target=wait)
    thread.start()
    waiting.wait()
    room.leave()
    thread.join()
    assert found == [True]


def test_only_the_first_waits_until_somebody_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    room, waited = Room(MOST), []  # type: ignore[var-annotated]

    def acquire(*, blocking: bool = True, timeout: float = 0) -> bool:
        if blocking:
            waited.append(timeout)
        return False

    places: Any = type("Full", (), {"acquire": staticmethod(acquire), "release": lambda _: None})
    room.places = places()
    waits: list[Callable[[], Any]] = [room.enter, room.enter, room.enter, room.leave, room.enter]
    for act in waits:
        act()
    assert waited == [0.01, 0.01]


def test_while_one_waits_the_others_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowding, "PATIENCE", 60)
    room, entered = Room(1), []  # type: ignore[var-annotated]
    assert room.enter()
    first = threading.Thread(target=lambda: entered.append(room.enter()))
    first.start()
    while not room.door.locked():
        pass
    assert [room.enter(), room.enter()] == [False, False]
    room.leave()
    first.join()
    assert entered == [True]


@pytest.mark.django_db
def test_a_preview_is_put_off_while_another_is_made() -> None:
    writer = log_in_writer(Client())
    room = crowding._rooms["markdownx_markdownify"]
    assert room.enter()
    answer = writer.post("/admin/markdown/preview/", {"content": "*a*"}, headers=OWN)
    assert (answer.status_code, "follows" in answer.json()["error"]) == (503, True)
    room.leave()
    again = writer.post("/admin/markdown/preview/", {"content": "*a*"}, headers=OWN)
    assert "<em>a</em>" in again.content.decode()
