"""The oEmbed provider: what it says of an address, in which size, and what it refuses."""

import json
import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import html5lib
import pytest
from django.conf import settings
from django.test import Client
from micawber import Provider, ProviderRegistry
from micawber.exceptions import ProviderHTTPException
from pytest_django.live_server_helper import LiveServer
from samples import LATER, ROW, comparison, concept, publish
from small_site import COMPARISON, build

from concepts import clock, publishing

pytestmark = pytest.mark.django_db

SITE = settings.SITE_URL
HOSTILE = "\"><b>&amp; </iframe> ]]> ' Ünïcode"


def ask(client: Client, url: str, status: int = 200, **more: str) -> Any:
    """The provider's answer, from JSON."""
    answer = client.get("/oembed", {"url": url, **more})
    assert answer.status_code == status, (url, answer.content)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies
    return json.loads(answer.content)


def frame(html: str) -> dict[str, str]:
    """The attributes of the one frame that the code is made of."""
    fragment = html5lib.parseFragment(html, namespaceHTMLElements=False)
    assert [element.tag for element in fragment] == ["iframe"]
    assert not fragment.text
    assert not fragment[0].tail
    return dict(fragment[0].attrib)


def source(client: Client, url: str) -> str:
    """What the frame shows, as an address of this site."""
    return frame(ask(client, url)["html"])["src"].removeprefix(SITE)


def test_the_answer_has_all_that_a_rich_one_needs(client: Client) -> None:
    authors = [{"family": "Roe", "given": "Jane"}, {"literal": "A Society"}]
    publish(comparison(authors=authors))
    answer = ask(client, f"{SITE}{COMPARISON}")
    assert {name: value for name, value in answer.items() if name != "html"} == {
        "version": "1.0",
        "type": "rich",
        "title": "Goods vs services",
        "author_name": "Jane Roe, A Society",
        "provider_name": settings.SITE_NAME,
        "provider_url": f"{SITE}/",
        "cache_age": 86400,
        "width": 720,
        "height": 480,
    }
    assert frame(answer["html"]) == {
        "src": f"{SITE}/embed/distinction/goods-vs-services/",
        "title": "Goods vs services",
        "width": "720",
        "height": "480",
        "loading": "lazy",
        "style": "border:0",
    }


def test_a_page_without_authors_names_none(client: Client) -> None:
    publish(comparison())
    assert "author_name" not in ask(client, f"{SITE}{COMPARISON}")


def test_xml_says_the_same(client: Client) -> None:
    publish(comparison(title=HOSTILE))
    url = f"{SITE}{COMPARISON}"
    answer = client.get("/oembed", {"url": url, "format": "xml"})
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    root = ET.fromstring(answer.content)
    assert root.tag == "oembed"
    expected = {name: str(value) for name, value in ask(client, url).items()}
    assert {child.tag: child.text for child in root} == expected
    assert expected["title"] == HOSTILE
    assert frame(expected["html"])["title"] == HOSTILE
    assert ask(client, url, format="json") == ask(client, url, format="") == ask(client, url)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (COMPARISON, ""),
        (COMPARISON.rstrip("/"), ""),
        (f"{COMPARISON}?utm_source=x", ""),
        (f"{COMPARISON}?swap=1#principle", ""),
        (f"{COMPARISON}#table", "?part=table"),
        (f"{COMPARISON}#row-scope", "?row=scope"),
        (f"{COMPARISON}#row-scope--goods", "?row=scope#row-scope--goods"),
        (f"{COMPARISON}editions/1/", "?edition=1"),
        (f"{COMPARISON}editions/1#row-scope--goods", "?edition=1&row=scope#row-scope--goods"),
        ("/distinctions/goods%2Dvs-services/", ""),
    ],
)
def test_the_frame_shows_what_the_address_leads_to(
    client: Client, address: str, shown: str
) -> None:
    publish(comparison())
    src = source(client, f"{SITE}{address}")
    assert src == f"/embed/distinction/goods-vs-services/{shown}"
    assert client.get(src).status_code == 200


def test_an_address_of_a_past_day_is_of_its_edition(client: Client) -> None:
    publish(comparison())
    said = ask(client, f"{SITE}{COMPARISON}?on=2020-01-01", 404)["error"]
    assert said.startswith("No edition of this page was in force at the end of 1 January 2020.")
    assert "is not over yet" in ask(client, f"{SITE}{COMPARISON}?on=2999-01-01", 404)["error"]


def test_every_kind_has_a_frame(client: Client) -> None:
    build()
    found = {
        page: source(client, f"{SITE}{page}")
        for page in ("/concepts/goods/", "/organizations/bank/", "/areas/foundations/")
    }
    assert found == {
        "/concepts/goods/": "/embed/concept/goods/",
        "/organizations/bank/": "/embed/organization/bank/",
        "/areas/foundations/": "/embed/guide/foundations/",
    }
    assert source(client, f"{SITE}/paths/foundations/") == "/embed/guide/foundations/"


