"""The comparison page: its blocks in order, its other views, its recall sheet, its QR code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from samples import comparison, concept, publish, row
from small_site import COMPARISON, CONCEPT, build, section, text_of, words

from concepts import content_files, lanes, presenting, publishing
from concepts.documents import data_of
from concepts.models import Edition
from concepts.presenting import Around
from concepts.reading import FLAGSHIP
from concepts.sections import SECTIONS
from concepts.views import machine

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

BLOCKS = (
    "shared table principle practice boundary disagree mistakes relations check explain sources"
    " edition next"
).split()
"""What stands below the title and the answer, in the order in which it teaches."""

BETWEEN = {"explained", "scope", "timeline", "claims"}
"""What a comparison may have beside: more on the principle, and an article's mistakes."""

SIGNED = "/distinctions/signed/"
OF_FOUR = "/distinctions/of-four/"
FOUR = ["goods", "services", "acts", "rights"]


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A small site, a comparison whose positions carry signs, and one with four sides."""
    with django_db_blocker.unblock(), transaction.atomic():
        build(2)
        publish(comparison(slug="signed", positions=[{"text": "Within.", "sign": "inside"}]))
        for slug in FOUR[2:]:
            publish(concept(slug))
        sides = [{"key": slug, "concept": slug} for slug in FOUR]
        cells = row("scope", **{slug: f"It is {slug}." for slug in FOUR})
        publish(comparison(slug="of-four", title="Of four", sides=sides, rows=[cells]))
        yield
        transaction.set_rollback(True)


def lanes_of(html: str) -> list[tuple[str, str]]:
    """The class and the side of each cell of the table."""
    return re.findall(r'<td role="cell" class="(\w)" id="row-\w+--(\w+)"', html)


def ids(html: str) -> list[str]:
    return re.findall(r'\sid="([^"]+)"', html)


# The order of the blocks


def test_the_blocks_stand_in_the_order_of_the_teaching_and_nothing_else_between() -> None:
    names = [part.name for part in SECTIONS["distinction"]]
    assert [name for name in names if name not in BETWEEN] == BLOCKS
    assert set(names) == {*BLOCKS, *BETWEEN}
    assert names.index("principle") < names.index("explained") < names.index("practice")
    assert names.index("claims") == names.index("mistakes") + 1


def test_the_shipped_flagship_keeps_that_order() -> None:
    folder = Path(settings.BASE_DIR, "concepts", "content", "distinctions")
    file = folder / f"{FLAGSHIP[1]}.md"
    document = content_files.parse_file(file.name, file.read_bytes()).document
    page = presenting.present(data_of(document), Around())
    shown = [part.name for part in page["sections"] if part.name in BLOCKS]
    assert shown == [name for name in BLOCKS if name in shown]
    assert {"shared", "table", "disagree", "mistakes", "check", "edition"} <= set(shown)


def test_the_answer_tells_that_sources_disagree_and_the_end_leads_to_pairs_near_by(
    client: Client,
) -> None:
    html = text_of(client, COMPARISON)
    assert '<a href="#disagree">Sources disagree</a>' in html.split('class="run"')[0]
    assert "Next: the nearest pairs that people confuse" in html
    assert f'<a href="{OF_FOUR}">' in section(html, "next")


# Addresses


def test_every_row_and_every_cell_links_to_itself(client: Client) -> None:
    table = section(text_of(client, COMPARISON), "table")
    places = [found for found in ids(table) if re.fullmatch(r"row-row\d(--\w+)?", found)]
    assert len(places) == 6
    assert re.findall(r'<a class="h(?: at)?" href="#([^"]+)"', table) == places


def test_the_script_that_copies_addresses_comes_with_tables_only(client: Client) -> None:
    assert "js/copy" in text_of(client, COMPARISON)
    assert "js/copy" not in text_of(client, CONCEPT)


# Sides swapped


def test_swapped_sides_change_places_and_take_the_look_of_the_place(client: Client) -> None:
    plain, swapped = text_of(client, COMPARISON), text_of(client, f"{COMPARISON}?swap=1")
    assert lanes_of(plain) == [("a", "goods"), ("b", "services")] * 2
    assert lanes_of(swapped) == [("a", "services"), ("b", "goods")] * 2
    for part, text in (("practice", "The {}."), ("table", "{}")):
        said = words(section(swapped, part)).casefold()
        assert said.index(text.format("services").casefold()) < said.index(
            text.format("goods").casefold()
        )
    terms = words(swapped.split('<dl class="terms')[1].split("</dl>")[0])
    assert terms.index("Services") < terms.index("Goods")
    assert sorted(ids(swapped)) == sorted(ids(plain))


def test_signs_keep_their_meaning_when_the_sides_are_swapped(client: Client) -> None:
    plain, swapped = text_of(client, SIGNED), text_of(client, f"{SIGNED}?swap=1")
    for html, solid in ((plain, "A"), (swapped, "B")):
        assert "Signs: Goods solid, Services in outline." in html
        assert f'<rect class="{solid}"' in section(html, "disagree")


def test_three_or_four_sides_stand_in_reverse_order(client: Client) -> None:
    html = text_of(client, f"{OF_FOUR}?swap=1")
    assert lanes_of(html) == list(zip("abcd", FOUR[::-1], strict=True))
    assert "Reverse the order of sides" in html


def test_swapping_twice_leads_back_to_the_plain_page(client: Client) -> None:
    assert '<a href="?swap=1#table">Swap sides</a>' in text_of(client, COMPARISON)
    assert '<a href="./#table">Swap sides</a>' in text_of(client, f"{COMPARISON}?swap=1")


# The recall sheet


@pytest.mark.parametrize("address", [COMPARISON, f"{COMPARISON}editions/1/"])
def test_a_hidden_side_opens_cell_by_cell(client: Client, address: str) -> None:
    html = text_of(client, f"{address}?hide=goods")
    cells = re.findall(r'<td role="cell"[^>]*>(.*?)</td>', section(html, "table"), re.DOTALL)
    assert ['<details class="blank">' in cell for cell in cells] == [True, False] * 2
    assert words(cells[0]).startswith("GoodsSay it, then open: Dimension 1")
    assert "Stored." in cells[0]
    assert "<title>Recall sheet: Goods vs services" in html


def test_the_sheet_shows_nothing_that_gives_the_answers_away(client: Client) -> None:
    html = text_of(client, f"{COMPARISON}?hide=goods")
    assert re.findall(r'<section class="s" id="([^"]+)">', html) == ["table", "sources", "edition"]
    for told in ("Goods can be", "What can be stored.", "Shared 0", "At more length."):
        assert told in text_of(client, COMPARISON)
        assert told not in html


def test_every_link_within_the_sheet_leads_somewhere_and_no_id_stands_twice(
    client: Client,
) -> None:
    html = text_of(client, f"{COMPARISON}?hide=services&swap=1")
    assert set(re.findall(r'href="#([^"]+)"', html)) - set(ids(html)) == set()
    assert len(ids(html)) == len(set(ids(html)))


def test_the_sheet_ends_with_its_key_for_print(client: Client) -> None:
    html = text_of(client, f"{COMPARISON}?hide=goods")
    key = html.split('<section class="s paper">')[1].split("</section>")[0]
    assert words(key) == "Answer key: Goods Dimension 1Stored.Dimension 2Stored."
    assert "Answer key" not in text_of(client, COMPARISON)


def test_a_sheet_leads_to_the_other_sheet_and_back(client: Client) -> None:
    table = section(text_of(client, f"{COMPARISON}?hide=goods"), "table")
    ways = re.findall(r'<li><a href="([^"]+)">([^<]+)</a>', table)
    assert ways == [
        ("?swap=1&amp;hide=goods#table", "Swap sides"),
        ("?hide=services", "Hide Services"),
        ("./#table", "Show all"),
    ]


def test_both_may_be_asked_for_at_once(client: Client) -> None:
    html = text_of(client, f"{COMPARISON}?swap=1&hide=goods")
    assert lanes_of(html) == [("a", "services"), ("b", "goods")] * 2
    assert html.index("Not stored.") < html.index('<details class="blank">')
    assert '<a href="?swap=1#table">Show all</a>' in html


def test_a_value_that_means_nothing_shows_the_plain_page(client: Client) -> None:
    plain = text_of(client, COMPARISON)
    meaningless = (
        "hide= hide=nothing hide=GOODS hide=goods&hide=services hide=goods&hide=goods hide=goods%00"
        " hide=%ed%a0%80 hide[]=goods swap= swap=0 swap=true swap=1&swap=1 swap=%00 swap=%ff"
        " swap&hide"
    ).split()
    for query in (*meaningless, f"hide={'goods' * 3000}"):
        assert text_of(client, f"{COMPARISON}?{query}") == plain, query


def test_pages_of_other_kinds_know_neither(client: Client) -> None:
    assert text_of(client, f"{CONCEPT}?swap=1&hide=goods") == text_of(client, CONCEPT)


def test_search_engines_are_led_to_the_plain_page(client: Client) -> None:
    canonical = f'<link rel="canonical" href="{settings.SITE_URL}{COMPARISON}">'
    for address in (COMPARISON, f"{COMPARISON}editions/1/"):
        for query in ("swap=1", "hide=goods", "swap=1&hide=goods"):
            assert canonical in text_of(client, f"{address}?{query}")


def test_the_document_itself_is_left_as_it_is() -> None:
    data = Edition.objects.get(slug="goods-vs-services").data()
    before = repr(data)
    lanes.arranged(data, lanes.View(swap=True, hide="goods"))
    assert repr(data) == before


# On paper


def test_the_code_is_the_permanent_address_and_may_be_kept_for_ever(client: Client) -> None:
    answer = client.get(f"{COMPARISON}editions/1/qr.svg")
    address = f"{settings.SITE_URL}{COMPARISON}editions/1/"
    assert answer.content.decode() == machine.as_qr(address)
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_code_of_what_may_not_be_read_is_not_found(client: Client, admin_user: Any) -> None:
    edition = Edition.objects.get(slug="goods-vs-services")
    assert client.get(f"{COMPARISON}editions/2/qr.svg").status_code == 404
    publishing.close(edition, by=admin_user, reason="The law.")
    assert client.get(f"{COMPARISON}editions/1/qr.svg").status_code == 410


@pytest.mark.parametrize("address", [COMPARISON, CONCEPT, "/organizations/bank/"])
def test_every_page_brings_its_permanent_address_and_its_code_for_print(
    client: Client, address: str
) -> None:
    html = text_of(client, address)
    paper = html.split('<p class="paper">')[1].split("</p>")[0]
    assert f'<img src="{address}editions/1/qr.svg" alt=""' in paper
    assert 'loading="lazy"' in paper
    assert f"{settings.SITE_URL}{address}editions/1/" in words(paper)
