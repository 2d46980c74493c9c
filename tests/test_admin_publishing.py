"""The desk's log, publishing from the admin, and who may do what."""

from typing import Any

import pytest
from admin_forms import (
    address,
    concept,
    errors,
    fields,
    log_in_writer,
    logged,
    make_comparison,
    news,
    publish,
    save,
    user,
)
from django.test import Client
from django.urls import reverse

from concepts.models import Concept, Dimension, Distinction, Edition, LogEntry, Source

pytestmark = pytest.mark.django_db

TERMS = {"note": "Corrected.", "significance": "wording", "override": "Being written."}
VERBS = ["publish", "withdraw"]


@pytest.fixture
def writer(client: Client) -> Client:
    return log_in_writer(client)


@pytest.fixture
def editor(client: Client) -> Client:
    return log_in_writer(client, "add_edition")


@pytest.fixture
def comparison() -> Distinction:
    return make_comparison()


# The log --------------------------------------------------------------------------------------


def test_a_save_is_logged_whole(editor: Client, comparison: Distinction) -> None:
    save(editor, comparison, rows__0__cell_goods="Corrected")
    assert logged() == [("edit", "distinction", "goods-vs-services", "writer")]
    assert '"Corrected"' in LogEntry.objects.get().document


def test_saves_of_sources_and_dimensions_are_logged(editor: Client) -> None:
    save(editor, Source.objects.create(slug="ohno1988", title="Toyota"), title="Toyota's system")
    save(editor, Dimension.objects.create(key="cost", label="Cost"), label="Costs")
    assert logged() == [
        ("edit", "source", "ohno1988", "writer"),
        ("edit", "dimension", "cost", "writer"),
    ]


def test_a_deleted_draft_is_logged_before_it_goes(editor: Client) -> None:
    editor.post(address(concept("goods"), "delete"), {"post": "yes"})
    listed = reverse("admin:concepts_concept_changelist")
    chosen = {"action": "delete_selected", "_selected_action": str(concept("services").pk)}
    editor.post(listed, {**chosen, "post": "yes"})
    assert logged() == [
        ("delete", "concept", "goods", "writer"),
        ("delete", "concept", "services", "writer"),
    ]
    assert Concept.objects.count() == 0


def test_a_draft_that_is_no_document_is_not_deleted_and_the_reason_is_said(
    editor: Client, comparison: Distinction
) -> None:
    comparison.sides.last().delete()  # type: ignore[union-attr]
    listed = reverse("admin:concepts_distinction_changelist")
    chosen = {"action": "delete_selected", "_selected_action": str(comparison.pk)}
    for where, sent in ((address(comparison, "delete"), {}), (listed, chosen)):
        answer = editor.post(where, {**sent, "post": "yes"}, follow=True)
        assert news(answer) == ["Nothing was deleted. 'sides' needs 2 items or more"]
    assert Distinction.objects.count() == 1


def test_a_page_that_was_published_is_not_deleted(editor: Client) -> None:
    page = concept("goods")
    publish(page)
    assert editor.post(address(page, "delete"), {"post": "yes"}).status_code == 403
    listed = reverse("admin:concepts_concept_changelist")
    chosen = {"action": "delete_selected", "_selected_action": str(page.pk)}
    assert b"protected" in editor.post(listed, {**chosen, "post": "yes"}).content
    assert Concept.objects.count() == 1


# Publishing -----------------------------------------------------------------------------------


def press(client: Client, page: Any, **terms: str) -> Any:
    """Open the dialogue, fill it in, and press its button."""
    sent = fields(client.get(address(page, "publish")).content)
    return client.post(address(page, "publish"), sent | TERMS | terms, follow=True)


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


def test_a_double_click_makes_one_edition(editor: Client) -> None:
    page = concept("goods")
    sent = fields(editor.get(address(page, "publish")).content) | TERMS
    for _ in range(2):
        editor.post(address(page, "publish"), sent)
    assert Edition.objects.count() == 1


