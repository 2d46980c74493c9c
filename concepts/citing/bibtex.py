"""BibTeX, which BibLaTeX reads too: works as entries with LaTeX in their values. Pure.

Which words name types and fields stands once, in `references/bibtex.py`, for both directions.
Addresses, DOIs and ISBNs are verbatim fields: nothing in them is LaTeX.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate

from concepts.citations import ARTICLES, Csl, date_parts
from concepts.citing.pieces import first_named, text
from concepts.citing.titles import SMALL
from concepts.references.bibtex import FIELDS, MONTHS, TYPES
from concepts.references.csl import NAMES

_TYPES = {**first_named(TYPES), "entry-encyclopedia": "incollection"}
_TYPES |= dict.fromkeys(ARTICLES, "article")
_WITHOUT_GENRE = {"report": "report", "thesis": "thesis"}
"""BibLaTeX's types: the older ones would be called a technical report or a PhD thesis."""

_USUAL = {"container_title": "booktitle", "issue": "number", "publisher_place": "address"}
_NAMED: dict[str, dict[str, str]] = {
    **{name: {"container_title": "journal"} for name in ARTICLES},
    "webpage": {"container_title": "organization"},
    "thesis": {"publisher": "school"},
    "report": {"publisher": "institution"},
}
"""Where a type calls a field otherwise."""

_VERBATIM = ("doi", "isbn", "url")
_ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: rf"\{sign}" for sign in "&%#$_"},
}
_BRACES = {"{": r"\{", "}": r"\}"}
_NAMED_BRACES = {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
"""For braces without a partner: BibTeX counts those behind a backslash like any others."""

_LIGATURE = re.compile(r"(?<=-)-|(?<=')'|(?<=[`!?])`|(?<=,),|(?<=<)<|(?<=>)>")
"""Signs that TeX takes for one with the sign before: dashes, quotation marks, turned marks."""


def write(items: Iterable[Csl]) -> str:
    """The works, given as CSL, as a text of BibTeX."""
    return "\n".join(_entry(item) for item in items)


def _entry(csl: Csl) -> str:
    fields = [f"  {name} = {value},\n" for name, value in _fields(csl).items() if value]
    return f"@{_type(csl)}{{{csl['id']},\n{''.join(fields)}}}\n"


def _type(csl: Csl) -> str:
    kind = text(csl, "type")
    if kind in _WITHOUT_GENRE and not text(csl, "genre"):
        return _WITHOUT_GENRE[kind]
    return _TYPES[kind]


def _fields(csl: Csl) -> dict[str, str]:
    kind = text(csl, "type")
    year, month, day = [*date_parts(csl), 0, 0, 0][:3]
    fields = {
        "author": _names(csl.get("author") or []),
        "title": f"{{{_title(csl)}}}",
        "editor": _names(csl.get("editor") or []),
        "entrysubtype": f"{{{kind[8:]}}}" if kind in ARTICLES[1:] else "",
        "year": f"{{{year:04}}}" if year else "",
        "month": MONTHS[month - 1] if month else "",
        "day": f"{{{day}}}" if day else "",
    }
    for name, known in FIELDS.items():
        tag = _NAMED.get(kind, {}).get(name) or _USUAL.get(name) or known[0]
        if value := text(csl, NAMES[name]):
            fields[tag] = f"{{{_value(name, value)}}}"
    return fields


def _value(name: str, value: str) -> str:
    if name in _VERBATIM:
        # Braces would end the value, and nothing escapes them there.
        return value.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
    if name in ("page", "volume", "issue"):
        return re.sub(r"(?<=\w)-(?=\w)", "--", _escaped(value))
    return _escaped(value)


def _escaped(value: str) -> str:
    """The text as LaTeX that says the same, whatever it holds."""
    escapes = _ESCAPES | (_BRACES if _is_balanced(value) else _NAMED_BRACES)
    value = "".join(escapes.get(sign, sign) for sign in " ".join(value.split()))
    return _LIGATURE.sub(r"{}\g<0>", value)


def _is_balanced(value: str) -> bool:
    """Whether each of its braces has a partner."""
    depths = [0, *accumulate((sign == "{") - (sign == "}") for sign in value)]
    return min(depths) == depths[-1] == 0


# Titles -------------------------------------------------------------------------------------


def _title(csl: Csl) -> str:
    """The title; in braces stands what styles must not make small: names and acronyms."""
    words = text(csl, "title").split()
    as_sentence = _is_sentence(words)
    return " ".join(
        f"{{{_escaped(word)}}}" if _keeps(word, as_sentence and place > 0) else _escaped(word)
        for place, word in enumerate(words)
    )


def _keeps(word: str, first_too: bool) -> bool:
    """Whether it has capitals behind its first letter, or, within a sentence, one before."""
    letters = [sign for sign in word if sign.isalpha()]
    return any(sign.isupper() for sign in (letters if first_too else letters[1:]))


def _is_sentence(words: Sequence[str]) -> bool:
    """Whether a word begins small that would not in a headline: then a capital tells a name."""
    bare = (re.sub(r"^\W+|\W+$", "", word) for word in words[1:])
    return any(word[:1].islower() and word not in SMALL for word in bare)


# Names --------------------------------------------------------------------------------------


def _names(names: Iterable[Csl]) -> str:
    written = " and ".join(_name(name) for name in names)
    return f"{{{written}}}" if written else ""


def _name(name: Csl) -> str:
    family, given = text(name, "family"), text(name, "given")
    if not family:
        return f"{{{_escaped(text(name, 'literal'))}}}"
    if not given:
        return _part(family, parted=" " in family)
    return f"{_part(family)}, {_part(given)}"


def _part(value: str, *, parted: bool = False) -> str:
    """A part of a name, in braces where it would be taken for two, or as a command for its end."""
    escaped = _escaped(value)
    parted = parted or bool(re.search(r",|\\|(^|\s)and(\s|$)", escaped, re.IGNORECASE))
    return f"{{{escaped}}}" if parted else escaped
