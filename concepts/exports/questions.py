"""Questions as programs take them: each option with its reason, as plain text and as HTML.

What is made here needs no page around it: links and images have absolute addresses, and a citation
is a number that leads to the source in the list of the edition.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from html import escape
from typing import Any

from concepts import citations, rendering, texts
from concepts.documents import PAGE_DOCUMENTS, Data

KEY_LIMIT = 100
"""Characters that Moodle keeps of an ID number."""
TITLE_LIMIT = 80
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

_PARAGRAPH = re.compile(r"<p>((?:(?!<p>).)*)</p>\s*", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """The edition that questions come from; `key` names its page for ever, however it is called.

    `address` is its permanent address, absolute, with a slash at the end. `published` is when it
    came into force.
    """

    key: str
    title: str
    number: int
    address: str
    published: datetime
    site: str

    @property
    def credit(self) -> str:
        """Where it is from and under which licence, as HTML."""
        page = f'<a href="{escape(self.address)}">{escape(self.title)}</a>'
        return (
            f"From {page}, edition {self.number}, {escape(self.site)}."
            f' <a href="{LICENCE}">CC BY 4.0</a>'
        )


@dataclass(frozen=True)
class Text:
    """The same words twice: in one line without markup, and as HTML that is safe to show."""

    plain: str
    html: str


@dataclass(frozen=True)
class Option:
    """One answer, whether it is right, and why; the reason may be empty."""

    text: Text
    right: bool
    reason: Text


@dataclass(frozen=True)
class Item:
    """A question. `key` stays the same in all editions and is unique on the site.

    It begins with a letter and holds a-z, 0-9 and hyphens, at most KEY_LIMIT. `address` is where
    the question stands in its edition.
    """

    key: str
    source: Source
    address: str
    stem: Text
    options: tuple[Option, ...]

    @property
    def several(self) -> bool:
        """Whether more than one option is right."""
        return sum(option.right for option in self.options) > 1

    @property
    def title(self) -> str:
        """What a list of questions calls it: how it begins."""
        words = self.stem.plain or self.key
        return words if len(words) <= TITLE_LIMIT else f"{words[: TITLE_LIMIT - 1].rstrip()}…"


def key_of(page: str, question: str) -> str:
    """The key of a question: that of its page, two hyphens, its own; a long one is cut.

    Its end then tells it from others that begin alike.
    """
    key = f"{page}--{question}"
    if len(key) <= KEY_LIMIT:
        return key
    end = f"-{sha256(key.encode()).hexdigest()[:12]}"
    return f"{key[: KEY_LIMIT - len(end)]}{end}"


def items(data: Data, source: Source, addresses: Mapping[str, str]) -> list[Item]:
    """The questions of a document, in its order.

    `addresses` has the absolute address of each page that it names, by key as `rendering.render`
    takes them; a link to any other page is shown as its words.
    """
    numbers = _numbers(data)

    def shown(place: str, text: str) -> Any:
        if not place.startswith("question-"):
            return text
        html = rendering.render(
            text, prefix=texts.prefix(place), addresses=addresses, numbers=numbers
        )
        return Text(rendering.plain(text), _standing_alone(html, source.address))

    made = texts.map_texts(PAGE_DOCUMENTS[data["kind"]], data, shown)
    return [_item(question, source) for question in made["questions"]]


def _item(question: Data, source: Source) -> Item:
    key = question["key"]
    options = tuple(Option(**option) for option in question["options"])
    address = f"{source.address}#question-{key}"
    return Item(key_of(source.key, key), source, address, question["stem"], options)


def _numbers(data: Data) -> dict[str, int]:
    """The number that each cited source has on the page."""
    found: list[tuple[str, str]] = []
    texts.map_texts(PAGE_DOCUMENTS[data["kind"]], data, lambda *text: found.append(text))
    known = {source["key"] for source in data["frozen"]["sources"]}
    return citations.bibliography(found, known).numbers


def _standing_alone(html: str, address: str) -> str:
    """The HTML of a text away from the page at this address; one paragraph is just its words."""
    portable = rendering.portable(html, address).strip()
    alone = _PARAGRAPH.fullmatch(portable)
    return alone[1] if alone else str(portable)


def by_source(given: Sequence[Item]) -> dict[Source, list[Item]]:
    """The questions of each edition, in the order in which they come first."""
    found: dict[Source, list[Item]] = {}
    for item in given:
        found.setdefault(item.source, []).append(item)
    return found


def fractions(item: Item) -> list[str]:
    """What each option counts in per cent, as Moodle writes it: "100", "33.33333", "-50", "0".

    Where several are right they share 100, and wrong ones take off as much together, but none more
    than 50: some versions of Moodle read only two figures, and who ticks everything must not win.
    Moodle knows shares of up to ten, and a twentieth, which stands for all smaller ones.
    """
    right = sum(option.right for option in item.options)
    if right == 1:
        return ["100" if option.right else "0" for option in item.options]
    wrong = max(2, len(item.options) - right)
    return [_share(right) if option.right else f"-{_share(wrong)}" for option in item.options]


def _share(among: int) -> str:
    return f"{100 / among:.5f}".rstrip("0").rstrip(".") if among <= 10 else "5"