def test_the_title_of_a_row_names_it(client: Client) -> None:
    publish(comparison())
    answer = ask(client, f"{SITE}{COMPARISON}#row-scope")
    assert answer["title"] == "Goods vs services: Scope"
    assert frame(answer["html"])["title"] == "Goods vs services: Scope"


@pytest.mark.parametrize("scheme", ["http", "https", "HTTPS"])
def test_the_scheme_does_not_matter_nor_do_capitals_of_the_host(
    client: Client, scheme: str, settings: Any
) -> None:
    settings.SITE_URL = "https://pom.example.edu"
    publish(comparison())
    answer = ask(client, f"{scheme}://POM.Example.edu{COMPARISON}")
    assert frame(answer["html"])["src"].startswith("https://pom.example.edu/embed/")


# Size -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("widest", "highest"), [(1, 1), (320, 200), (719, 10), (5000, 480)])
@pytest.mark.parametrize("anchor", ["", "#row-scope"])
def test_no_frame_is_larger_than_was_allowed(
    client: Client, widest: int, highest: int, anchor: str
) -> None:
    publish(comparison())
    size = {"maxwidth": str(widest), "maxheight": str(highest)}
    answer = ask(client, f"{SITE}{COMPARISON}{anchor}", **size)
    assert answer["width"] == min(widest, 720)
    assert answer["height"] <= highest
    attributes = frame(answer["html"])
    assert attributes["width"] == str(answer["width"])
    assert attributes["height"] == str(answer["height"])


def test_a_narrower_frame_is_higher_while_it_may(client: Client) -> None:
    publish(comparison(summary="A long answer, word after word. " * 20))
    url = f"{SITE}{COMPARISON}"
    wide, narrow = ask(client, url), ask(client, url, maxwidth="360")
    assert wide["height"] < narrow["height"] <= 900
    assert ask(client, url, maxheight="") == wide


@pytest.mark.parametrize("name", ["maxwidth", "maxheight"])
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "100%", "x", "9" * 5000, "\0", "٣", " 5"])
def test_what_is_no_number_of_pixels_is_said(client: Client, name: str, value: str) -> None:
    publish(comparison())
    error = ask(client, f"{SITE}{COMPARISON}", 400, **{name: value})["error"]
    assert error == f"{name} is a number of pixels, such as {name}=640."


# Refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["yaml", "JSON", "xml ", "\0"])
def test_another_format_is_not_implemented(client: Client, form: str) -> None:
    publish(comparison())
    error = ask(client, f"{SITE}{COMPARISON}", 501, format=form)["error"]
    assert error == "There are format=json and format=xml."


FOREIGN = "url must be the address of a page of this site, of an edition, or of a row of these."


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "http://[",
        "http://[::1",
        "javascript:alert(1)",
        COMPARISON,
        f"//{SITE.partition('//')[2]}{COMPARISON}",
        f"https://elsewhere.example{COMPARISON}",
        f"{SITE}.elsewhere.example{COMPARISON}",
        f"{SITE.replace('//', '//user@')}{COMPARISON}",
        SITE,
        f"{SITE}/",
        f"{SITE}/about/",
        f"{SITE}/distinctions/",
        f"{SITE}{COMPARISON}index.json",
        f"{SITE}{COMPARISON}share/",
        f"{SITE}/distinctions/nothing/",
        f"{SITE}{COMPARISON}editions/9/",
        f"{SITE}{COMPARISON}editions/1..1/",
        f"{SITE}/on/2020-01-01{COMPARISON}",
        f"{SITE}{COMPARISON}\0",
        f"{SITE}/distinctions/{'x' * 5000}/",
        f"{SITE}/\udcff/",
    ],
)
def test_a_foreign_address_and_one_of_nothing_are_not_found(client: Client, url: str) -> None:
    publish(comparison())
    answer = client.get(f"/oembed?url={quote(url, errors='surrogateescape')}")
    assert answer.status_code == 404
    assert json.loads(answer.content)["error"] == FOREIGN
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_without_an_address_there_is_nothing(client: Client) -> None:
    assert client.get("/oembed").status_code == 404
    assert client.get("/oembed?url=%ff%fe&format=%ff").status_code == 501
    assert client.post("/oembed").status_code == 405


def test_a_row_that_is_not_there_is_said(client: Client) -> None:
    retired = {"key": "old", "label": "The old row", "reason": "It was wrong.", "successor": ""}
    publish(comparison(retired_rows=[retired]))
    page = f"{SITE}{COMPARISON}"
    assert ask(client, f"{page}#row-nothing", 404)["error"] == "The table has no such row."
    said = "The row “The old row” is no longer in the table. It was wrong."
    assert ask(client, f"{page}#row-old", 404)["error"] == said


