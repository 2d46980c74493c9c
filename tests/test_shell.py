"""The frame of every page: where one is, where else one can go, the search, and the head."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from every_page import OTHER
from samples import concept, guide, publish
from small_site import AREA, COMPARISON, CONCEPT, ORGANIZATION, PATH, build, text_of, words
from test_page_queries import ADDRESSES

from concepts import drafts, publishing

pytestmark = pytest.mark.django_db

BARE = OTHER | {"embed"}
"""What is no page, and what stands in frames of others."""

ALL = [to for name, addresses in ADDRESSES.items() if name not in BARE for to in addresses]
READ = [address for address in ALL if address.partition("?")[0].endswith("/")]
"""An address of every class of page that readers read."""

HOME = ("Home", "/")
COMPARISONS = ("Comparisons", "/distinctions/")
CONCEPTS = ("Concepts", "/concepts/")
FOUNDATIONS = ("Foundations", AREA)
TRAILS = {
    CONCEPT: [HOME, CONCEPTS, FOUNDATIONS, ("Goods", "")],
    COMPARISON: [HOME, COMPARISONS, FOUNDATIONS, ("Goods vs services", "")],
    ORGANIZATION: [HOME, ("Organizations", "/organizations/"), ("A bank", "")],
    AREA: [HOME, ("Areas", "/areas/"), ("Foundations", "")],
    PATH: [HOME, ("Reading paths", "/paths/"), ("First steps", "")],
    "/concepts/": [HOME, ("Concepts", "")],
    "/sources/": [HOME, ("Sources", "")],
    "/sources/little1961/": [HOME, ("Sources", "/sources/"), ("Little, J. D. C. (1961)", "")],
    f"{CONCEPT}editions/": [HOME, CONCEPTS, ("Goods", CONCEPT), ("Editions", "")],
    f"{COMPARISON}editions/2/": [
        *(HOME, COMPARISONS, FOUNDATIONS, ("Goods vs services", COMPARISON)),
        *(("Editions", f"{COMPARISON}editions/"), ("Edition 2", "")),
    ],
}


def trail(html: str) -> list[tuple[str, str]]:
    """The steps that lead to a page: words and address, the page itself without one."""
    found = re.search(r'<nav class="trail" aria-label="Breadcrumb"><ol>(.*?)</ol>', html, re.DOTALL)
    items = re.findall(r"<li[^>]*>(.*?)</li>", found[1], re.DOTALL) if found else []
    addresses = [re.search(r'href="([^"]+)"', item) for item in items]
    return [(words(item), to[1] if to else "") for item, to in zip(items, addresses, strict=True)]


def test_a_page_says_by_which_steps_one_comes_to_it(client: Client) -> None:
    build(1)
    build(2)
    assert {address: trail(text_of(client, address)) for address in TRAILS} == TRAILS


def test_every_page_but_the_first_has_a_trail_that_ends_with_itself(client: Client) -> None:
    build()
    assert trail(text_of(client, "/")) == []
    for address in READ[1:]:
        html = text_of(client, address)
        steps = trail(html)
        assert steps[0] == HOME, address
        assert [to for _, to in steps].count("") == 1, address
        assert steps[-1][1] == "", address
        assert html.count('<li aria-current="page">') == 1, address


def test_what_is_not_found_or_gone_has_a_trail_back(client: Client) -> None:
    edition = publish(guide("way"))
    publishing.withdraw(edition.page, by=None, reason="Enough.")
    assert trail(text_of(client, "/nothing/", 404)) == [HOME, ("Not found", "")]
    paths = ("Reading paths", "/paths/")
    assert trail(text_of(client, "/paths/way/", 410)) == [HOME, paths, ("First steps", "")]


def test_a_closed_edition_is_not_called_by_its_title(client: Client) -> None:
    edition = publish(guide("way", title="Libel"))
    publishing.close(edition, by=None, reason="Law.")
    html = text_of(client, "/paths/way/", 410)
    assert "Libel" not in html
    assert trail(html)[-1] == ("Edition 1", "")


def test_an_area_that_is_not_public_is_no_step_on_the_way(client: Client) -> None:
    guide("hidden", type="area", title="Hidden")
    publish(concept(area="hidden"))
    assert trail(text_of(client, "/concepts/takt-time/"))[1:] == [CONCEPTS, ("Takt time", "")]


def test_one_can_search_from_every_page(client: Client) -> None:
    build()
    pages = {address: text_of(client, address) for address in READ}
    pages["nothing"] = text_of(client, "/nothing/", 404)
    for address, html in pages.items():
        forms = re.findall(r'<form[^>]*role="search".*?</form>', html, re.DOTALL)
        assert len(forms) == 1, address
        assert 'action="/search/"' in forms[0], address
        field = re.search(r'<input id="(\w+)" name="q" type="search"', forms[0])
        assert field, address
        assert f'<label for="{field[1]}">' in forms[0].replace(' class="vh"', ""), address


def test_the_navigation_marks_where_one_is(client: Client) -> None:
    build()
    marks = {
        "/": [],
        "/concepts/": ["Concepts"],
        CONCEPT: ["Concepts"],
        f"{COMPARISON}editions/": ["Comparisons"],
        ORGANIZATION: ["Organizations"],
        "/sources/little1961/": ["Sources"],
        PATH: [],
    }
    for address, marked in marks.items():
        nav = text_of(client, address).split('<nav aria-label="Site">')[1].split("</nav>")[0]
        assert re.findall(r'aria-current="true">([^<]+)', nav) == marked, address


def test_every_page_names_the_address_that_search_engines_keep(client: Client) -> None:
    build()
    for address in ("/", "/concepts/", "/sources/", "/sources/little1961/", CONCEPT):
        canonical = f'<link rel="canonical" href="{settings.SITE_URL}{address}">'
        assert text_of(client, address).count(canonical) == 1
    assert f'{settings.SITE_URL}{CONCEPT}">' in text_of(client, f"{CONCEPT}editions/1/")
    assert 'rel="canonical"' not in text_of(client, "/nothing/", 404)


def test_titles_tell_editions_and_sources_apart(client: Client) -> None:
    build()
    titles = {"/sources/little1961/": "Little, J. D. C. (1961), A Proof", CONCEPT: "Goods"}
    titles[f"{CONCEPT}editions/1/"] = "Goods, edition 1"
    for address, title in titles.items():
        assert f"<title>{title} – {settings.SITE_NAME}</title>" in text_of(client, address)


def test_colours_need_no_function_that_browsers_may_lack() -> None:
    style = Path(settings.BASE_DIR, "static", "css", "site.css").read_text(encoding="utf-8")
    assert "light-dark(" not in style
    days, nights = (re.findall(rf"var\(--{time},#", style) for time in ("day", "night"))
    assert len(days) == len(nights) == 18


# What a page keeps to define in place


def definitions(html: str) -> dict[str, str]:
    """The definitions that a page carries for its links, by the addresses of their pages."""
    kept = re.search(r'<template id="definitions">(.*?)</template>', html, re.DOTALL)
    each = r'<div><b>[^<]*</b><p>([^<]*)</p><a href="([^"]+)">Open page</a></div>'
    return {to: text for text, to in re.findall(each, kept[1])} if kept else {}


def test_a_page_carries_the_definitions_of_the_concepts_that_it_links_to(client: Client) -> None:
    publish(concept("pull", summary="Released by *use* & <need>."))
    publish(concept("push", summary="Released by a plan."))
    publish(concept("lean", summary="Without waste."))
    body = "See [pull](concept:pull), [pull again](concept:pull#seen) and [lost](concept:lost)."
    concept("lost")
    relations = [{"type": "contrasts-with", "concept": slug} for slug in ("push", "lost")]
    publish(concept(body=body, relations=relations))
    html = text_of(client, "/concepts/takt-time/")
    assert html.count("Open page") == 2
    assert definitions(html) == {
        "/concepts/pull/": "Released by use &amp; &lt;need&gt;.",
        "/concepts/push/": "Released by a plan.",
    }


def test_a_preview_has_the_frame_and_the_definitions_of_the_page(client: Client) -> None:
    publish(concept("push", summary="Released by a plan."))
    page = concept(body="See [push](concept:push).")
    link = drafts.make_link(page, by=None, label="", days=1)
    html = text_of(client, drafts.address(link))
    assert trail(html) == [HOME, CONCEPTS, ("Takt time", "")]
    assert definitions(html) == {"/concepts/push/": "Released by a plan."}
    assert "definitions.js" in html
    assert 'rel="canonical"' not in html


def test_a_page_without_links_to_concepts_carries_no_definitions_and_no_script(
    client: Client,
) -> None:
    publish(concept(body="See [itself](concept:takt-time)."))
    html = text_of(client, "/concepts/takt-time/")
    assert "<template" not in html
    assert "definitions.js" not in html


def test_the_foot_of_a_page_says_where_in_its_area_it_stands(client: Client) -> None:
    build()
    way = text_of(client, COMPARISON).split('<nav class="way"')[1].split('<ul class="cards">')[0]
    assert words(way).endswith("In Foundations, 2 of 4")
