"""The share page: links, codes and a table to paste, for a page, one edition or one row."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
from django.conf import settings
from django.test import Client
from samples import LATER, ROW, comparison, concept, organization, publish, row, save, source
from small_site import COMPARISON, CONCEPT, PATH, PICTURE, build, section, text_of, words

from concepts import clock, publishing, rendering
from concepts.documents import Distinction
from concepts.models import Dimension

pytestmark = pytest.mark.django_db

SITE = settings.SITE_URL
SHARE = f"{COMPARISON}share/"
FIRST = f"{COMPARISON}editions/1/"
HOSTILE = "\"><script>alert(1)</script> ' & ]]> {{ x }} =1+1"


def fields(html: str) -> dict[str, str]:
    """What stands in the fields to copy from, by their ids."""
    document = html5lib.parse(html, namespaceHTMLElements=False)
    inputs = {
        e.get("id"): e.get("value") for e in document.iter("input") if e.get("readonly") == ""
    }
    texts = {e.get("id"): "".join(e.itertext()) for e in document.iter("textarea")}
    return {str(key): str(value) for key, value in (inputs | texts).items()}


def frame(code: str) -> dict[str, str]:
    fragment = html5lib.parseFragment(code, namespaceHTMLElements=False)
    assert [element.tag for element in fragment] == ["iframe"]
    return dict(fragment[0].attrib)


def shown(code: str) -> str:
    """The address that a code shows, on this site."""
    return frame(code)["src"].removeprefix(SITE)


def table(code: str) -> Any:
    """The table that a code makes, in a document."""
    fragment = html5lib.parseFragment(code, namespaceHTMLElements=False)
    [found] = [element for element in fragment if element.tag == "table"]
    return found


def texts(parent: Any, *tags: str) -> list[str]:
    return [" ".join("".join(e.itertext()).split()) for e in parent.iter() if e.tag in tags]


# Links ----------------------------------------------------------------------------------------


def test_the_permanent_link_comes_first_and_then_the_newest(client: Client) -> None:
    publish(comparison())
    html = text_of(client, SHARE)
    found = fields(html)
    assert list(found)[:2] == ["pinned", "newest"]
    assert found["pinned"] == f"{SITE}{FIRST}"
    assert found["newest"] == f"{SITE}{COMPARISON}"
    assert f'<img src="{FIRST}qr.svg"' in html
    assert words(section(html, "link")).startswith("Links Permanent link: always edition 1")


def test_an_old_edition_has_a_share_page_of_its_own(client: Client) -> None:
    page = comparison()
    publish(page)
    publish(comparison(page, summary="Another answer.", rows=[ROW, LATER]))
    html = text_of(client, f"{FIRST}share/")
    found = fields(html)
    assert found["pinned"] == f"{SITE}{FIRST}"
    assert found["newest"] == f"{SITE}{COMPARISON}"
    assert shown(found["frame-1"]).endswith("?edition=1")
    assert "You are reading edition 1" in words(html)
    assert "Stored." not in found["table-code"]
    assert fields(text_of(client, SHARE))["pinned"] == f"{SITE}{COMPARISON}editions/2/"
    assert "Stored." in fields(text_of(client, SHARE))["table-code"]


def test_every_field_has_a_label_and_a_button_that_needs_script(client: Client) -> None:
    build()
    html = text_of(client, SHARE)
    for name in fields(html):
        assert f'<label for="{name}">' in html
        assert f'<button type="button" hidden data-copy="{name}"' in html
    assert "js/copy-text.js" in html


def test_the_services_get_the_permanent_link(client: Client) -> None:
    publish(comparison(title="Goods & services"))
    html = section(text_of(client, f"{SHARE}?row=scope"), "send")
    links = [
        link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*)" rel="noopener"', html)
    ]
    classroom, teams = map(urlsplit, links)
    assert classroom[:3] == ("https", "classroom.google.com", "/share")
    assert parse_qs(classroom.query) == {"url": [f"{SITE}{FIRST}#row-scope"]}
    assert teams[:3] == ("https", "teams.microsoft.com", "/share")
    pinned = f"{SITE}{FIRST}#row-scope"
    assert parse_qs(teams.query) == {"href": [pinned], "msgText": ["Goods & services"]}
    assert not classroom.fragment
    assert not teams.fragment


def test_a_share_page_is_found_from_its_page_alone(client: Client) -> None:
    build()
    html = text_of(client, SHARE)
    assert '<meta name="robots" content="noindex">' in html
    assert f'<link rel="canonical" href="{SITE}{COMPARISON}">' in html
    assert f'href="{FIRST}share/"' in section(text_of(client, COMPARISON), "edition")
    assert f'href="{FIRST}share/"' in section(text_of(client, FIRST), "edition")
    assert client.get(f"/on/2020-01-01{SHARE}").status_code == 404


def test_a_share_page_leads_to_what_else_there_is(client: Client) -> None:
    publish(comparison())
    html = text_of(client, f"{SHARE}?row=scope")
    assert f'href="{FIRST}cite/?row=scope"' in section(html, "cite")
    freeze = section(html, "freeze")
    assert f'href="/on/yesterday{COMPARISON}"' in freeze
    assert f'name="page" value="{COMPARISON}"' in freeze
    assert f'href="{COMPARISON}editions/"' in freeze


def test_the_contents_list_every_section(client: Client) -> None:
    build()
    for address in (SHARE, f"{CONCEPT}share/", f"{PATH}share/"):
        html = text_of(client, address)
        listed = re.findall(r'<li><a href="#([a-z]+)">', html)
        assert listed == re.findall(r'<section class="s" id="([a-z]+)">', html)
        assert ("paste" in listed) == (address == SHARE)


# Codes ----------------------------------------------------------------------------------------


def test_the_codes_are_of_the_page_and_of_its_table_pinned_and_following(client: Client) -> None:
    publish(comparison())
    found = fields(text_of(client, SHARE))
    frames = {name: shown(code) for name, code in found.items() if re.fullmatch(r".+-\d", name)}
    embed = "/embed/distinction/goods-vs-services/"
    assert frames == {
        "frame-1": f"{embed}?edition=1",
        "frame-2": f"{embed}?edition=1&part=table",
        "newest-1": embed,
        "newest-2": f"{embed}?part=table",
    }
    assert frame(found["frame-1"]) == {
        "src": f"{SITE}{embed}?edition=1",
        "title": "Goods vs services",
        "width": "100%",
        "height": "480",
        "loading": "lazy",
        "style": "border:0",
    }
    assert {client.get(address).status_code for address in frames.values()} == {200}


@pytest.mark.parametrize(
    ("address", "frames"),
    [
        ("/concepts/goods/", "/embed/concept/goods/?edition=1"),
        ("/organizations/bank/", "/embed/organization/bank/?edition=1"),
        ("/paths/first-steps/", "/embed/guide/first-steps/?edition=1"),
    ],
)
def test_other_pages_have_one_frame_and_no_table(client: Client, address: str, frames: str) -> None:
    build()
    found = fields(text_of(client, f"{address}share/"))
    assert shown(found["frame-1"]) == frames
    assert not {"frame-2", "table-code"} & set(found)


def test_a_row_is_shared_alone(client: Client) -> None:
    publish(comparison(rows=[ROW, LATER]))
    html = text_of(client, f"{SHARE}?row=later")
    found = fields(html)
    assert found["pinned"] == f"{SITE}{FIRST}#row-later"
    assert found["newest"] == f"{SITE}{COMPARISON}#row-later"
    assert shown(found["frame-1"]).endswith("?edition=1&row=later")
    assert "frame-2" not in found
    assert frame(found["frame-1"])["title"] == "Goods vs services: Scope"
    assert texts(table(found["table-code"]), "td")[0].startswith("Stored.")
    assert len(texts(table(found["table-code"]), "td")) == 2
    assert '<option value="later" selected>' in html


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("row=nothing", "The table has no such row."),
        ("row=scope&row=scope", "One row is asked for, by its key: row=scope."),
        ("row=%00%ff", "The table has no such row."),
        ("row=old", "The row “Old” is no longer in the table. It was wrong."),
    ],
)
def test_a_row_that_is_not_there_is_said_and_the_page_shared(
    client: Client, query: str, said: str
) -> None:
    retired = {"key": "old", "label": "Old", "reason": "It was wrong.", "successor": ""}
    publish(comparison(retired_rows=[retired]))
    html = text_of(client, f"{SHARE}?{query}", 404)
    assert f'role="alert">{said} What stands below' in html
    assert fields(html)["pinned"] == f"{SITE}{FIRST}"
    assert client.get(f"{SHARE}?row=").status_code == 200


# What is not in force -------------------------------------------------------------------------


def test_a_renamed_page_leads_to_its_share_page(client: Client) -> None:
    page = comparison()
    publish(page)
    publish(comparison(page, slug="wares-vs-acts"))
    answer = client.get(f"{SHARE}?row=scope&x=%20")
    assert answer.status_code == 301
    assert answer.headers["Location"] == "/distinctions/wares-vs-acts/share/?row=scope&x=%20"
    assert client.get(f"{FIRST}share/").status_code == 200
    answer = client.get("/distinctions/wares-vs-acts/editions/1/share/?row=scope")
    assert answer.headers["Location"] == f"{FIRST}share/?row=scope"


def test_a_withdrawn_page_has_editions_to_share_but_no_newest(client: Client) -> None:
    page = comparison()
    publish(page)
    publishing.withdraw(page, by=None, reason="It misled.")
    assert client.get(SHARE).status_code == 410
    html = text_of(client, f"{FIRST}share/")
    assert "This page was withdrawn" in words(html)
    assert not {"newest", "newest-1"} & set(fields(html))
    assert "Follow the newest" not in html
    assert fields(html)["pinned"] == f"{SITE}{FIRST}"


def test_a_closed_edition_is_not_shared(client: Client) -> None:
    edition = publish(comparison(title="What nobody may read"))
    publishing.close(edition, by=None, reason="By order.")
    for address in (SHARE, f"{FIRST}share/"):
        html = text_of(client, address, 410)
        assert "What nobody may read" not in html


def test_what_is_not_published_is_not_shared(client: Client) -> None:
    concept("secret")
    page = comparison()
    publish(page)
    publish(comparison(page, title="Not yet"), at=clock.whole(clock.now() + timedelta(hours=1)))
    assert client.get("/concepts/secret/share/").status_code == 404
    assert client.get(f"{COMPARISON}editions/2/share/").status_code == 404
    assert "Not yet" not in text_of(client, SHARE)
    assert client.post(SHARE).status_code == 405


# The table to paste ---------------------------------------------------------------------------


def test_the_table_says_what_the_document_says_and_where_it_is_from(client: Client) -> None:
    build(2)
    edition = publish(save(cited(), None))
    address = edition.get_permanent_url()
    found = table(fields(text_of(client, f"{edition.get_absolute_url()}share/"))["table-code"])
    date = f"{edition.published_at.day} {edition.published_at:%B %Y}"
    assert texts(found, "caption") == [
        f"From Cited vs not, edition 1, {date}, {settings.SITE_NAME}. Licence: CC BY 4.0."
    ]
    heads = [(e.get("scope"), "".join(e.itertext())) for e in found.iter("th")]
    assert heads == [
        ("col", "Dimension"),
        ("col", "Goods"),
        ("col", "Services"),
        ("row", "Dimension 1"),
    ]
    assert texts(found, "td") == [
        "See goods and there1, p. 384; 2",
        "A list: one two Our illustration.",
    ]
    assert [e.get("href") for e in found.iter("a")] == [
        f"{SITE}{address}",
        "https://creativecommons.org/licenses/by/4.0/",
        f"{SITE}{address}#row-first",
        f"{SITE}/concepts/goods/",
        f"{SITE}/about/",
        f"{SITE}{address}#s1",
        f"{SITE}{address}#s2",
    ]
    assert [e.get("src") for e in found.iter("img")] == [f"{SITE}{PICTURE}"]
    html = text_of(client, address)
    assert all(f'id="{anchor}"' in html for anchor in ("row-first", "s1", "s2"))


def cited() -> Distinction:
    """A comparison whose one row has links, a picture, a list and sources."""
    source("harris1913", title="How Many Parts to Make at Once")
    first = "See [goods](concept:goods) and [there](/about/) [@little1961, p. 384; @harris1913]"
    cells = [
        {"side": "goods", "text": f"{first} ![decorative]({PICTURE}#12x8)"},
        {"side": "services", "text": "A list:\n\n- one\n- two", "illustration": True},
    ]
    return Distinction.model_validate(
        {
            "slug": "cited-vs-not",
            "title": "Cited vs not",
            "summary": "One has sources.",
            "sides": [{"key": side, "concept": side} for side in ("goods", "services")],
            "rows": [{"key": "first", "dimension": "dimension1", "cells": cells}],
        }
    )


def test_the_table_is_plain_so_that_no_platform_takes_it_apart(client: Client) -> None:
    build(2)
    code = fields(text_of(client, SHARE))["table-code"]
    found = table(code)
    assert found.attrib == {"border": "1"}
    allowed = {"border", "scope", "href", "rel", "src", "alt", "title", "aria-label"}
    assert {name for element in found.iter() for name in element.attrib} <= allowed
    tags = {element.tag for element in found.iter()}
    assert tags <= set("table caption thead tbody tr th td a em sup p strong ul li".split())
    assert [e.tag for e in found] == ["caption", "thead", "tbody"]


def test_the_preview_is_the_same_table(client: Client) -> None:
    build(2)
    html = text_of(client, SHARE)
    preview = section(html, "paste").partition('<div class="prose">')[2]
    assert "border=" not in preview
    code = fields(html)["table-code"].replace(' border="1"', "")
    assert texts(table(preview.strip()), "td", "th", "caption") == texts(
        table(code), "td", "th", "caption"
    )


def test_hostile_cells_and_names_stay_texts(client: Client) -> None:
    concept_page = concept("goods", title=HOSTILE)
    publish(concept_page)
    Dimension.objects.create(key="scope", label=HOSTILE)
    hostile = row("scope", goods=HOSTILE, services="[x](javascript:alert(1)) <img src=x onerror=y>")
    publish(comparison(title=HOSTILE, rows=[hostile]))
    html = text_of(client, SHARE)
    document = html5lib.parse(html, namespaceHTMLElements=False)
    scripts = [element for element in document.iter("script") if not element.get("src")]
    assert scripts == []
    found = table(fields(html)["table-code"])
    said = texts(found, "td", "th")
    plain = " ".join(rendering.plain(HOSTILE).split())
    assert said[1] == said[3] == HOSTILE
    assert said[4] == f"{plain} Our illustration."
    assert {e.tag for e in found.iter()} & {"script", "img"} == set()
    assert [
        e.get("href") for e in found.iter("a") if not str(e.get("href")).startswith("http")
    ] == []
    assert frame(fields(html)["frame-1"])["title"] == HOSTILE


def test_an_organization_says_nothing_of_a_table(client: Client) -> None:
    publish(organization())
    html = text_of(client, "/organizations/bank/share/")
    assert "The table to paste" not in html
    assert 'name="row"' not in html
    assert client.get("/organizations/bank/share/?row=x").status_code == 404


def test_relative_addresses_begin_where_the_page_is() -> None:
    html = '<p id="x" class="y"><a href="#s1">1</a> <a href="/x/">2</a><span class="cit">3</span>'
    assert rendering.portable(html, "https://x.example/a/b/") == (
        '<p><a href="https://x.example/a/b/#s1">1</a> <a href="https://x.example/x/">2</a>'
        "<sup>3</sup></p>"
    )