def test_an_old_name_leads_to_the_newest(client: Client) -> None:
    page = comparison()
    publish(page)
    publish(comparison(page, slug="wares-vs-acts", rows=[ROW, LATER]))
    old = f"{SITE}{COMPARISON}"
    assert source(client, old) == "/embed/distinction/wares-vs-acts/"
    assert source(client, f"{old}#row-later") == "/embed/distinction/wares-vs-acts/?row=later"
    assert source(client, f"{old}editions/1/") == "/embed/distinction/goods-vs-services/?edition=1"
    of_second = f"{old}editions/2/"
    assert source(client, of_second) == "/embed/distinction/wares-vs-acts/?edition=2"
    new = f"{SITE}/distinctions/wares-vs-acts/editions/1/"
    assert source(client, new) == "/embed/distinction/goods-vs-services/?edition=1"
    assert ask(client, f"{old}#row-nothing", 404)["error"] == "The table has no such row."


def test_what_is_gone_or_not_yet_there_is_not_found(client: Client) -> None:
    concept("secret", title="Secret words")
    page = comparison()
    publish(page)
    publish(comparison(page, title="Not yet"), at=clock.whole(clock.now() + timedelta(hours=1)))
    assert ask(client, f"{SITE}/concepts/secret/", 404)["error"] == FOREIGN
    assert ask(client, f"{SITE}{COMPARISON}editions/2/", 404)["error"] == FOREIGN
    assert ask(client, f"{SITE}{COMPARISON}")["title"] == "Goods vs services"


def test_a_withdrawn_page_is_not_found_and_its_edition_is(client: Client) -> None:
    page = comparison()
    publish(page)
    publishing.withdraw(page, by=None, reason="It misled.")
    error = ask(client, f"{SITE}{COMPARISON}", 404)["error"]
    assert error == "What was there is gone. It misled."
    assert source(client, f"{SITE}{COMPARISON}editions/1/").endswith("?edition=1")


def test_a_closed_edition_is_not_found(client: Client) -> None:
    edition = publish(comparison())
    publishing.close(edition, by=None, reason="By order.")
    for address in (COMPARISON, f"{COMPARISON}editions/1/"):
        assert ask(client, SITE + address, 404)["error"] == "What was there is gone. By order."


# Clients --------------------------------------------------------------------------------------


def discovered(html: str) -> dict[str, str]:
    """The provider's addresses that the head of a page gives, by their types."""
    links = html5lib.parse(html, namespaceHTMLElements=False).iter("link")
    found = {str(link.get("type")): link.get("href") for link in links}
    return {type_: href for type_, href in found.items() if type_.endswith("oembed")}


@pytest.mark.parametrize(("address", "shown"), [("", ""), ("editions/1/", "?edition=1")])
def test_the_head_of_a_page_leads_to_the_provider(client: Client, address: str, shown: str) -> None:
    publish(comparison())
    found = discovered(client.get(COMPARISON + address).content.decode())
    assert set(found) == {"application/json+oembed", "text/xml+oembed"}
    src = f"{SITE}/embed/distinction/goods-vs-services/{shown}"
    assert all(href.startswith(f"{SITE}/oembed?") for href in found.values())
    as_json = client.get(found["application/json+oembed"].removeprefix(SITE))
    assert frame(json.loads(as_json.content)["html"])["src"] == src
    as_xml = client.get(found["text/xml+oembed"].removeprefix(SITE))
    assert frame(ET.fromstring(as_xml.content).findtext("html", ""))["src"] == src


def test_micawber_reads_it(live_server: LiveServer, settings: Any) -> None:
    settings.SITE_URL = live_server.url
    publish(comparison(title=HOSTILE))
    registry = ProviderRegistry()
    registry.register(rf"{live_server.url}/\S+", Provider(f"{live_server.url}/oembed"))
    url = f"{live_server.url}{COMPARISON}editions/1/#row-scope"
    answer = registry.request(url, maxwidth=400)
    assert (answer["type"], answer["title"]) == ("rich", f"{HOSTILE}: Scope")
    assert (answer["width"], answer["url"]) == (400, url)
    assert registry.parse_text(url, maxwidth=400) == answer["html"]
    with pytest.raises(ProviderHTTPException):
        registry.request(f"{live_server.url}/distinctions/nothing/")


def test_micawber_finds_it_by_the_head_of_a_page(
    live_server: LiveServer, client: Client, settings: Any
) -> None:
    settings.SITE_URL = live_server.url
    publish(comparison())
    url = f"{live_server.url}{COMPARISON}"
    link = discovered(client.get(COMPARISON).content.decode())["application/json+oembed"]
    endpoint, _, query = link.partition("?")
    assert query == urlencode({"url": url})
    assert Provider(endpoint).request(url)["html"] == ask(client, url)["html"]
