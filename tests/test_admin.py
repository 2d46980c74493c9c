"""The editors' desk in Django's admin: its forms, the table, and what they refuse."""

from typing import Any

import pytest
from admin_forms import (
    CONTENT,
    DUPLICATE,
    address,
    concept,
    errors,
    fields,
    publish,
    save,
)
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from concepts import desk
from concepts.models import (
    Cell,
    Concept,
    Dimension,
    Distinction,
    Guide,
    LogEntry,
    Organization,
    Relation,
    Sector,
    Source,
)

pytestmark = pytest.mark.django_db


# Every form opens ---------------------------------------------------------------------------


def site(compared: Distinction) -> dict[str, Any]:
    """One of each."""
    [goods, services] = Concept.objects.order_by("slug")
    Relation.objects.create(concept=goods, type="contrasts-with", target=services)
    compared.positions = [{"name": "Some", "text": "A text\n\nof two paragraphs.", "sign": ""}]
    compared.similarities = ["Both are made.", "Both are sold."]
    compared.save()
    area = Guide.objects.create(
        kind="guide",
        slug="basics",
        title="Basics",
        type="area",
        steps=[{"page": "concept:goods", "note": ""}],
    )
    sector = Sector.objects.create(name="bank")
    return {
        "concept": goods,
        "distinction": compared,
        "organization": Organization.objects.create(
            kind="organization", slug="bank", title="Bank", sector=sector, area=area
        ),
        "guide": area,
        "source": Source.objects.create(slug="ohno1988", title="Toyota Production System"),
        "dimension": Dimension.objects.first(),
        "sector": sector,
    }


@pytest.mark.parametrize("kind", CONTENT)
def test_list_add_form_and_change_form_open(
    editor: Client, comparison: Distinction, kind: str
) -> None:
    one = site(comparison)[kind]
    listed = reverse(f"admin:concepts_{kind}_changelist")
    added = reverse(f"admin:concepts_{kind}_add")
    assert [editor.get(a).status_code for a in (listed, added, address(one))] == [200, 200, 200]
    assert editor.get(listed, {"q": "goods"}).status_code == 200


@pytest.mark.parametrize("kind", CONTENT)
def test_saving_a_form_as_it_is_changes_nothing(
    editor: Client, comparison: Distinction, kind: str
) -> None:
    one = site(comparison)[kind]
    before = type(one).objects.filter(pk=one.pk).values().get()
    answer = save(editor, one)
    assert (answer.status_code, type(one).objects.filter(pk=one.pk).values().get()) == (302, before)


def test_what_is_only_read_has_a_list_and_a_view_and_takes_no_change(
    editor: Client, comparison: Distinction
) -> None:
    edition = publish(concept("takt-time"))
    save(editor, comparison)
    for kind, one in (("edition", edition), ("logentry", LogEntry.objects.first())):
        assert editor.get(reverse(f"admin:concepts_{kind}_changelist")).status_code == 200
        assert editor.get(address(one)).status_code == 200
        assert editor.post(address(one), {"title": "Other"}).status_code == 403
        assert editor.post(address(one, "delete"), {"post": "yes"}).status_code == 403


# The table ------------------------------------------------------------------------------------


def test_the_table_has_a_field_for_each_row_and_side(
    editor: Client, comparison: Distinction
) -> None:
    sent = fields(editor.get(address(comparison)).content)
    assert sent["rows-12-cell_services"] == "services of row-12"
    assert "rows-12-illustration_services" not in sent


def test_a_corrected_cell_is_saved_and_no_other(editor: Client, comparison: Distinction) -> None:
    save(
        editor, comparison, rows__3__cell_goods="Things\r\n\r\nthat last.",
        rows__3__illustration_goods="on",
    )  # fmt: skip
    cells = {
        (cell.row.key, cell.side.key): cell for cell in Cell.objects.select_related("row", "side")
    }
    changed = cells.pop(("row-3", "goods"))
    assert (changed.text, changed.illustration) == ("Things\n\nthat last.", True)
    assert {cell.text for cell in cells.values()} == {f"{side} of {row}" for row, side in cells}


def test_a_new_row_comes_last_with_its_cells(editor: Client, comparison: Distinction) -> None:
    dimension = Dimension.objects.create(key="cost", label="Cost")
    save(
        editor, comparison, rows__TOTAL_FORMS="14", rows__13__key="cost",
        rows__13__dimension=str(dimension.pk), rows__13__position="", rows__13__cell_goods="High",
    )  # fmt: skip
    last = comparison.rows.last()
    assert last is not None
    assert (last.key, [cell.text for cell in last.cells.all()]) == ("cost", ["High"])


def test_a_row_is_taken_away(editor: Client, comparison: Distinction) -> None:
    save(editor, comparison, rows__0__DELETE="on")
    assert comparison.rows.count() == 12


