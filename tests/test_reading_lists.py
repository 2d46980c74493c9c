"""The page of a reading list, the ways to change it, and its address as a picture."""

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from samples import LATER, ROW, comparison, concept, guide, organization, publish, row, source
from small_site import COMPARISON, CONCEPT, build, existing, section, text_of, words

from concepts import choosing, publishing
from concepts.models import Page
from concepts.views.machine import as_qr

pytestmark = pytest.mark.django_db

PAGE = "distinction:goods-vs-services"
ASKED = """\
Which is *stored*?

- [x] A loaf

  It **waits**. [@little1961]
- [ ] A haircut

  No."""


def question(key: str, row: str = "") -> dict[str, str]:
    return {"key": key, "text": ASKED, "row": row}


def cited(key: str, text: str) -> dict[str, Any]:
    """A row on the dimension `scope`, with a source in its first cell."""
    return row(key, goods=f"{text} [@little1961]", services="Acts.")


def of_list(*items: str, **more: str) -> str:
    query = choosing.write(choosing.read(items))
    return "/list/?" + "&".join([query, *(f"{name}={value}" for name, value in more.items())])


# The page -----------------------------------------------------------------------------------------


@pytest.fixture
def pages(db: None) -> None:
    """A comparison with three rows and two questions, a concept, and an organization."""
    source()
    rows = [cited("scope", "Things."), cited("more", "Stored."), cited("last", "Last.")]
    asked = [question("stored", "scope"), question("kept")]
    publish(comparison(rows=rows, questions=asked))
    publish(concept("lean", questions=[question("stored")]))
    publish(organization("bank"))


def entries(text: str) -> list[str]:
    """The entries of a list, in order."""
    found = re.search(r'<ol class="steps chosen">(.*?)\n</ol>', text, re.DOTALL)
    return re.split(r"(?m)^<li>", found[1])[1:] if found else []


def headings(entry: str) -> list[str]:
    """The headings of the rows of an entry."""
    return re.findall(r'<th role="rowheader" scope="row" abbr="[^"]*"><a href="([^"]+)"', entry)


@pytest.mark.usefixtures("pages")
def test_pages_stand_in_their_order_with_title_answer_and_edition(client: Client) -> None:
    text = text_of(client, of_list("organization:bank@1", PAGE, "concept:lean"))
    first, second, third = entries(text)
    assert first.startswith('<a href="/organizations/bank/editions/1/">A bank</a>\n<p>It lends.')
    assert second.startswith(f'<a href="{COMPARISON}">Goods vs services</a>\n<p>Goods can be')
    assert third.startswith('<a href="/concepts/lean/">Lean</a>')
    assert "Read the page as a whole. Pinned to edition 1 of" in words(first)
    assert "Follows the newest edition; now edition 1 of" in words(second)
    assert "1 of 3 items are pinned to an edition" in words(text)
    site = settings.SITE_URL
    paths = ("/organizations/bank/", COMPARISON, "/concepts/lean/")
    for entry, path in zip((first, second, third), paths, strict=True):
        assert f'<code class="stays">{site}{path}editions/1/</code>' in entry


@pytest.mark.usefixtures("pages")
def test_rows_of_a_page_stand_in_one_table_in_the_order_chosen(client: Client) -> None:
    chosen = [f"{PAGE}@1!row-last", "concept:lean", f"{PAGE}@1!row-scope", f"{PAGE}!row-more"]
    pinned, lean, newest = entries(text_of(client, of_list(*chosen)))
    here = f"{COMPARISON}editions/1/#row-"
    assert headings(pinned) == [f"{here}last", f"{here}scope"]
    assert headings(newest) == [f"{COMPARISON}#row-more"]
    assert (pinned.count("<table"), lean.count("<table")) == (1, 0)
    assert "Last." in pinned
    assert "Stored." not in pinned
    assert "Read the page as a whole" not in pinned + newest
    sides = re.findall(r'class="([ab])"><i><i class="k"></i>([^<]+)</i>', pinned)
    assert sides == [("a", "Goods"), ("b", "Services")]


