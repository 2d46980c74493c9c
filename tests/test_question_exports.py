"""Questions in every format say what the document says, however it is written."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from question_readers import (
    Read,
    read_anki,
    read_csv,
    read_gift,
    read_moodle,
    read_quiz,
    same_as_golden,
    tags,
    words,
)

from concepts import content_files, rendering
from concepts.documents import Concept, PageDocument, data_of
from concepts.exports import tables
from concepts.exports.anki import deck
from concepts.exports.cartridge import cartridge
from concepts.exports.gift import gift
from concepts.exports.markup import cdata
from concepts.exports.moodle import moodle_xml
from concepts.exports.question_table import question_csv
from concepts.exports.questions import KEY_LIMIT, Item, fractions, items, key_of
from concepts.exports.questions import Source as From
from concepts.parts import Frozen
from concepts.questions import parse_question

CONTENT = Path(content_files.__file__).parent / "content"
BEGUN = datetime(2026, 11, 1, 12, tzinfo=UTC)
SITE = "https://pom.example.edu"


def of(document: PageDocument, **changed: Any) -> list[Item]:
    """The questions of a document in its third edition."""
    data = data_of(document)
    key = f"{data['kind']}-{data['slug']}"
    told: dict[str, Any] = {
        "key": key,
        "title": data["title"],
        "number": 3,
        "address": f"{SITE}/{data['kind']}s/{data['slug']}/editions/3/",
        "published": BEGUN,
        "site": "POM, explained",
    }
    addresses = {"concept:takt-time": f"{SITE}/concepts/takt-time/"}
    return items(data, From(**told | changed), addresses)


def asking(*texts: str, title: str = "Stock", **frozen: Any) -> Concept:
    """A concept with these questions, q1 and so on."""
    asked = [{"key": f"q{number}", "text": text} for number, text in enumerate(texts, 1)]
    document = Concept.model_validate(
        {"slug": "stock", "title": title, "summary": "What lies there.", "questions": asked}
    )
    return document.model_copy(update={"frozen": Frozen.model_validate(frozen)})


def quiz(given: Sequence[Item]) -> bytes:
    return cartridge("stock", "Stock", [], given)


FORMATS: dict[str, tuple[Callable[[Sequence[Item]], bytes], Callable[[bytes], list[Read]]]] = {
    "questions.xml": (moodle_xml, read_moodle),
    "questions.gift": (gift, read_gift),
    "questions.csv": (question_csv, read_csv),
    "questions.apkg": (deck, read_anki),
    "course.imscc": (quiz, read_quiz),
}
EACH = pytest.mark.parametrize("name", FORMATS)


def exported(name: str, given: Sequence[Item]) -> list[Read]:
    """What a program reads of the questions in this format."""
    write, read = FORMATS[name]
    return read(write(given))


def plain(read: Read, name: str) -> tuple[str, str, list[tuple[str, bool, str]]]:
    """The key and the words of what was read: stem, and each option with right and reason."""
    say = (lambda text: text) if name == "questions.csv" else words
    answers = [(say(a.text), a.counts > 0, say(a.reason)) for a in read.answers]
    return read.key, say(read.stem), answers


def meant(document: PageDocument, name: str) -> list[tuple[str, str, list[tuple[str, bool, str]]]]:
    """The same, from the Markdown of the document."""
    say = rendering.plain
    if name == "questions.csv":
        say = lambda text: tables.harmless(rendering.plain(text))  # noqa: E731
    found = []
    for question in document.questions:
        parsed = parse_question(question.text)
        options = [(say(o.text), o.right, say(o.reason)) for o in parsed.options]
        key = f"{document.kind}-{document.slug}--{question.key}"
        found.append((key, say(parsed.stem), options))
    return found


# What is shipped --------------------------------------------------------------------------------


@cache
def shipped() -> list[Any]:
    """Every page that asks something."""
    documents = (file.document for file in content_files.read_folder(CONTENT))
    return [page for page in documents if getattr(page, "questions", [])]


@EACH
def test_every_shipped_page_says_the_same_in_every_format(name: str) -> None:
    assert sum(len(page.questions) for page in shipped()) >= 120
    for page in shipped():
        read = [plain(each, name) for each in exported(name, of(page))]
        assert read == meant(page, name), page.slug


@EACH
def test_all_shipped_pages_fit_into_one_file(name: str) -> None:
    every = [item for page in shipped() for item in of(page)]
    keys = [read.key for read in exported(name, every)]
    assert keys == [item.key for item in every]
    assert len(set(keys)) == len(keys)


# Golden files -----------------------------------------------------------------------------------

PLAIN = """\
Which one is *stored*?

