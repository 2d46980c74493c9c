"""The page on which a draft is published: what it shows, what it asks, what it refuses."""

import re

import pytest
from admin_forms import (
    add_row,
    address,
    concept,
    errors,
    fields,
    logged,
    news,
    publish,
    save,
    user,
)
from django.test import Client
from django.urls import reverse
from publish_forms import MOMENT, SCHEDULED, choices, ids, opened, press, said, send
from pytest_django import DjangoAssertNumQueries
from samples import site_at
from small_site import comparison_fields

from concepts import documents, publishing
from concepts.admin.places import grouped
from concepts.checks import Finding
from concepts.documents import data_of
from concepts.models import Concept, Distinction, Edition, Source

pytestmark = pytest.mark.django_db


# Publishing -----------------------------------------------------------------------------------


def test_a_corrected_cell_is_published(editor: Client, comparison: Distinction) -> None:
    for side in comparison.sides.all():
        publish(side.concept)
    publish(comparison)
    answer = save(editor, comparison, rows__0__cell_goods="Corrected", _publish="Save and publish")
    assert answer.url == address(comparison, "publish")
    assert news(press(editor, comparison)) == [
        'Edition 2 published: <a href="/distinctions/goods-vs-services/">Goods vs services</a>.'
    ]
    assert b"Corrected" in editor.get("/distinctions/goods-vs-services/").content


def test_the_page_shows_the_words_that_are_struck_and_added(editor: Client) -> None:
    page = concept("goods", summary="Goods are stored.")
    publish(page)
    Concept.objects.update(summary="Goods are kept.")
    html = editor.get(address(page, "publish")).content.decode()
    assert "<dt>Summary</dt>" in html
    assert "Goods are <del>stored</del><ins>kept</ins>." in html
    assert "Against edition 1, in force since" in html


def test_a_first_edition_lists_what_the_page_contains(
    editor: Client, comparison: Distinction
) -> None:
    html = editor.get(address(comparison, "publish")).content.decode()
    assert "Readers see nothing of this page now." in html
    assert "<li>Row Row-0 (3)</li>" in html
    assert "<li>Question q1 (2)</li>" in html


def test_nothing_to_publish_is_said_and_has_no_form(editor: Client) -> None:
    page = concept("goods")
    publish(page)
    answer = editor.get(address(page, "publish"))
    assert "Nothing has changed." in answer.content.decode()
    assert "note" not in fields(answer.content)


def test_checked_is_offered_where_only_the_day_of_review_differs_and_nowhere_else(
    editor: Client,
) -> None:
    page = concept("goods", summary="Goods last.")
    publish(page)
    assert choices(editor, page) == []
    Concept.objects.update(reviewed_on="2026-11-03")
    assert choices(editor, page) == ["checked"]
    press(editor, page, significance="checked")
    assert Edition.objects.as_of().get().significance == "checked"
    Concept.objects.update(reviewed_on="2026-11-04", summary="Goods keep.")
    assert choices(editor, page) == ["meaning", "wording"]
    answer = press(editor, page, significance="checked")
    assert "'checked' is for an edition that differs in its review date alone" in said(answer)


def test_a_source_that_reads_differently_is_more_than_a_day_of_review(editor: Client) -> None:
    source = Source.objects.create(slug="ohno1988", title="Toyota")
    page = concept("goods", body="Kept. [@ohno1988]")
    publish(page)
    Source.objects.update(title="Toyota Production System")
    Concept.objects.update(reviewed_on="2026-11-03")
    assert choices(editor, page) == ["meaning", "wording"]
    assert "<dt>Source ohno1988</dt>" in editor.get(address(page, "publish")).content.decode()
    assert source.slug == "ohno1988"


def test_a_new_title_of_a_page_that_is_named_is_no_check_of_this_one(editor: Client) -> None:
    other, page = concept("services"), concept("goods", body="[They](concept:services).")
    publish(other)
    publish(page)
    Concept.objects.filter(pk=other.pk).update(title="Acts")
    publish(Concept.objects.get(pk=other.pk))
    assert choices(editor, page) == ["meaning", "wording"]


def test_a_note_is_asked_for_and_what_was_typed_is_kept(editor: Client) -> None:
    page = concept("goods")
    answer = press(editor, page, note=" ")
    assert errors(answer) == ["This field is required."]
    assert fields(answer.content)["override"] == "Being written."
    assert Edition.objects.count() == 0


def test_a_note_holds_no_control_characters_and_single_line_ends(editor: Client) -> None:
    page = concept("goods")
    assert "U+0007" in " ".join(errors(press(editor, page, note="A bell \x07")))
    press(editor, page, note="One.\r\nTwo.")
    assert Edition.objects.get().note == "One.\nTwo."


