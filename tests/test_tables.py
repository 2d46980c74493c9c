"""Pages as tables: what stands in them, and that no spreadsheet takes a cell for a formula."""

import csv
import io
import re
from typing import Any

import documents as make
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concepts.documents import Document, data_of
from concepts.exports.tables import BOM, Table, csv_of, harmless, table
from concepts.rendering import plain

ADDRESS = "https://pom.example/distinctions/goods-vs-services/editions/2/"
BLANK = r"\s\ufeff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # what nobody sees
quick = settings(max_examples=60, suppress_health_check=list(HealthCheck))
FORMULA = re.compile(rf"'*[{BLANK}]*[=+\-@＝＋－＠﹦﹢﹣﹫\t\r\n]")
HOSTILE = [
    "=1+1",
    "+1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\ufeff=1",
    " =1",
    "\u00a0\u200b=1",
    "＝1",
    "﹢1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example","x")',
    "'=1",
    "''=1",
    "' =1",
    "Stored;=1",
    "Stored; \u200b@x",
    "Stored\t=1",
    "Stored\n-1",
    "'",
    "''",
]
parts = st.sampled_from([*"=+-@＝'\"; ,|\t\r\n", "\ufeff", "\u200b", "\u00a0", "a", "é", "1"])
texts = st.lists(parts, max_size=12).map("".join) | make.lines


def lines_of(text: str) -> list[list[str]]:
    """The cells of a CSV as any program reads them."""
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))


def as_written(cell: str) -> str:
    """A cell without our apostrophes, as the page for developers says."""
    beginnings = [0, *(found.end() for found in re.finditer("[;\t\r\n]", cell))]
    ours = {at for at in beginnings if cell[at : at + 1] == "'" and FORMULA.match(cell, at)}
    return "".join(each for at, each in enumerate(cell) if at not in ours)


def beginnings(cell: str) -> list[str]:
    """The cell, and what would be cells for a program that parts by semicolons, tabs or lines."""
    return re.split("[;\t\r\n]", cell)


def frozen(**kinds: Any) -> dict[str, Any]:
    """What an edition keeps of others."""
    return {"neighbours": [], "dimensions": [], "sources": [], **kinds}


LITTLE = {
    "key": "little1961",
    "csl": {
        "id": "little1961",
        "type": "article-journal",
        "title": "A Proof",
        "author": [{"family": "Little", "given": "John D. C."}],
        "issued": {"date-parts": [[1961]]},
    },
}


# Formulas ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_cell_begins_no_formula_and_can_be_read_back(text: str) -> None:
    [header, [cell]] = lines_of(csv_of(Table(["a"], [[text]])))
    assert header == ["a"]
    assert [
        part for part in beginnings(cell) if re.match(rf"[{BLANK}]*[=+\-@＝＋－＠﹢]", part)
    ] == []
    assert cell[0] not in "\t\r\n\ufeff"
    assert as_written(cell) == text


@quick
@given(texts)
def test_every_text_can_be_read_back_and_begins_no_formula(text: str) -> None:
    cell = harmless(text)
    assert as_written(cell) == text
    assert [part for part in beginnings(cell) if re.match(rf"[{BLANK}]*[=+\-@＝]", part)] == []


@pytest.mark.parametrize(
    "text", ["", "Stored.", "It's -1", "Mon-Fri", "a = b", "“=1”", "a;b", "'quoted'", "1+1", "é"]
)
def test_a_text_that_begins_no_formula_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@quick
@given(st.lists(st.lists(texts, min_size=3, max_size=3), max_size=3))
def test_a_table_comes_back_cell_by_cell(rows: list[list[str]]) -> None:
    header, *read = lines_of(csv_of(Table(["=a", "b", "c"], rows)))
    assert header == ["'=a", "b", "c"]
    assert [[as_written(cell) for cell in row] for row in read] == rows


def test_csv_has_a_byte_order_mark_and_ends_lines_as_the_standard_says() -> None:
    text = csv_of(Table(["a", "b"], [["x, y", 'say "z"'], ["1\n2", "é"]]))
    assert text == '\ufeffa,b\r\n"x, y","say ""z"""\r\n"1\n2",é\r\n'


# Pages ------------------------------------------------------------------------------------------


