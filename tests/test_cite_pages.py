"""How to cite a page, a row, a cell and a source: the pages that say so, and the files."""

import json
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.conf import LazySettings
from django.test import Client
from samples import LATER, ROW, comparison, concept, publish, save, site_at, source
from small_site import COMPARISON, build, comparison_fields, existing, text_of, words

from concepts import clock, publishing
from concepts.documents import Distinction
from concepts.models import Dimension, Edition, Page
from concepts.views import bibliography, cite

pytestmark = pytest.mark.django_db

BEAT = "/concepts/takt-time/"
FORMS = ("bib", "ris", "csl.json")
FOR_EVER = "public, max-age=31536000, immutable"
NOV = datetime(2040, 11, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _site(settings: LazySettings) -> None:
    settings.SITE_URL = "https://pom.example"
    settings.SITE_NAME = "POM, explained"


def two_editions() -> tuple[Edition, Edition]:
    authors = [{"family": "Doe", "given": "Jane"}]
    page = concept(authors=authors)
    with site_at(NOV):
        first = publish(page)
    with site_at(NOV + timedelta(days=30)):
        return first, publish(concept("takt-time", page, authors=authors, summary="Two."))


def references(html: str) -> list[str]:
    """What a reader can copy, in the order of the page."""
    parts = html.split('<p class="reference"')[1:]
    return [unescape(words(f"<p{part.split('</p>', 1)[0]}")) for part in parts]


def csl(client: Client, address: str) -> dict[str, object]:
    """The one work in a file of CSL-JSON."""
    [item] = json.loads(text_of(client, address))
    return item


# The page -------------------------------------------------------------------------------------


def test_a_page_is_cited_at_the_permanent_link_of_the_edition_in_force(client: Client) -> None:
    two_editions()
    with site_at(NOV + timedelta(days=40)):
        html = text_of(client, f"{BEAT}cite/")
    address = "https://pom.example/concepts/takt-time/editions/2/"
    visited = " (Accessed: 11 December 2040)."
    assert references(html) == [
        f"Doe, J. (2040). Takt time. In POM, explained (2nd ed.). {address}",
        f"Doe, Jane. “Takt Time.” POM, Explained, 2nd ed., 1 Dec. 2040, {address}.",
        f"Doe, Jane. 2040. “Takt Time.” In POM, Explained, 2nd ed. December 1. {address}.",
        f"Doe, J. (2040) ‘Takt time’, POM, explained. 2nd ed. Available at: {address}{visited}",
    ]
    assert "<cite>POM, explained</cite>" in html


def test_an_old_edition_is_cited_as_what_it_is_and_says_that_there_is_a_newer_one(
    client: Client,
) -> None:
    two_editions()
    with site_at(NOV + timedelta(days=40)):
        html = text_of(client, f"{BEAT}editions/1/cite/")
    assert references(html)[0] == (
        "Doe, J. (2040). Takt time. In POM, explained (1st ed.)."
        " https://pom.example/concepts/takt-time/editions/1/"
    )
    assert "You are reading edition 1" in html


def test_every_citation_can_be_copied_with_its_italics_and_each_button_says_what(
    client: Client,
) -> None:
    publish(concept())
    html = text_of(client, f"{BEAT}cite/")
    for name in ("apa", "mla", "chicago", "harvard"):
        assert f'<p class="reference" id="cite-{name}">' in html
        assert f'<button type="button" hidden data-copy="cite-{name}" data-rich>' in html
    assert "js/copy-text" in html


def test_the_day_of_the_visit_is_told_anew_each_day_and_stands_in_one_string(
    client: Client,
) -> None:
    publish(concept())
    pages = []
    for days in (1, 2):
        with site_at(NOV + timedelta(days=days)):
            answer = client.get(f"{BEAT}cite/")
            pages.append(answer.content.decode())
            assert answer["Cache-Control"] == "no-cache"
    assert "(Accessed: 2 November 2040)" in pages[0]
    assert "(Accessed: 3 November 2040)" in pages[1]
    assert pages[0].replace("2 November 2040", "3 November 2040") == pages[1]


def test_pages_that_tell_the_day_of_the_visit_are_never_kept() -> None:
    views = (cite.cite, cite.edition_cite, bibliography.source)
    assert [view for view in views if hasattr(view, "stamped")] == []


def test_the_page_of_an_edition_leads_to_how_to_cite_it(client: Client) -> None:
    publish(concept())
    assert f'<a href="{BEAT}editions/1/cite/">Cite</a>' in text_of(client, BEAT)


def test_the_page_leads_to_its_files_and_to_those_of_its_sources(client: Client) -> None:
    build()
    html = text_of(client, f"{COMPARISON}cite/?row=row1&side=goods")
    for form in FORMS:
        assert f'href="{COMPARISON}editions/1/index.{form}?row=row1&amp;side=goods"' in html
        assert f'href="{COMPARISON}editions/1/sources.{form}"' in html


def test_a_page_without_sources_offers_no_file_of_them(client: Client) -> None:
    publish(concept())
    assert "sources.bib" not in text_of(client, f"{BEAT}cite/")
    assert json.loads(text_of(client, f"{BEAT}sources.csl.json")) == []


# Rows and cells -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "title", "anchor"),
    [
        ("?row=row1", "Goods vs services: Dimension 1", "#row-row1"),
        ("?row=row1&side=", "Goods vs services: Dimension 1", "#row-row1"),
        (
            "?row=row1&side=services",
            "Goods vs services: Dimension 1 (Services)",
            "#row-row1--services",
        ),
        ("?row=&side=", "Goods vs services", ""),
    ],
)
def test_a_row_and_a_cell_are_cited_by_name_at_their_own_address(
    client: Client, query: str, title: str, anchor: str
) -> None:
    build()
    address = f"https://pom.example{COMPARISON}editions/1/{anchor}"
    html = text_of(client, f"{COMPARISON}cite/{query}")
    assert references(html)[0].startswith(f"{title}. (")
    assert references(html)[0].endswith(f" {address}")
    item = csl(client, f"{COMPARISON}index.csl.json{query}")
    assert (item["title"], item["URL"]) == (title, address)


