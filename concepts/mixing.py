"""Which questions stand on which page of mixed practice. Pure.

A round asks every question once, in pages of ten; the next round asks them all in another order.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple

PER_PAGE = 10
MOST = 9_999
"""The last order; after it comes the first one again."""

Asked = tuple[int, int]
"""An edition, and the place of a question in it, from 0."""


class Hand(NamedTuple):
    """The questions of one page, and which page of how many in its round it is, from 1."""

    asked: list[Asked]
    part: int
    parts: int


def _number(*of: int) -> int:
    """A number that looks like chance and is always the same for the same numbers."""
    return int.from_bytes(blake2b(repr(of).encode(), digest_size=8).digest())


def _round(counts: Mapping[int, int], turn: int) -> list[Asked]:
    """All questions in an order of their own, those of one edition as far apart as they can be."""
    placed = []
    for edition, count in counts.items():
        first = _number(turn, edition)
        for place in range(count):
            away = (2 * place + 1) / (2 * count)
            placed.append((away, first, edition, (place + first) % count))
    return [(edition, place) for _, _, edition, place in sorted(placed)]


def parts(questions: int) -> int:
    """How many pages a round of so many questions has."""
    return -(-questions // PER_PAGE)


def dealt(counts: Mapping[int, int], order: int) -> Hand:
    """The questions of the page with this order, from 1; none when there are no questions.

    `counts` are the numbers of questions by edition.
    """
    of = parts(sum(counts.values()))
    if not of:
        return Hand([], 1, 1)
    turn, part = divmod(order - 1, of)
    begin = part * PER_PAGE
    return Hand(_round(counts, turn)[begin : begin + PER_PAGE], part + 1, of)


def after(order: int) -> int:
    """The order that follows."""
    return order % MOST + 1
