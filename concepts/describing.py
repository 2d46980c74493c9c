"""What other programs are told of a page: search engines, messengers, Zotero. Pure.

`_metadata.html` writes it. The names are those that each program was seen to read: Zotero takes
`DC.*`, `z:*` and `prism.*`, and with `citation_title` it would save a journal article.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator

from concepts.documents import Data
from concepts.presenting import Neighbour

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
LANGUAGE = "en"
LONGEST = 300
"""Characters of a description: search engines show about half of it."""

TYPES = {
    "distinction": ["Article", "LearningResource"],
    "concept": ["DefinedTerm", "LearningResource"],
    "organization": ["Article", "LearningResource"],
    "guide": ["CollectionPage", "LearningResource"],
}
"""What a page of a kind is to schema.org."""

NAMES = {
    "distinctions": "Comparison",
    "concepts": "Concept",
    "organizations": "Organization",
    "areas": "Area",
    "paths": "Reading path",
}
"""What readers call a page of a section."""

FORMS = {
    "index.json": "application/json",
    "index.md": "text/markdown",
    "index.csv": "text/csv",
    "index.bib": "application/x-bibtex",
    "index.ris": "application/x-research-info-systems",
    "index.csl.json": "application/vnd.citationstyles.csl+json",
}
"""The forms of an edition for programs, by the end of their address."""

ROLES = {"index.json": "item", "index.csl.json": "describedby"}
"""What forms are to the page, in the words of signposting.org: its content, and what tells of it.

One of each: headers are not compressed, and the head of the page names all forms.
"""


@dataclass(frozen=True)
class Shown:
    """Which edition a page shows, and where; every address is absolute.

    `url` is the address that the page is shared under: of the newest its own, else the edition's.
    `day` is the date of the edition (UTC) as YYYY-MM-DD.
    """

    number: int
    day: str
    url: str
    permanent: str
    site: str
    home: str
    glossary: str

    @property
    def card(self) -> str:
        """The picture of the edition."""
        return f"{self.permanent}card.png"


def forms(kind: str) -> dict[str, str]:
    """The forms of an edition of a page of this kind: only comparisons are tables."""
    return {name: form for name, form in FORMS.items() if "csv" not in form or _is_table(kind)}


def _is_table(kind: str) -> bool:
    return kind == "distinction"


def description(page: Data) -> str:
    """What the page says in short; of a recall sheet not what is to be recalled."""
    if hidden := page.get("hidden"):
        return f"{page['title']}, with {hidden['concept'].title} hidden, to recall."
    return Truncator(page["plain_summary"]).chars(LONGEST)


def creators(page: Data) -> list[str]:
    """The authors as Zotero takes them apart: "Doe, Jane"; an institution as it is called."""
    return [
        name.get("literal") or ", ".join(filter(None, [name.get("family"), name.get("given")]))
        for name in page["authors"]
    ]


# schema.org -----------------------------------------------------------------------------------

Absolute = Callable[[str], str]
"""What makes an address for the world of a path of this site."""


def _thing(type_: str, name: str, **more: Any) -> Data:
    return {"@type": type_, "name": name, **more}


def _author(name: Data) -> Data:
    if name.get("literal"):
        return _thing("Organization", name["literal"])
    return _thing("Person", " ".join(filter(None, [name.get("given"), name.get("family")])))


def _named(type_: str, near: Neighbour, absolute: Absolute) -> Data:
    """Another page; without an address when readers cannot see it."""
    return _thing(type_, near.title, **({"url": absolute(near.address)} if near.address else {}))


def _own(page: Data, shown: Shown, absolute: Absolute) -> Data:
    """What is told of a page of its kind only."""
    if page["kind"] == "distinction":
        sides = [_named("DefinedTerm", side["concept"], absolute) for side in page["sides"]]
        return {"headline": page["title"], "about": sides}
    if page["kind"] == "concept":
        names = {"alternateName": page["aliases"]} if page["aliases"] else {}
        glossary = _thing("DefinedTermSet", f"{shown.site}: glossary", url=shown.glossary)
        return {**names, "inDefinedTermSet": glossary}
    if page["kind"] == "organization":
        about = "Thing" if page["archetype"] else "Organization"
        return {"headline": page["title"], "about": _thing(about, page["title"])}
    steps = [_named("LearningResource", step["page"], absolute) for step in page["steps"]]
    return {"hasPart": steps} if steps else {}


def linked_data(page: Data, shown: Shown, absolute: Absolute) -> Data:
    """The page in the words of schema.org, as JSON-LD; what it does not have is not named.

    An edition is published once and never changed: that is both of its dates.
    """
    uses = ["reading", "self-assessment"] if page["questions"] else ["reading"]
    data = {
        "@context": "https://schema.org",
        "@type": TYPES[page["kind"]],
        "@id": shown.permanent,
        "url": shown.url,
        "name": page["title"],
        "description": description(page),
        "image": shown.card,
        "author": [_author(name) for name in page["authors"]],
        "publisher": _thing("Organization", shown.site),
        "datePublished": shown.day,
        "dateModified": shown.day,
        "version": shown.number,
        "inLanguage": LANGUAGE,
        "license": LICENSE,
        "isAccessibleForFree": True,
        "educationalUse": uses,
        "isPartOf": _thing("WebSite", shown.site, url=shown.home),
        **_own(page, shown, absolute),
    }
    return {name: value for name, value in data.items() if value not in ("", [])}
