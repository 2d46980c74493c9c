"""Every address that search engines should know: of live pages only, each once."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.urls import reverse

from concepts import reading
from concepts.reading import KIND_BY_SECTION
from concepts.templatetags.site import absolute

LARGEST = 50_000
"""Addresses in one file; the protocol allows no more."""

OWN = (
    "home about accessibility teachers developers glossary map dimensions sources profiles".split()
)
"""Names of pages of the site's own; forms that readers fill in are none."""

Entry = tuple[str, datetime | None]
"""An absolute address, and since when it says what it says, where that is known."""

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def _own() -> Iterator[Entry]:
    for name in OWN:
        yield absolute(reverse(name)), None
    for section in KIND_BY_SECTION:
        yield absolute(reverse("index", args=[section])), None


def _dimensions(at: datetime) -> Iterator[Entry]:
    above = absolute(reverse("dimensions"))
    return ((f"{above}{each['key']}/", None) for each in reading.dimensions(at))


def _pages(at: datetime, part: slice) -> Iterator[Entry]:
    """Pages in the order in which they came to the site."""
    indexes = {section: absolute(reverse("index", args=[section])) for section in KIND_BY_SECTION}
    for section, slug, moment in reading.addresses(at)[part].iterator():
        yield f"{indexes[section]}{slug}/", moment


def _sources(at: datetime, part: slice) -> Iterator[Entry]:
    above = absolute(reverse("sources"))
    return ((f"{above}{key}/", None) for key in reading.cited(at)[part])


def whole(at: datetime) -> list[Entry] | None:
    """All addresses, if one file holds them."""
    if reading.addresses(at)[LARGEST : LARGEST + 1].exists():
        return None
    found = [*_own(), *_pages(at, slice(LARGEST))]
    if len(found) <= LARGEST:
        found += [*_dimensions(at), *_sources(at, slice(LARGEST))]
    return found if len(found) <= LARGEST else None


def _counts(at: datetime) -> tuple[int, int]:
    """In how many files the pages are, and the sources; in none where one file holds all."""
    pages, sources = reading.addresses(at).count(), reading.cited(at).count()
    if pages + sources <= LARGEST and whole(at) is not None:
        return 0, 0
    return -(-pages // LARGEST), -(-sources // LARGEST)


def count(at: datetime) -> int:
    """How many files there are, where there are several."""
    return 1 + sum(_counts(at))


def part(number: int, at: datetime) -> list[Entry]:
    """The addresses of one of several files, from 1 on: none where there is no such file.

    The first has lists and dimensions, the next have the pages, the last the sources. None reads
    what others hold.
    """
    if number == 1:
        return [*_own(), *_dimensions(at)]
    pages, sources = _counts(at)
    place = number - 2
    if place < pages:
        return list(_pages(at, slice(place * LARGEST, (place + 1) * LARGEST)))
    place -= pages
    if place < sources:
        return list(_sources(at, slice(place * LARGEST, (place + 1) * LARGEST)))
    return []


def urls(entries: Iterable[Entry]) -> str:
    """A file of addresses."""
    lines = [
        f"<url><loc>{address}</loc>"
        f"{f'<lastmod>{_moment(since)}</lastmod>' if since else ''}</url>\n"
        for address, since in entries
    ]
    return f"{HEAD}<urlset {SPACE}>\n{''.join(lines)}</urlset>\n"


def _moment(since: datetime) -> str:
    return f"{since.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def index(count: int) -> str:
    """The file that names so many parts."""
    address = absolute(reverse("sitemap"))
    lines = [
        f"<sitemap><loc>{address}?part={number}</loc></sitemap>\n" for number in range(1, count + 1)
    ]
    return f"{HEAD}<sitemapindex {SPACE}>\n{''.join(lines)}</sitemapindex>\n"
