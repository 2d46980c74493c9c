"""Concepts side by side that nobody has compared: the table, the chain, and the picker."""

import re
from typing import Any

import pytest
from django.test import Client
from samples import comparison, concept, guide, organization, publish, site_at, source
from small_site import existing, section, text_of, words
from test_work import soon

from concepts import chains, publishing
from concepts.models import Dimension
from concepts.reading import compare

COMPARE = "/compare/"

# How comparisons connect concepts: pure ---------------------------------------------------------

SIDES = {100: [1, 2], 101: [2, 3, 4], 102: [4, 5], 103: [1, 6], 104: [6, 4], 105: [7, 8]}


def test_a_comparison_of_exactly_these_is_found_in_any_order() -> None:
    assert chains.exact(SIDES, [4, 2, 3]) == 101
    assert chains.exact(SIDES, [2, 3]) is None
    assert chains.exact(SIDES, [1, 2, 3]) is None


def test_a_comparison_of_more_covers_these() -> None:
    assert chains.covering(SIDES, [3, 2]) == [101]
    assert chains.covering(SIDES, [1, 5]) == []


def test_the_shortest_chain_leads_from_one_concept_to_another() -> None:
    assert chains.chain(SIDES, 2, 3) == [(101, 3)]
    assert chains.chain(SIDES, 1, 5) == [(100, 2), (101, 4), (102, 5)]
    assert chains.chain(SIDES, 5, 6) == [(102, 4), (104, 6)]


def test_of_two_chains_as_short_the_one_that_comes_first_is_taken() -> None:
    assert chains.chain(SIDES, 1, 4) == [(100, 2), (101, 4)]
    turned = dict(reversed(SIDES.items()))
    assert chains.chain(turned, 1, 4) == [(103, 6), (104, 4)]


def test_where_no_comparison_leads_there_is_no_chain() -> None:
    assert chains.chain(SIDES, 1, 7) == []
    assert chains.chain(SIDES, 1, 9) == []
    assert chains.chain({}, 1, 2) == []


# What is compared -----------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def address(*slugs: str) -> str:
    return COMPARE + "?" + "&".join(f"c={slug}" for slug in slugs)


def of(one: str, other: str, **fields: Any) -> None:
    """Publish a comparison of two concepts."""
    Dimension.objects.get_or_create(key="scope", defaults={"label": "Scope"})
    for slug in (one, other):
        if not existing("concept", slug):
            publish(concept(slug))
    publish(
        comparison(
            slug=f"{one}-vs-{other}",
            title=f"{one.capitalize()} vs {other}",
            sides=[{"key": key, "concept": key} for key in (one, other)],
            rows=[],
            **fields,
        )
    )


@pytest.fixture
def pair() -> None:
    """Push and pull, each with something of everything, and nobody has compared them."""
    source("little1961")
    source("slack2022", title="Operations")
    publish(guide("flow", type="area", title="Flow"))
    publish(concept("lean"))
    publish(
        concept(
            "push",
            area="flow",
            summary="It is *pushed*. [@little1961, p. 3]",
            why_it_matters="It decides.",
            body="At length. [@slack2022]",
            formula={"text": "L = λW", "variables": [{"symbol": "L", "unit": "units"}]},
            misconceptions=[{"key": "free", "claim": "It is free.", "correction": "It is not."}],
            relations=[{"type": "is-kind-of", "concept": "lean"}],
        )
    )
    relations = [
        {"type": "contrasts-with", "concept": "push", "note": "By what starts it."},
        {"type": "uses", "concept": "lean"},
    ]
    pull = "It is pulled. [@slack2022] [@little1961]"
    publish(concept("pull", summary=pull, relations=relations))
    publish(organization("bank", illustrates=[{"concept": "pull", "text": "Every *desk*."}]))


def cells(html: str, row: str) -> list[str]:
    """The words of the cells of a row, without the marks of the lanes."""
    found = re.search(rf'<tr role="row" id="row-{row}">(.*?)</tr>', html, re.DOTALL)
    cell = re.compile(r'<td [^>]*><b class="lab">.*?</b>(.*?)</td>', re.DOTALL)
    texts = cell.findall(found[1]) if found else []
    return [words(text).removesuffix("#").strip() for text in texts]


@pytest.mark.usefixtures("pair")
def test_what_each_says_stands_side_by_side_and_is_said_to_be_uncurated(client: Client) -> None:
    html = text_of(client, address("push", "pull"))
    assert "not curated" in html
    assert "no editor has checked how they differ" in html
    assert '<meta name="robots" content="noindex">' in html
    silent = "Its page says nothing of this yet."
    assert cells(html, "definition") == ["It is pushed.1, p. 3", "It is pulled.21"]
    assert cells(html, "why") == ["It decides.", silent]
    assert cells(html, "kind") == ["Is a kind of Lean.", silent]
    assert cells(html, "relations") == [
        "Contrasts with Pull.",
        "Contrasts with Push. Uses Lean.",
    ]
    assert cells(html, "formula") == ["L = λWL (units)", silent]
    assert cells(html, "mistakes") == [
        "You may read: It is free. What holds: It is not.",
        silent,
    ]
    assert cells(html, "seen") == [silent, "A bank: Every desk."]
    assert cells(html, "area") == ["Flow", silent]
    assert cells(html, "compared") == []  # neither says anything


