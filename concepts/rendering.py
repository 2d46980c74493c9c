"""Markdown to HTML: the only place where text becomes markup and is marked as safe.

Pure: whoever renders brings the addresses of pages and the numbers of sources. What a text may
hold and what it names is in `markdown.py`; both are used through this module.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it.token import Token

from concepts.markdown import (
    DECORATIVE,
    PARSER,
    RENDERER,
    TEXT_LIMIT,
    Cite,
    Image,
    Target,
    TextError,
    check_growth,
    citations_in,
    image_of,
    images_in,
    links_in,
    names_in,
    normalized,
    parsed,
    plain,
    target_of,
)

__all__ = [
    "DECORATIVE",
    "TEXT_LIMIT",
    "Cite",
    "Image",
    "Target",
    "TextError",
    "citations_in",
    "data_block",
    "images_in",
    "links_in",
    "mark_id",
    "normalized",
    "plain",
    "portable",
    "render",
]

_PREFIX = re.compile(r"[a-z0-9-]*")
_CELL = re.compile(r"row-[a-z0-9-]+--[a-z0-9-]+--")
# A host must follow `https://` and stand alone: `https://bank.example@other.example` misleads.
# What is left over is relative, with no scheme (no colon in its first part) and no `//host`.
_LINK = re.compile(
    r"https?://[^/?#@\\]+([/?#].*)?|mailto:.*|(?![/\\]{2})[^:/?#\\]*([/?#].*)?",
    re.DOTALL | re.IGNORECASE,
)
_EXTERNAL = re.compile(r"https?:", re.IGNORECASE)


def mark_id(prefix: str, number: int) -> str:
    """Where the nth citation of the text that is rendered with this prefix is found on its page.

    A cell of a comparison has an address of its own, which does for the few marks in it.
    """
    return prefix.removesuffix("--") if _CELL.fullmatch(prefix) else f"{prefix}c{number}"


def render(
    text: str,
    *,
    prefix: str = "",
    addresses: Mapping[str, str] = MappingProxyType({}),
    numbers: Mapping[str, int] = MappingProxyType({}),
    level: int = 3,
    once: bool = False,
) -> SafeString:
    """The text as HTML, safe to put into a page.

    `prefix` (lower-case letters, digits, hyphens) begins every id in it. `addresses` has the
    address of each page by key ("concept:takt-time"), ending with a slash; a link to any other
    page is shown as its words. `numbers` has the place of each source in the page's list, whose
    items carry the ids `s1`, `s2` and so on; any other citekey is shown as `[?key]`. The highest
    heading of the text becomes `h<level>`, unless it is lower already. It is kept for the next who
    asks, but for what is asked for `once`. Raises TextError when the text, its depth or what it
    would grow to is beyond the limits.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"a prefix of ids is made of a-z, 0-9 and hyphens, not {prefix!r}")
    names = names_in(text)
    keys = sorted({target.key for target in names.links} & addresses.keys())
    cited = sorted({cite.key for cite in names.cites} & numbers.keys())
    make = _rendered.__wrapped__ if once else _rendered
    return make(
        text,
        prefix,
        tuple((key, addresses[key]) for key in keys),
        tuple((key, numbers[key]) for key in cited),
        level,
    )


@lru_cache(maxsize=2048)
def _rendered(
    text: str,
    prefix: str,
    addresses: tuple[tuple[str, str], ...],
    numbers: tuple[tuple[str, int], ...],
    level: int,
) -> SafeString:
    parts = parsed(text)
    page = _Page(prefix, dict(addresses), dict(numbers), max(0, level - _highest(parts)))
    tokens = page.rewritten(parts)
    html = RENDERER.render(tokens, PARSER.options, {})
    # `&#12;` is the one reference to a control character that CommonMark lets through.
    html = _CLEANER.clean(html.replace("\f", " "))
    check_growth(text, len(html.encode()))
    return mark_safe(html)


def _highest(tokens: Sequence[Token]) -> int:
    """The highest heading that the text has: 1 for `#`."""
    found = (int(token.tag[1]) for token in tokens if token.type == "heading_open")
    return min(found, default=1)


def _open(tag: str, **attributes: str) -> Token:
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return Token(f"{tag}_open", tag, 1, attrs=dict(names))


def _close(tag: str) -> Token:
    return Token(f"{tag}_close", tag, -1)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _anchor(words: str, **attributes: str) -> list[Token]:
    return [_open("a", **attributes), _text(words), _close("a")]


