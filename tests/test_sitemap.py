"""The sitemap names every page that can be read now, at its own address, and nothing else."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from samples import concept, publish, site_at
from small_site import build

from concepts import publishing, sitemaps
from concepts.models import Edition

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NOW = datetime(2040, 3, 1, 23, 30, tzinfo=UTC)


def told(answer: Any) -> dict[str, str | None]:
    """The addresses of a sitemap, each with the moment that it gives."""
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/xml"
    root = ET.fromstring(answer.content)
    assert root.tag in (f"{MAP}urlset", f"{MAP}sitemapindex")
    found = [(each.findtext(f"{MAP}loc"), each.findtext(f"{MAP}lastmod")) for each in root]
    assert len(dict(found)) == len(found)
    return {str(address): moment for address, moment in found}


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A small site, on 2 March 2040."""
    with django_db_blocker.unblock(), transaction.atomic():
        with site_at(NOW):
            build(1)
        with site_at(NOW + timedelta(days=1)):
            yield
        transaction.set_rollback(True)


@pytest.fixture
def site(filled: None, db: None) -> Client:
    """A reader of that site."""
    return Client()


def test_every_page_stands_with_the_moment_since_when_it_says_what_it_says(site: Client) -> None:
    publish(concept("goods", Edition.objects.filter(slug="goods")[0].page, summary="Anew."))
    with site_at(NOW + timedelta(days=2)), timezone.override("Asia/Tokyo"):
        found = told(site.get("/sitemap.xml"))
    in_force = Edition.objects.filter(superseded_at=None)
    expected = {
        f"{SITE}{edition.get_absolute_url()}": f"{edition.published_at:%Y-%m-%dT%H:%M:%SZ}"
        for edition in in_force
    }
    assert {address: moment for address, moment in found.items() if moment} == expected
    assert found[f"{SITE}/concepts/services/"] == "2040-03-01T23:30:00Z"
    assert found[f"{SITE}/concepts/goods/"] == "2040-03-02T23:30:00Z"


def test_lists_sources_dimensions_and_the_sites_own_pages_stand_without_a_moment(
    site: Client,
) -> None:
    found = {address for address, moment in told(site.get("/sitemap.xml")).items() if not moment}
    own = "about accessibility developers glossary map dimensions sources teachers".split()
    sections = "concepts distinctions organizations areas paths".split()
    one = ["organizations/profiles", "sources/little1961", "dimensions/dimension1"]
    expected = {f"{SITE}/", *(f"{SITE}/{name}/" for name in (*own, *sections, *one))}
    assert found == expected


def test_every_address_answers_as_itself(site: Client) -> None:
    for address in told(site.get("/sitemap.xml")):
        answer = site.get(address.removeprefix(SITE))
        assert answer.status_code == 200, address
        assert f'<link rel="canonical" href="{address}">' in answer.content.decode(), address


def test_what_is_gone_moved_closed_scheduled_or_a_draft_is_not_named(site: Client) -> None:
    before = told(site.get("/sitemap.xml"))
    pages = {slug: concept(slug) for slug in ("fad", "beat", "shut", "draft", "later", "stays")}
    for slug in ("fad", "beat", "shut", "stays"):
        publish(pages[slug])
    publishing.withdraw(pages["fad"], by=None, reason="It passed.")
    publishing.close(Edition.objects.get(slug="shut"), by=None, reason="A court.")
    publish(concept("takt", pages["beat"]))
    publish(pages["later"], at=NOW + timedelta(days=9))
    publish(concept("stays", pages["stays"], title="Soon"), at=NOW + timedelta(days=9))
    with site_at(NOW + timedelta(days=2)):
        found = told(site.get("/sitemap.xml"))
    assert found.keys() - before.keys() == {
        f"{SITE}/concepts/{slug}/" for slug in ("takt", "stays")
    }
    assert before.keys() <= found.keys()


def test_too_many_addresses_come_in_parts(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = told(site.get("/sitemap.xml"))
    assert told(site.get("/sitemap.xml?part=1")) == whole
    monkeypatch.setattr(sitemaps, "LARGEST", 5)
    pages = sum(moment is not None for moment in whole.values())
    sources = sum("/sources/" in address[:-1] for address in whole)
    count = 1 + -(-pages // 5) + -(-sources // 5)
    index = told(site.get("/sitemap.xml"))
    parts = [f"{SITE}/sitemap.xml?part={number}" for number in range(1, count + 1)]
    assert list(index) == parts
    each = [told(site.get(part.removeprefix(SITE))) for part in parts]
    assert max(map(len, each[1:])) == 5
    assert {address: moment for part in each for address, moment in part.items()} == whole


@pytest.mark.parametrize("part", ["0", "2", "01", "-1", "x", "%00", "%FF", "9" * 5000, "1&part=7"])
def test_a_part_that_there_is_not_is_not_found(site: Client, part: str) -> None:
    assert site.get(f"/sitemap.xml?part={part}").status_code == 404
    assert site.post("/sitemap.xml").status_code == 405


def test_robots_are_told_where_it_stands(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert text == f"User-agent: *\nDisallow: /on/\n\nSitemap: {SITE}/sitemap.xml\n"
