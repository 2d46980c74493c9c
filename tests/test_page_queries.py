"""Every public address answers with at most four queries, however much there is to show."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from small_site import COMPARISON, CONCEPT, PATH, PICTURE, build

from concepts import stamp
from concepts.urls import urlpatterns
from concepts.views.exporting import FILES
from concepts.views.shelf import shelf

pytestmark = pytest.mark.django_db

BUDGET = 4

LIST = (
    "/list/?i=distinction:goods-vs-services@1!row-row1&i=distinction:goods-vs-services!question-q1"
    "&i=organization:bank&i=guide:first-steps&i=concept:services@1&i=concept:nothing"
)

ADDRESSES: dict[str, list[str]] = {
    "home": ["/"],
    "about": ["/about/"],
    "accessibility": ["/accessibility/"],
    "on": ["/on/"],
    "robots": ["/robots.txt"],
    "dimensions": ["/dimensions/"],
    "dimension": ["/dimensions/dimension1/"],
    "glossary": ["/glossary/"],
    "profiles": ["/organizations/profiles/", "/organizations/profiles/?o=bank&o=bank&o=other"],
    "cite": [f"{COMPARISON}cite/", f"{COMPARISON}cite/?row=row1&side=goods", f"{CONCEPT}cite/"],
    "edition-cite": [f"{COMPARISON}editions/1/cite/?row=row1"],
    "page-citation": [f"{COMPARISON}index.{form}" for form in ("bib", "ris", "csl.json")],
    "edition-citation": [f"{COMPARISON}editions/1/index.bib?row=row1&side=goods"],
    "page-bibliography": [f"{COMPARISON}sources.{form}" for form in ("bib", "ris", "csl.json")],
    "edition-bibliography": [f"{COMPARISON}editions/1/sources.ris"],
    "source-citation": ["/sources/little1961/index.bib"],
    "bibliography": ["/sources/index.csl.json"],
    "sources": ["/sources/"],
    "source": ["/sources/little1961/"],
    "index": ["/concepts/", "/distinctions/", "/organizations/", "/areas/", "/paths/"],
    "page": [COMPARISON, CONCEPT, "/organizations/bank/", "/areas/foundations/", PATH],
    "page-json": [f"{COMPARISON}index.json"],
    "page-markdown": [f"{COMPARISON}index.md"],
    "page-csv": [
        f"{page}index.csv" for page in (COMPARISON, CONCEPT, "/organizations/bank/", PATH)
    ],
    "history": [f"{COMPARISON}editions/"],
    "changes": [f"{COMPARISON}editions/1..1/"],
    "edition": [f"{COMPARISON}editions/1/", f"{CONCEPT}editions/1/"],
    "edition-json": [f"{COMPARISON}editions/1/index.json"],
    "edition-markdown": [f"{COMPARISON}editions/1/index.md"],
    "edition-csv": [f"{COMPARISON}editions/1/index.csv"],
    "timemap": [f"/timemap{COMPARISON}", f"/timemap{COMPARISON}index.json"],
    "schema": ["/schema/distinction-1.json"],
    "page-export": [f"{COMPARISON}export/{file}" for file in FILES],
    "edition-export": [f"{COMPARISON}editions/1/export/{file}" for file in FILES],
    "list-export": [
        f"/list/export/{file}?i=distinction:goods-vs-services@1&i=concept:goods&i=concept:services"
        for file in FILES
    ],
    "developers": ["/developers/"],
    "card": [f"{COMPARISON}editions/1/card.png"],
    "feed": ["/feed/"],
    "page-feed": [f"{COMPARISON}feed/", f"{CONCEPT}feed/"],
    "sitemap": ["/sitemap.xml"],
    "qr": [f"{COMPARISON}editions/1/qr.svg"],
    "media": [PICTURE],
    "share": [f"{COMPARISON}share/", f"{CONCEPT}share/", f"{COMPARISON}share/?row=row1"],
    "edition-share": [f"{COMPARISON}editions/1/share/"],
    "embed": [
        "/embed/distinction/goods-vs-services/?edition=1",
        "/embed/distinction/goods-vs-services/?row=row1",
        *("/embed/concept/goods/", "/embed/organization/bank/", "/embed/guide/first-steps/"),
    ],
    "oembed": [f"/oembed?url={settings.SITE_URL}{COMPARISON}"],
    "map": ["/map/", "/map/?area=foundations"],
    "before": ["/concepts/services/before/"],
    "compare": [
        "/compare/",
        "/compare/?c=goods",
        "/compare/?c=goods&c=other1",
        "/compare/?c=goods&c=services&pick",
    ],
    "check-links": ["/check-links/"],
    "teachers": ["/teachers/"],
    "practice": ["/practice/", "/practice/?area=foundations&order=2"],
    "list": ["/list/", LIST, f"{LIST}&pick=distinction:goods-vs-services@1"],
    "list-qr": ["/list/qr.svg?i=concept:goods@1"],
    "search": ["/search/", "/search/?q=stored", "/search/?q=storred", "/search/?q=zzz"],
    "suggest": ["/search/suggest/?q=go"],
}
"""Every name of `concepts.urls` with what to ask for: a name without a line fails."""

SHOWS_DRAFTS = {"preview"}
"""What shows drafts, and composes them: `test_preview.py` says to whom, and at what cost."""

LEADS_ON = {"timegate"}
"""What answers by the way to another address: `test_memento.py` says where, and at what cost."""

TO_WHOM = {"security"}
"""What is there only where CONTACT names somebody: `test_security_txt.py` says how."""

ALL = [address for addresses in ADDRESSES.values() for address in addresses]


def queries(client: Client, address: str) -> int:
    """How many it takes to make the answer anew, beside the look at the stamp, once a second."""
    shelf.clear()
    stamp.current()
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(captured)


def test_every_public_address_stands_in_the_table() -> None:
    assert {pattern.name for pattern in urlpatterns} == (
        set(ADDRESSES) | SHOWS_DRAFTS | LEADS_ON | TO_WHOM
    )


def test_no_page_costs_more_than_its_budget_and_none_costs_more_when_all_is_tripled(
    client: Client,
) -> None:
    build(2)
    before = {address: queries(client, address) for address in ALL}
    build(6)
    after = {address: queries(client, address) for address in ALL}
    assert after == before
    assert {address: count for address, count in before.items() if count > BUDGET} == {}


@pytest.mark.parametrize("address", [COMPARISON, CONCEPT, f"{COMPARISON}editions/1/"])
def test_a_page_keeps_to_its_budget_with_the_look_at_the_stamp(
    client: Client, address: str, django_assert_max_num_queries: Any
) -> None:
    build()
    shelf.clear()
    stamp.forget()
    with django_assert_max_num_queries(BUDGET):
        client.get(address)


def test_an_edition_that_is_no_longer_in_force_costs_no_more(client: Client) -> None:
    build(1)
    build(2)
    assert queries(client, f"{COMPARISON}editions/1/") <= BUDGET


@pytest.mark.parametrize("address", ["/concepts/nothing/", "/nothing/", f"{PATH}editions/9/"])
def test_an_address_of_nothing_is_answered_within_the_budget(
    client: Client, address: str, django_assert_max_num_queries: Any
) -> None:
    build()
    with django_assert_max_num_queries(BUDGET):
        assert client.get(address).status_code == 404
