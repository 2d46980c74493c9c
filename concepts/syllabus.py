"""Addresses of this site in a pasted text: where they stand, and what each leads to. Pure.

The text may be plain, Markdown, HTML, LaTeX or an e-mail, so an address may hold entities, escapes,
invisible characters and line breaks. Only what begins with the site's host is read; an address
elsewhere is counted, or looked into where its query shows a whole address of this site, as the
redirects of learning platforms do.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs, parse_qsl, unquote

from concepts import presenting
from concepts.choosing import KEY, SECTIONS, Choice
from concepts.choosing import read as read_items
from concepts.documents import FIXED_WORDS, Data
from concepts.parts import KINDS


class Address(NamedTuple):
    """The parts of an address of this site; the path begins with a slash and has no escapes."""

    path: str
    query: str = ""
    fragment: str = ""

    def __str__(self) -> str:
        query = f"?{self.query}" if self.query else ""
        return f"{self.path}{query}" + (f"#{self.fragment}" if self.fragment else "")


class Mention(NamedTuple):
    """Where in the text a link stands (from its first character to behind its last), and to what.

    A redirect that holds the address in its query is the link as a whole.
    """

    start: int
    end: int
    address: Address


class Found(NamedTuple):
    """The links to this site in the order of the text, and how many lead elsewhere."""

    mentions: list[Mention]
    elsewhere: int


class Target(NamedTuple):
    """A page that an address leads to.

    `choice` has the page, the number of an edition or None, and the anchor of a part. `section`
    is "" where the address names none, `day` the past day as it is written, `other` the second
    edition of a comparison of two, and `form` what follows the page or its edition: "index.json".
    """

    choice: Choice
    section: str = ""
    day: str = ""
    other: int | None = None
    form: str = ""

    @property
    def is_fixed(self) -> bool:
        """Whether the address shows the same text for ever."""
        return bool(self.choice.number or (self.day and self.day != YESTERDAY))


YESTERDAY = "yesterday"
EMBED, LIST = "embed", "list"
"""The forms of addresses that begin with the form, not with the page."""

# Finding --------------------------------------------------------------------------------------

_NOISE = "[\u00ad\u200b-\u200d\u2060\ufeff]|<wbr ?/?>|=\r?\n"
"""What stands inside an address without being part of it; the last is quoted-printable's."""
_ENDING = r"&(?:quot|apos|lt|gt|nbsp|#0*(?:34|39|60|62|160)|#[xX]0*(?:22|27|3[cCeE]|[aA]0));"
_ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});"
_LONGEST_ENTITY = 33
_SIGNS = rf"(?:{_NOISE}|(?!{_ENDING})(?:{_ENTITY}|&)|\\[#%&_]|[A-Za-z0-9._~/?#=%:+@!-])"
_LOOSE = ".,:;!?_~=+@&%#-\\\r\n\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""What no address of this site ends with; after one it belongs to the sentence."""
_BREAK = re.compile(r"[ \t]*\r?\n[ \t>]*")
_TAIL = re.compile(rf"{_SIGNS}++")
_PARTS = r"(?:row|question|misconception|claim)-"
_BEGINS = re.compile(rf"\\?#{_PARTS}|/[a-z]|\?[a-z]+=|&(?:amp;)?[a-z]+=")
_FORM = re.compile(
    r"(?:(?:editions|before|cite|share|feed)/|(?:index|sources)\.[a-z.]+|export/[a-z.]+|embed|list)?"
)
_MOST_BREAKS = 5


def find(text: str, site: str) -> Found:
    """The links of a text, of which those to `site` (https://pom.example.edu) are read.

    Each begins at the scheme, or at the site's host where none is written.
    """
    host = site.partition("://")[2]
    own = {host, f"{host}:443", f"{host}:80"}
    mentions, elsewhere, end = [], 0, 0
    for begun in _beginning(host).finditer(text):
        if begun.start() < end:
            continue
        mention = _own(text, begun, own) or _inside(text, begun, own)
        if mention:
            mentions.append(mention)
        elsewhere += not mention
        end = mention.end if mention else begun.end()
    return Found(mentions, elsewhere)


def _beginning(host: str) -> re.Pattern[str]:
    """A whole link as far as it goes on without a break."""
    own = f"(?i:{re.escape(host)})"
    bare = rf"(?<![\w:/])//(?={own}[/:?#])|(?<![\w.@/%-])(?={own}/)"
    return re.compile(rf"(?:(?i:https?)://|{bare})[A-Za-z0-9]{_SIGNS}*+")


