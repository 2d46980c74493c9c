"""The passage of a page in which what was asked for stands, and the words in it to be marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from concepts.search.words import Phrase, Word, placed_words, stems

LENGTH = 240
"""Characters of a passage that are shown."""
BEFORE = 60
"""Characters that are shown before the first word that is marked, at most."""


@dataclass(frozen=True)
class Excerpt:
    """Where it stands (address within the page, in words), and its parts: (text, is marked)."""

    anchor: str
    label: str
    parts: list[tuple[str, bool]]


def has(line: str, phrase: Phrase) -> bool:
    """Whether the stems follow each other in a line of stems."""
    return f" {' '.join(phrase)} " in f" {line} "


def excerpt(
    lead: str, body: str, passages: Sequence[Sequence[str]], terms: Sequence[Sequence[Phrase]]
) -> Excerpt:
    """The first passage with the most of the terms, of each of which any phrase will do.

    It is the summary, which comes first, where names and summary, the `lead`, have it all. `body`
    has a line of stems for each of the other passages.
    """

    def found(line: str) -> int:
        return sum(any(has(line, phrase) for phrase in phrases) for phrases in terms)

    best = 0
    if found(lead) < len(terms):
        lines = [" ".join(stems(passages[0][-1])), *body.split("\n")]
        best = max(range(min(len(lines), len(passages))), key=lambda each: found(lines[each]))
    anchor, label, text = passages[best]
    wanted = [phrase for phrases in terms for phrase in phrases]
    return Excerpt(anchor, label, marked(text, wanted))


def marked(text: str, wanted: Sequence[Phrase]) -> list[tuple[str, bool]]:
    """The part of the text around the first of these phrases, cut where their words stand."""
    found = placed_words(text)
    hits = _hits(found, wanted)
    start, end = _window(text, found, hits)
    parts = [("… ", False)] if start else []
    at = start
    for word in hits:
        if start <= word.start and word.end <= end:
            parts += [(text[at : word.start], False), (text[word.start : word.end], True)]
            at = word.end
    parts.append((text[at:end] + (" …" if end < len(text) else ""), False))
    return [part for part in parts if part[0]]


def _hits(found: list[Word], wanted: Sequence[Phrase]) -> list[Word]:
    """The words that belong to one of the phrases, in order."""
    line = tuple(word.stem for word in found)
    places = {
        start + step
        for phrase in wanted
        for start in range(len(line))
        if line[start : start + len(phrase)] == phrase
        for step in range(len(phrase))
    }
    return [found[place] for place in sorted(places)]


def _window(text: str, found: list[Word], hits: list[Word]) -> tuple[int, int]:
    """Where to begin and end, between words."""
    if len(text) <= LENGTH:
        return 0, len(text)
    first = hits[0].start if hits else 0
    start = first - BEFORE if first + LENGTH // 2 > LENGTH else 0
    start = min(max(start, 0), len(text) - LENGTH)
    start = next((word.start for word in found if word.start >= start), start) if start else 0
    end = start + LENGTH
    if end < len(text):
        end = max((word.end for word in found if word.end <= end), default=end)
    return start, min(end, len(text))