def test_the_form_offers_the_rows_and_sides_and_shows_what_was_chosen(client: Client) -> None:
    build()
    html = text_of(client, f"{COMPARISON}cite/?row=row1&side=services")
    assert '<option value="row1" selected>Dimension 1</option>' in html
    assert '<option value="goods">Goods</option>' in html
    assert '<option value="services" selected>Services</option>' in html
    assert "<form" not in text_of(client, "/concepts/goods/cite/").split("<main")[1]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?row=nothing", "The table has no such row."),
        ("?row=%00", "The table has no such row."),
        ("?row=%ff%fe", "The table has no such row."),
        (f"?row={'x' * 5000}", "The table has no such row."),
        ("?row=row1&row=row1", "One row is asked for, by its key: row=scope."),
        ("?row=row1&side=nothing", "The table has no such side."),
        ("?row=row1&side=goods&side=services", "The table has no such side."),
        ("?side=goods", "A side is cited in one of the rows: choose a row too."),
    ],
)
def test_a_part_that_is_not_there_is_refused_with_the_rows_that_are(
    client: Client, query: str, said: str
) -> None:
    build()
    html = text_of(client, f"{COMPARISON}cite/{query}", 404)
    assert f'role="alert"><p><b>{said}</b>' in html
    assert '<li><a href="?row=row1">Dimension 1</a></li>' in html
    file = text_of(client, f"{COMPARISON}index.bib{query}", 404)
    assert file == f"{said}\nThere are:\nrow=row1\nside=goods\nside=services\n"


def test_a_page_without_table_says_that_it_has_no_rows(client: Client) -> None:
    publish(concept())
    for query in ("?row=x", "?side=x"):
        assert "This page has no table." in text_of(client, f"{BEAT}cite/{query}", 404)
        assert text_of(client, f"{BEAT}index.ris{query}", 404) == "This page has no table.\n"


def with_and_without_a_row() -> None:
    Dimension.objects.get_or_create(key="scope", defaults={"label": "Scope"})
    page = comparison(rows=[ROW, LATER])
    publish(page)
    retired = [{"key": "later", "label": "Later row", "successor": "scope", "reason": "It merged."}]
    publish(comparison(page, rows=[ROW], retired_rows=retired))


def test_a_row_that_was_dropped_names_its_successor_on_the_newest_edition(client: Client) -> None:
    with_and_without_a_row()
    html = text_of(client, f"{COMPARISON}cite/?row=later", 404)
    assert "The row “Later row” is no longer in the table. It merged." in html
    assert 'In its place stands <a href="?row=scope">Scope</a>.' in html
    assert f'<a href="{COMPARISON}editions/">edition that had it</a>' in html


