"""Bibliographies: BibTeX, RIS and CSL-JSON as sources, LaTeX, and what is refused."""

import json
import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concepts.content_files import scan_folder
from concepts.documents import Source
from concepts.parts import Name
from concepts.references import Entry, UnreadableError, latex, names, read
from concepts.references.entries import MOST, TEXT_LIMIT


def one(text: str) -> Entry:
    [entry] = read(text)
    return entry


def said(entry: Entry) -> dict[str, Any]:
    """What the source says beyond its key, in plain values; names as lines."""
    data = entry.source.model_dump(exclude_defaults=True, exclude={"slug"})
    for role in ("author", "editor"):
        if role in data:
            data[role] = names.written(data[role]).split("\n")
    return data


def refusal(text: str) -> list[str]:
    with pytest.raises(UnreadableError) as refused:
        read(text)
    return refused.value.problems


# BibTeX -----------------------------------------------------------------------------------------

ARTICLE = r"""
@string{or = "Operations Research"}

@Article{lawOfWaiting,
  author  = "Lind{\'e}n, J{\"o}rg and Marek \L{}ask and de la Cruz, Ana",
  title   = {On Waiting in {L}ines: {$L = \lambda W$} \& its Uses},
  journal = or,
  year    = 1961, volume = {9}, number = {3--4},
  month   = may,
  pages   = {383--387},
  doi     = {https://doi.org/10.1287/opre.9.3.383},
  url     = {http://dx.doi.org/10.1287/opre.9.3.383},
  abstract = {50% of it \undefined{ is odd},}
}
"""

CHAPTER = r"""
@incollection{fleet:92,
  author = {Fleet, Ruth}, title = {A Chapter}, pages = {pp. 11--29}, crossref = {book92},
}
@book{book92,
  editor = {Ober, Max and Ito, Rei}, title = {The Whole Book}, edition = {Second},
  publisher = {Press}, address = {New York, {NY}}, year = 1992, isbn = {0-306-40615-2 (cloth)},
}
"""

BIBLATEX = r"""
@report{body, author = {{Bureau of Lines and Waiting}}, title = {Queues}, subtitle = {A Survey},
  type = {techreport}, number = {12}, institution = {BLW}, location = {Bern}, date = {2004-05}}
@online{page, title = {A Page}, url = {https://example.org/a\_b%20c},
  date = {2024-02-01/2024-02-03}}
@thesis{th, author = {Doe, Jo}, title = {T}, type = {phdthesis}, school = {U}, year = {2001}}
"""


def test_an_article_of_bibtex_is_read_with_its_abbreviations_and_accents() -> None:
    entry = one(ARTICLE)
    assert said(entry) == {
        "type": "article-journal",
        "title": "On Waiting in Lines: L = λW & its Uses",
        "author": ["Lindén, Jörg", "Łask, Marek", "de la Cruz, Ana"],
        "container_title": "Operations Research",
        "volume": "9",
        "issue": "3-4",
        "page": "383-387",
        "issued": "1961-05",
        "doi": "10.1287/opre.9.3.383",
    }
    assert (entry.key, entry.source.slug, entry.notes) == ("lawOfWaiting", "linden1961", ())


def test_a_chapter_takes_over_from_its_book_what_it_lacks() -> None:
    chapter, book = read(CHAPTER)
    assert said(chapter) == {
        "type": "chapter",
        "title": "A Chapter",
        "author": ["Fleet, Ruth"],
        "editor": ["Ober, Max", "Ito, Rei"],
        "container_title": "The Whole Book",
        "page": "11-29",
        "edition": "2",
        "publisher": "Press",
        "publisher_place": "New York, NY",
        "issued": "1992",
        "isbn": "0-306-40615-2",
    }
    assert (book.source.type, book.source.title) == ("book", "The Whole Book")


