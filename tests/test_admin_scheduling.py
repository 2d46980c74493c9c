"""Editions that are scheduled in the admin: their moment, replacing them, cancelling them."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from admin_forms import address, concept, fields, logged, news, publish
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from publish_forms import MOMENT, SCHEDULED, opened, press, said, send

from concepts.admin.moments import MomentField, in_words
from concepts.models import Concept, Edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> Concept:
    """In force as "Goods last.", scheduled as "Goods keep."."""
    made = concept("goods", summary="Goods last.")
    publish(made)
    made.summary = "Goods keep."
    made.save()
    publish(made, at=MOMENT, note="From autumn on.")
    return made


# The moment -------------------------------------------------------------------------------------


def test_an_edition_is_scheduled_and_its_moment_told_with_the_zone(editor: Client) -> None:
    answer = press(editor, concept("goods"), **SCHEDULED)
    assert news(answer) == ["Edition 1 is scheduled for 1 September 2099, 08:00 (UTC)."]
    assert Edition.objects.get().published_at == MOMENT


def test_the_form_names_the_time_zone(editor: Client, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    with timezone.override("Europe/Berlin"):
        words = said(editor.get(address(concept("goods"), "publish")))
    assert "In the time zone Europe/Berlin (UTC+0" in words


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"when": "now", "at": "2099-09-01T08:00"}, "You typed a moment but chose now"),
        ({"when": "later", "at": ""}, "Type the moment from which readers see it"),
        ({"when": "later", "at": "tomorrow"}, "Type day and time, such as 2026-11-03 08:00."),
        ({"when": "later", "at": "2001-01-01T00:00"}, "at least five seconds ahead"),
        ({"when": "later", "at": "9999-12-31T23:59"}, "This is too far away"),
        ({"when": "later", "at": "0001-01-01T00:00"}, "This is too far away"),
    ],
)
def test_a_moment_that_is_none_is_refused_and_nothing_is_published(
    editor: Client, typed: dict[str, str], problem: str
) -> None:
    assert problem in said(press(editor, concept("goods"), **typed))
    assert Edition.objects.count() == 0


def moment(local: str) -> str:
    """What is made of a moment typed in Berlin: the moment in words, or why it is refused."""
    with timezone.override("Europe/Berlin"):
        try:
            found = MomentField().clean(local)
            return in_words(found) if found else ""
        except ValidationError as error:
            return " ".join(error.messages)


def test_a_local_time_that_the_clocks_leave_out_is_refused() -> None:
    assert moment("2026-03-29T02:30") == (
        "On 29 March 2026 the clocks go forward and there is no 02:30: choose another time."
    )


def test_a_local_time_that_comes_twice_is_refused() -> None:
    assert moment("2026-10-25T02:30") == (
        "On 25 October 2026 the clocks go back and 02:30 comes twice (UTC+02:00 and UTC+01:00):"
        " choose a time that comes once."
    )


def test_a_local_time_is_told_with_the_offset_of_its_own_day(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    assert moment("2026-07-01T08:00") == "1 July 2026, 08:00 (Europe/Berlin, UTC+02:00)"
    assert moment("2026-12-01T08:00") == "1 December 2026, 08:00 (Europe/Berlin, UTC+01:00)"
    with timezone.override(ZoneInfo("Europe/Berlin")):
        found = MomentField().clean("2026-07-01T08:00")
    assert found is not None
    assert found.isoformat() == "2026-07-01T06:00:00+00:00"


# Shown and replaced -----------------------------------------------------------------------------


def test_the_page_shows_what_is_scheduled_and_what_would_be_dropped(
    editor: Client, page: Concept
) -> None:
    Concept.objects.update(summary="Goods stay.")
    html = editor.get(address(page, "publish")).content.decode()
    words = said(editor.get(address(page, "publish")))
    assert "Edition 2 is scheduled" in words
    assert "on 1 September 2099, 08:00 (UTC): From autumn on." in words
    assert "Goods <del>last</del><ins>keep</ins>." in html
    assert "Goods <del>keep</del><ins>stay</ins>." in html
    assert "Publishing now, or for another moment, replaces it. Its text stays in the log." in words


def test_where_the_draft_says_what_is_scheduled_nothing_is_dropped(
    editor: Client, page: Concept
) -> None:
    words = said(editor.get(address(page, "publish")))
    assert "This draft says the same, so no word of it is lost." in words


def test_publishing_now_replaces_what_is_scheduled_and_the_log_keeps_it(
    editor: Client, page: Concept
) -> None:
    Concept.objects.update(summary="Goods stay.")
    press(editor, page)
    assert Edition.objects.as_of().get().summary == "Goods stay."
    assert [edition.number for edition in Edition.objects.all()] == [1, 2]
    assert logged()[-1] == ("unschedule", "concept", "goods", "writer")


def test_what_is_scheduled_is_moved_to_another_moment(editor: Client, page: Concept) -> None:
    press(editor, page, when="later", at="2099-10-01T08:00")
    assert [edition.published_at.month for edition in Edition.objects.filter(number=2)] == [10]


# Cancelled --------------------------------------------------------------------------------------


def test_cancelling_asks_first_and_shows_what_readers_will_not_see(
    editor: Client, page: Concept
) -> None:
    answer = editor.get(address(page, "unschedule"))
    assert "Goods <del>last</del><ins>keep</ins>." in answer.content.decode()
    assert "edition 1 stays in force until further notice" in said(answer)
    assert Edition.objects.count() == 2
    sent = fields(answer.content)
    assert send(editor, page, sent, "unschedule") == (
        "The schedule of edition 2 is cancelled. The log keeps its text."
    )
    assert (Edition.objects.get().number, Edition.objects.get().superseded_at) == (1, None)


def test_cancelling_twice_changes_nothing_more(editor: Client, page: Concept) -> None:
    sent = fields(editor.get(address(page, "unschedule")).content)
    send(editor, page, sent, "unschedule")
    assert send(editor, page, sent, "unschedule") == (
        "The edition that you were shown is not scheduled any more. Nothing was done."
    )


def test_an_edition_that_was_scheduled_in_place_of_the_one_shown_is_not_cancelled(
    editor: Client, page: Concept
) -> None:
    sent = fields(editor.get(address(page, "unschedule")).content)
    Concept.objects.update(summary="Goods stay.")
    publish(Concept.objects.get(), at=MOMENT)
    message = send(editor, page, sent, "unschedule")
    assert message == "The edition that you were shown is not scheduled any more. Nothing was done."
    assert Edition.objects.get(number=2).summary == "Goods stay."


def test_cancelling_without_a_schedule_is_said(editor: Client) -> None:
    page = concept("goods")
    answer = editor.get(address(page, "unschedule"), follow=True)
    assert news(answer) == ["No edition is scheduled."]


def test_a_page_is_not_withdrawn_while_an_edition_is_scheduled(
    editor: Client, page: Concept
) -> None:
    answer = editor.get(address(page, "withdraw"))
    assert "Edition 2 is scheduled" in said(answer)
    assert f'<a href="{address(page, "unschedule")}">'.encode() in answer.content
    assert "reason" not in fields(answer.content)
    editor.post(address(page, "withdraw"), {"reason": "Merged."})
    assert Edition.objects.as_of().count() == 1


def test_a_schedule_made_with_a_form_of_before_is_refused(editor: Client, page: Concept) -> None:
    sent = opened(editor, page) | SCHEDULED | {"at": "2099-12-01T08:00"}
    fresh = fields(editor.get(address(page, "unschedule")).content)
    send(editor, page, fresh, "unschedule")
    assert "since you looked" in said(editor.post(address(page, "publish"), sent))
    assert Edition.objects.count() == 1