@pytest.mark.usefixtures("pages")
def test_questions_of_all_pages_are_one_quiz_with_reasons_and_an_answer_key(client: Client) -> None:
    items = [f"{PAGE}@1!question-stored", "concept:lean!question-stored", f"{PAGE}!question-stored"]
    text = text_of(client, of_list(*items))
    check = section(text.replace('class="s work"', 'class="s"'), "check")
    assert re.findall(r'<li id="([^"]+)">', check) == [
        "distinction-goods-vs-services--1--question-stored",
        "concept-lean--newest--question-stored",
        "distinction-goods-vs-services--newest--question-stored",
    ]
    assert f'From <a href="{COMPARISON}editions/1/#question-stored">Goods vs services</a>' in check
    assert f'<a href="{COMPARISON}editions/1/#row-scope">Row: Scope</a>' in check
    assert check.count("<summary>A loaf</summary>") == 3
    assert check.count("It <strong>waits</strong>.") == 3
    key = text[text.index(">Answers</h2>") :]
    assert key.count("<b>A loaf</b> It waits.") == 3
    assert "A haircut" not in key
    assert 'class="s paper"' in text
    assert "Check yourself" not in text_of(client, of_list(PAGE))


@pytest.mark.usefixtures("pages")
def test_no_id_stands_there_twice_and_every_mark_leads_to_a_source(client: Client) -> None:
    parts = ("row-scope", "row-more", "question-stored", "question-kept")
    items = [f"{page}!{part}" for page in (PAGE, f"{PAGE}@1") for part in parts]
    text = text_of(client, of_list(*items, "concept:lean!question-stored"))
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    marks = re.findall(r'href="#(s\d+)"', text)
    assert set(marks) == {"s1"}
    assert len(marks) == 9
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


@pytest.mark.usefixtures("pages")
def test_only_sources_are_listed_that_the_chosen_parts_cite(client: Client) -> None:
    assert "Little" in section(text_of(client, of_list(f"{PAGE}!row-scope")), "sources")
    assert 'id="sources"' not in text_of(client, of_list(PAGE, "concept:lean"))


def test_an_old_edition_says_which_rows_changed_since_and_offers_the_new_one(
    client: Client,
) -> None:
    publish(comparison(rows=[ROW, LATER]))
    page = existing("distinction", "goods-vs-services")
    retired = [{"key": "later", "successor": "scope"}]
    changed = [{**ROW, "cells": [{**cell, "text": "Else."} for cell in ROW["cells"]]}]
    publish(comparison(page, rows=changed, retired_rows=retired))
    [entry] = entries(text_of(client, of_list(f"{PAGE}@1!row-scope", f"{PAGE}@1!row-later")))
    told = words(entry)
    assert "Things." in told
    assert "Pinned to edition 1 of" in told
    assert "is newer. Since then the meaning changed. 1 of 2 rows changed: Scope." in told
    assert f'<a href="{COMPARISON}editions/2/#row-scope">Scope</a>' in entry
    assert f'name="instead" value="{PAGE}@1 {PAGE}@2"' in entry
    [newest] = entries(text_of(client, of_list(f"{PAGE}!row-scope")))
    assert "is newer" not in newest


def test_a_pinned_row_names_the_sides_as_they_were_called_then(client: Client) -> None:
    publish(comparison(rows=[ROW]))
    publish(concept("services", existing("concept", "services"), title="Acts for others"))
    pinned, newest = entries(text_of(client, of_list(f"{PAGE}@1!row-scope", f"{PAGE}!row-scope")))
    assert "Services" in words(pinned)
    assert "Acts for others" not in words(pinned)
    assert "Acts for others" in words(newest)