def test_what_biblatex_adds_is_read() -> None:
    report, page, thesis = map(said, read(BIBLATEX))
    assert report == {
        "type": "report",
        "title": "Queues: A Survey",
        "author": ["{Bureau of Lines and Waiting}"],
        "genre": "Report",
        "number": "12",
        "publisher": "BLW",
        "publisher_place": "Bern",
        "issued": "2004-05",
    }
    assert (page["url"], page["issued"]) == ("https://example.org/a_b%20c", "2024-02-01")
    assert (thesis["genre"], thesis["publisher"]) == ("PhD thesis", "U")


@pytest.mark.parametrize(
    ("typed", "fields", "ours"),
    [
        ("article", "", "article-journal"),
        ("article", ", entrysubtype={newspaper}", "article-newspaper"),
        ("inbook", "", "book"),
        ("inbook", ", booktitle={B}", "chapter"),
        ("inproceedings", "", "paper-conference"),
        ("mastersthesis", "", "thesis"),
        ("techreport", "", "report"),
        ("standard", "", "standard"),
        ("misc", ", howpublished={\\url{https://example.org}}", "webpage"),
        ("misc", ", howpublished={Printed}", "report"),
        ("patent", "", "report"),
    ],
)
def test_types_of_bibtex_become_ours(typed: str, fields: str, ours: str) -> None:
    assert one(f"@{typed}{{k, title={{T}}{fields}}}").source.type == ours


@pytest.mark.parametrize(
    ("typed", "issued"),
    [
        ("year = 1961", "1961"),
        ("year = {[1961]}", "1961"),
        ("year = 1961, month = 10 # {~} # oct", "1961-10-10"),
        ("year = 1961, month = {October}", "1961-10"),
        ("year = 1961, month = 7, day = 4", "1961-07-04"),
        ("date = {1961/1963}", "1961"),
        ("year = 1961, month = 2, day = 30", "1961"),
        ("year = {in press}", ""),
    ],
)
def test_dates_of_bibtex(typed: str, issued: str) -> None:
    assert one(f"@book{{k, title={{T}}, {typed}}}").source.issued == issued


def test_what_cannot_be_used_is_left_out_and_said() -> None:
    text = "@book{k, title={T}, author={A, B and others}, year={soon}, isbn={123-4567890}, doi={x}}"
    assert one(text).notes == (
        "Left out: 'and others'. Name everybody whom the work names.",
        "Left out: doi 'x'.",
        "Left out: isbn '123-4567890'.",
        "Left out: issued 'soon'.",
    )


# LaTeX ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (r"{\'E}t{\'e} na{\"\i}ve \'{e} \"o", "Été naïve é ö"),
        (r"\v{S}k \c{c} \c C \~n {\H o} \={a} \r{a} \k{a}", "Šk ç Ç ñ ő ā å ą"),
        (r"Stra\ss e, S{\o}ren, \AA rhus, {\OE}uvre", "Straße, Søren, Århus, Œuvre"),
        (r"A \& B -- c---d ``e'' 5\% \$6 \{x\} \LaTeX\ y", "A & B – c—d “e” 5% $6 {x} LaTeX y"),
        ("100% right", "100% right"),
        (r"\emph{Just} \textbf{in \textit{time}} {\em now}", "Just in time now"),
        (r"$O(n^2)$, $\alpha$ and $\Lambda$", "O(n^2), α and Λ"),
        (r"a~b\,c \unknown{d}", "a b c d"),
        (r"see \url{https://example.org/a_b}", "see https://example.org/a_b"),
    ],
)
def test_latex_becomes_text(typed: str, shown: str) -> None:
    assert latex.text(typed) == shown


# RIS --------------------------------------------------------------------------------------------

RIS = """\
TY  - JOUR
AU  - Lindén, Jörg
AU  - King, Ann, Jr.
A1  - Bureau of Lines
TI  - On Waiting
  in Lines
T2  - Operations Research
PY  - 1961
DA  - 1961/05/06/
VL  - 9
IS  - 3
SP  - 383
EP  - 387
SN  - 0030-364X
DO  - 10.1287/opre.9.3.383
UR  - https://example.org/a;b
ID  - waiting
ER  -\x20

TY  - BOOK
A2  - Ober, Max
T1  - The Whole Book
Y1  - 1992///
ET  - 2nd ed.
PB  - Press
CY  - Bern
SN  - 978-0-306-40615-7
ER  -\x20
"""


