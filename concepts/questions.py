"""Questions are Markdown task lists: a stem, then options, each with its reason indented below.

Which name fits best?

- [x] Production management

  Goods-making at short range.
- [ ] Operations management

  True of the wider term as well, but the narrow one is exact here.
"""

import re
from dataclasses import dataclass

OPTION = re.compile(r"^- \[([ xX])\][ \t]+(.*)$")


@dataclass(frozen=True)
class Option:
    """One answer: its text, whether it is right, and why (may be empty in a draft)."""

    text: str
    right: bool
    reason: str


@dataclass(frozen=True)
class ParsedQuestion:
    """What stands before the options, and the options in their order."""

    stem: str
    options: tuple[Option, ...]


def _blocks(lines: list[str]) -> list[list[str]]:
    """The lines in groups, each but the first beginning with an option."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if OPTION.match(line):
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _option(first: str, *rest: str) -> Option:
    mark, text = OPTION.fullmatch(first).groups()  # type: ignore[union-attr]
    for line in rest:
        if line.strip() and not line.startswith((" ", "\t")):
            raise ValueError(f"the line {line[:40]!r} after an option must be indented")
    reason = "\n".join(line.removeprefix("  ") for line in rest).strip()
    return Option(text.strip(), mark != " ", reason)


def parse_question(text: str) -> ParsedQuestion:
    """Stem and options of a question's Markdown.

    Raises:
        ValueError: fewer than two options, none that is right, or a line out of place.
    """
    stem, *blocks = _blocks(text.split("\n"))
    options = tuple(_option(*block) for block in blocks)
    if len(options) < 2:
        raise ValueError("a question needs two options or more, each a line '- [ ] ...'")
    if not any(option.right for option in options):
        raise ValueError("a question needs at least one right option, '- [x] ...'")
    return ParsedQuestion("\n".join(stem).strip(), options)
