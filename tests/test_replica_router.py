"""Which of two databases a request reads from. `test_replica.py` tries it on a real replica."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from outage import REFUSED
from small_site import COMPARISON, CONCEPT, build
from test_page_queries import ALL, BUDGET

from concepts import stamp
from concepts.models import Edition, Site
from pomsite import postgresql, replica
from pomsite.replica import REPLICA, Router, from_replica

pytestmark = pytest.mark.django_db


class Two:
    """A database and its replica: the same rows, told apart by who is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Remember which of the two a query goes to."""
        self.asked.append(context["connection"].alias)
        return execute(sql, params, many, context)


@pytest.fixture
def two(settings: Any) -> Iterator[Two]:
    """The site with a replica, which is the same connection by another name."""
    settings.DATABASE_ROUTERS = ["pomsite.replica.Router"]
    main = connections["default"]
    other = copy.copy(main)
    other.alias, other.execute_wrappers = REPLICA, []
    connections[REPLICA] = other
    connections.settings[REPLICA] = main.settings_dict
    found = Two()
    try:
        # A test is one transaction, which would be read from where it is.
        with (
            pytest.MonkeyPatch.context() as patch,
            main.execute_wrapper(found.note),
            other.execute_wrapper(found.note),
        ):
            patch.setattr(Router, "db_for_read", lambda *_, **__: replica._reads.get())
            yield found
    finally:
        del connections[REPLICA], connections.settings[REPLICA]
        postgresql.forget()


def test_all_that_a_public_page_asks_is_asked_of_the_replica(two: Two, client: Client) -> None:
    build(2)
    two.asked.clear()
    for address in ALL:
        stamp.forget()
        assert client.get(address).status_code == 200, address
    client.head(CONCEPT)
    assert set(two.asked) == {REPLICA}


@pytest.mark.parametrize("address", [COMPARISON, CONCEPT, f"{COMPARISON}editions/1/"])
def test_a_page_costs_no_more_with_a_replica(two: Two, client: Client, address: str) -> None:
    build(1)
    stamp.forget()
    two.asked.clear()
    client.get(address)
    assert 0 < len(two.asked) <= BUDGET


def test_the_desk_and_previews_never_ask_the_replica(two: Two, editor: Client) -> None:
    build(1)
    two.asked.clear()
    for address in ("/admin/", "/admin/concepts/concept/", "/preview/none/", "/admin/metrics/"):
        editor.get(address)
    assert set(two.asked) == {"default"}


def test_what_is_sent_never_asks_the_replica(two: Two, client: Client) -> None:
    build(1)
    two.asked.clear()
    client.post("/check-links/", {"text": f"http://127.0.0.1:8000{COMPARISON}"})
    assert set(two.asked) == {"default"}


def test_what_a_request_wrote_it_reads_where_it_wrote(two: Two) -> None:
    def view(_: HttpRequest) -> HttpResponse:
        list(Edition.objects.all())
        Site.objects.filter(pk=1).update(maintenance="")
        list(Edition.objects.all())
        return HttpResponse()

    from_replica(view)(RequestFactory().get("/"))
    assert two.asked == [REPLICA, "default", "default"]
    from_replica(view)(RequestFactory().get("/"))
    assert two.asked[3:] == [REPLICA, "default", "default"]  # the next one begins anew


def test_within_a_transaction_nothing_is_read_from_the_replica() -> None:
    token = replica._reads.set(REPLICA)
    try:
        with transaction.atomic():
            assert Router().db_for_read(Edition) == "default"
    finally:
        replica._reads.reset(token)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_and_outside_a_request_it_is_not() -> None:
    assert Router().db_for_read(Edition) == "default"
    token = replica._reads.set(REPLICA)
    try:
        assert Router().db_for_read(Edition) == REPLICA
        assert Router().db_for_write(Edition) == "default"
        assert Router().db_for_read(Edition) == "default"
    finally:
        replica._reads.reset(token)


def test_nothing_is_migrated_on_the_replica() -> None:
    assert Router().allow_migrate(REPLICA, "concepts") is False
    assert Router().allow_migrate("default", "concepts") is None


def fail(error: DatabaseError = REFUSED) -> Any:
    def raising(*_: Any) -> None:
        raise type(error)(*error.args)

    return connections[REPLICA].execute_wrapper(raising)


def test_where_the_replica_fails_the_database_answers(two: Two, client: Client) -> None:
    build(1)
    client.raise_request_exception = False
    with fail():
        for address in ("/", COMPARISON, f"{COMPARISON}editions/1/", "/search/?q=stored"):
            assert client.get(address).status_code == 200, address


def test_where_both_fail_readers_are_told_to_come_again(two: Two, client: Client) -> None:
    build(1)
    client.raise_request_exception = False

    def raising(*_: Any) -> None:
        raise OperationalError("gone")

    with fail(), connections["default"].execute_wrapper(raising):
        assert client.get("/concepts/services/before/").status_code == 503


def test_a_statement_that_took_too_long_is_not_tried_on_the_database(
    two: Two, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(1)
    client.raise_request_exception = False
    monkeypatch.setattr(replica, "QUICK", -1.0)
    with fail(OperationalError("canceling statement due to statement timeout")):
        assert client.get("/search/?q=stored").status_code == 503
    assert "default" not in two.asked[two.asked.index(REPLICA) :]


def test_a_replica_that_could_not_be_reached_is_left_alone_for_a_while(
    two: Two, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(1)
    monkeypatch.setitem(postgresql._until, REPLICA, postgresql.time.monotonic() + 60)
    two.asked.clear()
    client.get(COMPARISON)
    assert set(two.asked) == {"default"}


def test_the_stamp_of_one_is_never_taken_for_the_others(
    two: Two, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of a replica that lags, kept under the database's stamp, would stay for ever."""
    build(1)
    stamp.forget()
    newer = stamp.current()
    older = newer._replace(counter=newer.counter - 1)
    monkeypatch.setattr(
        stamp, "read", lambda: {"default": newer, REPLICA: older}[replica._reads.get()]
    )
    lagging = client.get(COMPARISON).headers["ETag"]
    monkeypatch.setitem(postgresql._until, REPLICA, postgresql.time.monotonic() + 60)
    assert client.get(COMPARISON).headers["ETag"] != lagging
    postgresql.forget()
    assert client.get(COMPARISON).headers["ETag"] == lagging
