"""While the database does not answer: 503 and when to try again, at every address, never a 500."""

import errno
import sqlite3
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from admin_forms import address, concept, fields, log_in_writer
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
)
from django.test import Client
from outage import REFUSED, down
from psycopg import errors
from small_site import COMPARISON, build
from test_page_queries import ALL

from concepts import outages, stamp
from concepts.models import Concept
from concepts.views.shelf import shelf

OWN = {"Origin": "http://testserver"}
TYPED = "Typed for an hour."
STATIC = set(
    "/robots.txt /developers/ /teachers/ /list/ /accessibility/ /schema/distinction-1.json".split()
)


@pytest.fixture
def visitor() -> Iterator[Client]:
    """A browser that is shown what fails, on a site where nothing is kept."""
    shelf.clear()
    stamp.forget()
    yield Client(raise_request_exception=False)
    shelf.clear()
    stamp.forget()


@pytest.fixture
def writer() -> Client:
    return log_in_writer(Client(raise_request_exception=False), "add_edition")


def caused(outer: type[Exception], inner: Exception, code: int | None = None) -> Exception:
    """An error of Django with the driver's behind it."""
    if code is not None:
        inner.sqlite_errorcode = code  # type: ignore[attr-defined]
    error = outer(str(inner))
    error.__cause__ = inner
    return error


# What is an outage ------------------------------------------------------------------------------

OUTAGES = [
    REFUSED,
    InterfaceError("connection already closed"),
    caused(OperationalError, sqlite3.OperationalError("database is locked"), sqlite3.SQLITE_BUSY),
    caused(OperationalError, sqlite3.OperationalError("disk is full"), sqlite3.SQLITE_FULL),
    caused(OperationalError, sqlite3.OperationalError("unable to open"), sqlite3.SQLITE_CANTOPEN),
    caused(OperationalError, sqlite3.OperationalError("no such table: x"), sqlite3.SQLITE_ERROR),
    caused(DatabaseError, sqlite3.DatabaseError("file is not a database"), sqlite3.SQLITE_NOTADB),
    caused(OperationalError, errors.QueryCanceled("canceling statement due to timeout")),
    caused(OperationalError, errors.AdminShutdown("terminating connection")),
    caused(InternalError, errors.ReadOnlySqlTransaction("cannot execute INSERT")),
    OSError(errno.ENOSPC, "No space left on device"),
    MemoryError("no room"),
]
FAULTS = [
    IntegrityError("UNIQUE constraint failed"),
    DataError("value too long"),
    ProgrammingError("no such thing"),
    InternalError("the transaction is aborted"),
    DatabaseError("Save with update_fields did not affect any rows."),
    caused(OperationalError, sqlite3.OperationalError("no such column: x"), sqlite3.SQLITE_ERROR),
    caused(OperationalError, sqlite3.OperationalError('near "FRM"'), sqlite3.SQLITE_ERROR),
    OSError(errno.ENOENT, "No such file"),
    KeyError("x"),
]


@pytest.mark.parametrize("error", OUTAGES, ids=str)
def test_what_may_work_again_is_an_outage(error: Exception) -> None:
    assert outages.is_outage(error)
    assert outages.is_outage(caused(RuntimeError, error))


@pytest.mark.parametrize("error", FAULTS, ids=str)
def test_what_stays_wrong_is_none(error: Exception) -> None:
    assert not outages.is_outage(error)


def test_redis_that_does_not_answer_is_an_outage() -> None:
    redis = pytest.importorskip("redis")
    assert outages.is_outage(redis.exceptions.ConnectionError("refused"))
    assert outages.is_outage(redis.exceptions.BusyLoadingError("loading"))
    assert not outages.is_outage(redis.exceptions.ResponseError("wrong type"))


def test_only_who_waited_for_others_is_busy() -> None:
    assert [outages.is_busy(error) for error in OUTAGES] == [n == 2 for n in range(len(OUTAGES))]
    assert outages.is_busy(caused(OperationalError, errors.LockNotAvailable("lock timeout")))


