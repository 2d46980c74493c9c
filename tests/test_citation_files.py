"""BibTeX, RIS and CSL-JSON: what other programs read back from them is what was written."""

import html
import json
from collections.abc import Callable
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from citation_readers import Csl, by_bibtexparser, by_citeproc, by_rispy, said
from hypothesis import given
from hypothesis import strategies as st

from concepts import content_files, references
from concepts.citing import FORMS, Work, csl
from concepts.documents import Source
from concepts.references.fields import FIELDS

FOLDER = Path(__file__).parent / "data" / "citing"
ITEMS: list[Csl] = json.loads((FOLDER / "items.json").read_text(encoding="utf-8"))
CONTENT = Path(references.__file__).parents[1] / "content"

READERS: dict[str, Callable[[str], list[Csl]]] = {
    "bib": by_bibtexparser,
    "ris": by_rispy,
    "csl.json": by_citeproc,
}
KINDS = {
    "article-journal": ("article", "JOUR"),
    "article-magazine": ("article", "MGZN"),
    "article-newspaper": ("article", "NEWS"),
    "book": ("book", "BOOK"),
    "chapter": ("incollection", "CHAP"),
    "paper-conference": ("inproceedings", "CPAPER"),
    "report": ("report", "RPRT"),
    "standard": ("standard", "STAND"),
    "thesis": ("thesis", "THES"),
    "webpage": ("online", "ELEC"),
    "entry-encyclopedia": ("incollection", "ENCYC"),
}
"""Each type of CSL as BibTeX and RIS call it; a report or thesis without a word for its kind."""

HOSTILE = (
    'A "quoted" title, {braces} and \\backslash',
    "}{ unbalanced } braces {{",
    "ends with a backslash \\",
    "@article{x, title = {y}}",
    "50 % of # $5 & ~10 ^ _x_",
    "=HYPERLINK(\"http://x\") -- ''two'' ``ticks`` ---",
    "<![CDATA[x]]> <i>tag</i> &amp; &lt;",
    "ER  - TY  - JOUR",
    "?` !` ,, << >> ----",
    "Ünïcödé, Ελληνικά, 中文, 😀 and L = λW",
    "McDonald's TQM of the eBay, AND and",
    "\\textbf{x} \\'e $x^2$ {\\ss}",
)


def read_back(form: str, item: Csl) -> Csl:
    """The one work in a file, without what the format calls its type."""
    [found] = READERS[form](FORMS[form].write([item]))
    return {name: value for name, value in found.items() if name != "kind"}


def wanted(item: Csl) -> Csl:
    return {name: value for name, value in said(item).items() if name != "type"}


def sources() -> list[Source]:
    """Every source that is shipped."""
    files = sorted((CONTENT / "sources").glob("*.md"))
    documents = [content_files.parse_file(path.name, path.read_bytes()).document for path in files]
    return [document for document in documents if isinstance(document, Source)]


def work(**fields: Any) -> Work:
    known: dict[str, Any] = {
        "kind": "distinction",
        "slug": "goods-vs-services",
        "title": "Goods vs services",
        "authors": [{"family": "Doe", "given": "Jane", "literal": ""}],
        "site": "POM, explained",
        "number": 3,
        "published": date(2026, 11, 1),
        "permanent": "https://pom.example/distinctions/goods-vs-services/editions/3/",
    }
    return Work(**known | fields)


# To the letter ------------------------------------------------------------------------------


def test_bibtex_of_a_page_is_an_article_in_a_collection() -> None:
    assert FORMS["bib"].write([csl(work())]) == (
        "@incollection{pom-goods-vs-services-e3,\n"
        "  author = {Doe, Jane},\n"
        "  title = {Goods vs services},\n"
        "  year = {2026},\n"
        "  month = nov,\n"
        "  day = {1},\n"
        "  booktitle = {POM, explained},\n"
        "  edition = {3},\n"
        "  url = {https://pom.example/distinctions/goods-vs-services/editions/3/},\n"
        "}\n"
    )


