"""Citekeys in our form, and which sources are the same work. Pure."""

import itertools
import re
import string
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from concepts.documents import Source

_LONGEST = 40
_SMALL_WORDS = {"a", "an", "the", "on", "of", "in", "and", "for", "to"}


def proposed(names: Sequence[Mapping[str, str]], issued: str, title: str) -> str:
    """The citekey of a work: `little1961`, `iso2015`; without authors the title's first word."""
    first = names[0] if names else {"literal": title}
    stem = _folded(first.get("family", "")).replace(" ", "")
    stem = stem or _short(first.get("literal", ""), is_body=bool(names))
    return f"{stem[:_LONGEST] or 'source'}{issued[:4]}"


def _short(text: str, *, is_body: bool) -> str:
    """A body by the first letters of its name, when it has three words; else the first word."""
    if is_body and (found := re.search(r"\(([A-Z]{2,10})\)", text)):
        return found[1].lower()
    words = [word for word in _folded(text).split() if word not in _SMALL_WORDS]
    return "".join(word[0] for word in words) if is_body and len(words) > 2 else "".join(words[:1])


def free(key: str, taken: Set[str]) -> str:
    """The key, or with the first letter behind it that is free: `little1961a`."""
    return next(each for each in _with_letters(key) if each not in taken)


def _with_letters(key: str) -> Iterator[str]:
    yield key
    for length in itertools.count(1):
        for letters in itertools.product(string.ascii_lowercase, repeat=length):
            yield key + "".join(letters)


def _folded(text: str) -> str:
    """Small letters and digits without accents, words parted by one space."""
    text = text.casefold().translate({ord("ø"): "o", ord("ł"): "l", ord("æ"): "ae", ord("đ"): "d"})
    letters = unicodedata.normalize("NFKD", text)
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"[\u0300-\u036f'’]", "", letters)))


class Same(NamedTuple):
    """A source that is the same work, and by what it is known."""

    source: Source
    by: str


class Known:
    """Sources to look for: each is found by DOI, ISBN, citekey, or title and year."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._by_mark: dict[tuple[str, str], Source] = {}
        for source in sources:
            self.add(source, source.slug)

    def add(self, source: Source, key: str) -> None:
        """Know one more; what is known already stays."""
        for mark in _marks(source, key):
            self._by_mark.setdefault(mark, source)

    def same(self, source: Source, key: str) -> Same | None:
        """The known source that is this one, the surest sign first; `key` is the one it has."""
        for mark in _marks(source, key):
            if found := self._by_mark.get(mark):
                return Same(found, mark[0])
        return None


def _marks(source: Source, key: str) -> Iterator[tuple[str, str]]:
    if source.doi:
        yield "DOI", source.doi.casefold()
    if isbn := _isbn13(source.isbn):
        # The chapters of a book have its ISBN and are not the book.
        part = _folded(source.title) if source.type == "chapter" else ""
        yield "ISBN", f"{isbn} {part}"
    if key:
        yield "citekey", key.casefold()
    if title := _folded(source.title):
        yield "title and year", f"{title} {source.issued[:4]}"


def _isbn13(isbn: str) -> str:
    digits = re.sub(r"[\s-]", "", isbn).upper()
    if len(digits) != 10 or not digits[:9].isdecimal():
        return digits
    body = f"978{digits[:9]}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"
