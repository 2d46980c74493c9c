"""Every public address answers with at most four queries, however much there is to show."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from small_site import COMPARISON, CONCEPT, PATH, PICTURE, build

from concepts.urls import urlpatterns

pytestmark = pytest.mark.django_db

BUDGET = 4

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
    "sources": ["/sources/"],
    "source": ["/sources/little1961/"],
    "index": ["/concepts/", "/distinctions/", "/organizations/", "/areas/", "/paths/"],
    "page": [COMPARISON, CONCEPT, "/organizations/bank/", "/areas/foundations/", PATH],
    "page-json": [f"{COMPARISON}index.json"],
    "page-markdown": [f"{COMPARISON}index.md"],
    "history": [f"{COMPARISON}editions/"],
    "edition": [f"{COMPARISON}editions/1/", f"{CONCEPT}editions/1/"],
    "edition-json": [f"{COMPARISON}editions/1/index.json"],
    "edition-markdown": [f"{COMPARISON}editions/1/index.md"],
    "qr": [f"{COMPARISON}editions/1/qr.svg"],
    "media": [PICTURE],
    "map": ["/map/", "/map/?area=foundations"],
    "before": ["/concepts/services/before/"],
    "compare": [
        "/compare/",
        "/compare/?c=goods",
        "/compare/?c=goods&c=other1",
        "/compare/?c=goods&c=services&pick",
    ],
    "practice": ["/practice/", "/practice/?area=foundations&order=2"],
    "search": ["/search/", "/search/?q=stored", "/search/?q=storred", "/search/?q=zzz"],
    "suggest": ["/search/suggest/?q=go"],
}
"""Every name of `concepts.urls` with what to ask for: a name without a line fails."""

SHOWS_DRAFTS = {"preview"}
"""What shows drafts, and composes them: `test_preview.py` says to whom, and at what cost."""

ALL = [address for addresses in ADDRESSES.values() for address in addresses]


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(captured)


def test_every_public_address_stands_in_the_table() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(ADDRESSES) | SHOWS_DRAFTS


def test_no_page_costs_more_than_its_budget_and_none_costs_more_when_all_is_tripled(
    client: Client,
) -> None:
    build(2)
    before = {address: queries(client, address) for address in ALL}
    build(6)
    after = {address: queries(client, address) for address in ALL}
    assert after == before
    assert {address: count for address, count in before.items() if count > BUDGET} == {}


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
