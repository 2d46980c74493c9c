"""What to read before a concept: all that it builds on, in an order that makes sense."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from samples import concept, guide, publish
from small_site import existing, section, text_of, words

from concepts import publishing, stamp
from concepts.reading import way
from concepts.views.shelf import shelf

pytestmark = pytest.mark.django_db


def place(slug: str, *needs: str, of: str = "", **fields: Any) -> Any:
    """A published concept with its prerequisites, made or made anew."""
    page = concept(slug, existing("concept", slug), area=of, prerequisites=list(needs), **fields)
    publish(page)
    return page


def steps(client: Client, slug: str) -> list[str]:
    """The titles of the way to a concept, in their order."""
    html = section(text_of(client, f"/concepts/{slug}/before/"), "in-order")
    return re.findall(r"<li><a[^>]*>([^<]*)</a>", html)


def areas(*slugs: str) -> None:
    for slug in slugs:
        publish(guide(slug, type="area", title=slug.capitalize()))


def test_all_that_a_concept_builds_on_is_named_each_after_what_it_needs(client: Client) -> None:
    place("process")
    place("capacity", "process")
    place("forecast")
    place("unrelated", "forecast")
    place("planning", "forecast", "capacity")
    place("scheduling", "planning")
    place("later", "scheduling")
    # Forecasting comes first, as it is nearer than the process.
    order = ["Forecast", "Process", "Capacity", "Planning", "Scheduling"]
    assert steps(client, "scheduling") == order


def test_where_there_is_a_choice_the_nearest_area_comes_first(client: Client) -> None:
    areas("own", "near", "far")
    place("zero", of="far")
    place("alpha", "zero", of="near")
    place("beta", of="near")
    place("zulu", of="own")
    place("goal", "alpha", "beta", "zulu", of="own")
    # Zero lies farthest, and comes only when all that is nearer and could come has come.
    assert steps(client, "goal") == ["Zulu", "Beta", "Zero", "Alpha", "Goal"]


def test_each_step_says_what_it_is_and_what_it_prepares_for(client: Client) -> None:
    place("process", summary="What goes in and comes out.")
    place("capacity", "process")
    place("planning", "capacity", "process")
    html = section(text_of(client, "/concepts/planning/before/"), "in-order")
    first, second, goal = re.findall(r"<li>(.*?)</li>", html, re.DOTALL)
    assert words(first) == "Process What goes in and comes out.Prepares for Capacity, Planning."
    assert 'href="/concepts/capacity/"' in first
    assert words(second).endswith("Prepares for Planning.")
    assert "Prepares" not in goal


def test_a_concept_without_prerequisites_says_so(client: Client) -> None:
    place("process")
    html = text_of(client, "/concepts/process/before/")
    assert "Nothing else needs to be read before Process." in words(html)
    assert section(html, "in-order") == ""


@pytest.mark.parametrize("asked", ["egg", "hen", "chick"])
def test_concepts_that_need_each_other_are_each_named_once(client: Client, asked: str) -> None:
    for slug in ("egg", "hen", "chick"):
        place(slug)
    place("egg", "hen")
    place("hen", "chick", "egg")
    place("chick", "egg")
    order = steps(client, asked)
    assert sorted(order) == ["Chick", "Egg", "Hen"]
    assert order[-1] == asked.capitalize()


def test_a_withdrawn_prerequisite_is_not_on_the_way(client: Client) -> None:
    old = place("old")
    place("goal", "old")
    publishing.withdraw(old, by=None, reason="Enough.")
    assert steps(client, "goal") == []
    assert "Nothing else" in text_of(client, "/concepts/goal/before/")


def test_a_renamed_prerequisite_is_on_the_way_under_its_name_of_now(client: Client) -> None:
    old = place("old")
    place("goal", "old")
    publish(concept("new", old))
    assert steps(client, "goal") == ["New", "Goal"]


def test_the_way_to_a_renamed_concept_leads_on(client: Client) -> None:
    place("process")
    old = place("old", "process")
    publish(concept("new", old, prerequisites=["process"]))
    answer = client.get("/concepts/old/before/?from=here")
    assert answer.status_code == 301
    assert answer["Location"] == "/concepts/new/before/?from=here"
    assert answer["Cache-Control"] == "no-cache"


def test_the_way_to_a_withdrawn_concept_is_gone(client: Client) -> None:
    publishing.withdraw(place("goal"), by=None, reason="It was no concept.")
    assert "It was no concept." in text_of(client, "/concepts/goal/before/", 410)


@pytest.mark.parametrize(
    "address",
    ["/concepts/nothing/before/", "/areas/basics/before/", "/distinctions/goal/before/"],
)
def test_only_concepts_have_a_way(client: Client, address: str) -> None:
    areas("basics")
    place("goal")
    assert client.get(address).status_code == 404


def test_a_draft_changes_no_way(client: Client) -> None:
    place("process")
    place("goal")
    concept("goal", existing("concept", "goal"), prerequisites=["process"])
    assert steps(client, "goal") == []


def test_the_page_of_a_concept_leads_to_the_way_to_it(client: Client) -> None:
    place("process")
    place("goal", "process")
    link = '<a href="/concepts/goal/before/">All that comes before it, in order</a>'
    assert link in section(text_of(client, "/concepts/goal/"), "order")
    assert "/before/" not in text_of(client, "/concepts/process/")


def test_an_edition_that_has_ended_does_not_lead_to_a_way(client: Client) -> None:
    place("process")
    page = place("goal", "process")
    publishing.withdraw(page, by=None, reason="Enough.")
    assert "/before/" not in text_of(client, "/concepts/goal/editions/1/")


def test_a_short_way_is_drawn_and_a_long_one_is_not(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    place("process")
    place("goal", "process")
    html = text_of(client, "/concepts/goal/before/")
    assert 'aria-label="The way to Goal. An arrow' in section(html, "drawn")
    monkeypatch.setattr(way, "DRAWN", 1)
    shelf.clear()
    assert section(text_of(client, "/concepts/goal/before/"), "drawn") == ""


def test_a_way_that_is_too_long_names_the_nearest_and_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    place("far")
    place("middle", "far")
    place("near", "middle")
    place("goal", "near")
    monkeypatch.setattr(way, "LONGEST", 3)
    assert steps(client, "goal") == ["Far", "Middle", "Near", "Goal"]
    assert "nearest of more" not in text_of(client, "/concepts/goal/before/")
    monkeypatch.setattr(way, "LONGEST", 2)
    shelf.clear()
    assert steps(client, "goal") == ["Middle", "Near", "Goal"]
    assert "These are the 2 nearest of more." in text_of(client, "/concepts/goal/before/")


def test_a_way_costs_three_queries_however_long_it_is(client: Client) -> None:
    place("c0")
    for number in range(1, 6):
        place(f"c{number}", f"c{number - 1}")
    stamp.current()
    with CaptureQueriesContext(connection) as captured:
        text_of(client, "/concepts/c5/before/")
    assert len(captured) == 3
