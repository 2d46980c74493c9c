"""Sources as readers see them: short label, full reference, order, and numbers on a page. Pure.

A source is a dict in CSL-JSON. References follow the author-date manner of APA 7 with one
liberty: all authors are named, however many they are.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import quote

from concepts.rendering import citations_in, mark_id

Csl = Mapping[str, Any]

_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_ARTICLES = ("article-journal", "article-magazine", "article-newspaper")
WANTED = ("author", "title", "year", "container")
"""What a reference needs, as `lacking` names it."""

_INSIDE = (*_ARTICLES, "chapter")
_PARTS = ("chapter", "paper-conference")
_DATED_TO_THE_DAY = ("article-magazine", "article-newspaper", "webpage")
_DOI_ADDRESS = "https://doi.org/"
_DOI_BEGINNING = re.compile(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


@dataclass(frozen=True)
class Segment:
    """A stretch of a reference: its text, whether it is set in italics, where it leads ("")."""

    text: str
    italic: bool = False
    href: str = ""


class Mark(NamedTuple):
    """One place of a page that cites a source: the id of its mark there, and the locator."""

    id: str
    locator: str


class Bibliography(NamedTuple):
    """The sources of a page: their numbers from 1 and the places that cite them, by citekey."""

    numbers: dict[str, int]
    marks: dict[str, list[Mark]]


def bibliography(
    places: Iterable[tuple[str, str]], known: Collection[str] | None = None
) -> Bibliography:
    """Number the sources that the texts of a page cite, in the order of their first use.

    `places` are (prefix, text) in the order of the page, with the prefix that the text is rendered
    with. Keys that are not among the `known` ones get no number (None: all are known).
    """
    found = Bibliography({}, {})
    for prefix, text in places:
        for position, cite in enumerate(citations_in(text), 1):
            if known is None or cite.key in known:
                found.numbers.setdefault(cite.key, len(found.numbers) + 1)
                mark = Mark(mark_id(prefix, position), cite.locator)
                found.marks.setdefault(cite.key, []).append(mark)
    return found


def label(csl: Csl) -> str:
    """The short name of a source: "Buffa, E. S. (1961)", from three authors on "et al."."""
    names = [_inverted(name) for name in _creators(csl)]
    who = f"{names[0]}, et al." if len(names) > 2 else _listed(names) or _title(csl)
    return f"{who} ({_year(csl)})"


def sort_key(csl: Csl) -> tuple[str, int, str]:
    """What a list of references is ordered by: authors or title, year (undated first), title."""
    title = folded(_title(csl))
    names = folded(" ".join(_inverted(name) for name in _creators(csl)))
    return names or title, [*_date_parts(csl), 0][0], title


def reference(csl: Csl) -> list[Segment]:
    """The full reference as segments of text: author, date, title, where it appeared, address."""
    names = _listed([_inverted(name) for name in _creators(csl)])
    author = [Segment(names + _role(csl))] if names else []
    date, title = [Segment(f"({_date(csl)})")], _title_sentence(csl)
    head = [author, date, title] if names else [title, date]
    sentences = [*head, _appearance(csl), _publisher(csl)]
    return _joined([*(_ended(sentence) for sentence in sentences if sentence), _address(csl)])


def lacking(csl: Csl) -> list[str]:
    """What a reader would need to find the work and the reference does not say."""
    there = (
        csl.get("author") or csl.get("editor"),
        csl.get("title"),
        # A web page may bear no date; its address finds it.
        csl.get("issued") or (csl.get("type") == "webpage" and csl.get("URL")),
        csl.get("container-title") or csl.get("type") not in _INSIDE,
    )
    return [name for name, value in zip(WANTED, there, strict=True) if not value]


# Who ----------------------------------------------------------------------------------------


def _creators(csl: Csl) -> Sequence[Csl]:
    """The authors; of a book without authors, its editors."""
    return csl.get("author") or ([] if csl.get("type") in _PARTS else csl.get("editor") or [])


def _role(csl: Csl) -> str:
    return "" if csl.get("author") else _editors_mark(_creators(csl))


def _editors_mark(names: Sequence[Csl]) -> str:
    return " (Eds.)" if len(names) > 1 else " (Ed.)"


def _initials(name: Csl) -> str:
    """Of "Elwood S." they are "E. S.", of "Jean-Paul" "J.-P."."""
    words = re.findall(r"-?[^\s.-]+", str(name.get("given") or ""))
    return "".join(f"-{w[1]}." if w[0] == "-" else f" {w[0]}." for w in words).strip()


def _inverted(name: Csl) -> str:
    if name.get("literal"):
        return str(name["literal"])
    return ", ".join(part for part in (str(name.get("family") or ""), _initials(name)) if part)


def _natural(name: Csl) -> str:
    if name.get("literal"):
        return str(name["literal"])
    return " ".join(part for part in (_initials(name), str(name.get("family") or "")) if part)


def _listed(names: Sequence[str], serial: str = ",") -> str:
    """Names joined as in a reference, "A, B., & C, D."; `serial` stands before the "&"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}{serial} & {names[-1]}"


# When ---------------------------------------------------------------------------------------


