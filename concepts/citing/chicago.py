"""References by the Chicago Manual of Style, 18th edition, author-date. Pure."""

from concepts import citations
from concepts.citations import PARTS, Csl, Segment, ended, joined, numbered, ranged
from concepts.citing.pieces import (
    INSIDE,
    Sentence,
    day_number,
    full,
    full_inverted,
    italic,
    listed,
    month_name,
    plain,
    shortened,
    spaced,
    text,
    year,
)
from concepts.citing.titles import headline, in_double, typographic

_QUOTED = (*INSIDE, "webpage", "thesis")
_DATED_TO_THE_DAY = ("article-magazine", "article-newspaper", "webpage", "entry-encyclopedia")
_MOST = 6
"""Of more authors the first three are named."""


def reference(csl: Csl) -> list[Segment]:
    """Author and year, title, where it appeared, address; without author the title goes first."""
    author, date = _author(csl), plain(year(csl, "n.d."))
    head = [author, date, _title(csl)] if author else [_title(csl), date]
    sentences = [*head, *_appearance(csl), citations.address(csl)]
    return joined([ended(sentence) for sentence in sentences if sentence])


def _author(csl: Csl) -> Sentence:
    names = citations.creators(csl)
    if not names:
        return []
    said = [full_inverted(names[0]), *map(full, names[1:])]
    who = f"{', '.join(said[:3])}, et al." if len(said) > _MOST else listed(said)
    role = "" if csl.get("author") else ", eds." if len(names) > 1 else ", ed."
    return plain(who, role)


def _title(csl: Csl) -> Sentence:
    title = headline(citations.title_of(csl))
    if csl.get("type") not in _QUOTED:
        return italic(typographic(title))
    return plain(in_double(title))


def _appearance(csl: Csl) -> list[Sentence]:
    kind = csl.get("type")
    if kind == "article-journal":
        return [_journal(csl)]
    if kind in ("article-magazine", "article-newspaper"):
        return [joined([italic(_container(csl)), plain(_day(csl))], ", ")]
    if kind in PARTS:
        return [_inside(csl), plain(_day(csl)), plain(text(csl, "publisher"))]
    if kind == "webpage":
        return [joined([plain(text(csl, "container-title")), plain(_day(csl))], ", ")]
    return _whole(csl)


def _container(csl: Csl) -> str:
    return headline(text(csl, "container-title"))


def _day(csl: Csl) -> str:
    if csl.get("type") not in _DATED_TO_THE_DAY:
        return ""
    return spaced(month_name(csl), day_number(csl))


def _journal(csl: Csl) -> Sentence:
    """Name, volume (issue): pages; the month only where no volume tells the time."""
    volume, issue = ranged(csl.get("volume")), ranged(csl.get("issue"))
    month = f" ({month_name(csl)})" if month_name(csl) and issue and not volume else ""
    number = f" ({issue})" if volume and issue else f", no. {issue}{month}" if issue else ""
    span = shortened(ranged(csl.get("page")), least=1)
    before = ": " if volume or issue else ", "
    after = plain(f" {volume}" if volume else "", number, f"{before}{span}" if span else "")
    return [*italic(_container(csl)), *after]


def _inside(csl: Csl) -> Sentence:
    if not _container(csl):
        return []
    names = [full(name) for name in csl.get("editor") or []]
    editors = plain(f"edited by {_editors(names)}" if names else "")
    where = [*plain("In "), *italic(_container(csl))]
    return joined([where, plain(citations.edition(csl)), editors], ", ")


def _editors(names: list[str]) -> str:
    return listed(names, ", and " if len(names) > 2 else " and ")


def _whole(csl: Csl) -> list[Sentence]:
    """Of a book, report, standard or thesis: edition, editors, number, who published it."""
    names = [full(name) for name in csl.get("editor") or []] if csl.get("author") else []
    publisher, genre = text(csl, "publisher"), text(csl, "genre")
    if csl.get("type") == "thesis":
        return [plain(", ".join(part for part in (genre, publisher) if part))]
    number = numbered(csl)
    if csl.get("type") == "report":
        number = spaced(headline(genre), f"No. {number}") if number else genre
    editors = f"Edited by {_editors(names)}" if names else ""
    return [plain(part) for part in (citations.edition(csl), editors, number, publisher)]
