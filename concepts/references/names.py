"""Names of authors and editors as lines: `Little, John D. C.`, and a body as `{ISO}`. Pure."""

import re
from collections.abc import Iterable, Mapping

Naming = dict[str, str]
"""A name that is not checked yet: family and given, or literal."""

_TEXT = r"(?:[^\\{{}}{more}]|\\.)*"
_PLAIN, _BRACED = _TEXT.format(more=","), _TEXT.format(more="")
_BODY = re.compile(rf"\{{({_BRACED})\}}")
_PERSON = re.compile(rf"(?:\{{({_BRACED})\}}|({_PLAIN}))\s*,\s*({_BRACED})")
_ONE_WORD = re.compile(r"(?:[^\\{},\s]|\\\S)+")

HELP = "One a line: Little, John D. C. – a body in braces: {International Labour Office}."


def written(names: Iterable[Mapping[str, str]]) -> str:
    """A line for each name, which `read` reads back as it was."""
    return "\n".join(_line(name) for name in names)


def _line(name: Mapping[str, str]) -> str:
    if literal := name.get("literal", ""):
        return f"{{{_escaped(literal)}}}"
    family, given = (_escaped(name.get(part, "")) for part in ("family", "given"))
    if "," in family:
        family = f"{{{family}}}"
    if not given and _ONE_WORD.fullmatch(family):
        return family
    return f"{family}, {given}".rstrip()


def _escaped(text: str) -> str:
    return re.sub(r"[\\{}]", r"\\\g<0>", text)


def _unescaped(text: str | None) -> str:
    return re.sub(r"\\(.)", r"\1", text or "").strip()


def read(text: str) -> list[Naming]:
    """The names of the lines that are not empty.

    Raises:
        ValueError: a line that is no name, with how to write it.
    """
    return [_name(line) for line in map(str.strip, text.split("\n")) if line]


def _name(line: str) -> Naming:
    if found := _BODY.fullmatch(line):
        return {"literal": _unescaped(found[1])}
    if found := _PERSON.fullmatch(line):
        return {"family": _unescaped(found[1] or found[2]), "given": _unescaped(found[3])}
    if _ONE_WORD.fullmatch(line):
        return {"family": _unescaped(line)}
    raise ValueError(
        f"'{line[:60]}' is no name: write the family name, a comma and the given names,"
        " or put the name of a body in braces: {ISO}"
    )
