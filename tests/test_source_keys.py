"""Sources as editors meet them: names as lines, citekeys, the same work, the fields of a type."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concepts.content_files import scan_folder
from concepts.documents import Source
from concepts.parts import Name
from concepts.references import Known, free, names
from concepts.references.entries import digits_of, is_isbn
from concepts.references.fields import FIELDS, OF_A_WORK, unusual
from concepts.references.keys import proposed

# Names ------------------------------------------------------------------------------------------

NAMES = [
    ({"family": "Little", "given": "John D. C."}, "Little, John D. C."),
    ({"family": "Plato"}, "Plato"),
    ({"family": "De Meyer"}, "De Meyer,"),
    ({"family": "King, Jr.", "given": "M. L."}, "{King, Jr.}, M. L."),
    ({"literal": "International Labour Office"}, "{International Labour Office}"),
    ({"literal": "A {B}, C\\D"}, r"{A \{B\}, C\\D}"),
    ({"family": "O", "given": "a, b {c}"}, r"O, a, b \{c\}"),
]


@pytest.mark.parametrize(("name", "line"), NAMES)
def test_a_name_is_a_line_that_reads_back(name: dict[str, str], line: str) -> None:
    assert names.written([name]) == line
    [back] = names.read(line)
    assert {key: value for key, value in back.items() if value} == name


TEXTS = st.text(st.sampled_from("ab ,{}\\"), max_size=8).map(lambda text: " ".join(text.split()))


@given(TEXTS.filter(bool), TEXTS, st.booleans())
def test_any_name_reads_back(one: str, other: str, is_body: bool) -> None:
    name = {"literal": one} if is_body else {"family": one, "given": other}
    [back] = names.read(names.written([name]))
    assert Name(**back) == Name(**name)


@pytest.mark.parametrize("line", ["John Little", "{A", "A}", "{A} B", ", John"])
def test_a_line_that_is_no_name_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="is no name|needs either"):
        [Name(**each) for each in names.read(line)]


# Keys and duplicates ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "title", "key"),
    [
        ({"family": "Little", "given": "J."}, "A Proof", "little1961"),
        ({"family": "Łaski-Ødegård"}, "T", "laskiodegard1961"),
        ({"family": "O'Neill"}, "T", "oneill1961"),
        ({"literal": "International Labour Office"}, "T", "ilo1961"),
        ({"literal": "European Committee (CEN)"}, "T", "cen1961"),
        ({"literal": "The Dartmouth"}, "T", "dartmouth1961"),
        (None, "The Art of Lines", "art1961"),
        (None, "線", "source1961"),
    ],
)
def test_keys_are_proposed_in_our_form(first: dict[str, str], title: str, key: str) -> None:
    assert proposed([first] if first else [], "1961-05", title) == key


def test_a_key_that_is_taken_gets_the_next_letter() -> None:
    assert free("little1961", {"ober1992"}) == "little1961"
    assert free("little1961", {"little1961", "little1961a"}) == "little1961b"


WORK = {"slug": "own1961", "title": "On Waiting", "issued": "1961"}


@pytest.mark.parametrize(
    ("own", "other", "key", "by"),
    [
        ({"doi": "10.1000/AB"}, {"doi": "10.1000/ab", "title": "X"}, "", "DOI"),
        ({"isbn": "0-306-40615-2"}, {"isbn": "9780306406157", "title": "X"}, "", "ISBN"),
        ({}, {"title": "X"}, "own1961", "citekey"),
        ({}, {"title": "On  waiting!", "issued": "1961-05"}, "", "title and year"),
        ({}, {"title": "On Waiting", "issued": "1962"}, "", None),
        ({}, {"title": "線", "issued": "1961"}, "", None),
        (
            {"isbn": "0-306-40615-2", "type": "chapter"},
            {"isbn": "0-306-40615-2", "type": "chapter", "title": "Another part of it"},
            "",
            None,
        ),
    ],
)
def test_the_same_work_is_found(own: Any, other: Any, key: str, by: str | None) -> None:
    known = Known([Source(**WORK | own)])
    found = known.same(Source(**WORK | {"slug": "new"} | other), key)
    assert (found and found.by) == by


@pytest.mark.parametrize(
    ("isbn", "right"),
    [
        ("0-306-40615-2", True),
        ("0-306-40615-3", False),
        ("080442957X", True),
        ("978-0-306-40615-7", True),
        ("978-0-306-40615-8", False),
        ("97803064", False),
    ],
)
def test_an_isbn_has_its_check_digit(isbn: str, right: bool) -> None:
    assert is_isbn(digits_of(isbn)) == right


# Fields of a type -------------------------------------------------------------------------------


def test_every_type_of_the_schema_has_its_fields() -> None:
    assert set(FIELDS) == set(Source.model_fields["type"].annotation.__args__)  # type: ignore[union-attr]
    assert set(OF_A_WORK) < set(Source.model_fields)


def test_a_field_that_the_type_does_not_have_is_unusual() -> None:
    assert unusual("book", {"title", "volume", "issue"}) == ["volume", "issue"]
    assert unusual("article-journal", {"title", "volume", "issue"}) == []


def test_no_shipped_source_has_an_unusual_field(settings: Any) -> None:
    shipped = scan_folder(settings.BASE_DIR / "concepts" / "content").files
    odd = {
        file.name: unusual(file.document.type, set(file.document.model_dump(exclude_defaults=True)))
        for file in shipped
        if isinstance(file.document, Source)
    }
    assert {name: fields for name, fields in odd.items() if fields} == {}
