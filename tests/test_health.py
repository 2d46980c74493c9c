"""Whether a process lives and whether the site can work, for whoever sends it requests."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from outage import REFUSED
from server import HOST, IS_POSTGRES, free_port

from concepts import guards
from pomsite import health

NAMES = ["database", "migrations", "guards", "cache"]


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    health.forget()
    yield
    health.forget()


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    health.forget()
    answer = client.get("/readyz")
    return answer.status_code, answer.json()


def fails(*_: Any) -> None:
    raise type(REFUSED)(*REFUSED.args)


# Alive ------------------------------------------------------------------------------------------


def test_a_process_that_lives_says_so_and_asks_nobody(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/healthz", headers={"host": "10.1.2.3:8000"})
    assert (answer.status_code, answer.content) == (200, b"alive\n")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "Content-Encoding" not in answer.headers
    assert not answer.cookies


def test_over_https_it_promises_https_like_every_answer(client: Client, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 600, True
    said = client.get("/healthz", secure=True).headers["Strict-Transport-Security"]
    assert said == "max-age=600; includeSubDomains"


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_nothing_is_sent_there(client: Client, address: str) -> None:
    answer = client.post(address, {"x": "y"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz/", "/healthz/x", "/on/2026-01-01/healthz"])
def test_no_other_address_is_taken(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


# Ready ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_site_that_can_work_is_ready(client: Client) -> None:
    status, told = ready(client)
    assert status == 200
    assert told.pop("ready") is True
    assert list(told) == NAMES
    assert {name: each["ready"] for name, each in told.items()} == dict.fromkeys(NAMES, True)
    assert all(set(each) == {"ready", "ms"} for each in told.values())


@pytest.mark.django_db
def test_any_host_is_answered_without_https(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/readyz", headers={"host": "10.1.2.3"}).status_code == 200


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_named_and_nothing_about_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", fails)
    status, told = ready(client)
    assert (status, told["ready"]) == (503, False)
    assert told["database"]["what"] == "does not answer"
    assert told["migrations"]["what"] == told["guards"]["what"] == "not asked"
    assert told["cache"]["ready"] is True
    assert "db.example.edu" not in str(told)


@pytest.mark.django_db
def test_a_replica_that_does_not_answer_is_told_and_the_site_stays_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = connections["default"].settings_dict | {
        "ENGINE": "pomsite.postgresql",
        "NAME": "none",
        "HOST": HOST,
        "PORT": free_port(),
        "OPTIONS": {},
    }
    monkeypatch.setitem(connections.settings, "replica", nowhere)
    status, told = ready(client)
    assert (status, told["ready"]) == (200, True)
    assert told["replica"]["what"] == "does not answer"


@pytest.mark.skipif(IS_POSTGRES, reason="SQLite's database is a file")
@pytest.mark.django_db
def test_a_file_that_was_moved_away_is_missing_and_not_made_anew(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "moved.sqlite3"
    answers = health._answers

    def elsewhere(asked: Any) -> str:
        asked.settings_dict = asked.settings_dict | {"NAME": path}
        return answers(asked)

    monkeypatch.setattr(health, "_answers", elsewhere)
    status, told = ready(client)
    assert (status, told["database"]["what"]) == (503, "its file is missing")
    assert not path.exists()


@pytest.mark.django_db
def test_a_migration_that_was_not_applied_is_counted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied = MigrationRecorder.applied_migrations

    def one_less(self: MigrationRecorder) -> Any:
        known = applied(self)
        known.pop(("concepts", "0005_search"))
        return known

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", one_less)
    status, told = ready(client)
    assert (status, told["migrations"]["what"]) == (503, "1 not applied")
    assert told["database"]["ready"] is True


def test_every_migration_of_the_code_is_known() -> None:
    from django.db.migrations.loader import MigrationLoader

    assert health._migrations() == set(MigrationLoader(None).disk_migrations)


@pytest.mark.django_db
def test_guards_that_are_missing_are_counted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "missing", lambda connection: ["a", "b"])
    status, told = ready(client)
    assert (status, told["guards"]["what"]) == (503, "2 missing")


@pytest.mark.django_db
def test_a_cache_that_fails_is_told_and_the_site_stays_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(cache._connections[cache._alias]), "set", lambda *_, **__: None)
    status, told = ready(client)
    assert (status, told["ready"]) == (200, True)
    assert told["cache"]["what"] == "keeps nothing"
    monkeypatch.setattr(type(cache._connections[cache._alias]), "set", fails)
    assert ready(client)[1]["cache"]["what"] == "does not answer"


@pytest.mark.django_db
def test_a_database_that_hangs_is_waited_for_in_vain_once_and_asked_again_when_it_answers(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, asked = threading.Event(), []

    def hangs(*_: Any) -> str:
        asked.append(1)
        release.wait(20)
        return ""

    answers = health._answers
    monkeypatch.setattr(health, "LONGEST", 0.2)
    monkeypatch.setattr(health, "_answers", hangs)
    begun = time.monotonic()
    assert [ready(client)[1]["database"]["what"] for _ in range(2)] == ["no answer in 0.2 s"] * 2
    assert time.monotonic() - begun < 10
    assert len(asked) == 1
    monkeypatch.setattr(health, "_answers", answers)
    monkeypatch.setattr(health, "LONGEST", 20)
    release.set()
    health.QUESTIONS[0].thread.join(20)
    assert ready(client)[0] == 200


def test_while_one_asks_the_others_are_told_what_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health._Memory, "found", [health.Finding("database", "", 1)])
    monkeypatch.setattr(health._Memory, "until", 0.0)
    monkeypatch.setattr(health, "QUESTIONS", [])
    with health._Memory.asking:
        assert [each.name for each in health.findings()] == ["database"]
    assert health.findings() == []


@pytest.mark.django_db
def test_an_answer_is_remembered_for_a_second(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    ask = health._ask_cache
    monkeypatch.setattr(health.QUESTIONS[1], "ask", lambda: asked.append(1) or ask())
    monkeypatch.setattr(health, "REMEMBERED", 60)
    for _ in range(3):
        client.get("/readyz")
    assert len(asked) == 1
    health.forget()
    client.get("/readyz")
    assert len(asked) == 2


@pytest.mark.django_db
def test_the_connection_of_the_question_is_closed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    answers = health._answers
    monkeypatch.setattr(health, "_answers", lambda it: seen.append(it) or answers(it))
    ready(client)
    assert seen[0] is not connections["default"]
    assert seen[0].connection is None
    assert isinstance(REFUSED, OperationalError)
