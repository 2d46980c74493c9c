"""What comes first where things need each other."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Needs = Mapping[int, Iterable[int]]
"""What must come before each key."""


def in_order(keys: Iterable[int], needs: Needs, rank: Callable[[int], Any]) -> list[int]:
    """The keys, each after what it needs of them; of those that could come next the lowest rank.

    Where keys need each other in a circle, the one comes first that lacks the least. For some
    hundreds of keys: the time grows with the square of their number.
    """
    known = set(keys)
    waits = {key: known.intersection(needs.get(key, ())) - {key} for key in known}
    found: list[int] = []
    while waits:
        first = min(waits, key=lambda key: (len(waits[key]), rank(key), key))
        del waits[first]
        for lacking in waits.values():
            lacking.discard(first)
        found.append(first)
    return found