def third_side(client: Client, compared: Distinction, of: Concept) -> Any:
    return save(
        client, compared, sides__TOTAL_FORMS="3", sides__2__key="third",
        sides__2__concept=str(of.pk), sides__2__place="",
    )  # fmt: skip


def test_a_new_side_has_its_column_once_it_is_saved(
    editor: Client, comparison: Distinction
) -> None:
    assert third_side(editor, comparison, concept("ideas")).status_code == 302
    sent = fields(editor.get(address(comparison)).content)
    assert sent["rows-0-cell_third"] == ""
    assert [side.position for side in comparison.sides.all()] == [0, 1, 2]


def test_sides_change_places(editor: Client, comparison: Distinction) -> None:
    save(editor, comparison, sides__0__place="2", sides__1__place="1")
    assert [side.key for side in comparison.sides.all()] == ["services", "goods"]


def test_a_side_is_taken_away_while_its_cells_are_changed(
    editor: Client, comparison: Distinction
) -> None:
    third_side(editor, comparison, concept("ideas"))
    answer = save(editor, comparison, sides__0__DELETE="on", rows__0__cell_goods="Too late")
    assert answer.status_code == 302
    assert [(side.key, side.position) for side in comparison.sides.all()] == [
        ("services", 0),
        ("third", 1),
    ]


def test_a_new_comparison_asks_for_its_sides_and_goes_on_to_the_table(editor: Client) -> None:
    Dimension.objects.create(key="scope", label="Scope")
    new = reverse("admin:concepts_distinction_add")
    sent = fields(editor.get(new).content) | {"title": "A vs B", "slug": "a-vs-b"}
    assert "A comparison needs two sides at least." in errors(editor.post(new, sent))
    for number, slug in enumerate("ab"):
        sent |= {f"sides-{number}-key": slug, f"sides-{number}-concept": str(concept(slug).pk)}
    answer = editor.post(new, sent)
    made = Distinction.objects.get()
    assert (answer.url, made.kind) == (address(made), "distinction")
    assert [(side.key, side.position) for side in made.sides.all()] == [("a", 0), ("b", 1)]


# What the schema refuses is an error of the form ---------------------------------------------


def test_two_equal_sides_are_refused(editor: Client, comparison: Distinction) -> None:
    goods = Concept.objects.get(slug="goods")
    answer = save(editor, comparison, sides__1__concept=str(goods.pk))
    assert "The sides of a comparison must be different concepts." in errors(answer)


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("summary", "A bell \x07 rings", "Line 1 holds the character U+0007"),
        ("title", "A bell \x07 rings", "Line 1 holds the character U+0007"),
        ("slug", "Goods", "Small letters and digits"),
        ("questions-0-text", "Which?\n\n- [ ] Goods\n- [ ] Services", "at least one right option"),
        ("similarities-0", "A bell \x07 rings", "similarities 1"),
        ("practice-0-organization", "The bank", "practice 1, organization"),
        ("scope-caption", "As drawn", "scope, shape"),
        ("rows-0-key", "row-1", DUPLICATE),
    ],
)  # fmt: skip
def test_what_the_schema_refuses_is_said_and_nothing_is_saved(
    editor: Client, comparison: Distinction, field: str, value: str, problem: str
) -> None:
    answer = save(editor, comparison, **{field.replace("-", "__"): value, "principle": "New"})
    assert answer.status_code == 200
    assert problem in " ".join(errors(answer))
    assert Distinction.objects.get().principle == ""
    assert fields(answer.content)["principle"] == "New"
    assert LogEntry.objects.count() == 0


def test_another_page_of_the_kind_with_the_slug_is_refused(editor: Client) -> None:
    concept("goods")
    answer = save(editor, concept("services"), slug="goods")
    assert errors(answer) == ["This slug belongs to another page: Goods."]


def test_what_the_database_refuses_at_the_last_moment_is_said_and_nothing_is_saved(
    editor: Client, comparison: Distinction, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(desk, "record", refuse)
    answer = save(editor, comparison, principle="New", rows__0__cell_goods="New")
    assert errors(answer) == [
        "Somebody saved the same parts a moment ago. Look at the page anew and save again."
    ]
    assert fields(answer.content)["rows-0-cell_goods"] == "New"
    assert (Distinction.objects.get().principle, Cell.objects.filter(text="New").count()) == ("", 0)


# The handbook -------------------------------------------------------------------------------


def test_the_guide_of_the_repository_is_what_editors_read(editor: Client) -> None:
    shown = editor.get(reverse("editorial_guide")).content.decode()
    assert "<h1>How to write for this site</h1>" in shown
    assert "<h2>A refutation</h2>" in shown
    assert "<code>[@little1961, p. 384]</code>" in shown
    assert reverse("editorial_guide") in editor.get(reverse("handbook")).content.decode()
