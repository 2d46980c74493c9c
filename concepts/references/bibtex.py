"""BibTeX and BibLaTeX: entries in braces, with LaTeX in their values. Pure."""

import logging
import re
from collections.abc import Iterator, Mapping

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import Entry as Block

from concepts.references import latex
from concepts.references.entries import MOST, VALUE_LIMIT, Raw, UnreadableError, guessed
from concepts.references.names import Naming

# It warns of each block that it cannot read; we tell the editor.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_DEPTH = 20
"""How deep braces may be nested: deeper is no text."""
_START = re.compile(r"@\w+\s*[{(]")
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()

TYPES = {
    "article": "article-journal",
    "periodical": "article-journal",
    **dict.fromkeys("book booklet collection manual mvbook proceedings reference".split(), "book"),
    **dict.fromkeys("incollection inbook inreference suppbook".split(), "chapter"),
    **dict.fromkeys(("inproceedings", "conference"), "paper-conference"),
    **dict.fromkeys(("techreport", "report"), "report"),
    **dict.fromkeys(("phdthesis", "mastersthesis", "thesis"), "thesis"),
    **dict.fromkeys(("online", "electronic", "www", "webpage"), "webpage"),
    "standard": "standard",
}
"""Types of entries, and what they are here; of several the first is the one that is written."""

_GENRES = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}
_GENRES |= {"techreport": "Technical report"}
_GENRE_KEYS = {"phdthesis": "PhD thesis", "mathesis": "Master's thesis", "techreport": "Report"}
"""What BibLaTeX's own words for a type of thesis or report stand for."""

FIELDS: dict[str, tuple[str, ...]] = {
    "container_title": ("journaltitle", "journal", "booktitle"),
    "volume": ("volume",),
    "issue": ("issue",),
    "page": ("pages",),
    "edition": ("edition",),
    "number": ("number",),
    "genre": ("type",),
    "publisher": ("publisher", "school", "institution", "organization"),
    "publisher_place": ("location", "address"),
    "doi": ("doi",),
    "isbn": ("isbn",),
    "url": ("url", "howpublished"),
}
"""Fields of a source, and the fields of an entry that say the same, the best first."""

_AS_THEY_ARE = ("doi", "url", "isbn", "howpublished")

Values = Mapping[str, str]


def read(text: str) -> list[Raw]:
    """Every entry of a BibTeX text.

    Raises:
        UnreadableError: with each entry that cannot be read, and why.
    """
    if len(_START.findall(text)) > 2 * MOST:
        raise UnreadableError([f"There are too many entries: at most {MOST} at a time."])
    library = parse_string(text, parse_stack=[])
    problems = [_failure(block) for block in library.failed_blocks]
    if problems:
        raise UnreadableError(problems)
    return _Reader(library).entries()


def _failure(block: object) -> str:
    start = getattr(block, "start_line", None)
    line = f"line {start + 1}" if isinstance(start, int) else "the text"
    raw = " ".join(str(getattr(block, "raw", "") or "").split())
    name = type(block).__name__
    if name.startswith("DuplicateBlockKey"):
        why = "has a citekey that stands there twice: give each entry its own"
    elif name.startswith("DuplicateFieldKey"):
        why = "has a field twice: keep one of them"
    else:
        why = "is not closed, or a comma, '=' or quotation mark is missing in it"
    return f"The entry at {line} ({raw[:40]}) {why}."


class _Reader:
    """The entries of one text, with the abbreviations that it defines."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.strings = {name: name.capitalize() for name in MONTHS}
        self.blocks = {block.key.casefold(): block for block in library.entries}
        self.problems: list[str] = []
        # In the order of the text, and each from those before it: so none can name itself.
        for string in library.strings:
            where = f"@string {string.key}"
            self.strings[string.key.casefold()] = self._value(where, "", str(string.value))

    def entries(self) -> list[Raw]:
        """All of them, or UnreadableError with every problem."""
        found = [self._entry(block) for block in self.library.entries]
        if self.problems:
            raise UnreadableError(self.problems)
        return found

    def _entry(self, block: Block) -> Raw:
        where = f"{block.key or block.entry_type} (line {(block.start_line or 0) + 1})"
        values = self._inherited(block) | self._values(block, where)
        notes: list[str] = []
        kind = block.entry_type.casefold()
        try:
            author, editor = (_names(values.get(n, ""), notes) for n in ("author", "editor"))
        except InvalidNameError as error:
            self.problems.append(f"{where}: the name '{error.name[:60]}' cannot be read.")
            author = editor = []
        values = {name: _decoded(name, value) for name, value in values.items()}
        type_ = _type(kind, values, notes)
        return Raw(where, block.key, type_, _fields(kind, type_, values), author, editor, notes)

    def _inherited(self, block: Block) -> dict[str, str]:
        """What an entry takes over from the one that its `crossref` names."""
        named = next((f.value for f in block.fields if f.key.casefold() == "crossref"), "")
        parent = self.blocks.get(str(named).strip('{}" ').casefold())
        if parent is None or parent is block:
            return {}
        values = self._values(parent, parent.key)
        values.setdefault("booktitle", values.pop("title", ""))
        return {name: value for name, value in values.items() if name not in ("author", "pages")}

    def _values(self, block: Block, where: str) -> dict[str, str]:
        read = ((f.key.casefold(), str(f.value)) for f in block.fields)
        return {name: self._value(where, name, value) for name, value in read if name in _USED}

    def _value(self, where: str, name: str, text: str) -> str:
        """The text of a value: what stands in braces or quotes, and abbreviations, joined by #."""
        if len(text) > VALUE_LIMIT:
            return self._refused(where, name, f"is longer than {VALUE_LIMIT:,} characters")
        if _depth(text) > _DEPTH:
            return self._refused(where, name, f"has braces more than {_DEPTH} deep")
        joined = ""
        for part in _parts(text):
            if part.isdecimal():
                joined += part
            elif len(part) > 1 and part[0] + part[-1] in ("{}", '""'):
                joined += part[1:-1]
            elif part.casefold() in self.strings:
                joined += self.strings[part.casefold()]
            else:
                return self._refused(
                    where, name, f"names '{part[:40]}', which no @string defines: put it in braces"
                )
            if len(joined) > VALUE_LIMIT:
                return self._refused(where, name, f"grows beyond {VALUE_LIMIT:,} characters")
        return joined

    def _refused(self, where: str, name: str, why: str) -> str:
        self.problems.append(f"{where}: {f'{name!r} ' if name else ''}{why}.")
        return ""


