"""The markup of every page: well-formed, in order, without dead ends, and never an editor's."""

import re
from collections import Counter
from itertools import pairwise

import html5lib
import pytest
from django.template.loader import render_to_string
from django.test import Client
from samples import ROW, comparison, organization, publish, source
from small_site import COMPARISON, CONCEPT, ORGANIZATION, PAGES, PATH, build, text_of

from concepts import publishing
from concepts.models import Dimension

pytestmark = pytest.mark.django_db

INDEXES = ("/concepts/", "/distinctions/", "/organizations/", "/areas/", "/paths/")
OTHERS = (
    "/",
    "/about/",
    "/dimensions/",
    "/dimensions/dimension1/",
    "/glossary/",
    "/map/",
    "/map/?area=foundations",
    "/concepts/services/before/",
    "/sources/",
    "/sources/little1961/",
    f"{COMPARISON}editions/",
    *INDEXES,
)
XHTML = "{http://www.w3.org/1999/xhtml}"


def every_page(client: Client) -> dict[str, str]:
    """The markup of one page of every class, errors included."""
    editions = build(1)
    build(2)
    pages = {address: text_of(client, address) for address in (*PAGES, *OTHERS)}
    pages["old edition"] = text_of(client, editions[COMPARISON].get_permanent_url())
    publishing.withdraw(editions[PATH].page, by=None, reason="Enough.")
    pages["withdrawn"] = text_of(client, PATH, 410)
    pages["old edition of a withdrawn page"] = text_of(client, f"{PATH}editions/1/")
    pages["not found"] = text_of(client, "/nothing/", 404)
    pages["at fault"] = render_to_string("500.html")
    return pages


def test_every_page_is_well_formed(client: Client) -> None:
    for name, html in every_page(client).items():
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(html)
        assert parser.errors == [], name


def test_every_page_has_one_main_heading_and_its_landmarks(client: Client) -> None:
    for name, html in every_page(client).items():
        tree = html5lib.parse(html)
        count = Counter(element.tag for element in tree.iter())
        assert count[f"{XHTML}h1"] == 1, name
        assert count[f"{XHTML}main"] == 1, name
        assert count[f"{XHTML}title"] == 1, name


def test_headings_go_down_one_level_at_a_time(client: Client) -> None:
    for name, html in every_page(client).items():
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", html)]
        steps = [after - before for before, after in pairwise(levels)]
        assert max(steps, default=0) <= 1, name


def test_no_id_stands_twice_and_every_address_within_a_page_leads_somewhere(
    client: Client,
) -> None:
    for name, html in every_page(client).items():
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert [each for each, count in Counter(ids).items() if count > 1] == [], name
        assert set(re.findall(r'href="#([^"]+)"', html)) - set(ids) == set(), name


def test_the_contents_name_every_section_in_its_order(client: Client) -> None:
    build()
    for address in PAGES:
        html = text_of(client, address)
        sections = re.findall(r'<section class="s" id="([^"]+)">', html)
        contents = re.search(r'<nav class="toc".*?</nav>', html, re.DOTALL)
        assert contents
        assert re.findall(r'href="#([^"]+)"', contents[0]) == sections


def test_every_link_of_the_site_leads_to_a_page(client: Client) -> None:
    build(2)
    found, seen = {"/"}, set()
    while todo := found - seen:
        for address in todo:
            answer = client.get(address)
            assert answer.status_code == 200, address
            if answer["Content-Type"].startswith("text/html"):
                links = re.findall(r'href="(/[^"#]*)', answer.content.decode())
                found |= {link for link in links if not link.startswith(("/static/", "/on/"))}
        seen |= todo
    assert set(PAGES) | set(OTHERS) <= seen


def test_a_page_sets_no_cookie_and_is_asked_for_again_each_time(client: Client) -> None:
    build()
    for address in (*PAGES, *OTHERS, f"{COMPARISON}editions/1/"):
        answer = client.get(address)
        assert answer["Cache-Control"] == "no-cache", address
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_page_only_answers_to_those_who_read(client: Client) -> None:
    build()
    assert client.head(CONCEPT).status_code == 200
    assert {client.post(each).status_code for each in (*PAGES, *OTHERS)} == {405}


def test_what_editors_write_is_never_markup(client: Client) -> None:
    hostile = "<script>alert(1)</script>&\"'"
    Dimension.objects.create(key="odd", label=hostile, description=hostile)
    source("odd", title=hostile, body=hostile)
    page = comparison(
        title=hostile,
        aliases=[hostile],
        rows=[ROW | {"dimension": "odd"}],
        timeline=[{"year": hostile, "text": f"{hostile} [@odd, {hostile}]"}],
        positions=[{"name": hostile, "text": hostile}],
        authors=[{"literal": hostile}],
        retired_rows=[{"key": "old", "label": hostile, "reason": hostile}],
    )
    publish(page, note=hostile)
    publish(organization(sector=hostile, steps=[{"text": hostile}]))
    publishing.withdraw(page, by=None, reason=hostile)
    publish(page)
    others = (ORGANIZATION, "/sources/odd/", "/dimensions/", "/dimensions/odd/", *INDEXES)
    for address in (COMPARISON, f"{COMPARISON}editions/", *others):
        assert "<script>alert" not in text_of(client, address)
