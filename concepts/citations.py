"""Sources as readers see them: short label, full reference, order, and numbers on a page. Pure.

A source is a dict in CSL-JSON. References follow the author-date manner of APA 7 with one
liberty: all authors are named, however many they are. As APA has it they are copied
(`concepts/citing/`): of more than twenty the first nineteen and the last.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import quote

from concepts.rendering import citations_in, mark_id

Csl = Mapping[str, Any]

MONTHS = (
    "January February March April May June July August September October November December"
).split()
ARTICLES = ("article-journal", "article-magazine", "article-newspaper")
WANTED = ("author", "title", "year", "container")
"""What a reference needs, as `lacking` names it."""

_INSIDE = (*ARTICLES, "chapter")
PARTS = ("chapter", "paper-conference", "entry-encyclopedia")
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
    names = [_inverted(name) for name in creators(csl)]
    who = f"{names[0]}, et al." if len(names) > 2 else _listed(names) or title_of(csl)
    return f"{who} ({_year(csl)})"


def sort_key(csl: Csl) -> tuple[str, int, str]:
    """What a list of references is ordered by: authors or title, year (undated first), title."""
    title = folded(title_of(csl))
    names = folded(" ".join(_inverted(name) for name in creators(csl)))
    return names or title, [*date_parts(csl), 0][0], title


def reference(csl: Csl, most: int | None = None) -> list[Segment]:
    """The full reference as segments of text: author, date, title, where it appeared, address.

    Of more than `most` authors the first and the last are named (None: all of them).
    """
    names = _listed([_inverted(name) for name in creators(csl)], most=most)
    author = [Segment(names + _role(csl))] if names else []
    date, title = [Segment(f"({_date(csl)})")], _title_sentence(csl)
    head = [author, date, title] if names else [title, date]
    sentences = [*head, _appearance(csl), _publisher(csl)]
    return joined([*(ended(sentence) for sentence in sentences if sentence), address(csl)])


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


def creators(csl: Csl) -> Sequence[Csl]:
    """The authors; of a book without authors, its editors."""
    return csl.get("author") or ([] if csl.get("type") in PARTS else csl.get("editor") or [])


def _role(csl: Csl) -> str:
    return "" if csl.get("author") else _editors_mark(creators(csl))


def _editors_mark(names: Sequence[Csl]) -> str:
    return f" ({_editors_word(names)})"


def _editors_word(names: Sequence[Csl]) -> str:
    return "Eds." if len(names) > 1 else "Ed."


def initials(name: Csl) -> str:
    """Of "Elwood S." they are "E. S.", of "Jean-Paul" "J.-P.", of "Ji-won" "J."."""
    words = re.findall(r"-?[^\s.-]+", str(name.get("given") or ""))
    kept = (word for word in words if not (word[0] == "-" and word[1].islower()))
    return "".join(f"-{w[1]}." if w[0] == "-" else f" {w[0]}." for w in kept).strip()


def _inverted(name: Csl) -> str:
    if name.get("literal"):
        return str(name["literal"])
    return ", ".join(part for part in (str(name.get("family") or ""), initials(name)) if part)


def _natural(name: Csl) -> str:
    if name.get("literal"):
        return str(name["literal"])
    return " ".join(part for part in (initials(name), str(name.get("family") or "")) if part)


def _in_order(names: Sequence[Csl]) -> str:
    """Names with the family name last, "A. B & C. D"."""
    return _listed([_natural(name) for name in names], "," if len(names) > 2 else "")


def _listed(names: Sequence[str], serial: str = ",", most: int | None = None) -> str:
    """Names joined as in a reference, "A, B., & C, D."; `serial` stands before the "&"."""
    if len(names) < 2:
        return "".join(names)
    if most and len(names) > most:
        return f"{', '.join(names[: most - 1])}, … {names[-1]}"
    return f"{', '.join(names[:-1])}{serial} & {names[-1]}"


# When ---------------------------------------------------------------------------------------


def date_parts(csl: Csl) -> list[int]:
    """Year, month and day, as far as they are known."""
    first = [*((csl.get("issued") or {}).get("date-parts") or []), []][0]
    return [int(part) for part in first if str(part).isdecimal()]


def _year(csl: Csl) -> str:
    parts = date_parts(csl)
    return str(parts[0]) if parts else "n.d."


def _date(csl: Csl) -> str:
    """The year; for a web page or a newspaper also the month and day, as far as known."""
    year, month, day = [*date_parts(csl), 0, 0, 0][:3]
    if csl.get("type") not in _DATED_TO_THE_DAY or not 1 <= month <= 12:
        return _year(csl)
    return f"{year}, {MONTHS[month - 1]}" + (f" {day}" if day else "")


# What ---------------------------------------------------------------------------------------


def title_of(csl: Csl) -> str:
    """The title as it is stored."""
    return str(csl.get("title") or "Untitled")


def _title_sentence(csl: Csl) -> list[Segment]:
    stands_alone = csl.get("type") not in (*ARTICLES, *PARTS)
    detail = "; ".join(part for part in (_number(csl), _editing(csl), edition(csl)) if part)
    after = [Segment(f" ({detail})")] if detail and stands_alone else []
    return [Segment(title_of(csl), italic=stands_alone), *after, *_description(csl)]


def numbered(csl: Csl) -> str:
    """The number of a report or standard; "" when it stands in the title already."""
    number = str(csl.get("number") or "")
    return "" if number in title_of(csl) else number


def _number(csl: Csl) -> str:
    """A report's kind and number; a standard's number."""
    number = numbered(csl)
    if not number or csl.get("type") == "standard":
        return number
    return f"{csl.get('genre') or ''} No. {number}".strip()


def _editing(csl: Csl) -> str:
    """Who edited the book of an author."""
    names = csl.get("editor") if csl.get("author") and csl.get("type") == "book" else None
    return f"{_in_order(names)}, {_editors_word(names)}" if names else ""


def _description(csl: Csl) -> list[Segment]:
    """What kind of work it is, where a number does not tell; of a thesis, also from where."""
    genre = "" if numbered(csl) else str(csl.get("genre") or "")
    school = str(csl.get("publisher") or "") if csl.get("type") == "thesis" else ""
    described = ", ".join(part for part in (genre, school) if part)
    return [Segment(f" [{described}]")] if genre else []


def edition(csl: Csl) -> str:
    """ "3rd ed." of a number; what is no number stands as it is."""
    said = str(csl.get("edition") or "")
    return f"{ordinal(int(said))} ed." if said.isdecimal() else said


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


# Where --------------------------------------------------------------------------------------


def _appearance(csl: Csl) -> list[Segment]:
    """The journal, book or site that a work is part of, unless it is its author too."""
    container = str(csl.get("container-title") or "")
    if not container or container in [_inverted(name) for name in creators(csl)]:
        return []
    if csl.get("type") in PARTS:
        return [
            Segment(f"In {_book_editors(csl)}"),
            Segment(container, italic=True),
            *_part_detail(csl),
        ]
    if csl.get("type") in ARTICLES:
        return [Segment(container, italic=True), *_volume(csl)]
    return [Segment(container)]


def _book_editors(csl: Csl) -> str:
    names = csl.get("editor") or []
    return f"{_in_order(names)}{_editors_mark(names)}, " if names else ""


def _part_detail(csl: Csl) -> list[Segment]:
    pages = ranged(csl.get("page"))
    several = "–" in pages or "," in pages
    detail = [edition(csl), f"{'pp.' if several else 'p.'} {pages}" if pages else ""]
    return [Segment(f" ({', '.join(part for part in detail if part)})")] if any(detail) else []


def _volume(csl: Csl) -> list[Segment]:
    volume, issue = ranged(csl.get("volume")), ranged(csl.get("issue"))
    pages = ranged(csl.get("page"))
    return [
        *([Segment(", "), Segment(volume, italic=True)] if volume else []),
        *([Segment(f"({issue})" if volume else f", ({issue})")] if issue else []),
        *([Segment(f", {pages}")] if pages else []),
    ]


def ranged(value: Any) -> str:
    """Pages such as "383-387" as "383–387", also volumes and issues."""
    return re.sub(r"(?<=\w)-(?=\w)", "–", str(value or ""))


def _publisher(csl: Csl) -> list[Segment]:
    publisher = str(csl.get("publisher") or "")
    own = not publisher or publisher in [_inverted(name) for name in creators(csl)]
    told = csl.get("type") in ARTICLES or (csl.get("type") == "thesis" and csl.get("genre"))
    return [] if own or told else [Segment(publisher)]


def address(csl: Csl) -> list[Segment]:
    """The DOI, or else the address on the web; a link only when it is one for a browser."""
    doi = _DOI_BEGINNING.sub("", str(csl.get("DOI") or ""))
    if doi:
        return [Segment(_DOI_ADDRESS + doi, href=_DOI_ADDRESS + quote(doi, safe="/:;()._-,"))]
    url = str(csl.get("URL") or "")
    href = url if re.match(r"https?://", url, re.IGNORECASE) else ""
    return [Segment(url, href=href)] if url else []


# Putting together ---------------------------------------------------------------------------


def ended(sentence: list[Segment]) -> list[Segment]:
    """The sentence with a full stop, unless it ends with one or another mark, quoted or not."""
    last = sentence[-1].text.rstrip("”’")
    return sentence if last.endswith((".", "?", "!")) else [*sentence, Segment(".")]


def joined(sentences: Sequence[list[Segment]], between: str = " ") -> list[Segment]:
    """All segments in a row with this between sentences, like ones beside each other made one."""
    row: list[Segment] = []
    parts = (sentence for sentence in sentences if sentence)
    for segment in [s for part in parts for s in (Segment(between), *part)][1:]:
        last = row[-1] if row else Segment("", italic=True, href="none")
        if (last.italic, last.href) == (segment.italic, segment.href):
            row[-1] = replace(last, text=last.text + segment.text)
        else:
            row.append(segment)
    return row


def folded(text: str) -> str:
    """For sorting: small letters without accents, and no article at the beginning."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"^(the|an?) ", "", plain)
