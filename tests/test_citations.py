"""Sources as readers see them: references, labels, order, and numbers on a page."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from concepts.citations import (
    Bibliography,
    Mark,
    Segment,
    bibliography,
    label,
    reference,
    sort_key,
)

FILE = Path(__file__).parent / "data" / "sources.json"
SOURCES = {source["id"]: source for source in json.loads(FILE.read_text(encoding="utf-8"))}


def written(csl: dict[str, Any]) -> str:
    """A reference in one line, with *italics*."""
    return "".join(f"*{s.text}*" if s.italic else s.text for s in reference(csl))


GOLDEN = {
    "little1961": "Little, J. D. C. (1961). A Proof for the Queuing Formula: L = λW."
    " *Operations Research*, *9*(3), 383–387. https://doi.org/10.1287/opre.9.3.383",
    "erlang1917": "Erlang, A. K. (1917). Solution of some Problems in the Theory of Probabilities"
    " of Significance in Automatic Telephone Exchanges."
    " *Post Office Electrical Engineers' Journal*, *10*, 189–197.",
    "hopp2004": "Hopp, W. J., & Spearman, M. L. (2004). To Pull or Not to Pull: What Is the"
    " Question? *Manufacturing & Service Operations Management*, *6*(2), 133–148."
    " https://doi.org/10.1287/msom.1030.0028",
    "harris1913": "Harris, F. W. (1913). How Many Parts to Make at Once."
    " *Factory, The Magazine of Management*, *10*(2), 135–136, 152."
    " https://doi.org/10.1287/opre.38.6.947",
    "raff1987": "Raff, D. M. G., & Summers, L. H. (1987). Did Henry Ford Pay Efficiency Wages?"
    " *Journal of Labor Economics*, *5*(4, part 2), S57–S86. https://doi.org/10.1086/298165",
    "caro2010": "Caro, F., Gallien, J., Díaz, M., García, J., Corredoira, J. M., Montes, M.,"
    " Ramos, J. A., & Correa, J. (2010). Zara Uses Operations Research to Reengineer Its Global"
    " Distribution Process. *Interfaces*, *40*(1), 71–84. https://doi.org/10.1287/inte.1090.0472",
    "buffa1961": "Buffa, E. S. (1961). *Modern Production Management*. John Wiley & Sons.",
    "slack2022": "Slack, N., Brandon-Jones, A., & Burgess, N. (2022)."
    " *Operations Management* (10th ed.). Pearson.",
    "hopp2011": "Hopp, W. J., & Spearman, M. L. (2011). *Factory Physics* (3rd ed.)."
    " Waveland Press.",
    "smith1776": "Smith, A. (1776). *An Inquiry into the Nature and Causes of the Wealth of"
    " Nations*. W. Strahan and T. Cadell. https://www.gutenberg.org/ebooks/3300",
    "pmbok2021": "Project Management Institute. (2021). *The Standard for Project Management and"
    " A Guide to the Project Management Body of Knowledge (PMBOK Guide)* (7th ed.).",
    "spring2017": "Spring, M. (2017). Operations Management. In A. Wilkinson, S. J. Armstrong,"
    " & M. Lounsbury (Eds.), *The Oxford Handbook of Management*. Oxford University Press."
    " https://doi.org/10.1093/oxfordhb/9780198708612.013.4",
    "kelley1959": "Kelley, J. E., & Walker, M. R. (1959). Critical-path planning and scheduling."
    " In *Papers presented at the December 1-3, 1959, Eastern Joint IRE-AIEE-ACM Computer"
    " Conference* (pp. 160–173). https://doi.org/10.1145/1460299.1460318",
    "rangan1993": "Rangan, V. K. (1993). *The Aravind Eye Hospital, Madurai, India: In Service for"
    " Sight* (Case No. 593-098). Harvard Business School.",
    "ihi2005": "Institute for Healthcare Improvement. (2005). *Going Lean in Health Care*"
    " [IHI Innovation Series white paper].",
    "amazon-10k-2023": "Amazon.com, Inc. (2024). *Annual Report on Form 10-K for the fiscal year"
    " ended December 31, 2023* (No. 0001018724-24-000008)."
    " https://www.sec.gov/Archives/edgar/data/1018724/000101872424000008/"
    "0001018724-24-000008.txt",
    "iso9000-2015": "International Organization for Standardization. (2015)."
    " *ISO 9000:2015 Quality management systems - Fundamentals and vocabulary*. ISO.",
    "operations-icu": "operations.icu. (n.d.)."
    " *What is the Difference Between Operations and Production Management?*"
    " https://www.operations.icu/what-is-the-difference-between-operations-and-production-management",
    "pbs-aravind": "de Sam Lazaro, F. (n.d.)."
    " *Eye Hospital in India Restores Sight with Free Surgeries*. PBS NewsHour."
    " https://www.pbs.org/newshour/show/eye-hospital-in-india-restores-sight-with-free-surgeries",
    "pbs2013": "American Experience, PBS. (2013, January 29). *The Ford Assembly Line*."
    " http://www.pbs.org/video/american-experience-ford-assembly-line/",
    "dartmouth2010": "The Dartmouth. (2010, July). Indian hospital combats blindness."
    " https://www.thedartmouth.com/article/2010/07/indian-hospital-combats-blindness",
}


@pytest.mark.parametrize("key", GOLDEN)
def test_a_reference_is_written_in_full(key: str) -> None:
    assert written(SOURCES[key]) == GOLDEN[key]


@pytest.mark.parametrize("key", SOURCES)
def test_no_reference_has_a_fault_of_form(key: str) -> None:
    fault = re.compile(r"\.\.|[?!]\.|,,|  |\(\)|\( | \)| [.,;]|None|\[\]|\{|^[\W_]|n\.d\.\.")
    plain = "".join(segment.text for segment in reference(SOURCES[key]))
    assert fault.findall(plain) == []
    assert plain.endswith((".", "?", "!")) or reference(SOURCES[key])[-1].href
    assert fault.findall(label(SOURCES[key])) == []


def test_a_reference_comes_as_segments_that_say_how_they_are_set() -> None:
    csl = {
        "type": "article-journal",
        "author": [{"family": "Harris", "given": "Ford W."}],
        "issued": {"date-parts": [[1990]]},
        "title": "How Many?",
        "container-title": "Operations Research",
        "volume": 38,
        "page": "947",
        "DOI": "10.1287/opre<38>.6",
    }
    assert reference(csl) == [
        Segment("Harris, F. W. (1990). How Many? "),
        Segment("Operations Research", italic=True),
        Segment(", "),
        Segment("38", italic=True),
        Segment(", 947. "),
        Segment(
            "https://doi.org/10.1287/opre<38>.6", href="https://doi.org/10.1287/opre%3C38%3E.6"
        ),
    ]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, "*Making*. (n.d.)."),
        ({"title": "Why make?"}, "*Why make?* (n.d.)."),
        ({"edition": "2"}, "*Making* (2nd ed.). (n.d.)."),
        ({"edition": "11"}, "*Making* (11th ed.). (n.d.)."),
        ({"edition": "21"}, "*Making* (21st ed.). (n.d.)."),
        ({"edition": "Rev. ed."}, "*Making* (Rev. ed.). (n.d.)."),
        ({"editor": [{"family": "Lee", "given": "J.-P."}]}, "Lee, J.-P. (Ed.). (n.d.). *Making*."),
        (
            {"editor": [{"family": "Lee"}, {"literal": "ISO"}]},
            "Lee, & ISO (Eds.). (n.d.). *Making*.",
        ),
        ({"author": [{"family": "Lee", "given": "J.R."}]}, "Lee, J. R. (n.d.). *Making*."),
        ({"publisher": "Smith Inc."}, "*Making*. (n.d.). Smith Inc."),
        ({"issued": {"date-parts": [["1961", 5]]}}, "*Making*. (1961)."),
        ({"issued": {"date-parts": [[]]}}, "*Making*. (n.d.)."),
        ({"type": "webpage", "issued": {"date-parts": [[2020, 13]]}}, "*Making*. (2020)."),
        ({"type": "standard", "number": "EN 1"}, "*Making* (EN 1). (n.d.)."),
        ({"type": "report", "number": "7", "genre": "Note"}, "*Making* (Note No. 7). (n.d.)."),
        (
            {"type": "chapter", "container-title": "Plants", "edition": "2", "page": "9"},
            "Making. (n.d.). In *Plants* (2nd ed., p. 9).",
        ),
        (
            {
                "type": "chapter",
                "container-title": "Plants",
                "editor": [{"family": "A", "given": "B."}, {"family": "C"}],
            },
            "Making. (n.d.). In B. A & C (Eds.), *Plants*.",
        ),
        (
            {"type": "article-journal", "container-title": "J", "issue": "1-2"},
            "Making. (n.d.). *J*, (1–2).",
        ),
        ({"DOI": "https://doi.org/10.1/x"}, "*Making*. (n.d.). https://doi.org/10.1/x"),
        ({"DOI": "doi:10.1/x", "URL": "/y"}, "*Making*. (n.d.). https://doi.org/10.1/x"),
    ],
)
def test_a_source_with_few_fields_is_written_without_gaps(
    fields: dict[str, Any], line: str
) -> None:
    assert written({"type": "book", "title": "Making", **fields}) == line


def test_an_address_that_is_none_for_a_browser_leads_nowhere() -> None:
    csl = {"type": "webpage", "title": "Making", "URL": "javascript:alert(1)"}
    assert reference(csl)[-1] == Segment(". (n.d.). javascript:alert(1)")


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("buffa1961", "Buffa, E. S. (1961)"),
        ("ford1922", "Ford, H., & Crowther, S. (1922)"),
        ("womack1990", "Womack, J. P., et al. (1990)"),
        ("toyota-tps", "Toyota (n.d.)"),
        ("beckers2021", "Becker's Hospital Review (2021)"),
    ],
)
def test_a_label_is_author_and_year(key: str, name: str) -> None:
    assert label(SOURCES[key]) == name


def test_a_label_without_author_is_the_title() -> None:
    assert label({"type": "webpage", "title": "Takt"}) == "Takt (n.d.)"


def test_references_are_ordered_by_author_year_and_title_as_readers_look_them_up() -> None:
    wanted = [
        "buffa1961",
        "buffa1966",
        "dartmouth2010",
        "de-sam-lazaro",
        "forrester1958",
        "forrester1961",
        "turner2003",
        "vargo2004",
        "vargo2004b",
    ]
    sources = {**SOURCES, "de-sam-lazaro": SOURCES["pbs-aravind"]}
    by_order = {sort_key(sources[key]): key for key in wanted}
    assert [by_order[order] for order in sorted(by_order)] == wanted


def test_accents_and_articles_do_not_count_in_the_order() -> None:
    titles = ["A Zebra", "Das Ångström", "The Émile", "Ätna"]
    ordered = sorted(titles, key=lambda title: sort_key({"type": "book", "title": title}))
    assert ordered == ["Ätna", "Das Ångström", "The Émile", "A Zebra"]


# On a page ----------------------------------------------------------------------------------


def test_sources_are_numbered_by_first_use_and_know_their_places() -> None:
    places = [
        ("summary--", "A [@b, p. 3; @a]."),
        ("row-scope--goods--", "No source."),
        ("row-scope--service--", "B [@c] and again [@b]."),
    ]
    assert bibliography(places) == Bibliography(
        {"b": 1, "a": 2, "c": 3},
        {
            "b": [Mark("summary--c1", "p. 3"), Mark("row-scope--service", "")],
            "a": [Mark("summary--c2", "")],
            "c": [Mark("row-scope--service", "")],
        },
    )


def test_a_key_that_is_not_known_gets_no_number_and_keeps_its_place() -> None:
    found = bibliography([("p--", "[@gone; @a] [@gone] [@b]")], known={"a", "b"})
    assert found.numbers == {"a": 1, "b": 2}
    assert found.marks == {"a": [Mark("p--c2", "")], "b": [Mark("p--c4", "")]}


def test_an_article_of_a_magazine_reads_like_one_of_a_journal_dated_to_the_day() -> None:
    csl = {
        "type": "article-magazine",
        "title": "Lines",
        "author": [{"family": "Ober", "given": "Max"}],
        "issued": {"date-parts": [[1992, 5, 6]]},
        "container-title": "The Weekly",
        "volume": "9",
        "page": "11-12",
    }
    assert "".join(segment.text for segment in reference(csl)) == (
        "Ober, M. (1992, May 6). Lines. The Weekly, 9, 11–12."
    )
