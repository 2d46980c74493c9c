"""The desk's log: what is saved or deleted in the admin is kept whole."""

import pytest
from admin_forms import (
    address,
    concept,
    fields,
    logged,
    news,
    publish,
    save,
)
from django.test import Client
from django.urls import reverse

from concepts.models import Concept, Dimension, Distinction, LogEntry, Source

pytestmark = pytest.mark.django_db


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
    where = address(concept("goods"), "delete")
    editor.post(where, fields(editor.get(where).content))
    listed = reverse("admin:concepts_concept_changelist")
    chosen = {"action": "delete_selected", "_selected_action": str(concept("services").pk)}
    editor.post(listed, chosen | fields(editor.post(listed, chosen).content))
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
