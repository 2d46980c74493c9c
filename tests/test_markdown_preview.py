"""The live preview in the admin: the page's own rendering, for editors only, whatever they type."""

import json
import re
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import samples as make
from check_fragment import build, check
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from concepts import publishing
from concepts.models import Concept, Source

pytestmark = pytest.mark.django_db

HOSTILE = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "hostile_markdown.jsonl").read_text().splitlines()
]
ADDRESS = "/admin/markdown/preview/"


@pytest.fixture
def writer(client: Client) -> Client:
    made = User.objects.create_user("writer", is_staff=True)
    made.user_permissions.set(Permission.objects.filter(codename="change_concept"))
    client.force_login(made)
    return client


def preview(client: Client, text: str) -> Any:
    return client.post(ADDRESS, {"content": text})


def test_the_widget_asks_our_own_view() -> None:
    assert reverse("markdownx_markdownify") == ADDRESS


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case["id"])
def test_a_hostile_text_is_shown_harmless_or_refused(writer: Client, case: dict[str, Any]) -> None:
    started = process_time()
    answer = preview(
        writer, build(case).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    )
    seconds = process_time() - started
    assert answer.status_code in (200, 400, 413)
    assert check(case, answer.content.decode(), seconds, answer.status_code != 200) == []


def test_a_text_that_is_refused_comes_back_as_the_reason(writer: Client) -> None:
    answer = preview(writer, "a\n<b>\x07")
    assert answer.status_code == 400
    reason = '<p class="errornote">Line 2 holds the character U+0007'
    assert answer.content.decode().startswith(reason)


def test_a_link_leads_to_what_is_published_and_to_nothing_else(writer: Client) -> None:
    for slug in ("goods", "draft"):
        Concept.objects.create(kind="concept", slug=slug, title=slug)
    page = Concept.objects.get(slug="goods")
    publishing.publish(page, by=None, note="", significance="meaning", override="A test.")
    html = preview(writer, "[G](concept:goods) [D](concept:draft)").content.decode()
    assert html == '<p><a href="/concepts/goods/">G</a> D</p>\n'


def test_citations_are_numbered_where_the_source_is_on_the_desk(writer: Client) -> None:
    for slug in ("ohno1988", "little1961"):
        Source.objects.create(slug=slug, title=slug)
    html = preview(writer, "A [@nobody], b [@ohno1988], c [@little1961, p. 2].").content.decode()
    assert [html.count(mark) for mark in ("[?nobody]", ">1</a>", ">2</a>, p. 2")] == [1, 1, 1]


def test_a_preview_is_what_the_page_shows(writer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make.source("little1961")
    make.publish(make.concept("goods"))
    make.concept("draft")
    text = f"""\
# Head

A [page](concept:goods), [one edition](concept:goods@1#formula), [a draft](concept:draft),
[@nobody], [an address](https://example.org/), two[^1] sources [@little1961, p. 2; @little1961].

![A lane](/media/{"0a" * 32}.png#12x8) ![decorative](/media/{"0b" * 32}.webp) ![No](https://x/y.png)

| a | b |
|--:|---|
| 1 | [@little1961] |

[^1]: Of *one* kind.
"""
    monkeypatch.setattr("concepts.checks.RULES", ())  # some of it they would refuse
    make.publish(make.concept("takt-time", body=text))
    page = writer.get("/concepts/takt-time/").content.decode()
    found = re.search(r'<div class="prose">(.*?)</div>\n', page, re.DOTALL)
    assert found
    shown = re.sub(r"preview-[0-9a-f]{8}-", "body--", preview(writer, text).content.decode())
    assert shown == found[1]
    assert shown.count("<a ") == 8


def test_ids_of_two_previews_differ(writer: Client) -> None:
    text = "A[^1]\n\n[^1]: note"
    assert preview(writer, text).content != preview(writer, text).content


@pytest.mark.parametrize("sent", [{}, {"image": "x"}])
def test_what_is_no_text_is_refused(writer: Client, sent: dict[str, str]) -> None:
    assert writer.post(ADDRESS, sent).status_code == 400


def test_a_preview_is_asked_for_by_post(writer: Client) -> None:
    assert writer.get(ADDRESS, {"content": "a"}).status_code == 405


@pytest.mark.parametrize("staff", [None, False, True])
def test_who_may_write_nothing_sees_no_preview(client: Client, staff: bool | None) -> None:
    if staff is not None:
        client.force_login(User.objects.create_user("reader", is_staff=staff))
    for answer in (client.get(ADDRESS), preview(client, "a")):
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/json")
        assert answer.json() == {"error": "Only editors who are logged in see a preview."}


def test_a_preview_needs_the_form_token(writer: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get())
    assert preview(strict, "a").status_code == 403


def test_there_is_no_address_of_markdownx_itself(writer: Client) -> None:
    for address in ("/markdownx/markdownify/", "/markdownx/upload/"):
        assert writer.post(address, {"content": "a"}).status_code == 404
