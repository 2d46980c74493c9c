"""A SQLite file that a server misses is not made anew, and empty; commands may begin one."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError

from concepts.outages import is_outage
from pomsite.sqlite.base import DatabaseWrapper, existing

pytestmark = pytest.mark.django_db  # for opening other files; the own one is left alone

OPTIONS = {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"}


def connection_to(file: Path) -> DatabaseWrapper:
    """A connection as the settings make it, to another file."""
    own = {"NAME": file, "OPTIONS": OPTIONS, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True,
           "AUTOCOMMIT": True, "TIME_ZONE": None, "TEST": {}}  # fmt: skip
    return DatabaseWrapper(settings.DATABASES["default"] | own)


def test_a_request_for_a_missing_file_is_an_outage_and_makes_none(tmp_path: Path) -> None:
    file = tmp_path / "site #1 ?.sqlite3"
    with existing(), pytest.raises(OperationalError) as caught:
        connection_to(file).ensure_connection()
    assert is_outage(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_command_begins_a_file_which_requests_read_and_write_then(tmp_path: Path) -> None:
    file = tmp_path / "site #1 ?.sqlite3"
    begun = connection_to(file)
    begun.ensure_connection()
    begun.close()
    with existing():
        served = connection_to(file)
        with served.cursor() as cursor:
            cursor.execute("CREATE TABLE a (b)")
        served.close()
    assert [each.name for each in tmp_path.iterdir()] == [file.name]
