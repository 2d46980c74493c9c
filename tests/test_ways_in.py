"""Ways into the site: by dimension, from A to Z, along a guide, from the first page."""

import re
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from samples import ROW, comparison, concept, guide, publish, row, source
from small_site import section, text_of, words

from concepts import publishing, reading
from concepts.models import Dimension, Edition, Page

pytestmark = pytest.mark.django_db

SCOPE = "/dimensions/scope/"


def on_scope(first: str, second: str, title: str = "", **fields: Any) -> Page:
    """A comparison of two concepts with one row on the dimension `scope`, published."""
    for slug in (first, second):
        if not Page.objects.filter(slug=slug).exists():
            publish(concept(slug))
    own = {
        "slug": f"{first}-vs-{second}",
        "title": title or f"{first} vs {second}".capitalize(),
        "sides": [{"key": key, "concept": key} for key in (first, second)],
        "rows": [row("scope", **{first: f"The {first}.", second: f"The {second}."})],
    }
    page = comparison(**own | fields)
    publish(page)
    return page


# Dimensions -----------------------------------------------------------------------------------


def test_dimensions_are_listed_with_the_number_of_comparisons_that_use_them(client: Client) -> None:
    Dimension.objects.create(key="cost", label="Cost", description="What it takes.")
    on_scope("goods", "services")
    on_scope("push", "pull", rows=[row("scope", push="A", pull="B"), costs("push", "pull")])
    listed = section(text_of(client, "/dimensions/"), "all")
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a><p>([^<]+)</p>', listed) == [
        ("/dimensions/cost/", "Cost", "What it takes. In 1 comparison."),
        ("/dimensions/scope/", "Scope", "In 2 comparisons."),
    ]
    assert "Money." in text_of(client, "/dimensions/cost/")
    assert "Money." not in text_of(client, SCOPE)


def costs(*sides: str) -> dict[str, Any]:
    """A row on the dimension `cost`, under a key of its own."""
    return row("price", **dict.fromkeys(sides, "Money.")) | {"dimension": "cost"}


def test_a_dimension_shows_the_row_of_each_comparison_with_its_sides_and_address(
    client: Client,
) -> None:
    on_scope("push", "pull")
    on_scope("goods", "services")
    html = section(text_of(client, SCOPE), "comparisons")
    pairs = [pair.split("</div></div>")[0] for pair in html.split('<div class="pair">')[1:]]
    ours = "Our illustration."
    assert [words(pair.replace("<", " <")) for pair in pairs] == [
        f"Goods vs services Goods The goods. {ours} Services The services. {ours}",
        f"Push vs pull Push The push. {ours} Pull The pull. {ours}",
    ]
    assert '<a href="/distinctions/push-vs-pull/#row-scope">Push vs pull</a>' in pairs[1]
    assert 'id="row-scope"' in text_of(client, "/distinctions/push-vs-pull/")


def test_a_comparison_with_two_rows_on_a_dimension_shows_both(client: Client) -> None:
    second = row("reach", goods="Far.", services="Near.")
    on_scope("goods", "services", rows=[ROW, second])
    html = text_of(client, SCOPE)
    assert "#row-scope" in html
    assert "#row-reach" in html
    assert "Here is what 1 comparison says about it." in html


def test_each_comparison_has_as_many_lanes_as_sides(client: Client) -> None:
    publish(concept("ideas"))
    three = ("goods", "services", "ideas")
    on_scope("push", "pull")
    on_scope(
        "goods",
        "services",
        sides=[{"key": key, "concept": key} for key in three],
        rows=[row("scope", **dict.fromkeys(three, "All."))],
    )
    assert re.findall(r'<div class="(n\d)">', text_of(client, SCOPE)) == ["n3", "n2"]