def test_what_was_not_shown_is_not_published(editor: Client) -> None:
    page = concept("goods")
    sent = fields(editor.get(address(page, "publish")).content) | TERMS
    Concept.objects.update(summary="Said meanwhile.")
    answer = editor.post(address(page, "publish"), sent)
    assert "changed" in " ".join(errors(answer))
    assert Edition.objects.count() == 0
    again = fields(answer.content)
    assert (again["note"], again["expect"] == sent["expect"]) == ("Corrected.", False)


def test_warnings_ask_for_a_reason_and_errors_stop(editor: Client) -> None:
    page = concept("goods")
    answer = press(editor, page, override=" ")
    assert "reason" in " ".join(errors(answer))
    Concept.objects.update(body="[nothing](concept:nothing)")
    answer = editor.get(address(page, "publish"))
    assert "disabled" in answer.content.decode()
    press(editor, page)
    assert Edition.objects.count() == 0


def test_an_edition_is_scheduled(editor: Client) -> None:
    press(editor, concept("goods"), at="2099-09-01T08:00")
    assert Edition.objects.get().published_at.isoformat() == "2099-09-01T08:00:00+00:00"


def test_a_page_is_withdrawn_with_a_reason(editor: Client) -> None:
    page = concept("goods")
    publish(page)
    assert errors(editor.post(address(page, "withdraw"), {"reason": ""})) == [
        "This field is required."
    ]
    answer = editor.post(address(page, "withdraw"), {"reason": "Merged."}, follow=True)
    assert news(answer) == ["Goods is withdrawn."]
    assert editor.get("/concepts/goods/").status_code == 410
    assert news(editor.post(address(page, "withdraw"), {"reason": "Again."}, follow=True)) == []


def test_an_edition_is_restored_as_a_draft(editor: Client) -> None:
    page = concept("goods", summary="As it was.")
    edition = publish(page)
    Concept.objects.update(summary="As it is.")
    assert editor.get(address(edition, "restore")).status_code == 200
    answer = editor.post(address(edition, "restore"), follow=True)
    assert news(answer) == ["The draft says what edition 1 said."]
    assert Concept.objects.get().summary == "As it was."
    assert logged()[-1] == ("restore", "concept", "goods", "writer")


def test_a_desk_that_is_no_document_is_said_and_not_published(
    editor: Client, comparison: Distinction
) -> None:
    comparison.sides.first().delete()  # type: ignore[union-attr]
    answer = editor.get(address(comparison, "publish"), follow=True)
    assert "sides" in " ".join(news(answer))


# Rights ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_a_writer_does_not_publish(writer: Client, verb: str) -> None:
    page = concept("goods")
    publish(page)
    sent = {**TERMS, "reason": "Because.", "expect": "0"}
    assert writer.get(address(page, verb)).status_code == 403
    assert writer.post(address(page, verb), sent).status_code == 403
    assert address(page, verb).encode() not in writer.get(address(page)).content
    assert Edition.objects.as_of().count() == 1


def test_only_who_may_change_the_page_restores_it(client: Client) -> None:
    edition = publish(concept("goods"))
    client.force_login(user("reader", "view_edition", "view_concept"))
    assert client.post(address(edition, "restore")).status_code == 403
    assert address(edition, "restore").encode() not in client.get(address(edition)).content


def test_who_may_not_see_a_page_does_not_publish_it(client: Client) -> None:
    client.force_login(user("publisher", "add_edition"))
    assert client.get(address(concept("goods"), "publish")).status_code == 403


@pytest.mark.parametrize("verb", ["change", "delete", *VERBS])
def test_a_stranger_is_led_to_the_log_in(client: Client, verb: str) -> None:
    answer = client.get(address(concept("goods"), verb))
    assert answer.url == f"/admin/login/?next={address(Concept.objects.get(), verb)}"


@pytest.mark.parametrize("verb", VERBS)
def test_a_page_that_is_not_there_is_not_found(editor: Client, verb: str) -> None:
    assert editor.get(reverse(f"admin:concepts_concept_{verb}", args=[99999])).status_code == 404


def test_who_may_only_look_sees_the_table_without_fields(
    client: Client, comparison: Distinction
) -> None:
    client.force_login(user("reader", "view_distinction"))
    answer = client.get(address(comparison))
    assert b"goods of row-12" in answer.content
    assert "rows-0-cell_goods" not in fields(answer.content)
    assert client.post(address(comparison), {}).status_code == 403
