"""Nothing that only the desk knows is found at any public address."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from samples import concept, guide, organization, publish, save, source
from small_site import (
    AREA,
    COMPARISON,
    PAGES,
    build,
    comparison_fields,
    concept_fields,
    existing,
    organization_fields,
)
from test_page_queries import ADDRESSES

from concepts import clock, desk
from concepts.documents import Distinction
from concepts.models import Dimension, Source

pytestmark = pytest.mark.django_db

SECRET = "xyzzyplugh"
TEXT = f"The {SECRET} of it. [@{SECRET}]"
GUESSES = ("/search/?q=xyzzyplug", "/search/?q=the+xyzzyplugg+of+it", "/search/suggest/?q=xyzzy")
"""Searches for something so near to the secret that it would be told."""


def edit_published_pages() -> None:
    """Put the secret into the drafts of pages that are published."""
    fields = concept_fields("goods", 1) | {"title": SECRET, "body": TEXT, "aliases": [SECRET]}
    concept("goods", existing("concept", "goods"), **fields)
    fields = organization_fields(1) | {"title": SECRET, "sector": SECRET, "facts": [TEXT]}
    organization("bank", existing("organization", "bank"), **fields)
    fields = comparison_fields(1) | {"title": SECRET, "why_confused": TEXT, "slug": SECRET}
    save(Distinction.model_validate(fields), existing("distinction", "goods-vs-services"))
    path = guide("first-steps", existing("guide", "first-steps"), title=SECRET, body=TEXT)
    for action in ("ready", "confirm"):
        desk.record(path, by=None, action=action, note=SECRET)


def make_unpublished_pages() -> None:
    """Pages that only the desk knows, related to those that are published."""
    related = [{"type": "uses", "concept": "goods", "note": TEXT}]
    concept(f"{SECRET}-concept", area="foundations", relations=related, prerequisites=["goods"])
    organization(f"{SECRET}-bank", illustrates=[{"concept": "goods", "text": TEXT}])
    guide(f"{SECRET}-path", steps=[{"page": "concept:goods", "note": TEXT}])


def schedule_an_edition() -> None:
    """An edition with the secret that comes into force in an hour."""
    fields = concept_fields("services", 1) | {"title": SECRET, "summary": TEXT}
    page = concept("services", existing("concept", "services"), **fields)
    publish(page, at=clock.whole(clock.now() + timedelta(hours=1)), note=SECRET)


def edit_shared_things() -> None:
    """Put the secret into sources and a dimension that published pages have frozen already."""
    source(SECRET, title=SECRET)
    Source.objects.filter(slug="little1961").update(title=SECRET, body=TEXT, caveat=SECRET)
    Dimension.objects.filter(key="dimension1").update(label=SECRET, description=SECRET)
    for changed in Source.objects.all():
        desk.record(changed, by=None, action="edit")


@pytest.fixture
def secrets() -> None:
    """A published site whose desk holds the secret wherever one can be written."""
    build(1)
    edit_published_pages()
    make_unpublished_pages()
    edit_shared_things()
    schedule_an_edition()


def addresses() -> list[str]:
    """Every public address of the small site, and the forms of each of its pages."""
    own = ("", "index.json", "qr.svg")
    forms = ("", "index.json", "index.md", "editions/", *(f"editions/1/{form}" for form in own))
    every = [f"{page}{form}" for page in PAGES for form in forms]
    return sorted({*every, *GUESSES, *(address for each in ADDRESSES.values() for address in each)})


@pytest.mark.usefixtures("secrets")
def test_a_secret_of_the_desk_stands_at_no_public_address(client: Client) -> None:
    answers = {address: client.get(address) for address in addresses()}
    assert {address for address, answer in answers.items() if answer.status_code != 200} == set()
    told = {
        address
        for address, answer in answers.items()
        if SECRET in (answer.content.decode(errors="replace") + str(answer.headers)).casefold()
    }
    assert told == set()


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize(
    "address",
    [
        f"/concepts/{SECRET}-concept/",
        f"/organizations/{SECRET}-bank/",
        f"/paths/{SECRET}-path/",
        f"/distinctions/{SECRET}/",
        f"/sources/{SECRET}/",
        "/concepts/services/editions/2/",
        "/concepts/services/editions/2/index.json",
        "/concepts/services/editions/2/qr.svg",
    ],
)
def test_what_is_not_in_force_is_not_found_by_a_visitor(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    # The address itself comes from the asker, and is not repeated either.
    assert SECRET not in answer.content.decode()


@pytest.mark.usefixtures("secrets")
def test_an_editor_sees_what_a_visitor_sees(admin_client: Client, client: Client) -> None:
    for address in (AREA, COMPARISON, "/concepts/"):
        assert admin_client.get(address).content == client.get(address).content
    assert admin_client.get(f"/concepts/{SECRET}-concept/").status_code == 404


@pytest.mark.usefixtures("secrets")
def test_the_syllabus_check_tells_nothing_of_the_desk(client: Client) -> None:
    hidden = [f"concepts/{SECRET}-concept/", f"distinctions/{SECRET}/", f"paths/{SECRET}-path/"]
    shown = [*PAGES, "/concepts/services/editions/2/", f"{COMPARISON}#row-old"]
    links = [f"{settings.SITE_URL}/{path.lstrip('/')}" for path in (*hidden, *shown)]
    answer = client.post("/check-links/", {"text": " ".join(links)}).content.decode()
    assert answer.count("No page has had this address") == len(hidden)
    assert "This page has no edition 2. Its newest is edition 1." in answer
    # The asker gave these addresses, and their slugs stand for titles.
    for each in hidden:
        slug = each.split("/")[1]
        answer = answer.replace(each, "").replace(slug.replace("-", " ").capitalize(), "")
    assert SECRET not in answer.casefold()
