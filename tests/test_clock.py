"""The present is the database's, however wrong this machine's clock is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from concepts import clock, stamp

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_ahead", [timedelta(0)])
    monkeypatch.setattr(clock, "_moments", [datetime.min.replace(tzinfo=UTC)])


def about(moment: datetime) -> bool:
    """Whether it is that moment now, give or take what this test takes."""
    return abs(clock.now() - moment) < timedelta(minutes=1)


@pytest.mark.parametrize("ahead", [DAY, -DAY, 300 * SECOND, -300 * SECOND])
def test_the_present_is_what_the_database_says(ahead: timedelta) -> None:
    here = datetime.now(UTC)
    clock.learn(here + ahead, asked=here)
    assert about(here + ahead)


def test_an_answer_that_took_long_is_no_other_clock() -> None:
    here = datetime.now(UTC)
    clock.learn(here - 9 * SECOND, asked=here - 10 * SECOND)
    assert clock._ahead == [timedelta(0)]


def test_a_clock_that_was_put_right_is_believed_again() -> None:
    here = datetime.now(UTC)
    clock.learn(here + DAY, asked=here)
    clock.learn(datetime.now(UTC), asked=here)
    assert clock._ahead == [timedelta(0)]


@pytest.mark.django_db
def test_each_look_at_the_stamp_looks_at_the_clock() -> None:
    clock._ahead[0] = DAY
    stamp.read()
    assert clock._ahead == [timedelta(0)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="A file has no clock of its own.")
def test_a_new_connection_asks_what_time_it_is_before_anything_else() -> None:
    clock._ahead[0] = DAY
    connection.close()
    connection.ensure_connection()
    assert clock._ahead == [timedelta(0)]