def test_what_is_missing_stands_in_its_place_and_the_list_still_works(client: Client) -> None:
    publish(concept("goods"))
    publish(concept("fad"))
    publishing.withdraw(Page.objects.get(slug="fad"), by=None, reason="It passed.")
    shut = publish(concept("shut", title="A libel"))
    publishing.close(shut, by=None, reason="By order.")
    items = ["concept:nothing", "concept:goods", "concept:fad", "concept:fad@1", "concept:shut"]
    text = text_of(client, of_list(*items))
    nothing, goods, fad, kept, closed = map(words, entries(text))
    assert nothing.startswith("Nothing No page has had this address")
    assert goods.startswith("Goods What it is: goods.")
    assert "withdrawn" in fad
    assert "It passed." in fad
    assert 'name="instead" value="concept:fad concept:fad@1"' in text
    assert "It passed. This edition stays as it was." in kept
    assert closed.startswith("Shut Its newest edition was closed: By order.")
    assert "libel" not in text


def test_a_renamed_page_stands_under_its_name_of_today(client: Client) -> None:
    publish(concept("beat"))
    publish(concept("takt-time", existing("concept", "beat")))
    text = text_of(client, of_list("concept:beat", "concept:takt-time"))
    [entry] = entries(text)
    assert entry.startswith('<a href="/concepts/takt-time/">')
    assert "It was called otherwise when this list was made." in entry
    assert f'value="{settings.SITE_URL}/list/?i=concept:takt-time" readonly' in text


@pytest.mark.usefixtures("pages")
def test_a_title_is_shown_as_a_readers_own_and_escaped(client: Client) -> None:
    text = text_of(client, of_list(PAGE, t="%3Cb%3EFree%20beer%26"))
    assert "<h1><em>List:</em> &lt;b&gt;Free beer&amp;</h1>" in text
    assert "<title>List: &lt;b&gt;Free beer&amp; – " in text
    assert "A list made by a reader, not by this site" in text
    assert "<b>Free" not in text
    long = text_of(client, of_list(PAGE, t="x" * 5000))
    assert "x" * 120 in long
    assert "x" * 121 not in long


@pytest.mark.usefixtures("pages")
def test_the_address_to_copy_is_the_one_spelling_of_the_list(client: Client) -> None:
    messy = "/list/?x=1&t=Week+1%3A+%C3%A9&i=&i=concept%3Alean%21stored&i=concept:lean!stored"
    text = text_of(client, messy)
    address = f"{settings.SITE_URL}/list/?i=concept:lean!question-stored&amp;t=Week%201%3A%20%C3%A9"
    assert f'<input id="address" value="{address}" readonly>' in text
    assert f"<code>{address}</code>" in text
    [classroom] = re.findall(r'href="(https://classroom.google.com/[^"]+)"', text)
    [teams] = re.findall(r'href="(https://teams.microsoft.com/[^"]+)"', text)
    plain = html.unescape(address)
    assert parse_qs(urlsplit(html.unescape(classroom)).query)["url"] == [plain]
    assert parse_qs(urlsplit(html.unescape(teams)).query) == {
        "href": [plain],
        "msgText": ["Week 1: é"],
    }


@pytest.mark.usefixtures("pages")
def test_lists_are_kept_out_of_search_engines_and_set_no_cookie(client: Client) -> None:
    for address in ("/list/", of_list(PAGE), of_list(PAGE, up=PAGE), "/list/qr.svg", "/list/?i=x"):
        answer = client.get(address)
        assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert answer["Cache-Control"] == "no-cache"
        assert "Set-Cookie" not in answer.headers
        assert client.post(address).status_code == 405
        assert client.head(address).content == b""
    assert '<meta name="robots" content="noindex">' in text_of(client, of_list(PAGE))
    assert client.get("/on/2020-01-01/list/").status_code == 404


