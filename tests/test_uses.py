"""What is used is not deleted, and the uses are listed."""

from typing import Any

import html5lib
import pytest
from admin_forms import address, fields, log_in_writer
from django.test import Client
from django.urls import reverse
from samples import comparison, concept, guide, organization, publish, source

from concepts import desk
from concepts.admin.uses import uses
from concepts.models import Concept, Dimension, Page, Sector

pytestmark = pytest.mark.django_db


def told(obj: Any, *besides: Any) -> list[str]:
    """The uses as they are read."""
    return ["".join(html5lib.parse(line).itertext()) for line in uses(obj, besides)]


def test_sides_and_relations_are_uses_with_a_way_to_their_page() -> None:
    comparison()
    uses_it = concept("stock", relations=[{"type": "uses", "concept": "goods"}])
    goods = Concept.objects.get(slug="goods")
    assert told(goods) == [
        "Goods, edition 1",
        "Stock (relation)",
        "Goods vs services (side)",
    ]
    assert f'href="{address(desk.instance(uses_it))}"' in uses(goods)[1]


def test_the_text_and_the_lists_of_a_draft_are_uses() -> None:
    takt = concept("takt-time")
    concept("pace", body="See [the other](concept:takt-time).")
    concept("takt", body="Not [it](concept:takt), nor takt-time.")
    guide(steps=[{"page": "concept:takt-time"}])
    organization(illustrates=[{"concept": "takt-time", "text": "Here."}])
    assert told(Concept.objects.get(pk=takt.pk)) == [
        "A bank (in its draft)",
        "First steps (in its draft)",
        "Pace (in its draft)",
    ]


def test_what_no_longer_names_it_is_no_use() -> None:
    takt, pace = concept("takt-time"), concept("pace", body="[It](concept:takt-time).")
    concept("pace", pace, body="Nothing.")
    assert told(Concept.objects.get(pk=takt.pk)) == []


def test_a_page_that_names_itself_or_goes_with_it_does_not_keep_it() -> None:
    one = concept("one", body="[Itself](concept:one).")
    two = concept("two", body="[The first](concept:one).")
    assert told(Concept.objects.get(pk=one.pk), two) == []


def test_a_link_of_an_edition_is_a_use_for_ever() -> None:
    takt = concept("takt-time")
    pace = concept("pace", body="[It](concept:takt-time).")
    publish(pace)
    concept("pace", pace, body="Nothing.")
    assert told(Concept.objects.get(pk=takt.pk)) == ["Pace, edition 1 (link)"]


def test_citations_rows_and_organizations_are_uses() -> None:
    little = source()
    concept("queue", body="It grows. [@little1961, p. 384]")
    comparison()
    organization(sector="bank")
    assert told(little) == ["Queue (in its draft)"]
    assert told(Dimension.objects.get()) == ["Goods vs services (row)"]
    assert told(Sector.objects.get()) == ["A bank"]


def test_a_used_draft_is_not_deleted_and_the_question_lists_the_uses(client: Client) -> None:
    writer = log_in_writer(client)
    takt = Concept.objects.get(pk=concept("takt-time").pk)
    question = fields(writer.get(address(takt, "delete")).content)
    concept("pace", body="See [the other](concept:takt-time).")
    answer = writer.post(address(takt, "delete"), question)
    assert "Pace</a> (in its draft)" in answer.content.decode()
    listed = reverse("admin:concepts_concept_changelist")
    chosen = {"action": "delete_selected", "_selected_action": str(takt.pk)}
    answer = writer.post(listed, {**chosen, "post": "yes"})
    assert "Pace</a> (in its draft)" in answer.content.decode()
    assert Page.objects.filter(pk=takt.pk).exists()
