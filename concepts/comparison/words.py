"""Two texts as words that stayed, were struck or were added."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple, TypeVar

State = Literal["same", "struck", "added"]
T = TypeVar("T")

_WORD = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
_MOST_WORDS = 3_000
"""Longer stretches that were rewritten are struck and added as a whole: comparing them word by
word takes time that grows with the square of their length, and nobody could read it."""
_MOST_PAIRS = 100_000
"""So many pairs of equal lines or words are looked at: a text that repeats itself has the square of
its length, and each may be looked at again for each difference."""
_CRUMB = 3
"""A stretch that stayed, as short as this, between two changes, is read as part of them."""
_CONTEXT = 20
"""Words left of a long stretch that stayed, on the side of each change."""


class Piece(NamedTuple):
    """A stretch of text and what became of it."""

    text: str
    state: State


def words(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in reading order."""
    lines = steps(before.splitlines(keepends=True), after.splitlines(keepends=True))
    pieces = [piece for old, new in lines for piece in _piece_by_piece("".join(old), "".join(new))]
    return _joined(_without_crumbs(_joined(pieces)))


def brief(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with what stayed cut down to a few words around each change."""
    last = len(pieces) - 1
    return [
        Piece(_cut(piece.text, number > 0, number < last), "same")
        if piece.state == "same"
        else piece
        for number, piece in enumerate(pieces)
    ]


def steps(before: Sequence[T], after: Sequence[T]) -> Iterator[tuple[Sequence[T], Sequence[T]]]:
    """Stretches of both sequences beside each other: equal ones, and those that were exchanged."""
    theirs = Counter(after)
    if sum(count * theirs[each] for each, count in Counter(before).items()) > _MOST_PAIRS:
        yield from _between_ends(before, after)
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        yield before[i1:i2], after[j1:j2]


def _between_ends(
    before: Sequence[T], after: Sequence[T]
) -> Iterator[tuple[Sequence[T], Sequence[T]]]:
    """The same with one exchange: all between how both begin and how both end."""
    shorter = min(len(before), len(after))
    head = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    rest = shorter - head
    tail = next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)
    ends = len(before) - tail, len(after) - tail
    for i, j in ((slice(head),) * 2, (slice(head, ends[0]), slice(head, ends[1])),
                 (slice(ends[0], None), slice(ends[1], None))):  # fmt: skip
        if before[i] or after[j]:
            yield before[i], after[j]


def _piece_by_piece(before: str, after: str) -> list[Piece]:
    if before == after:
        return [Piece(before, "same")]
    old, new = _WORD.findall(before), _WORD.findall(after)
    if not old or not new or len(old) + len(new) > _MOST_WORDS:
        return _exchanged(before, after)
    bare = [[word.strip() for word in text] for text in (old, new)]
    # Where nothing but white space differs, it is what one has to see.
    olds, news = bare if bare[0] != bare[1] else (old, new)
    pieces: list[Piece] = []
    at_old = at_new = 0
    space = ""
    for gone, come in steps(olds, news):
        struck = "".join(old[at_old : at_old + len(gone)])
        added = "".join(new[at_new : at_new + len(come)])
        if gone == come:
            pieces.append(Piece(added, "same"))
            # What is struck must not stick to a word that stayed and lost its space.
            space = "" if added[-1].isspace() else struck[len(struck.rstrip()) :]
        else:
            pieces += _exchanged(space + struck if struck else "", added)
        at_old, at_new = at_old + len(gone), at_new + len(come)
    return pieces


def _exchanged(before: str, after: str) -> list[Piece]:
    return [Piece(before, "struck"), Piece(after, "added")]


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours of one state as one piece, what was struck before what was added in its place."""
    joined: list[Piece] = []
    full = (piece for piece in pieces if piece.text)
    for stayed, run in groupby(full, key=lambda piece: piece.state == "same"):
        texts: dict[State, str] = {"same": "", "struck": "", "added": ""}
        for piece in run:
            texts[piece.state] += piece.text
        states: tuple[State, ...] = ("same",) if stayed else ("struck", "added")
        joined += [Piece(texts[state], state) for state in states if texts[state]]
    return joined


def _without_crumbs(pieces: list[Piece]) -> Iterator[Piece]:
    for number, piece in enumerate(pieces):
        between = 0 < number < len(pieces) - 1
        if piece.state == "same" and between and len(piece.text.strip()) <= _CRUMB:
            yield from _exchanged(piece.text, piece.text)
        else:
            yield piece


def _cut(text: str, after_change: bool, before_change: bool) -> str:
    found = re.findall(r"\S+\s*|\s+", text)
    head, tail = after_change * _CONTEXT, before_change * _CONTEXT
    if len(found) <= head + tail + 1:
        return text
    return "".join([*found[:head], "… ", *(found[-tail:] if tail else [])])
