"""Bibliographies from elsewhere: BibTeX, RIS and CSL-JSON as sources. Pure."""

import re

from concepts.references import bibtex, csl, ris
from concepts.references.entries import MOST, TEXT_LIMIT, Entry, Raw, UnreadableError, entry_of
from concepts.references.keys import Known, Same, free
from concepts.rendering import TextError, normalized

__all__ = ["Entry", "Known", "Same", "UnreadableError", "free", "read"]

_NOTHING = "No entry was found: give BibTeX (@article{...}), RIS (TY  - JOUR) or CSL-JSON."


def read(text: str) -> list[Entry]:
    """The entries of a bibliography, in whichever of the three formats it is.

    Raises:
        UnreadableError: with everything that is wrong with it.
    """
    if len(text.encode(errors="replace")) > TEXT_LIMIT:
        raise UnreadableError([f"The text is too long: at most {TEXT_LIMIT // 1000} kB."])
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    _check(text)
    found = _raw(text)
    if len(found) > MOST:
        raise UnreadableError([f"There are {len(found)} entries: at most {MOST} at a time."])
    entries, problems = [], []
    for raw in found:
        try:
            entries.append(entry_of(raw))
        except UnreadableError as error:
            problems += error.problems
    if problems or not entries:
        raise UnreadableError(problems or [_NOTHING])
    return entries


def _raw(text: str) -> list[Raw]:
    if text.lstrip()[:1] in ("[", "{"):
        return csl.read(text)
    if re.search(r"^TY  ?-", text, re.MULTILINE):
        return ris.read(text)
    return bibtex.read(text)


def _check(text: str) -> None:
    """What no text may hold is told by its line before anything is read."""
    for character in sorted({each for each in text if not each.isprintable()}):
        try:
            normalized(character)
        except TextError as error:
            number = text.count("\n", 0, text.index(character)) + 1
            raise UnreadableError([str(error).replace("Line 1 ", f"Line {number} ", 1)]) from None
