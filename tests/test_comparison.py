"""Differences that people can read, and edits of two people put together."""

from typing import Any

import documents
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concepts.comparison import Change, differences, merge_documents, merge_lists, merge_text, words
from concepts.comparison.words import brief
from concepts.documents import Data, PageDocument, data_of

SHORT = st.text("ab .\n", max_size=12)
LINES = st.lists(st.sampled_from("abcd"), max_size=5)


def page(**fields: Any) -> Data:
    """The data of a comparison of goods and services with two rows."""
    rows = [documents.row("scope"), documents.row("time", "time", goods="Later.", services="Now.")]
    return data_of(documents.distinction(**{"rows": rows, **fields}))


def told(before: Data | None, after: Data | None) -> list[tuple[str, str, str, str]]:
    return [(c.place, c.group, c.label, c.kind) for c in differences(before, after)]


def marked(change: Change) -> str:
    """A change as one line: -struck- and +added+."""
    marks = {"same": "", "struck": "-", "added": "+"}
    return "".join(f"{marks[p.state]}{p.text}{marks[p.state]}" for p in change.pieces)


# Words ------------------------------------------------------------------------------------------


@given(SHORT, SHORT)
def test_the_words_of_both_texts_are_all_there(before: str, after: str) -> None:
    pieces = words(before, after)
    for text, other in ((before, "added"), (after, "struck")):
        kept = "".join(p.text for p in pieces if p.state != other)
        assert "".join(kept.split()) == "".join(text.split())
    assert (before == after) == all(p.state == "same" for p in pieces)


def test_a_word_that_was_exchanged_is_struck_and_the_new_one_added() -> None:
    [change] = differences(page(summary="Goods last long."), page(summary="Goods keep long."))
    assert marked(change) == "Goods -last -+keep +long."


def test_a_short_word_between_two_changes_is_read_with_them() -> None:
    [change] = differences(page(summary="Cost of goods."), page(summary="Price of things."))
    assert marked(change) == "-Cost of goods-+Price of things+."


def test_a_change_of_white_space_alone_is_shown() -> None:
    [change] = differences(page(summary="One.\nTwo."), page(summary="One.\n\nTwo."))
    assert "".join(p.text for p in change.pieces if p.state == "added").isspace()


def test_a_long_text_that_stayed_is_cut_to_what_stands_around_the_change() -> None:
    many = " ".join(f"w{number}" for number in range(100))
    same, added = brief(words(many, f"{many} end"))
    assert same.text == "… " + " ".join(f"w{number}" for number in range(80, 100)) + " "
    assert added.text == "end"


# Differences ------------------------------------------------------------------------------------


def test_a_changed_cell_is_named_by_its_row_and_its_side() -> None:
    after = page()
    after["rows"][0]["cells"][1]["text"] = "Deeds."
    assert told(page(), after) == [("row-scope--services", "Row Scope", "Services", "changed")]
    assert [change.row for change in differences(page(), after)] == ["scope"]


def test_rows_and_sides_are_called_what_they_were_called_when_they_were_frozen() -> None:
    before, after = page(), page()
    after["rows"][0]["cells"][1]["text"] = "Deeds."
    after["frozen"] = {
        "dimensions": [{"key": "scope", "label": "Width", "description": ""}],
        "neighbours": [{"kind": "concept", "slug": "services", "title": "Service"}],
        "sources": [],
    }
    assert told(before, after) == [("row-scope--services", "Row Width", "Service", "changed")]


def test_a_new_row_is_new_in_each_of_its_cells() -> None:
    assert told(page(rows=[documents.row("scope")]), page()) == [
        ("row-time--dimension", "Row Time", "dimension", "added"),
        ("row-time--goods", "Row Time", "Goods", "added"),
        ("row-time--services", "Row Time", "Services", "added"),
    ]


def test_rows_that_changed_places_are_told_once() -> None:
    after = page()
    after["rows"].reverse()
    [change] = differences(page(), after)
    assert (change.place, change.kind) == ("rows", "moved")


def test_a_text_put_before_others_is_the_only_change() -> None:
    after = page(similarities=["First.", "Both are sold."])
    [change] = differences(page(similarities=["Both are sold."]), after)
    assert (change.place, change.kind, marked(change)) == ("similarities-1", "added", "+First.+")


def test_what_is_only_a_name_is_told_by_it() -> None:
    practice = [{"organization": "bank", "texts": []}]
    [change] = differences(page(), page(practice=practice))
    assert (change.group, marked(change)) == ("In practice Bank", "+Bank+")


def test_against_nothing_all_is_new() -> None:
    assert {kind for *_, kind in told(None, page())} == {"added"}
    assert {kind for *_, kind in told(page(), None)} == {"removed"}
    assert differences(None, None) == []


