"""Two editors at one form: what each changes stays, and only a true clash asks."""

import pytest
from admin_forms import errors, fields, news, user
from django.test import Client
from two_editors import (
    again,
    anna,
    ben,
    both,
    cells,
    comparison,
    opened,
    page,
    sent,
)

from concepts import desk
from concepts.models import Cell, Concept, Dimension, Distinction, Guide, LogEntry, Sector, Source

__all__ = ["anna", "ben", "comparison", "page"]  # fixtures

pytestmark = pytest.mark.django_db


# What comes together by itself -------------------------------------------------------------------


def test_different_fields_of_a_page_merge(anna: Client, ben: Client, page: Concept) -> None:
    answer = both(anna, ben, page, {"summary": "Ben's."}, {"title": "Anna's"})
    page.refresh_from_db()
    assert (answer.status_code, page.summary, page.title) == (302, "Ben's.", "Anna's")


def test_what_came_in_from_whom_is_told(anna: Client, ben: Client, page: Concept) -> None:
    answer = both(anna, ben, page, {"summary": "Ben's."}, {"title": "Anna's"})
    told = [each for each in news(anna.get(answer.url)) if "while you were writing" in each]
    at = LogEntry.objects.last().at  # type: ignore[union-attr]
    assert told == [
        f"ben ({at:%H:%M}) saved this, too, while you were writing. Taken over from there: Summary."
    ]


def test_nobody_is_told_of_anything_when_nothing_came(
    anna: Client, ben: Client, page: Concept
) -> None:
    answer = both(anna, ben, page, {"summary": "Ours."}, {"summary": "Ours."})
    assert [each for each in news(anna.get(answer.url)) if "while you were writing" in each] == []


def test_different_lines_of_a_text_merge_whatever_line_ends_a_browser_sends(
    anna: Client, ben: Client, page: Concept
) -> None:
    answer = both(
        anna, ben, page, {"body": "Ben.\r\n\r\nTwo.\r\n\r\nThree."},
        {"body": "One.\r\n\r\nTwo.\r\n\r\nAnna."},
    )  # fmt: skip
    page.refresh_from_db()
    assert (answer.status_code, page.body) == (302, "Ben.\n\nTwo.\n\nAnna.")


def test_a_text_that_only_got_a_browsers_line_ends_takes_theirs(
    anna: Client, ben: Client, page: Concept
) -> None:
    both(anna, ben, page, {"body": "New."}, {"body": "One.\r\n\r\nTwo.\r\n\r\nThree."})
    page.refresh_from_db()
    assert page.body == "New."


def test_the_same_change_by_both_is_no_clash(anna: Client, ben: Client, page: Concept) -> None:
    answer = both(anna, ben, page, {"summary": "Ours."}, {"summary": "Ours."})
    assert answer.status_code == 302