@pytest.mark.usefixtures("pages")
def test_an_empty_list_says_how_to_make_one(client: Client) -> None:
    text = text_of(client, "/list/")
    assert "<h1>Make a reading list</h1>" in text
    assert f'<option value="{PAGE}">Goods vs services</option>' in text
    assert "made by a reader" not in text
    assert 'id="share"' not in text


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("i=junk&i=concept:lean", "“junk” is no item of a list. An item is written like"),
        ("i=%00%FF%ED%A0%80&i=concept:lean", "is no item of a list."),
        ("i=%3Cscript%3E&i=concept:lean", "“&lt;script&gt;” is no item of a list."),
        ("i=concept:lean&add=https://example.org/", "“https://example.org/” is the address of no"),
        ("i=concept:lean&to=%00", "“” is the address of no page and no list of this site."),
        ("i=concept:lean&add=https://[/", "“https://[/” is no address."),
        ("i=concept:lean&i=" + "x" * 5000, "…” is no item of a list."),
        ("i=junk&up=concept:lean&i=concept:lean", "“junk” is no item of a list."),
    ],
)
@pytest.mark.usefixtures("pages")
def test_bad_input_is_told_and_the_rest_is_shown(client: Client, query: str, why: str) -> None:
    text = text_of(client, f"/list/?{query}", 400)
    assert why in text
    assert "<script>" not in text
    assert "\x00" not in text
    [entry] = entries(text)
    assert entry.startswith('<a href="/concepts/lean/">')


@pytest.mark.parametrize(
    "query",
    [
        "pick=junk",
        "pick=concept:nothing",
        "pick=concept:lean!question-stored&i=concept:lean",
        "pick=&t=%00&i=concept:lean",
        "t=a&t=b&i=concept:lean",
        "&&&=&i=concept:lean&%FF=%FF",
    ],
)
@pytest.mark.usefixtures("pages")
def test_what_means_nothing_is_passed_over(client: Client, query: str) -> None:
    text_of(client, f"/list/?{query}")


@pytest.mark.usefixtures("pages")
def test_a_list_of_too_many_items_shows_the_first(client: Client) -> None:
    query = "&".join(f"i=concept:c{number}" for number in range(70))
    text = text_of(client, f"/list/?{query}", 400)
    assert "The first 60 are kept; concept:c60 and all after it are left out." in text
    assert len(entries(text)) == 60
    assert len(text) < 100_000


# Changing a list --------------------------------------------------------------------------------

LEAN, BANK = "i=concept:lean", "i=organization:bank"


@pytest.mark.parametrize(
    ("query", "leads_to"),
    [
        (f"{LEAN}&{BANK}&down=concept:lean", f"{BANK}&{LEAN}"),
        (f"{LEAN}&{BANK}&remove=concept:lean", BANK),
        (f"{LEAN}&drop=concept:lean&t=Mine", "t=Mine"),
        (f"{LEAN}&drop=concept:lean", ""),
        (f"{LEAN}&add=/organizations/bank/editions/1/", f"{LEAN}&{BANK}@1"),
        (f"{LEAN}&add=organization:bank&add=&new=pinned", f"{LEAN}&{BANK}@1"),
        (f"{LEAN}@1&add=organization:bank@1&new=newest", f"{LEAN}@1&{BANK}"),
        (f"{LEAN}@1&add=concept:nothing&new=pinned", f"{LEAN}@1&i=concept:nothing"),
        (f"{LEAN}@1&{BANK}&all=newest", f"{LEAN}&{BANK}"),
        (f"{LEAN}@7&{BANK}&all=pinned", f"{LEAN}@7&{BANK}@1"),
        ("i=concept%3Alean&i=&new=&t=+New+title", f"{LEAN}&t=New%20title"),
        (f"{LEAN}@1!stored&to=&new=newest", f"{LEAN}!question-stored"),
        (
            f"{LEAN}@1&to=https://pom.example/list/?i%3Dconcept%3Agoods%401%26t%3Dx&new=newest",
            f"i=concept:goods@1&{LEAN}",
        ),
        (f"{LEAN}&all=junk&new=junk", LEAN),
        (f"{LEAN}&instead=concept:lean+concept:lean@1", f"{LEAN}@1"),
    ],
)
@pytest.mark.usefixtures("pages")
def test_a_change_leads_to_the_address_of_the_changed_list(
    client: Client, query: str, leads_to: str
) -> None:
    answer = client.get(f"/list/?{query}")
    where = f"/list/?{leads_to}" if leads_to else "/list/"
    assert (answer.status_code, answer["Location"]) == (302, where)
    text_of(client, where)


def fields(form: str) -> list[str]:
    """The values of a form that would be sent as items."""
    return re.findall(r'<input type="(?:hidden|checkbox)" name="i" value="([^"]+)"', form)