def test_a_row_that_was_dropped_is_cited_on_the_edition_that_had_it(client: Client) -> None:
    with_and_without_a_row()
    html = text_of(client, f"{COMPARISON}editions/1/cite/?row=later")
    assert references(html)[0].endswith(f"{COMPARISON}editions/1/#row-later")
    assert csl(client, f"{COMPARISON}editions/1/index.csl.json?row=later")["edition"] == "1"


def test_a_side_that_was_dropped_says_so(client: Client) -> None:
    build()
    retired = [{"key": "gone", "label": "", "reason": "Nobody meant it."}]
    fields = comparison_fields(1) | {"retired_sides": retired}
    publish(save(Distinction.model_validate(fields), existing("distinction", "goods-vs-services")))
    html = text_of(client, f"{COMPARISON}cite/?row=row1&side=gone", 404)
    assert "The side “Gone” is no longer in the table. Nobody meant it." in html


# Files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "type_"),
    [
        ("bib", "application/x-bibtex; charset=utf-8"),
        ("ris", "application/x-research-info-systems; charset=utf-8"),
        ("csl.json", "application/vnd.citationstyles.csl+json"),
    ],
)
def test_a_file_has_its_type_and_the_name_of_what_it_cites(
    client: Client, form: str, type_: str
) -> None:
    build()
    names = {
        f"{COMPARISON}index.{form}": "pom-goods-vs-services-e1",
        f"{COMPARISON}index.{form}?row=row1": "pom-goods-vs-services-e1_row-row1",
        f"/concepts/goods/index.{form}": "pom-concept_goods-e1",
        f"{COMPARISON}sources.{form}": "goods-vs-services-e1-sources",
        f"/sources/little1961/index.{form}": "little1961",
        f"/sources/index.{form}": "sources",
    }
    for address, name in names.items():
        answer = client.get(address)
        assert answer["Content-Type"] == type_
        assert answer["Content-Disposition"] == f'attachment; filename="{name}.{form}"'
        assert answer["Access-Control-Allow-Origin"] == "*"


def test_the_name_of_a_file_is_no_longer_than_systems_take() -> None:
    name = cite.file([], "csl.json", "x" * 300)["Content-Disposition"].split('"')[1]
    assert name.endswith("x.csl.json")
    assert len(name) <= 255


@pytest.mark.parametrize("name", ["index", "sources"])
@pytest.mark.parametrize("form", FORMS)
def test_files_of_an_edition_are_kept_for_ever_and_those_of_a_page_asked_for_again(
    client: Client, name: str, form: str
) -> None:
    two_editions()
    with site_at(NOV + timedelta(days=40)):
        page, edition = (
            client.get(f"{address}{name}.{form}") for address in (BEAT, f"{BEAT}editions/2/")
        )
    assert page["Cache-Control"] == "no-cache"
    assert edition["Cache-Control"] == FOR_EVER
    assert page["Content-Location"] == f"{BEAT}editions/2/{name}.{form}"
    assert page.content == edition.content
    assert f'<{BEAT}editions/2/>; rel="cite-as"' in page["Link"]


def test_the_file_of_a_row_names_its_own_address_for_ever(client: Client) -> None:
    build()
    answer = client.get(f"{COMPARISON}index.bib?side=goods&other=1&row=row1")
    assert answer["Content-Location"] == f"{COMPARISON}editions/1/index.bib?row=row1&side=goods"


@pytest.mark.parametrize(
    "address",
    [
        *(f"{COMPARISON}index.bib", f"{COMPARISON}editions/1/index.ris?row=row1"),
        *(f"{COMPARISON}sources.csl.json", "/sources/index.bib", "/sources/little1961/index.ris"),
    ],
)
def test_a_file_that_the_asker_has_is_not_sent_again(client: Client, address: str) -> None:
    build()
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == first["Cache-Control"]
    assert client.head(address).content == b""
    assert client.post(address).status_code == 405


def test_a_refusal_is_not_kept_for_ever(client: Client) -> None:
    build()
    answer = client.get(f"{COMPARISON}editions/1/index.bib?row=nothing")
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-cache")


# Sources --------------------------------------------------------------------------------------


def test_a_source_is_cited_in_four_styles_and_three_files(client: Client) -> None:
    build()
    html = text_of(client, "/sources/little1961/")
    assert references(html) == [
        "Little, J. D. C. (1961). A Proof. Operations Research.",
        "Little, John D. C. “A Proof.” Operations Research, 1961.",
        "Little, John D. C. 1961. “A Proof.” Operations Research.",
        "Little, J.D.C. (1961) ‘A Proof’, Operations Research.",
    ]
    assert [f'href="/sources/little1961/index.{form}"' in html for form in FORMS] == [True] * 3
    assert csl(client, "/sources/little1961/index.csl.json")["id"] == "little1961"


