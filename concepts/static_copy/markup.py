"""The markup of a page with other links: every other byte of it stays. Pure."""

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser
from itertools import accumulate
from typing import NamedTuple

LINKING = {"href", "xlink:href", "src", "poster", "action", "formaction"}
ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
REFRESH = re.compile(r"(\s*\d+\s*;\s*url=)(.*)", re.IGNORECASE | re.DOTALL)
SUGGESTS = re.compile(r"/js/suggest(\.[0-9a-f]+)?\.js$")
"""The script that asks the site while somebody types: a copy has nobody to ask."""


class Links(NamedTuple):
    """What becomes of an address: where a link leads, and where a form is sent to."""

    link: Callable[[str], str]
    form: Callable[[str], str]


class Additions(NamedTuple):
    """Markup at the end of the footer, before the text, and instead of the script that suggests."""

    footer: str
    text: str = ""
    script: str = ""


def rewritten(html: str, links: Links, additions: Additions) -> str:
    """The page with its links turned and these additions."""
    found = _Edits(html, links, additions)
    pieces, end = [], 0
    for start, until, text in found.edits:
        pieces += [html[end:start], text]
        end = until
    return "".join([*pieces, html[end:]])


class _Edits(HTMLParser):
    """What to put instead of which characters, in the order in which they stand."""

    def __init__(self, html: str, links: Links, additions: Additions) -> None:
        super().__init__(convert_charrefs=False)
        self.links = links
        self.additions = additions
        self.edits: list[tuple[int, int, str]] = []
        self.lines = [0, *accumulate(len(line) for line in html.split("\n"))]
        self.script = -1  # where the script that is left out begins
        self.feed(html)
        self.close()

    @property
    def place(self) -> int:
        """Where what is being read begins."""
        line, column = self.getpos()
        return self.lines[line - 1] + line - 1 + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the links of the tag, and what comes before or instead of the element."""
        given = dict(attrs)
        text = self.get_starttag_text() or ""
        if tag == "script" and SUGGESTS.search(given.get("src") or ""):
            self.script = self.place
            return
        for found in ATTRIBUTE.finditer(text):
            self._attribute(tag, given, found)
        if tag == "form" and "action" not in given:
            self._note(len("<form"), f' action="{escape(self.links.form(""))}"')
        if tag == "div" and given.get("class") == "run":
            self._note(len(text), self.additions.text)

    def handle_endtag(self, tag: str) -> None:
        """Note what comes before the end of the element, or instead of it."""
        if tag == "footer":
            self._note(0, self.additions.footer)
        if tag == "script" and self.script >= 0:
            end = self.place + len("</script>")
            self.edits.append((self.script, end, self.additions.script))
            self.script = -1

    def _note(self, after: int, text: str) -> None:
        self.edits.append((self.place + after, self.place + after, text))

    def _attribute(self, tag: str, given: dict[str, str | None], found: re.Match[str]) -> None:
        name, raw = found[1].lower(), found[2]
        value = unescape(raw[1:-1] if raw[0] in "\"'" else raw)
        if name in LINKING:
            new = self.links.form(value) if "action" in name else self.links.link(value)
        elif (name, tag, given.get("http-equiv")) == ("content", "meta", "refresh"):
            new = REFRESH.sub(lambda said: said[1] + self.links.link(said[2]), value)
        else:
            return
        if new != value:
            start = self.place + found.start(2)
            self.edits.append((start, start + len(raw), f'"{escape(new)}"'))
