"""RIS: a line for each value, from `TY  - ` to `ER  - `, with CRLF. Pure.

Which tags name types and fields stands once, in `references/ris.py`, for both directions. The
format escapes nothing: a body whose name holds a comma is read as family name and given name.
"""

from collections.abc import Iterable, Iterator

from concepts.citations import Csl, date_parts
from concepts.citing.pieces import first_named, text
from concepts.references.csl import NAMES
from concepts.references.ris import FIELDS, PARTS, TYPES

_TYPES = {**first_named(TYPES), "entry-encyclopedia": "ENCYC"}
_NUMBERED = ("report", "standard")
Line = tuple[str, str]


def write(items: Iterable[Csl]) -> str:
    """The works, given as CSL, as a text of RIS."""
    return "\r\n".join(_entry(item) for item in items)


def _entry(csl: Csl) -> str:
    lines = [*_lines(csl), ("ER", "")]
    # A value is one line, whatever a reader takes for the end of one.
    return "".join(
        f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines if value or tag == "ER"
    )


def _lines(csl: Csl) -> Iterator[Line]:
    kind = text(csl, "type")
    yield "TY", _TYPES[kind]
    yield "ID", text(csl, "id")
    yield from (("AU", _name(name)) for name in csl.get("author") or [])
    second = "A2" if kind in (*PARTS, "entry-encyclopedia") else "ED"
    yield from ((second, _name(name)) for name in csl.get("editor") or [])
    yield "TI", text(csl, "title")
    yield from _dates(csl)
    for name, tags in FIELDS.items():
        yield tags[0], text(csl, NAMES[name])
    yield from _pages(csl)
    yield "SN" if kind in _NUMBERED else "M1", text(csl, "number")
    yield "M3", text(csl, "genre")
    yield "LA", text(csl, "language")


def _dates(csl: Csl) -> Iterator[Line]:
    year, month, day = [*date_parts(csl), 0, 0, 0][:3]
    if year:
        yield "PY", f"{year:04}"
    if month:
        yield "DA", f"{year:04}/{month:02}/{f'{day:02}' if day else ''}/"


def _pages(csl: Csl) -> Iterator[Line]:
    """Where it begins and ends; a list of pages stands in one."""
    start, _, end = text(csl, "page").partition("-")
    if "," in start + end or "-" in end:
        start, end = text(csl, "page"), ""
    yield "SP", start
    yield "EP", end


def _name(name: Csl) -> str:
    parts = (text(name, "family"), text(name, "given"))
    return text(name, "literal") or ", ".join(part for part in parts if part)
