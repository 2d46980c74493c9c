"""A comparison edited as the table that it is: keys, order, retiring, what it costs."""

from typing import Any

import pytest
from admin_forms import (
    DUPLICATE,
    add_row,
    address,
    concept,
    errors,
    fields,
    logged,
    publish,
    save,
    user,
)
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from concepts.models import Concept, Dimension, Distinction, Side

MOST = 36
"""Queries that opening the form may take; saving one cell, twice as many."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(comparison: Distinction) -> Distinction:
    for slug in ("goods", "services"):
        publish(Concept.objects.get(slug=slug))
    publish(comparison)
    return comparison


def add_side(compared: Distinction, slug: str) -> Side:
    place = compared.sides.count()
    return Side.objects.create(
        distinction=compared, key=slug, concept=concept(slug), position=place
    )


def keys(compared: Distinction) -> list[str]:
    return [row.key for row in compared.rows.all()]


def now(compared: Distinction) -> Distinction:
    return Distinction.objects.get(pk=compared.pk)


# The table ------------------------------------------------------------------------------------


def test_who_may_only_look_sees_the_table_without_fields(
    client: Client, published: Distinction
) -> None:
    client.force_login(user("reader", "view_distinction"))
    page = client.get(address(published)).content.decode()
    assert "services of row-12" in page
    sent = [name for name in fields(page.encode()) if name.startswith("rows-0")]
    assert sent == ["rows-0-id", "rows-0-distinction"]


@pytest.mark.parametrize("more", [[], ["ideas"], ["ideas", "works"]])
def test_the_names_of_two_three_or_four_sides_stand_above_the_cells(
    editor: Client, comparison: Distinction, more: list[str]
) -> None:
    for slug in more:
        add_side(comparison, slug)
    page = editor.get(address(comparison)).content.decode()
    heads = [part.partition("</th>")[0] for part in page.split('role="columnheader">')[1:]]
    assert heads == ["Row", "Goods", "Services", *map(str.capitalize, more)]


def test_a_new_row_without_a_key_takes_that_of_its_dimension(
    editor: Client, comparison: Distinction
) -> None:
    cost = Dimension.objects.create(key="unit-cost", label="Cost of one")
    save(
        editor, comparison, rows__TOTAL_FORMS="14", rows__13__dimension=str(cost.pk),
        rows__13__cell_goods="High", rows__13__key="", rows__13__position="",
    )  # fmt: skip
    assert keys(comparison)[-1] == "unit-cost"


def test_the_form_tells_the_script_which_key_each_dimension_proposes(
    editor: Client, comparison: Distinction
) -> None:
    cost = Dimension.objects.create(key="unit-cost", label="Cost of one")
    page = editor.get(address(comparison)).content.decode()
    assert f"&quot;{cost.pk}&quot;: &quot;unit-cost&quot;" in page


def test_rows_change_places_by_their_positions(editor: Client, comparison: Distinction) -> None:
    save(editor, comparison, rows__0__position="1", rows__1__position="0")
    assert keys(comparison)[:3] == ["row-1", "row-0", "row-2"]


def test_a_new_row_may_come_first(editor: Client, comparison: Distinction) -> None:
    cost = Dimension.objects.create(key="cost", label="Cost")
    moved = {f"rows__{number}__position": str(number + 1) for number in range(13)}
    save(
        editor, comparison, rows__TOTAL_FORMS="14", rows__13__dimension=str(cost.pk),
        rows__13__key="cost", rows__13__position="0", **moved,
    )  # fmt: skip
    assert keys(comparison)[:2] == ["cost", "row-0"]


def test_an_unpublished_key_is_mended_and_a_published_one_never_changes(
    editor: Client, published: Distinction
) -> None:
    add_row(published, "scpoe", 13)
    assert save(editor, published, rows__13__key="scope").status_code == 302
    answer = save(editor, published, rows__0__key="other", sides__0__key="things")
    assert errors(answer)[-2:] == [
        "The key goods has been published and never changes: write goods again.",
        "The key row-0 has been published and never changes: write row-0 again.",
    ]
    assert (keys(published)[0], keys(published)[-1]) == ("row-0", "scope")
    page = editor.get(address(published)).content.decode()
    assert page.count("readonly") == 13 + 2


# Retiring -------------------------------------------------------------------------------------


def retired(key: str, **given: str) -> dict[str, str]:
    return {"key": key, "label": "", "successor": "", "reason": "", **given}


def test_a_row_is_retired_with_a_successor_in_one_log_entry(
    editor: Client, published: Distinction
) -> None:
    answer = save(editor, published, rows__0__DELETE="on", rows__0__successor="row-1")
    assert answer.status_code == 302
    assert now(published).retired_rows == [retired("row-0", label="Row-0", successor="row-1")]
    assert keys(published) == [f"row-{number}" for number in range(1, 13)]
    assert logged() == [("edit", "distinction", "goods-vs-services", "writer")]


def test_a_side_is_retired_with_a_reason(editor: Client, published: Distinction) -> None:
    add_side(published, "ideas")
    save(editor, published, sides__1__DELETE="on", sides__1__reason="  Too wide.  ")
    assert now(published).retired_sides == [
        retired("services", label="Services", reason="Too wide.")
    ]
    assert [(side.key, side.position) for side in published.sides.all()] == [
        ("goods", 0),
        ("ideas", 1),
    ]


def test_what_is_retired_is_published_without_an_error(
    editor: Client, published: Distinction
) -> None:
    published.questions.update(row="")
    save(editor, published, rows__0__DELETE="on", rows__0__reason="Said twice.")
    assert publish(now(published)).number == 2


def test_a_row_retired_with_nothing_said_is_refused_at_the_row_and_nothing_is_lost(
    editor: Client, published: Distinction
) -> None:
    answer = save(editor, published, rows__0__DELETE="on", principle="New")
    assert errors(answer)[-2:] == [
        "Nothing is saved yet: say what follows the row that is retired.",
        "Choose what stands in its place, or say why it is gone.",
    ]
    sent = fields(answer.content)
    assert (sent["principle"], sent["rows-0-DELETE"]) == ("New", "on")
    assert (keys(published)[0], now(published).principle) == ("row-0", "")


def test_a_successor_is_no_row_that_is_retired_itself(
    editor: Client, published: Distinction
) -> None:
    answer = save(
        editor, published, rows__0__DELETE="on", rows__0__successor="row-1",
        rows__1__DELETE="on", rows__1__successor="row-0",
    )  # fmt: skip
    assert errors(answer)[-2:] == [
        f"{name} is retired itself: choose a row that stays, or write a reason."
        for name in ("Row-1", "Row-0")
    ]
    assert now(published).retired_rows == []


def test_what_is_said_of_a_row_that_is_not_ticked_is_not_lost(
    editor: Client, published: Distinction
) -> None:
    answer = save(editor, published, rows__0__reason="Said twice.")
    assert errors(answer)[-1] == "Tick 'Retire' as well, or leave this empty."
    assert fields(answer.content)["rows-0-reason"] == "Said twice."


def test_a_row_that_no_edition_had_is_deleted_and_leaves_nothing(
    editor: Client, published: Distinction
) -> None:
    add_row(published, "fresh", 13)
    assert "rows-13-successor" not in fields(editor.get(address(published)).content)
    save(editor, published, rows__13__DELETE="on")
    assert (keys(published)[-1], now(published).retired_rows) == ("row-12", [])


@pytest.mark.parametrize("key", ["gone", "row-0"])
def test_a_key_that_was_used_before_is_refused_for_a_new_row(
    editor: Client, published: Distinction, key: str
) -> None:
    Distinction.objects.update(retired_rows=[retired("gone", reason="Once.")])
    published.rows.filter(key="row-0").delete()
    cost = Dimension.objects.create(key="cost", label="Cost")
    answer = save(
        editor, published, rows__TOTAL_FORMS="13", rows__12__dimension=str(cost.pk),
        rows__12__key=key,
    )  # fmt: skip
    assert errors(answer)[-1] == (
        f"The key {key} has been used before and is never used again: choose a new one."
    )
    assert fields(answer.content)["rows-12-key"] == key


def test_two_rows_that_stay_with_one_key_are_called_a_duplicate(
    editor: Client, published: Distinction
) -> None:
    add_row(published, "fresh", 13)
    answer = save(editor, published, rows__13__key="row-0")
    assert [each for each in errors(answer) if "has been used" in each] == []
    assert DUPLICATE in " ".join(errors(answer))


# What it costs --------------------------------------------------------------------------------


def test_the_form_opens_and_saves_a_cell_in_few_queries_whatever_its_length(
    editor: Client, published: Distinction, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def act(text: str, most: int = MOST) -> tuple[int, int]:
        with django_assert_max_num_queries(most) as opened:
            page = editor.get(address(published)).content
        with django_assert_max_num_queries(2 * most) as saved:
            sent: dict[str, Any] = fields(page) | {"rows-3-cell_goods": text}
            assert editor.post(address(published), sent).status_code == 302
        return len(opened), len(saved)

    act("Begun.", 100)  # what a process asks once, and never again
    opened, saved = act("One.")
    for number in range(13, 26):
        add_row(published, f"row-{number}", number)
    assert act("Two.") == (opened, saved)
