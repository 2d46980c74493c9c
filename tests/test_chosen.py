"""What the items of an address ask for, as it stands now: editions, or why there is nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from samples import LATER, ROW, comparison, concept, publish, source
from small_site import build, existing
from test_reading_lists import PAGE, question

from concepts import choosing, clock, publishing, reading
from concepts.reading import Chosen

pytestmark = pytest.mark.django_db


def look_up(*items: str) -> list[Chosen]:
    return reading.chosen(choosing.read(items), clock.now())


def look(item: str) -> Chosen:
    [found] = look_up(item)
    return found


def test_a_page_follows_its_newest_edition_or_stays_in_one() -> None:
    publish(concept("goods"))
    publish(concept("goods", existing("concept", "goods"), summary="Better said."))
    newest, first, second = look_up("concept:goods", "concept:goods@1", "concept:goods@2")
    assert (newest.edition.number, newest.data["summary"]) == (2, "Better said.")
    assert (first.edition.number, first.data["summary"]) == (1, "What it is: goods.")
    assert newest.edition == second.edition
    assert (newest.newer, second.newer) == (None, None)
    assert first.newer == newest.edition
    assert first.newer_data == newest.data
    assert {each.missing + each.gone for each in (newest, first, second)} == {""}


@pytest.mark.parametrize(
    ("steps", "weightiest"),
    [
        (["wording", "meaning", "wording"], "meaning"),
        (["wording", "checked"], "wording"),
        (["checked"], "checked"),
    ],
)
def test_a_numbered_edition_says_how_much_changed_since(steps: list[str], weightiest: str) -> None:
    publish(concept("goods"), significance="meaning")
    for number, significance in enumerate(steps):
        day = f"2026-11-{10 + number}"
        fields = {"reviewed_on": day} if significance == "checked" else {"summary": f"At {number}."}
        fields = {"summary": "What it is: goods."} | fields
        if weightiest == "wording" and significance == "checked":
            fields["summary"] = "At 0."
        page = concept("goods", existing("concept", "goods"), **fields)
        publish(page, significance=significance)
    assert look("concept:goods@1").significance == weightiest
    assert look(f"concept:goods@{len(steps) + 1}").significance == ""


def test_what_no_page_has_is_missing_and_the_rest_is_there() -> None:
    publish(concept("goods"))
    found = look_up("concept:nothing", "organization:goods", "concept:goods@7", "concept:goods")
    assert [each.missing for each in found] == [
        "No page has had this address, so it is probably mistyped.",
        "No page has had this address, so it is probably mistyped.",
        "This page has no edition 7; its newest is edition 1.",
        "",
    ]
    assert [each.title for each in found] == ["Nothing", "Goods", "Goods", "Goods"]
    assert [list(map(str, each.offers)) for each in found] == [
        *([], [], ["concept:goods@1", "concept:goods"], [])
    ]
    assert all(each.edition is None and each.data == {} for each in found[:3])


def test_a_scheduled_edition_is_not_there_yet() -> None:
    publish(concept("goods"))
    page = concept("goods", existing("concept", "goods"), summary="Soon.")
    publish(page, at=clock.whole(clock.now() + timedelta(hours=1)))
    publish(concept("soon"), at=clock.whole(clock.now() + timedelta(hours=1)))
    newest, first, second, soon = look_up(
        "concept:goods", "concept:goods@1", "concept:goods@2", "concept:soon"
    )
    assert newest.edition.number == 1
    assert first.newer is None
    assert second.missing == "This page has no edition 2; its newest is edition 1."
    assert soon.missing.startswith("No page has had this address")


def test_a_withdrawn_page_offers_its_last_edition() -> None:
    publish(concept("fad", title="A fad"))
    page = publish(concept("fad", existing("concept", "fad"), title="A whim")).page
    publishing.withdraw(page, by=None, reason="It passed.")
    newest, first = look_up("concept:fad", "concept:fad@1")
    assert re.fullmatch(r"The page was withdrawn on \d+ \w+ \d{4}\. It passed\.", newest.missing)
    assert (newest.title, list(map(str, newest.offers))) == ("A whim", ["concept:fad@2"])
    assert (first.title, first.gone, first.newer) == ("A fad", newest.missing, None)


def test_a_closed_edition_is_missing_with_the_reason_and_shows_nothing() -> None:
    shut = publish(concept("shut", title="A libel"))
    publish(concept("shut", existing("concept", "shut"), title="Mended"))
    publishing.close(shut, by=None, reason="By order.")
    newest, first = look_up("concept:shut", "concept:shut@1")
    assert newest.edition.title == "Mended"
    assert first.missing == "Edition 1 was closed: By order."
    assert (first.title, first.data) == ("Mended", {})
    assert list(map(str, first.offers)) == ["concept:shut@2", "concept:shut"]


def test_a_closed_newest_edition_leaves_older_ones_readable() -> None:
    publish(concept("shut"))
    shut = publish(concept("shut", existing("concept", "shut"), title="A libel"))
    publishing.close(shut, by=None, reason="By order.")
    newest, first = look_up("concept:shut", "concept:shut@1")
    assert newest.missing == "Its newest edition was closed: By order."
    assert (newest.title, list(map(str, newest.offers))) == ("Shut", ["concept:shut@1"])
    assert (first.gone, first.newer, first.newer_data) == (newest.missing, None, {})


def test_a_page_whose_only_edition_is_closed_is_called_by_its_name_alone() -> None:
    publishing.close(publish(concept("shut", title="A libel")), by=None, reason="By order.")
    for found in look_up("concept:shut", "concept:shut@1", "concept:shut@2"):
        assert (found.title, found.offers, found.edition) == ("Shut", (), None)


def test_a_renamed_page_is_found_under_every_name_it_had() -> None:
    publish(concept("beat"))
    publish(concept("takt-time", existing("concept", "beat")))
    found = look_up("concept:beat", "concept:takt-time", "concept:takt-time@1", "concept:beat@2")
    assert [str(each.choice) for each in found] == [
        *("concept:takt-time", "concept:takt-time", "concept:beat@1", "concept:takt-time@2")
    ]
    assert [each.asked != each.choice for each in found] == [True, False, True, True]
    assert [each.edition.number for each in found] == [2, 2, 1, 2]


def test_a_part_that_the_edition_lacks_is_missing_with_what_took_its_place() -> None:
    source()
    publish(comparison(rows=[ROW, LATER], questions=[question("stored")]))
    retired = [
        {"key": "later", "label": "Horizon", "successor": "scope", "reason": "Said there."},
        {"key": "gone", "reason": "It was wrong."},
    ]
    page = existing("distinction", "goods-vs-services")
    publish(comparison(page, rows=[ROW], retired_rows=retired, questions=[]))
    found = look_up(
        *(f"{PAGE}!row-later", f"{PAGE}!row-gone", f"{PAGE}!question-stored", f"{PAGE}!row-scope"),
        *(f"{PAGE}@1!row-later", f"{PAGE}@1!question-stored", f"{PAGE}@1!row-gone"),
    )
    assert [each.missing for each in found] == [
        "The row “Horizon” is no longer in “Goods vs services”. Said there.",
        "The row “Gone” is no longer in “Goods vs services”. It was wrong.",
        "“Goods vs services” has no question “stored” in this edition.",
        *("", "", ""),
        "“Goods vs services” has no row “gone” in this edition.",
    ]
    assert [list(map(str, each.offers)) for each in found] == [
        [f"{PAGE}!row-scope", PAGE],
        *([PAGE], [PAGE], [], [], []),
        [f"{PAGE}@1"],
    ]


def test_looking_up_costs_two_queries_however_much_is_asked(django_assert_num_queries: Any) -> None:
    build()
    items = ["concept:goods@1", "concept:services", f"{PAGE}!row-row1", "concept:nothing"]
    for some in (items[:1], items):
        with django_assert_num_queries(2):
            look_up(*some)
    with django_assert_num_queries(0):
        assert look_up() == []
    with django_assert_num_queries(1):
        look_up("concept:nothing")
