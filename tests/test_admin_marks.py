"""Handing a draft over: ready, sent back, and what the change form says above its fields."""

from typing import Any

import pytest
from admin_forms import address, concept, errors, fields, log_in_writer, logged, news, publish, save
from admin_forms import user as person
from django.test import Client
from publish_forms import MOMENT, opened, press, said, send
from pytest_django import DjangoAssertNumQueries
from samples import site_at

from concepts import clock, desk, publishing
from concepts.desk import readiness
from concepts.models import Concept, Edition, LogEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client: Client) -> Client:
    return log_in_writer(client)


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(person("ed", "view_concept", "view_edition", "add_edition"))
    return client


def page_saved(**values: Any) -> Concept:
    """A concept whose first save the log knows."""
    page = concept("goods", **values)
    desk.record(page, by=None, action="import")
    return page


def change(page: Concept, summary: str, by: Any = None) -> None:
    Concept.objects.filter(pk=page.pk).update(summary=summary)
    desk.record(Concept.objects.get(pk=page.pk), by=by, action="edit")


def ready(page: Any, by: Any = None) -> LogEntry:
    return desk.record(page, by=by, action="ready", note="Sources added.")


# Ready ------------------------------------------------------------------------------------------


def test_a_writer_marks_a_draft_as_ready_with_a_line(writer: Client, editor: Client) -> None:
    page = page_saved(summary="Goods last.")
    answer = press(writer, page, "ready", note="Sources added.")
    assert news(answer) == ["Goods is marked as ready."]
    entry = LogEntry.objects.first()
    assert entry is not None
    assert (entry.action, entry.note, str(entry.by)) == ("ready", "Sources added.", "writer")
    for client, verb in ((writer, "change"), (editor, "change"), (editor, "publish")):
        assert "Ready, says writer on" in said(client.get(address(page, verb)))


def test_saving_goes_on_to_the_page_that_marks_it(writer: Client) -> None:
    page = page_saved()
    html = writer.get(address(page)).content.decode()
    assert 'name="_ready"' in html
    assert 'name="_publish"' not in html
    answer = save(writer, page, summary="Goods last.", _ready="Save and mark as ready …")
    assert answer.url == address(page, "ready")


def test_the_line_is_asked_for(writer: Client) -> None:
    assert errors(press(writer, page_saved(), "ready", note=" ")) == ["This field is required."]
    assert logged() == [("import", "concept", "goods", "")]


def test_the_writer_sees_what_would_change_and_what_the_checks_say(writer: Client) -> None:
    page = page_saved(summary="Goods last.")
    publish(page)
    change(page, "Goods keep. [Nothing](concept:nothing).")
    html = writer.get(address(page, "ready")).content.decode()
    assert "<del>last. </del>" in html
    assert "There is no page concept:nothing" in html
    assert 'value="Mark as ready">' in html


def test_a_draft_that_changed_since_it_was_shown_is_not_marked(writer: Client) -> None:
    page = page_saved(summary="Goods last.")
    sent = opened(writer, page, "ready")
    change(page, "Goods keep.")
    answer = writer.post(address(page, "ready"), sent)
    assert "The draft has changed since you looked" in said(answer)
    assert "<ins>keep</ins>" in answer.content.decode()
    assert readiness.mark_of(page.pk) is None


def test_a_double_click_marks_once(writer: Client) -> None:
    page = page_saved()
    sent = opened(writer, page, "ready")
    for _ in range(2):
        assert send(writer, page, sent, "ready") == "Goods is marked as ready."
    assert LogEntry.objects.filter(action="ready").count() == 1


def test_what_readers_see_already_is_not_marked(writer: Client) -> None:
    page = page_saved()
    sent = opened(writer, page, "ready")
    publish(page)
    assert "Nothing has changed." in said(writer.get(address(page, "ready")))
    assert "There is nothing to publish" in said(writer.post(address(page, "ready"), sent))
    assert readiness.mark_of(page.pk) is None


# Sent back --------------------------------------------------------------------------------------


def test_an_editor_sends_it_back_with_a_line(writer: Client, editor: Client) -> None:
    page = page_saved()
    ready(page)
    assert address(page, "send-back").encode() in editor.get(address(page, "publish")).content
    answer = press(editor, page, "send-back", note="Cite the second claim.")
    assert news(answer) == ["Goods is sent back."]
    words = said(writer.get(address(page)))
    assert "Sent back, says ed on" in words
    assert ": Cite the second claim." in words


def test_only_what_is_marked_as_ready_is_sent_back_and_once(editor: Client) -> None:
    page = page_saved()
    refused = "Goods is not marked as ready: nothing to send back."
    assert send(editor, page, {"note": "No."}, "send-back") == refused
    ready(page)
    assert send(editor, page, {"note": "No."}, "send-back") == "Goods is sent back."
    assert send(editor, page, {"note": "No."}, "send-back") == refused
    assert LogEntry.objects.filter(action="send-back").count() == 1