def test_ris_of_a_page_is_an_entry_of_an_encyclopedia_and_ends_as_the_format_says() -> None:
    assert FORMS["ris"].write([csl(work())]) == (
        "TY  - ENCYC\r\n"
        "ID  - pom-goods-vs-services-e3\r\n"
        "AU  - Doe, Jane\r\n"
        "TI  - Goods vs services\r\n"
        "PY  - 2026\r\n"
        "DA  - 2026/11/01/\r\n"
        "T2  - POM, explained\r\n"
        "ET  - 3\r\n"
        "UR  - https://pom.example/distinctions/goods-vs-services/editions/3/\r\n"
        "LA  - en\r\n"
        "ER  - \r\n"
    )


def test_csl_of_a_page_names_no_publisher_and_nobody_who_is_not_named() -> None:
    assert csl(work(authors=[])) == {
        "id": "pom-goods-vs-services-e3",
        "type": "entry-encyclopedia",
        "title": "Goods vs services",
        "issued": {"date-parts": [[2026, 11, 1]]},
        "container-title": "POM, explained",
        "edition": "3",
        "URL": "https://pom.example/distinctions/goods-vs-services/editions/3/",
        "language": "en",
    }


def test_a_cell_is_cited_by_name_at_its_own_address_under_its_own_key() -> None:
    cell = csl(work(part="Time horizon (Goods)", anchor="row-time--goods"))
    assert cell["title"] == "Goods vs services: Time horizon (Goods)"
    assert cell["URL"].endswith("/editions/3/#row-time--goods")
    assert cell["id"] == "pom-goods-vs-services-e3_row-time--goods"


def test_no_two_works_share_a_key_even_when_a_slug_looks_like_another_key() -> None:
    works = [
        work(slug="a", number=3, anchor="row-b-e1"),
        work(slug="a-e3-row-b", number=1),
        work(slug="concept-a", number=1),
        work(slug="a", number=1, kind="concept"),
        work(slug="a", number=1, kind="guide"),
    ]
    assert len({each.key for each in works}) == len(works)


def test_capitals_that_must_stay_are_protected_from_styles_that_make_titles_small() -> None:
    def title(text: str) -> str:
        written = FORMS["bib"].write([{"id": "x", "type": "book", "title": text}])
        return written.split("title = {", 1)[1].split("},\n", 1)[0]

    assert title("The role of Elwood Buffa in TQM") == "The role of {Elwood} {Buffa} in {TQM}"
    assert title("How Toyota Got between the Lines") == "How Toyota Got between the Lines"
    assert title("R&D Comes to McDonald's") == r"{R\&D} Comes to {McDonald's}"


def test_editors_of_a_part_stand_where_readers_of_ris_look_for_them() -> None:
    def tag(type_: str) -> str:
        item = {"id": "x", "type": type_, "title": "X", "editor": [{"family": "Roe"}]}
        [line] = [each for each in FORMS["ris"].write([item]).split("\r\n") if "Roe" in each]
        return line[:2]

    assert [tag(each) for each in ("book", "chapter", "paper-conference")] == ["ED", "A2", "A2"]


@pytest.mark.parametrize("title", HOSTILE)
def test_every_brace_has_a_partner_as_bibtex_counts_them(title: str) -> None:
    text = FORMS["bib"].write([csl(work(title=title))])
    depths = list(accumulate((sign == "{") - (sign == "}") for sign in text))
    assert min(depths) == depths[-1] == 0
    assert [line for line in text.splitlines()[1:-1] if line.count("{") != line.count("}")] == []


# Read back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
def test_every_kind_of_work_is_read_back_as_it_is(item: Csl, form: str) -> None:
    assert read_back(form, item) == wanted(item)


@pytest.mark.parametrize("type_", KINDS)
def test_every_type_is_called_by_its_name_in_each_format(type_: str) -> None:
    item = {"id": "x", "type": type_, "title": "X"}
    kinds = [READERS[form](FORMS[form].write([item]))[0]["kind"] for form in READERS]
    assert kinds == [*KINDS[type_], type_]


def test_a_report_or_thesis_that_says_its_kind_is_of_the_type_that_shows_it() -> None:
    for type_, kind in (("report", "techreport"), ("thesis", "phdthesis")):
        item = {"id": "x", "type": type_, "title": "X", "genre": "Licentiate thesis"}
        [found] = by_bibtexparser(FORMS["bib"].write([item]))
        assert (found["kind"], found["genre"]) == (kind, "Licentiate thesis")


