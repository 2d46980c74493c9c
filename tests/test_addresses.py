"""Addresses keep their meaning: renamed, withdrawn, closed, scheduled, and the addresses within."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from samples import LATER, ROW, comparison, concept, guide, publish, row, site_at

from concepts import clock, publishing
from concepts.models import Edition, Page

pytestmark = pytest.mark.django_db

BEAT = "/concepts/takt-time/"


def renamed() -> Page:
    """A concept that was `beat` in its first edition and is `takt-time` in its second."""
    page = concept("beat", title="Beat")
    publish(page)
    page = concept("takt-time", page, title="Takt time")
    publish(page)
    return page


def rows_page(*rows: dict[str, object], **fields: object) -> Page:
    return comparison(rows=list(rows), **fields)


# Where a page lives


def test_a_page_answers_at_its_address(client: Client) -> None:
    publish(concept())
    assert client.get(BEAT).status_code == 200


def test_an_address_that_no_page_has_carried_is_not_found(client: Client) -> None:
    publish(concept())
    assert client.get("/concepts/cycle-time/").status_code == 404
    assert client.get("/organizations/takt-time/").status_code == 404
    assert client.get("/nonsense/takt-time/").status_code == 404


def test_an_address_without_its_last_slash_leads_to_the_page(client: Client) -> None:
    answer = client.get("/concepts/takt-time")
    assert (answer.status_code, answer["Location"]) == (301, BEAT)


def test_a_page_of_a_draft_is_not_found(client: Client) -> None:
    concept()
    assert client.get(BEAT).status_code == 404


@pytest.mark.parametrize(
    "rest", ["", "index.json", "index.md", "editions/", "?view=1&x=%20", "index.json?a=b"]
)
def test_an_old_address_leads_to_the_new_one_and_keeps_what_follows(
    client: Client, rest: str
) -> None:
    renamed()
    answer = client.get(f"/concepts/beat/{rest}")
    assert (answer.status_code, answer["Location"]) == (301, f"{BEAT}{rest}")
    assert answer["Cache-Control"] == "no-cache"


def test_a_page_that_was_renamed_back_answers_at_its_first_address(client: Client) -> None:
    page = renamed()
    publish(concept("beat", page, title="Beat"))
    assert client.get("/concepts/beat/").status_code == 200
    assert client.get(BEAT)["Location"] == "/concepts/beat/"


def test_an_area_lives_under_areas_only(client: Client) -> None:
    publish(guide("quality", type="area"))
    assert client.get("/areas/quality/").status_code == 200
    answer = client.get("/paths/quality/?a=b")
    assert (answer.status_code, answer["Location"]) == (301, "/areas/quality/?a=b")


def test_a_link_by_an_old_slug_leads_to_the_page_under_its_new_one(client: Client) -> None:
    page = concept("beat", title="Beat")
    publish(page)
    publish(concept("flow", why_it_matters="See [the beat](concept:beat)."))
    publish(concept("takt-time", page, title="Takt time"))
    assert f'<a href="{BEAT}">the beat</a>' in client.get("/concepts/flow/").content.decode()


# Editions


def test_each_edition_answers_under_the_slug_that_it_froze(client: Client) -> None:
    renamed()
    assert client.get("/concepts/beat/editions/1/").status_code == 200
    assert client.get(f"{BEAT}editions/2/").status_code == 200


@pytest.mark.parametrize("form", ["", "index.json", "index.md"])
def test_an_edition_under_another_slug_of_its_page_leads_to_its_own(
    client: Client, form: str
) -> None:
    renamed()
    answer = client.get(f"{BEAT}editions/1/{form}?x=1")
    assert (answer.status_code, answer["Location"]) == (
        301,
        f"/concepts/beat/editions/1/{form}?x=1",
    )


@pytest.mark.parametrize("number", ["3", "0", "01", "9999999", "-1"])
def test_an_edition_that_does_not_exist_is_not_found(client: Client, number: str) -> None:
    renamed()
    assert client.get(f"{BEAT}editions/{number}/").status_code == 404


def test_an_old_edition_says_what_it_said_and_names_the_newer_one(client: Client) -> None:
    page = concept(summary="The first text.")
    publish(page)
    publish(concept("takt-time", page, summary="The second text."))
    text = client.get(f"{BEAT}editions/1/").content.decode()
    assert "The first text." in text
    assert "The second text." not in text
    assert "You are reading edition 1" in text
    assert f'<a href="{BEAT}">Edition 2</a>' in text


def test_the_edition_in_force_carries_no_status(client: Client) -> None:
    publish(concept())
    assert 'class="status"' not in client.get(f"{BEAT}editions/1/").content.decode()
    assert 'class="status"' not in client.get(BEAT).content.decode()


def test_an_edition_sees_its_neighbours_as_they_were_when_it_was_published(client: Client) -> None:
    flow = concept("flow", title="Flow", summary="As it was.")
    publish(flow)
    publish(concept("takt-time", prerequisites=["flow"]))
    publish(concept("flow", flow, title="Flow line", summary="As it is."))
    publish(concept("pull", prerequisites=["takt-time"]))
    now = client.get(BEAT).content.decode()
    then = client.get(f"{BEAT}editions/1/").content.decode()
    assert "Flow line" in now
    assert "As it is." in now
    assert "/concepts/pull/" in now
    assert "Flow line" not in then
    assert "As it was." in then
    assert "/concepts/pull/" not in then


def test_the_history_lists_every_edition_that_has_come_into_force(client: Client) -> None:
    page = concept(summary="One.")
    publish(page, note="The beginning.")
    publish(concept("takt-time", page, summary="Two."), note="Clearer.", significance="wording")
    soon = clock.whole(clock.now() + timedelta(hours=1))
    publish(concept("takt-time", page, summary="Three."), note="Not yet.", at=soon)
    text = client.get(f"{BEAT}editions/").content.decode()
    assert re.findall(r"editions/(\d)/\">Edition", text) == ["2", "1"]
    assert "Only the wording changed. Clearer." in text
    assert "The beginning." in text
    assert "Not yet." not in text


# Scheduled


def scheduled() -> datetime:
    """Schedule a second edition; its moment."""
    page = concept(summary="Now.")
    publish(page)
    soon = clock.whole(clock.now() + timedelta(hours=1))
    publish(concept("takt-time", page, summary="Later."), at=soon)
    return soon


def test_a_scheduled_edition_is_not_found_before_its_moment(client: Client) -> None:
    scheduled()
    assert client.get(f"{BEAT}editions/2/").status_code == 404
    assert "Now." in client.get(BEAT).content.decode()


def test_a_scheduled_edition_is_the_page_from_its_moment_on(client: Client) -> None:
    with site_at(scheduled()):
        assert "Later." in client.get(BEAT).content.decode()
        assert client.get(f"{BEAT}editions/2/").status_code == 200


# Withdrawn and closed


def withdrawn() -> Page:
    page = concept(title="Takt time")
    publish(page)
    publishing.withdraw(page, by=None, reason="It was merged into another.")
    return page


@pytest.mark.parametrize("form", ["", "index.json", "index.md"])
def test_a_withdrawn_page_says_since_when_why_and_where_its_editions_are(
    client: Client, form: str
) -> None:
    edition = publish(withdrawn_page := concept(title="Takt time"))
    publishing.withdraw(withdrawn_page, by=None, reason="It was merged into another.")
    answer = client.get(BEAT + form)
    text = answer.content.decode()
    ended = Edition.objects.get(pk=edition.pk).superseded_at
    assert answer.status_code == 410
    assert answer["Cache-Control"] == "no-cache"
    assert ended
    assert f"withdrawn on {ended:%-d %B %Y}" in text
    assert "It was merged into another." in text
    assert f'href="{BEAT}editions/"' in text


def test_the_editions_of_a_withdrawn_page_stay_readable(client: Client) -> None:
    withdrawn()
    assert client.get(f"{BEAT}editions/").status_code == 200
    assert client.get(f"{BEAT}editions/1/index.json").status_code == 200
    text = client.get(f"{BEAT}editions/1/").content.decode()
    assert "This page was withdrawn" in text
    assert "It was merged into another." in text


def test_a_link_to_a_withdrawn_page_is_its_frozen_title_without_an_address(client: Client) -> None:
    page = withdrawn()
    publish(concept("takt-time", page))
    publish(concept("flow", prerequisites=["takt-time"]))
    publishing.withdraw(page, by=None, reason="Again.")
    text = client.get("/concepts/flow/").content.decode()
    assert "Takt time" in text
    assert BEAT not in text


@pytest.mark.parametrize("form", ["", "index.json", "index.md"])
def test_a_closed_edition_is_gone_at_every_address_and_says_why(client: Client, form: str) -> None:
    edition = publish(concept(title="Takt time", summary="A secret."))
    publishing.close(edition, by=None, reason="A court ordered it.")
    for address in (BEAT, f"{BEAT}editions/1/"):
        answer = client.get(address + form)
        text = answer.content.decode()
        assert answer.status_code == 410
        assert "A court ordered it." in text
        assert "A secret." not in text


def test_the_history_keeps_number_and_date_of_a_closed_edition_and_says_why(
    client: Client,
) -> None:
    edition = publish(concept(title="Takt time"), note="What it said.")
    publishing.close(edition, by=None, reason="A court ordered it.")
    text = client.get(f"{BEAT}editions/").content.decode()
    assert "Edition 1" in text
    assert "A court ordered it." in text
    assert "What it said." not in text


# Rows and cells


def ids(client: Client, address: str) -> list[str]:
    return re.findall(r' id="([^"]+)"', client.get(address).content.decode())


def test_every_row_and_cell_has_its_address_and_shows_it(client: Client) -> None:
    publish(comparison())
    text = client.get("/distinctions/goods-vs-services/").content.decode()
    for anchor in ("row-scope", "row-scope--goods", "row-scope--services"):
        assert f'id="{anchor}"' in text
        assert f'href="#{anchor}"' in text


def test_a_retired_row_answers_at_its_addresses_and_names_its_successor(client: Client) -> None:
    page = comparison(rows=[ROW, LATER])
    publish(page)
    retired = [{"key": "later", "label": "Later", "successor": "scope", "reason": "Merged."}]
    publish(comparison(page, rows=[ROW], retired_rows=retired))
    text = client.get("/distinctions/goods-vs-services/").content.decode()
    found = ids(client, "/distinctions/goods-vs-services/")
    assert {"row-later", "row-later--goods", "row-later--services"} <= set(found)
    assert 'see <a href="#row-scope">Scope</a>. Merged.' in text


def test_a_retired_side_keeps_the_addresses_of_its_cells(client: Client) -> None:
    for slug in ("acts", "things"):
        publish(concept(slug))
    page = comparison()
    publish(page)
    sides = [{"key": "goods", "concept": "goods"}, {"key": "acts", "concept": "acts"}]
    retired = [{"key": "services", "label": "Services", "successor": "acts"}]
    publish(
        comparison(
            page, sides=sides, rows=[row("scope", goods="x", acts="y")], retired_sides=retired
        )
    )
    text = client.get("/distinctions/goods-vs-services/").content.decode()
    assert "row-scope--services" in ids(client, "/distinctions/goods-vs-services/")
    assert "<b>Services</b>: see Acts" in text
