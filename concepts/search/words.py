"""Text as words that can be found: folded, cut into words, and brought to their stems.

Python does this for both databases, so that they find the same. The stems are lighter than
Porter's on purpose: he makes one word of product, production and productivity, which are what
this site tells apart. Pure.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

LONGEST_WORD = 40
"""Letters of a word that count."""
LONGEST_QUERY = 1_000
"""Characters of a query that are read."""
MOST_TERMS = 12
"""Different words or phrases of a query that are looked for."""

STOP = frozenset(
    "a about an and are as at be been being between both but by can compare compared comparison"
    " compares could define definition did differ difference differences different differs do does"
    " example examples explain for from give had has have how i if in into is it its list may me"
    " mean meaning means my no not of off on one only or our same should so some tell than that"
    " the their them then there these they this those to type types up us versus vs was we were"
    " what when where which who whose why will with would you your".split()
)
"""Words that a query may hold and a page need not, unless the query holds nothing else."""

COMPARING = frozenset(
    "between compare compared comparison compares differ difference differences different differs"
    " same versus vs".split()
)
"""Words by which somebody asks for a comparison."""

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?|[^\W_]+(?:'[^\W_]+)*")
_PIECE = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r'"([^"]*)"')


class _Folding(dict[int, str]):
    """What each character is folded to: small, without accents; marks are folded to nothing."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        letters = unicodedata.normalize("NFKD", character)
        letters = unicodedata.normalize("NFKD", letters.casefold())
        plain = "".join(c for c in letters if not unicodedata.category(c).startswith("M"))
        # ½ stays one word: it would be 1, a stroke and 2.
        self[code] = plain if len(_PIECE.findall(plain)) < 2 else character
        return self[code]


_FOLDING = _Folding(
    {
        **dict.fromkeys(map(ord, "‘’ʼ`´"), "'"),
        **dict.fromkeys(map(ord, "“”„«»"), '"'),
        **str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}),
        **str.maketrans({"Æ": "ae", "Œ": "oe", "Ø": "o", "Ł": "l", "Đ": "d", "\0": " "}),
    }
)


class Word(NamedTuple):
    """One word: its letters, folded, and where it stands in the text it was cut from."""

    letters: str
    start: int
    end: int

    @property
    def stem(self) -> str:
        """What the word has in common with its other forms."""
        return stem(self.letters)


def folded(text: str) -> str:
    """The text in small letters without accents; what is no letter stays."""
    return text.translate(_FOLDING)


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [_letters(match[0]) for match in _WORD.finditer(folded(text))]


def stems(text: str) -> list[str]:
    """The stems of the words of a text, in order."""
    return [stem(word) for word in words(text)]


def placed_words(text: str) -> list[Word]:
    """The words of a text with their places in it, whatever folding did to its length."""
    origin: Sequence[int] = range(len(text) + 1)
    if any(len(_FOLDING[ord(character)]) != 1 for character in set(text)):
        origin = [place for place, each in enumerate(text) for _ in _FOLDING[ord(each)]]
        origin = [*origin, len(text)]
    return [
        # A word takes the marks along that follow its last letter.
        Word(_letters(m[0]), origin[m.start()], max(origin[m.end() - 1] + 1, origin[m.end()]))
        for m in _WORD.finditer(folded(text))
    ]


def _letters(word: str) -> str:
    """A word without the dots of an acronym, apostrophes and the possessive s."""
    plain = word.replace(".", "").removesuffix("'s").replace("'", "")
    return plain[:LONGEST_WORD]


# Stems --------------------------------------------------------------------------------------

_VOWEL = re.compile("[aeiouy]")
RULES = [
    (re.compile(pattern), by)
    for pattern, by in (
        ("(?<=ss)es$|(?<=[xz])es$|(?<=[cs]h)es$", ""),
        ("(?<=..)ies$", "y"),
        ("(?<=[^sui])s$", ""),
        (r"(?<=[aeiouy])(.+)ing$|([aeiouy].+)ing$", r"\1\2"),
        (r"(?<=[aeiouy])([^e].*)ed$|([aeiouy].*[^e])ed$", r"\1\2"),
        ("e$", ""),
        (r"([^aeiou])\1$", r"\1"),
        ("y$", "i"),
        ("ysis$|yz$", "ys"),
        ("isation$", "ization"),
        ("(?<=[^aeiou])is$", "iz"),
        ("(?<=..[^aeiou])our$", "or"),
        ("(?<=[aeinu])tr$", "ter"),
        ("logu$", "log"),
    )
]
"""British and American spelling, plural, -ing and -ed. Nothing that makes another part of speech:
production stays apart from product."""


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """What forms of a folded word have in common: "schedul" of schedule, schedules, scheduling."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    for pattern, by in RULES:
        shorter = pattern.sub(by, word)
        word = shorter if len(shorter) > 2 and _VOWEL.search(shorter) else word
    return word


# Queries ------------------------------------------------------------------------------------


Phrase = tuple[str, ...]
"""Stems that must follow each other."""


class Term(NamedTuple):
    """What must be found: one word, an exact phrase of several, or one of some alternatives."""

    words: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def phrase(self) -> Phrase:
        """What its words have in common with their other forms."""
        return tuple(stem(word) for word in self.words)

    @property
    def choices(self) -> list[Phrase]:
        """The phrases of which one must be found."""
        return [self.phrase, *((stem(word),) for word in self.others)]


@dataclass(frozen=True)
class Query:
    """What somebody looks for. `more` says that the query held more than is looked for."""

    terms: tuple[Term, ...]
    compares: bool = False
    more: bool = False

    @property
    def choices(self) -> list[list[Phrase]]:
        """Of each term, the phrases of which one must be found."""
        return [term.choices for term in self.terms]

    @property
    def stems(self) -> list[str]:
        """Every stem that is looked for, each once."""
        found = (stem for phrases in self.choices for phrase in phrases for stem in phrase)
        return list(dict.fromkeys(found))


def content(found: list[str]) -> list[str]:
    """The words that say what is meant; all of them where none does."""
    return [word for word in found if word not in STOP] or found


def parsed(text: str) -> Query:
    """The words and the quoted phrases that a query asks for, whatever was typed."""
    given = folded(text[:LONGEST_QUERY])
    phrases = [tuple(words(quoted)) for quoted in _QUOTED.findall(given)]
    loose = words(_QUOTED.sub(" ", given))
    terms = [Term(phrase) for phrase in phrases if phrase]
    if not (terms and STOP.issuperset(loose)):
        terms += [Term((word,)) for word in content(loose)]
    first: dict[Phrase, Term] = {}
    for term in terms:
        first.setdefault(term.phrase, term)
    different = tuple(first.values())
    return Query(
        different[:MOST_TERMS],
        compares=not COMPARING.isdisjoint(loose),
        more=len(different) > MOST_TERMS or len(text) > LONGEST_QUERY,
    )
