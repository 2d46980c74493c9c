"""The front page of the desk, the lists behind it, and who may confirm a page."""

import re
from datetime import timedelta
from typing import Any

import pytest
from admin_forms import address, errors, fields, log_in_writer, logged, news, save, user
from django.test import Client
from django.urls import reverse
from publish_forms import said
from samples import concept, publish
from test_work import much

from concepts import clock, desk
from concepts.admin import work as views
from concepts.models import Page

pytestmark = pytest.mark.django_db

FRONT = "/admin/"


@pytest.fixture
def writer(client: Client) -> Client:
    return log_in_writer(client)


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(user("viewer", "view_concept"))
    return client


@pytest.fixture
def lean() -> Page:
    """A page that is built on another one, whose meaning has changed since."""
    goods = concept("goods", summary="Things that are made.")
    publish(goods)
    page = concept("lean", prerequisites=["goods"])
    publish(page)
    publish(concept("goods", goods, summary="Things that are sold."), note="They are sold now.")
    return page


def listed(html: str) -> dict[str, int]:
    """The sections of the front page, with their counts."""
    found = re.findall(r'<h2 id="work-(\w+)">.*?<span class="count">(\d+)</span>', html)
    return {name: int(count) for name, count in found}


def text(client: Client, path: str = FRONT) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def whole(section: str) -> str:
    """Where a section stands in full."""
    return reverse("work_list", args=[section])


def link(html: str, name: str) -> str | None:
    """Where the link with this text leads."""
    found = re.search(rf'<a [^>]*href="([^"]*)">{name}', html)
    return found[1] if found else None


# The front page -------------------------------------------------------------------------------


def test_what_is_empty_is_said_in_one_line_each(writer: Client) -> None:
    html = text(writer)
    assert listed(html) == {}
    for section in views.SECTIONS:
        assert section.nothing in html
    assert 'href="/admin/concepts/concept/"' in html  # what Django lists stands below


def test_every_section_is_shown_with_its_count(writer: Client, lean: Page) -> None:
    draft = concept("agile", review_due="2020-01-01")
    publish(draft)
    concept("agile", draft, summary="Something else.", review_due="2020-01-01")
    desk.record(concept("takt"), by=None, action="ready", note="Look at it.")
    publish(concept("later"), at=clock.whole(clock.now() + timedelta(hours=1)))
    publish(concept("linking", body="See [it](concept:takt)."))
    html = text(writer)
    assert listed(html) == {
        "ready": 1,
        "drafts": 1,
        "new": 1,
        "scheduled": 1,
        "due": 1,
        "stale": 1,
        "broken": 1,
    }
    words = said(writer.get(FRONT))
    assert "Edition 1 is in force." in words
    assert "Ready: Look at it." in words
    assert "days overdue, never checked." in words
    assert "Explained: Takt concept is not published yet." in words
    assert "Prerequisite: Goods concept changed with edition 2 on" in words
    assert views.SECTIONS[-1].nothing in words


def test_who_may_see_no_page_is_shown_no_section(client: Client, lean: Page) -> None:
    client.force_login(user("guest"))
    html = text(client)
    assert listed(html) == {}
    assert "No review is due" not in html


def test_kinds_that_somebody_may_not_see_are_not_shown(client: Client, lean: Page) -> None:
    client.force_login(user("guest", "view_guide"))
    assert listed(text(client)) == {}
    client.force_login(user("viewer", "view_concept"))
    assert listed(text(client)) == {"stale": 1}


def test_a_long_section_is_cut_and_leads_to_all_of_it(writer: Client) -> None:
    for number in range(views.SHOWN + 1):
        concept(f"page-{number}")
    html = text(writer)
    assert listed(html) == {"new": views.SHOWN + 1}
    assert html.count('/change/">Page ') == views.SHOWN
    assert link(html, f"All {views.SHOWN + 1}") == whole("new")
    assert text(writer, whole("new")).count('/change/">Page ') == views.SHOWN + 1


def test_a_schedule_is_cancelled_from_here_by_those_who_publish(writer: Client) -> None:
    page = concept("later")
    publish(page, at=clock.whole(clock.now() + timedelta(hours=1)), note="For the term.")
    html = text(writer)
    assert "For the term." in html
    assert "(UTC)" in html
    assert link(html, "Cancel its schedule") is None
    writer.force_login(user("publisher", "view_concept", "add_edition"))
    cancel = reverse("admin:concepts_concept_unschedule", args=[page.pk])
    assert link(text(writer), "Cancel its schedule") == cancel


def test_a_ready_draft_is_published_from_here_by_those_who_publish(writer: Client) -> None:
    page = concept("takt")
    desk.record(page, by=None, action="ready", note="Look at it.")
    assert link(text(writer), "Publish or send back") is None
    writer.force_login(user("publisher", "view_concept", "add_edition"))
    publishing = reverse("admin:concepts_concept_publish", args=[page.pk])
    assert link(text(writer), "Publish or send back") == publishing


def test_a_draft_leads_to_what_differs(writer: Client) -> None:
    page = concept("takt")
    publish(page)
    concept("takt", page, summary="Takt is a beat.")
    differences = link(text(writer), "What differs")
    assert differences
    assert "beat" in text(writer, differences.replace("&amp;", "&"))