def _own(text: str, begun: re.Match[str], own: set[str]) -> Mention | None:
    """The link as one to this site, with what follows after a line break within it."""
    if not _read(begun[0], own):
        return None
    for end in reversed([begun.end(), *_ends(text, begun)]):
        written = _without_loose_end(text[begun.start() : end])
        address = _read(written, own)
        if address and (end == begun.end() or _is_whole(address)):
            return Mention(begun.start(), begun.start() + len(written), address)
    return None


def _ends(text: str, begun: re.Match[str]) -> Iterator[int]:
    """Where the link may end instead if a line break, or several, stand within it."""
    end = begun.end()
    in_brackets = text[max(0, begun.start() - 1) : begun.start()] == "<"
    for _ in range(_MOST_BREAKS):
        gap = _BREAK.match(text, end)
        tail = _TAIL.match(text, gap.end()) if gap else None
        if not tail or not (in_brackets or _goes_on(text[end - 1], tail[0])):
            return
        end = tail.end()
        yield end


def _goes_on(last: str, tail: str) -> bool:
    """Whether a line that begins so goes on with the address that ended the line before."""
    return last in "-?&=#" or (last == "/" and "/" in tail) or bool(_BEGINS.match(tail))


def _is_whole(address: Address) -> bool:
    """Whether it leads to a page in one of the ways that this site has."""
    found = targets(address)
    return bool(found) and all(
        isinstance(target, Target) and _FORM.fullmatch(target.form) for target in found
    )


def _without_loose_end(written: str) -> str:
    end = len(written)
    while end:
        entity = re.search(rf"{_ENTITY}\Z", written[max(0, end - _LONGEST_ENTITY) : end])
        if not entity and written[end - 1] not in _LOOSE:
            break
        end -= len(entity[0]) if entity else 1
    return written[:end]


def _read(written: str, own: set[str]) -> Address | None:
    """The address that was written so, if it leads to one of the hosts."""
    quoted_printable = re.search("=\r?\n", written)
    plain = _BREAK.sub("", re.sub(_NOISE, "", written))
    plain = plain.replace("=3D", "=") if quoted_printable else plain
    plain = re.sub(_ENTITY, lambda entity: html.unescape(entity[0]), plain)
    plain = re.sub(r"\\([#%&_])", r"\1", plain)
    rest = re.sub(r"\A(?:https?:)?//", "", plain, flags=re.IGNORECASE)
    host = re.match(r"[^/?#]*", rest)
    if not host or host[0].lower() not in own:
        return None
    return _parts(rest[host.end() :])


def _parts(rest: str) -> Address:
    rest, _, fragment = rest.partition("#")
    path, _, query = rest.partition("?")
    return Address(unquote(path) or "/", query, unquote(fragment).partition(":~:")[0])


def _inside(text: str, begun: re.Match[str], own: set[str]) -> Mention | None:
    """The link as a redirect whose query shows an address of this site."""
    written = _without_loose_end(begun[0])
    plain = re.sub(_ENTITY, lambda entity: html.unescape(entity[0]), re.sub(_NOISE, "", written))
    _, _, rest = plain.partition("?")
    query, _, fragment = rest.partition("#")
    for _, value in parse_qsl(query):
        for shown in (value, unquote(value)):
            whole = re.match("https?://", shown, re.IGNORECASE)
            address = _read(_without_loose_end(shown), own) if whole else None
            if address:
                kept = address if address.fragment else address._replace(fragment=fragment)
                return Mention(begun.start(), begun.start() + len(written), kept)
    return None


# What an address leads to ---------------------------------------------------------------------

_NUMBER = "[1-9][0-9]{0,5}"
_PAST = re.compile(r"/on/([^/]+)(/.*)?", re.DOTALL)
_PAGE = re.compile(
    rf"/(?P<section>{'|'.join(SECTIONS)})/(?P<slug>{KEY})"
    rf"(?:/editions/(?P<number>{_NUMBER})(?:\.\.(?P<other>{_NUMBER}))?(?![^/]))?(?:/(?P<form>.*))?",
    re.DOTALL,
)
_EMBED = re.compile(rf"/embed/(?P<kind>{'|'.join(KINDS)})/(?P<slug>{KEY})/?")


def past(path: str) -> tuple[str, str]:
    """The past day that a path names ("" = none), and the path on that day."""
    on = _PAST.fullmatch(path)
    return (on[1], on[2] or "/") if on else ("", path)


