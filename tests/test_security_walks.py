"""What no address tells: that there is a draft; and what none answers, whatever is asked: 500."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as site
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import concept, guide
from small_site import build
from test_drafts_are_hidden import SECRET, TEXT
from test_page_queries import ALL

from concepts.models import Page
from concepts.views.exporting import FILES

pytestmark = pytest.mark.django_db

FORMS = (
    "",
    "?on=2026-11-26",
    "?swap=1",
    "index.json",
    "index.md",
    "index.csv",
    "index.bib",
    "before/",
    "editions/",
    "editions/1/",
    "editions/1..2/",
    "editions/1/card.png",
    "editions/1/index.json",
    "cite/",
    "share/",
    "feed/",
    "sources.ris",
    *(f"export/{file}" for file in FILES),
)
ELSEWHERE = (
    *("/embed/concept/{}/", "/embed/concept/{}/?edition=1", "/timegate/concepts/{}/"),
    *(
        "/timemap/concepts/{}/",
        f"/oembed?url={site.SITE_URL}/concepts/{{}}/",
        "/list/?i=concept:{}",
    ),
    *(
        "/list/?i=concept:{}@1",
        "/list/?add=/concepts/{}/",
        "/list/?pick=concept:{}",
        "/map/?area={}",
    ),
    *("/list/export/questions.csv?i=concept:{}", "/compare/?c={}&c=goods", "/practice/?area={}"),
    *("/search/?q={}", "/search/suggest/?q={}", "/sources/{}/", "/dimensions/{}/", "/paths/{}/"),
    *("/on/2026-11-26/concepts/{}/", "/areas/{}/", "/distinctions/{}/", "/organizations/{}/"),
)
UNKNOWN = "jjqqxx-vvkkzz"


def told(client: Client, address: str, slug: str) -> tuple[int, str, str]:
    """What an address tells of a page, without the name by which it was asked for."""
    answer = client.get(address.format(slug))
    said = answer.content.decode(errors="replace")
    there = answer.headers.get("Location", "").replace(slug, "...")
    for name in (
        slug,
        slug.capitalize(),
        slug.replace("-", " "),
        slug.replace("-", " ").capitalize(),
    ):
        said = said.replace(name, "...")
    return answer.status_code, re.sub(r"\d+", "0", said), there


def test_a_draft_is_answered_like_a_page_that_never_was(client: Client) -> None:
    build(1)
    slug = "qqwwxx-kkvvzz"
    concept(slug, title=SECRET, summary=TEXT, area="foundations")
    guide(slug, title=SECRET, summary=TEXT)
    asked = [*(f"/concepts/{{}}/{form}" for form in FORMS), *ELSEWHERE]
    different = [
        address
        for address in asked
        if told(client, address, slug) != told(client, address, UNKNOWN)
    ]
    assert different == []
    assert not any(SECRET in told(client, address, slug)[1] for address in asked)


PIECES = st.one_of(
    st.sampled_from(
        [*ALL, "/", "//", "..", "editions", "1", "0", "999999", "index.json", "%00", "%ff"]
    ),
    st.sampled_from(
        ["on", "2026-11-26", "yesterday", "embed", "list", "timegate", "preview", "admin"]
    ),
    st.text(max_size=12),
)
NAMES = st.sampled_from(
    [
        "i",
        "t",
        "q",
        "page",
        "c",
        "pick",
        "on",
        "row",
        "side",
        "edition",
        "part",
        "url",
        "swap",
        "hide",
        "area",
        "order",
        "o",
        "add",
        "to",
        "all",
        "new",
        "up",
        "instead",
        "day",
        "format",
        "maxwidth",
        "kind",
        "after",
        "next",
    ]
)
VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["1", "-1", "9" * 30, "concept:goods", "distinction:goods-vs-services@1!row-row1"]
    ),
    st.sampled_from(
        ["goods", "2026-11-26", "2026-02-30", "\0", "٣", "{", "%", f"{site.SITE_URL}/"]
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "Accept",
            "If-None-Match",
            "If-Modified-Since",
            "Accept-Datetime",
            "Range",
            "Accept-Encoding",
            "Cookie",
            "Origin",
            "X-Request-ID",
            "User-Agent",
        ]
    ),
    st.one_of(
        st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20),
        st.sampled_from(["*/*", '"a", W/"b"', "br;q=0", "text/markdown;q=1", "bytes=0-"]),
    ),
    max_size=2,
)


@settings(
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    pieces=st.lists(PIECES, min_size=1, max_size=3),
    query=st.lists(st.tuples(NAMES, VALUES), max_size=3),
    headers=HEADERS,
    method=st.sampled_from(["get", "get", "get", "head", "post", "options", "delete"]),
)
def test_no_address_query_or_header_is_an_error_of_ours(
    client: Client, pieces: list[str], query: list[Any], headers: dict[str, str], method: str
) -> None:
    if not Page.objects.exists():
        build(1)
    client.raise_request_exception = False
    address = "".join(piece if piece.startswith("/") else f"/{piece}" for piece in pieces)
    path = quote(address, safe="/?=&:%@!+")
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query)
    answer = getattr(client, method)(f"{path}{'&' if '?' in path else '?'}{asked}", headers=headers)
    assert answer.status_code < 500, (method, path, asked, headers)
    assert not any(sign in f"{name}{value}" for name, value in answer.items() for sign in "\r\n\0")
