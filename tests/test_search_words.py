"""Words, stems, queries and excerpts: pure, whatever is typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concepts.search import words
from concepts.search.engines import ENGINES
from concepts.search.excerpts import LENGTH, marked
from concepts.search.slips import slips
from concepts.search.words import MOST_TERMS, STOP, parsed, placed_words, stem

ANYTHING = st.text() | st.lists(
    st.sampled_from(
        "\" “ ” - * NEAR AND OR NOT ( ) : ^ \0 ' ’ é e\u0301 ﬁ ß İ 🦊 שלום ½ a takt time s".split(
            " "
        )
    )
).map("".join)


@pytest.mark.parametrize(
    "family",
    [
        "schedule schedules scheduled scheduling",
        "queue queues queueing queuing",
        "level levels levelled levelling leveling",
        "labour labor",
        "centre centres center",
        "utilisation utilization",
        "organise organize organising organized",
        "process processes processing",
        "company companies",
        "supply supplies supplied supplying",
        "analysis analyses analyse analyze",
        "catalogue catalog",
        "plan plans planned planning",
        "service services",
        "EOQ EOQs",
    ],
)
def test_forms_and_spellings_of_a_word_have_one_stem(family: str) -> None:
    assert len({stem(word) for word in words.words(family)}) == 1


@pytest.mark.parametrize(
    "family",
    ["product production productivity", "operation operator", "manager management", "four for"],
)
def test_words_that_the_site_tells_apart_keep_apart(family: str) -> None:
    found = family.split()
    assert len({stem(word) for word in found}) == len(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Little’s law", ["little", "law"]),
        ("Crème BRÛLÉE", ["creme", "brulee"]),
        ("cre\u0300me", ["creme"]),
        ("Ærø, Łódź", ["aero", "lodz"]),
        ("M.R.P. and J.I.T", ["mrp", "and", "jit"]),
        ("just-in-time", ["just", "in", "time"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("don't", ["dont"]),
        ("the 4Vs", ["the", "4vs"]),
        ("snake_case", ["snake", "case"]),
        ("\0 – … 🦊 !?", []),
    ],
)
def test_a_text_is_cut_into_folded_words(text: str, found: list[str]) -> None:
    assert words.words(text) == found


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("what is the difference between production and operations?", ["production", "operations"]),
        ("how long does it take takt", ["long", "take", "takt"]),
        ("what is jit", ["jit"]),
        ("what is", ["what", "is"]),
        ('"lead time" the', ["lead time"]),
        ("“division of labour” adam", ["division of labour", "adam"]),
        ('an open "quote', ["open", "quote"]),
        ('"" "..." takt', ["takt"]),
        ("takt Takt TAKTS", ["takt"]),
        ("!!! -- ???", []),
    ],
)
def test_a_query_asks_for_what_counts_in_it(text: str, terms: list[str]) -> None:
    assert [" ".join(term.words) for term in parsed(text).terms] == terms


@pytest.mark.parametrize(
    "text", ["lean vs agile", "difference of lean, agile", "compare lean agile"]
)
def test_a_query_that_asks_for_a_comparison_is_known(text: str) -> None:
    assert parsed(text).compares
    assert not parsed("lean agile").compares


def test_a_long_query_is_cut_and_says_so() -> None:
    long = parsed(" ".join(f"word{n}" for n in range(MOST_TERMS + 1)))
    assert (len(long.terms), long.more) == (MOST_TERMS, True)
    assert not parsed("word " * 100).more
    assert parsed("word " * 10_000).more


@given(ANYTHING)
def test_what_is_asked_of_the_index_is_words_between_quotes(text: str) -> None:
    query = parsed(text)
    for name, quote in (("sqlite", '"'), ("postgresql", "'")):
        asked = ENGINES[name].expression(query.choices, every=True)
        quoted = re.findall(f"{quote}([^{quote}]*){quote}", asked)
        assert all(re.fullmatch(r"[^\W_]+( [^\W_]+)*", each) for each in quoted)
        left = re.sub(f"{quote}[^{quote}]*{quote}", "", asked)
        assert re.fullmatch(r"( AND | OR | & | \| | <-> |[()])*", left)


@given(ANYTHING)
def test_a_word_stands_where_it_says(text: str) -> None:
    placed = placed_words(text)
    assert [word.letters for word in placed] == words.words(text)
    ends = [0, *(place for word in placed for place in (word.start, word.end))]
    assert ends == sorted(ends)
    assert ends[-1] <= len(text)
    assert all(words.words(text[word.start : word.end]) == [word.letters] for word in placed)


@given(ANYTHING.map(lambda text: text * 9), ANYTHING)
def test_an_excerpt_is_a_piece_of_its_text(text: str, query: str) -> None:
    wanted = [phrase for phrases in parsed(query).choices for phrase in phrases]
    parts = marked(text, wanted)
    piece = "".join(part for part, _ in parts).removeprefix("… ").removesuffix(" …")
    assert piece in text
    assert len(piece) <= LENGTH
    assert {stem(word) for part, hit in parts if hit for word in words.words(part)} <= {
        each for phrase in wanted for each in phrase
    }


def test_only_the_words_of_a_whole_phrase_are_marked() -> None:
    text = "Lead time is not time; lead times are."
    hits = [part for part, hit in marked(text, [("lead", "tim")]) if hit]
    assert hits == ["Lead", "time", "lead", "times"]


def test_a_long_passage_is_cut_around_what_was_asked_for() -> None:
    text = f"{'before ' * 100}takt {'after ' * 100}"
    parts = marked(text, [("takt",)])
    assert ("takt", True) in parts
    assert parts[0][0].startswith("… ")
    assert parts[-1][0].endswith(" …")


def test_a_slip_of_the_finger_leaves_something_in_common() -> None:
    for typed in ("prodction", "production", "prodcution", "producttion", "prodaction"):
        assert slips(typed) & slips("production"), typed
    assert not slips("inventory") & slips("production")


def test_no_stop_word_is_written_twice_or_oddly() -> None:
    assert all(words.words(word) == [word] for word in STOP)
