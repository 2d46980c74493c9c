"""What became of the rows of a comparison since an older edition."""

from typing import Any

import documents
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concepts.comparison import Dropped, Row, RowsChanged, differences, rows_changed
from concepts.documents import Data, data_of
from concepts.presenting import in_words

SCOPE = documents.row("scope")
TIME = documents.row("time", "horizon", goods="Later.", services="Now.")
COST = documents.row("cost", "money", goods="Much.", services="Little.")


def page(*rows: Data, **fields: Any) -> Data:
    """The data of a comparison with these rows, the headings of which are frozen."""
    data = data_of(documents.distinction(rows=list(rows), **fields))
    return with_headings(data)


def with_headings(data: Data, **labels: str) -> Data:
    """The data as an edition has it: with a label for each dimension, and a line below it."""
    keys = dict.fromkeys(row["dimension"] for row in data.get("rows", []))
    frozen = [
        {"key": key, "label": labels.get(key, in_words(key)), "description": ""} for key in keys
    ]
    return {**data, "frozen": {**data["frozen"], "dimensions": frozen}}


def test_what_did_not_change_is_told_as_nothing() -> None:
    assert rows_changed(page(SCOPE, TIME), page(SCOPE, TIME)) == RowsChanged(total=2)


def cell(row: Data, **fields: Any) -> Data:
    """The row with other fields of its first cell."""
    first, *others = row["cells"]
    return {**row, "cells": [{**first, **fields}, *others]}


@pytest.mark.parametrize(
    ("row", "label"),
    [
        (cell(SCOPE, text="Other things."), "Scope"),
        (cell(SCOPE, illustration=True), "Scope"),
        ({**SCOPE, "dimension": "reach"}, "Reach"),
    ],
)
def test_a_row_changed_when_a_cell_an_illustration_or_its_dimension_did(
    row: Data, label: str
) -> None:
    told = rows_changed(page(SCOPE, TIME), page(row, TIME))
    assert told == RowsChanged(total=2, changed=(Row("scope", label),))
    assert told.touched == 1


def test_a_row_changed_when_only_its_heading_reads_differently() -> None:
    before = page(SCOPE, TIME)
    told = rows_changed(before, with_headings(before, horizon="How far ahead"))
    assert told == RowsChanged(total=2, changed=(Row("time", "How far ahead"),))
    below = page(SCOPE, TIME)
    below["frozen"]["dimensions"][0]["description"] = "How much it takes in."
    assert rows_changed(before, below).changed == (Row("scope", "Scope"),)


def test_a_side_that_came_changed_every_row_and_another_order_of_sides_none() -> None:
    both = [{"key": key, "concept": key} for key in ("goods", "services")]
    third = [*both, {"key": "ideas", "concept": "ideas"}]
    wider = {**SCOPE, "cells": [*SCOPE["cells"], {"side": "ideas", "text": "Thoughts."}]}
    told = rows_changed(page(SCOPE), page(wider, sides=third))
    assert (told.changed, told.elsewhere) == ((Row("scope", "Scope"),), True)
    turned = {**SCOPE, "cells": SCOPE["cells"][::-1]}
    told = rows_changed(page(SCOPE), page(turned, sides=both[::-1]))
    assert told == RowsChanged(total=1, elsewhere=True)


def test_a_row_that_came_is_no_change_of_another() -> None:
    told = rows_changed(page(SCOPE), page(COST, SCOPE))
    assert told == RowsChanged(total=1, added=(Row("cost", "Money"),))
    assert told.touched == 0


def test_a_dropped_row_names_its_successor_by_label_or_the_reason() -> None:
    retired = [
        {"key": "time", "label": "Time", "successor": "scope", "reason": ""},
        {"key": "cost", "label": "Cost", "successor": "", "reason": "Nobody measures it."},
    ]
    told = rows_changed(page(SCOPE, TIME, COST), page(SCOPE, retired_rows=retired))
    assert told == RowsChanged(
        total=3,
        dropped=(
            Dropped("time", "Horizon", "scope", "", "Scope"),
            Dropped("cost", "Money", "", "Nobody measures it."),
        ),
    )
    assert told.touched == 2


@pytest.mark.parametrize(("label", "read"), [("Reach of it", "Reach of it"), ("", "Reach")])
def test_a_successor_that_is_gone_itself_is_named_by_what_it_was_called(
    label: str, read: str
) -> None:
    retired = [
        {"key": "time", "successor": "reach", "reason": ""},
        {"key": "reach", "label": label, "successor": "scope", "reason": ""},
    ]
    told = rows_changed(page(SCOPE, TIME), page(SCOPE, retired_rows=retired))
    assert told.dropped == (Dropped("time", "Horizon", "reach", "", read),)