def test_the_sources_of_all_rows_are_one_list(client: Client) -> None:
    source()
    source("ford1922", title="My Life", author=[{"family": "Ford"}], issued="1922")
    cited = [
        {"side": "goods", "text": "Things. [@little1961, p. 3]"},
        {"side": "services", "text": "Acts. [@ford1922; @little1961]"},
    ]
    on_scope("goods", "services", rows=[ROW | {"cells": cited}])
    both = [cell | {"side": side} for cell, side in zip(cited, ("goods", "pull"), strict=True)]
    on_scope("goods", "pull", rows=[ROW | {"cells": both}])
    html = text_of(client, SCOPE)
    assert re.findall(r'href="#s(\d)"', html) == ["1", "2", "1", "1", "2", "1"]
    assert words(section(html, "sources")).count("Little, J. D. C. (1961)") == 1
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= {*ids}


def test_a_link_in_a_cell_leads_to_where_its_page_is_now(client: Client) -> None:
    there = concept("old-name")
    publish(there)
    cells = [
        {"side": side, "text": "See [it](concept:old-name).", "illustration": True}
        for side in ("goods", "services")
    ]
    on_scope("goods", "services", rows=[ROW | {"cells": cells}])
    publish(concept("new-name", there))
    assert '<a href="/concepts/new-name/">it</a>' in text_of(client, SCOPE)


def test_a_dimension_is_called_what_the_newest_edition_froze(client: Client) -> None:
    first = on_scope("goods", "services")
    Dimension.objects.update(label="Reach")
    assert "<h1>Scope</h1>" in text_of(client, SCOPE)
    on_scope("push", "pull")
    for address in (SCOPE, "/dimensions/"):
        assert "Reach" in text_of(client, address)
        assert "Scope" not in words(text_of(client, address))
    assert Edition.objects.get(page=first).data()["frozen"]["dimensions"][0]["label"] == "Scope"


@pytest.mark.parametrize("key", ["scope", "never-used"])
def test_a_dimension_that_no_comparison_in_force_uses_is_not_found(
    client: Client, key: str
) -> None:
    page = on_scope("goods", "services")
    before = Edition.objects.get(page=page).published_at  # which may be ahead of our clock
    publishing.withdraw(page, by=None, reason="Enough.")
    assert client.get(f"/dimensions/{key}/").status_code == 404
    assert "No comparison is published yet." in text_of(client, "/dimensions/")
    if key == "scope":
        assert reading.dimension(key, before)["comparisons"] == 1
        with pytest.raises(Http404):
            reading.dimension(key, before - timedelta(days=1))


def test_a_word_in_a_text_is_no_row_on_a_dimension(client: Client) -> None:
    on_scope("goods", "services", body='He wrote "dimension":"cost" there.')
    assert client.get("/dimensions/cost/").status_code == 404