def test_ris_is_read() -> None:
    article, book = read(RIS)
    assert said(article) == {
        "type": "article-journal",
        "title": "On Waiting in Lines",
        "author": ["Lindén, Jörg", "King Jr., Ann", "{Bureau of Lines}"],
        "container_title": "Operations Research",
        "issued": "1961-05-06",
        "volume": "9",
        "issue": "3",
        "page": "383-387",
        "doi": "10.1287/opre.9.3.383",
        "url": "https://example.org/a;b",
    }
    assert said(book) == {
        "title": "The Whole Book",
        "editor": ["Ober, Max"],
        "issued": "1992",
        "edition": "2",
        "publisher": "Press",
        "publisher_place": "Bern",
        "isbn": "978-0-306-40615-7",
    }


def test_an_entry_of_ris_without_end_is_refused_by_its_line() -> None:
    text = "TY  - JOUR\nTI  - A\n\nTY  - JOUR\nTI  - B\nER  - \nTY  - BOOK"
    assert refusal(text) == [
        "The entry at line 1 has no end: close it with a line 'ER  - '.",
        "The entry at line 7 has no end: close it with a line 'ER  - '.",
    ]


# CSL-JSON ---------------------------------------------------------------------------------------


def item(**fields: Any) -> dict[str, Any]:
    return {"id": "k", "type": "book", "title": "T"} | fields


def csl(**fields: Any) -> dict[str, Any]:
    return said(one(json.dumps([item(**fields)])))


def test_csl_is_read_as_managers_and_registers_write_it() -> None:
    assert csl(
        type="journal-article",
        title=["On <i>Waiting</i> &amp; Lines"],
        author=[
            {"family": "Gogh", "given": "Vincent", "non-dropping-particle": "van"},
            {"family": "Fontaine", "given": "Jean", "dropping-particle": "de", "suffix": "Jr."},
            {"literal": "A Body"},
        ],
        issued={"date-parts": [["1961", 5]]},
        volume=9,
        **{"container-title": ["Operations Research", "OR"], "page": "383–387", "DOI": "10.1000/X"},
    ) == {
        "type": "article-journal",
        "title": "On Waiting & Lines",
        "author": ["van Gogh, Vincent", "Fontaine Jr., Jean de", "{A Body}"],
        "container_title": "Operations Research",
        "issued": "1961-05",
        "volume": "9",
        "page": "383-387",
        "doi": "10.1000/X",
    }


@pytest.mark.parametrize(
    ("issued", "ours"),
    [
        ({"date-parts": [[1961]]}, "1961"),
        ({"raw": "1961-05-06"}, "1961-05-06"),
        ({"literal": "spring 1961"}, "1961"),
        ({"date-parts": [[1961, 13, 45]]}, "1961"),
        ({"date-parts": [[None]]}, ""),
        ({"date-parts": "x"}, ""),
        (1961, "1961"),
    ],
)
def test_dates_of_csl(issued: Any, ours: str) -> None:
    assert csl(issued=issued).get("issued", "") == ours


def test_our_own_csl_reads_back_as_the_same_source() -> None:
    own = Source(
        slug="ober1992",
        title="Books: a history",
        author=[Name(family="Ober", given="Max"), Name(literal="A Body")],
        issued="1992-05-06",
        edition="2",
        isbn="978-0-306-40615-7",
        url="https://example.org/a",
    )
    assert one(json.dumps(own.csl())).source == own


def test_every_shipped_source_reads_back_from_its_csl(settings: Any) -> None:
    shipped = scan_folder(settings.BASE_DIR / "concepts" / "content").files
    sources = [file.document for file in shipped if isinstance(file.document, Source)]
    entries = read(json.dumps([source.csl() for source in sources]))
    own = {"slug", "checked", "under_discussion", "caveat", "body"}
    for source, entry in zip(sources, entries, strict=True):
        assert entry.source.model_dump(exclude=own) == source.model_dump(exclude=own)