def test_what_sqlite_itself_raises_is_told_apart(tmp_path: Any) -> None:
    with pytest.raises(sqlite3.OperationalError) as no_folder:
        sqlite3.connect(tmp_path / "no" / "x.sqlite3")
    assert outages.is_outage(caused(OperationalError, no_folder.value))
    with pytest.raises(sqlite3.OperationalError) as bad_sql:
        sqlite3.connect(":memory:").execute("SELEC 1")
    assert not outages.is_outage(caused(OperationalError, bad_sql.value))


def test_what_psycopg_says_when_nobody_listens_is_an_outage() -> None:
    with pytest.raises(psycopg.OperationalError) as refused:
        psycopg.connect("host=127.0.0.1 port=1 connect_timeout=1")
    assert outages.is_outage(caused(OperationalError, refused.value))


# Readers ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_public_address_answers_503_and_when_to_try_again(visitor: Client) -> None:
    build(1)
    shelf.clear()
    stamp._memories.clear()
    with down():
        answers = {address: visitor.get(address) for address in ALL}
    wrong = {
        address: answer.status_code
        for address, answer in answers.items()
        if (answer.status_code, answer.headers.get("Retry-After")) != (503, "30")
    }
    assert wrong.keys() <= STATIC | {address for address in ALL if not _asks(address)}
    assert set(wrong.values()) <= {200}
    assert len(wrong) < len(ALL) / 4


