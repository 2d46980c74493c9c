"""From page to page of the site as of one moment, each written as a file."""

import posixpath
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from concepts import describing, mixing, reading, sitemaps
from concepts.citing import FORMS
from concepts.exports import schemas
from concepts.models import Closure, Edition
from concepts.reading import KIND_BY_SECTION
from concepts.static_copy import searching
from concepts.static_copy.asking import Answer, ask, request_of, static_file
from concepts.static_copy.folder import MARKER, Refused
from concepts.static_copy.markup import Additions, Links, rewritten
from concepts.static_copy.places import Place, place, view

OWN = [*sitemaps.OWN, "practice", "search", "robots", "sitemap", "feed"]
CITATIONS = [f"index.{form}" for form in FORMS]
BIBLIOGRAPHY = [f"sources.{form}" for form in FORMS]
OF_EDITION = sorted({*describing.FORMS, *CITATIONS, *BIBLIOGRAPHY, "cite/"})

BESIDE = {
    "page": [*OF_EDITION, "feed/", "editions/"],
    "edition": [*OF_EDITION, "qr.svg"],
    "source": CITATIONS,
    "sources": CITATIONS,
}
"""What is copied with a page of this name, whether or not a page links to it."""

SEARCH = "search/index.html"


class Told(NamedTuple):
    """How much was written: pages for people, all files, bytes."""

    pages: int
    files: int
    size: int


@dataclass
class _Copy:
    """A copy that is being made: what is still to be asked for, and what came of the rest."""

    folder: Path
    at: datetime
    tell: Callable[[str], object]
    queue: deque[Place] = field(default_factory=deque)
    known: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    linked: dict[str, set[Place]] = field(default_factory=dict)
    """By a file that has not been asked for yet, the pages that link to it."""

    sizes: dict[str, int] = field(default_factory=dict)
    """Of the files that are written, in bytes."""

    def want(self, found: Place) -> None:
        """Ask for this file too, once."""
        if found.file not in self.known:
            self.known.add(found.file)
            self.linked[found.file] = set()
            # What is no page leads nowhere: it comes first, so that the queue stays short.
            (self.queue.append if found.is_page else self.queue.appendleft)(found)

    def go_through(self) -> None:
        """Write all that is wanted, and what it links to."""
        while self.queue:
            here = self.queue.popleft()
            answer = self.answer(here)
            made = self.made(here, answer)
            if made is None:
                self.lost.add(here.file)
                continue
            self.linked.pop(here.file)
            self.write(here.file, made)
            if answer.status == 200:
                self.want_what_is_beside(here)

    def mend_links(self) -> None:
        """Write those pages again whose links lead to what has turned out not to be there."""
        pages = {page for linking in self.linked.values() for page in linking}
        for here in sorted(pages):
            if (made := self.made(here, self.answer(here))) is not None:
                self.write(here.file, made)

    def want_what_is_beside(self, here: Place) -> None:
        """Ask for the other forms of a page."""
        for name in BESIDE.get(view(here.address), []):
            if found := place(here.address + name):
                self.want(found)

    def answer(self, here: Place) -> Answer:
        """What the site says at the address of a file."""
        self.tell(here.address)
        if here.address.startswith(settings.STATIC_URL):
            return static_file(here.address)
        return ask(here.address, self.at)

    def made(self, here: Place, answer: Answer) -> bytes | None:
        """What the file holds; None where the site has nothing for it."""
        if answer.location and here.is_page:
            html = render_to_string(
                "concepts/copied-move.html",
                {"address": answer.location},
                request_of(here.address),
            )
            return self.page(here, html)
        if answer.is_html:
            fits = here.is_page and answer.status in (200, 410)
            return self.page(here, answer.body.decode()) if fits else None
        return answer.body if answer.status == 200 else None

    def page(self, here: Place, html: str) -> bytes:
        """A page with the links of the copy, and a line that says what it is."""
        additions = Additions(self.note("_copy", here))
        if here.file == SEARCH:
            additions = additions._replace(
                text=self.note("_copy-search", here), script=searching.SCRIPTS
            )
        return rewritten(html, self.links(here), additions).encode()

    def note(self, template: str, here: Place) -> str:
        """A piece of markup of the copy's own, whose links are not turned."""
        context = {"live": settings.SITE_URL + here.address, "moment": self.at}
        return render_to_string(f"concepts/{template}.html", context).rstrip("\n")

    def links(self, here: Place) -> Links:
        """How the links of a page are turned: to files, and to the live site for what has none."""

        def link(said: str, *, is_form: bool = False) -> str:
            parts = urlsplit(said)
            within = said.startswith("#") or not (said or is_form)
            if parts.scheme or parts.netloc or within:
                return said
            _, _, path, query, anchor = urlsplit(urljoin(here.address, said))
            ending = f"#{anchor}" if anchor else ""
            found = place(path, query)
            if found and found.file not in self.lost and (not is_form or found.file == SEARCH):
                self.note_link(here, found)
                return posixpath.relpath(found.file, posixpath.dirname(here.file)) + ending
            return f"{settings.SITE_URL}{path}{f'?{query}' if query else ''}{ending}"

        return Links(link, lambda said: link(said, is_form=True))

    def note_link(self, here: Place, found: Place) -> None:
        """Want what a page links to, and remember the page until it is known to be there."""
        self.want(found)
        if found.file in self.linked:
            self.linked[found.file].add(here)

    def write(self, file: str, content: bytes) -> None:
        """Write a file of the copy."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        self.sizes[file] = path.write_bytes(content)


def copied(folder: Path, at: datetime, tell: Callable[[str], object]) -> Told:
    """Write the site as of a moment into an empty folder; `tell` gets each address in its turn.

    Raises:
        Refused: an edition was closed meanwhile, which must not stand in any copy.
    """
    closed = Closure.objects.count()
    copy = _Copy(folder, at, tell, lost=set(_ends_of_practice(at)))
    for address in _beginnings(at):
        if found := place(address):
            copy.want(found)
    copy.go_through()
    copy.mend_links()
    for name, content in searching.files(at):
        copy.write(name, content)
    copy.write(MARKER, f"{settings.SITE_URL} as of {at.isoformat()}\n".encode())
    if Closure.objects.count() != closed:
        raise Refused("An edition was closed while the copy was made. Run it again.")
    pages = sum(file.endswith(".html") for file in copy.sizes)
    return Told(pages, len(copy.sizes), sum(copy.sizes.values()))


def _ends_of_practice(at: datetime) -> Iterator[str]:
    """The files after the last questions: there the same ones begin again in another order."""
    found = reading.practice("", 1, at)
    counts = {"": found["all"]} | {each.page.slug: each.questions for each in found["areas"]}
    for area, questions in counts.items():
        order = mixing.parts(questions) + 1
        query = urlencode({"area": area, "order": order} if area else {"order": order})
        if found_place := place(reverse("practice"), query):
            yield found_place.file


def _beginnings(at: datetime) -> Iterator[str]:
    """Addresses from which links lead to all others, or that nothing links to."""
    yield from (reverse(name) for name in OWN)
    yield from (reverse("index", args=[section]) for section in KIND_BY_SECTION)
    yield from (reverse("schema", args=[name]) for name in schemas.NAMES)
    editions = Edition.objects.published(at).order_by("section", "slug", "number")
    for section, slug, number in editions.values_list("section", "slug", "number").iterator():
        yield reverse("page", args=[section, slug])
        yield reverse("history", args=[section, slug])
        yield reverse("edition", args=[section, slug, number])
