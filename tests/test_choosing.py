"""The one address of a reading list: read and written, and rearranged. Pure."""

import re
from urllib.parse import parse_qs, parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concepts import choosing
from concepts.choosing import Choice
from concepts.parts import KINDS

KEYS = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,3}){0,3}", fullmatch=True)


@st.composite
def choice(draw: st.DrawFn) -> Choice:
    """A choice that an address may hold."""
    kind = draw(st.sampled_from(KINDS))
    parts = ("row-", "question-") if kind == "distinction" else ("question-",)
    part = draw(st.just("") | st.builds(str.__add__, st.sampled_from(parts), KEYS))
    number = draw(st.none() | st.integers(1, 999_999))
    return Choice(kind, draw(KEYS), number, part)


def items(query: str) -> list[str]:
    return parse_qs(query).get("i", [])


# Reading and writing --------------------------------------------------------------------------


@given(st.lists(choice(), unique=True, max_size=12), st.text(max_size=200))
def test_what_is_written_is_read_back_in_its_order(choices: list[Choice], title: str) -> None:
    query = choosing.write(choices, choosing.title(title))
    assert choosing.read(items(query)) == choices
    assert parse_qs(query).get("t", [""]) == [choosing.title(title)]
    assert re.fullmatch(r"[A-Za-z0-9:@!&=%._~-]*", query)


@given(st.lists(st.text() | choice().map(str), max_size=90))
def test_whatever_is_sent_is_read_or_refused_in_words(values: list[str]) -> None:
    choices, refused = choosing.understood(values)
    assert len(choices) <= choosing.MOST
    assert len(choosing.write(choices)) <= choosing.LONGEST
    assert len(choices) == len(set(choices))
    assert all(len(sentence) < 500 for sentence in refused)
    if refused:
        with pytest.raises(ValueError, match=re.escape(refused[0])):
            choosing.read(values)
    else:
        assert choosing.read(values) == choices


@pytest.mark.parametrize(
    ("item", "read"),
    [
        ("concept:takt-time", Choice("concept", "takt-time")),
        ("guide:first-steps@12", Choice("guide", "first-steps", 12)),
        ("distinction:a-vs-b@2!row-scope", Choice("distinction", "a-vs-b", 2, "row-scope")),
        ("distinction:a!question-inside", Choice("distinction", "a", None, "question-inside")),
        ("distinction:a-vs-b!scope", Choice("distinction", "a-vs-b", None, "row-scope")),
        ("distinction:a-vs-b!question", Choice("distinction", "a-vs-b", None, "row-question")),
        ("concept:a!inside", Choice("concept", "a", None, "question-inside")),
        ("concept:a!row-x", Choice("concept", "a", None, "question-row-x")),
        (f"concept:{'a' * 80}@999999!question-{'b' * 80}",
         Choice("concept", "a" * 80, 999_999, f"question-{'b' * 80}")),
    ],
)  # fmt: skip
def test_an_item_names_page_edition_and_part(item: str, read: Choice) -> None:
    assert choosing.read([item]) == [read]
    assert choosing.read([str(read)]) == [read]


@pytest.mark.parametrize(
    "item",
    [
        *("concept", "concept:", ":a", "source:a", "concepts:a", "Concept:a", "concept:A"),
        *("concept:a@0", "concept:a@01", "concept:a@1234567", "concept:a@", "concept:a@-1"),
        *("concept:a!", "concept:a!A", "concept:a!b!c", "concept:a!b@2", "concept:a@1@2"),
        *("concept:a--b", "concept:-a", "concept:a-", "concept:a!row--x", "concept:a!question-"),
        *(" concept:a", "concept:a ", "concept:a\n", "\x00concept:a", "concept:a\x00", "concept:á"),
        *(f"concept:{'a' * 81}", f"concept:a!question-{'b' * 81}", "concept:a!b--c", "\ud800"),
        *("distinction:a!row-b--goods", "<script>", "concept:a@１", "x" * 100_000),
    ],
)
def test_what_is_no_item_is_refused_with_how_one_is_written(item: str) -> None:
    choices, [why] = choosing.understood([item, "concept:b"])
    assert choices == [Choice("concept", "b")]
    assert why.endswith(f"is no item of a list. {choosing.HOW}")
    assert len(why) < 400
    assert not re.search(r"[\x00-\x1f\ud800]", why)


def test_empty_items_and_what_stands_there_twice_are_passed_over() -> None:
    values = ["", "concept:b", "concept:a", "concept:b", "", "concept:a!x", "concept:a!question-x"]
    assert list(map(str, choosing.read(values))) == [
        *("concept:b", "concept:a", "concept:a!question-x")
    ]


def test_a_list_holds_sixty_items_and_says_which_is_left_out() -> None:
    values = [f"concept:c{n}" for n in range(choosing.MOST)]
    assert len(choosing.read(values)) == 60
    choices, [why] = choosing.understood([*values, "concept:more", "junk", "concept:most"])
    assert len(choices) == 60
    assert why == (
        "A list holds at most 60 items and 6000 characters of address. The first 60 are kept; "
        "concept:more and all after it are left out. Make a second list."
    )
    # What is there already is no further item.
    assert choosing.understood([*values, *values]).refused == []


def test_an_address_that_is_too_long_is_cut_between_items() -> None:
    values = [f"concept:{'a' * 70}{n:02}@999999!question-{'b' * 80}" for n in range(50)]
    choices, [why] = choosing.understood(values)
    assert 5800 < len(choosing.write(choices)) <= 6000
    assert f"The first {len(choices)} are kept; {values[len(choices)]} and all" in why


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("  Week 1:\tgoods ", "Week 1: goods"),
        ("a\x00b\nc\u202ed\u200be\ud800", "a b c d e"),
        ("e\u0301", "é"),
        ("x" * 119 + " y z", "x" * 119),
        ("<b>&amp;", "<b>&amp;"),
        ("", ""),
    ],
)
def test_a_title_is_one_short_line(text: str, title: str) -> None:
    assert choosing.title(text) == title


