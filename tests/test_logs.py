"""The log: one line an event, the id of its request in each, and no secrets."""

import json
import logging
import logging.config
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from outage import REFUSED, down

from pomsite import logs, operations

SECRET = "hunter2-xyzzy"


@pytest.fixture(params=["Json", "Line"])
def written(request: Any, caplog: pytest.LogCaptureFixture) -> Any:
    """Returns what the log wrote since it was called last, as the site writes it."""
    form, keep = getattr(logs, request.param)(), logs.OfRequest()
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(form.format(record))

    handler = Keeper()
    handler.addFilter(keep)
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def entry(**more: Any) -> dict[str, Any]:
    """A line as JSON."""
    record = logging.LogRecord(
        "name", logging.INFO, "", 1, "Said %s", ("x",), more.pop("exc", None)
    )
    vars(record).update(more)
    logs.OfRequest().filter(record)
    told: dict[str, Any] = json.loads(logs.Json().format(record))
    return told


def request(**meta: str) -> HttpRequest:
    made = HttpRequest()
    made.META.update(meta)
    made.method, made.path_info = "GET", "/concepts/"
    return made


# Ids ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sane", ["abcdef12", "A-" * 32, "0f8fad5b-d9cb-469f-a165-70867728950e"])
def test_the_id_of_the_proxy_is_taken(sane: str) -> None:
    assert logs.request_id(request(HTTP_X_REQUEST_ID=sane)) == sane


@pytest.mark.parametrize(
    "bad", ["", "short", "a" * 65, "abcdefgh\n", "abc def gh", "ä" * 10, "<b>abcdef"]
)
def test_an_id_that_is_none_is_replaced_by_one_of_our_own(bad: str) -> None:
    asked = request(HTTP_X_REQUEST_ID=bad)
    made = logs.request_id(asked)
    assert made != bad
    assert logs.SANE.fullmatch(made)
    assert logs.request_id(asked) == made
    assert logs.request_id(request()) != made


@pytest.mark.django_db
def test_an_answer_that_failed_bears_the_id_of_the_log_and_no_other_bears_one(
    written: list[str],
) -> None:
    client = Client(raise_request_exception=False)
    assert "X-Request-ID" not in client.get("/search/").headers
    assert "X-Request-ID" not in client.get("/nothing/").headers
    written.clear()
    with down(ZeroDivisionError("x")):
        answer = client.get("/search/?q=x", headers={"x-request-id": "id-of-the-proxy"})
    assert answer.headers["X-Request-ID"] == "id-of-the-proxy"
    assert len([line for line in written if "Internal Server Error" in line]) == 1
    assert all("id-of-the-proxy" in line for line in written)
    assert logs.asked.get() is None


def test_what_a_view_logs_bears_the_id_too(written: list[str]) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        logging.getLogger("somewhere").warning("deep inside")
        return HttpResponse()

    operations.watched(view)(request(HTTP_X_REQUEST_ID="the-one-asked"))
    [line] = [line for line in written if "deep inside" in line]
    assert "the-one-asked" in line


# Secrets ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_that_was_sent_is_in_the_log_at_an_error(written: list[str]) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = SECRET
    headers = {"authorization": f"Bearer {SECRET}", "referer": f"https://e.example/?t={SECRET}"}
    sent = {"username": SECRET, "password": SECRET, "csrfmiddlewaretoken": SECRET, "token": SECRET}
    with down(ZeroDivisionError("x")):
        assert (
            client.post(f"/admin/login/?next=/{SECRET}", sent, headers=headers).status_code == 500
        )
        assert client.get(f"/search/?q={SECRET}", headers=headers).status_code == 500
        assert client.get(f"/preview/{SECRET}/", headers=headers).status_code in (404, 500)
        assert client.get(f"/admin/welcome/MQ/{SECRET}/").status_code in (404, 500)
    with down():
        assert client.post("/admin/login/", sent, headers=headers).status_code == 503
    assert any("Traceback" in line for line in written)
    assert [line for line in written if SECRET in line] == []


@pytest.mark.django_db
def test_a_log_in_that_fails_leaves_no_password(written: list[str], client: Client) -> None:
    client.post("/admin/login/", {"username": "somebody", "password": SECRET})
    Client(enforce_csrf_checks=True).post(
        f"/admin/login/?next={SECRET}", headers={"origin": f"https://e.example/?{SECRET}"}
    )
    assert written
    assert [line for line in written if SECRET in line] == []


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Not Found: /preview/abc-def/", "Not Found: /preview/..."),
        ("/admin/welcome/MQ/abc-def/ x", "/admin/welcome/... x"),
        ("at https://x.example/a?b=c&d=e now", "at https://x.example/a?... now"),
        ("/a/?b=c", "/a/?..."),
        ("postgres://pom:word@db:5432/x", "postgres://...@db:5432/x"),
        ("x\nDETAIL:  Failing row contains (1, word).\ny", "x\nDETAIL: ...\ny"),
        ("Is it so? Yes", "Is it so? Yes"),
        ("/concepts/goods/", "/concepts/goods/"),
    ],
)
def test_what_is_a_secret_is_left_out(said: str, wanted: str) -> None:
    assert logs.without_secrets(said) == wanted


@given(st.text())
def test_no_text_stops_the_log(text: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "%s", (text,), None)
    logs.OfRequest().filter(record)
    assert "\n" not in logs.Json().format(record)
    logs.Line().format(record)


# Lines ----------------------------------------------------------------------------------------


def test_a_line_is_one_json_object_that_says_what_and_where() -> None:
    told = entry(request=request(HTTP_X_REQUEST_ID="the-one-asked"), status_code=404)
    assert told.pop("time").endswith("+00:00")
    assert told == {
        "level": "INFO",
        "logger": "name",
        "message": "Said x",
        "request": "the-one-asked",
        "method": "GET",
        "path": "/concepts/",
        "status": 404,
    }


def test_outside_a_request_a_line_has_no_id() -> None:
    assert entry()["request"] == "-"
    assert entry(request="a socket")["request"] == "-"


def test_a_fault_has_its_trace_in_the_same_line() -> None:
    try:
        raise ZeroDivisionError("by zero")
    except ZeroDivisionError as error:
        told = entry(exc=(type(error), error, error.__traceback__))
    assert told["trace"].startswith("Traceback")
    assert told["trace"].endswith("ZeroDivisionError: by zero")


def test_an_outage_is_said_in_a_line_without_a_trace() -> None:
    told = entry(exc=(type(REFUSED), REFUSED, None))
    assert "trace" not in told
    assert told["message"].startswith("Said x (OperationalError: connection to server")


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_no_error_of_ours(written: list[str], client: Client) -> None:
    assert client.get("/concepts/", headers={"host": "scan.example"}).status_code == 400
    [line] = [line for line in written if "scan.example" in line]
    assert "WARNING" in line
    assert "Traceback" not in line


def test_production_writes_json_and_development_lines() -> None:
    assert settings.LOGGING["formatters"]["chosen"]["()"] == "pomsite.logs.Line"
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["request"]
    logging.config.dictConfig(
        settings.LOGGING
        | {"root": {"handlers": [], "level": "INFO"}, "loggers": {}, "incremental": False}
    )