def test_the_front_page_costs_as_much_whatever_waits(
    writer: Client, django_assert_num_queries: Any
) -> None:
    for numbers in (range(1), range(1, 4)):
        much(numbers)
        with django_assert_num_queries(25):
            assert set(listed(text(writer)).values()) == {numbers.stop}


# The lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [section.name for section in views.SECTIONS])
def test_an_empty_list_says_so(writer: Client, name: str) -> None:
    [section] = [each for each in views.SECTIONS if each.name == name]
    assert section.nothing in text(writer, whole(name))


def test_a_list_that_is_not_there_is_not_found(writer: Client) -> None:
    assert writer.get(whole("nothing")).status_code == 404


def test_who_may_see_no_page_is_refused_the_lists(client: Client) -> None:
    client.force_login(user("guest"))
    assert client.get(whole("due")).status_code == 403


def test_a_list_has_pages(writer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 1)
    for slug in ("goods", "lean"):
        concept(slug)
    first, second = (text(writer, f"{whole('new')}?p={number}") for number in (1, 2))
    assert ("Page 1 of 2" in first, ">Lean<" in first, ">Goods<" in first) == (True, True, False)
    assert (">Lean<" in second, ">Goods<" in second) == (False, True)


def test_the_list_of_what_to_look_at_shows_the_very_difference(writer: Client, lean: Page) -> None:
    html = text(writer, whole("stale"))
    assert "<del>made</del>" in html
    assert "<ins>sold</ins>" in html


# Confirm ----------------------------------------------------------------------------------------


def confirm(client: Client, page: Page, **changes: str) -> Any:
    """Open the page, write a line, and press the button."""
    sent = fields(client.get(address(page, "confirm")).content)
    return client.post(address(page, "confirm"), sent | {"note": "It holds."} | changes)


def refusal(answer: Any) -> str:
    """Why the whole form was refused, as it is shown."""
    [message] = answer.context["form"].non_field_errors()
    assert message in answer.content.decode()
    return str(message)


@pytest.fixture
def page(lean: Page) -> Page:
    """As the admin knows it."""
    return desk.instance(lean)


def test_what_differs_is_shown_before_it_is_confirmed(writer: Client, page: Page) -> None:
    html = text(writer, address(page, "confirm"))
    assert "Goods, from edition 1 to edition 2" in html
    assert "They are sold now." in html
    assert "<del>made</del>" in html
    assert "<ins>sold</ins>" in html


def test_a_confirmed_page_leaves_the_list_and_the_log_says_who(writer: Client, page: Page) -> None:
    answer = confirm(writer, page)
    assert answer.headers["Location"] == address(page)
    assert logged()[-1] == ("confirm", "concept", "lean", "writer")
    assert listed(text(writer)) == {}
    assert "nothing to confirm" in text(writer, address(page, "confirm"))


def test_a_line_is_asked_for(writer: Client, page: Page) -> None:
    assert errors(confirm(writer, page, note=" ")) == ["This field is required."]
    assert listed(text(writer)) == {"stale": 1}


def test_an_edit_takes_the_page_off_the_list(writer: Client, page: Page) -> None:
    save(writer, page, body="It goes with what is sold.")
    assert listed(text(writer)) == {"drafts": 1}


def test_a_newer_change_than_was_shown_is_shown_first(writer: Client, page: Page) -> None:
    sent = fields(writer.get(address(page, "confirm")).content) | {"note": "It holds."}
    goods = Page.objects.get(slug="goods")
    publish(concept("goods", goods, summary="Things that are leased."))
    answer = writer.post(address(page, "confirm"), sent)
    assert refusal(answer).startswith("Another edition came into force since you looked")
    html = answer.content.decode()
    assert "<ins>leased</ins>" in html
    assert "It holds.</textarea>" in html
    assert listed(text(writer)) == {"stale": 1}
    assert writer.post(address(page, "confirm"), fields(answer.content)).status_code == 302
    assert listed(text(writer)) == {}


def test_a_second_click_is_told_that_nothing_is_left(writer: Client, page: Page) -> None:
    sent = fields(writer.get(address(page, "confirm")).content) | {"note": "It holds."}
    assert news(writer.post(address(page, "confirm"), sent, follow=True)) == ["Lean is confirmed."]
    answer = writer.post(address(page, "confirm"), sent)
    assert refusal(answer).startswith("There is nothing to confirm any more")
    assert [entry[0] for entry in logged()].count("confirm") == 1


def test_who_may_only_look_sees_what_differs_and_confirms_nothing(
    viewer: Client, page: Page
) -> None:
    html = text(viewer, address(page, "confirm"))
    assert "<ins>sold</ins>" in html
    assert 'name="note"' not in html
    sent = {"note": "It holds.", "seen": f"{Page.objects.get(slug='goods').pk}.2"}
    assert viewer.post(address(page, "confirm"), sent).status_code == 403
    assert listed(text(viewer)) == {"stale": 1}


def test_the_line_of_a_confirmation_is_for_editors_alone(writer: Client, page: Page) -> None:
    confirm(writer, page, note="Xyzzy holds.")
    for path in ("/concepts/lean/", "/concepts/lean/index.json", "/concepts/lean/editions/"):
        assert "Xyzzy" not in text(writer, path)
