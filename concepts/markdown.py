"""Markdown as it is read: which texts are allowed, how they are parsed, what they name.

CommonMark with tables, footnotes and definition lists, without raw HTML. Two things are ours:
page links, `[takt time](concept:takt-time@2#formula)`, and citations,
`[@little1961, p. 384; @harris1913]`. Both are parsed by the Markdown parser itself, so they mean
nothing inside code or behind a backslash.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from itertools import takewhile
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

TEXT_LIMIT = 64 * 1024
"""Bytes of UTF-8 that one text may have."""

# Every step of the parser is linear in the length of the text, but some are slow: up to 170 µs for
# a bracket, 20 µs for a line at each level of quotes and lists that it stands in.
_BRACKET_LIMIT = 5_000
_LINE_LIMIT = 10_000
_DEPTH_LIMIT = 12

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
    )
    + "]"
)
_BIDI_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LEADING_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")

_PAGE_LINK = re.compile(r"(concept|distinction|organization|guide):(.*)", re.DOTALL)
_PAGE_LINK_PARTS = re.compile(r"([^@#]*)(?:@([1-9]\d{0,5}))?(?:#(.*))?", re.DOTALL)

# Possessive, or a long run of spaces would be tried in every division.
_CITE = r"@([^\s,;\[\]@]++)\s*+(?:,([^;\[\]]*+))?"
_CITATION = re.compile(rf"\[{_CITE}(?:;\s*+{_CITE})*+\](?!\()")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\s\]]{1,80}\]")

DECORATIVE = "decorative"
"""What stands in the text where an image says nothing: `![decorative](...)`."""

_OWN_IMAGE = re.compile(
    r"(?P<src>/media/[0-9a-f]{64}\.(png|jpg|webp))"
    r"(#(?P<width>[1-9]\d{0,3})x(?P<height>[1-9]\d{0,3}))?",
    re.ASCII,
)


class TextError(ValueError):
    """A text that is refused. The message is for its author: what, where, how to mend it."""


@dataclass(frozen=True)
class Target:
    """The page that a link names: `concept:slug[@edition][#fragment]`.

    A link that is written wrongly keeps all that follows its kind as its slug: it names no page.
    """

    kind: str
    slug: str
    edition: int | None = None
    fragment: str = ""

    @property
    def key(self) -> str:
        """What names the page among all pages, such as "concept:takt-time"."""
        return f"{self.kind}:{self.slug}"


@dataclass(frozen=True)
class Cite:
    """One source cited at one place: its citekey and where in it ("p. 384" or "")."""

    key: str
    locator: str = ""


@dataclass(frozen=True)
class Image:
    """An image in a text: its address and what stands in its place for those who do not see it."""

    src: str
    alt: str

    @property
    def attributes(self) -> dict[str, str] | None:
        """How an image that was uploaded here is shown; None for any other address.

        The upload adds the size to the address, `/media/<sha256>.png#1200x800`: with it a page
        keeps the place free and does not jump. An image that is called decorative says nothing.
        """
        found = _OWN_IMAGE.fullmatch(self.src)
        if not found:
            return None
        size = {name: value for name, value in found.groupdict().items() if value}
        return {**size, "alt": self.said}

    @property
    def said(self) -> str:
        """What is read in its place; nothing where it is decorative."""
        return "" if self.alt.strip().casefold() == DECORATIVE else self.alt


# Checking what comes in ---------------------------------------------------------------------


def normalized(text: str) -> str:
    """The text as it is stored: NFC, LF, no blank lines before it and nothing blank after it.

    Raises TextError for what no text may hold: control characters, surrogates, noncharacters,
    more than TEXT_LIMIT bytes.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _check(text)
    text = unicodedata.normalize("NFC", text)
    _check(text)
    return _LEADING_BLANK_LINES.sub("", text).rstrip()


def _check(text: str) -> None:
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        code = f"U+{ord(found[0]):04X}"
        raise TextError(f"Line {line} holds the character {code}, which no text may: delete it.")
    sizes = {
        "bytes": (len(text.encode()), TEXT_LIMIT),
        "lines": (text.count("\n"), _LINE_LIMIT),
        "opening brackets": (text.count("["), _BRACKET_LIMIT),
    }
    for what, (size, limit) in sizes.items():
        if size > limit:
            raise TextError(f"The text has {size:,} {what}, the limit is {limit:,}: shorten it.")


# Parsing ------------------------------------------------------------------------------------


def _citation_rule(state: StateInline, silent: bool) -> bool:
    found = _CITATION.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")  # the mark is raised: it follows the word closely
        cites = re.finditer(_CITE, found[0])
        state.push("citation", "", 0).meta["cites"] = [
            Cite(cite[1], " ".join((cite[2] or "").split())) for cite in cites
        ]
    state.pos = found.end()
    return True


def _footnote_rule(state: StateInline, silent: bool) -> bool:
    """The plugin's own rule reads on to the end of the text at each `[^`, which is quadratic."""
    return bool(_FOOTNOTE_MARK.match(state.src, state.pos)) and footnote_ref(state, silent)


