"""References by the MLA Handbook, 9th edition. Pure."""

from concepts import citations
from concepts.citations import ARTICLES, PARTS, Csl, Segment, ended, joined, numbered, ranged
from concepts.citing.pieces import (
    INSIDE,
    Sentence,
    day_number,
    full,
    full_inverted,
    italic,
    listed,
    month_name,
    pages,
    plain,
    several,
    shortened,
    spaced,
    text,
    year,
)
from concepts.citing.titles import headline, in_double, typographic

_MONTHS = "Jan. Feb. Mar. Apr. May June July Aug. Sept. Oct. Nov. Dec.".split()


def reference(csl: Csl) -> list[Segment]:
    """Author, title, and the container with all that finds the work in it."""
    sentences = [_author(csl), _title(csl), _genre(csl), _container(csl), _school(csl)]
    return joined([ended(sentence) for sentence in sentences if sentence])


def _author(csl: Csl) -> Sentence:
    names = citations.creators(csl)
    if not names:
        return []
    first = full_inverted(names[0])
    who = f"{first}, et al." if len(names) > 2 else listed([first, *map(full, names[1:])])
    role = "" if csl.get("author") else ", editors" if len(names) > 1 else ", editor"
    return plain(who, role)


def _title(csl: Csl) -> Sentence:
    title = headline(citations.title_of(csl))
    if csl.get("type") not in INSIDE and not _is_page_of_a_site(csl):
        return italic(typographic(title))
    return plain(in_double(title))


def _is_page_of_a_site(csl: Csl) -> bool:
    return csl.get("type") == "webpage" and bool(csl.get("container-title"))


def _genre(csl: Csl) -> Sentence:
    """What kind of report it is, where no number tells."""
    return plain(text(csl, "genre")) if csl.get("type") == "report" and not numbered(csl) else []


def _container(csl: Csl) -> Sentence:
    container = headline(text(csl, "container-title"))
    parts = [_editors(csl), citations.edition(csl), *_numbers(csl), _publisher(csl)]
    parts = [part for part in (*parts, _date(csl), _pages(csl)) if part]
    if parts and not container:  # it begins the sentence
        parts[0] = parts[0][0].upper() + parts[0][1:]
    where = [italic(container), plain(", ".join(parts)), citations.address(csl)]
    return joined(where, ", ")


def _editors(csl: Csl) -> str:
    names = csl.get("editor") or []
    if not names or (csl.get("type") not in PARTS and not csl.get("author")):
        return ""
    said = [full(name) for name in names]
    return f"edited by {f'{said[0]} et al.' if len(said) > 2 else ' and '.join(said)}"


def _numbers(csl: Csl) -> list[str]:
    """Volume and issue; the number of a report or a standard."""
    volume, issue, number = ranged(csl.get("volume")), ranged(csl.get("issue")), numbered(csl)
    if csl.get("type") == "report" and number:
        number = spaced(text(csl, "genre"), "no.", number)
    return [
        f"{'vols.' if several(volume) else 'vol.'} {volume}" if volume else "",
        f"{'nos.' if several(issue) else 'no.'} {issue}" if issue else "",
        number,
    ]


def _publisher(csl: Csl) -> str:
    return "" if csl.get("type") in (*ARTICLES, "thesis") else text(csl, "publisher")


def _date(csl: Csl) -> str:
    return spaced(day_number(csl), month_name(csl, _MONTHS), year(csl))


def _pages(csl: Csl) -> str:
    return shortened(pages(csl))


def _school(csl: Csl) -> Sentence:
    """Where a thesis was written, and what for."""
    if csl.get("type") != "thesis":
        return []
    parts = (text(csl, "publisher"), text(csl, "genre"))
    return plain(", ".join(part for part in parts if part))
