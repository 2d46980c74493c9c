"""What a database must say of its own to be searched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from concepts.search.words import Phrase


@dataclass(frozen=True)
class Engine:
    """How the index is made and asked.

    `install` and `remove` are statements that make it and take it away; `mend`, which may be
    repeated, those that put back what a migration of a table takes along. `matching` selects the
    ids of entries that the parameter `match` finds. `ranked` selects (id, rank) of those of them
    that are in the table `found`; `leading` of those that have it in names and summary alone, by
    these. More conditions can follow both.
    `half` is the rank of a middling one.
    """

    install: Sequence[str]
    remove: Sequence[str]
    mend: Sequence[str]
    matching: str
    ranked: str
    leading: str
    half: float
    phrase: Callable[[Phrase], str]
    either: str
    both: str

    def expression(self, terms: Sequence[Sequence[Phrase]], *, every: bool) -> str:
        """What to match: of each term one of its phrases, and `every` term or any.

        Made of words alone, each between quotes: nothing that was typed can be an operator.
        """
        found = (f"({self.either.join(map(self.phrase, phrases))})" for phrases in terms)
        return (self.both if every else self.either).join(found)