@pytest.mark.usefixtures("pages")
def test_parts_of_a_page_are_ticked_in_its_place_in_the_list(client: Client) -> None:
    items = ["concept:lean", f"{PAGE}@1!row-more", f"{PAGE}@1!question-kept", "organization:bank"]
    text = text_of(client, of_list(*items, pick=f"{PAGE}@1", t="Mine"))
    [form] = re.findall(r'<form class="s no-print" id="pick".*?</form>', text, re.DOTALL)
    assert fields(form) == [
        "concept:lean",
        f"{PAGE}@1",
        *(f"{PAGE}@1!row-{key}" for key in ("scope", "more", "last")),
        *(f"{PAGE}@1!question-{key}" for key in ("stored", "kept")),
        "organization:bank",
    ]
    ticked = re.findall(r'value="([^"]+)" checked', form)
    assert ticked == [f"{PAGE}@1!row-more", f"{PAGE}@1!question-kept"]
    assert 'name="t" value="Mine"' in form
    assert "Which is stored?" in words(form)
    assert 'id="pick"' not in text_of(client, of_list(*items))


@pytest.mark.usefixtures("pages")
def test_the_share_page_ticks_what_goes_into_a_list(client: Client) -> None:
    part = section(text_of(client, f"{COMPARISON}editions/1/share/"), "list")
    assert fields(part) == [
        f"{PAGE}@1",
        *(f"{PAGE}@1!row-{key}" for key in ("scope", "more", "last")),
        *(f"{PAGE}@1!question-{key}" for key in ("stored", "kept")),
    ]
    assert re.findall(r'value="([^"]+)" checked', part) == [f"{PAGE}@1"]
    row = section(text_of(client, f"{COMPARISON}share/?row=more"), "list")
    assert re.findall(r'value="([^"]+)" checked', row) == [f"{PAGE}@1!row-more"]


@pytest.mark.usefixtures("pages")
def test_mixed_questions_can_be_taken_into_a_list(client: Client) -> None:
    [address] = re.findall(r'href="(/list/[^"]+)"', text_of(client, "/practice/"))
    choices = choosing.read(parse_qs(html.unescape(address).partition("?")[2])["i"])
    assert sorted(map(str, choices)) == [
        *("concept:lean!question-stored", f"{PAGE}!question-kept", f"{PAGE}!question-stored")
    ]
    assert text_of(client, html.unescape(address)).count('<div class="stem"') == 3


# The picture ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("pages")
def test_the_code_holds_the_one_spelling_of_the_address(client: Client) -> None:
    answer = client.get("/list/qr.svg?t=+Mine&i=concept%3Alean%401&i=")
    assert answer["Content-Type"] == "image/svg+xml"
    address = f"{settings.SITE_URL}/list/?i=concept:lean@1&t=Mine"
    assert answer.content.decode() == as_qr(address, error="l")


@pytest.mark.usefixtures("pages")
def test_an_address_too_long_for_a_code_is_said_to_be(client: Client) -> None:
    query = "&".join(f"i=concept:lean-{'a' * 60}{number:02}" for number in range(16))
    answer = client.get(f"/list/qr.svg?{query}")
    assert answer.status_code == 400
    assert "holds 1200. Make two lists" in answer.content.decode()
    assert "The address is too long for a QR code" in text_of(client, f"/list/?{query}")
    assert client.get("/list/qr.svg?i=junk%00").status_code == 400


def test_a_list_of_every_kind_is_shown(client: Client) -> None:
    build(2)
    publish(guide("empty", type="area", title="Empty"))
    kinds = ["guide:foundations", "guide:first-steps@1", "guide:empty", "organization:bank"]
    text = text_of(client, of_list(*kinds, f"{PAGE}!row-row2", "concept:goods!question-q2"))
    assert [entry.split('"')[1] for entry in entries(text)] == [
        *("/areas/foundations/", "/paths/first-steps/editions/1/", "/areas/empty/"),
        *("/organizations/bank/", COMPARISON, CONCEPT),
    ]
