"""Typing errors: which known word was meant.

Words are kept under all that remains of them when one letter is left out. What is typed is looked
up under what remains when up to two are: so letters too many, too few, wrong, or swapped with the
next find their word in one look-up, at any size of the vocabulary. The nearest is what was meant.
"""

from collections.abc import Iterable
from itertools import pairwise

from rapidfuzz.distance import OSA

from concepts.models import SearchWord
from concepts.search.words import LONGEST_WORD, Query, Term, stem, words

SHORTEST = 4
"""Letters of a word that is corrected, or offered: most short ones are acronyms."""
TWICE, LONGEST = 6, 20
"""Letters of a word in which two may be wrong."""
MOST = 4
"""How many words are tried in place of one."""


def slips(word: str) -> set[str]:
    """The word, and what remains when one letter is left out."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _typed(word: str) -> set[str]:
    """What a typed word is looked up under; a short one would be like too many others."""
    once = slips(word)
    return {slip for each in once for slip in slips(each)} if limit(word) == 2 else once


def limit(word: str) -> int:
    """How many letters may be wrong in a word of this length."""
    return 2 if TWICE <= len(word) <= LONGEST else 1


def learn(texts: Iterable[str], names: Iterable[str], using: str) -> None:
    """Add the words of these texts and names to the vocabulary, where they are new to it."""
    vocabulary = SearchWord.objects.using(using)
    found = {word for text in texts for word in words(text) if _is_correctable(word)}
    known = vocabulary.filter(slip__in=found).values_list("slip", "word")
    new = found - {word for slip, word in known if slip == word}
    rows = [SearchWord(slip=slip, word=word) for word in sorted(new) for slip in slips(word)]
    rows += [SearchWord(slip=a + b, word=f"{a} {b}") for a, b in sorted(_pairs(names))]
    vocabulary.bulk_create(rows, ignore_conflicts=True)


def _is_correctable(word: str) -> bool:
    return SHORTEST <= len(word) < LONGEST_WORD and word.isalpha()


def _pairs(names: Iterable[str]) -> set[tuple[str, str]]:
    """Neighbouring words of names, which people write as one: leadtime."""
    return {
        (one, two)
        for name in names
        for found in [words(name)]
        for one, two in pairwise(found)
        if _is_correctable(one + two)
    }


def corrected(query: Query) -> Query | None:
    """The query with the nearest known words as alternatives of those that nobody has written.

    In one look-up. None when there is nothing to correct, or nothing near.
    """
    loose = {term.words[0] for term in query.terms if len(term.words) == 1}
    wrong = {word for word in loose if _is_correctable(word)}
    asked = {slip for word in wrong for slip in _typed(word)}
    known = set(SearchWord.objects.filter(slip__in=asked).values_list("word", flat=True))
    stems = {stem(word) for word in known}
    terms = tuple(_corrected(term, known, stems) for term in query.terms)
    return None if terms == query.terms else Query(terms, query.compares, query.more)


def _corrected(term: Term, known: set[str], stems: set[str]) -> Term:
    [word, *others] = term.words
    if others or not _is_correctable(word) or stem(word) in stems:
        return term
    near = _nearest(word, known)
    if not near:
        return term
    first, *rest = near
    return Term(tuple(first.split()), tuple(other for other in rest if " " not in other))


def _nearest(word: str, known: set[str]) -> list[str]:
    """The known words at the least distance, if that is small for the length of the word."""
    most = limit(word)
    distance = {each: OSA.distance(word, each, score_cutoff=most) for each in known}
    least = min(distance.values(), default=most + 1)
    if least > most:
        return []
    near = [each for each in known if distance[each] == least]
    return sorted(near, key=lambda each: (each[0] != word[0], len(each), each))[:MOST]
