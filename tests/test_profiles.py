"""The four Vs of organizations laid over each other, on a page's own and where readers choose."""

import pytest
from admin_forms import errors
from admin_forms import save as save_form
from django.test import Client
from pydantic import ValidationError
from samples import organization, publish
from small_site import ORGANIZATION, section, text_of, words

from concepts import publishing
from concepts.documents import Organization
from concepts.models import Edition, Page

pytestmark = pytest.mark.django_db

PROFILES = "/organizations/profiles/"


def operation(slug: str, level: str, title: str = "") -> Page:
    """An organization whose four Vs all have this level."""
    vs = {v: {"level": level} for v in ("volume", "variety", "variation", "visibility")}
    return organization(slug, title=title or slug.capitalize(), four_vs=vs)


@pytest.fixture
def bank() -> Edition:
    """A bank, high in everything, among a plant, low in everything, and a shop."""
    editions = [publish(operation(*each)) for each in (("plant", "low"), ("shop", "medium"))]
    assert editions
    return publish(operation("bank", "high", "A bank"))


@pytest.mark.usefixtures("bank")
def test_an_organizations_profile_lies_against_the_one_that_differs_most(client: Client) -> None:
    html = section(text_of(client, ORGANIZATION), "four-vs")
    assert "Laid over Plant, which differs most." in words(html)
    assert f'href="{PROFILES}?o=bank&amp;o=plant"' in html
    assert "volume high, variety high, variation high, visibility high; Plant: volume low" in html


def test_an_organization_that_stands_alone_is_drawn_alone(client: Client) -> None:
    publish(operation("bank", "high", "A bank"))
    html = section(text_of(client, ORGANIZATION), "four-vs")
    assert "Laid over" not in html
    assert "<svg" in html


def test_a_profile_that_is_not_in_force_is_laid_over_none(client: Client, bank: Edition) -> None:
    operation("draft", "low", "A draft")
    publishing.withdraw(Page.objects.get(slug="plant"), by=None, reason="Closed.")
    assert "Laid over Shop" in words(text_of(client, ORGANIZATION))
    assert "A draft" not in text_of(client, f"{PROFILES}?o=draft&o=bank")
    assert "Plant" not in text_of(client, f"{PROFILES}?o=plant&o=bank")


def test_the_profile_against_an_edition_is_the_one_of_its_day(
    client: Client, bank: Edition
) -> None:
    address = bank.get_permanent_url()
    before = section(text_of(client, address), "four-vs")
    publish(operation("an-older", "low", "An older plant"))
    assert section(text_of(client, address), "four-vs") == before
    assert "Laid over An older plant" in words(text_of(client, ORGANIZATION))


@pytest.mark.usefixtures("bank")
def test_a_reader_lays_two_to_four_profiles_over_each_other(client: Client) -> None:
    html = text_of(client, f"{PROFILES}?o=shop&o=&o=bank&o=plant")
    assert "3 profiles" in words(html)
    assert "Shop: volume medium, variety medium" in html
    assert words(html).count("volume low, variety low, variation low, visibility low") == 1
    assert '<option value="shop" selected>' in html


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Choose organizations"),
        ("?o=bank", "Choose one more"),
        ("?o=bank&o=bank", "Choose one more"),
        ("?o=bank&o=nothing", "1 of the organizations that the address names is not here."),
        ("?o=x&o=y", "2 of the organizations that the address names are not here."),
    ],
)
def test_a_choice_that_shows_nothing_says_what_is_missing(
    client: Client, query: str, said: str
) -> None:
    assert said in words(text_of(client, PROFILES + query))


@pytest.mark.usefixtures("bank")
def test_a_fifth_profile_is_left_out_and_said_to_be(client: Client) -> None:
    for slug in ("fourth", "zoo"):
        publish(operation(slug, "low"))
    html = text_of(client, f"{PROFILES}?o=bank&o=plant&o=shop&o=fourth&o=zoo")
    assert "these are the first four" in html
    assert "4 profiles" in words(html)


@pytest.mark.parametrize("odd", ["\0", "\ud800", "<script>", "a" * 10_000, "../..", "profiles"])
def test_an_odd_choice_is_answered_and_never_repeated(client: Client, odd: str) -> None:
    answer = client.get(PROFILES, {"o": [odd.encode("utf-8", "surrogatepass"), ""]})
    assert answer.status_code == 200
    assert "1 of the organizations" in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert "a" * 100 not in answer.content.decode()


def test_the_word_of_the_address_is_no_organizations_name(editor: Client, bank: Edition) -> None:
    with pytest.raises(ValidationError, match="a page of the site's own"):
        Organization(slug="profiles", title="Profiles")
    answer = save_form(editor, bank.page.organization, slug="profiles")
    assert errors(answer) == ["A page of the site's own stands at this address."]
