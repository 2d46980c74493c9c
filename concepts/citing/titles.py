"""Titles as styles set them: capitals of a headline, quotation marks within others. Pure."""

import re

SMALL = set(
    "a an the and but for nor or so yet as at by down from in into of off on onto out over per"
    " since than through till to toward towards under until unto up upon v versus via vs with"
    " within without about above across after against along among around before behind below"
    " beneath beside besides between beyond despite during except inside like near outside past"
    " c ca circa de d et van von".split()
)
"""What stays small within a headline: articles, conjunctions, prepositions, particles."""

_OPENING = "“‘\"'(["
_ELIDED = re.compile(r"[dl][’']")
_ENDS = (":", "?", "!", "–", "—")
"""A word that ends so begins the title anew."""


def headline(title: str) -> str:
    """The title with the capitals of a headline: "Make-to-Stock vs Make-to-Order".

    Nothing is ever made small, so names and acronyms stay as they are stored; and what begins
    with no letter, or holds a digit or a dot, is no word and stays too.
    """
    words = title.split(" ")
    starts = [number == 0 or words[number - 1].endswith(_ENDS) for number in range(len(words))]
    last = len(words) - 1
    return " ".join(
        _word(word, always=starts[number] or number == last or word.endswith(_ENDS[:3]))
        for number, word in enumerate(words)
    )


def _word(word: str, *, always: bool) -> str:
    if re.search(r"\d|\w\.\w", word):
        return word
    parts = word.split("-")
    return "-".join([_capital(parts[0], always=always), *(_capital(p) for p in parts[1:])])


def _capital(word: str, *, always: bool = False) -> str:
    bare = word.strip(_OPENING + ")]”’.,;:?!…")
    stays = bare.lower() in SMALL or _ELIDED.match(bare)
    if not bare or bare != bare.lower() or (stays and not always):
        return word
    start, first = word.index(bare), bare[0].upper()
    if word[:start].strip(_OPENING) or len(first) > 1:  # no word begins with ß
        return word
    return word[:start] + first + word[start + 1 :]


def typographic(text: str) -> str:
    """The text with “curved” quotation marks and apostrophes in place of straight ones."""
    text = re.sub(r"(?<![^\s(\[{–—“‘])\"(?=\S)", "“", text).replace('"', "”")
    return re.sub(r"(?<![^\s(\[{–—“‘])'(?=\S)", "‘", text).replace("'", "’")


def in_double(title: str) -> str:
    """The title as a sentence between “ and ”: its own such marks become single ones."""
    inner = typographic(title).replace("“", "‘").replace("”", "’")
    stop = "" if inner.rstrip("’").endswith((".", "?", "!")) else "."
    return f"“{inner}{stop}”"


def in_single(title: str) -> str:
    """The title between ‘ and ’: its own pairs of such marks become double ones."""
    inner = re.sub(r"‘([^‘]*?)’(?!\w)", r"“\1”", typographic(title))
    return f"‘{inner}’"
