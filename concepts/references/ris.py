"""RIS: a line for each value, `TY  - JOUR` to `ER  - `. Pure."""

import re
from collections.abc import Iterator

from concepts.references.entries import VALUE_LIMIT, Raw, UnreadableError, guessed
from concepts.references.names import Naming

_LINE = re.compile(r"([A-Z][A-Z0-9])  ?-(?: (.*))?$")

TYPES = {
    **dict.fromkeys(("JOUR", "EJOUR", "JFULL", "INPR", "ABST"), "article-journal"),
    **dict.fromkeys(("BOOK", "EBOOK", "EDBOOK", "SER", "CLSWK"), "book"),
    **dict.fromkeys(("CHAP", "ECHAP", "ENCYC", "DICT"), "chapter"),
    **dict.fromkeys(("CPAPER", "CONF"), "paper-conference"),
    **dict.fromkeys(("RPRT", "GOVDOC", "PAMP"), "report"),
    **dict.fromkeys(("ELEC", "BLOG", "ICOMM"), "webpage"),
    "MGZN": "article-magazine",
    "NEWS": "article-newspaper",
    "STAND": "standard",
    "THES": "thesis",
}
"""Types of entries, and what they are here; of several the first is the one that is written."""

_TITLES = ("TI", "T1", "CT")
FIELDS = {
    "container_title": ("T2", "JF", "JO", "BT", "JA", "J2"),
    "volume": ("VL",),
    "issue": ("IS",),
    "edition": ("ET",),
    "publisher": ("PB",),
    "publisher_place": ("CY", "PP"),
    "doi": ("DO",),
    "isbn": ("SN",),
    "url": ("UR", "L2"),
}
"""Fields of a source, and the tags that say the same, the best first."""

PARTS = ("chapter", "paper-conference")

Record = dict[str, list[str]]


def read(text: str) -> list[Raw]:
    """Every entry of a RIS text.

    Raises:
        UnreadableError: an entry without end, or a value that is too long.
    """
    problems: list[str] = []
    found: list[Raw] = []
    for where, lines, ended in _records(text):
        record: Record = {"where": [where]}
        wrong = [problem for line in lines if (problem := _put(record, *_tagged(line)))]
        problems += [f"{where}: {problem}" for problem in wrong]
        if ended:
            found.append(_raw(record))
        else:
            problems.append(f"{where} has no end: close it with a line 'ER  - '.")
    if problems:
        raise UnreadableError(problems)
    return found


def _records(text: str) -> Iterator[tuple[str, list[str], bool]]:
    """Each entry: what it is called, its lines, and whether its end is said."""
    lines: list[str] = []
    where = ""
    for number, line in enumerate(text.split("\n"), 1):
        tag = _tagged(line)[0]
        if tag in ("TY", "ER") and lines:
            yield where, lines, tag == "ER"
            lines = []
        if tag == "TY":
            where = f"The entry at line {number}"
        if tag == "TY" or lines:
            lines.append(line)
    if lines:
        yield where, lines, False


def _tagged(line: str) -> tuple[str, str]:
    """Tag and value; a line without a tag goes on with the value before it."""
    found = _LINE.match(line.rstrip())
    return (found[1], (found[2] or "").strip()) if found else ("", line.strip())


def _put(record: Record, tag: str, value: str) -> str:
    """Add the value; what is wrong with it, or ""."""
    if tag:
        record.setdefault(tag, []).append(value)
        record["last"] = [tag]
    elif value and "last" in record:
        tag = record["last"][0]
        record[tag][-1] = f"{record[tag][-1]} {value}"
    if tag in record and len(record[tag][-1]) > VALUE_LIMIT:
        return f"'{tag}' is longer than {VALUE_LIMIT:,} characters."
    return ""


def _raw(record: Record) -> Raw:
    notes: list[str] = []
    type_ = _type(record, notes)
    fields = {name: _first(record, *tags) for name, tags in FIELDS.items()}
    fields["title"] = _first(record, *_TITLES)
    if type_ == "book" and not fields["title"]:
        fields["title"] = _first(record, "BT", "T2")
    if type_ not in (*PARTS, "webpage") and not type_.startswith("article"):
        del fields["container_title"]
    if type_ in ("report", "standard"):
        fields |= {"number": fields.pop("issue") or _first(record, "SN", "M1"), "isbn": ""}
    if type_.startswith("article"):
        fields["isbn"] = ""  # the number is the journal's
    if type_ in ("report", "thesis"):
        fields["genre"] = _first(record, "M3")
    fields |= {"page": _pages(record), "issued": _issued(record)}
    names = [_name(name) for tag in ("AU", "A1") for name in record.get(tag, []) if name]
    seconds = ("A2", "ED") if type_ in (*PARTS, "book") else ("ED",)
    editors = [_name(name) for tag in seconds for name in record.get(tag, []) if name]
    where, key = record["where"][0], _first(record, "ID")
    where = f"{where} ({fields['title'][:60]})" if fields["title"] else where
    return Raw(where, key, type_, fields, names, editors, notes)


def _first(record: Record, *tags: str) -> str:
    return next((value for tag in tags for value in record.get(tag, []) if value), "")


def _type(record: Record, notes: list[str]) -> str:
    kind = " ".join(record["TY"][0].upper().split()[:1])
    if kind in TYPES:
        return TYPES[kind]
    return guessed(kind, on_the_web=bool(_first(record, "UR")), notes=notes)


def _pages(record: Record) -> str:
    start, end = _first(record, "SP"), _first(record, "EP")
    return f"{start}-{end}" if start and end and "-" not in start and start != end else start


def _issued(record: Record) -> str:
    """The day where it is of the same year, else the year."""
    year, day = _first(record, "PY", "Y1"), _first(record, "DA")
    return day if day[:4] == year[:4] or not year else year


def _name(text: str) -> Naming:
    """`Family, Given, Suffix`; what has no comma is a body, or somebody with one name."""
    family, *given = (" ".join(part.split()) for part in text.split(","))
    if not family:
        family, given = given[0] if given else text, []
    if not given or not given[0]:
        return {"literal": family}
    suffix = " ".join(given[1:]).strip()
    return {"family": f"{family} {suffix}".strip(), "given": given[0]}
