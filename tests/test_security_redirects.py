"""No address leads to another site, and nothing that is asked for gets into a header as a line."""

from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from samples import concept, publish
from small_site import COMPARISON, CONCEPT, build, existing
from staff import PASSWORD, member

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    *(
        "https://attacker.example/",
        "//attacker.example",
        "///attacker.example",
        "/\\attacker.example",
    ),
    *(
        "\\\\attacker.example",
        "https:attacker.example",
        "javascript:alert(1)",
        "/%09/attacker.example",
    ),
    *("/\t/attacker.example", f"{settings.SITE_URL}@attacker.example/", "data:text/html,x"),
    *(
        "/x\r\nSet-Cookie: a=b",
        "/%0d%0aSet-Cookie:%20a=b",
        "\u2028//attacker.example",
        "@attacker.example",
    ),
)
LEADING = (
    *("/admin/login/?next={}", "/admin/?next={}", "/admin/logout/?next={}"),
    *("/on/?day=2026-11-26&page={}", "/on/yesterday{}", "/on/yesterday/{}", "/on/2026-11-26{}"),
    *("/timegate/{}", "/timegate" + COMPARISON + "?{}", "/timegate" + COMPARISON + "?x={}"),
    *(
        COMPARISON + "?on={}",
        COMPARISON + "?on=2026-11-26&swap={}",
        "/list/?add={}",
        "/list/?to={}",
    ),
    *("/list/?i=concept:goods&up={}&t={}", "/compare/?c=goods&c=services&x={}", "/compare/?c={}"),
    *("/concepts/wares{}", "/concepts/wares?{}", "/embed/concept/wares/?row={}", "{}", "/{}"),
)
"""Addresses that lead on, with a place for what somebody wishes."""


def leaves(answer: Any) -> bool:
    """Whether it leads to another site, or has a line that nobody meant."""
    location = answer.headers.get("Location", "")
    told = "".join(f"{name}{value}" for name, value in answer.items())
    plain = location.replace("\\", "/").strip()
    host = urlsplit(plain).netloc
    own = {"", "testserver", urlsplit(settings.SITE_URL).netloc}
    scheme = urlsplit(plain).scheme in ("", "http", "https")
    return host not in own or not scheme or any(sign in told for sign in "\r\n\0")


@pytest.fixture(autouse=True)
def _site() -> None:
    build(1)
    page = publish(concept("wares")).page
    publish(concept("things", existing("concept", "wares") or page))


def test_no_address_leads_to_another_site(client: Client) -> None:
    client.raise_request_exception = False
    wrong = []
    for place in LEADING:
        for wish in ELSEWHERE:
            for written in {wish, quote(wish, safe="")}:
                path = place.format(written, written)
                answer = client.get(path if path.startswith("/") else f"/{path}")
                if answer.status_code >= 500 or leaves(answer) or answer.cookies.get("a"):
                    wrong.append((path, answer.status_code, answer.headers.get("Location")))
    assert wrong == []


@pytest.mark.parametrize("wish", ELSEWHERE)
def test_who_logs_in_stays_here(client: Client, wish: str) -> None:
    member("writer", "Writer")
    sent = {"username": "writer", "password": PASSWORD, "next": wish}
    answer = client.post(f"/admin/login/?next={quote(wish, safe='')}", sent)
    assert answer.status_code == 302
    assert not leaves(answer)


def test_hosts_and_schemes_that_a_header_names_are_in_no_answer(client: Client) -> None:
    headers = {"X-Forwarded-Host": "attacker.example", "X-Forwarded-Proto": "gopher"}
    headers |= {"Forwarded": "host=attacker.example", "X-Forwarded-Prefix": "/evil"}
    for address in (CONCEPT, f"{CONCEPT}cite/", "/feed/", "/sitemap.xml", "/concepts/wares/"):
        answer = client.get(address, headers=headers)
        told = answer.content.decode() + str(dict(answer.items()))
        assert not any(word in told for word in ("attacker", "gopher", "/evil"))