@given(st.text())
def test_a_title_stays_as_it_is_when_it_is_read_again(text: str) -> None:
    title = choosing.title(text)
    assert len(title) <= 120
    assert parse_qsl(choosing.write([], title), keep_blank_values=True) == (
        [("t", title)] if title else []
    )


# Addresses --------------------------------------------------------------------------------------

HOST = "https://pom.example.edu"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (f"{HOST}/concepts/takt-time/", ["concept:takt-time"]),
        (f" {HOST}/distinctions/a/editions/2/#row-scope \n", ["distinction:a@2!row-scope"]),
        ("/distinctions/a-vs-b/#row-scope--goods", ["distinction:a-vs-b!row-scope"]),
        ("/distinctions/a-vs-b/?swap=1#question-x", ["distinction:a-vs-b!question-x"]),
        ("/distinctions/a-vs-b/#sources", ["distinction:a-vs-b"]),
        (f"{HOST}/on/2026-09-01/paths/first-steps", ["guide:first-steps"]),
        ("/areas/foundations/editions/3/cite/?row=x", ["guide:foundations@3"]),
        ("organizations/bank/", []),
        ("/organizations/bank/", ["organization:bank"]),
        (f"{HOST}/list/?i=concept%3Aa%401&i=concept:b&t=x", ["concept:a@1", "concept:b"]),
        ("concept:a@2!question-x", ["concept:a@2!question-x"]),
    ],
)  # fmt: skip
def test_an_address_of_the_site_leads_to_items(address: str, found: list[str]) -> None:
    if found:
        assert list(map(str, choosing.in_address(address))) == found
    else:
        with pytest.raises(ValueError, match="is the address of no page and no list of this site"):
            choosing.in_address(address)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://example.org/", "address of no page"),
        ("/concepts/", "address of no page"),
        ("/sources/little1961/", "address of no page"),
        ("/concepts/Takt/", "address of no page"),
        ("https://[::1/concepts/a/", "is no address"),
        ("/list/?" + "i=concept:a&" * 700, "is no address"),
        ("/list/?i=junk", "is no item of a list"),
        (f"/concepts/{'a' * 81}/", "is no item of a list"),
        ("/\x00\x01", "address of no page"),
        ("x" * 100_000, "address of no page"),
    ],
)
def test_an_address_of_nothing_is_refused(address: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        choosing.in_address(address)
    assert len(str(refused.value)) < 400


@given(st.text())
def test_whatever_is_pasted_is_understood_or_refused(text: str) -> None:
    try:
        found = choosing.in_address(text)
    except ValueError as error:
        found = [str(error)]  # type: ignore[list-item]
    assert found


# Arranging ------------------------------------------------------------------------------------

A, B, C = (Choice("concept", slug) for slug in "abc")
B2 = B._replace(number=2)
AX, BX, BY = (
    A._replace(part="question-x"),
    B._replace(part="question-x"),
    B._replace(part="question-y"),
)


@pytest.mark.parametrize(
    ("choices", "asked", "after"),
    [
        ([A, B, C], {"up": [C]}, [A, C, B]),
        ([A, B, C], {"up": [A]}, [A, B, C]),
        ([A, B, C], {"down": [A]}, [B, A, C]),
        ([A, B, C], {"down": [C]}, [A, B, C]),
        ([A, BX, AX, B2], {"down": [AX]}, [BX, A, AX, B2]),
        ([A, B, BX, B2], {"remove": [B]}, [A, B2]),
        ([A, B, BX, B2], {"drop": [B]}, [A, BX, B2]),
        ([A, BX, B2], {"drop": [BX]}, [A, B2]),
        ([A, BX, B], {"instead": [f"{B} {B2}"]}, [A, B2._replace(part="question-x"), B2]),
        ([A, BX, B], {"instead": [f"{BX} {BY}"]}, [A, BY, B]),
        ([A, BX, B2], {"instead": [f"{BX} {B}"]}, [A, B, B2]),
        ([A, BX, B], {"instead": [f"{B} {C}"]}, [A, C._replace(part="question-x"), C]),
        ([A, B], {"instead": [f"{B} {C} {A}", str(B), "junk junk", f"{B} junk", ""]}, [A, B]),
        ([A, B], {"up": ["junk", C], "drop": ["", "concept:b@7"], "other": [A]}, [A, B]),
        ([], {"up": [A], "down": [A], "drop": [A], "remove": [A], "instead": [f"{A} {B}"]}, []),
    ],
)  # fmt: skip
def test_a_button_changes_one_thing(
    choices: list[Choice], asked: dict[str, list[object]], after: list[Choice]
) -> None:
    assert choosing.edited(choices, {k: list(map(str, v)) for k, v in asked.items()}) == after


@given(st.lists(choice(), unique=True, max_size=8), st.data())
def test_moving_loses_nothing_and_moving_back_restores(
    choices: list[Choice], data: st.DataObject
) -> None:
    gathered = [each for group in choosing.gathered(choices).values() for each in group]
    assert sorted(gathered, key=str) == sorted(choices, key=str)
    pages = list(choosing.gathered(choices))
    for page in pages[1:]:
        up = choosing.moved(gathered, page, -1)
        assert choosing.moved(up, page, +1) == gathered
        assert list(choosing.gathered(up)).index(page) == pages.index(page) - 1