def test_a_source_that_reads_differently_is_told() -> None:
    def citing(title: str) -> Data:
        csl = {"type": "book", "title": title, "id": "ford1922"}
        source = {"key": "ford1922", "csl": csl, "checked": "", "note": ""}
        frozen = {"sources": [source | {"under_discussion": False}]}
        return page() | {"frozen": frozen}

    [change] = differences(citing("My Life"), citing("My Life and Work"))
    assert change.group == "Source ford1922"
    assert "+and Work" in marked(change)


@given(documents.pages, documents.pages)
def test_documents_differ_exactly_where_their_data_do(
    before: PageDocument, after: PageDocument
) -> None:
    assert differences(data_of(before), data_of(before)) == []
    if before.kind == after.kind:
        same = data_of(before) == data_of(after)
        assert bool(differences(data_of(before), data_of(after))) != same


# Merging ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("a\nb", "A\nb", "a\nB", "A\nB"),
        ("a\nb", "A\nb", "A\nb", "A\nb"),
        ("a\nb", "b", "a\nb\nc", "b\nc"),
        ("a", "x\na", "a\ny", "x\na\ny"),
        ("a", "b", "c", None),
        ("", "b", "c", None),
        ("a", "a\nb", "a\nc", None),
        ("a\nb", "", "a\nB", None),
    ],
)
def test_texts_come_together_unless_both_changed_the_same_lines(
    base: str, mine: str, theirs: str, merged: str | None
) -> None:
    assert merge_text(base, mine, theirs) == merged


def test_items_that_both_add_are_both_kept() -> None:
    assert merge_lists(["a"], ["a", "mine"], ["a", "theirs"]) == ["a", "theirs", "mine"]
    assert merge_lists([], ["same"], ["same"]) == ["same"]
    assert merge_lists(["a"], ["b"], ["c"]) is None


@given(LINES, LINES)
def test_an_edit_beside_none_is_the_edit(base: list[str], edited: list[str]) -> None:
    assert merge_lists(base, edited, base) == edited
    assert merge_lists(base, base, edited) == edited
    assert merge_lists(base, edited, edited) == edited


@given(LINES, LINES, LINES)
def test_it_does_not_matter_to_a_text_who_was_first(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    texts = ["\n".join(lines) for lines in (base, mine, theirs)]
    assert merge_text(*texts) == merge_text(texts[0], texts[2], texts[1])


def test_edits_of_different_cells_come_together() -> None:
    mine, theirs = page(), page()
    mine["rows"][0]["cells"][0]["text"] = "Mine."
    theirs["rows"][0]["cells"][1]["text"] = "Theirs."
    merged, clashes = merge_documents(page(), mine, theirs)
    assert [cell["text"] for cell in merged["rows"][0]["cells"]] == ["Mine.", "Theirs."]
    assert clashes == []


def test_where_both_changed_one_cell_theirs_stands_and_the_place_is_told() -> None:
    mine, theirs = page(summary="Mine"), page(summary="Theirs")
    mine["rows"][0]["cells"][0]["text"] = "Mine."
    theirs["rows"][0]["cells"][0]["text"] = "Theirs."
    merged, clashes = merge_documents(page(), mine, theirs)
    assert (merged["summary"], merged["rows"][0]["cells"][0]["text"]) == ("Theirs", "Theirs.")
    assert clashes == ["summary", "row-scope--goods"]


def test_a_row_that_one_took_out_and_the_other_changed_is_a_clash() -> None:
    mine, theirs = page(), page()
    del mine["rows"][0]
    theirs["rows"][0]["cells"][0]["text"] = "Theirs."
    merged, clashes = merge_documents(page(), mine, theirs)
    assert [row["key"] for row in merged["rows"]] == ["scope", "time"]
    assert clashes == ["row-scope"]


def test_rows_that_both_add_are_both_there_where_they_were_put() -> None:
    mine, theirs = page(), page()
    mine["rows"].insert(1, documents.row("mine"))
    theirs["rows"].append(documents.row("theirs"))
    merged, clashes = merge_documents(page(), mine, theirs)
    assert [row["key"] for row in merged["rows"]] == ["scope", "mine", "time", "theirs"]
    assert clashes == []


def test_rows_that_one_moved_stay_moved_beside_what_the_other_added() -> None:
    mine, theirs = page(), page()
    mine["rows"].reverse()
    theirs["rows"].append(documents.row("theirs"))
    merged, _ = merge_documents(page(), mine, theirs)
    assert [row["key"] for row in merged["rows"]] == ["time", "theirs", "scope"]


@given(documents.pages)
def test_a_document_merged_with_itself_is_itself(document: PageDocument) -> None:
    data = data_of(document)
    assert merge_documents(data, data, data) == (data, [])


def test_an_edit_taken_back_leaves_what_came_after_it() -> None:
    """Undo: base is what the save left, mine what stood before it, theirs what stands now."""
    before, after = page(summary="Old."), page(summary="New.")
    now = {**after, "title": "Renamed"}
    merged, clashes = merge_documents(after, before, now)
    assert (merged["summary"], merged["title"], clashes) == ("Old.", "Renamed", [])