def _depth(text: str) -> int:
    depth = deepest = 0
    for brace in re.findall(r"(?<!\\)[{}]", text):
        depth += 1 if brace == "{" else -1
        deepest = max(deepest, depth)
    return deepest


def _parts(text: str) -> Iterator[str]:
    """The pieces between `#` outside braces and quotes."""
    depth, quoted, piece = 0, False, ""
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        quoted ^= character == '"' and depth == 0
        if character == "#" and depth == 0 and not quoted:
            yield piece.strip() or '""'
            piece = ""
        else:
            piece += character
    yield piece.strip() or '""'


# Texts and names ----------------------------------------------------------------------------


def _decoded(name: str, value: str) -> str:
    return latex.verbatim(value) if name in _AS_THEY_ARE else latex.text(value)


def _names(value: str, notes: list[str]) -> list[Naming]:
    names = []
    for each in split_multiple_persons_names(value):
        if each.strip().casefold() == "others":
            notes.append("Left out: 'and others'. Name everybody whom the work names.")
        elif each.strip():
            names.append(_name(each.strip()))
    return names


def _name(text: str) -> Naming:
    if _is_enclosed(text):
        return {"literal": latex.text(text)}
    parts = parse_single_name_into_parts(text)
    family = latex.text(" ".join([*parts.von, *parts.last, *parts.jr]))
    if not family:
        raise InvalidNameError(text, "no family name")
    return {"family": family, "given": latex.text(" ".join(parts.first))}


def _is_enclosed(text: str) -> bool:
    """Whether the brace that opens it is the one that closes it."""
    depth = 0
    for number, character in enumerate(text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            return 0 < number == len(text) - 1
    return False


# Fields -------------------------------------------------------------------------------------


def _type(kind: str, values: Values, notes: list[str]) -> str:
    sort = values.get("entrysubtype", "").casefold()
    if kind == "article" and sort in ("magazine", "newspaper"):
        return f"article-{sort}"
    if kind == "inbook" and not values.get("booktitle"):
        return "book"
    if kind in TYPES:
        return TYPES[kind]
    address = values.get("url") or values.get("howpublished", "")
    return guessed(kind, on_the_web=bool(re.search(r"https?:", address)), notes=notes)


def _fields(kind: str, type_: str, values: Values) -> dict[str, str]:
    fields = {
        name: next((values[each] for each in known if values.get(each)), "")
        for name, known in FIELDS.items()
    }
    fields |= {"title": _titled("title", values), "issued": _issued(values)}
    if fields["container_title"] and values.get("booktitle"):
        fields["container_title"] = _titled("booktitle", values)
    if type_ == "webpage" and not fields["container_title"]:  # as BibLaTeX names the site
        fields["container_title"] = values.get("organization", "")
        fields["publisher"] = values.get("publisher", "")
    if type_.startswith("article"):
        fields["issue"] = fields["issue"] or fields.pop("number")
    if type_ not in ("report", "standard"):
        fields.pop("number", None)
    genre = fields["genre"].casefold()
    fields["genre"] = _GENRE_KEYS.get(genre, fields["genre"]) or _GENRES.get(kind, "")
    if type_ not in ("report", "thesis"):
        del fields["genre"]
    return fields


def _titled(name: str, values: Values) -> str:
    parts = (values.get(name, ""), values.get(name.replace("title", "subtitle"), ""))
    return ": ".join(part.strip() for part in parts if part.strip())


def _issued(values: Values) -> str:
    if date := values.get("date"):
        return date
    year = values.get("year", "")
    month, day = _month(values.get("month", "")), values.get("day", "").strip()
    if not (month and re.fullmatch(r"\s*\d{4}\s*", year)):
        return year
    found = re.search(r"\d{1,2}", values["month"]) if not values["month"].isdecimal() else None
    day = day or (found[0] if found else "")
    return "-".join(part for part in (year.strip(), month, day) if part)


def _month(text: str) -> str:
    if text.strip().isdecimal():
        return text.strip()
    found = re.search(r"[a-z]{3}", text.casefold())
    return str(MONTHS.index(found[0]) + 1) if found and found[0] in MONTHS else ""


_USED = {
    "author", "editor", "title", "subtitle", "booksubtitle", "date", "year", "month", "day",
    "entrysubtype", *(name for known in FIELDS.values() for name in known),
}  # fmt: skip
"""The fields that are looked at: an abstract may be as long and odd as it likes."""