def test_all_sources_stand_in_one_file(client: Client) -> None:
    build()
    assert csl(client, "/sources/index.csl.json")["title"] == "A Proof"
    assert 'href="/sources/index.bib"' in text_of(client, "/sources/")


def test_the_sources_of_a_page_are_those_that_its_edition_froze(client: Client) -> None:
    build()
    assert csl(client, f"{COMPARISON}sources.csl.json") == csl(
        client, "/sources/little1961/index.csl.json"
    )
    assert text_of(client, f"{COMPARISON}sources.ris").startswith("TY  - JOUR\r\nID  - little1961")


def test_the_sources_of_a_page_stand_in_the_order_of_a_bibliography(client: Client) -> None:
    source("aaa", author=[{"family": "Zorn", "given": "A."}])
    source("zzz", author=[{"family": "Adams", "given": "Z."}])
    publish(concept(body="One. [@aaa; @zzz]"))
    works = json.loads(text_of(client, f"{BEAT}sources.csl.json"))
    assert [work["id"] for work in works] == ["zzz", "aaa"]


@pytest.mark.parametrize("form", FORMS)
def test_a_source_that_nobody_cites_is_not_found(client: Client, form: str) -> None:
    build()
    answer = client.get(f"/sources/nothing/index.{form}")
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (404, "*")


# What is not in force -------------------------------------------------------------------------

EVERY = ("cite/", *(f"{name}.{form}" for name in ("index", "sources") for form in FORMS))


def statuses(client: Client, address: str) -> set[int]:
    """The answers of every form of a page at this address."""
    return {client.get(address + form).status_code for form in EVERY}


def test_a_withdrawn_page_is_gone_and_its_edition_can_still_be_cited(client: Client) -> None:
    two_editions()
    with site_at(NOV + timedelta(days=40)):
        publishing.withdraw(Page.objects.get(slug="takt-time"), by=None, reason="It passed.")
    with site_at(NOV + timedelta(days=41)):
        assert statuses(client, BEAT) == {410}
        assert statuses(client, f"{BEAT}editions/2/") == {200}


def test_a_closed_edition_is_cited_nowhere(client: Client) -> None:
    edition = publish(concept(title="Secret"))
    publishing.close(edition, by=None, reason="By order of a court.")
    for address in (BEAT, f"{BEAT}editions/1/"):
        assert statuses(client, address) == {410}
        assert [form for form in EVERY if b"Secret" in client.get(address + form).content] == []


def test_a_renamed_page_leads_on_with_the_query(client: Client) -> None:
    page = concept()
    publish(page)
    publish(concept("beat", page, title="Beat"))
    for form in EVERY:
        answer = client.get(f"{BEAT}{form}?row=x&side=y")
        assert answer.status_code == 301
        assert answer["Location"] == f"/concepts/beat/{form}?row=x&side=y"
    assert statuses(client, f"{BEAT}editions/1/") == {200}


def test_a_scheduled_edition_is_not_cited_before_its_moment(client: Client) -> None:
    page = concept()
    publish(page)
    later = clock.whole(clock.now() + timedelta(hours=1))
    publish(concept("takt-time", page, title="Secret"), at=later)
    assert statuses(client, f"{BEAT}editions/2/") == {404}
    assert [form for form in EVERY if "Secret" in text_of(client, BEAT + form)] == []


def test_on_a_past_day_the_edition_then_in_force_is_cited_at_its_address_of_today(
    client: Client,
) -> None:
    two_editions()
    past = f"/on/2040-11-05{BEAT}"
    forms = [*EVERY, *(f"editions/1/{form}" for form in EVERY)]
    with site_at(NOV + timedelta(days=40)):
        texts = {form: text_of(client, past + form) for form in forms}
    own = "https://pom.example/concepts/takt-time/editions/1/"
    assert [f for f, text in texts.items() if "sources" not in f and own not in text] == []
    assert [form for form, text in texts.items() if "pom.example/on/" in text] == []
    assert f'href="{past}editions/1/index.bib"' in texts["cite/"]


def test_on_a_past_day_the_bibliography_is_that_of_the_day(client: Client) -> None:
    with site_at(NOV):
        build()
    with site_at(NOV + timedelta(days=3)):
        for address in ("/sources/index.bib", "/sources/little1961/index.bib"):
            assert "little1961" in text_of(client, f"/on/2040-11-01{address}")