@pytest.mark.usefixtures("pair")
def test_sides_stand_in_the_order_in_which_they_were_asked_for(client: Client) -> None:
    html = text_of(client, address("pull", "push", "lean"))
    heads = re.findall(r'<th role="columnheader" scope="col" class="(.)">.*?</i>(\w+)</i>', html)
    assert heads == [("a", "Pull"), ("b", "Push"), ("c", "Lean")]
    assert '<main id="main" class="doc n3">' in html


@pytest.mark.usefixtures("pair")
def test_every_cell_leads_to_its_place_in_an_edition_that_never_changes(client: Client) -> None:
    html = text_of(client, address("push", "pull"))
    assert 'href="/concepts/push/editions/1/#formula"' in html
    for to in re.findall(r'class="h at" href="(/concepts/[^"]+)"', html):
        page, _, place = to.partition("#")
        assert not place or f'id="{place}"' in text_of(client, page), to


@pytest.mark.usefixtures("pair")
def test_what_other_pages_say_of_a_concept_has_no_place_in_its_edition(client: Client) -> None:
    html = text_of(client, address("lean", "pull"))
    rows = dict(re.findall(r'<tr role="row" id="row-(\w+)">(.*?)</tr>', html, re.DOTALL))
    assert "Every desk." in rows["seen"]
    assert "h at" not in rows["seen"]
    assert re.findall(r'class="h at" href="([^"]+)"', rows["relations"]) == [
        "/concepts/pull/editions/1/#relations"
    ]


@pytest.mark.usefixtures("pair")
def test_only_sources_of_what_is_shown_are_listed_once_with_all_their_places(
    client: Client,
) -> None:
    html = text_of(client, address("push", "pull"))
    sources = section(html, "sources")
    assert re.findall(r'<li id="(s\d)">', sources) == ["s1", "s2"]
    uses = set(re.findall(r'href="#([^"]+--c\d)"', sources))
    assert uses == {"push--summary--c1", "pull--summary--c1", "pull--summary--c2"}
    assert uses <= set(re.findall(r'id="([^"]+)"', html))
    assert "Slack" not in section(text_of(client, address("push", "lean")), "sources")


@pytest.mark.usefixtures("pair")
def test_what_they_say_of_each_other_is_said_once(client: Client) -> None:
    said = words(section(text_of(client, address("push", "pull")), "relations"))
    assert said == "To each other Push contrasts with Pull: By what starts it."


# The curated comparison, and the chain ----------------------------------------------------------


@pytest.mark.parametrize("slugs", [("goods", "services"), ("services", "goods", "services")])
def test_a_comparison_of_exactly_these_is_led_to(client: Client, slugs: tuple[str, ...]) -> None:
    publish(comparison())
    answer = client.get(address(*slugs))
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/distinctions/goods-vs-services/"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_comparison_that_is_not_in_force_is_not_led_to(client: Client) -> None:
    edition = publish(comparison(), at=soon())
    assert text_of(client, address("goods", "services"))
    with site_at(edition.published_at):
        assert client.get(address("goods", "services")).status_code == 302


def test_a_withdrawn_comparison_is_not_led_to(client: Client) -> None:
    page = comparison()
    publish(page)
    publishing.withdraw(page, by=None, reason="Merged.")
    assert text_of(client, address("goods", "services"))


def test_a_comparison_of_more_is_shown_as_what_connects_them(client: Client) -> None:
    publish(concept("waste"))
    sides = [{"key": key, "concept": key} for key in ("goods", "services", "waste")]
    publish(comparison(slug="three", title="Three", sides=sides, rows=[]))
    ways = section(text_of(client, address("waste", "goods")), "ways")
    assert "Waste → Three → Goods" in words(ways)


def test_the_chain_of_comparisons_that_connects_them_is_shown(client: Client) -> None:
    of("push", "pull")
    of("pull", "lean")
    of("lean", "waste")
    html = text_of(client, address("push", "waste"))
    ways = section(html, "ways")
    assert "Push → Push vs pull → Pull → Pull vs lean → Lean → Lean vs waste → Waste" in words(ways)
    assert 'href="/distinctions/pull-vs-lean/"' in ways


def test_no_more_concepts_around_them_are_looked_at_than_are_worth_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    of("push", "pull")
    of("pull", "lean")
    of("lean", "waste")
    of("cost", "price")
    far, ends = address("push", "waste"), "Lean vs waste → Waste"
    monkeypatch.setattr(compare, "REACHED", 4)
    assert ends in words(section(text_of(client, far), "ways"))
    monkeypatch.setattr(compare, "REACHED", 2)
    assert "No chain of comparisons" in section(text_of(client, far), "ways")
    assert "Push vs pull" in section(text_of(client, address("push", "lean")), "ways")


