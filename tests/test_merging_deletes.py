"""What two editors delete and write at one time, and what every form carries for it."""

import json
from typing import Any

import pytest
from admin_forms import address, concept, fields, news
from django.test import Client
from django.urls import reverse
from two_editors import (
    anna,
    ben,
    comparison,
    opened,
    page,
    sent,
)

from concepts.models import (
    Concept,
    Dimension,
    Distinction,
    Guide,
    Organization,
    Row,
    Sector,
    Side,
    Source,
)

__all__ = ["anna", "ben", "comparison", "page"]  # fixtures

pytestmark = pytest.mark.django_db


# Deletes -----------------------------------------------------------------------------------------


def test_what_was_typed_into_a_page_that_somebody_deleted_is_shown(
    anna: Client, ben: Client, page: Concept
) -> None:
    form = opened(anna, page)
    delete(ben, page)
    answer = sent(anna, page, form, summary="Anna's\r\nlong text.")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "ben (" in text
    assert "deleted this while you were writing" in text
    assert "Anna&#x27;s\r\nlong text." in text
    assert "A thing." not in text


def delete(client: Client, obj: Any) -> Any:
    where = address(obj, "delete")
    return client.post(where, fields(client.get(where).content))


def test_a_page_that_somebody_changed_after_the_question_is_not_deleted(
    anna: Client, ben: Client, page: Concept
) -> None:
    where = address(page, "delete")
    question = fields(anna.get(where).content)
    sent(ben, page, opened(ben, page), summary="Ben's.")
    answer = anna.post(where, question, follow=True)
    [said] = news(answer)
    assert said.startswith("Nothing was deleted. ben (")
    assert Concept.objects.filter(pk=page.pk).exists()
    anna.post(where, fields(answer.content))
    assert not Concept.objects.filter(pk=page.pk).exists()


def test_a_part_of_a_page_counts_when_it_is_deleted(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    where = address(comparison, "delete")
    question = fields(anna.get(where).content)
    sent(ben, comparison, opened(ben, comparison), rows__0__cell_goods="Ben.")
    anna.post(where, question)
    assert Distinction.objects.count() == 1


def test_of_several_chosen_pages_none_is_deleted_when_one_was_changed(
    anna: Client, ben: Client, page: Concept
) -> None:
    other = concept("services")
    listed = reverse("admin:concepts_concept_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [page.pk, other.pk]}
    question = fields(anna.post(listed, chosen).content) | chosen
    sent(ben, other, opened(ben, other), summary="Ben's.")
    answer = anna.post(listed, question, follow=True)
    assert news(answer)[0].startswith("Nothing was deleted. ben (")
    assert Concept.objects.count() == 2
    question = fields(anna.post(listed, chosen).content) | chosen
    anna.post(listed, question)
    assert Concept.objects.count() == 0


def test_an_unseen_delete_is_refused(anna: Client) -> None:
    sector = Sector.objects.create(name="bank")
    anna.post(address(sector, "delete"), {"post": "yes"})
    assert Sector.objects.count() == 1
    delete(anna, sector)
    assert Sector.objects.count() == 0


# All forms ---------------------------------------------------------------------------------------


def test_no_list_is_edited_in_place() -> None:
    """Such a list would save rows without what they were opened on."""
    from django.contrib import admin

    assert [each for each in admin.site._registry.values() if each.list_editable] == []


def test_every_form_of_the_desk_carries_what_it_was_opened_on(
    anna: Client, comparison: Distinction
) -> None:
    guide = Guide.objects.create(kind="guide", slug="basics", title="Basics", type="area")
    things = [
        comparison,
        Concept.objects.first(),
        guide,
        Organization.objects.create(kind="organization", slug="bank", title="Bank"),
        Source.objects.create(slug="ohno1988", title="Toyota"),
        Dimension.objects.first(),
        Sector.objects.create(name="bank"),
    ]
    for thing in things:
        _, forms = json.loads(opened(anna, thing)["_opened"])
        assert set(forms[""][""]) - {"kind"}, thing
    _, forms = json.loads(opened(anna, comparison)["_opened"])
    row, side = Row.objects.get(key="row-3"), Side.objects.get(key="goods")
    assert forms["rows"][str(row.pk)]["cell_goods"] == "goods of row-3"
    assert forms["sides"][str(side.pk)]["concept"] == side.concept_id