def test_many_comparisons_are_shown_a_page_at_a_time(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module("concepts.reading.dimensions")
    monkeypatch.setattr(module, "COMPARISONS_ON_A_PAGE", 2)
    Dimension.objects.create(key="scope", label="Scope")
    for number in "123":
        on_scope(f"a{number}", f"b{number}")
    first, second = text_of(client, SCOPE), text_of(client, f"{SCOPE}?page=2")
    assert "Comparisons 1 to 2 of 3." in words(first)
    assert 'href="?page=2" rel="next"' in first
    assert "A3 vs b3" in second
    assert "A1 vs b1" not in second
    for odd in ("0", "-1", "x", "9" * 5000, "%00", "", "1&page=2", "%ED%A0%80"):
        assert client.get(f"{SCOPE}?page={odd}").status_code == 200


# The glossary ---------------------------------------------------------------------------------


def entries(client: Client) -> list[tuple[str, str]]:
    """The terms of the glossary in their order, and what stands beside each."""
    found = re.findall(r"<dt[^>]*>(.*?)</dt><dd>(.*?)</dd>", text_of(client, "/glossary/"))
    return [(words(term), words(beside)) for term, beside in found]


def test_the_glossary_defines_every_concept_from_a_to_z(client: Client) -> None:
    publish(concept("takt-time", title="Takt time", summary="The *pace* of demand."))
    publish(concept("echelon", title="Échelon", summary="A stage."))
    publish(concept("eoq", title="EOQ", summary="A lot."))
    assert entries(client) == [
        ("Échelon", "A stage."),
        ("EOQ", "A lot."),
        ("Takt time", "The pace of demand."),
    ]
    html = text_of(client, "/glossary/")
    assert '<dt id="takt-time"><a href="/concepts/takt-time/">Takt time</a></dt>' in html
    assert re.findall(r'<section class="s" id="(.)">', html) == ["E", "T"]
    assert re.findall(r'<li><a href="#(.)">', html) == ["E", "T"]


def test_another_name_leads_to_every_concept_that_goes_by_it(client: Client) -> None:
    publish(concept("lead-time", aliases=["Flow time", "LEAD TIME"]))
    publish(concept("throughput-time", aliases=["flow time"]))
    publish(concept("flow", aliases=["4 flows"]))
    named = dict(entries(client))
    assert named["Flow time"] == "See Lead time, Throughput time."
    assert named["4 flows"] == "See Flow."
    assert "LEAD TIME" not in named
    assert len(named) == 5
    html = text_of(client, "/glossary/")
    assert 'See <a href="#lead-time">Lead time</a>' in html
    assert '<section class="s" id="0-9">' in html


def test_the_glossary_knows_no_concept_that_is_not_in_force(client: Client) -> None:
    page = concept("takt-time", aliases=["Beat"])
    publish(page)
    concept("takt-time", page, title="Draft", aliases=["Secret"])
    assert [term for term, _ in entries(client)] == ["Beat", "Takt time"]
    publishing.withdraw(page, by=None, reason="Enough.")
    assert "No concept is published yet." in text_of(client, "/glossary/")


# Guides ---------------------------------------------------------------------------------------


def test_a_step_shows_its_kind_its_definition_and_why_it_is_there(client: Client) -> None:
    on_scope("goods", "services")
    steps = [{"page": "concept:goods", "note": "Begin *here*."}]
    publish(guide(steps=[*steps, {"page": "distinction:goods-vs-services"}]))
    html = section(text_of(client, "/paths/first-steps/"), "steps")
    assert [words(step) for step in html.split("<li>")[1:]] == [
        "Goods Concept: What it is: goods.Begin here.",
        "Goods vs services Comparison: Goods can be stored.",
    ]
    assert '<ol class="steps">' in html


# The first page -------------------------------------------------------------------------------


def test_the_first_page_leads_to_every_way_in(client: Client) -> None:
    on_scope("goods", "services")
    ways = ("distinctions", "dimensions", "compare", "glossary", "map", "practice", "sources")
    home = text_of(client, "/").split("<main", 1)[1].split("</main>")[0]
    assert [way for way in ways if f'href="/{way}/"' not in home] == []


def test_the_first_page_of_an_empty_site_promises_nothing(client: Client) -> None:
    home = text_of(client, "/").split("<main", 1)[1].split("</main>")[0]
    assert "Nothing is published here yet." in home
    assert "/practice/" not in home
    on_scope("goods", "services")
    assert "Nothing is published" not in text_of(client, "/")


# The site about itself ------------------------------------------------------------------------


def test_the_site_says_who_answers_for_it(client: Client, settings: Any) -> None:
    settings.SITE_NAME, settings.CONTACT = "Ops & co", "a+b&c@example.edu"
    html = text_of(client, "/about/")
    assert "The editors of Ops &amp; co write the pages" in html
    assert '<a href="mailto:a%2Bb%26c@example.edu">a+b&amp;c@example.edu</a>' in html


def test_a_site_without_an_address_to_write_to_says_so(client: Client, settings: Any) -> None:
    settings.CONTACT = ""
    html = text_of(client, "/about/")
    assert "have given no address to write to" in html
    assert "mailto:" not in html


def test_the_site_tells_what_it_keeps_of_readers_what_may_be_used_and_how_to_cite(
    client: Client,
) -> None:
    html = text_of(client, "/about/")
    assert "Readers get no cookie" in words(section(html, "privacy"))
    assert "MIT licence" in words(section(html, "licence"))
    assert "permanent link" in words(section(html, "cite"))