def test_where_no_comparison_connects_them_it_says_so(client: Client) -> None:
    of("push", "pull")
    publish(concept("lean"))
    assert "No chain of comparisons" in section(text_of(client, address("push", "lean")), "ways")


# The picker -----------------------------------------------------------------------------------


def chosen(html: str) -> list[str]:
    """What each choice of the form is set to."""
    selects = re.findall(r'<select id="c\d" name="c">(.*?)</select>', html, re.DOTALL)
    found = [re.search(r'<option value="([^"]*)" selected>', select) for select in selects]
    return [each[1] if each else "" for each in found]


@pytest.mark.usefixtures("pair")
def test_the_picker_offers_all_concepts_area_by_area(client: Client) -> None:
    html = text_of(client, COMPARE)
    assert chosen(html) == ["", ""]
    assert '<form class="s" action="/compare/">' in html
    groups = re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', html, re.DOTALL)[:2]
    assert [(name, re.findall(r'value="([^"]*)"', options)) for name, options in groups] == [
        ("Flow", ["push"]),
        ("Others", ["lean", "pull"]),
    ]


@pytest.mark.usefixtures("pair")
def test_with_one_concept_the_picker_has_it_chosen(client: Client) -> None:
    assert chosen(text_of(client, address("push"))) == ["push", ""]
    assert chosen(text_of(client, f"{address('push')}&c=")) == ["push", ""]
    assert 'href="/compare/?c=push"' in text_of(client, "/concepts/push/")


@pytest.mark.usefixtures("pair")
def test_another_concept_can_be_added_to_those_compared(client: Client) -> None:
    html = text_of(client, address("push", "pull"))
    assert 'href="?c=push&amp;c=pull&amp;pick"' in html
    assert chosen(text_of(client, f"{address('push', 'pull')}&pick")) == ["push", "pull", ""]


@pytest.mark.usefixtures("pair")
def test_the_same_concept_twice_is_one(client: Client) -> None:
    html = text_of(client, address("push", "push"))
    assert chosen(html) == ["push", ""]
    assert "You chose the same concept twice." in html
    assert "You chose a concept twice" in text_of(client, address("push", "push", "pull"))


@pytest.mark.usefixtures("pair")
def test_more_than_four_are_too_many(client: Client) -> None:
    for slug in ("one", "two"):
        publish(concept(slug))
    html = text_of(client, address("push", "pull", "lean", "one", "two"), 400)
    assert "That is more than four." in html
    assert chosen(html) == ["push", "pull", "lean", "one"]
    assert text_of(client, address("push", "pull", "lean", "one"))


@pytest.mark.usefixtures("pair")
def test_an_unknown_concept_is_named_by_its_place(client: Client) -> None:
    html = text_of(client, address("push", "nothing"), 404)
    assert "No concept has had the second name in this address." in html
    assert chosen(html) == ["push", ""]


@pytest.mark.usefixtures("pair")
def test_a_withdrawn_concept_is_said_to_be_gone(client: Client) -> None:
    page = existing("concept", "pull")
    assert page
    publishing.withdraw(page, by=None, reason="Merged.")
    html = text_of(client, address("push", "pull"), 404)
    assert 'Pull is no longer on this site. <a href="/concepts/pull/">' in html


@pytest.mark.usefixtures("pair")
def test_a_renamed_concept_is_found_under_all_its_names(client: Client) -> None:
    publish(concept("shove", existing("concept", "push"), title="Shove"))
    assert "<span>Shove</span>" in text_of(client, address("push", "pull"))
    assert "You chose the same concept twice." in text_of(client, address("push", "shove"))


def test_a_concept_of_the_desk_is_unknown(client: Client) -> None:
    publish(concept("push"))
    concept("secret")
    publish(concept("later"), at=soon())
    for slug in ("secret", "later"):
        assert slug not in text_of(client, address("push", slug), 404)


def test_a_site_without_concepts_has_nothing_to_compare(client: Client) -> None:
    assert "No concept is published yet." in text_of(client, COMPARE)


@pytest.mark.parametrize(
    "query",
    [
        "c=%00",
        "c=%ED%A0%80&c=goods",
        f"c={'a' * 5000}",
        "c=goods&c=UPPER&c=%3Cscript%3E",
        "c=goods%0A",
        "c=../goods",
    ],
)
def test_odd_names_are_answered_as_unknown(client: Client, query: str) -> None:
    publish(concept("goods"))
    html = text_of(client, f"{COMPARE}?{query}", 404)
    assert "No concept has had the" in html
    assert "<script>" not in html


def test_ten_thousand_names_are_too_many(client: Client) -> None:
    publish(concept("goods"))
    text_of(client, COMPARE + "?" + "&".join(f"c=a{n}" for n in range(9_000)), 400)
