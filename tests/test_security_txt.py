"""`security.txt`: whom to tell of a weakness, as RFC 9116 asks for it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client

from concepts import clock

ADDRESS = "/.well-known/security.txt"


@pytest.fixture
def told(client: Client, settings: Any) -> dict[str, str]:
    settings.CONTACT = "editors+pom@example.edu"
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    found = dict(line.split(": ", 1) for line in lines)
    assert len(found) == len(lines)  # no field stands there twice
    return found


def test_it_names_whom_to_write_to_and_where_it_stands_itself(told: dict[str, str]) -> None:
    assert told["Contact"] == "mailto:editors+pom@example.edu"
    assert told["Canonical"] == f"{site.SITE_URL}{ADDRESS}"


def test_it_may_be_believed_for_months_and_never_for_a_year(told: dict[str, str]) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", told["Expires"])
    until = datetime.fromisoformat(told["Expires"])
    assert timedelta(days=150) < until - clock.now() < timedelta(days=365)


def test_its_day_goes_along_with_the_clock(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CONTACT = "editors@example.edu"
    before = client.get(ADDRESS).content
    later = datetime.now(UTC) + timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get(ADDRESS).content != before


def test_it_is_asked_for_again_each_time_and_asks_no_database(told: dict[str, str]) -> None:
    headers = Client().get(ADDRESS).headers  # pytest-django stops each query here
    assert headers["Cache-Control"] == "no-cache"
    assert "ETag" not in headers


@pytest.mark.django_db
def test_where_nobody_is_named_there_is_none(client: Client, settings: Any) -> None:
    settings.CONTACT = ""
    assert client.get(ADDRESS).status_code == 404


def test_nothing_is_sent_there(client: Client) -> None:
    assert client.post(ADDRESS).status_code == 405
