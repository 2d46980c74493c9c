"""References by Cite Them Right, 12th edition: Harvard. Pure.

One liberty: an edition is "ed.", as in the other styles here, without the n before the stop.
"""

from collections.abc import Sequence
from datetime import date

from concepts import citations
from concepts.citations import (
    ARTICLES,
    MONTHS,
    PARTS,
    Csl,
    Segment,
    ended,
    joined,
    numbered,
    ranged,
)
from concepts.citing.pieces import (
    INSIDE,
    Sentence,
    day_number,
    italic,
    listed,
    month_name,
    pages,
    plain,
    spaced,
    text,
    year,
)
from concepts.citing.titles import in_single, typographic

_MOST = 3
"""Of more authors only the first is named."""


def reference(csl: Csl, accessed: date) -> list[Segment]:
    """Author (year) title, where it appeared, and an address with the day it was looked at."""
    author, year_ = _author(csl), plain(f"({year(csl, 'no date')})")
    head = joined([author, year_, _title(csl)] if author else [_title(csl), year_])
    first = joined([head, _container(csl)], ", " if author else " ")
    sentences = [first, *_details(csl), _press(csl), _available(csl, accessed)]
    return joined([ended(sentence) for sentence in sentences if sentence])


def _initials(name: Csl) -> str:
    return citations.initials(name).replace(" ", "")


def _inverted(name: Csl) -> str:
    parts = (text(name, "family"), _initials(name))
    return text(name, "literal") or ", ".join(part for part in parts if part)


def _natural(name: Csl) -> str:
    return text(name, "literal") or spaced(_initials(name), text(name, "family"))


def _role(names: Sequence[Csl]) -> str:
    return " (eds)" if len(names) > 1 else " (ed.)"


def _author(csl: Csl) -> Sentence:
    names = citations.creators(csl)
    if not names:
        return []
    role = "" if csl.get("author") else _role(names)
    if len(names) > _MOST:
        return [Segment(f"{_inverted(names[0])} "), Segment("et al.", italic=True), *plain(role)]
    return plain(listed([_inverted(name) for name in names], " and "), role)


def _title(csl: Csl) -> Sentence:
    title = citations.title_of(csl)
    if csl.get("type") in INSIDE:
        return plain(in_single(title))
    return italic(typographic(title))


def _container(csl: Csl) -> Sentence:
    """The journal with volume and pages, the book with its editors, the site."""
    container = italic(text(csl, "container-title"))
    kind = csl.get("type")
    if not container or kind in PARTS:
        return [*plain(_book_editors(csl)), *container]
    if kind == "article-journal":
        volume, issue = ranged(csl.get("volume")), ranged(csl.get("issue"))
        number = f"{volume}({issue})" if issue else volume
        return joined([container, plain(number), plain(pages(csl))], ", ")
    if kind in ARTICLES:
        day = spaced(day_number(csl), month_name(csl))
        return joined([container, plain(day), plain(pages(csl))], ", ")
    return container


def _book_editors(csl: Csl) -> str:
    names = csl.get("editor") or []
    if not names or csl.get("type") not in PARTS:
        return ""
    return f"in {listed([_natural(name) for name in names], ' and ')}{_role(names)} "


def _details(csl: Csl) -> list[Sentence]:
    """Edition, editors beside an author, number and kind of a report, standard or thesis."""
    kind = csl.get("type")
    beside = csl.get("editor") if kind not in PARTS and csl.get("author") else None
    editors = listed([_natural(name) for name in beside or []], " and ")
    number = numbered(csl)
    if kind in ("report", "thesis"):
        number = spaced(text(csl, "genre"), number)
    return [
        plain(citations.edition(csl)),
        plain(f"Edited by {editors}" if editors else ""),
        plain(number),
    ]


def _press(csl: Csl) -> Sentence:
    """Place and publisher, and the pages of a part of a book."""
    if csl.get("type") in ARTICLES:
        return []
    publisher, place = text(csl, "publisher"), text(csl, "publisher-place")
    if publisher and place and csl.get("type") != "thesis":
        publisher = f"{place}: {publisher}"
    return plain(", ".join(part for part in (publisher, _part_pages(csl)) if part))


def _part_pages(csl: Csl) -> str:
    return pages(csl) if csl.get("type") in PARTS else ""


def _available(csl: Csl, accessed: date) -> Sentence:
    """The address; the day of the visit too, unless a DOI says that it stays."""
    where = citations.address(csl)
    if not where:
        return []
    day = f" (Accessed: {accessed.day} {MONTHS[accessed.month - 1]} {accessed.year})"
    return [Segment("Available at: "), *where, *plain("" if csl.get("DOI") else day)]
