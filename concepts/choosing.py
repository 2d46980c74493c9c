"""What a reader has chosen: pages, editions, rows and questions, all written in one address. Pure.

A list is `/list/?i=<item>&i=<item>&t=<title>`, and an item `<kind>:<slug>[@<n>][!<part>]`: the kind
in the singular, the number of an edition (without one it follows the newest), and a part by its
anchor on the page, `row-scope` or `question-inside`. A bare key is read as well, as a row of a
comparison and else as a question, but never written. Order matters, nothing stands there twice.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

from concepts.parts import KEY_LENGTH, KEY_PATTERN, KINDS

MOST = 60
"""So many items a list holds."""
LONGEST = 6000
"""So many characters its query has: servers in front of a site refuse addresses above 8 kB."""
LONGEST_TITLE = 120
SHOWN = 60
"""So many characters of what is refused are repeated to the reader."""

KEY = KEY_PATTERN.strip("^$").replace("(", "(?:")
ITEM = re.compile(rf"({'|'.join(KINDS)}):({KEY})(?:@([1-9][0-9]{{0,5}}))?(?:!({KEY}))?")
LONGEST_ITEM = 220

SECTIONS = {
    "concepts": "concept",
    "distinctions": "distinction",
    "organizations": "organization",
    "areas": "guide",
    "paths": "guide",
}
PLACE = re.compile(rf"/({'|'.join(SECTIONS)})/({KEY})(?:/editions/([1-9][0-9]{{0,5}}))?(?:/|$)")
PART = re.compile(rf"((?:row|question)-{KEY})(?:--{KEY})?")
"""The anchor of a row, a cell of it, or a question."""

HOW = (
    "An item is written like distinction:goods-vs-services, with @2 behind it for edition 2, "
    "and with !row-scope or !question-inside for a part of the page."
)


class Choice(NamedTuple):
    """A page, or a part of it by its anchor; of one edition, or (None) of whichever is in force."""

    kind: str
    slug: str
    number: int | None = None
    part: str = ""

    @property
    def whole(self) -> "Choice":
        """The page that it is a part of, in the same edition."""
        return self._replace(part="")

    def __str__(self) -> str:
        number = f"@{self.number}" if self.number else ""
        part = f"!{self.part}" if self.part else ""
        return f"{self.kind}:{self.slug}{number}{part}"


class Understood(NamedTuple):
    """What an address asks for, and a sentence for each of its items that is left out."""

    choices: list[Choice]
    refused: list[str]


def read(values: Iterable[str]) -> list[Choice]:
    """The choices that these items write, each once, in their order; empty ones are passed over.

    Raises:
        ValueError: an item is none, or there are too many; the message names it for the reader.
    """
    choices, refused = understood(values)
    if refused:
        raise ValueError(refused[0])
    return choices


def understood(values: Iterable[str]) -> Understood:
    """The same, with what cannot be read left out and told of."""
    found: dict[Choice, None] = {}
    refused: list[str] = []
    length = 0
    for value in filter(None, values):
        choice = _choice(value)
        if choice in found:
            continue
        if choice is None:
            refused.append(f"“{_shown(value)}” is no item of a list. {HOW}")
        elif len(found) == MOST or length + len(f"i={choice}&") > LONGEST:
            refused.append(_full(choice, len(found)))
            break
        else:
            found[choice] = None
            length += len(f"i={choice}&")
    return Understood(list(found), refused[:MOST])


def _choice(value: str) -> Choice | None:
    item = ITEM.fullmatch(value) if len(value) <= LONGEST_ITEM else None
    if not item:
        return None
    kind, slug, number, part = item.groups()
    choice = Choice(kind, slug, int(number) if number else None, _anchor(kind, part or ""))
    too_long = max(len(slug), len(choice.part.partition("-")[2])) > KEY_LENGTH
    return None if too_long else choice


def _anchor(kind: str, part: str) -> str:
    """A part by its anchor; a key alone is that of a row or, where there are none, a question."""
    has_rows = kind == "distinction"
    if not part or part.startswith(("question-", "row-") if has_rows else "question-"):
        return part
    return f"{'row' if has_rows else 'question'}-{part}"


def _shown(value: str) -> str:
    """So much of what somebody sent as can be repeated in a sentence."""
    text = title(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _full(choice: Choice, count: int) -> str:
    return (
        f"A list holds at most {MOST} items and {LONGEST} characters of address. "
        f"The first {count} are kept; {choice} and all after it are left out. Make a second list."
    )


def title(text: str) -> str:
    """The title that somebody gave a list: one line without control characters, cut to fit."""
    clean = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(unicodedata.normalize("NFC", clean).split())[:LONGEST_TITLE].rstrip()


def write(choices: Iterable[Choice], title: str = "") -> str:
    """The query of a list: its one spelling, without escapes but in the title."""
    items = [f"i={choice}" for choice in dict.fromkeys(choices)]
    return "&".join([*items, *([f"t={quote(title, safe='')}"] if title else [])])


def in_address(text: str) -> list[Choice]:
    """What an address of this site leads to: all of a list, or one page, edition, row or question.

    The host is not looked at: a site has several names. An item by itself is read too.

    Raises:
        ValueError: it leads to nothing that a list can hold; the message is for the reader.
    """
    if choice := _choice(text):
        return [choice]
    try:
        parts = urlsplit(text.strip())
        items = parse_qs(parts.query, max_num_fields=10 * MOST).get("i", [])
    except ValueError as error:
        raise ValueError(f"“{_shown(text)}” is no address.") from error
    if items:
        return read(items)
    place = PLACE.search(parts.path)
    if not place:
        raise ValueError(f"“{_shown(text)}” is the address of no page and no list of this site.")
    section, slug, number = place.groups()
    part = PART.fullmatch(parts.fragment)
    item = f"{SECTIONS[section]}:{slug}" + (f"@{number}" if number else "")
    return read([f"{item}!{part[1]}" if part else item])


# Arranging ------------------------------------------------------------------------------------


def gathered(choices: Iterable[Choice]) -> dict[Choice, list[Choice]]:
    """The choices by page and edition, in the order in which each of these comes first."""
    groups: dict[Choice, list[Choice]] = {}
    for choice in choices:
        groups.setdefault(choice.whole, []).append(choice)
    return groups


def moved(choices: Iterable[Choice], choice: Choice, by: int) -> list[Choice]:
    """The choices with a page and all its parts further down, or up where `by` is below 0."""
    groups = gathered(choices)
    pages = list(groups)
    if choice.whole in pages:
        place = pages.index(choice.whole)
        pages.insert(max(0, place + by), pages.pop(place))
    return [each for page in pages for each in groups[page]]


def instead(choices: Iterable[Choice], old: Choice, new: Choice) -> list[Choice]:
    """The choices with another item in the place of a part, or of a page and edition.

    All parts of a page go along with it.
    """
    if old.part:
        return [new if each == old else each for each in choices]
    return [new._replace(part=each.part) if each.whole == old else each for each in choices]


Edit = Callable[[list[Choice], Choice], list[Choice]]
EDITS: dict[str, Edit] = {
    "up": lambda choices, item: moved(choices, item, -1),
    "down": lambda choices, item: moved(choices, item, +1),
    "remove": lambda choices, page: [each for each in choices if each.whole != page],
    "drop": lambda choices, item: [each for each in choices if each != item],
}
"""What a button can do with an item; `remove` takes a page away with all its parts."""
INSTEAD = "instead"
"""The button that puts one item in the place of another: both, with a space between them."""


def edited(choices: Iterable[Choice], asked: Mapping[str, Sequence[str]]) -> list[Choice]:
    """The choices after what was asked by these names; what means nothing changes nothing."""
    found = list(choices)
    for name, edit in EDITS.items():
        for item in understood(asked.get(name, ())).choices:
            found = edit(found, item)
    for values in asked.get(INSTEAD, ()):
        both = understood(values.split(" ", 1)).choices
        if len(both) == 2:
            found = instead(found, *both)
    return found