# Hostile ----------------------------------------------------------------------------------------

HOSTILE = {
    "nothing": ("", "No entry was found"),
    "no entry": ("Dear editor, @ all", "No entry was found"),
    "too long": ("@book{a, title={" + "x" * TEXT_LIMIT, "The text is too long"),
    "not closed": ("@book{a, title={x}", r"The entry at line 1 \(@book\{a"),
    "the second not closed": ("@book{a, title={x}}\n@book{b, title={x", "The entry at line 2"),
    "a quotation mark missing": ('@book{a, title="x}\n@book{b,title={y}}', "at line 1"),
    "deep braces": ("@book{a, title={" + "{" * 99 + "}" * 99 + "}}", "a .line 1.: 'title' has br"),
    "no @string": ("@book{a, title=foo}", "a .line 1.: 'title' names 'foo', which no @string"),
    "a loop": ("@string{a = b # b}@string{b = a}@book{k, title=a}", "@string a: names 'b'"),
    "growth": (
        '@string{a = "' + "x" * 9000 + '"}@string{b = a # a # a}@book{k, title=b}',
        "@string b: grows beyond",
    ),
    "a key twice": ("@book{a, title={x}}@book{a, title={y}}", "citekey that stands there twice"),
    "a field twice": ("@book{a, title={x}, title={y}}", "a field twice"),
    "too many": ("@book{a,}" * 5_000, "too many entries"),
    "many": ("\n".join(f"@book{{a{n}, title={{x}}}}" for n in range(MOST + 1)), "There are 501"),
    "commas in a name": ("@book{a, title={x}, author={A, B, C, D}}", "a .line 1.: the name 'A, B"),
    "a long value": ("@book{a, title={" + "x" * 30_000 + "}}", "a .line 1.: 'title' is longer"),
    "a long title": ("@book{a, title={" + "x" * 501 + "}}", "a .line 1.: 'title' is too long"),
    "no title": ("@book{a, year=2001}", "a .line 1.: 'title' is empty"),
    "a control character": ("@book{a,\ntitle={x\x00y}}", "Line 2 holds the character U.0000"),
    "a surrogate": ("@book{a, title={\ud800}}", "Line 1 holds the character U.D800"),
    "deep JSON": ("[" * 100_000, "nested too deep"),
    "deep JSON objects": ('{"a":' * 50_000, "nested too deep"),
    "a long number": ('[{"id": ' + "9" * 5_000 + "}]", "number that is too long"),
    "broken JSON": ('[{"id": 1,\n}]', "Line [12]: this is no JSON"),
    "other JSON": ("[1, 2]", "no bibliography"),
    "JSON without title": ('[{"id": "k"}]', r"Entry 1 \(k\): 'title' is empty"),
    "many braces": ("@x{" * 900, "at line 1"),
    "many backslashes": ("@book{a, title={" + r"\'" * 9_000 + "}}", "'title' is too long"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_bibliography_is_refused_with_its_place(name: str) -> None:
    text, message = HOSTILE[name]
    assert re.search(message, refusal(text)[0])


def test_all_problems_are_told_at_once() -> None:
    assert refusal("@book{a, year=2001}\n@book{b, title=c}\n@book{c, title=d}") == [
        "b (line 2): 'title' names 'c', which no @string defines: put it in braces.",
        "c (line 3): 'title' names 'd', which no @string defines: put it in braces.",
    ]


def test_markup_in_a_title_stays_a_text() -> None:
    assert one("@book{a, title={<script>alert(1)</script>}}").source.title == (
        "<script>alert(1)</script>"
    )


BITS = [
    "@book{",
    "@string{",
    "a",
    ",",
    "=",
    "{",
    "}",
    '"',
    "#",
    "\\",
    "'",
    "TY  - ",
    "ER  - ",
    "\n",
]
BITS += ["title", "author", " and ", "[", "]", '"title":', '"author":', ":", "1", "~", "$", "é"]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(BITS), max_size=40).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(UnreadableError):
        assert all(entry.source.title for entry in read(text))
