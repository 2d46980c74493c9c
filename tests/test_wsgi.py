"""What a web server calls answers every request, before any of our code is asked."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from outage import down
from samples import concept, publish
from small_site import COMPARISON, build

from pomsite import counters, serving, wsgi
from pomsite.wsgi import CHARSET, application

GOODS = "/concepts/goods/"

pytestmark = pytest.mark.django_db  # Django looks after its connections at each request


def status_of(**sent: str) -> str:
    """The status line of the answer to a request with a query that needs decoding."""
    told: list[str] = []
    environ = RequestFactory().get("/healthz?q=%C3%A9").environ | sent
    application(environ, lambda status, headers, *rest: told.append(status))
    return told[0]


@pytest.mark.parametrize("charset", ["hex", '"rot13"', "zlib; x=y", "IDNA", "utf-16", "none"])
def test_no_charset_that_a_request_names_stops_it(charset: str) -> None:
    assert status_of(CONTENT_TYPE=f"text/plain; Charset={charset}") == "200 OK"


def test_what_else_a_content_type_says_is_kept() -> None:
    told = 'multipart/form-data; charset="a;b"; boundary=xyz'
    assert CHARSET.sub("", told) == "multipart/form-data; boundary=xyz"


# What is kept, at the door ------------------------------------------------------------------


def asked_of(path: str, **sent: str) -> tuple[str, dict[str, str], bytes, int]:
    """Status line, headers, body and number of queries of the answer that a server gets."""
    told: dict[str, Any] = {}
    environ = RequestFactory(HTTP_HOST="testserver").get(path).environ | sent

    def start(status: str, headers: list[tuple[str, str]], *rest: object) -> None:
        told.update(status=status, headers=dict(headers))

    with CaptureQueriesContext(connection) as captured:
        answer = application(environ, start)
    body = b"".join(answer)
    return told["status"], told["headers"], body, len(captured)


@pytest.fixture
def page(client: Client) -> str:
    """The address of a page that this process keeps."""
    publish(concept("goods"))
    assert client.get(GOODS).status_code == 200
    return GOODS


def is_at_the_door(monkeypatch: pytest.MonkeyPatch, path: str, **sent: str) -> bool:
    """Whether it is answered without Django's being asked."""
    asked: list[str] = []
    with monkeypatch.context() as patched:
        patched.setattr(wsgi, "_site", lambda environ, start: asked.append("Django") or [])
        wsgi.application(
            RequestFactory(HTTP_HOST="testserver").get(path).environ | sent, lambda *_: None
        )
    return not asked


def test_what_is_kept_is_answered_as_it_was_without_django(
    page: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_at_the_door(monkeypatch, page)
    status, headers, body, queries = asked_of(page)
    page_itself = client.get(page)
    assert (status, headers, body) == ("200 OK", dict(page_itself.items()), page_itself.content)
    assert queries == 0
    assert is_at_the_door(monkeypatch, page, REQUEST_METHOD="HEAD")


def test_who_has_what_is_kept_is_told_so(page: str, client: Client) -> None:
    tag = client.get(page).headers["ETag"]
    status, headers, body, queries = asked_of(page, HTTP_IF_NONE_MATCH=f'"x", W/{tag}')
    assert (status, body, queries) == ("304 Not Modified", b"", 0)
    assert headers == dict(client.get(page, headers={"If-None-Match": tag}).items())


@pytest.mark.parametrize(
    "sent",
    [
        {"REQUEST_METHOD": "POST"},
        {"QUERY_STRING": "swap=1"},
        {"HTTP_ACCEPT": "application/json"},
        {"HTTP_ACCEPT_ENCODING": "br"},
        {"HTTP_HOST": "elsewhere.example"},
        {"HTTP_HOST": ""},
        {"PATH_INFO": "/concepts/g\xc3\xb6ods/"},
    ],
)
def test_what_was_not_kept_is_for_django(
    page: str, monkeypatch: pytest.MonkeyPatch, sent: dict[str, str]
) -> None:
    assert not is_at_the_door(monkeypatch, page, **sent)


def test_a_change_of_the_site_leaves_nothing_at_the_door(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(concept("services"))
    assert not is_at_the_door(monkeypatch, page)


def test_without_encryption_nothing_is_answered_at_the_door_unless_a_trusted_proxy_says_so(
    page: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT, settings.TRUSTED_PROXIES = True, ["10.0.3.7"]
    said = {"HTTP_X_FORWARDED_PROTO": "https"}
    assert not is_at_the_door(monkeypatch, page)
    assert not is_at_the_door(monkeypatch, page, **said)
    assert is_at_the_door(monkeypatch, page, REMOTE_ADDR="10.0.3.7", **said)
    assert is_at_the_door(monkeypatch, page, **{"wsgi.url_scheme": "https"})


def test_what_is_answered_at_the_door_is_counted(page: str) -> None:
    names = 'answers{how="kept"}', 'requests{name="none",status="2xx"}'
    before = counters.totals()
    asked_of(page)
    after = counters.totals()
    assert [after[name][0] - before.get(name, (0, 0))[0] for name in names] == [1, 1]


# What a server begins with --------------------------------------------------------------------


@pytest.fixture
def asked_at_the_start(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses for which a server has asked itself; its connections stay those of the test."""
    asked: list[str] = []

    def noted(environ: dict[str, Any], start: Any) -> Any:
        asked.append(environ["PATH_INFO"])
        return application(environ, start)

    monkeypatch.setattr(serving, "application", noted)
    monkeypatch.setattr(serving, "connections", SimpleNamespace(close_all=lambda: None))
    return asked


@pytest.mark.django_db(
    transaction=True
)  # each answer ends its connection, were it in a transaction
def test_a_server_begins_with_the_start_page_and_what_it_leads_to(
    asked_at_the_start: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build(1)
    serving.warm_up()
    assert asked_at_the_start.count("/") == 2  # for its links, and as browsers ask
    assert 3 < len(asked_at_the_start) <= serving.READY + 1
    assert is_at_the_door(monkeypatch, COMPARISON, HTTP_ACCEPT_ENCODING="gzip, deflate, br")


def test_a_server_that_has_no_database_asks_itself_once(
    asked_at_the_start: list[str],
) -> None:
    with down():
        serving.warm_up()
    assert asked_at_the_start == ["/"]