def _asks(address: str) -> bool:
    """Whether the address asks the database at all on this site."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        Client().get(address)
    return bool(len(captured))


@pytest.mark.django_db
def test_the_page_is_plain_and_says_nothing_of_the_cause(visitor: Client) -> None:
    with down():
        answer = visitor.get(COMPARISON)
    text = answer.content.decode()
    assert "<h1>Not available just now</h1>" in text
    assert "db.example.edu" not in text
    assert "Traceback" not in text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not answer.cookies


def test_the_page_asks_the_database_nothing(client: Client) -> None:
    from django.http import HttpRequest

    from pomsite.unavailable import refused

    request = HttpRequest()
    request.path = request.path_info = "/concepts/"
    assert b"Because of this." in refused(request, "Because of this.", "outage").content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "accept", "type_"),
    [
        (f"{COMPARISON}index.json", "", "application/json"),
        (f"{COMPARISON}index.json", "text/html,*/*", "text/plain; charset=utf-8"),
        (COMPARISON, "application/json", "application/json"),
        ("/search/suggest/?q=go", "*/*", "application/json"),
        (f"{COMPARISON}index.bib", "*/*", "text/plain; charset=utf-8"),
        ("/sitemap.xml", "", "text/plain; charset=utf-8"),
        (COMPARISON, "*/*", "text/html; charset=utf-8"),
    ],
)
def test_a_program_is_answered_in_its_own_form(
    visitor: Client, path: str, accept: str, type_: str
) -> None:
    with down():
        answer = visitor.get(path, headers={"accept": accept} if accept else {})
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, type_)
    if type_ == "application/json":
        assert "does not answer" in answer.json()["error"]


@pytest.mark.django_db
def test_a_day_of_the_past_is_no_exception(visitor: Client) -> None:
    from concepts.reading import days

    days.forget()
    with down():
        assert visitor.get(f"/on/2026-01-01{COMPARISON}").status_code == 503


@pytest.mark.django_db(transaction=True)
def test_afterwards_the_connection_is_made_anew(visitor: Client) -> None:
    assert visitor.get("/search/?q=x").status_code == 200
    assert connection.connection is not None
    with down():
        visitor.get("/search/?q=y")
    assert connection.connection is None
    with down(ZeroDivisionError("x")):
        assert visitor.get("/search/?q=z").status_code == 500
    assert connection.connection is not None
    assert visitor.get("/search/?q=z").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_connection_to_a_database_without_room_is_kept(visitor: Client) -> None:
    assert visitor.get("/search/?q=x").status_code == 200
    with down(caused(OperationalError, errors.DiskFull("could not extend file"))):
        assert visitor.get("/search/?q=y").status_code == 503
    assert connection.connection is not None


@pytest.mark.django_db
def test_our_own_faults_stay_500(visitor: Client) -> None:
    with down(ProgrammingError("no such thing")):
        answer = visitor.get("/concepts/")
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
    assert b"Something went wrong here" in answer.content


# The desk -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_desk_says_so_too_and_nobody_is_logged_out(writer: Client) -> None:
    session = writer.cookies["sessionid"].value
    with down():
        for path in ("/admin/", "/admin/login/", "/admin/concepts/concept/", "/admin/metrics/"):
            answer = writer.get(path)
            assert (path, answer.status_code) == (path, 503)
            assert answer.headers["Retry-After"] == "30"
            assert "sessionid" not in answer.cookies
    assert writer.cookies["sessionid"].value == session
    assert writer.get("/admin/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_what_was_typed_is_given_back_and_saved_by_sending_it_again(writer: Client) -> None:
    page = concept("goods", summary="A thing.")
    form = fields(writer.get(address(page)).content) | {"summary": TYPED}
    with down():
        answer = writer.post(address(page), form, headers=OWN)
    text = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "so nothing was saved. What you typed is kept on this page." in text
    assert "no-store" in answer.headers["Cache-Control"]
    assert Concept.objects.get().summary == "A thing."
    sent = fields(answer.content)
    assert sent["summary"] == TYPED
    assert writer.post(address(page), sent, headers=OWN).status_code == 302
    assert Concept.objects.get().summary == TYPED


@pytest.mark.django_db(transaction=True)
def test_a_database_that_fails_in_the_middle_leaves_nothing_half(writer: Client) -> None:
    page = concept("goods", summary="A thing.")
    form = fields(writer.get(address(page)).content) | {"summary": TYPED}

    def full(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT"):  # the log entry, after the page itself
            raise caused(OperationalError, sqlite3.OperationalError("full"), sqlite3.SQLITE_FULL)
        return execute(sql, *rest)

    with connection.execute_wrapper(full):
        answer = writer.post(address(page), form, headers=OWN)
    assert answer.status_code == 503
    assert fields(answer.content)["summary"] == TYPED
    assert Concept.objects.get().summary == "A thing."


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_was_not_to_be_had_shows_the_form_again(writer: Client) -> None:
    page = concept("goods", summary="A thing.")
    form = fields(writer.get(address(page)).content) | {"summary": TYPED}

    def locked(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE"):
            raise caused(OperationalError, sqlite3.OperationalError("x"), sqlite3.SQLITE_BUSY)
        return execute(sql, *rest)

    with connection.execute_wrapper(locked):
        answer = writer.post(address(page), form, headers=OWN)
    assert (answer.status_code, "somebody else is saving" in answer.content.decode()) == (200, True)


@pytest.mark.django_db(transaction=True)
def test_a_session_that_cannot_be_written_was_not_ended_by_anybody(writer: Client) -> None:
    page = concept("goods", summary="A thing.")
    form = fields(writer.get(address(page)).content) | {"summary": TYPED}
    assert writer.post(address(page), form, headers=OWN).status_code == 302

    def full(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE") and "django_session" in sql:  # the message is taken out of it
            raise caused(OperationalError, sqlite3.OperationalError("full"), sqlite3.SQLITE_FULL)
        return execute(sql, *rest)

    with connection.execute_wrapper(full):
        assert writer.get(address(page)).status_code == 503
    assert writer.get(address(page)).status_code == 200


@pytest.mark.django_db
def test_what_another_site_made_a_browser_send_is_not_shown(writer: Client) -> None:
    page = concept("goods", summary="A thing.")
    with down():
        answer = writer.post(
            address(page), {"summary": TYPED}, headers={"Origin": "https://e.example"}
        )
    assert answer.status_code == 503
    assert TYPED not in answer.content.decode()
    assert "so nothing was saved" in answer.content.decode()


@pytest.mark.django_db
def test_a_password_is_not_given_back(visitor: Client) -> None:
    with down():
        answer = visitor.post("/admin/login/", {"username": "a", "password": TYPED}, headers=OWN)
    assert answer.status_code == 503
    assert TYPED not in answer.content.decode()


@pytest.mark.django_db
def test_the_scripts_of_the_desk_are_told_in_json(writer: Client) -> None:
    with down():
        answer = writer.post("/admin/markdown/preview/", {"content": "x"}, headers=OWN)
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/json")