# What was shown ---------------------------------------------------------------------------------


def test_what_was_not_shown_is_not_published(editor: Client) -> None:
    page = concept("goods", summary="Goods last.")
    sent = opened(editor, page)
    Concept.objects.update(summary="Goods keep.")
    answer = editor.post(address(page, "publish"), sent)
    assert "The draft has changed since you looked" in said(answer)
    assert Edition.objects.count() == 0
    again = fields(answer.content)
    assert (again["note"], again["expect"] == sent["expect"]) == ("Corrected.", False)
    editor.post(address(page, "publish"), again)
    assert Edition.objects.get().summary == "Goods keep."


def test_the_difference_to_what_was_shown_is_shown(editor: Client) -> None:
    page = concept("goods", summary="Goods last.")
    publish(page)
    Concept.objects.update(summary="Goods keep.")
    sent = opened(editor, page)
    Concept.objects.update(summary="Goods stay.")
    html = editor.post(address(page, "publish"), sent).content.decode()
    since, _, whole = html.partition("What will change")
    assert "Goods <del>keep</del><ins>stay</ins>." in since
    assert "Goods <del>last</del><ins>stay</ins>." in whole


@pytest.mark.parametrize("shown", ["", "{", '{"kind": "guide"}', "[]", "null"])
def test_where_what_was_shown_cannot_be_read_the_whole_difference_is_pointed_to(
    editor: Client, shown: str
) -> None:
    page = concept("goods")
    sent = opened(editor, page) | {"expect": "0", "shown": shown}
    answer = editor.post(address(page, "publish"), sent)
    assert "What you were shown cannot be told from here." in answer.content.decode()
    assert Edition.objects.count() == 0


def test_an_edition_that_somebody_scheduled_meanwhile_is_not_replaced_unseen(
    editor: Client,
) -> None:
    page = concept("goods", summary="Goods last.")
    sent = opened(editor, page)
    Concept.objects.update(summary="Tomorrow.")
    publish(Concept.objects.get(), at=MOMENT)
    Concept.objects.update(summary="Goods last.")
    answer = editor.post(address(page, "publish"), sent)
    assert "were published, scheduled or taken away since you looked" in said(answer)
    assert Edition.objects.get().summary == "Tomorrow."
    assert "Edition 1 is scheduled" in answer.content.decode()
    editor.post(address(page, "publish"), fields(answer.content))
    assert Edition.objects.get().summary == "Goods last."


def test_a_page_that_somebody_withdrew_meanwhile_is_not_brought_back_unseen(
    editor: Client,
) -> None:
    page = concept("goods")
    publish(page)
    Concept.objects.update(summary="Goods last.")
    sent = opened(editor, page)
    publishing.withdraw(page, by=None, reason="Merged.")
    assert "since you looked" in said(editor.post(address(page, "publish"), sent))
    assert Edition.objects.as_of().count() == 0


# Twice ------------------------------------------------------------------------------------------


def test_a_double_click_makes_one_edition_and_says_so(editor: Client) -> None:
    page = concept("goods")
    sent = opened(editor, page)
    first = send(editor, page, sent)
    assert first == 'Edition 1 published: <a href="/concepts/goods/">Goods</a>.'
    second = send(editor, page, sent)
    assert second.startswith("Edition 1 says exactly this: it is in force since ")
    assert second.endswith(", published by writer. No second one was made.")
    assert Edition.objects.count() == 1


def test_a_double_click_schedules_once(editor: Client) -> None:
    page = concept("goods")
    sent = opened(editor, page) | SCHEDULED
    send(editor, page, sent)
    second = send(editor, page, sent)
    assert second.startswith("Edition 1 says exactly this: it is scheduled for 1 September 2099")
    assert [action for action, *_ in logged()] == ["publish"]
    assert Edition.objects.count() == 1


def test_sent_again_after_the_draft_went_on_it_points_to_the_edition_that_it_made(
    editor: Client,
) -> None:
    page = concept("goods", summary="Goods last.")
    sent = opened(editor, page)
    send(editor, page, sent)
    Concept.objects.update(summary="Goods keep.")
    second = send(editor, page, sent)
    assert second.startswith("Edition 1 says exactly this")
    assert second.endswith("No second one was made. The draft has changed since then.")
    assert Edition.objects.count() == 1


def test_sent_again_after_its_moment_has_come_it_points_to_the_edition_that_it_made(
    editor: Client,
) -> None:
    page = concept("goods")
    sent = opened(editor, page) | SCHEDULED
    send(editor, page, sent)
    with site_at(MOMENT):
        second = send(editor, page, sent)
    assert second.startswith("Edition 1 says exactly this: it is in force since 1 September 2099")
    assert Edition.objects.count() == 1