@dataclass
class _Page:
    """Turns parsed tokens into those that are rendered, for one text on one page.

    The methods named after a type of token replace tokens of this type.
    """

    prefix: str
    addresses: Mapping[str, str]
    numbers: Mapping[str, int]
    lower: int  # by how many levels its headings are set
    cited: int = 0
    in_link: bool = False

    def rewritten(self, tokens: Sequence[Token]) -> list[Token]:
        return [new for token in tokens for new in self.replaced(token)]

    def replaced(self, token: Token) -> list[Token]:
        if token.children and token.type == "inline":
            return [token.copy(children=self.rewritten(token.children))]
        rule: Callable[[Token], list[Token]] | None = getattr(self, token.type, None)
        return rule(token) if rule else [token]

    def address(self, href: str) -> str | None:
        """Where a link leads; None when it is shown as its words only."""
        target = target_of(href)
        if not target:
            return href if _LINK.fullmatch(href) else None
        address = self.addresses.get(target.key)
        if address is None:
            return None
        edition = f"editions/{target.edition}/" if target.edition else ""
        fragment = f"#{target.fragment}" if target.fragment else ""
        return f"{address}{edition}{fragment}"

    def link_open(self, token: Token) -> list[Token]:
        address = self.address(str(token.attrs["href"]))
        self.in_link = address is not None
        if address is None:
            return []
        rel = {"rel": "noopener"} if _EXTERNAL.match(address) else {}
        return [token.copy(attrs={**token.attrs, "href": address, **rel})]

    def link_close(self, token: Token) -> list[Token]:
        return [token] if self.in_link else []

    def image(self, token: Token) -> list[Token]:
        image = image_of(token)
        if image.attributes is None:
            return [_text(image.said)]
        how = {**image.attributes, "loading": "lazy", "decoding": "async"}
        return [Token("picture", "img", 0, attrs={**token.attrs, **how})]

    def heading_open(self, token: Token) -> list[Token]:
        return [token.copy(tag=f"h{min(6, int(token.tag[1]) + self.lower)}")]

    def td_open(self, token: Token) -> list[Token]:
        """Alignment comes as an inline style, which our own security policy would not let pass."""
        style = str(token.attrs.get("style", ""))
        if not style:
            return [token]
        return [token.copy(attrs={"class": style.replace("text-align:", "align-")})]

    heading_close = heading_open
    th_open = td_open

    def citation(self, token: Token) -> list[Token]:
        cites: list[Cite] = token.meta["cites"]
        between = _text("; " if any(cite.locator for cite in cites) else ", ")
        marks = [mark for cite in cites for mark in (between, *self.mark(cite))]
        return [_open("span", class_="cit"), *marks[1:], _close("span")]

    def mark(self, cite: Cite) -> list[Token]:
        self.cited += 1
        where = f", {cite.locator}" if cite.locator else ""
        number = self.numbers.get(cite.key)
        if number is None:
            return [_text(f"[?{cite.key}{where}]")]
        place = mark_id(self.prefix, self.cited)
        own = {"id": place} if place.startswith(self.prefix) else {}
        link = _anchor(str(number), href=f"#s{number}", **own, aria_label=f"Source {number}")
        return [*link, _text(where)]

    def note_id(self, token: Token) -> str:
        return f"{self.prefix}fn{token.meta['id'] + 1}"

    def note_mark_id(self, token: Token) -> str:
        again = token.meta["subId"]
        return self.note_id(token) + "-mark" + (f"-{again + 1}" if again else "")

    def footnote_ref(self, token: Token) -> list[Token]:
        number, note, place = token.meta["id"] + 1, self.note_id(token), self.note_mark_id(token)
        link = _anchor(f"[{number}]", href=f"#{note}", id=place, aria_label=f"Note {number}")
        return [_open("sup", class_="fn"), *link, _close("sup")]

    def footnote_block_open(self, token: Token) -> list[Token]:
        return [_open("section", class_="notes"), _open("ol")]

    def footnote_open(self, token: Token) -> list[Token]:
        return [_open("li", id=self.note_id(token))]

    def footnote_anchor(self, token: Token) -> list[Token]:
        back = f"#{self.note_mark_id(token)}"
        return [_text(" "), *_anchor("↩\ufe0e", href=back, aria_label="Back to the text")]

    def footnote_close(self, token: Token) -> list[Token]:
        return [_close("li")]

    def footnote_block_close(self, token: Token) -> list[Token]:
        return [_close("ol"), _close("section")]


_OUTSIDE_SCRIPT = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def data_block(data: Mapping[str, Any]) -> SafeString:
    """Plain data as the JSON of a `<script type="application/ld+json">`, which it cannot end."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_OUTSIDE_SCRIPT))


# The last word: whatever the steps above let through, nothing else gets out -------------------

_CLASS = re.compile(r"cit|fn|notes|align-(left|center|right)|language-[^\s\"'<>&()]{1,40}")
_ID = re.compile(r"([a-z0-9-]*-)?(c\d+|fn\d+(-mark(-\d+)?)?)")
_ELEMENTS = (
    "h1 h2 h3 h4 h5 h6 p blockquote pre code ul ol li dl dt dd table thead tbody tr th td hr br"
    " a em strong img span sup section"
)


def _allowed(element: str, attribute: str, value: str) -> str | None:
    form = {"class": _CLASS, "id": _ID}.get(attribute)
    return None if form and not form.fullmatch(value) else value


_SCHEMES = {"http", "https", "mailto"}
_CLEANER = nh3.Cleaner(
    tags=set(_ELEMENTS.split()),
    attributes={
        "a": {"href", "title", "rel", "id", "aria-label"},
        "img": {"src", "alt", "title", "width", "height", "loading", "decoding"},
        "ol": {"start"},
        "li": {"id"},
        **{tag: {"class"} for tag in ("th", "td", "code", "span", "sup", "section")},
    },
    attribute_filter=_allowed,
    link_rel=None,
    url_schemes=_SCHEMES,
)


# For pages elsewhere --------------------------------------------------------------------------


def portable(html: str, base: str) -> SafeString:
    """Markup of this site that stands anywhere: whole addresses, no ids, no classes, no scripts.

    Relative addresses begin at `base`, an absolute one. Numbers of sources are raised by an
    element, since the style sheet that raises them stays here.
    """
    raised = html.replace('<span class="cit">', "<sup>").replace("</span>", "</sup>")
    cleaned = nh3.clean(
        raised,
        tags={*_ELEMENTS.split(), "caption"},
        attributes={
            "a": {"href", "title", "rel", "aria-label"},
            "img": {"src", "alt", "title", "width", "height"},
            "ol": {"start"},
            "table": {"border"},
            "th": {"scope"},
        },
        link_rel=None,
        url_schemes=_SCHEMES,
        url_relative=("rewrite_with_base", base),
    )
    return mark_safe(cleaned)
