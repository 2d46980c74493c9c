"""Past days: how one is written, when it ends, and the way out of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.test import Client
from django.urls import set_script_prefix
from samples import concept, publish
from small_site import text_of

from concepts import clock, days
from concepts.days import NoDay
from concepts.reading import days as begun

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def prefixes() -> Iterator[None]:
    yield
    set_script_prefix("/")


def test_a_day_is_over_at_midnight_in_utc() -> None:
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    assert days.read("2026-03-01", midnight) == date(2026, 3, 1)
    east = (midnight - clock.MILLISECOND).astimezone(timezone(timedelta(hours=5)))
    with pytest.raises(NoDay, match="1 March 2026 is not over yet"):
        days.read("2026-03-01", east)
    assert days.end(date(2026, 3, 1)) == midnight - clock.MILLISECOND


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "0000-01-01"])
def test_a_date_that_the_calendar_lacks_is_refused(text: str) -> None:
    with pytest.raises(NoDay, match=f"There is no such date as {text}."):
        days.read(text, NOON)


@pytest.mark.parametrize(
    "text", ["", "today", "2026-2-01", "20260201", "2026-W05-1", " 2026-02-01", "2026-02-01\n", "٢"]
)
def test_what_is_written_in_another_way_is_refused(text: str) -> None:
    with pytest.raises(NoDay, match="A day is written as year, month and day"):
        days.read(text, NOON)


@pytest.mark.usefixtures("prefixes")
def test_an_address_outside_has_no_day_and_keeps_the_rest() -> None:
    set_script_prefix("/pom/on/2026-02-01/")
    assert days.outside("/pom/on/2026-02-01/concepts/") == "/pom/concepts/"
    assert days.outside("/static/site.css") == "/static/site.css"
    set_script_prefix("/pom/")
    assert days.outside("/pom/concepts/") == "/pom/concepts/"
    set_script_prefix("/on/all-days/")
    assert days.outside("/on/all-days/concepts/") == "/on/all-days/concepts/"


@pytest.mark.django_db
def test_before_anything_is_published_there_is_no_day_to_look_at(client: Client) -> None:
    begun.forget()
    concept()
    publish(concept("soon"), at=clock.whole(clock.now() + timedelta(days=30)))
    assert "Nothing has been published here yet." in text_of(client, "/on/2026-03-01/", 404)
