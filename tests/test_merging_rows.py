"""Rows that two editors add, move, change and take away at one time."""

import pytest
from admin_forms import concept, errors, fields, news
from django.test import Client
from two_editors import (
    add_side,
    again,
    anna,
    ben,
    both,
    cells,
    comparison,
    keys,
    new_row,
    opened,
    page,
    sent,
)

from concepts.admin.merging_parts import merge_orders
from concepts.models import Cell, Concept, Distinction, Misconception, Relation

__all__ = ["anna", "ben", "comparison", "page"]  # fixtures

pytestmark = pytest.mark.django_db


# Rows that come and go ---------------------------------------------------------------------------


def test_rows_that_both_add_stay(anna: Client, ben: Client, comparison: Distinction) -> None:
    answer = both(anna, ben, comparison, new_row(6, "cost", "Ben."), new_row(6, "time", "Anna."))
    assert answer.status_code == 302
    assert keys(comparison)[-2:] == ["cost", "time"]
    found = cells(comparison)
    assert (found["cost", "goods"], found["time", "goods"]) == ("Ben.", "Anna.")


def test_a_row_that_somebody_added_stands_in_the_form_that_is_shown_again(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    answer = both(anna, ben, comparison, new_row(6, "cost", "Ben."), {"title": ""})
    shown = fields(answer.content)
    assert (shown["rows-6-key"], shown["rows-6-cell_goods"]) == ("cost", "Ben.")
    assert any("Row Cost (new)" in each for each in news(answer))
    assert again(anna, comparison, answer, title="Anna's").status_code == 302
    assert keys(comparison)[-1] == "cost"


def test_one_key_for_two_new_rows_is_an_error_at_the_key(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    answer = both(anna, ben, comparison, new_row(6, "cost", "Ben."), new_row(6, "cost", "Anna."))
    assert answer.status_code == 200
    assert any("ben (" in e and "with the key cost" in e for e in errors(answer))
    assert fields(answer.content)["rows-7-cell_goods"] == "Anna."
    assert again(anna, comparison, answer, rows__7__key="costs").status_code == 302
    assert keys(comparison)[-2:] == ["cost", "costs"]


def test_a_new_row_that_is_sent_twice_because_the_answer_was_lost_stands_there_once(
    anna: Client, comparison: Distinction
) -> None:
    form = opened(anna, comparison)
    for _ in range(2):
        assert sent(anna, comparison, form, **new_row(6, "cost", "New.")).status_code == 302
    assert keys(comparison).count("cost") == 1


def test_a_row_that_somebody_took_away_leaves_the_form(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    answer = both(anna, ben, comparison, {"rows__0__DELETE": "on"}, {"rows__1__cell_goods": "New."})
    assert answer.status_code == 302
    assert "row-0" not in keys(comparison)
    assert cells(comparison)["row-1", "goods"] == "New."


def test_what_was_typed_into_a_row_that_somebody_took_away_is_kept_with_the_choice(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    answer = both(anna, ben, comparison, {"rows__3__DELETE": "on"},
                  {"rows__3__cell_goods": "Anna.", "title": "Anna's"})  # fmt: skip
    shown = fields(answer.content)
    assert (answer.status_code, shown["rows-5-cell_goods"]) == (200, "Anna.")
    assert any("took this away" in error for error in errors(answer))
    assert again(anna, comparison, answer, rows__5__DELETE="on").status_code == 302
    assert "row-3" not in keys(comparison)
    comparison.refresh_from_db()
    assert comparison.title == "Anna's"


def test_a_row_that_somebody_took_away_comes_back_when_it_is_sent_again(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    answer = both(anna, ben, comparison, {"rows__3__DELETE": "on"},
                  {"rows__3__cell_goods": "Anna."})  # fmt: skip
    assert again(anna, comparison, answer).status_code == 302
    found = cells(comparison)
    assert (found["row-3", "goods"], found["row-3", "services"]) == ("Anna.", "services of row-3")


def test_a_row_that_a_broken_form_lacks_stays_as_it_is(
    anna: Client, comparison: Distinction
) -> None:
    Cell.objects.filter(row__key="row-5", side__key="goods").update(illustration=True)
    form = {k: v for k, v in opened(anna, comparison).items() if not k.startswith("rows-5-")}
    answer = sent(anna, comparison, form, rows__TOTAL_FORMS="5", rows__INITIAL_FORMS="5")
    assert answer.status_code == 302
    kept = Cell.objects.get(row__key="row-5", side__key="goods")
    assert (kept.text, kept.illustration) == ("goods of row-5", True)


def test_a_row_that_both_take_away_is_gone(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    answer = both(anna, ben, comparison, {"rows__3__DELETE": "on"}, {"rows__3__DELETE": "on"})
    assert (answer.status_code, comparison.rows.count()) == (302, 5)


def test_taking_away_what_somebody_changed_meanwhile_asks(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    answer = both(anna, ben, comparison, {"rows__3__cell_goods": "Ben."},
                  {"rows__3__DELETE": "on"})  # fmt: skip
    assert (answer.status_code, comparison.rows.count()) == (200, 6)
    assert any("changed what you take away" in e and "Ben." in e for e in errors(answer))
    assert fields(answer.content)["rows-3-DELETE"] == "on"
    assert again(anna, comparison, answer).status_code == 302
    assert "row-3" not in keys(comparison)


def test_taking_a_side_away_whose_cells_somebody_changed_asks(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    add_side(anna, comparison)
    answer = both(anna, ben, comparison, {"rows__3__cell_goods": "Ben."},
                  {"sides__0__DELETE": "on"})  # fmt: skip
    assert (answer.status_code, comparison.sides.count()) == (200, 3)
    assert again(anna, comparison, answer).status_code == 302
    assert [side.key for side in comparison.sides.all()] == ["services", "third"]


def test_the_cells_of_a_side_that_somebody_added_are_not_blanked(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    form = opened(anna, comparison)
    add_side(ben, comparison)
    sent(ben, comparison, opened(ben, comparison), rows__0__cell_third="Ben.",
         rows__0__illustration_third="on")  # fmt: skip
    assert sent(anna, comparison, form, rows__0__cell_goods="Anna.").status_code == 302
    third = Cell.objects.get(row__key="row-0", side__key="third")
    assert (third.text, third.illustration) == ("Ben.", True)
    assert cells(comparison)["row-0", "goods"] == "Anna."


def test_what_was_typed_for_a_side_that_somebody_took_away_is_shown(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    add_side(ben, comparison)
    answer = both(anna, ben, comparison, {"sides__2__DELETE": "on"},
                  {"rows__0__cell_third": "Anna's text."})  # fmt: skip
    assert answer.status_code == 200
    assert any("took the column away" in e and "Anna's text." in e for e in errors(answer))
    assert again(anna, comparison, answer).status_code == 302
    assert comparison.sides.count() == 2


def test_sides_that_both_add_stay(anna: Client, ben: Client, comparison: Distinction) -> None:
    form = opened(anna, comparison)
    add_side(ben, comparison)
    fourth = {"sides__TOTAL_FORMS": "3", "sides__2__key": "fourth"}
    answer = sent(anna, comparison, form, **fourth, sides__2__concept=str(concept("fourth").pk))
    assert answer.status_code == 302
    found = [(side.key, side.position) for side in comparison.sides.all()]
    assert found == [("goods", 0), ("services", 1), ("third", 2), ("fourth", 3)]


def test_relations_questions_and_misconceptions_come_and_go(
    anna: Client, ben: Client, page: Concept
) -> None:
    other = concept("services")
    Misconception.objects.create(page=page, key="m1", claim="Same.", correction="No.")
    theirs = {"relations__TOTAL_FORMS": "1", "relations__0__type": "uses",
              "relations__0__target": str(other.pk), "misconceptions__0__DELETE": "on"}  # fmt: skip
    mine = {"misconceptions__TOTAL_FORMS": "2", "misconceptions__1__key": "m2",
            "misconceptions__1__claim": "Else."}  # fmt: skip
    answer = both(anna, ben, page, theirs, mine)
    assert answer.status_code == 302
    assert Relation.objects.get().target == other
    assert [each.key for each in page.misconceptions.all()] == ["m2"]


def test_the_list_of_a_claims_pages_merges(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    comparison.claims.create(key="s1", quote="A.", verdict="contested", correction="No.",
                             see=["concept:goods", "concept:services"])  # fmt: skip
    answer = both(anna, ben, comparison,
         {"claims__0__see": "concept:goods\r\nconcept:services\r\nconcept:ben"},
         {"claims__0__see": "concept:anna\r\nconcept:services"})  # fmt: skip
    assert answer.status_code == 302
    see = comparison.claims.get().see
    assert see == ["concept:anna", "concept:services", "concept:ben"]


# Orders ------------------------------------------------------------------------------------------


def places(*order: int) -> dict[str, str | None]:
    return {f"rows__{row}__position": str(place) for place, row in enumerate(order)}


def test_an_order_that_one_changed_is_taken(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    both(anna, ben, comparison, places(1, 0), {"title": "Anna's"})
    assert keys(comparison)[:3] == ["row-1", "row-0", "row-2"]


def test_different_moves_merge(anna: Client, ben: Client, comparison: Distinction) -> None:
    answer = both(anna, ben, comparison, places(1, 0), places(0, 1, 2, 3, 5, 4))
    assert answer.status_code == 302
    assert keys(comparison) == ["row-1", "row-0", "row-2", "row-3", "row-5", "row-4"]


def test_a_row_that_both_moved_elsewhere_asks_and_keeps_my_order(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    answer = both(anna, ben, comparison, places(1, 2, 0), places(1, 0, 2))
    assert answer.status_code == 200
    assert any("ben (" in e and "changed the order, too" in e for e in errors(answer))
    assert again(anna, comparison, answer).status_code == 302
    assert keys(comparison)[:3] == ["row-1", "row-0", "row-2"]


def test_rows_that_both_put_between_others_stay_where_they_were_put(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    theirs = new_row(6, "cost") | places(0, 6, 1, 2, 3, 4, 5)
    mine = new_row(6, "time") | places(0, 1, 2, 3, 6, 4, 5)
    assert both(anna, ben, comparison, theirs, mine).status_code == 302
    assert " ".join(keys(comparison)) == "row-0 cost row-1 row-2 row-3 time row-4 row-5"


def test_sides_change_places_while_another_is_added(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    form = opened(anna, comparison)
    add_side(ben, comparison)
    sent(anna, comparison, form, sides__0__place="2", sides__1__place="1")
    assert [side.key for side in comparison.sides.all()] == ["services", "goods", "third"]


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("abcd", "abcd", "bacd", "bacd"),
        ("abcd", "abdc", "bacd", "badc"),
        ("abc", "bca", "bac", None),
        ("abc", "abcm", "abct", "abctm"),
        ("abc", "ambc", "abtc", "ambtc"),
        ("abc", "mabc", "tabc", "tmabc"),
        ("abcd", "abd", "bacd", "bacd"),
    ],
)
def test_orders_are_merged(base: str, mine: str, theirs: str, merged: str | None) -> None:
    found = merge_orders(*([ord(item) for item in items] for items in (base, mine, theirs)))
    assert (found and "".join(map(chr, found))) == merged