def _date_parts(csl: Csl) -> list[int]:
    first = [*((csl.get("issued") or {}).get("date-parts") or []), []][0]
    return [int(part) for part in first if str(part).isdecimal()]


def _year(csl: Csl) -> str:
    parts = _date_parts(csl)
    return str(parts[0]) if parts else "n.d."


def _date(csl: Csl) -> str:
    """The year; for a web page or a newspaper also the month and day, as far as known."""
    year, month, day = [*_date_parts(csl), 0, 0, 0][:3]
    if csl.get("type") not in _DATED_TO_THE_DAY or not 1 <= month <= 12:
        return _year(csl)
    return f"{year}, {_MONTHS[month - 1]}" + (f" {day}" if day else "")


# What ---------------------------------------------------------------------------------------


def _title(csl: Csl) -> str:
    return str(csl.get("title") or "Untitled")


def _title_sentence(csl: Csl) -> list[Segment]:
    stands_alone = csl.get("type") not in (*_ARTICLES, *_PARTS)
    detail = "; ".join(part for part in (_number(csl), _edition(csl)) if part)
    after = [Segment(f" ({detail})")] if detail and stands_alone else []
    return [Segment(_title(csl), italic=stands_alone), *after]


def _number(csl: Csl) -> str:
    """A report's kind and number; a standard's number unless its title begins with it."""
    genre, number = str(csl.get("genre") or ""), str(csl.get("number") or "")
    if not number or number in _title(csl):
        return genre
    return number if csl.get("type") == "standard" else f"{genre} No. {number}".strip()


def _edition(csl: Csl) -> str:
    edition = str(csl.get("edition") or "")
    if not edition.isdecimal():
        return edition
    number = int(edition)
    teens = number % 100 in (11, 12, 13)
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending} ed."


# Where --------------------------------------------------------------------------------------


def _appearance(csl: Csl) -> list[Segment]:
    """The journal, book or site that a work is part of, unless it is its author too."""
    container = str(csl.get("container-title") or "")
    if not container or container in [_inverted(name) for name in _creators(csl)]:
        return []
    if csl.get("type") in _PARTS:
        return [
            Segment(f"In {_book_editors(csl)}"),
            Segment(container, italic=True),
            *_part_detail(csl),
        ]
    if csl.get("type") in _ARTICLES:
        return [Segment(container, italic=True), *_volume(csl)]
    return [Segment(container)]


def _book_editors(csl: Csl) -> str:
    names = csl.get("editor") or []
    if not names:
        return ""
    serial = "," if len(names) > 2 else ""
    return f"{_listed([_natural(n) for n in names], serial)}{_editors_mark(names)}, "


def _part_detail(csl: Csl) -> list[Segment]:
    pages = _ranged(csl.get("page"))
    several = "–" in pages or "," in pages
    detail = [_edition(csl), f"{'pp.' if several else 'p.'} {pages}" if pages else ""]
    return [Segment(f" ({', '.join(part for part in detail if part)})")] if any(detail) else []


def _volume(csl: Csl) -> list[Segment]:
    volume, issue = _ranged(csl.get("volume")), _ranged(csl.get("issue"))
    pages = _ranged(csl.get("page"))
    return [
        *([Segment(", "), Segment(volume, italic=True)] if volume else []),
        *([Segment(f"({issue})" if volume else f", ({issue})")] if issue else []),
        *([Segment(f", {pages}")] if pages else []),
    ]


def _ranged(value: Any) -> str:
    """Pages such as "383-387" as "383–387", also volumes and issues."""
    return re.sub(r"(?<=\w)-(?=\w)", "–", str(value or ""))


def _publisher(csl: Csl) -> list[Segment]:
    publisher = str(csl.get("publisher") or "")
    own = not publisher or publisher in [_inverted(name) for name in _creators(csl)]
    return [] if own or csl.get("type") in _ARTICLES else [Segment(publisher)]


def _address(csl: Csl) -> list[Segment]:
    """The DOI, or else the address on the web; a link only when it is one for a browser."""
    doi = _DOI_BEGINNING.sub("", str(csl.get("DOI") or ""))
    if doi:
        return [Segment(_DOI_ADDRESS + doi, href=_DOI_ADDRESS + quote(doi, safe="/:;()._-,"))]
    url = str(csl.get("URL") or "")
    href = url if re.match(r"https?://", url, re.IGNORECASE) else ""
    return [Segment(url, href=href)] if url else []


# Putting together ---------------------------------------------------------------------------


def _ended(sentence: list[Segment]) -> list[Segment]:
    return sentence if sentence[-1].text.endswith((".", "?", "!")) else [*sentence, Segment(".")]


def _joined(sentences: Sequence[list[Segment]]) -> list[Segment]:
    """All segments in a row, a space between sentences, like ones beside each other made one."""
    joined: list[Segment] = []
    for segment in [s for sentence in sentences if sentence for s in (Segment(" "), *sentence)][1:]:
        last = joined[-1] if joined else Segment("", italic=True, href="none")
        if (last.italic, last.href) == (segment.italic, segment.href):
            joined[-1] = replace(last, text=last.text + segment.text)
        else:
            joined.append(segment)
    return joined


def folded(text: str) -> str:
    """For sorting: small letters without accents, and no article at the beginning."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"^(the|an?) ", "", plain)