def test_a_row_that_came_back_is_told_as_come() -> None:
    retired = [{"key": "time", "label": "Time", "successor": "scope", "reason": ""}]
    told = rows_changed(page(SCOPE, retired_rows=retired), page(SCOPE, TIME))
    assert told == RowsChanged(total=1, added=(Row("time", "Horizon"),))


def test_other_words_about_a_row_that_was_gone_already_are_a_change_elsewhere() -> None:
    before, after = (
        page(SCOPE, retired_rows=[{"key": "time", "successor": "", "reason": reason}])
        for reason in ("Gone.", "Gone for good.")
    )
    assert rows_changed(before, after) == RowsChanged(total=1, elsewhere=True)


@pytest.mark.parametrize(
    "fields", [{"summary": "Other."}, {"reviewed_on": "2026-11-25"}, {"slug": "other"}]
)
def test_a_change_outside_the_table_is_told_as_one_elsewhere(fields: Data) -> None:
    slug = {"slug": "goods-vs-services"} | fields
    assert rows_changed(page(SCOPE), page(SCOPE, **slug)) == RowsChanged(total=1, elsewhere=True)


def test_the_order_of_rows_is_told_as_a_change_elsewhere() -> None:
    told = rows_changed(page(SCOPE, TIME), page(TIME, SCOPE))
    assert told == RowsChanged(total=2, elsewhere=True)


def test_a_title_or_a_source_that_both_froze_differently_is_a_change_elsewhere() -> None:
    for name, item, other in (
        ("neighbours", {"kind": "concept", "slug": "goods", "title": "Goods"}, {"title": "Wares"}),
        ("sources", {"key": "little1961", "note": ""}, {"note": "Read."}),
    ):
        before, after = (with_frozen(name, each) for each in (item, item | other))
        assert rows_changed(before, after) == RowsChanged(total=1, elsewhere=True)
        assert rows_changed(before, page(SCOPE)) == RowsChanged(total=1)


def with_frozen(name: str, item: Data) -> Data:
    data = page(SCOPE)
    return {**data, "frozen": {**data["frozen"], name: [item]}}


def test_a_page_without_a_table_differs_elsewhere_or_not_at_all() -> None:
    before, after = (data_of(documents.concept(summary=text)) for text in ("One.", "Two."))
    assert rows_changed(before, after) == RowsChanged(elsewhere=True)
    assert rows_changed(before, before) == RowsChanged()


quick = settings(max_examples=40, suppress_health_check=list(HealthCheck))
two_editions = st.one_of(
    st.tuples(documents.distinctions, documents.distinctions),
    *(
        st.tuples(one, one)
        for one in (documents.concepts, documents.organizations, documents.guides)
    ),
)


@quick
@given(two_editions)
def test_every_row_is_told_once_and_something_is_told_where_something_differs(both: Any) -> None:
    before, after = (with_headings(data_of(document)) for document in both)
    told = rows_changed(before, after)
    olds, news = ([row["key"] for row in data.get("rows", [])] for data in (before, after))
    assert [row.key for row in told.dropped] == [key for key in olds if key not in news]
    assert [row.key for row in told.added] == [key for key in news if key not in olds]
    assert {row.key for row in told.changed} <= {*olds} & {*news}
    assert told.total == len(olds)
    something = told.changed or told.added or told.dropped or told.elsewhere
    assert bool(something) == bool(differences(before, after))
    assert rows_changed(before, before) == RowsChanged(total=len(olds))


@quick
@given(documents.distinctions, st.data())
def test_exactly_the_rows_that_differ_are_told_as_changed(document: Any, draw: Any) -> None:
    before = with_headings(data_of(document))
    keys = [row["key"] for row in before["rows"]]
    wanted = draw.draw(st.sets(st.sampled_from(keys)) if keys else st.just(set()))
    rows = [
        cell(row, text=f"{row['cells'][0]['text']}, changed") if row["key"] in wanted else row
        for row in before["rows"]
    ]
    told = rows_changed(before, {**before, "rows": rows})
    assert [row.key for row in told.changed] == [key for key in keys if key in wanted]
    assert (told.added, told.dropped, told.elsewhere) == ((), (), False)