@pytest.mark.parametrize("form", READERS)
def test_every_shipped_source_is_read_back_as_it_is(form: str) -> None:
    items = [source.csl() for source in sources()]
    found = READERS[form](FORMS[form].write(items))
    assert [{**each, "kind": ""} for each in found] == [{**wanted(i), "kind": ""} for i in items]
    assert len(items) > 100


@pytest.mark.parametrize("form", READERS)
def test_every_shipped_page_is_read_back_as_it_is(form: str) -> None:
    for path in sorted(CONTENT.glob("*s/*.md")):
        document = content_files.parse_file(path.name, path.read_bytes()).document
        if isinstance(document, Source):
            continue
        address = f"https://pom.example/{document.kind}s/{document.slug}/editions/1/"
        item = csl(
            work(
                kind=document.kind,
                slug=document.slug,
                title=document.title,
                authors=[name.model_dump() for name in document.authors],
                number=1,
                permanent=address,
            )
        )
        assert read_back(form, item) == wanted(item)


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_read_back_as_it_is(title: str, form: str) -> None:
    item = csl(work(title=title, site=title, authors=[{"literal": title.replace(", ", " ")}]))
    assert read_back(form, item) == wanted(item)


# By our own readers, which know every field of a source --------------------------------------

SIGNS = st.characters(exclude_categories=["C", "Z"], include_characters=" {}\\%&~^_$#@'`\"-")
TEXT = st.text(SIGNS, min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)

PLAIN = TEXT.filter(lambda text: html.unescape(text) == text and "<" not in text)
"""Without markup: our import takes away what other programs leave of it in their files."""


@st.composite
def works(draw: Any) -> Source:
    """A source of any type with any text in the fields that such a source has."""
    type_ = draw(st.sampled_from(sorted(FIELDS)))
    person = st.fixed_dictionaries({"family": PLAIN, "given": PLAIN})
    names = st.lists(person | st.fixed_dictionaries({"literal": PLAIN}), max_size=3)
    known: dict[str, Any] = {
        "issued": st.sampled_from(["", "1961", "2024-02", "2024-02-29"]),
        "page": st.sampled_from(["", "7", "7-9", "1-2, 5", "S57-S86", "e12"]),
        "volume": st.sampled_from(["", "3", "3-4"]),
        "issue": st.sampled_from(["", "3", "4, part 2"]),
        "edition": st.sampled_from(["", "3", "Revised"]),
        "doi": st.sampled_from(["", "10.1000/a%b_c#d", "10.1000/(x)<y>"]),
        "isbn": st.sampled_from(["", "978-1-292-09867-8"]),
        "url": st.sampled_from(["", "https://x.example/a_b%20c?d=e&f=#g~"]),
        "author": names,
        "editor": names,
    }
    values = {name: draw(known.get(name, PLAIN)) for name in FIELDS[type_]}
    return Source.model_validate({"slug": "x", "type": type_, **values})


@pytest.mark.parametrize("form", ["bib", "csl.json"])
@given(source=works())
def test_any_source_is_read_back_by_our_own_import(form: str, source: Source) -> None:
    [entry] = references.read(FORMS[form].write([source.csl()]))
    assert said(entry.source.csl()) | {"id": "x"} == said(source.csl())
    assert (entry.key, entry.notes) == ("x", ())


@pytest.mark.parametrize("form", READERS)
@given(title=TEXT, name=TEXT.filter(lambda text: "," not in text))
def test_any_title_and_name_are_read_back_by_other_programs(
    form: str, title: str, name: str
) -> None:
    item = csl(work(title=title, authors=[{"literal": name}]))
    assert read_back(form, item) == wanted(item)


def test_many_works_stand_in_one_file_one_after_the_other() -> None:
    for form, reader in READERS.items():
        found = reader(FORMS[form].write(ITEMS))
        assert [each["id"] for each in found] == [item["id"] for item in ITEMS]


def test_a_file_of_nothing_holds_nothing() -> None:
    assert [FORMS[form].write([]) for form in ("bib", "ris", "csl.json")] == ["", "", "[]\n"]
