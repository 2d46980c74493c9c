"""PostgreSQL: what one waits for, and how long."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from server import HOST, IS_POSTGRES, ROOT, free_port

from pomsite import postgresql
from pomsite.postgresql import base
from pomsite.postgresql.base import DatabaseWrapper

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(not IS_POSTGRES, reason="asks a PostgreSQL")


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    postgresql.forget()
    yield
    postgresql.forget()


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> tuple[DatabaseWrapper, list[Any]]:
    """A database that nobody listens for, and the attempts to connect to it."""
    settings = {
        "ENGINE": "pomsite.postgresql", "NAME": "site", "USER": "", "PASSWORD": "", "HOST": HOST,
        "PORT": str(free_port()), "OPTIONS": {}, "CONN_MAX_AGE": None, "AUTOCOMMIT": True,
        "TIME_ZONE": None, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False, "TEST": {},
    }  # fmt: skip
    tried: list[Any] = []
    connect = base.base.DatabaseWrapper.get_new_connection

    def counted(self: Any, parameters: Any) -> Any:
        tried.append(parameters)
        return connect(self, parameters)

    monkeypatch.setattr(base.base.DatabaseWrapper, "get_new_connection", counted)
    return DatabaseWrapper(settings, "nowhere"), tried


def refuse(database: DatabaseWrapper) -> None:
    with pytest.raises(OperationalError):
        database.ensure_connection()


def test_who_did_not_answer_is_not_tried_again_for_a_moment(
    nowhere: tuple[DatabaseWrapper, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, tried = nowhere
    for _ in range(3):
        refuse(database)
    assert len(tried) == 1
    later = postgresql.time.monotonic() + postgresql.PAUSE + 0.1
    monkeypatch.setattr(postgresql.time, "monotonic", lambda: later)
    refuse(database)
    assert len(tried) == 2


def test_one_that_does_not_answer_keeps_nobody_from_another(
    nowhere: tuple[DatabaseWrapper, list[Any]],
) -> None:
    database, tried = nowhere
    refuse(database)
    database.alias = "other"
    refuse(database)
    assert len(tried) == 2


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        [value] = cursor.fetchone()
        return str(value)


@on_postgresql
def test_a_statement_of_a_request_ends_after_ten_seconds_and_a_lock_after_five() -> None:
    assert (setting("statement_timeout"), setting("lock_timeout")) == ("10s", "5s")


@on_postgresql
def test_a_command_may_take_its_time_but_waits_for_no_lock() -> None:
    asked = (
        "from django.db import connection as c\n"
        "with c.cursor() as cursor:\n"
        "    cursor.execute(\"SELECT current_setting('statement_timeout') || ' '"
        " || current_setting('lock_timeout')\")\n"
        "    print('limits', *cursor.fetchone())"
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", asked],
        check=True, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert "limits 0 5s" in done.stdout
