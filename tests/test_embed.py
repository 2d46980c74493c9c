"""Frames on other sites: what one shows, for how long it says the same, and what it refuses."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from samples import LATER, ROW, comparison, concept, guide, publish, row, source
from small_site import COMPARISON, build, comparison_fields, existing, text_of, words

from concepts import clock, desk, embedding, publishing
from concepts.documents import Distinction, data_of
from concepts.embedding import NoPart, Part
from concepts.models import Edition, Page

pytestmark = pytest.mark.django_db

FRAME = "/embed/distinction/goods-vs-services/"
HOSTILE = "\"><script>alert(1)</script>' & [x](javascript:alert(1)) </iframe>"


def main(html: str) -> str:
    """What the frame says above the line about where it comes from, for readers."""
    found = re.search(r"<main.*?>(.*)</main>", html, re.DOTALL)
    assert found
    return words(found[1])


def foot(html: str) -> str:
    found = re.search(r"<footer>(.*)</footer>", html, re.DOTALL)
    assert found
    return found[1]


def sources_of(html: str) -> dict[str, str]:
    """The listed sources by their numbers."""
    return {
        number: words(item) for number, item in re.findall(r'<li value="(\d+)">(.*)</li>', html)
    }


# What it shows --------------------------------------------------------------------------------


def test_a_comparison_is_its_title_its_answer_and_its_table(client: Client) -> None:
    build(2)
    said = main(text_of(client, FRAME))
    assert said.startswith("Goods vs services Goods can be stored.")
    assert all(part in said for part in ("Dimension 1", "Dimension 2", "Not stored.", "Stored."))
    for other in ("What can be stored.", "Which one is", "They are sold together.", "Old row"):
        assert other not in said
        assert other in words(text_of(client, COMPARISON))


def test_a_table_alone_has_its_rows_and_not_the_answer(client: Client) -> None:
    build(2)
    said = main(text_of(client, f"{FRAME}?part=table"))
    assert all(part in said for part in ("Dimension 1", "Dimension 2"))
    assert "Goods can be stored." not in said


def test_a_row_comes_with_its_cells_and_no_other(client: Client) -> None:
    publish(comparison(rows=[ROW, LATER]))
    html = text_of(client, f"{FRAME}?row=later")
    assert re.findall(r'<tr role="row" id="([^"]*)"', html) == ["row-later"]
    assert re.findall(r'<td role="cell" class="." id="([^"]*)"', html) == [
        "row-later--goods",
        "row-later--services",
    ]
    assert "Things." not in html


def test_a_concept_is_its_definition(client: Client) -> None:
    build()
    said = main(text_of(client, "/embed/concept/goods/"))
    assert said == "Goods What goods are. Why it matters. It decides much."


def test_an_organization_is_its_flow_and_its_four_vs(client: Client) -> None:
    build()
    said = main(text_of(client, "/embed/organization/bank/"))
    assert said.startswith("A bank It lends.")
    assert all(part in said for part in ("Tellers", "Neighbours.", "Volume: medium", "Hundreds"))
    assert "How many" not in said
    assert "Fact 0" not in said


def test_a_guide_is_its_steps_whatever_its_type(client: Client) -> None:
    build()
    for slug, title in (("foundations", "Foundations"), ("first-steps", "First steps")):
        said = main(text_of(client, f"/embed/guide/{slug}/"))
        assert said.startswith(f"{title} A way in.")
        assert "Begin here." in said
        assert "Read on." not in said


def test_sources_are_those_of_what_is_shown_under_the_numbers_of_the_page(client: Client) -> None:
    for key in ("first", "second", "third"):
        source(key, title=f"The {key}")
    later = {
        **LATER,
        "cells": [{"side": side, "text": f"{side}. [@third]"} for side in ("goods", "services")],
    }
    page = comparison(
        summary="Stored. [@first]", similarities=["Sold. [@second]", "Made."], rows=[ROW, later]
    )
    publish(page)
    assert list(sources_of(text_of(client, FRAME))) == ["1", "3"]
    assert list(sources_of(text_of(client, f"{FRAME}?part=table"))) == ["3"]
    html = text_of(client, f"{FRAME}?row=later")
    assert sources_of(html)["3"].endswith("The third.")
    assert '<a href="#s3" aria-label="Source 3">3</a>' in html  # which the page's own list has
    assert 'id="s3"' in text_of(client, f"{COMPARISON}editions/1/")
    assert sources_of(text_of(client, f"{FRAME}?row=scope")) == {}


def test_every_link_leads_out_of_the_frame_to_the_edition(client: Client) -> None:
    build()
    build(2)
    html = text_of(client, f"{FRAME}?edition=1")
    assert f'<base href="{COMPARISON}editions/1/" target="_blank">' in html
    assert html.index("<base") < html.index("href=", html.index("<base") + 20)
    policy = client.get(FRAME).headers["Content-Security-Policy"]
    assert "base-uri 'self'" in policy
    assert "frame-ancestors *" in policy
    assert "base-uri 'none'" in client.get(COMPARISON).headers["Content-Security-Policy"]


def test_the_foot_says_whose_it_is(client: Client) -> None:
    authors = [{"family": "Roe", "given": "Jane"}, {"literal": "A Society"}]
    edition = publish(comparison(authors=authors))
    date = f"{edition.published_at.day} {edition.published_at:%B %Y}"
    html = foot(text_of(client, f"{FRAME}?row=scope"))
    assert words(html) == (
        f"Goods vs services, edition 1, {date}, by Jane Roe, A Society. {settings.SITE_NAME}."
        " CC BY 4.0. Links open in a new tab."
    )
    assert f'<a href="{COMPARISON}editions/1/#row-scope" target="_blank" rel="noopener">' in html
    links = re.findall(r"<a [^>]*>", html)
    assert all('target="_blank"' in link and "noopener" in link for link in links)


def test_a_frame_is_no_page_of_its_own(client: Client, settings: Any) -> None:
    settings.CONTACT = "editors@example.org"
    build()
    assert "mailto:" in text_of(client, COMPARISON)
    html = text_of(client, f"{FRAME}?edition=1")
    assert f'<link rel="canonical" href="{settings.SITE_URL}{COMPARISON}">' in html
    assert '<meta name="robots" content="noindex">' in html
    for part in ("<script", "<nav", '<header class="bar"', "mailto:", "<form", "style="):
        assert part not in html
    assert not client.get(FRAME).cookies


# For how long ---------------------------------------------------------------------------------


def test_a_pinned_frame_stays_and_the_other_follows(client: Client) -> None:
    page = comparison()
    publish(page)
    pinned, row = (
        text_of(client, f"{FRAME}?edition=1"),
        text_of(client, f"{FRAME}?edition=1&row=scope"),
    )
    publish(comparison(page, summary="Quite another answer.", rows=[LATER], retired_rows=[OLD]))
    then = text_of(client, f"{FRAME}?edition=1")
    assert main(then) == main(pinned)
    assert main(text_of(client, f"{FRAME}?edition=1&row=scope")) == main(row)
    assert f'no longer the newest: <a href="{COMPARISON}"' in foot(then)
    assert "no longer" not in foot(pinned)
    newest = text_of(client, FRAME)
    assert "Quite another answer." in main(newest)
    assert "edition 2" in foot(newest)
    assert "no longer" not in foot(newest)


OLD = {"key": "scope", "label": "The old scope", "successor": "later", "reason": "It was split."}


def test_a_pinned_frame_is_the_same_bytes_whatever_others_publish(client: Client) -> None:
    build()
    addresses = (
        f"{FRAME}?edition=1",
        f"{FRAME}?edition=1&row=row1",
        "/embed/guide/first-steps/?edition=1",
    )
    before = [client.get(address).content for address in addresses]
    page = existing("concept", "goods")
    publish(concept("goods", page, title="Wares", summary="Renamed."))
    publish(concept("quite-new", relations=[{"type": "uses", "concept": "services"}]))
    publishing.withdraw(Page.objects.get(slug="bank"), by=None, reason="Gone.")
    assert [client.get(address).content for address in addresses] == before
    assert "Wares" in text_of(client, FRAME)  # which follows


# What it refuses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("edition=9", "No page has had this address, or it has no edition of this number."),
        ("edition=0", "An edition is asked for once and by its number: edition=2."),
        ("edition=1&edition=1", "An edition is asked for once and by its number: edition=2."),
        ("edition=%00", "An edition is asked for once and by its number: edition=2."),
        ("edition=٣", "An edition is asked for once and by its number: edition=2."),
        ("row=nothing", "The table has no such row."),
        ("row=later", "The table has no such row."),
        ("row=%ff%00", "The table has no such row."),
        ("row=scope&row=scope", "One row is asked for, by its key: row=scope."),
        ("row=" + "x" * 3000, "The table has no such row."),
        ("part=principle", "The only part of a page that has a name is part=table."),
    ],
)
def test_what_is_not_there_is_said_in_the_frame(client: Client, query: str, said: str) -> None:
    page = comparison()
    publish(page)
    publish(comparison(page, rows=[ROW, LATER]), at=clock.whole(clock.now() + timedelta(hours=1)))
    html = text_of(client, f"{FRAME}?{query}", 404)
    assert main(html).startswith(f"Nothing to show {said}")
    assert '<link rel="canonical"' not in html
    assert '<meta name="robots" content="noindex">' in html
    assert "xxx" not in html


def test_empty_values_ask_for_nothing(client: Client) -> None:
    build()
    assert client.get(f"{FRAME}?edition=&row=&part=").content == client.get(FRAME).content


@pytest.mark.parametrize("query", ["row=scope", "part=table"])
def test_only_comparisons_have_tables(client: Client, query: str) -> None:
    build()
    html = text_of(client, f"/embed/concept/goods/?{query}", 404)
    assert "This page has no table." in main(html)
    assert '<a href="/embed/concept/goods/" target="_self">' in html


def test_a_row_that_was_dropped_names_its_successor(client: Client) -> None:
    publish(comparison(rows=[LATER], retired_rows=[OLD]))
    html = text_of(client, f"{FRAME}?row=scope", 410)
    assert "The row “The old scope” is no longer in the table. It was split." in main(html)
    assert f'<a href="{FRAME}?row=later" target="_self">The row that took its place</a>' in html


def test_a_row_that_was_dropped_without_a_successor_says_why(client: Client) -> None:
    publish(comparison(rows=[LATER], retired_rows=[OLD | {"successor": ""}]))
    html = text_of(client, f"{FRAME}?row=scope", 410)
    assert "It was split." in main(html)
    assert "took its place" not in html


@pytest.mark.parametrize("address", ["concept/nothing/", "concept/goods-vs-services/?edition=1"])
def test_a_page_that_never_was_is_not_found(client: Client, address: str) -> None:
    publish(comparison())
    assert "No page has had this address" in main(text_of(client, f"/embed/{address}", 404))


def test_a_draft_is_not_shown(client: Client) -> None:
    concept("secret")
    assert client.get("/embed/concept/secret/").status_code == 404


def test_a_scheduled_edition_is_not_shown(client: Client) -> None:
    page = comparison()
    publish(page)
    later = comparison(page, summary="Not yet.")
    publish(later, at=clock.whole(clock.now() + timedelta(hours=1)))
    assert "Not yet." not in text_of(client, FRAME)
    assert "Not yet." not in text_of(client, f"{FRAME}?edition=2", 404)


def test_a_withdrawn_page_is_gone_and_its_pinned_frame_stays(client: Client) -> None:
    page = comparison()
    publish(page)
    publishing.withdraw(page, by=None, reason="It misled.")
    html = text_of(client, FRAME, 410)
    assert "“Goods vs services” was withdrawn" in main(html)
    assert "It misled." in main(html)
    assert f'href="{COMPARISON}editions/"' in html
    assert "Goods can be stored." in main(text_of(client, f"{FRAME}?edition=1"))


def test_a_closed_edition_shows_nothing_of_what_it_said(client: Client) -> None:
    edition = publish(comparison(title="What nobody may read"))
    publishing.close(edition, by=None, reason="By order of a court.")
    for address in (FRAME, f"{FRAME}?edition=1", f"{FRAME}?row=scope"):
        html = text_of(client, address, 410)
        assert "By order of a court." in main(html)
        assert "What nobody may read" not in html
        assert "Things." not in html


def test_a_renamed_page_leads_on_with_the_whole_query(client: Client) -> None:
    page = comparison()
    publish(page)
    publish(comparison(page, slug="wares-vs-acts"))
    answer = client.get(f"{FRAME}?row=scope&part=x%20y")
    assert answer.status_code == 404  # what means nothing leads nowhere
    answer = client.get(f"{FRAME}?row=scope&utm=x%20y")
    assert answer.status_code == 301
    assert answer.headers["Location"] == "/embed/distinction/wares-vs-acts/?row=scope&utm=x%20y"
    assert client.get(f"{FRAME}?edition=1").status_code == 200  # under the name that it froze
    answer = client.get("/embed/distinction/wares-vs-acts/?edition=1&row=scope")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{FRAME}?edition=1&row=scope"


@pytest.mark.parametrize(
    "address", ["/embed/", "/embed/source/little1961/", "/embed/concept/Goods/"]
)
def test_other_addresses_are_of_nothing(client: Client, address: str) -> None:
    build()
    assert client.get(address).status_code == 404


def test_a_frame_is_only_read(client: Client) -> None:
    build()
    assert client.post(FRAME).status_code == 405
    assert client.head(FRAME).status_code == 200
    assert client.get(f"/on/2020-01-01{FRAME}").status_code == 404


def test_hostile_texts_stay_texts(client: Client) -> None:
    hostile = row("scope", goods=HOSTILE, services=HOSTILE)
    publish(
        comparison(
            title=HOSTILE[:200], summary=HOSTILE, rows=[hostile], authors=[{"literal": HOSTILE}]
        )
    )
    for query in ("", "?row=scope&edition=1", "?part=table"):
        document = html5lib.parse(text_of(client, FRAME + query), namespaceHTMLElements=False)
        assert list(document.iter("script")) == []
        assert list(document.iter("iframe")) == []
        assert "<script>alert(1)</script>" in "".join(document.itertext())
        hrefs = [link.get("href") for link in document.iter("a")]
        assert [href for href in hrefs if href.startswith("javascript")] == []


# The pure part --------------------------------------------------------------------------------

KEYS = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)
PARTS = st.builds(
    Part,
    number=st.none() | st.integers(1, 999_999),
    row=st.just("") | KEYS,
    side=st.just("goods"),
) | st.builds(Part, number=st.none() | st.integers(1, 999_999), table=st.booleans())
LISTS = st.lists(st.text(), max_size=3)


@given(PARTS)
def test_a_part_is_read_back_from_its_address(part: Part) -> None:
    split = urlsplit(part.address)
    query = parse_qs(split.query)
    asked = embedding.asked(*(query.get(name, []) for name in ("edition", "row", "part")))
    assert (asked.number, asked.row, asked.table) == (part.number, part.row, part.table)
    assert embedding.at_anchor(part.anchor, part.number) == (part if part.anchor else asked)


@given(LISTS, LISTS, LISTS)
def test_any_query_is_a_part_or_refused_in_a_sentence(
    edition: list[str], row: list[str], part: list[str]
) -> None:
    said = ""
    try:
        found = embedding.asked(edition, row, part)
    except NoPart as why:
        said = str(why)
    assert said.endswith(".") if said else (found.number or 1) in range(1, 1_000_000)


@pytest.mark.parametrize(
    ("anchor", "part"),
    [
        ("", Part()),
        ("principle", Part()),
        ("table", Part(table=True)),
        ("row-scope", Part(row="scope")),
        ("row-time-horizon--goods", Part(row="time-horizon", side="goods")),
        ("row-", Part()),
    ],
)
def test_an_anchor_of_a_page_names_a_part(anchor: str, part: Part) -> None:
    assert embedding.at_anchor(anchor, None) == part
    assert embedding.at_anchor(anchor, 3) == part.at(3)


def data_with(rows: int, cell: str = "Stored. [@little1961]") -> dict[str, Any]:
    fields = comparison_fields(rows)
    for each in fields["rows"]:
        each["cells"][0]["text"] = cell
    return data_of(Distinction.model_validate(fields))


@given(st.integers(1, 3), st.integers(1, 10_000), st.integers(0, 2000))
def test_a_height_stays_within_bounds_and_grows_with_what_is_shown(
    rows: int, width: int, letters: int
) -> None:
    whole, table, one = Part(), Part(table=True), Part(row="row1")
    data, more = data_with(rows, "x " * letters), data_with(rows + 1, "x " * letters)
    heights = [embedding.height(data, part, width) for part in (one, table, whole)]
    assert heights == sorted(heights)
    assert all(200 <= height <= 900 and height % 10 == 0 for height in heights)
    assert embedding.height(more, whole, width) >= heights[2]


def test_the_height_of_a_frame_of_the_usual_width() -> None:
    assert embedding.height(data_with(1), Part(row="row1")) == 400
    assert embedding.height(data_with(1), Part(row="row1"), 1000) == 270
    assert embedding.height(data_with(20), Part()) == 900


def test_the_code_is_one_frame_that_fits_and_waits() -> None:
    code = embedding.code("https://x/?a=1&b=2", HOSTILE, "100%", 300)
    fragment = html5lib.parseFragment(code, namespaceHTMLElements=False)
    assert [element.tag for element in fragment] == ["iframe"]
    assert fragment[0].attrib == {
        "src": "https://x/?a=1&b=2",
        "title": HOSTILE,
        "width": "100%",
        "height": "300",
        "loading": "lazy",
        "style": "border:0",
    }


def test_whose_edition_it_is_stands_nowhere_else(client: Client) -> None:
    """The frame asks for no more than the page and the names on it."""
    build()
    edition = Edition.objects.get(slug="goods-vs-services")
    desk.record(edition.page, by=None, action="ready", note="a secret note")
    assert "a secret note" not in text_of(client, FRAME)


def test_guides_of_one_name_have_one_frame(client: Client) -> None:
    publish(guide("only", title="The only one"))
    assert main(text_of(client, "/embed/guide/only/")).startswith("The only one")
