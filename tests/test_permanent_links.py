"""An old edition says what changed since, and a page of its own says it word by word."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from samples import LATER, ROW, comparison, concept, publish, row, site_at
from small_site import COMPARISON, build, existing, text_of, words

from concepts import clock, publishing, stamp
from concepts.models import Dimension, Edition, Page
from concepts.reading import versions

pytestmark = pytest.mark.django_db

BEAT = "/concepts/takt-time/"
FIRST = datetime(2040, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _calm() -> None:
    versions._compared.cache_clear()


def beats(*significances: str) -> Page:
    """A concept with an edition for each of these, each with another text."""
    page, fields = concept(summary="Text 0."), {"summary": "Text 0."}
    publish(page)
    for number, significance in enumerate(significances, 1):
        if significance == "checked":
            fields["reviewed_on"] = f"2039-01-0{number}"
        else:
            fields["summary"] = f"Text {number}."
        terms = {"significance": significance, "note": f"Note {number}."}
        publish(concept("takt-time", page, **fields), **terms)
    return page


def rows_changed_twice() -> Page:
    """A comparison that changed a row, then dropped one for another and added a third."""
    Dimension.objects.get_or_create(key="horizon", defaults={"label": "Horizon"})
    page = comparison(rows=[ROW, {**LATER, "dimension": "horizon"}])
    publish(page)
    changed = row("scope", goods="Other things.", services="Acts.")
    publish(comparison(page, rows=[changed, {**LATER, "dimension": "horizon"}]))
    retired = [{"key": "later", "label": "Later", "successor": "scope", "reason": "Merged."}]
    new = {**row("new", goods="1", services="2"), "dimension": "horizon"}
    publish(comparison(page, rows=[changed, new], retired_rows=retired), significance="wording")
    return page


def status(client: Client, address: str) -> str:
    """The markup of the status block; "" where there is none."""
    found = re.search(r'<div class="status".*?</div>', text_of(client, address), re.DOTALL)
    return found[0] if found else ""


# The status of an old edition -------------------------------------------------------------------


def test_an_old_edition_names_each_row_that_changed_and_links_to_it_on_the_newest(
    client: Client,
) -> None:
    rows_changed_twice()
    block = status(client, f"{COMPARISON}editions/1/")
    assert f'1 of 2 rows changed: <a href="{COMPARISON}#row-scope">Scope</a>.' in block
    assert f'Dropped: <b>Horizon</b>, now <a href="{COMPARISON}#row-scope">Scope</a>.' in block
    assert f'New: <a href="{COMPARISON}#row-new">Horizon</a>.' in block
    assert f'<a href="{COMPARISON}editions/1..3/">' in block
    block = status(client, f"{COMPARISON}editions/2/")
    assert "rows changed:" not in block
    assert "Dropped: <b>Horizon</b>" in block
    assert f'<a href="{COMPARISON}editions/2..3/">' in block


def test_a_row_that_was_dropped_for_a_reason_is_told_with_it(client: Client) -> None:
    page = comparison(rows=[ROW, LATER])
    publish(page)
    retired = [{"key": "later", "label": "Later", "reason": "Nobody asked"}]
    publish(comparison(page, rows=[ROW], retired_rows=retired))
    assert "Dropped: Scope (Nobody asked)." in words(status(client, f"{COMPARISON}editions/1/"))


@pytest.mark.parametrize(
    ("significances", "told"),
    [
        (["meaning", "wording"], "the meaning changed."),
        (["wording", "checked"], "the wording changed, not the meaning."),
        (["checked"], "only the date of the review changed."),
    ],
)
def test_an_old_edition_says_whether_the_meaning_changed_since(
    client: Client, significances: list[str], told: str
) -> None:
    beats(*significances)
    assert f"Since then {told}" in words(status(client, f"{BEAT}editions/1/"))


def test_what_changed_before_an_edition_is_not_held_against_it(client: Client) -> None:
    beats("meaning", "wording")
    assert "not the meaning" in status(client, f"{BEAT}editions/2/")


def test_an_edition_whose_text_came_back_says_that_the_newest_says_the_same(
    client: Client,
) -> None:
    page = beats("meaning")
    publish(concept("takt-time", page, summary="Text 0."))
    block = words(status(client, f"{BEAT}editions/1/"))
    assert "It says the same as this one." in block
    assert "meaning" not in block


def test_an_edition_of_a_withdrawn_page_says_so_and_what_the_last_one_had_changed(
    client: Client,
) -> None:
    page = rows_changed_twice()
    publishing.withdraw(page, by=None, reason="It was merged.")
    block = status(client, f"{COMPARISON}editions/1/")
    assert "This page was withdrawn" in block
    assert "It was merged." in block
    assert f'<a href="{COMPARISON}editions/3/#row-scope">Scope</a>' in block
    assert f"{COMPARISON}editions/1..3/" in block
    last = status(client, f"{COMPARISON}editions/3/")
    assert "This page was withdrawn" in last
    assert "rows changed" not in last


def test_a_page_that_came_back_is_told_as_newer_again(client: Client) -> None:
    page = beats()
    publishing.withdraw(page, by=None, reason="It was merged.")
    publish(concept("takt-time", page, summary="Back."))
    block = status(client, f"{BEAT}editions/1/")
    assert "withdrawn" not in block
    assert f'<a href="{BEAT}">Edition 2</a>' in block


def test_the_text_of_a_closed_newest_edition_is_not_told(client: Client) -> None:
    rows_changed_twice()
    publishing.close(Edition.objects.get(slug="goods-vs-services", number=3), by=None, reason="X")
    block = status(client, f"{COMPARISON}editions/1/")
    assert "is the newest, and was closed" in block
    assert "rows changed" not in block
    assert "1..3" not in block


def test_a_closed_edition_in_between_still_counts_for_the_meaning(client: Client) -> None:
    beats("meaning", "wording")
    publishing.close(Edition.objects.get(slug="takt-time", number=2), by=None, reason="X")
    assert "the meaning changed." in status(client, f"{BEAT}editions/1/")


def test_an_edition_of_a_renamed_page_links_to_its_name_of_today(client: Client) -> None:
    page = concept("beat", title="Beat")
    publish(page)
    publish(concept("takt-time", page, title="Takt time"))
    block = status(client, "/concepts/beat/editions/1/")
    assert f'<a href="{BEAT}">Edition 2</a>' in block
    assert f'<a href="{BEAT}editions/1..2/">' in block


def test_a_scheduled_edition_changes_the_status_from_its_moment_on(client: Client) -> None:
    page = beats("meaning")
    soon = clock.whole(clock.now() + timedelta(hours=1))
    publish(concept("takt-time", page, summary="Later."), at=soon)
    assert "Edition 2</a>" in status(client, f"{BEAT}editions/1/")
    assert status(client, f"{BEAT}editions/2/") == ""
    with site_at(soon):
        assert "Edition 3</a>" in status(client, f"{BEAT}editions/1/")


def test_the_status_on_a_past_day_is_of_that_day(client: Client) -> None:
    with site_at(FIRST):
        page = beats("wording")
    with site_at(FIRST + 2 * DAY):
        publish(concept("takt-time", page, summary="Third."))
    with site_at(FIRST + 9 * DAY):
        then, now = (status(client, f"{day}{BEAT}editions/1/") for day in ("/on/2040-03-01", ""))
    assert f'<a href="/on/2040-03-01{BEAT}">Edition 2</a>' in then
    assert f'"/on/2040-03-01{BEAT}editions/1..2/"' in then
    assert "not the meaning" in then
    assert "Edition 3</a>" in now


def test_an_old_edition_never_leads_away(client: Client) -> None:
    page = beats("meaning", "meaning")
    publish(concept("other", page))
    publishing.withdraw(page, by=None, reason="Gone.")
    for number in (1, 2, 3):
        assert client.get(f"{BEAT}editions/{number}/").status_code == 200


def test_an_old_edition_costs_no_more_queries_than_a_page_may(client: Client) -> None:
    for size in (1, 2, 3):
        build(size)
    costs = set()
    for address in (f"{COMPARISON}editions/1/", f"{COMPARISON}editions/3/"):
        with CaptureQueriesContext(connection) as captured:
            text_of(client, address)
        costs.add(len(captured))
    assert max(costs) <= 4


# What changed between two -----------------------------------------------------------------------


def test_the_words_that_went_and_came_are_marked_row_by_row(client: Client) -> None:
    rows_changed_twice()
    text = text_of(client, f"{COMPARISON}editions/1..2/")
    assert re.search(r'<dt id="row-scope">Row Scope</dt>', text)
    assert "<del>Things</del><ins>Other things</ins>" in text
    assert "1 of 2 rows changed:" in text
    assert f'<a href="{COMPARISON}editions/1/">edition 1</a>' in text
    assert f'<a href="{COMPARISON}editions/2/">edition 2</a>' in text
    assert f'<a href="{COMPARISON}editions/2/#row-scope">Scope</a>' in text


def test_rows_of_one_heading_have_an_anchor_each(client: Client) -> None:
    rows_changed_twice()
    text = text_of(client, f"{COMPARISON}editions/1..3/")
    assert re.findall(r'<dt id="row-(\w+)">', text) == ["scope", "new", "later"]


def test_the_note_and_significance_of_each_step_between_are_told(client: Client) -> None:
    beats("meaning", "wording", "checked")
    text = words(text_of(client, f"{BEAT}editions/1..4/"))
    found = [
        text.index(said)
        for said in (
            "The meaning changed. Note 1.",
            "Only the wording changed. Note 2.",
            "Only the date of the review changed. Note 3.",
        )
    ]
    assert found == sorted(found)
    assert "Note 1." not in words(text_of(client, f"{BEAT}editions/2..4/"))
    assert "the wording changed, not the meaning." in words(
        text_of(client, f"{BEAT}editions/2..4/")
    )


def test_two_editions_that_say_the_same_are_told_to(client: Client) -> None:
    page = beats("meaning")
    publish(concept("takt-time", page, summary="Text 0."))
    text = words(text_of(client, f"{BEAT}editions/1..3/"))
    assert "nothing changed in the end: both say the same." in text
    assert "Word by word" not in text


def test_an_edition_and_itself_are_one_and_the_same(client: Client) -> None:
    beats("meaning")
    text = words(text_of(client, f"{BEAT}editions/2..2/"))
    assert "one and the same edition" in text
    assert "Word by word" not in text


def test_two_editions_the_wrong_way_round_lead_to_the_right_one(client: Client) -> None:
    beats("meaning")
    answer = client.get(f"{BEAT}editions/2..1/?x=1")
    assert (answer.status_code, answer["Location"]) == (301, f"{BEAT}editions/1..2/?x=1")


@pytest.mark.parametrize(
    "pair", ["1..9", "9..10", "0..1", "01..2", "1...2", "1..", "..", "1..9999999", "a..b", "1..2.."]
)
def test_editions_that_are_not_there_are_not_compared(client: Client, pair: str) -> None:
    beats("meaning")
    assert client.get(f"{BEAT}editions/{pair}/").status_code == 404


def test_a_closed_edition_is_compared_with_none(client: Client) -> None:
    beats("meaning", "meaning")
    publishing.close(Edition.objects.get(slug="takt-time", number=2), by=None, reason="By order.")
    for pair in ("1..2", "2..3", "2..2"):
        text = text_of(client, f"{BEAT}editions/{pair}/", 410)
        assert "By order." in text
        assert "Text 1." not in text
    text = text_of(client, f"{BEAT}editions/1..3/")
    assert "By order." in text
    assert "Note 1." not in text
    assert "Text 1." not in text


def test_what_only_the_future_knows_is_not_compared(client: Client) -> None:
    page = beats()
    soon = clock.whole(clock.now() + timedelta(hours=1))
    publish(concept("takt-time", page, summary="Later."), at=soon, note="Secret.")
    assert client.get(f"{BEAT}editions/1..2/").status_code == 404
    assert "Secret." not in text_of(client, f"{BEAT}editions/1..1/")


def test_what_changed_keeps_its_address_when_the_page_is_renamed(client: Client) -> None:
    page = concept("beat", title="Beat")
    publish(page)
    publish(concept("takt-time", page, title="Takt time"))
    answer = client.get("/concepts/beat/editions/1..2/?x=1")
    assert (answer.status_code, answer["Location"]) == (301, f"{BEAT}editions/1..2/?x=1")
    text = text_of(client, f"{BEAT}editions/1..2/")
    assert '<a href="/concepts/beat/editions/1/">edition 1</a>' in text
    publishing.withdraw(page, by=None, reason="Gone.")
    assert text_of(client, f"{BEAT}editions/1..2/") == text


def test_what_changed_costs_one_query_however_much_there_is(client: Client) -> None:
    for size in (1, 3, 5):
        build(size)
    stamp.current()
    for pair in ("1..2", "1..3"):
        with CaptureQueriesContext(connection) as captured:
            text_of(client, f"{COMPARISON}editions/{pair}/")
        assert len(captured) == 1


def test_hostile_words_are_shown_as_words(client: Client) -> None:
    page = concept(summary="Plain.")
    publish(page)
    publish(concept("takt-time", page, summary="<script>alert(1)</script>"), note="<b>x</b>")
    text = text_of(client, f"{BEAT}editions/1..2/")
    assert "<script>alert" not in text
    assert "<b>x</b>" not in text


# All editions, and any two of them --------------------------------------------------------------


def test_the_history_leads_from_each_edition_to_what_it_changed(client: Client) -> None:
    beats("meaning", "wording")
    text = text_of(client, f"{BEAT}editions/")
    assert re.findall(r'href="[^"]*/(\d\.\.\d)/"', text) == ["2..3", "1..2"]


def test_the_history_steps_over_a_closed_edition(client: Client) -> None:
    beats("meaning", "wording")
    publishing.close(Edition.objects.get(slug="takt-time", number=2), by=None, reason="X")
    text = text_of(client, f"{BEAT}editions/")
    assert re.findall(r'href="[^"]*/(\d\.\.\d)/"', text) == ["1..3"]
    assert re.findall(r'<option value="(\d)"', text) == ["3", "1", "3", "1"]


def test_a_single_edition_is_compared_with_nothing(client: Client) -> None:
    beats()
    assert "<select" not in text_of(client, f"{BEAT}editions/")


@pytest.mark.parametrize(
    ("query", "pair"), [("from=1&to=3", "1..3"), ("from=3&to=1", "1..3"), ("to=2&from=2", "2..2")]
)
def test_the_form_leads_to_what_changed_between_the_two(
    client: Client, query: str, pair: str
) -> None:
    beats("meaning", "wording")
    text = text_of(client, f"{BEAT}editions/")
    assert re.findall(r'<option value="(\d)" selected', text) == ["2", "3"]
    answer = client.get(f"{BEAT}editions/?{query}")
    assert (answer.status_code, answer["Location"]) == (302, f"{BEAT}editions/{pair}/")
    assert answer["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "query",
    [
        "from=1",
        "to=1",
        "from=1&to=",
        "from=1&to=9",
        "from=x&to=1",
        "from=01&to=1",
        "from=%00&to=%FF",
        "from=%D9%A1&to=1",
        f"from={'9' * 5000}&to=1",
    ],
)
def test_the_form_says_what_to_choose_when_it_was_sent_with_something_else(
    client: Client, query: str
) -> None:
    beats("meaning")
    text = text_of(client, f"{BEAT}editions/?{query}", 404)
    assert "Choose two editions of this page from the lists." in text
    assert "<select" in text


def test_a_closed_edition_cannot_be_chosen(client: Client) -> None:
    beats("meaning")
    publishing.close(Edition.objects.get(slug="takt-time", number=1), by=None, reason="X")
    text_of(client, f"{BEAT}editions/?from=1&to=2", 404)


# Rows that are gone ----------------------------------------------------------------------------


def test_a_row_that_was_dropped_answers_at_its_anchor_and_leads_to_its_successor(
    client: Client,
) -> None:
    build(2)
    text = text_of(client, COMPARISON)
    assert re.search(r'<li id="row-old">.*?see <a href="#row-row1">', text, re.DOTALL)
    assert existing("distinction", "goods-vs-services")


@pytest.mark.parametrize(
    "rest",
    ["editions/1/?x=%20", "?on=nonsense", "?on=2039-02-30", "editions/?from=1&to=2"],
)
def test_an_old_name_leads_on_with_everything_behind_it(client: Client, rest: str) -> None:
    page = concept("beat", title="Beat")
    publish(page)
    publish(concept("takt-time", page, title="Takt time"))
    answer = client.get(f"/concepts/beat/{rest}", follow=True)
    asked = answer.request["PATH_INFO"] + "?" + answer.request["QUERY_STRING"]
    if rest.startswith("?on"):
        assert answer.status_code == 404
        assert "A day is written" in words(answer.content.decode()) or "no such date" in words(
            answer.content.decode()
        )
    elif "from" in rest:
        assert asked == f"{BEAT}editions/1..2/?"
    else:
        assert asked == "/concepts/beat/editions/1/?x=%20"
