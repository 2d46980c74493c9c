"""Suggestions for links and citations: what is found, in which order, and who may ask."""

from typing import Any

import pytest
from admin_forms import concept, publish, user
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from concepts.models import Guide, Source

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/markdown/suggest/"


@pytest.fixture
def writer(client: Client) -> Client:
    client.force_login(user("writer", "change_concept"))
    return client


def suggested(client: Client, asked: str, kind: str = "page") -> list[dict[str, str]]:
    answer = client.get(ADDRESS, {"q": asked, "kind": kind})
    assert answer.status_code == 200
    return list(answer.json()["results"])


def values(client: Client, asked: str, kind: str = "page") -> list[str]:
    return [found["value"] for found in suggested(client, asked, kind)]


def test_the_address_has_a_name() -> None:
    assert reverse("markdown_suggest") == ADDRESS


def test_a_page_says_what_it_is_and_whether_it_is_published(writer: Client) -> None:
    publish(concept("takt-time"))
    concept("takt-board")
    assert suggested(writer, "takt") == [
        {"value": "concept:takt-board", "label": "Takt board", "hint": "concept, not published"},
        {"value": "concept:takt-time", "label": "Takt time", "hint": "concept"},
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        *(("takt-time", True), ("time tAKT", True), ("drum", True), ("muller", True)),
        *(("concept:", True), ("concept:takt", True), ("guide:takt", False), ("takt x", False)),
        *(("straße", True), ("STRASSE", True), ("%", False), ("_", False), ("\x00", False)),
    ],
)
def test_a_page_is_found_by_slug_title_and_other_names(
    writer: Client, asked: str, found: bool
) -> None:
    concept("takt-time", aliases=["Drum beat", "Müller's clock", "Straße"])
    assert values(writer, asked) == (["concept:takt-time"] if found else [])


def test_every_kind_of_page_is_found_by_its_kind(writer: Client) -> None:
    concept("basics")
    Guide.objects.create(kind="guide", slug="basics", title="Basics", type="area")
    assert values(writer, "basics") == ["concept:basics", "guide:basics"]
    assert values(writer, "guide:basics") == ["guide:basics"]


def test_what_begins_as_it_is_asked_comes_first(writer: Client) -> None:
    for slug in ("a-lot-size", "balotelli", "lot", "lot-size", "slot"):
        concept(slug)
    assert values(writer, "lot") == [
        *("concept:lot", "concept:lot-size", "concept:a-lot-size"),
        *("concept:balotelli", "concept:slot"),
    ]


def test_ten_are_shown(writer: Client) -> None:
    for number in range(12):
        concept(f"lot-{number}")
    assert len(values(writer, "lot")) == 10
    assert len(values(writer, "")) == 10


def test_a_source_is_found_by_key_title_and_authors(writer: Client) -> None:
    authors = [{"family": "Hopp"}, {"family": "Spearman", "given": "Mark L."}]
    Source.objects.create(slug="hopp2011", title="Factory Physics", author=authors, issued="2011")
    found = [{"value": "hopp2011", "label": "Factory Physics", "hint": "Hopp & Spearman 2011"}]
    for asked in ("hopp2011", "physics", "spearman factory"):
        assert suggested(writer, asked, "source") == found
    assert suggested(writer, "other", "source") == suggested(writer, "hopp", "page") == []


@pytest.mark.parametrize(
    ("authors", "hint"),
    [
        ([], "1961"),
        ([{"literal": "Ford Motor Company"}], "Ford Motor Company 1961"),
        ([{"family": name} for name in "ABC"], "A et al. 1961"),
    ],
)
def test_a_source_is_told_by_who_and_when(writer: Client, authors: Any, hint: str) -> None:
    Source.objects.create(slug="a1961", title="A", author=authors, issued="1961-03-02")
    assert [found["hint"] for found in suggested(writer, "a1961", "source")] == [hint]


@pytest.mark.parametrize("kind", ["page", "source"])
def test_suggestions_cost_the_same_however_much_there_is(
    writer: Client, kind: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    suggested(writer, "a", kind)
    for number in range(20):
        publish(concept(f"a-{number}"))
        Source.objects.create(slug=f"a{number}", title="A")
        if number in (0, 19):
            with django_assert_num_queries(5):  # three of them for the session and the rights
                assert suggested(writer, "a", kind)


@pytest.mark.parametrize("asked", ["(", "\\", "[a", "concept:", "a" * 100_000, "\ud800", "'\""])
def test_whatever_is_asked_is_answered(writer: Client, asked: str) -> None:
    concept("takt-time")
    answer = writer.get(ADDRESS, {"q": asked.encode("utf-8", "replace"), "kind": "page"})
    assert answer.status_code == 200


@pytest.mark.parametrize("kind", ["", "user"])
def test_nothing_else_can_be_asked_for(writer: Client, kind: str) -> None:
    answer = writer.get(ADDRESS, {"q": "a", "kind": kind})
    wanted = "Say whether pages or sources are looked for: kind=page, kind=source."
    assert (answer.status_code, answer.json()) == (400, {"error": wanted})


def test_suggestions_are_asked_for_by_get(writer: Client) -> None:
    assert writer.post(ADDRESS, {"kind": "page"}).status_code == 405


@pytest.mark.parametrize("name", ["", "reader"])
def test_who_may_write_nothing_sees_no_suggestions(client: Client, name: str) -> None:
    concept("a-draft")
    if name:
        client.force_login(user(name))
    answer = client.get(ADDRESS, {"q": "a", "kind": "page"})
    wanted = "Only editors who are logged in see suggestions."
    assert (answer.status_code, answer.json()) == (403, {"error": wanted})
