"""The headers of every address by its class, in production, and of every way to be refused.

The classes stand in `data/expected_headers.json`: pages, frames, pictures, forms for programs,
errors, the desk. An address that is in no class fails.
"""

from typing import Any

import pytest
from admin_forms import fields
from django.test import Client
from header_classes import PRODUCTION, Encrypted, wrong
from samples import concept, publish
from small_site import COMPARISON, build
from staff import enter, member
from test_page_queries import ADDRESSES
from test_staff_urls import TABLE

from concepts import publishing

pytestmark = pytest.mark.django_db

FRAMES = {"embed"}
PICTURES = {"media", "card"}
DATA = set(
    "page-json page-markdown page-csv edition-json edition-markdown edition-csv page-citation"
    " edition-citation page-bibliography edition-bibliography source-citation bibliography schema"
    " page-export edition-export list-export timemap oembed feed page-feed sitemap suggest qr"
    " list-qr robots security".split()
)
"""Names that answer with something else than a page."""


@pytest.fixture(autouse=True)
def _production(settings: Any) -> None:
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    settings.CONTACT = "editors@example.edu"


@pytest.fixture
def visitor() -> Client:
    return Encrypted(raise_request_exception=False)


def class_of(name: str) -> str:
    if name in FRAMES:
        return "embed"
    if name in PICTURES:
        return "media"
    return "export" if name in DATA else "html_public"


def judged(name: str, answer: Any) -> list[str]:
    """What is wrong with the headers of an answer; the kinds of data are many."""
    own = {"media": ("Content-Security-Policy",) if name == "card" else ()}
    own["export"] = ("Content-Type",)
    class_ = class_of(name)
    return [
        told
        for told in wrong(answer.headers, class_)
        if not told.startswith(own.get(class_, ("!",)))
    ]


def test_every_public_address_has_the_headers_of_its_class(visitor: Client) -> None:
    build(1)
    found = {}
    for name, addresses in (ADDRESSES | {"security": ["/.well-known/security.txt"]}).items():
        answer = visitor.get(addresses[0])
        assert answer.status_code == 200, addresses[0]
        found[name] = judged(name, answer)
        if "html" not in answer.headers["Content-Type"] and class_of(name) == "html_public":
            found[name].append("is no page")
        if "default-src 'none'" not in answer.headers["Content-Security-Policy"]:
            found[name].append("has no policy")
    assert {name: told for name, told in found.items() if told} == {}


def test_every_page_of_the_desk_has_the_headers_of_its_class(visitor: Client) -> None:
    enter(visitor, member("root", is_superuser=True))
    found = {}
    for route in TABLE:
        if "<" in route:
            continue
        answer = visitor.get(f"/{route}")
        told = wrong(answer.headers, "html_admin")
        if told:
            found[route] = told
    assert found == {}


def test_every_way_to_be_refused_has_the_headers_of_a_page(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(1)
    publish(gone := concept("gone"))
    publishing.withdraw(gone, by=None, reason="Merged.")
    shut = publish(concept("shut"))
    publishing.close(shut, by=None, reason="A court.")
    answers = {
        400: visitor.get("/list/?i=junk"),
        403: Encrypted(enforce_csrf_checks=True).post(COMPARISON),
        404: visitor.get("/nothing/"),
        405: visitor.put("/check-links/"),
        410: visitor.get("/concepts/gone/"),
        413: visitor.post("/check-links/", {"text": "x" * 200_001}),
    }
    monkeypatch.setattr("concepts.reading.home", lambda *_: 1 // 0)
    answers[500] = visitor.get("/")
    answers[503] = refused_page(visitor, monkeypatch)
    assert [answer.status_code for answer in answers.values()] == list(answers)
    found = {status: wrong(answer.headers, "error") for status, answer in answers.items()
             if answer.content and "html" in answer.headers["Content-Type"]}  # fmt: skip
    assert {status: told for status, told in found.items() if told} == {}
    bare = {s: wrong(a.headers, "all") + ["sets a cookie"] * bool(a.cookies)
            for s, a in answers.items()}  # fmt: skip
    assert {status: told for status, told in bare.items() if told} == {}


def refused_page(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The answer while the database is silent."""
    from django.db import OperationalError

    def silent(*_: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("concepts.reading.home", silent)
    return visitor.get("/")


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_who_watches_the_process_is_told_as_safely(
    visitor: Client, settings: Any, address: str
) -> None:
    settings.METRICS_TOKEN = "a token of twenty and more"
    answer = visitor.get(address, headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"})
    assert answer.status_code == 200
    assert wrong(answer.headers, "all") == []
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_the_cookies_of_the_desk_are_for_this_host_and_https_alone(visitor: Client) -> None:
    page = visitor.get("/admin/login/")
    member("writer", "Writer")
    sent = {"username": "writer", "password": "a long pass phrase", "next": "/admin/"}
    headers = {"Referer": "https://testserver/admin/login/"}
    answer = visitor.post("/admin/login/", fields(page.content) | sent, headers=headers)
    assert answer.status_code == 302
    cookies = {**page.cookies, **answer.cookies}
    assert set(cookies) == {"__Host-sessionid", "__Host-csrftoken"}
    for cookie in cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
        assert cookie["samesite"] in ("Lax", "Strict")
        assert not cookie["domain"]


def test_a_cookie_is_set_nowhere_but_on_the_desk(visitor: Client) -> None:
    build(1)
    enter(visitor, member("root", is_superuser=True))
    asked = [addresses[0] for addresses in ADDRESSES.values()]
    assert {address for address in asked if visitor.get(address).cookies} == set()


def test_every_class_is_of_names_that_there_are() -> None:
    assert set(ADDRESSES) | {"security"} >= FRAMES | PICTURES | DATA
