"""A reader who finds a mistake writes a letter; the page fills in its own address."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.template import Context, Template
from django.test import Client
from samples import LATER, ROW, comparison, concept, publish
from small_site import COMPARISON, text_of, words

from concepts.models import Dimension

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _contact(settings: Any) -> None:
    settings.CONTACT = "editors+pom@example.edu"
    settings.SITE_URL = "https://pom.example.edu"


def letters(html: str) -> list[tuple[str, str, str]]:
    """What each letter's link is called, its subject, and the first line of its text."""
    found = re.findall(r'<a[^>]* href="(mailto:[^"]+)">(.*?)</a>', html)
    return [(words(name), *read(unescape(address))) for address, name in found]


def read(address: str) -> tuple[str, str]:
    """The subject and the first line of the letter, as a mail program reads them."""
    parts = urlsplit(address)
    assert parts.path == "editors%2Bpom@example.edu"
    fields = parse_qs(parts.query, strict_parsing=True)
    assert fields.keys() == {"subject", "body"}
    return fields["subject"][0], fields["body"][0].split("\r\n")[0]


def test_each_row_and_the_page_have_a_letter_with_their_permanent_address(client: Client) -> None:
    publish(comparison(rows=[ROW, LATER | {"dimension": "scope"}]))
    place = f"https://pom.example.edu{COMPARISON}editions/1/"
    title = "Mistake in Goods vs services, edition 1"
    report = "Mistake? Report it: row Scope"
    assert letters(text_of(client, COMPARISON)) == [
        (report, f"{title}, Scope", f"{place}#row-scope"),
        (report, f"{title}, Scope", f"{place}#row-later"),
        ("Report a mistake", title, place),
    ]
    assert 'id="row-later"' in text_of(client, f"{COMPARISON}editions/1/")


def test_an_old_edition_is_reported_as_itself(client: Client) -> None:
    page = concept("takt-time")
    publish(page)
    publish(concept("takt-time", page, title="Beat"))
    address = "/concepts/takt-time/editions/1/"
    assert letters(text_of(client, address)) == [
        (
            "Report a mistake",
            "Mistake in Takt time, edition 1",
            f"https://pom.example.edu{address}",
        )
    ]


def test_titles_stay_what_they_are_in_a_letter(client: Client) -> None:
    odd = "100% “A&B” + 'C' = D? #é\"</a>"
    Dimension.objects.create(key="scope", label=odd)
    publish(comparison(title=odd))
    subjects = [subject for _, subject, _ in letters(text_of(client, COMPARISON))]
    assert subjects == [f"Mistake in {odd}, edition 1, {odd}", f"Mistake in {odd}, edition 1"]


def test_a_letter_is_encoded_as_mail_programs_expect(client: Client) -> None:
    publish(concept("takt-time"))
    address = re.findall(r'href="(mailto:[^"]+)"', text_of(client, "/concepts/takt-time/"))[0]
    assert unescape(address) == (
        "mailto:editors%2Bpom@example.edu?subject=Mistake%20in%20Takt%20time%2C%20edition%201"
        "&body=https://pom.example.edu/concepts/takt-time/editions/1/"
        "%0D%0A%0D%0AWhat%20is%20wrong:%0D%0A%0D%0A"
        "What%20would%20be%20right%2C%20and%20who%20says%20so:%0D%0A"
    )
    assert address.count("&") == address.count("&amp;") == 1


@pytest.mark.parametrize(
    "page", ["/", "/concepts/", "/glossary/", "/sources/", "/about/", "/nothing/"]
)
def test_a_page_without_editions_is_reported_at_its_foot(client: Client, page: str) -> None:
    html = client.get(f"{page}?q=private").content.decode().split("<footer", 1)[1]
    assert letters(html) == [
        (
            "Report a mistake",
            f"Mistake in POM, explained, {page}",
            f"https://pom.example.edu{page}",
        )
    ]


def test_an_odd_address_that_is_not_found_can_be_reported(client: Client) -> None:
    html = client.get("/n%C3%B6/%FF/a%20b%22%26c/").content.decode().split("<footer", 1)[1]
    assert letters(html)[0][2].startswith("https://pom.example.edu/n")


def test_nothing_is_offered_where_nobody_answers(client: Client, settings: Any) -> None:
    settings.CONTACT = ""
    publish(comparison())
    for address in (COMPARISON, "/", "/glossary/"):
        assert "mailto:" not in text_of(client, address)
        assert "mistake in" not in text_of(client, address).casefold()


def test_a_draft_has_no_address_to_report() -> None:
    row = Template("{% load site %}{% report_mistake edition 'row-scope' 'Scope' %}")
    assert row.render(Context()).strip() == ""
    assert Template("{% load site %}{% report_page %}").render(Context()) == ""
