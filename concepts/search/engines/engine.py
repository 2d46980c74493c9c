"""What a database must say of its own to be searched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from concepts.search.words import Phrase


@dataclass(frozen=True)
class Engine:
    """How the index is made and asked.

    `install` and `remove` are statements that make it and take it away; `mend`, which may be
    repeated, those that put back what a migration of a table takes along. `found` is a common table
    of the ids of entries that the parameter `match` finds, and how it is kept. `ranked` selects
    (id, rank) of all of them where they are at most `few`, by all their words; else of so many, the
    best of those that have one of the words, the parameter `any`, in names or summary, by these.
    What most pages say tells nothing. `half` is the rank of a middling one.
    """

    install: Sequence[str]
    remove: Sequence[str]
    mend: Sequence[str]
    found: str
    ranked: str
    few: int
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
