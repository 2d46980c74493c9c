"""References in four styles: as citeproc writes them, and where they differ on purpose."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from citation_readers import Csl
from hypothesis import given
from hypothesis import strategies as st

from concepts.citations import Segment
from concepts.citing import STYLES, styles
from concepts.citing.pieces import shortened
from concepts.citing.titles import headline, in_double, in_single

FOLDER = Path(__file__).parent / "data" / "citing"
ITEMS: list[Csl] = json.loads((FOLDER / "items.json").read_text(encoding="utf-8"))
GOLDEN: dict[str, dict[str, str]] = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
SOURCES: list[Csl] = json.loads((FOLDER.parent / "sources.json").read_text(encoding="utf-8"))
ACCESSED = date(2026, 12, 2)


def marked(segments: list[Segment]) -> str:
    """A reference in one line, with <i>italics</i>."""
    return "".join(f"<i>{s.text}</i>" if s.italic else s.text for s in segments)


def written(item: Csl, style: str) -> str:
    return marked(styles(item, ACCESSED)[style])


SITE = "<i>POM, Explained</i>"
EDITIONS = "https://pom.example/distinctions/make-to-stock-vs-make-to-order/editions"

Differing = dict[tuple[str, str], str]

TITLE_FIRST: Differing = {
    ("work-0", "chicago"): f"“Make-to-Stock vs Make-to-Order.” 2026. In {SITE}, 3rd ed. November 1."
    f" {EDITIONS}/3/.",
    ("work-cell", "chicago"): f"“Goods vs Services: Time Horizon (Goods).” 2027. In {SITE}, 22nd"
    " ed. January 9. https://pom.example/distinctions/goods-vs-services/editions/22/"
    "#row-time-horizon--goods.",
    ("work-question", "chicago"): f"“Is a Bank a Factory?” 2026. In {SITE}, 1st ed. November 1."
    " https://pom.example/concepts/bank/editions/1/.",
    ("article-no-author", "harvard"): "‘The week in operations’ (2003) <i>Operations Weekly</i>,"
    " 4(2), pp. 7–8.",
    ("newspaper-no-author", "chicago"): "“Shortages Return.” 2021. <i>The Guardian</i>, May."
    " https://example.com/shortages.",
    ("newspaper-no-author", "harvard"): "‘Shortages return’ (2021) <i>The Guardian</i>, May."
    " Available at: https://example.com/shortages (Accessed: 2 December 2026).",
    ("webpage-undated", "chicago"): "“Production vs Operations.” n.d. Aeologic Blog."
    " https://example.com/production.",
}
"""What names nobody begins with its title in every style: one rule that a reader can know.
citeproc begins some with the journal, newspaper or site, and then leaves their titles small."""

NAMES_AS_STORED: Differing = {
    ("work-particle", "chicago"): f"van der Laan, Erik A. 2026. “Takt Time.” In {SITE}, 11th ed."
    " November 1. https://pom.example/concepts/takt-time/editions/11/.",
    ("article-particle", "chicago"): "van der Heijden, Willem, and María José de la Cruz. 2014."
    " “Kwaliteit.” <i>Tijdschrift</i> 8: 1–20.",
}
"""A family name stands as the source has it: whether "van der" is sorted depends on the country,
and citeproc takes it for Dutch."""

TITLES_AS_STORED: Differing = {
    ("work-quotes", "apa"): "Doe, J. (2026). What “lean” and 'agile' mean. In <i>POM,"
    f" explained</i> (2nd ed.). {EDITIONS}/2/",
    ("book-quotes", "apa"): 'Goldratt, E. M. (1984). <i>The “Goal” & the "gap": don\'t stop</i>.'
    " North River Press.",
    ("book-quotes", "harvard"): "Goldratt, E.M. (1984) <i>The “Goal” & the “gap”: don’t"
    " stop</i>. North River Press.",
    ("article-subtitle", "apa"): "Doe, J. (2015). Sources of value: a review of the literature -"
    " and of practice. <i>Journal of value and quality</i>, <i>12</i>(4), 101–120."
    " https://doi.org/10.1000/182",
    ("report-numbered", "apa"): "Lee, H. L. (1996). <i>The bullwhip effect in supply chains</i>"
    " (Research paper No. 1397). Stanford University.",
}
"""APA is the style of the pages' own lists, where titles, journals and kinds of report stand as
they are stored; and quotation marks keep their kind in a title that has none around it."""

QUOTED_WORDS: Differing = {
    ("work-quotes", "mla"): f"Doe, Jane. “What ‘Lean’ and ‘Agile’ Mean.” {SITE}, 2nd ed., 1 Nov."
    f" 2026, {EDITIONS}/2/.",
    ("work-quotes", "chicago"): f"Doe, Jane. 2026. “What ‘Lean’ and ‘Agile’ Mean.” In {SITE}, 2nd"
    f" ed. November 1. {EDITIONS}/2/.",
}
"""A word behind a straight quotation mark is a word too."""

HOSTILE = "A {b} \\c @d %e #f $g &h ~i ^j _k ]]> <b>l</b> =1+1 😀"
MARKUP: Differing = {
    ("work-hostile", "apa"): f"O'Neil & Söhne, A. <., & R&D {{Team}}. (2026). {HOSTILE}. In"
    f" <i>POM, explained</i> (1st ed.). {EDITIONS}/1/",
    ("work-hostile", "mla"): f"O'Neil & Söhne, A. <i>, and R&D {{Team}}. “{HOSTILE}.” {SITE}, 1st"
    f" ed., 1 Nov. 2026, {EDITIONS}/1/.",
    ("work-hostile", "chicago"): f"O'Neil & Söhne, A. <i>, and R&D {{Team}}. 2026. “{HOSTILE}.”"
    f" In {SITE}, 1st ed. November 1. {EDITIONS}/1/.",
    ("work-hostile", "harvard"): f"O'Neil & Söhne, A.<. and R&D {{Team}} (2026) ‘{HOSTILE}’,"
    " <i>POM, explained</i>. 1st ed. Available at:"
    f" {EDITIONS}/1/ (Accessed: 2 December 2026).",
}
"""Markup in a name is text like any other."""

SAID_ONCE: Differing = {
    ("book-body", "apa"): "APICS. (2013). <i>APICS dictionary</i> (14th ed.).",
    ("report-own", "apa"): "Amazon.com, Inc. (2024). <i>Annual report 2023</i> [Form 10-K]."
    " https://ir.aboutamazon.com/10k",
    ("webpage-own", "apa"): "U.S. Bureau of Labor Statistics. (2025). <i>Industrial production"
    " managers</i>. https://www.bls.gov/ooh/ipm",
    ("standard", "apa"): "International Organization for Standardization. (2015). <i>ISO"
    " 9000:2015. Quality management systems: Fundamentals and vocabulary</i>."
    " https://www.iso.org/standard/45481.html",
    ("standard", "mla"): "International Organization for Standardization. <i>ISO 9000:2015."
    " Quality Management Systems: Fundamentals and Vocabulary</i>. International Organization for"
    " Standardization, 2015, https://www.iso.org/standard/45481.html.",
    ("standard", "chicago"): "International Organization for Standardization. 2015. <i>ISO"
    " 9000:2015. Quality Management Systems: Fundamentals and Vocabulary</i>. International"
    " Organization for Standardization. https://www.iso.org/standard/45481.html.",
}
"""APA leaves out a publisher or site that is the author (manual, 9.29 and 9.31); and nobody needs
a number that stands in the title already."""

STANDARDS: Differing = {
    ("standard", "harvard"): "International Organization for Standardization (2015) <i>ISO"
    " 9000:2015. Quality management systems: Fundamentals and vocabulary</i>. Geneva:"
    " International Organization for Standardization. Available at:"
    " https://www.iso.org/standard/45481.html (Accessed: 2 December 2026).",
    ("standard-number", "harvard"): "European Committee for Standardization (2017)"
    " <i>Maintenance: Maintenance terminology</i>. EN 13306:2017. CEN.",
}
"""A standard is found by its number, which citeproc loses, and stands alone like a book."""

PROCEEDINGS: Differing = {
    ("paper", "apa"): "Zhao, L., & Kim, J. (2004). Simulation of a shop. In <i>Proceedings of the"
    " 2004 Winter Simulation Conference</i> (pp. 1201–1209). IEEE."
    " https://doi.org/10.1109/WSC.2004.1371450",
    ("paper", "mla"): "Zhao, Li, and Ji-won Kim. “Simulation of a Shop.” <i>Proceedings of the"
    " 2004 Winter Simulation Conference</i>, IEEE, 2004, pp. 1201–09,"
    " https://doi.org/10.1109/WSC.2004.1371450.",
    ("paper", "chicago"): "Zhao, Li, and Ji-won Kim. 2004. “Simulation of a Shop.” In"
    " <i>Proceedings of the 2004 Winter Simulation Conference</i>. IEEE."
    " https://doi.org/10.1109/WSC.2004.1371450.",
}
"""Proceedings with a publisher are a book; citeproc drops the publisher and takes its place for
that of the conference."""

UNDATED: Differing = {
    ("webpage-undated", "apa"): "<i>Production vs operations</i>. (n.d.). Aeologic Blog."
    " https://example.com/production",
}
""" "Retrieved" without a day says nothing."""

SERIAL: Differing = {
    ("chapter-3-editors", "harvard"): "Doe, J. (1999) ‘Batching’, in R. Roe, E.A. Poe and E. van"
    " der Laan (eds) <i>Essays on flow</i>. Elsevier.",
}
"""Editors are listed as authors are, without a comma before "and"."""

REPORT = "Southwest Airlines Co."
ONE_NUMBER: Differing = {
    ("report-only-number", "apa"): f"{REPORT} (2024). <i>Annual report</i> (No. 5-123). SEC.",
    ("report-only-number", "mla"): f"{REPORT} <i>Annual Report</i>. No. 5-123, SEC, 2024.",
    ("report-only-number", "chicago"): f"{REPORT} 2024. <i>Annual Report</i>. No. 5-123. SEC.",
    ("report-only-number", "harvard"): f"{REPORT} (2024) <i>Annual report</i>. 5-123. SEC.",
}
"""A number with a hyphen is one number, which citeproc takes for a span."""

ON_PURPOSE = (
    TITLE_FIRST
    | NAMES_AS_STORED
    | TITLES_AS_STORED
    | QUOTED_WORDS
    | MARKUP
    | SAID_ONCE
    | STANDARDS
    | PROCEEDINGS
    | UNDATED
    | SERIAL
    | ONE_NUMBER
)


def golden(key: str, style: str) -> str:
    """What citeproc writes; "ed." for "edn.", since all four styles here say it in one way."""
    return GOLDEN[key][style].replace(" edn.", " ed.")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
def test_a_reference_is_as_citeproc_writes_it_unless_it_differs_on_purpose(
    item: Csl, style: str
) -> None:
    wanted = ON_PURPOSE.get((item["id"], style)) or golden(item["id"], style)
    assert written(item, style) == wanted


def test_what_differs_on_purpose_does_differ_and_the_golden_file_has_every_item() -> None:
    assert [key for key, ours in ON_PURPOSE.items() if ours == golden(*key)] == []
    assert list(GOLDEN) == [item["id"] for item in ITEMS]


def test_the_citations_of_the_plan_to_the_letter() -> None:
    item = next(item for item in ITEMS if item["id"] == "work-2")
    address = f"{EDITIONS}/3/"
    assert {style: written(item, style) for style in ("apa", "mla", "harvard")} == {
        "apa": "Doe, J., & Roe, R. (2026). Make-to-stock vs make-to-order. In <i>POM,"
        f" explained</i> (3rd ed.). {address}",
        "mla": "Doe, Jane, and Richard Roe. “Make-to-Stock vs Make-to-Order.” <i>POM,"
        f" Explained</i>, 3rd ed., 1 Nov. 2026, {address}.",
        "harvard": "Doe, J. and Roe, R. (2026) ‘Make-to-stock vs make-to-order’, <i>POM,"
        f" explained</i>. 3rd ed. Available at: {address} (Accessed: 2 December 2026).",
    }


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("item", SOURCES, ids=lambda item: item["id"])
def test_no_reference_has_a_fault_of_form(item: Csl, style: str) -> None:
    fault = re.compile(r"\.\.|[?!]\.|,,|  |\(\)|\( | \)|\s[.,;]|None|\[\]|“”|^[^\w“‘]|\.[”’]\.")
    plain = "".join(segment.text for segment in styles(item, ACCESSED)[style])
    assert fault.findall(plain) == []
    assert plain.endswith((".", "?", "!", "”")) or style == "apa"


@pytest.mark.parametrize("style", STYLES)
def test_an_address_is_a_link_only_when_a_browser_can_follow_it(style: str) -> None:
    item = {"id": "x", "type": "webpage", "title": "X", "URL": "https://x.example/#a"}
    assert [s.href for s in styles(item, ACCESSED)[style] if s.href] == ["https://x.example/#a"]
    item["URL"] = "javascript:alert(1)"
    assert [s.href for s in styles(item, ACCESSED)[style] if s.href] == []


TYPES = sorted({item["type"] for item in ITEMS})
FIELDS = sorted(
    {name for item in ITEMS for name in item} - {"id", "type", "author", "editor", "issued"}
)


@given(
    st.fixed_dictionaries(
        {"id": st.just("x"), "type": st.sampled_from(TYPES)},
        optional={
            **{name: st.text(max_size=12) for name in FIELDS},
            "author": st.lists(
                st.fixed_dictionaries({"family": st.text(min_size=1), "given": st.text()})
                | st.fixed_dictionaries({"literal": st.text(min_size=1)}),
                max_size=25,
            ),
            "issued": st.builds(
                lambda parts: {"date-parts": [parts]}, st.lists(st.integers(0, 3000), max_size=4)
            ),
        },
    )
)
def test_any_work_has_a_reference_in_every_style(item: Csl) -> None:
    found: dict[str, Any] = styles(item, ACCESSED)
    assert list(found) == list(STYLES)
    assert all(any(segment.text for segment in segments) for segments in found.values())


# Titles -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Make-to-stock vs make-to-order", "Make-to-Stock vs Make-to-Order"),
        ("Lead time vs cycle time vs takt time", "Lead Time vs Cycle Time vs Takt Time"),
        ("what it is for", "What It Is For"),
        ("A study of: the few, and of the many", "A Study Of: The Few, and of the Many"),
        ("Is it of use? of course", "Is It of Use? Of Course"),
        ("e-commerce and eBay at the BBC", "E-Commerce and eBay at the BBC"),
        ("the 5s of operations.icu, v2", "The 5s of operations.icu, v2"),
        ("‘lean’ (or “agile”) making", "‘Lean’ (or “Agile”) Making"),
        ("économie d’échelle, économie de gamme", "Économie d’échelle, Économie de Gamme"),
        ("OF THE ESSENCE", "OF THE ESSENCE"),
        ("", ""),
        ("  two  spaces ", "  Two  Spaces "),
    ],
)
def test_a_headline_has_capitals_where_it_should(title: str, wanted: str) -> None:
    assert headline(title) == wanted


@given(st.text())
def test_a_headline_changes_nothing_but_small_letters_into_large_ones(title: str) -> None:
    pairs = zip(headline(title), title, strict=True)
    assert [pair for pair in pairs if pair[0] not in (pair[1], pair[1].upper())] == []


def test_quotation_marks_within_others_change_their_kind() -> None:
    assert in_double("The “lean” way") == "“The ‘lean’ way.”"
    assert in_double('"Lean" is "it?"') == "“‘Lean’ is ‘it?’”"
    assert in_single("The ‘lean’ way of 'Becker's'") == "‘The “lean” way of “Becker’s”’"
    assert in_single("Juran's handbook") == "‘Juran’s handbook’"


# Spans of pages -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "mla", "chicago"),
    [
        ("3–10", "3–10", "3–10"),
        ("71–72", "71–72", "71–72"),
        ("96–117", "96–117", "96–117"),
        ("100–104", "100–04", "100–104"),
        ("107–108", "107–08", "107–8"),
        ("321–328", "321–28", "321–28"),
        ("498–532", "498–532", "498–532"),
        ("1087–1089", "1087–89", "1087–89"),
        ("1201–1209", "1201–09", "1201–9"),
        ("1496–1500", "1496–500", "1496–500"),
        ("11564–11615", "11564–615", "11564–615"),
        ("12991–13001", "12991–3001", "12991–3001"),
        ("S57–S86", "S57–86", "S57–86"),
        ("A7–B9", "A7–B9", "A7–B9"),
        ("135–136, 152", "135–36, 152", "135–36, 152"),
        ("10–10", "10–10", "10–10"),
    ],
)
def test_spans_are_shortened_as_the_handbooks_say(span: str, mla: str, chicago: str) -> None:
    assert (shortened(span), shortened(span, least=1)) == (mla, chicago)