def targets(address: Address) -> list[Target | str]:
    """The pages that an address names; for an item of a list that none has, why, in a sentence.

    An address of something else, such as an index, names none.
    """
    day, path = past(address.path)
    if path.rstrip("/") == "/list":
        return [_item(value) for value in parse_qs(address.query).get("i", [])]
    if embedded := _EMBED.fullmatch(path):
        number = _only(address.query, "edition")
        choice = Choice(
            embedded["kind"],
            embedded["slug"],
            int(number) if re.fullmatch(_NUMBER, number) else None,
            _row(address.query),
        )
        return [Target(choice, form=EMBED)]
    page = _PAGE.fullmatch(path)
    if not page or page["slug"] in FIXED_WORDS.get(SECTIONS[page["section"]], ()):
        return []
    section, slug, number, other, form = page.group("section", "slug", "number", "other", "form")
    part = _row(address.query) if form == "cite/" else address.fragment
    choice = Choice(SECTIONS[section], slug, int(number) if number else None, part)
    on = day or ("" if number or form else _only(address.query, "on"))
    return [Target(choice, section, on, int(other) if other else None, form or "")]


def _item(value: str) -> Target | str:
    try:
        items = read_items([value])
    except ValueError as error:
        return str(error)
    return Target(items[0], form=LIST) if items else "One of its items is empty."


def _only(query: str, name: str) -> str:
    return " ".join(parse_qs(query).get(name, []))


def _row(query: str) -> str:
    """The anchor of the row or the cell that a query names."""
    row, side = _only(query, "row"), _only(query, "side")
    return f"row-{row}" + (f"--{side}" if side else "") if row else ""


# Writing --------------------------------------------------------------------------------------


def kept(query: str) -> str:
    """What of a query goes along to an edition: all but which edition was meant."""
    return "&".join(p for p in query.split("&") if p and p.split("=")[0] not in ("on", "edition"))


def replaced(text: str, mentions: Sequence[Mention], pins: Mapping[Address, str]) -> str:
    """The text with the addresses of `pins` in the place of those that they stand for."""
    pieces, end = [], 0
    for mention in mentions:
        if pin := pins.get(mention.address):
            written = text[mention.start : mention.end]
            pieces += [text[end : mention.start], _as_written(pin, written)]
            end = mention.end
    return "".join([*pieces, text[end:]])


def _as_written(pin: str, written: str) -> str:
    """The address, escaped as the one was in whose place it stands."""
    if re.search(r"\\[#%&_]", written):
        return re.sub("([#%&_])", r"\\\1", pin)
    return html.escape(pin) if re.search("&(?:amp|#38|#[xX]26);", written) else pin


# Parts of a page ------------------------------------------------------------------------------


class Part(NamedTuple):
    """What stands at an anchor of a page: it is there, or not, or was dropped.

    Of what was dropped, `successor` is the anchor of what stands in its place ("" = nothing), and
    `reason` may say why.
    """

    label: str
    there: bool = True
    dropped: bool = False
    successor: str = ""
    reason: str = ""


_LISTS = {"row": "rows", "question": "questions", "misconception": "misconceptions"}
_LISTS["claim"] = "claims"


def is_part(anchor: str) -> bool:
    """Whether the anchor is that of a part with a key, which can be looked for in a document."""
    return bool(re.match(_PARTS, anchor))


def part_of(data: Data, anchor: str) -> Part:
    """What a document has at the anchor of a row, a cell, a question, a mistake or a claim."""
    what, _, rest = anchor.partition("-")
    key, _, side = rest.partition("--")
    label = presenting.place_of(data["kind"], anchor)["label"].removesuffix(", ")
    retired = {item["key"]: item for item in data.get("retired_rows", []) if what == "row"}
    if key in retired:
        return _dropped(label, retired[key], lambda successor: f"row-{successor}")
    if not any(item["key"] == key for item in data.get(_LISTS[what], [])):
        return Part(label, there=False)
    sides = {item["key"]: item for item in data.get("retired_sides", [])}
    if side in sides:
        return _dropped(label, sides[side], lambda successor: f"row-{key}--{successor}")
    known = {"", *(item["key"] for item in data.get("sides", []))}
    return Part(label, there=what != "row" or side in known)


def _dropped(label: str, retired: Data, address: Callable[[str], str]) -> Part:
    successor = address(retired["successor"]) if retired["successor"] else ""
    named = retired["label"] or label
    return Part(named, dropped=True, successor=successor, reason=retired["reason"])
