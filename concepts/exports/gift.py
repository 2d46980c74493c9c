"""Questions in GIFT, Moodle's format of lines.

All texts are marked as HTML, answers too: else one that begins with "%50%" or "[plain]" would be
taken for a weight or a format.
"""

import re
from collections.abc import Iterator, Sequence

from concepts.exports.moodle import category
from concepts.exports.questions import Item, Option, by_source, fractions

_SPECIAL = re.compile(r"[\\~=#{}:]")


def gift(items: Sequence[Item]) -> bytes:
    """The questions, in a category for each page; a comment says the key, which Moodle reads."""
    return "\n".join(_blocks(items)).encode()


def _blocks(items: Sequence[Item]) -> Iterator[str]:
    """Blocks of lines; an empty line parts them, so none stands in a block."""
    for source, asked in by_source(items).items():
        # Nothing is escaped here: Moodle takes the line as it is, but for what it reads as escapes.
        yield f"$CATEGORY: {category(source)}\n".replace("\\", "")
        yield from map(_question, asked)


def escaped(text: str) -> str:
    """The text in one line, with a backslash before what GIFT gives a meaning."""
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "\\n")


def _html(html: str) -> str:
    return f"[html]{escaped(html)}"


def _question(item: Item) -> str:
    answers = (
        f"\t{_answer(option, fraction)}"
        for option, fraction in zip(item.options, fractions(item), strict=True)
    )
    lines = [
        f"// [id:{item.key}]",
        f"::{escaped(item.title)}::{_html(item.stem.html)}{{",
        *answers,
        f"\t####{_html(item.source.credit)}",
        "}",
    ]
    return "\n".join([*lines, ""])


def _answer(option: Option, fraction: str) -> str:
    mark = {"100": "=", "0": "~"}.get(fraction, f"~%{fraction}%")
    reason = f"#{_html(option.reason.html)}" if option.reason.html else ""
    return f"{mark}{_html(option.text.html)}{reason}"
