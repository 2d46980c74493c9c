"""Lists of a large site come in parts; those of a small one stand whole on one page."""

import re
from importlib import import_module
from typing import Any

import pytest
from admin_forms import address, fields
from django.test import Client
from samples import comparison, concept, guide, organization, publish, source
from small_site import text_of

from concepts import publishing
from concepts.admin import base
from concepts.models import Distinction
from concepts.views.shelf import shelf

pytestmark = pytest.mark.django_db

MODULES = [
    f"concepts.reading.{name}"
    for name in ("long_lists", "lists", "glossary", "sources", "profiles")
]
NAMES = ["alpha", "beta", "delta", "gamma", "omega", "theta", "zeta"]


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of more than four come in parts of three."""
    for module in map(import_module, MODULES):
        for name, value in (("WHOLE", 4), ("PART", 3)):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)
    shelf.clear()
    shelf.clear()


def entries(html: str, section: str = "concepts") -> list[str]:
    """The slugs of the pages that the list names, in their order."""
    body = html.split("<main", 1)[1].split("</main>", 1)[0]
    return list(dict.fromkeys(re.findall(rf'<a href="/{section}/([a-z0-9-]+)/"', body)))


def link(html: str, rel: str) -> str | None:
    """Where the link to the next part or to the one before leads."""
    found = re.search(rf'<a href="([^"]+)" rel="{rel}"', html)
    return found[1].replace("&amp;", "&") if found else None


def walk(client: Client, path: str, section: str = "concepts") -> list[list[str]]:
    """The entries of each part, from the first to the last, and back to the first."""
    html, parts, addresses = text_of(client, path), [], [path]
    while True:
        parts.append(entries(html, section))
        there = link(html, "next")
        if there is None:
            break
        addresses.append(path.partition("?")[0] + there)
        html = text_of(client, addresses[-1])
    for before in addresses[-2::-1]:
        back = link(html, "prev")
        assert back is not None
        address = back if back.startswith("/") else path.partition("?")[0] + back
        assert address == before
        html = text_of(client, address)
    assert link(html, "prev") is None
    return parts


@pytest.fixture
def concepts(long: None) -> dict[str, Any]:
    """Seven concepts, published in no order."""
    pages = {}
    for slug in ["zeta", "beta", "alpha", "theta", "omega", "gamma", "delta"]:
        pages[slug] = concept(slug, title=slug.capitalize(), aliases=[f"Other {slug}"])
        publish(pages[slug])
    return pages


@pytest.mark.parametrize("path", ["/concepts/", "/glossary/"])
def test_a_long_list_has_every_page_once_from_a_to_z(
    client: Client, concepts: dict[str, Any], path: str
) -> None:
    assert walk(client, path) == [NAMES[:3], NAMES[3:6], NAMES[6:]]


def test_pages_of_one_title_are_parted_too(client: Client, long: None) -> None:
    for number in range(7):
        publish(concept(f"same-{number}", title="Same"))
    parts = walk(client, "/concepts/")
    assert sorted(slug for part in parts for slug in part) == [f"same-{n}" for n in range(7)]
    assert [len(part) for part in parts] == [3, 3, 1]


def test_a_list_that_is_just_not_too_long_stands_whole_in_groups(
    client: Client, long: None
) -> None:
    publish(guide("base", type="area", title="Base"))
    for slug in NAMES[:4]:
        publish(concept(slug, area="base"))
    html = text_of(client, "/concepts/")
    assert entries(html) == NAMES[:4]
    assert 'id="base"' in html
    assert link(html, "next") is None


def test_a_draft_and_what_is_withdrawn_stand_in_no_part(
    client: Client, concepts: dict[str, Any]
) -> None:
    publishing.withdraw(concepts["beta"], by=None, reason="It passed.")
    concept("aaa-draft", title="Aaa draft")
    concept("delta", concepts["delta"], title="Zzz draft")
    found = [slug for part in walk(client, "/concepts/") for slug in part]
    assert found == [slug for slug in NAMES if slug != "beta"]
    assert "draft" not in text_of(client, "/concepts/")


def test_only_the_first_part_is_what_search_engines_keep_under_the_lists_address(
    client: Client, concepts: dict[str, Any]
) -> None:
    assert 'rel="canonical"' in text_of(client, "/concepts/")
    for asked in ("after=delta", "after=omega"):
        assert 'rel="canonical"' not in text_of(client, f"/concepts/?{asked}")


@pytest.mark.parametrize("path", ["/concepts/", "/glossary/"])
@pytest.mark.parametrize("after", ["nothing", "No", "%00", "a" * 90, "a/../b"])
def test_a_part_after_what_is_not_there_is_not_found(
    client: Client, concepts: dict[str, Any], path: str, after: str
) -> None:
    assert client.get(f"{path}?after={after}").status_code == 404


def test_a_long_list_can_be_limited_to_an_area(client: Client, long: None) -> None:
    for area in ("base", "top"):
        publish(guide(area, type="area", title=area.capitalize()))
    for number, slug in enumerate(NAMES):
        publish(concept(slug, title=slug.capitalize(), area="base" if number % 2 else "top"))
    html = text_of(client, "/concepts/")
    assert '<a href="?area=base">Base</a>' in html
    assert walk(client, "/concepts/?area=top") == [NAMES[:6:2], NAMES[6:]]
    assert client.get("/concepts/?area=nowhere").status_code == 404


def test_a_long_glossary_has_other_names_beside_their_terms(
    client: Client, concepts: dict[str, Any]
) -> None:
    assert "Also: Other alpha." in text_of(client, "/glossary/")


def test_a_long_list_of_sources_comes_in_parts(client: Client, long: None) -> None:
    keys = [f"author{number}" for number in range(7)]
    for key in keys:
        source(key)
    publish(concept("alpha", body=" ".join(f"It is. [@{key}]" for key in keys)))
    assert walk(client, "/sources/", "sources") == [keys[:3], keys[3:6], keys[6:]]


def test_a_source_that_very_many_pages_cite_names_them_in_parts(client: Client, long: None) -> None:
    source("little1961")
    for slug in NAMES:
        publish(concept(slug, body="It is. [@little1961]"))
    found = walk(client, "/sources/little1961/")
    assert [len(part) for part in found] == [3, 3, 1]
    assert sorted(slug for part in found for slug in part) == NAMES
    for page in ("0", "4", "x", "-1", "9999999"):
        assert client.get(f"/sources/little1961/?page={page}").status_code == 404


def test_concepts_are_typed_where_they_are_too_many_to_choose_from(
    client: Client, concepts: dict[str, Any]
) -> None:
    html = text_of(client, "/compare/")
    assert "<select" not in html
    assert '<input id="c1" name="c" value="">' in html
    answer = client.get("/compare/", {"c": ["Alpha", "beta"]})
    assert answer.status_code == 200
    assert "Alpha" in answer.content.decode()


def test_organizations_are_typed_where_they_are_too_many_to_choose_from(
    client: Client, long: None
) -> None:
    for slug in NAMES[:5]:
        publish(organization(slug, title=slug.capitalize()))
    html = text_of(client, "/organizations/profiles/")
    assert "<select" not in html
    assert '<input id="o1" name="o" value="">' in html
    html = text_of(client, "/organizations/profiles/?o=Gamma&o=beta&o=zeta")
    assert "2 profiles" in html
    assert '<input id="o2" name="o" value="beta">' in html
    assert "1 of the organizations that the address names is not here." in html


def test_an_area_names_its_newest_members_and_where_all_are(
    client: Client, long: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concepts import presenting
    from concepts.reading import neighbours

    for module in (presenting, neighbours):
        monkeypatch.setattr(module, "MOST_MEMBERS", 3)
    neighbours._prepared_ties.cache_clear()
    publish(guide("base", type="area", title="Base"))
    for slug in NAMES:
        publish(concept(slug, area="base"))
    html = text_of(client, "/areas/base/")
    assert entries(html) == NAMES[4:]
    assert '<a href="/concepts/?area=base">' in html
    neighbours._prepared_ties.cache_clear()


def test_a_form_of_a_large_site_looks_choices_up_in_their_list(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {slug: concept(slug) for slug in NAMES}
    compared = comparison(sides=[{"key": key, "concept": key} for key in NAMES[:2]], rows=[])
    path = address(Distinction.objects.get(pk=compared.pk))
    assert '<select name="sides-0-concept"' in text_of(admin_client, path)
    monkeypatch.setattr(base, "MOST_CHOICES", 5)
    html = text_of(admin_client, path)
    assert '<select name="sides-0-concept"' not in html
    assert ">Zeta<" not in html
    sent = fields(html.encode())
    assert sent["sides-0-concept"] == str(pages["alpha"].pk)
    answer = admin_client.post(path, sent | {"sides-0-concept": str(pages["gamma"].pk)})
    assert answer.status_code == 302
    assert [side.concept.slug for side in Distinction.objects.get().sides.all()] == [
        "gamma",
        "beta",
    ]
