"""What the head and headers of a page tell: Zotero, messengers, search engines, signposting."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import html5lib
import pytest
from django.db import transaction
from django.test import Client
from samples import concept, guide, organization, publish, site_at
from small_site import AREA, COMPARISON, CONCEPT, ORGANIZATION, PATH, build, existing, text_of

from concepts import describing, drafts, publishing, rendering
from concepts.models import Edition, Page

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
BEGUN = datetime(2040, 3, 1, 23, 30, tzinfo=UTC)
NOW = BEGUN + timedelta(days=8)
HOSTILE = "</script><script>alert(1)</script><!-- & \"'] --> \\u003c \u2028 {{ x }}"


class Head(HTMLParser):
    """What stands in a page's head: meta by name, links by relation, data blocks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.meta: dict[str, list[str]] = {}
        self.links: list[dict[str, str]] = []
        self.blocks: list[str] = []
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if tag == "meta":
            for name in {told.get("name"), told.get("property")} - {None}:
                self.meta.setdefault(str(name), []).append(told["content"])
        if tag == "link":
            self.links.append(told)
        self.inside = tag == "script" and told.get("type") == "application/ld+json"
        self.blocks += [""] * self.inside

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.blocks[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    @property
    def data(self) -> Any:
        """The one block of linked data."""
        [block] = self.blocks
        return json.loads(block)

    def one(self, name: str) -> str:
        [value] = self.meta[name]
        return value


@contextmanager
def a_day_later(*pages: Page) -> Iterator[None]:
    """Publish pages, and go on when they have been there for a day."""
    for page in pages:
        publish(page)
    with site_at(NOW + timedelta(days=1)):
        yield


def head_of(client: Client, address: str) -> Head:
    return Head(text_of(client, address))


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A small site whose comparison has a second edition, by two authors."""
    with django_db_blocker.unblock(), transaction.atomic():
        with site_at(BEGUN):
            build(1)
        with site_at(BEGUN + timedelta(days=2)):
            page = existing("concept", "goods")
            authors = [{"family": "Doe", "given": "Jane"}, {"literal": "Institute, The"}]
            authors.append({"family": "Plato"})
            concept("goods", page, authors=authors, aliases=["Wares"], summary="*Things*.")
            assert page
            publish(page)
        with site_at(NOW):
            yield
        transaction.set_rollback(True)


@pytest.fixture
def site(filled: None, db: None) -> Client:
    """A reader of that site."""
    return Client()


# Zotero, messengers ---------------------------------------------------------------------------


def test_zotero_finds_type_title_authors_date_site_licence_edition_and_address(
    site: Client,
) -> None:
    head = head_of(site, CONCEPT)
    schemas = {link["rel"]: link["href"] for link in head.links if "schema." in link["rel"]}
    assert schemas == {
        "schema.z": "http://www.zotero.org/namespaces/export#",
        "schema.prism": "http://prismstandard.org/namespaces/1.2/basic/",
    }
    zotero = {
        name: values
        for name, values in head.meta.items()
        if re.match(r"DC\.|z:|prism\.|citation_", name)
    }
    assert zotero == {
        "z:itemType": ["encyclopediaArticle"],
        "z:encyclopediaTitle": ["POM, explained"],
        "prism.edition": ["2"],
        "citation_public_url": [f"{SITE}{CONCEPT}editions/2/"],
        "DC.title": ["Goods"],
        "DC.creator": ["Doe, Jane", "Institute, The", "Plato"],
        "DC.date": ["2040-03-03"],
        "DC.publisher": ["POM, explained"],
        "DC.language": ["en"],
        "DC.rights": [LICENSE],
        "DC.description": ["Things."],
    }


def test_a_page_of_nobody_names_no_author(site: Client) -> None:
    head = head_of(site, COMPARISON)
    assert "DC.creator" not in head.meta
    assert "author" not in head.data


def test_messengers_find_title_words_and_a_picture_with_its_size(site: Client) -> None:
    head = head_of(site, COMPARISON)
    told = {name: head.one(name) for name in head.meta if name.startswith(("og:", "twitter:"))}
    assert told == {
        "og:type": "article",
        "og:site_name": "POM, explained",
        "og:title": "Goods vs services",
        "og:description": "Goods can be stored.",
        "og:url": f"{SITE}{COMPARISON}",
        "og:image": f"{SITE}{COMPARISON}editions/1/card.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Goods vs services",
        "twitter:card": "summary_large_image",
    }
    assert head.one("description") == "Goods can be stored."
    assert site.get(f"{COMPARISON}editions/1/card.png").status_code == 200


@pytest.mark.parametrize(
    ("address", "shared_as"),
    [
        (CONCEPT, CONCEPT),
        (f"{CONCEPT}editions/2/", f"{CONCEPT}editions/2/"),
        (f"{CONCEPT}editions/1/", f"{CONCEPT}editions/1/"),
        (f"/on/2040-03-02{CONCEPT}", f"{CONCEPT}editions/1/"),
        (f"/on/2040-03-08{CONCEPT}editions/1/", f"{CONCEPT}editions/1/"),
        (f"{COMPARISON}?swap=1", COMPARISON),
        (f"{COMPARISON}editions/1/?swap=1", f"{COMPARISON}editions/1/"),
    ],
)
def test_an_edition_is_shared_as_itself_and_the_newest_stays_canonical(
    site: Client, address: str, shared_as: str
) -> None:
    head = head_of(site, address)
    assert head.one("og:url") == head.data["url"] == f"{SITE}{shared_as}"
    [canonical] = [link["href"] for link in head.links if link["rel"] == "canonical"]
    assert canonical == f"{SITE}{COMPARISON if COMPARISON in address else CONCEPT}"


def test_an_edition_tells_its_own_words_and_number(site: Client) -> None:
    old, new = (head_of(site, f"{CONCEPT}editions/{number}/") for number in (1, 2))
    told = [(head.one("prism.edition"), head.one("DC.date")) for head in (old, new)]
    assert told == [("1", "2040-03-01"), ("2", "2040-03-03")]
    assert [head.one("og:description") for head in (old, new)] == ["What goods are.", "Things."]


def test_a_recall_sheet_tells_nothing_of_what_is_to_be_recalled(site: Client) -> None:
    head = head_of(site, f"{COMPARISON}?hide=goods")
    expected = "Goods vs services, with Goods hidden, to recall."
    told = {*head.meta["description"], *head.meta["DC.description"], *head.meta["og:description"]}
    assert told == {expected} == {head.data["description"]}
    assert "can be stored" not in json.dumps(head.meta) + json.dumps(head.data)


def test_a_long_summary_is_cut(site: Client) -> None:
    with a_day_later(concept("long", summary="word " * 200)):
        told = head_of(site, "/concepts/long/").one("description")
    assert len(told) == 300
    assert told.endswith("word…")


# Other forms ----------------------------------------------------------------------------------


def alternates(head: Head) -> dict[str, str]:
    found = {link["type"]: link["href"] for link in head.links if link["rel"] == "alternate"}
    return {kind: to for kind, to in found.items() if "oembed" not in kind}


def test_the_other_forms_are_those_of_the_edition_shown(site: Client) -> None:
    own = f"{COMPARISON}editions/1/"
    expected = {
        "application/json": f"{own}index.json",
        "text/markdown": f"{own}index.md",
        "text/csv": f"{own}index.csv",
        "application/x-bibtex": f"{own}index.bib",
        "application/x-research-info-systems": f"{own}index.ris",
        "application/vnd.citationstyles.csl+json": f"{own}index.csl.json",
        "application/atom+xml": f"{COMPARISON}feed/",
    }
    found = alternates(head_of(site, COMPARISON))
    assert {kind: found.get(kind) for kind in expected} == expected


@pytest.mark.parametrize("address", [COMPARISON, CONCEPT, ORGANIZATION, AREA, PATH])
def test_every_form_that_is_named_is_there_and_of_its_type(site: Client, address: str) -> None:
    for where in (address, f"{address}editions/1/", f"/on/2040-03-08{address}"):
        for kind, to in alternates(head_of(site, where)).items():
            answer = site.get(to)
            assert answer.status_code == 200, to
            assert answer["Content-Type"].startswith(kind)


def test_only_a_comparison_has_a_table(site: Client) -> None:
    for address in (CONCEPT, ORGANIZATION, AREA, PATH):
        assert "text/csv" not in alternates(head_of(site, address))


def test_a_page_of_a_past_day_names_forms_of_that_day_and_no_feed(site: Client) -> None:
    found = alternates(head_of(site, f"/on/2040-03-02{CONCEPT}"))
    assert found["application/json"] == f"/on/2040-03-02{CONCEPT}editions/1/index.json"
    assert "application/atom+xml" not in found
    assert "application/atom+xml" not in alternates(head_of(site, "/on/2040-03-02/"))


def test_every_page_without_editions_names_the_feed_of_the_site(site: Client) -> None:
    for address in ("/", "/concepts/", "/sources/", "/about/", f"{CONCEPT}editions/"):
        assert alternates(head_of(site, address))["application/atom+xml"] == "/feed/"


# Linked data ----------------------------------------------------------------------------------

COMMON = {
    "@context": "https://schema.org",
    "publisher": {"@type": "Organization", "name": "POM, explained"},
    "inLanguage": "en",
    "license": LICENSE,
    "isAccessibleForFree": True,
    "isPartOf": {"@type": "WebSite", "name": "POM, explained", "url": f"{SITE}/"},
}


def dated(day: str, address: str, number: int) -> dict[str, Any]:
    """What follows from the day and the place of an edition."""
    permanent = f"{SITE}{address}editions/{number}/"
    return {
        "@id": permanent,
        "url": SITE + address,
        "image": f"{permanent}card.png",
        "datePublished": day,
        "dateModified": day,
        "version": number,
    }


def test_a_comparison_is_an_article_to_learn_from_about_its_sides(site: Client) -> None:
    assert head_of(site, COMPARISON).data == {
        **COMMON,
        **dated("2040-03-01", COMPARISON, 1),
        "@type": ["Article", "LearningResource"],
        "name": "Goods vs services",
        "headline": "Goods vs services",
        "description": "Goods can be stored.",
        "educationalUse": ["reading", "self-assessment"],
        "about": [
            {"@type": "DefinedTerm", "name": "Goods", "url": f"{SITE}/concepts/goods/"},
            {"@type": "DefinedTerm", "name": "Services", "url": f"{SITE}/concepts/services/"},
        ],
    }


def test_a_concept_is_a_term_of_the_glossary(site: Client) -> None:
    assert head_of(site, CONCEPT).data == {
        **COMMON,
        **dated("2040-03-03", CONCEPT, 2),
        "@type": ["DefinedTerm", "LearningResource"],
        "name": "Goods",
        "alternateName": ["Wares"],
        "description": "Things.",
        "author": [
            {"@type": "Person", "name": "Jane Doe"},
            {"@type": "Organization", "name": "Institute, The"},
            {"@type": "Person", "name": "Plato"},
        ],
        "educationalUse": ["reading"],
        "inDefinedTermSet": {
            "@type": "DefinedTermSet",
            "name": "POM, explained: glossary",
            "url": f"{SITE}/glossary/",
        },
    }


def test_a_page_about_an_organization_is_an_article_and_an_archetype_no_organization(
    site: Client,
) -> None:
    typical = head_of(site, ORGANIZATION).data
    assert typical["@type"] == ["Article", "LearningResource"]
    assert typical["headline"] == "A bank"
    assert typical["about"] == {"@type": "Thing", "name": "A bank"}
    with a_day_later(organization("ibm", title="IBM", archetype=False)):
        real = head_of(site, "/organizations/ibm/").data
    assert real["about"] == {"@type": "Organization", "name": "IBM"}


def test_a_guide_has_its_steps_as_parts(site: Client) -> None:
    data = head_of(site, PATH).data
    assert data["@type"] == ["CollectionPage", "LearningResource"]
    assert data["hasPart"][:2] == [
        {"@type": "LearningResource", "name": "Goods", "url": f"{SITE}/concepts/goods/"},
        {"@type": "LearningResource", "name": "Goods vs services", "url": f"{SITE}{COMPARISON}"},
    ]
    with a_day_later(guide("empty")):
        assert "hasPart" not in head_of(site, "/paths/empty/").data


def test_addresses_in_linked_data_lead_to_the_site_of_today(site: Client) -> None:
    data = head_of(site, f"/on/2040-03-08{COMPARISON}").data
    assert "/on/" not in json.dumps(data)


@pytest.mark.parametrize("address", [COMPARISON, CONCEPT, ORGANIZATION, AREA, PATH])
def test_every_kind_of_page_and_edition_has_one_block_that_parses(
    site: Client, address: str
) -> None:
    for where in (address, f"{address}editions/1/", f"/on/2040-03-08{address}"):
        data = head_of(site, where).data
        assert data["@id"].startswith(f"{SITE}{address}editions/")
        assert all(data.values())


# Hostile words --------------------------------------------------------------------------------


def test_hostile_words_stay_words_in_the_head(site: Client) -> None:
    written = HOSTILE.replace(" \u2028", "")
    names = {"title": written, "aliases": [written], "authors": [{"literal": written}]}
    with a_day_later(concept("hostile", summary=f"`{written}`", **names)):
        html = text_of(site, "/concepts/hostile/")
    head = Head(html)
    title = Edition.objects.get(slug="hostile").title
    assert "</script><script>alert(1)</script>" in title
    told = ("DC.title", "og:title", "og:image:alt", "DC.creator", "DC.description")
    assert [head.one(name) for name in told] == [title] * 5
    data = head.data
    assert (data["name"], data["alternateName"], data["description"]) == (title, [title], title)
    assert data["author"] == [{"@type": "Organization", "name": title}]
    assert "alert(1)</script>" not in html
    parser = html5lib.HTMLParser()
    parser.parse(html)
    assert parser.errors == []


@pytest.mark.parametrize("text", [HOSTILE, "]]>", "<!--<script>", "\u2029", "Größe 中", '"\\"'])
def test_data_comes_out_of_a_block_as_it_went_in_and_cannot_end_it(text: str) -> None:
    block = rendering.data_block({"a": text, text: [text, 1, True]})
    assert json.loads(block) == {"a": text, text: [text, 1, True]}
    assert not re.search("[<>&\u2028\u2029]", block)


def test_names_of_authors_come_in_the_order_that_zotero_takes_apart() -> None:
    page = {"authors": [{"given": "Ann", "family": "Lee"}, {"given": "Solo"}, {"literal": "A & B"}]}
    assert describing.creators(page) == ["Lee, Ann", "Solo", "A & B"]


# Drafts, and what is gone ---------------------------------------------------------------------


def test_a_draft_is_described_to_nobody(site: Client) -> None:
    link = drafts.make_link(concept("draft"), by=None, label="", days=1)
    answer = site.get(urlsplit(drafts.address(link)).path)
    assert answer.status_code == 200
    head = Head(answer.content.decode())
    assert set(head.meta) == {"viewport", "color-scheme", "robots"}
    assert (head.blocks, alternates(head)) == ([], {})
    assert "Link" not in answer.headers


def test_what_is_scheduled_is_not_told(site: Client) -> None:
    page = concept("goods", existing("concept", "goods"), title="Tomorrow", summary="Later.")
    publish(page, at=NOW + timedelta(days=1))
    assert "Tomorrow" not in text_of(site, CONCEPT)


def test_a_closed_edition_is_described_to_nobody(site: Client) -> None:
    publishing.close(Edition.objects.get(slug="goods", number=1), by=None, reason="A court.")
    answer = site.get(f"{CONCEPT}editions/1/")
    assert answer.status_code == 410
    head = Head(answer.content.decode())
    assert head.blocks == []
    assert "DC.title" not in head.meta
    assert "What goods are" not in answer.content.decode()


# Signposting ----------------------------------------------------------------------------------


def test_a_past_day_is_cited_as_its_edition(site: Client) -> None:
    link = site.get(f"/on/2040-03-02{CONCEPT}")["Link"]
    assert f'<{SITE}{CONCEPT}editions/1/>; rel="cite-as"' in link
    assert "/on/" not in link.partition("timegate")[0]


def test_an_address_that_leads_on_or_is_gone_has_no_signposts(site: Client) -> None:
    page = concept("beat")
    publish(page)
    publish(concept("takt", page))
    fad = concept("fad")
    publish(fad)
    publishing.withdraw(fad, by=None, reason="It passed.")
    with a_day_later():
        answers = [site.get(f"/concepts/{slug}/") for slug in ("beat", "fad", "nothing")]
    assert [answer.status_code for answer in answers] == [301, 410, 404]
    assert not any("cite-as" in answer.headers.get("Link", "") for answer in answers)