def test_a_comparison_is_its_table_with_sources_and_the_address_of_each_row() -> None:
    cells = [
        {
            "side": "goods",
            "text": "*Stored*. [@little1961, p. 1; @little1961] So. [@little1961; @harris1913]",
        },
        {"side": "services", "text": "Not\n\nstored.", "illustration": True},
    ]
    rows = [
        {"key": "can-store", "dimension": "storage", "cells": cells},
        {"key": "other", "dimension": "time-horizon", "cells": cells},
    ]
    known = frozen(dimensions=[{"key": "storage", "label": "Can it wait?"}], sources=[LITTLE])
    data = data_of(make.distinction(rows=rows, frozen=known))
    told = [
        *(
            "Stored. So.",
            "Little, J. D. C. (1961), p. 1; Little, J. D. C. (1961); harris1913",
            "no",
        ),
        *("Not stored.", "", "yes"),
    ]
    assert table(data, ADDRESS) == Table(
        [
            *("Row", "Dimension", "goods", "goods: sources", "goods: our illustration"),
            *("services", "services: sources", "services: our illustration", "Address"),
        ],
        [
            ["can-store", "Can it wait?", *told, f"{ADDRESS}#row-can-store"],
            ["other", "Time horizon", *told, f"{ADDRESS}#row-other"],
        ],
    )


def test_a_concept_is_its_relations() -> None:
    relations = [{"type": "uses", "concept": "goods", "note": "As *stock*. [@little1961]"}]
    near = [{"kind": "concept", "slug": "goods", "title": "Goods"}]
    data = data_of(
        make.concept(relations=relations, frozen=frozen(neighbours=near, sources=[LITTLE]))
    )
    assert table(data, ADDRESS) == Table(
        ["Relation", "Page", "Title", "Note", "Note: sources", "Address"],
        [
            [
                *("uses", "concept:goods", "Goods", "As stock.", "Little, J. D. C. (1961)"),
                f"{ADDRESS}#relations",
            ]
        ],
    )


def test_an_organization_is_its_four_vs_and_what_it_must_be_best_at() -> None:
    objectives = [{"objective": "speed", "reason": "*Fresh*."}, {"objective": "cost"}]
    vs = {"variety": {"level": "low", "reason": "Bread."}, "visibility": {"reason": "A shop."}}
    data = data_of(make.organization(four_vs=vs, objectives=objectives))
    assert table(data, ADDRESS) == Table(
        ["Aspect", "Level", "Rank", "Reason", "Reason: sources", "Address"],
        [
            ["Variety", "low", "", "Bread.", "", f"{ADDRESS}#four-vs"],
            ["Visibility", "", "", "A shop.", "", f"{ADDRESS}#four-vs"],
            ["Speed", "", "1", "Fresh.", "", f"{ADDRESS}#objectives"],
            ["Cost", "", "2", "", "", f"{ADDRESS}#objectives"],
        ],
    )


def test_a_guide_is_its_steps() -> None:
    steps = [{"page": "concept:goods", "note": "Begin *here*."}, {"page": "organization:bakery"}]
    near = [{"kind": "organization", "slug": "bakery", "title": "A bakery"}]
    data = data_of(make.guide(steps=steps, frozen=frozen(neighbours=near)))
    assert table(data, ADDRESS) == Table(
        ["Step", "Page", "Title", "Note", "Note: sources", "Address"],
        [
            ["1", "concept:goods", "", "Begin here.", "", f"{ADDRESS}#steps"],
            ["2", "organization:bakery", "A bakery", "", "", f"{ADDRESS}#steps"],
        ],
    )


@quick
@given(make.pages)
def test_every_page_is_a_table_whose_rows_are_as_long_as_its_header(page: Document) -> None:
    made = table(data_of(page), ADDRESS)
    assert {len(row) for row in made.rows} <= {len(made.header)}
    assert len(set(made.header)) == len(made.header)
    assert {row[-1].startswith(ADDRESS) for row in made.rows} <= {True}
    header, *rows = lines_of(csv_of(made))
    assert [as_written(cell) for cell in header] == made.header
    assert [[as_written(cell) for cell in row] for row in rows] == made.rows


@quick
@given(make.distinctions)
def test_every_cell_of_a_comparison_stands_in_its_row_below_its_side(page: Any) -> None:
    header, *lines = lines_of(csv_of(table(data_of(page), ADDRESS)))
    read = [dict(zip(header, map(as_written, line), strict=True)) for line in lines]
    assert [each["Row"] for each in read] == [row.key for row in page.rows]
    for row, told in zip(page.rows, read, strict=True):
        for cell in row.cells:
            assert told[cell.side] == plain(cell.text)
            assert told[f"{cell.side}: our illustration"] == ("yes" if cell.illustration else "no")
