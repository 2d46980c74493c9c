"""A client of signposting.org reads the headers of a real server."""

from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer
from samples import comparison, concept, publish
from signposting import find_signposting_http

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
CSL = "application/vnd.citationstyles.csl+json"


@pytest.mark.django_db(transaction=True)
def test_a_client_finds_what_a_page_is(live_server: LiveServer, settings: Any) -> None:
    settings.SITE_URL = live_server.url
    publish(comparison())
    own = f"{live_server.url}/distinctions/goods-vs-services/"
    for address in (own, f"{own}editions/1/"):
        found = find_signposting_http(address)
        assert found.citeAs
        assert found.citeAs.target == f"{own}editions/1/"
        assert found.license
        assert found.license.target == LICENSE
        assert {each.target for each in found.types} == {
            "https://schema.org/AboutPage",
            "https://schema.org/Article",
            "https://schema.org/LearningResource",
        }
        described = {(each.target, str(each.type)) for each in found.describedBy}
        assert (f"{own}editions/1/index.csl.json", CSL) in described
        items = {(each.target, str(each.type)) for each in found.items}
        assert items == {(f"{own}editions/1/index.json", "application/json")}
        assert found.authors == set()


@pytest.mark.django_db(transaction=True)
def test_a_page_is_cited_as_its_newest_edition_and_an_edition_as_itself(
    live_server: LiveServer, settings: Any
) -> None:
    settings.SITE_URL = live_server.url
    page = concept("goods")
    publish(page)
    publish(concept("goods", page, summary="Otherwise."))
    own = f"{live_server.url}/concepts/goods/"
    cited = {}
    for address in (own, f"{own}editions/1/", f"{own}editions/2/"):
        found = find_signposting_http(address)
        assert found.citeAs
        cited[address] = found.citeAs.target
    assert cited == {
        own: f"{own}editions/2/",
        f"{own}editions/1/": f"{own}editions/1/",
        f"{own}editions/2/": f"{own}editions/2/",
    }