- [ ] A haircut

  It is gone when it is done.
- [x] A loaf

  It waits on the shelf.
"""
SEVERAL = """\
Which of these follow from **L = λW**, where `L < 10`?

| Rate | Time |
|---:|---|
| 2 | 5 |

- [x] Fewer things wait [@little1961, p. 384]

  See [takt time](concept:takt-time@2#formula) and [more](https://example.org/?a=1&b=2).
- [x] Things wait for less time
- [ ] The rate falls

  1. It is given.
  2. It stays.
- [ ] Nothing does
"""
SOURCE = {"key": "little1961", "csl": {"title": "A Proof", "type": "article-journal"}}


def sample() -> Concept:
    neighbour = {"kind": "concept", "slug": "takt-time", "title": "Takt time"}
    return asking(PLAIN, SEVERAL, title="Stock & flow", neighbours=[neighbour], sources=[SOURCE])


@pytest.mark.parametrize("name", ["questions.xml", "questions.gift", "questions.csv"])
def test_a_file_is_byte_for_byte_its_golden_file(name: str) -> None:
    assert same_as_golden(name, FORMATS[name][0](of(sample())))


@EACH
def test_the_same_questions_make_the_same_bytes(name: str) -> None:
    write, _ = FORMATS[name]
    assert write(of(sample())) == write(of(sample()))


# Hostile texts ----------------------------------------------------------------------------------

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1-1",
    "~=#{}: all of them",
    "a } b { c",
    r"back\\slash, \\n and \\: and \\\\",
    "]]> and <![CDATA[ ]]>",
    "]]>]]>",
    "<script>alert(1)</script>",
    "</text></question><question>",
    "&amp; &lt; &&035; &#35;",
    "%50% of it",
    "%-100%",
    "[plain]not a format",
    "[html]<b>",
    ":: name ::",
    "#### general",
    "// no comment",
    "$CATEGORY: none",
    "TRUE",
    "1 -> 2",
    "{{c1::cloze}} {{Answer}}",
    "\"quoted\", 'twice'; and, comma",
    "שלום \u202e txet desrever \u2066x\u2069",
    "👩‍🔬 naïve 中文",
    "a\u2028b\u00a0c",
    "'=1+1",
    "-1",
    "\uff1d1",
    "x" * 300,
]


def bare(text: str) -> str:
    """The text without blanks and marks of direction, which HTML may put elsewhere."""
    return "".join(re.sub("[\u202a-\u202e\u2066-\u2069]", "", text).split())


def all_bare(found: tuple[str, str, list[tuple[str, bool, str]]]) -> Any:
    key, stem, options = found
    return key, bare(stem), [(bare(text), right, bare(why)) for text, right, why in options]


def hostile(text: str) -> Concept:
    """A question that has the text in every place, also as code, where nothing is an escape."""
    code = "".join(f"      {line}\n" for line in text.split("\n"))
    asked = f"{text}\n\n- [x] {text}\n\n  {text}\n\n{code}\n- [ ] B {text}\n- [ ] {text}\n\n  Why."
    return asking(asked, title=text[:200])


@EACH
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_survives_in_every_place(name: str, text: str) -> None:
    document = hostile(text)
    (read,) = exported(name, of(document))
    assert all_bare(plain(read, name)) == all_bare(meant(document, name)[0])
    if name != "questions.csv":
        shown = " ".join([read.stem, *(part for a in read.answers for part in (a.text, a.reason))])
        allowed = {"p", "pre", "code", "a", "em", "strong", "sup", "ul", "ol", "li", "h4"}
        assert tags(shown) <= allowed


PIECES = st.sampled_from([*HOSTILE, "\\", "`", "*", "|", "<", "&", "]", "[", "\t", "  ", "%", "\n"])
TEXTS = st.lists(
    PIECES | st.text("ab~=#{}:\\n%/$<>&\"';`*_|[] \u200f\u05d0", max_size=5), max_size=6
)


@EACH
@given(pieces=TEXTS)
@settings(max_examples=60)
def test_any_text_survives_in_every_format(name: str, pieces: list[str]) -> None:
    text = " ".join("".join(pieces).split())  # an option is one line
    document = asking(
        f"A {text}\n\n- [ ] B {text}\n\n  C {text}\n- [x] D {text}", title=f"E {text}"[:200]
    )
    (read,) = exported(name, of(document))
    assert all_bare(plain(read, name)) == all_bare(meant(document, name)[0])


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_told_in_every_format(title: str) -> None:
    document = asking(PLAIN, title=title[:200])
    given = of(document)
    shown = words(given[0].source.credit)
    assert shown.startswith(f"From {' '.join(document.title.split())}, edition 3, POM, explained.")
    for name in ("questions.xml", "questions.gift", "questions.apkg"):
        assert exported(name, given)[0].feedback == given[0].source.credit
    category = "$course$/top/POM, explained/" + document.title.replace("/", "//")
    assert exported("questions.xml", given)[0].category == category
    assert exported("questions.gift", given)[0].category == category.replace("\\", "")
    assert exported("questions.csv", given)[0].category == tables.harmless(document.title)


def test_no_cell_of_a_table_begins_a_formula() -> None:
    for text in HOSTILE:
        file = question_csv(of(hostile(text))).decode("utf-8-sig")
        assert not re.search(r'(^|[,\n])"?\s*[=+@\-＝]', file), text


@pytest.mark.parametrize("text", [*HOSTILE, "]]>", "]]]]>>", "]]", ""])
def test_a_section_that_is_not_parsed_holds_any_text(text: str) -> None:
    assert (ET.fromstring(f"<text>{cdata(text)}</text>").text or "") == text


def test_what_gift_gives_a_meaning_is_escaped() -> None:
    asked = "`a~b=c#d{e}f:g\\h`\n\n- [x] %50%\n- [ ] [plain]x\n\n  As\n\n      one\n      two"
    lines = gift(of(asking(asked))).decode().split("\n")
    name = r"a\~b\=c\#d\{e\}f\:g\\h"
    assert lines[3:6] == [
        f"::{name}::[html]<code>{name}</code>{{",
        "\t=[html]%50%",
        "\t~[html][plain]x#[html]<p>As</p>\\n<pre><code>one\\ntwo\\n</code></pre>",
    ]


# What a question is made of -----------------------------------------------------------------------


def test_links_and_sources_have_whole_addresses() -> None:
    _, several = of(sample())
    edition = f"{SITE}/concepts/stock/editions/3/"
    option = several.options[0]
    assert option.text.html == (
        f'Fewer things wait<sup><a href="{edition}#s1" aria-label="Source 1">1</a>, p. 384</sup>'
    )
    assert option.reason.html == (
        f'See <a href="{SITE}/concepts/takt-time/editions/2/#formula" rel="noopener">takt time</a>'
        ' and <a href="https://example.org/?a=1&amp;b=2" rel="noopener">more</a>.'
    )
    assert option.text.plain == "Fewer things wait"
    assert several.address == f"{edition}#question-q2"


def test_a_picture_and_a_page_that_is_not_known() -> None:
    picture = f"/media/{'0a' * 32}.png"
    text = f"![A lane]({picture}#12x8)\n\n- [x] [goods](concept:goods)\n- [ ] [bad](http://[x)"
    (item,) = of(asking(text))
    assert f'src="{SITE}{picture}' in item.stem.html
    assert [option.text.html for option in item.options] == ["goods", '<a rel="noopener">bad</a>']
    assert item.title == "A lane"


def test_code_tables_and_lists_are_kept() -> None:
    _, several = of(sample())
    assert tags(several.stem.html) == {*"p strong code table thead tbody tr th td".split()}
    assert tags(several.options[2].reason.html) == {"ol", "li"}
    assert "L &lt; 10" in several.stem.html


def test_a_title_is_how_the_question_begins() -> None:
    long, decorative = of(
        asking(
            f"{'word ' * 30}\n\n- [x] a\n- [ ] b",
            f"![decorative](/media/{'0a' * 32}.png)\n- [x] a\n- [ ] b",
        )
    )
    assert long.title == ("word " * 16).strip() + "…"
    assert decorative.title == "concept-stock--q2"


def test_a_key_that_is_too_long_is_cut_and_still_its_own() -> None:
    page = "distinction-" + "a" * 80
    keys = {key_of(page, "b" * 40 + end) for end in ("c", "d")}
    assert key_of("concept-stock", "q1") == "concept-stock--q1"
    assert {len(key) for key in keys} == {KEY_LIMIT}
    assert len(keys) == 2
    assert all(key.startswith(f"{page[:87]}-") for key in keys)
    assert len(key_of("a" * 50, "b" * 48)) == KEY_LIMIT


def counting(right: int, wrong: int) -> list[str]:
    options = "\n".join(["- [x] a"] * right + ["- [ ] b"] * wrong)
    return fractions(of(asking(f"Which?\n\n{options}"))[0])


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        (1, 1, ["100", "0"]),
        (1, 3, ["100", "0", "0", "0"]),
        (2, 0, ["50", "50"]),
        (2, 1, ["50", "50", "-50"]),
        (3, 2, ["33.33333"] * 3 + ["-50"] * 2),
        (6, 7, ["16.66667"] * 6 + ["-14.28571"] * 7),
        (12, 11, ["5"] * 12 + ["-5"] * 11),
    ],
)
def test_what_options_count(right: int, wrong: int, expected: list[str]) -> None:
    assert counting(right, wrong) == expected


MOODLE = {1, 0.9, 5 / 6, 0.8, 0.75, 0.7, 2 / 3, 0.6, 0.5, 0.4, 1 / 3, 0.3, 0.25, 0.2}
MOODLE |= {1 / 6, 1 / 7, 1 / 8, 1 / 9, 0.1, 0.05, 0}
"""The shares that Moodle knows; it refuses a question with any other."""


def test_every_share_is_one_that_moodle_knows() -> None:
    for right in range(1, 14):
        for wrong in range(14):
            shares = [abs(float(share)) / 100 for share in counting(right, wrong or right == 1)]
            assert all(min(abs(share - known) for known in MOODLE) < 1e-5 for share in shares)


@pytest.mark.parametrize("name", ["questions.xml", "questions.gift"])
def test_several_right_options_share_the_mark(name: str) -> None:
    one, several = exported(name, of(sample()))
    assert (one.single, several.single) == (True, False)
    assert [answer.counts for answer in one.answers] == [0, 100]
    assert [answer.counts for answer in several.answers] == [50, 50, -50, -50]


def test_a_table_has_as_many_columns_as_the_longest_question_needs() -> None:
    rows = question_csv(of(sample())).decode("utf-8-sig").split("\r\n")
    assert rows[0] == (
        "Key,Page,Question,Option 1,Option 2,Option 3,Option 4,Right,"
        "Reason 1,Reason 2,Reason 3,Reason 4,Address"
    )
    assert rows[1] == (
        "concept-stock--q1,Stock & flow,Which one is stored?,A haircut,A loaf,,,2,"
        "It is gone when it is done.,It waits on the shelf.,,,"
        f"{SITE}/concepts/stock/editions/3/#question-q1"
    )
    assert ',"1, 2",' in rows[2]
