"""What a scraper and the staff are told, and to whom it is told."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from outage import down
from samples import concept, publish
from staff import enter, member

from concepts import maintenance, stamp
from concepts.views.shelf import shelf
from pomsite import counters, operations
from pomsite.metrics import COUNTED, GAUGES

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-forty-letters-and-digits-0123"
LINE = re.compile(r'(# (HELP|TYPE) pom_\w+ .+|pom_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.e+-]+)')


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    monkeypatch.setattr(counters, "folder", lambda: tmp_path / "counters")
    settings.METRICS_TOKEN = TOKEN
    counters.forget()
    yield
    monkeypatch.undo()
    counters.forget()


def figures(client: Client) -> dict[str, float]:
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    return {
        name: float(value)
        for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")
    }


# Who may read -----------------------------------------------------------------------------------


def test_who_has_the_token_reads_them_in_the_format_of_prometheus(client: Client) -> None:
    client.get("/concepts/")
    answer = client.get(
        "/metrics", headers={"authorization": f"Bearer {TOKEN}", "host": "10.0.0.1"}
    )
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    lines = answer.content.decode().splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    named = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    counted = {f"pom_{name}_total" for name in [*COUNTED, "request_seconds"]}
    assert named == counted | {f"pom_{name}" for name in GAUGES}


@pytest.mark.parametrize(
    "sent",
    ["", "Bearer", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", TOKEN, "Bearer ä", "Basic eA=="],
)
def test_who_has_not_is_refused(client: Client, sent: str) -> None:
    answer = client.get("/metrics", headers={"authorization": sent} if sent else {})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert b"pom_" not in answer.content


def test_a_site_without_a_token_has_no_such_address(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    for sent in ("Bearer ", "Bearer"):
        answer = client.get("/metrics", headers={"authorization": sent})
        assert answer.status_code == 404
        assert b"No page has had this address" in answer.content


def test_the_staff_reads_them_without_and_nobody_else(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/admin/metrics/").status_code == 302
    enter(client, member("guest"))
    answer = client.get("/admin/metrics/")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"pom_database_up 1\n" in answer.content
    assert client.post("/admin/metrics/").status_code == 405


# What they say ----------------------------------------------------------------------------------


def test_answers_are_counted_by_name_and_class(client: Client) -> None:
    for path in ("/search/", "/search/?q=x", "/nothing/", "/concepts/nothing/", "/admin/"):
        client.get(path)
    found = figures(client)
    assert found['pom_requests_total{name="search",status="2xx"}'] == 2
    assert found['pom_requests_total{name="page",status="4xx"}'] == 1
    assert found['pom_requests_total{name="admin:index",status="3xx"}'] == 1
    assert found['pom_requests_total{name="none",status="4xx"}'] == 1
    assert found['pom_request_seconds_total{name="search",status="2xx"}'] > 0


def test_whoever_asks_how_things_are_is_not_counted(client: Client) -> None:
    client.get("/healthz")
    figures(client)
    assert not [name for name in figures(client) if name.startswith("pom_requests")]


def test_faults_and_outages_are_counted_by_their_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    shelf.clear()
    stamp.forget()
    with down():
        client.get("/search/?q=x")
    with down(ZeroDivisionError("x")):
        client.get("/admin/login/?next=/")
        client.get("/search/?q=y")
    found = figures(client)
    assert found['pom_outages_total{error="OperationalError"}'] == 1
    assert found['pom_errors_total{error="ZeroDivisionError"}'] >= 1
    assert found['pom_failed_queries_total{error="OperationalError"}'] >= 1


def test_slow_queries_and_answers_are_counted(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/search/?q=x")
    assert not {"pom_slow_queries_total", "pom_slow_requests_total"} & figures(client).keys()
    monkeypatch.setattr(operations, "SLOW_QUERY", 0)
    monkeypatch.setattr(operations, "SLOW_REQUEST", 0)
    client.get("/search/?q=secretword")
    found = figures(client)
    assert found["pom_slow_queries_total"] >= 2
    assert found["pom_slow_requests_total"] == 1
    slow = [record for record in caplog.records if record.getMessage() == "A slow query."]
    assert any("SELECT" in record.sql for record in slow)
    assert "secretword" not in str([vars(record) for record in slow])


def test_a_connection_is_timed_once_however_often_it_is_made() -> None:
    operations._watch(connection)
    assert connection.execute_wrappers.count(operations._timed) == 1


def test_how_pages_were_answered_is_counted(client: Client) -> None:
    for how in ("made", "kept", "kept"):
        operations.count(how)
    found = figures(client)
    assert found['pom_answers_total{how="kept"}'] == 2
    assert found['pom_answers_total{how="made"}'] == 1


def test_they_say_how_the_site_stands(client: Client) -> None:
    before = figures(client)
    assert (before["pom_editions"], before["pom_maintenance"]) == (0, 0)
    publish(concept("goods"))
    maintenance.begin("A reason")
    after = figures(client)
    assert (after["pom_editions"], after["pom_maintenance"]) == (1, 1)
    assert after["pom_stamp"] == before["pom_stamp"] + 1
    assert 0 <= after["pom_newest_verb_age_seconds"] < 60
    assert after["pom_database_up"] == 1


def test_a_database_that_is_down_is_said_and_the_rest_is_told(client: Client) -> None:
    operations.count("made")
    with down():
        found = figures(client)
    assert found["pom_database_up"] == 0
    assert found['pom_answers_total{how="made"}'] == 1
    assert "pom_editions" not in found