def _parser() -> MarkdownIt:
    # What nests deeper than `maxNesting` is lost without a word: parsed refuses before that.
    options = {"html": False, "xhtmlOut": False, "maxNesting": _DEPTH_LIMIT + 2}
    parser = MarkdownIt("commonmark", options).enable("table")
    parser.use(footnote_plugin, inline=False).use(deflist_plugin)
    parser.inline.ruler.at("footnote_ref", _footnote_rule)
    parser.inline.ruler.before("link", "citation", _citation_rule)
    # A table may be filled up with this many empty cells; the rows beyond are a paragraph.
    tables: Any = import_module("markdown_it.rules_block.table")
    tables.MAX_AUTOCOMPLETED_CELLS = 10_000
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # who renders decides
    parser.parse("*")  # compiles the rules, which two threads must not do at once
    return parser


PARSER = _parser()
RENDERER = RendererHTML()


_LONG = 4000
"""Characters from which a text is parsed in a thread of its own."""


def _on_a_new_stack(text: str) -> list[Token]:
    """The tokens, found in a thread, whose stack is empty.

    CPython 3.11 keeps its stack in pieces. A loop whose calls begin a new piece, because the frames
    below it happen to fill the last one, takes and frees memory in each round: it is twenty times
    as slow, and a text within the limits then takes six seconds.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(PARSER.parse, text).result()


@lru_cache(maxsize=8)
def parsed(text: str) -> tuple[Token, ...]:
    """The tokens of a text: ours are `citation` (`meta["cites"]`); footnotes come last.

    They are kept for the next who asks, so nobody may change them.
    Raises TextError for what `normalized` refuses, and for what nests too deeply or grows too far.
    """
    _check(text)
    tokens = _on_a_new_stack(text) if len(text) > _LONG else PARSER.parse(text)
    if any(token.nesting == 1 and token.level > _DEPTH_LIMIT for token in walk(tokens)):
        raise TextError(
            f"Lists, quotes or emphasis nest too deeply: at most {_DEPTH_LIMIT} levels are shown,"
            " and an item of a list takes two."
        )
    check_growth(text, sum(_size(token) for token in walk(tokens)))
    return tuple(tokens)


def _size(token: Token) -> int:
    """What a token adds to the HTML at least: a long address may be named thousands of times."""
    attributes = sum(len(str(value)) for value in token.attrs.values())
    return (len(token.tag) + 2 if token.tag else 0) + len(token.content) + attributes


def check_growth(text: str, size: int) -> None:
    """Raise TextError when a text becomes too large as HTML; `size` in bytes."""
    limit = min(1_000_000, max(200_000, 20 * len(text.encode())))
    if size > limit:
        raise TextError(
            f"The text would grow to {size:,} bytes of HTML, the limit is {limit:,}:"
            " refer less often to long addresses, or make its tables smaller."
        )


def walk(tokens: Sequence[Token]) -> Iterator[Token]:
    """Block tokens and what stands in them; the inside of an image is only its alt text."""
    for token in tokens:
        yield token
        if token.type == "inline":
            yield from token.children or ()


def words(tokens: Sequence[Token] | None) -> str:
    """What inline tokens say, without markup; line breaks are kept."""
    saying = [token for token in tokens or () if token.type != "image" or image_of(token).said]
    return RENDERER.renderInlineAsText(saying, PARSER.options, {})


def image_of(token: Token) -> Image:
    """The image that a token stands for."""
    return Image(str(token.attrs["src"]), words(token.children))


def target_of(href: str) -> Target | None:
    """The page that a link's address names; None for any other address."""
    found = _PAGE_LINK.fullmatch(href)
    if not found:
        return None
    kind, rest = found.groups()
    if parts := _PAGE_LINK_PARTS.fullmatch(rest):
        slug, edition, fragment = parts.groups()
        return Target(kind, slug, int(edition) if edition else None, fragment or "")
    return Target(kind, rest)


# What a text names --------------------------------------------------------------------------


@dataclass(frozen=True)
class Names:
    """The pages, sources and images that a text names, in order."""

    links: tuple[Target, ...]
    cites: tuple[Cite, ...]
    images: tuple[Image, ...]


@lru_cache(maxsize=2048)
def names_in(text: str) -> Names:
    """What a text names, kept: it is asked for more than once while a page is made."""
    tokens = list(walk(parsed(text)))
    hrefs = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    images = [token for token in tokens if token.type == "image"]
    return Names(
        tuple(target for href in hrefs if (target := target_of(href))),
        tuple(cite for token in tokens for cite in token.meta.get("cites", ())),
        tuple(map(image_of, images)),
    )


def links_in(text: str) -> list[Target]:
    """The pages that a text links to, in order and as often as it does.

    This and its two neighbours raise TextError as `render` does.
    """
    return list(names_in(text).links)


def citations_in(text: str) -> list[Cite]:
    """The sources that a text cites, in order and as often as it does.

    The first one carries the id `mark_id(prefix, 1)`, and so on. Notes come after the text.
    """
    return list(names_in(text).cites)


def images_in(text: str) -> list[Image]:
    """The images of a text, in order, also those that are not shown as their address is foreign."""
    return list(names_in(text).images)


def plain(text: str) -> str:
    """The text in one line without markup, citations and footnotes: for descriptions and notes."""
    running = takewhile(lambda token: token.type != "footnote_block_open", parsed(text))
    pieces = (
        words(token.children) if token.type == "inline" else token.content for token in running
    )
    return " ".join(_BIDI_CONTROL.sub("", " ".join(pieces)).split())