def test_what_a_colleague_published_in_between_is_theirs(editor: Client) -> None:
    page = concept("goods")
    sent = opened(editor, page)
    publishing.publish(page, by=user("anna"), note="", significance="wording", override="A test.")
    message = send(editor, page, sent)
    assert message.endswith(", published by anna. No second one was made.")
    assert Edition.objects.count() == 1


# What the checks say ----------------------------------------------------------------------------


def test_warnings_ask_for_a_reason_which_is_kept(editor: Client) -> None:
    page = concept("goods")
    answer = press(editor, page, override=" ")
    assert errors(answer) == ["There are warnings: mend them, or say why it is published."]
    assert Edition.objects.count() == 0
    press(editor, page)
    assert Edition.objects.get().override == "Being written."


def test_without_warnings_no_reason_is_asked(editor: Client) -> None:
    page = concept("goods", summary="Goods last.")
    answer = editor.get(address(page, "publish"))
    assert "override" not in fields(answer.content)
    assert "Nothing is amiss." in answer.content.decode()
    press(editor, page, override="")
    assert Edition.objects.count() == 1


def test_errors_turn_the_button_off_and_are_refused_on_the_server(editor: Client) -> None:
    page = concept("goods", body="[nothing](concept:nothing)")
    answer = editor.get(address(page, "publish"))
    assert '<input type="submit" class="default" value="Publish" disabled' in (
        answer.content.decode()
    )
    assert "Body: There is no page concept:nothing" in said(press(editor, page))
    assert Edition.objects.count() == 0


def test_findings_lead_to_the_field_that_mends_them(
    editor: Client, comparison: Distinction
) -> None:
    comparison.rows.get(key="row-3").cells.filter(side__key="services").update(text="")
    source = Source.objects.create(slug="ohno1988", title="Toyota")
    comparison.similarities = ["Both are made. [@ohno1988]"]
    comparison.save()
    html = editor.get(address(comparison, "publish")).content.decode()
    form = address(comparison)
    for place in ("#id_rows-3-cell_services", "#id_rows-0-cell_goods", "#id_similarities"):
        assert f'<a href="{form}{place}">' in html
    assert f'{reverse("admin:concepts_source_changelist")}?q={source.slug}"' in html
    assert set(re.findall(r'#(id_[\w-]+)"', html)) <= ids(editor.get(form).content)


def test_findings_come_by_place_in_the_order_of_the_page(
    editor: Client, comparison: Distinction
) -> None:
    html = editor.get(address(comparison, "publish")).content.decode()
    titles = re.findall(r"<li><b>(.*?)</b>", html)
    rows = [f"Row Row-{number}" for number in range(13)]
    sides, after = ["Side Goods", "Side Services"], ["Principle", "Boundary cases"]
    assert [title for title in titles if title != "Misconceptions"] == [
        *["Summary", *sides, "Similarities", *rows, *after],
        *(title for title in titles if title.startswith("Question")),
    ]


def test_findings_of_one_part_come_in_the_order_of_its_items() -> None:
    data = data_of(documents.Distinction.model_validate(comparison_fields(2)))
    places = ["source x-1", "question-q2", "question-q1", "questions", "sides 2, concept"]
    found = [Finding("warning", place, "Mend it.") for place in places]
    assert [(group.title, group.items[0].address) for group in grouped(found, data, "/f/")] == [
        ("Side Services", "/f/#id_sides-1-concept"),
        ("Questions", "/f/#questions-group"),
        ("Question q1", "/f/#id_questions-0-text"),
        ("Question q2", "/f/#id_questions-1-text"),
        ("Source x-1", "/admin/concepts/source/?q=x-1"),
    ]


def test_the_page_costs_the_same_queries_whatever_its_length(
    editor: Client, comparison: Distinction, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    publish(comparison)
    comparison.rows.first().cells.update(text="New")  # type: ignore[union-attr]
    with django_assert_max_num_queries(40) as first:
        editor.get(address(comparison, "publish"))
    for number in range(13, 26):
        add_row(comparison, f"row-{number}", number)
    with django_assert_max_num_queries(len(first)):
        editor.get(address(comparison, "publish"))


def test_a_desk_that_is_no_document_is_said_and_not_published(
    editor: Client, comparison: Distinction
) -> None:
    comparison.sides.first().delete()  # type: ignore[union-attr]
    answer = editor.get(address(comparison, "publish"), follow=True)
    assert "sides" in " ".join(news(answer))
