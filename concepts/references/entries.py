"""Entries of a bibliography as they come in, and the sources that they make. Pure.

A reader of one format brings an entry into the fields of a source as texts (`Raw`); all cleaning
that does not depend on the format is here. What cannot be used is left out, and said; what makes
the entry unusable is a problem.
"""

import html
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import unquote

from pydantic import ValidationError

from concepts.documents import Source
from concepts.problems import problems_of
from concepts.references.keys import proposed
from concepts.references.names import Naming

TEXT_LIMIT = 500_000
"""Bytes of UTF-8 that a bibliography may have."""
MOST = 500
"""Entries that it may have."""
VALUE_LIMIT = 20_000
"""Characters that one value may have; longer than any a source keeps, authors included."""

_TAGS = re.compile(r"</?(?:i|b|em|strong|sub|sup|sc|scp|span)(?:\s[^<>]*)?>", re.IGNORECASE)
_DASH = re.compile(r"(?<=\w)\s*[-\u2010-\u2015\u2212]+\s*(?=\w)")
_ISBN = re.compile(r"(?<!\d)[\d][\d\s-]{8,16}[\dXx](?!\d)")
_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?!\d)")
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()


class UnreadableError(ValueError):
    """A bibliography that is not taken; `problems` says everything that is wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass
class Raw:
    """An entry in the fields of a source, as the format has them.

    `where` names it for whoever must mend it; `key` is its own citekey, "" when it has none.
    """

    where: str
    key: str
    type: str
    fields: dict[str, str]
    author: list[Naming] = field(default_factory=list)
    editor: list[Naming] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Entry:
    """A source that was read, under a citekey in our form, and what of the entry was left out."""

    where: str
    key: str
    source: Source
    notes: tuple[str, ...] = ()


def entry_of(raw: Raw) -> Entry:
    """The entry with everything cleaned and checked.

    Raises:
        UnreadableError: the schema refuses what the entry says, such as a title that is missing.
    """
    values: dict[str, Any] = {name: _plain(text) for name, text in raw.fields.items()}
    for name, clean in _CLEANERS.items():
        if value := values.get(name, ""):
            values[name] = clean(value)
            if not values[name]:
                raw.notes.append(f"Left out: {name} '{value[:60]}'.")
    _place_doi(values)
    values |= {"type": raw.type, "author": raw.author, "editor": raw.editor}
    names, title = raw.author or raw.editor, values.setdefault("title", "")
    values["slug"] = proposed(names, values.get("issued", ""), title)
    try:
        source = Source.model_validate(values)
    except ValidationError as error:
        problems = problems_of(error, Source)
        raise UnreadableError([f"{raw.where}: {each.message}" for each in problems]) from None
    return Entry(raw.where, raw.key, source, tuple(raw.notes))


def guessed(kind: str, *, on_the_web: bool, notes: list[str]) -> str:
    """The type of a source for one that we do not have, which is said."""
    type_ = "webpage" if on_the_web else "report"
    said = f"Its type is '{kind[:40]}'" if kind else "It has no type"
    notes.append(f"{said}: it was taken for a {type_}.")
    return type_


def _plain(text: str) -> str:
    """One line without the markup that bibliographies carry."""
    return " ".join(html.unescape(_TAGS.sub("", text)).split())


# Cleaning: "" is what is left out -----------------------------------------------------------


def _doi(text: str) -> str:
    found = re.search(r"10\.\d{4,9}/\S+", text)
    doi = found[0].rstrip(".,;") if found else ""
    return unquote(doi) if re.match(r"https?:", text, re.IGNORECASE) else doi


def _url(text: str) -> str:
    found = re.search(r"https?://\S+", text, re.IGNORECASE)
    return found[0].rstrip(".,;") if found else ""


def _isbn(text: str) -> str:
    """The first of the numbers whose check digit is right."""
    return next((each for each in _ISBN.findall(text) if is_isbn(digits_of(each))), "")


def digits_of(isbn: str) -> str:
    """An ISBN without what is written between its digits."""
    return re.sub(r"[\s-]", "", isbn).upper()


def is_isbn(digits: str) -> bool:
    """Whether the check digit is right."""
    values = [10 if digit == "X" else int(digit) for digit in digits]
    if len(values) == 10 and "X" not in digits[:-1]:
        return sum(place * value for place, value in enumerate(reversed(values), 1)) % 11 == 0
    weights = (1, 3) * 6 + (1,)
    whole = len(values) == 13 and digits.isdecimal()
    return whole and sum(w * v for w, v in zip(weights, values, strict=True)) % 10 == 0


def _pages(text: str) -> str:
    return _DASH.sub("-", re.sub(r"^pp?\.\s*", "", text))


def _ranged(text: str) -> str:
    return _DASH.sub("-", text)


def _edition(text: str) -> str:
    """Of "2nd ed." and "Second edition" the number, as the references write it."""
    word = re.sub(r"[\s,]*\b(ed|edn|edition)\b\.?$", "", text, flags=re.IGNORECASE).strip()
    if word.lower() in _ORDINALS:
        return str(_ORDINALS.index(word.lower()) + 1)
    return re.sub(r"^(\d+)(st|nd|rd|th)$", r"\1", word)


def _issued(text: str) -> str:
    """The date as far as it is one; of a span, its beginning."""
    found = _DATE.search(text)
    if not found:
        return ""
    year, month, day = found[1], int(found[2] or 0), int(found[3] or 0)
    try:
        full = date(int(year), month, day or 1).isoformat()
    except ValueError:
        return year
    return full if day else full[:7]


_CLEANERS = {
    "doi": _doi,
    "url": _url,
    "isbn": _isbn,
    "page": _pages,
    "volume": _ranged,
    "issue": _ranged,
    "edition": _edition,
    "issued": _issued,
}


def _place_doi(values: dict[str, Any]) -> None:
    """An address at doi.org is the DOI; beside the DOI it says nothing."""
    if re.match(r"https?://(dx\.)?doi\.org/", values.get("url", ""), re.IGNORECASE):
        address = values.pop("url")
        values["doi"] = values.get("doi") or _doi(address)