# The state of a draft ---------------------------------------------------------------------------


def test_who_changed_the_draft_since_it_was_marked_is_said(writer: Client) -> None:
    page = page_saved()
    anna, bob = person("anna"), person("bob")
    change(page, "Before.", bob)
    ready(page, anna)
    assert readiness.marks()[page.pk].changed_by == ()
    change(page, "One.", bob)
    change(page, "One.", anna)
    change(page, "Two.", bob)
    change(page, "Three.", None)
    mark = readiness.mark_of(page.pk)
    assert mark is not None
    assert (str(mark.entry.by), mark.changed_by) == ("anna", ("bob", "an import"))
    assert "Changed since by bob, an import." in said(writer.get(address(page)))


def test_the_newest_mark_counts_and_publishing_ends_it() -> None:
    page = page_saved(summary="Goods last.")
    ready(page)
    desk.record(page, by=None, action="send-back", note="No.")
    mark = readiness.mark_of(page.pk)
    assert mark is not None
    assert not mark.ready
    publish(page)
    assert readiness.mark_of(page.pk) is None
    change(page, "Goods keep.")
    assert readiness.mark_of(page.pk) is None


def test_scheduling_ends_a_mark() -> None:
    page = page_saved()
    ready(page)
    publish(page, at=MOMENT)
    assert readiness.marks([page.pk]) == {}


def test_a_mark_outlives_an_edition_that_was_scheduled_before_it() -> None:
    page = page_saved(summary="Goods last.")
    publish(page, at=MOMENT)
    change(page, "Goods keep.")
    ready(Concept.objects.get())
    with site_at(MOMENT + clock.MILLISECOND):
        assert Edition.objects.as_of().get().summary == "Goods last."
        assert readiness.mark_of(page.pk) is not None


def test_what_was_unscheduled_is_no_change_of_the_draft() -> None:
    page = page_saved(summary="Goods last.")
    edition = publish(page, at=MOMENT)
    change(page, "Goods keep.", person("bob"))
    ready(Concept.objects.get())
    publishing.unschedule(edition, by=person("anna"))
    mark = readiness.mark_of(page.pk)
    assert mark is not None
    assert mark.changed_by == ()


def test_the_marks_of_many_pages_cost_two_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    pages = [concept(f"page-{number}") for number in range(5)]
    for page in pages:
        ready(page)
    publish(pages[0])
    with django_assert_num_queries(2):
        assert {*readiness.marks()} == {page.pk for page in pages[1:]}


# Above the change form --------------------------------------------------------------------------


def test_the_form_says_what_readers_see_and_whether_the_draft_differs(writer: Client) -> None:
    page = page_saved(summary="Goods last.")
    assert "Readers see nothing of this page yet." in said(writer.get(address(page)))
    publish(page)
    words = said(writer.get(address(page)))
    assert "Readers see edition 1, in force since" in words
    assert "The draft says the same." in words
    change(page, "Goods keep.")
    assert "The draft differs from it." in said(writer.get(address(page)))


def test_the_form_says_what_is_scheduled_and_whether_the_draft_goes_on(
    writer: Client, editor: Client
) -> None:
    page = page_saved(summary="Goods last.")
    publish(page, at=MOMENT)
    told = "Edition 1 is scheduled for 1 September 2099, 08:00 (UTC)"
    assert f"{told}. " in said(writer.get(address(page)))
    assert address(page, "unschedule").encode() not in writer.get(address(page)).content
    assert address(page, "unschedule").encode() in editor.get(address(page)).content
    change(page, "Goods keep.")
    assert f"{told}, and the draft says something else." in said(writer.get(address(page)))


def test_what_was_unscheduled_is_not_taken_for_the_draft(writer: Client) -> None:
    page = page_saved(summary="Goods last.")
    publish(page)
    change(page, "Goods keep.")
    edition = publish(Concept.objects.get(), at=MOMENT)
    change(page, "Goods last.")
    publishing.unschedule(edition, by=None)
    assert "The draft says the same." in said(writer.get(address(page)))


def test_a_mark_on_a_draft_that_readers_see_already_is_not_shown(writer: Client) -> None:
    page = page_saved()
    publish(page)
    ready(page)
    assert "Ready, says" not in said(writer.get(address(page)))


def test_the_form_of_a_new_page_has_no_state(writer: Client) -> None:
    html = writer.get("/admin/concepts/concept/add/").content.decode()
    assert 'class="state"' not in html
    assert 'name="_ready"' not in html
    assert "note" not in fields(html.encode())
