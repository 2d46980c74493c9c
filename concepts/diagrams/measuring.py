"""How wide a text is drawn, and how it is broken into lines.

Widths are those of Helvetica. The style sheet asks for narrower faces first, in which about a
fifth of every line stays free; where none is installed, the text still fits.
"""

import unicodedata
from functools import cache

LETTER = 16
"""The size of most letters, in units of a drawing."""
SMALL = 14
"""The size of the smallest letters (class `u` of the style sheet)."""
BOLD = 1.08
"""How much wider bold letters are."""
MORE = "…"
LONGEST = 2000
"""No line of a drawing needs more characters than these of a text."""

_WIDTHS = {
    0.23: "'ijl",
    0.28: " !,./:;I[\\]ft|",
    0.36: '"()*-`r{}',
    0.5: "Jckszvxy^",
    0.56: "#$0123456789?L_abdeghnopqu",
    0.62: "FTZ+<=>~",
    0.67: "&ABEKPSVXY",
    0.73: "CDHNRUw",
    0.78: "GOQ",
    0.84: "Mm",
    0.95: "%W",
    1.02: "@",
}
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_OTHER = 0.75
_WIDE = 1.25


@cache
def _letter(letter: str) -> float:
    """The width of one character in parts of its size."""
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return _WIDE
    return _WIDTH.get(unicodedata.normalize("NFD", letter)[0], _OTHER)


def text_width(text: str, size: float = LETTER, *, bold: bool = False) -> float:
    """The width of a text in units of a drawing, at least."""
    return sum(map(_letter, text)) * size * (BOLD if bold else 1)


def shortened(text: str, width: float, size: float = LETTER, *, bold: bool = False) -> str:
    """As much of a text as fits, with an ellipsis where something is left out."""
    text = " ".join(text[:LONGEST].split())
    if text_width(text, size, bold=bold) <= width:
        return text
    return _head(text, width - text_width(MORE, size, bold=bold), size, bold).rstrip() + MORE


def _head(text: str, width: float, size: float, bold: bool) -> str:
    """The longest beginning that fits, one character at least."""
    used = 0.0
    for index, letter in enumerate(text):
        used += text_width(letter, size, bold=bold)
        if used > width and index:
            return text[:index]
    return text


def wrapped(
    text: str, width: float, lines: int = 2, *, size: float = LETTER, bold: bool = False
) -> list[str]:
    """A text in so many lines at most; what is left out shows as an ellipsis in the last."""
    rest = " ".join(text[: LONGEST * lines].split())
    found: list[str] = []
    while rest and len(found) < lines - 1:
        line = _line(rest, width, size, bold)
        found.append(line)
        rest = rest[len(line) :].lstrip()
    return [*found, shortened(rest, width, size, bold=bold)] if rest else found


def _line(text: str, width: float, size: float, bold: bool) -> str:
    """The beginning of a text that makes one line: whole words, or part of a long one."""
    head = _head(text, width, size, bold)
    if head == text or text[len(head)] == " ":
        return head
    return head[: head.rfind(" ")] if " " in head else head
