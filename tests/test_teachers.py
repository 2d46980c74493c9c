"""The page for teachers: everything that they are given, with examples that work."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from samples import comparison, concept, publish, row, site_at, source
from small_site import text_of, words

from concepts.reading import FLAGSHIP, days

pytestmark = pytest.mark.django_db

PAGE = f"/distinctions/{FLAGSHIP[1]}/"
LINK = re.compile(r'href="(/[^"#]*)(?:#([^"]*))?"')


def links(html: str) -> list[tuple[str, str]]:
    """Addresses of this site within the page itself, and their anchors."""
    main = html.split("<main", 1)[1].split("</main>", maxsplit=1)[0]
    return [(address.replace("&amp;", "&"), anchor) for address, anchor in LINK.findall(main)]


def publish_the_flagship() -> None:
    source()
    rows = [row("span", goods="Things.", services="Acts.")]
    publish(comparison(slug=FLAGSHIP[1], rows=rows))


def test_every_example_leads_to_what_it_says(client: Client) -> None:
    publish_the_flagship()
    found = links(text_of(client, "/teachers/"))
    addresses = [address for address, _ in found]
    edition = f"{PAGE}editions/1/"
    items = f"i=distinction:{FLAGSHIP[1]}@1&i=concept:goods&i=concept:services"
    for example in (
        *(PAGE, edition, f"{edition}share/", f"{edition}cite/", f"{PAGE}editions/"),
        *(f"{PAGE}feed/", f"/embed/distinction/{FLAGSHIP[1]}/?edition=1&row=span"),
        *(f"{PAGE}?hide=goods", f"/list/?{items}", "/check-links/", "/practice/", "/compare/"),
        *("/on/", "/about/", "/developers/"),
    ):
        assert example in addresses, example
    assert (edition, "row-span") in found
    assert (edition, "row-span--goods") in found
    for address, anchor in found:
        html = text_of(client, address)
        assert not anchor or f'id="{anchor}"' in html, (address, anchor)


def test_it_works_on_an_empty_site(client: Client) -> None:
    html = text_of(client, "/teachers/")
    for address, _ in links(html):
        assert client.get(address).status_code == 200, address
    assert "#row-scope" in html
    assert "editions/2/" in html
    assert FLAGSHIP[1] not in html


def test_a_flagship_without_a_table_shows_no_row(client: Client) -> None:
    publish(comparison(slug=FLAGSHIP[1], rows=[]))
    html = text_of(client, "/teachers/")
    assert f"{PAGE}editions/1/#row-" not in html
    assert f'/embed/distinction/{FLAGSHIP[1]}/?edition=1"' in html


def test_the_picture_says_its_message_in_words(client: Client) -> None:
    html = text_of(client, "/teachers/")
    assert "The permanent link to edition 1 still leads to edition 1." in html
    assert 'role="img"' in html


def test_every_page_of_today_leads_there_and_none_of_a_past_day(client: Client) -> None:
    with site_at(datetime(2040, 3, 1, tzinfo=UTC)):
        publish(concept("goods"))
    with site_at(datetime(2040, 3, 9, tzinfo=UTC)):
        days.forget()
        for address in ("/", "/concepts/goods/", "/about/"):
            assert '<a href="/teachers/">For teachers</a>' in text_of(client, address)
        for address in ("/on/2040-03-05/", "/on/2040-03-05/concepts/goods/"):
            assert "teachers/" not in text_of(client, address)


@pytest.mark.parametrize(("contact", "promised"), [("", False), ("a@pom.example.edu", True)])
def test_a_link_for_mistakes_is_promised_only_where_there_is_an_address_to_write_to(
    client: Client, settings: Any, contact: str, promised: bool
) -> None:
    settings.CONTACT = contact
    html = words(text_of(client, "/teachers/"))
    assert ("each page and row has a link for it" in html) is promised
