"""The desk's constraints: each is held by the database under its name."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from concepts.models import (
    Cell,
    Claim,
    Concept,
    Dimension,
    Distinction,
    Guide,
    Misconception,
    Question,
    Relation,
    Row,
    Side,
    Source,
)

pytestmark = pytest.mark.django_db

RIGHT = "Which?\n\n- [x] Goods\n- [ ] Services"


def concept(slug: str) -> Concept:
    return Concept.objects.create(kind="concept", slug=slug, title=slug.capitalize())


def distinction(slug: str = "goods-vs-services") -> Distinction:
    return Distinction.objects.create(kind="distinction", slug=slug, title="Goods vs services")


def side(of: Distinction, slug: str, position: int = 0) -> Side:
    return Side.objects.create(distinction=of, key=slug, concept=concept(slug), position=position)


def row(of: Distinction) -> Row:
    dimension = Dimension.objects.create(key="scope", label="Scope")
    return Row.objects.create(distinction=of, key="scope", dimension=dimension)


def refused(name: str, make: Callable[..., Any], *args: Any, **values: Any) -> None:
    """SQLite names the columns of a unique constraint and not the constraint."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make(*args, **values)
    message = str(error.value)
    assert name in message or "UNIQUE constraint failed" in message


def test_a_slug_is_unique_within_its_kind() -> None:
    concept("capacity")
    refused("page_slug_once_per_kind", concept, "capacity")
    distinction("capacity")


def test_a_slug_has_the_form_of_an_address() -> None:
    refused("page_slug_form", concept, "Takt Time")


def test_a_page_has_a_title() -> None:
    values = {"kind": "concept", "slug": "untitled", "title": ""}
    refused("page_has_title", Concept.objects.create, **values)


def test_a_page_is_of_a_known_kind() -> None:
    values = {"kind": "essay", "slug": "essay", "title": "Essay"}
    refused("page_kind_known", Concept.objects.create, **values)


def test_a_guide_is_an_area_or_a_path() -> None:
    values = {"kind": "guide", "slug": "lean", "title": "Lean", "type": "tour"}
    refused("guide_type_known", Guide.objects.create, **values)


def test_the_sides_of_a_comparison_are_different_concepts() -> None:
    page = distinction()
    first = side(page, "goods")
    values = {"distinction": page, "key": "again", "concept": first.concept, "position": 1}
    refused("sides_differ", Side.objects.create, **values)


def test_a_side_key_stands_once_in_a_comparison() -> None:
    page = distinction()
    side(page, "goods")
    values = {"distinction": page, "key": "goods", "concept": concept("other"), "position": 1}
    refused("side_key_once", Side.objects.create, **values)


def test_a_comparison_has_four_sides_at_most() -> None:
    page = distinction()
    for position in range(4):
        side(page, f"side-{position}", position)
    refused("four_sides_at_most", side, page, "side-4", 4)
    refused("side_position_once", side, page, "side-5", 3)


def test_a_row_key_stands_once_in_a_comparison() -> None:
    first = row(distinction())
    values = {"distinction": first.distinction, "key": "scope", "dimension": first.dimension}
    refused("row_key_once", Row.objects.create, **values)


def test_a_row_has_one_cell_for_a_side() -> None:
    page = distinction()
    values = {"row": row(page), "side": side(page, "goods"), "text": "things"}
    Cell.objects.create(**values)
    refused("one_cell_per_row_and_side", Cell.objects.create, **values)


@pytest.mark.parametrize("text", ["Which?", "Which?\n\n- [ ] A\n- [ ] B", "see - [x] here"])
def test_a_question_has_a_right_option(text: str) -> None:
    values = {"page": concept("goods"), "key": "which", "text": text}
    refused("question_has_right_option", Question.objects.create, **values)


def test_a_question_key_stands_once_on_a_page() -> None:
    values = {"page": concept("goods"), "key": "which", "text": RIGHT}
    Question.objects.create(**values)
    refused("question_key_once_per_page", Question.objects.create, **values)


def test_a_misconception_key_stands_once_on_a_page() -> None:
    values = {"page": concept("goods"), "key": "only-things", "claim": "Goods are things."}
    Misconception.objects.create(**values)
    refused("misconception_key_once_per_page", Misconception.objects.create, **values)


def test_a_claim_has_a_known_verdict() -> None:
    values = {"distinction": distinction(), "key": "s02", "quote": "It is.", "verdict": "dubious"}
    refused("claim_verdict_known", Claim.objects.create, **values)


def test_a_concept_relates_to_another_one() -> None:
    goods = concept("goods")
    values = {"concept": goods, "type": "uses", "target": goods}
    refused("relation_to_another_concept", Relation.objects.create, **values)


def test_a_relation_is_of_a_known_type() -> None:
    values = {"concept": concept("goods"), "type": "likes", "target": concept("services")}
    refused("relation_type_known", Relation.objects.create, **values)


def test_a_relation_stands_once() -> None:
    values = {"concept": concept("goods"), "type": "uses", "target": concept("services")}
    Relation.objects.create(**values)
    refused("relation_once", Relation.objects.create, **values)


@pytest.mark.parametrize(
    ("model", "field", "name"),
    [(Dimension, "key", "dimension_key_form"), (Source, "slug", "source_key_form")],
)
def test_keys_have_the_form_of_an_address(model: type[models.Model], field: str, name: str) -> None:
    refused(name, model._default_manager.create, **{field: "Not A Key"})


def test_a_concept_that_is_a_side_is_not_deleted() -> None:
    goods = side(distinction(), "goods").concept
    with pytest.raises(models.ProtectedError):
        goods.delete()