def test_different_cells_merge_even_in_one_row(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    both(anna, ben, comparison, {"rows__0__cell_goods": "Ben."},
         {"rows__0__cell_services": "Anna.", "rows__5__cell_goods": "Anna, too."})  # fmt: skip
    found = cells(comparison)
    changed = {place: text for place, text in found.items() if text != f"{place[1]} of {place[0]}"}
    assert changed == {
        ("row-0", "goods"): "Ben.",
        ("row-0", "services"): "Anna.",
        ("row-5", "goods"): "Anna, too.",
    }


def test_a_ticked_box_and_an_unticked_one_merge(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    Cell.objects.filter(row__key="row-1", side__key="goods").update(illustration=True)
    both(anna, ben, comparison, {"rows__0__illustration_goods": "on"},
         {"rows__1__illustration_goods": None})  # fmt: skip
    marked = Cell.objects.filter(illustration=True).values_list("row__key", "side__key")
    assert list(marked) == [("row-0", "goods")]


def test_dates_and_choices_merge(anna: Client, ben: Client, page: Concept) -> None:
    area = Guide.objects.create(kind="guide", slug="basics", title="Basics", type="area")
    page.reviewed_on = "2026-01-02"  # type: ignore[assignment]
    page.save()
    both(anna, ben, page, {"review_due": "2027-01-02"}, {"area": str(area.pk)})
    page.refresh_from_db()
    assert (str(page.reviewed_on), str(page.review_due)) == ("2026-01-02", "2027-01-02")
    assert page.area_id == area.pk


def test_items_of_a_list_merge(anna: Client, ben: Client, page: Concept) -> None:
    page.aliases = ["one", "two", "three"]
    page.save()
    both(anna, ben, page, {"aliases": "ben\r\ntwo\r\nthree"}, {"aliases": "one\r\ntwo\r\nanna"})
    page.refresh_from_db()
    assert page.aliases == ["ben", "two", "anna"]


def test_sources_dimensions_and_sectors_merge_as_pages_do(anna: Client, ben: Client) -> None:
    source = Source.objects.create(slug="ohno1988", title="Toyota")
    both(anna, ben, source, {"title": "Ben's"}, {"issued": "1988"})
    source.refresh_from_db()
    dimension = Dimension.objects.create(key="cost", label="Cost")
    both(anna, ben, dimension, {"label": "Costs"}, {"description": "In money."})
    dimension.refresh_from_db()
    assert (source.title, source.issued) == ("Ben's", "1988")
    assert (dimension.label, dimension.description) == ("Costs", "In money.")
    sector = Sector.objects.create(name="bank")
    answer = both(anna, ben, sector, {"name": "banks"}, {"name": "a bank"})
    assert "bank banks" in " ".join(errors(answer)[0].split())


# Where only an editor can decide -----------------------------------------------------------------


def test_a_clash_saves_nothing_and_shows_what_became_of_the_base(
    anna: Client, ben: Client, page: Concept
) -> None:
    answer = both(anna, ben, page, {"summary": "Ben's thing."}, {"summary": "Anna's thing."})
    page.refresh_from_db()
    [shown] = errors(answer)
    assert (answer.status_code, page.summary) == (200, "Ben's thing.")
    assert fields(answer.content)["summary"] == "Anna's thing."
    assert "ben (" in shown
    assert "<del>A thing.</del> <ins>Ben&#x27;s thing.</ins>" in answer.content.decode()


def test_who_only_marked_the_page_meanwhile_did_not_change_it(
    anna: Client, ben: Client, page: Concept
) -> None:
    form = opened(anna, page)
    sent(ben, page, opened(ben, page), summary="Ben's.")
    desk.record(page, by=user("carl"), action="ready")
    answer = sent(anna, page, form, summary="Anna's.")
    assert "ben (" in errors(answer)[0]
    assert "carl" not in errors(answer)[0]


def test_saving_again_after_a_clash_is_a_choice(anna: Client, ben: Client, page: Concept) -> None:
    answer = both(anna, ben, page, {"summary": "Ben's."}, {"summary": "Anna's."})
    assert again(anna, page, answer).status_code == 302
    page.refresh_from_db()
    assert page.summary == "Anna's."


def test_a_third_save_after_a_clash_clashes_anew(anna: Client, ben: Client, page: Concept) -> None:
    answer = both(anna, ben, page, {"summary": "Ben's."}, {"summary": "Anna's."})
    sent(ben, page, opened(ben, page), summary="Ben's second.")
    assert again(anna, page, answer).status_code == 200
    page.refresh_from_db()
    assert page.summary == "Ben's second."


def test_beside_a_clash_everything_else_that_was_typed_and_came_is_kept(
    anna: Client, ben: Client, page: Concept
) -> None:
    answer = both(anna, ben, page, {"summary": "Ben's.", "explain": "Ben."},
                  {"summary": "Anna's.", "title": "Anna's"})  # fmt: skip
    shown = fields(answer.content)
    assert (shown["title"], shown["explain"]) == ("Anna's", "Ben.")
    again(anna, page, answer)
    page.refresh_from_db()
    assert (page.title, page.explain, page.summary) == ("Anna's", "Ben.", "Anna's.")


def test_a_clash_of_a_cell_stands_at_the_cell(
    anna: Client, ben: Client, comparison: Distinction
) -> None:
    answer = both(anna, ben, comparison, {"rows__4__cell_goods": "Ben."},
                  {"rows__4__cell_goods": "Anna.", "rows__5__cell_goods": "Anna."})  # fmt: skip
    assert len(errors(answer)) == 1
    assert fields(answer.content)["rows-4-cell_goods"] == "Anna."
    assert cells(comparison)["row-4", "goods"] == "Ben."
    again(anna, comparison, answer)
    assert cells(comparison)["row-4", "goods"] == cells(comparison)["row-5", "goods"] == "Anna."


def test_a_clash_of_a_choice_names_the_choices(anna: Client, ben: Client, page: Concept) -> None:
    areas = {
        name: str(Guide.objects.create(kind="guide", slug=name, title=name, type="area").pk)
        for name in ("plants", "flows")
    }
    answer = both(anna, ben, page, {"area": areas["plants"]}, {"area": areas["flows"]})
    assert "plants" in errors(answer)[0]
    assert fields(answer.content)["area"] == areas["flows"]


def test_a_clash_of_a_list_shows_their_list(anna: Client, ben: Client, page: Concept) -> None:
    page.aliases = ["one"]
    page.save()
    answer = both(anna, ben, page, {"aliases": "ben"}, {"aliases": "anna"})
    assert "ben" in errors(answer)[0].replace("ben (", "")
    assert fields(answer.content)["aliases"] == "anna"


def test_what_is_invalid_and_changed_by_both_is_mended_first_and_merged_then(
    anna: Client, ben: Client, page: Concept
) -> None:
    answer = both(anna, ben, page, {"body": "Ben.\n\nTwo.\n\nThree."},
                  {"body": "One.\n\nTwo.\n\nA bell \x07."})  # fmt: skip
    assert "U+0007" in errors(answer)[0]
    again(anna, page, answer, body="One.\n\nTwo.\n\nAnna.")
    page.refresh_from_db()
    assert page.body == "Ben.\n\nTwo.\n\nAnna."


def test_two_windows_of_one_editor_are_like_two_editors(anna: Client, page: Concept) -> None:
    answer = both(anna, anna, page, {"summary": "First."}, {"summary": "Second."})
    assert answer.status_code == 200
    assert "You, in another window," in errors(answer)[0]


def test_a_form_that_does_not_say_what_it_was_opened_on_saves_nothing(
    anna: Client, page: Concept
) -> None:
    for wrong in (None, "", "[]", "[1, {}", '[1, {"": 5}]'):
        answer = sent(anna, page, opened(anna, page), title="Other", _opened=wrong)
        assert "does not say what it was opened on" in errors(answer)[0]
        assert fields(answer.content)["title"] == "Other"
    page.refresh_from_db()
    assert page.title == "Goods"
