"""Every address that search engines should know: of live pages only, each once."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from concepts.reading import KIND_BY_SECTION, Standing
from concepts.templatetags.site import absolute

LARGEST = 50_000
"""Addresses in one file; the protocol allows no more."""

OWN = (
    "home about accessibility teachers developers glossary map dimensions sources profiles".split()
)
"""Names of pages of the site's own; forms that readers fill in are none."""

Entry = tuple[str, datetime | None]
"""An absolute address, and since when it says what it says, where that is known."""


def _entries(found: Standing) -> Iterator[Entry]:
    for name in OWN:
        yield absolute(reverse(name)), None
    indexes = {section: absolute(reverse("index", args=[section])) for section in KIND_BY_SECTION}
    for address in indexes.values():
        yield address, None
    for section, slug, moment in found.pages:
        yield f"{indexes[section]}{slug}/", moment
    for name, keys in (("sources", found.sources), ("dimensions", found.dimensions)):
        above = absolute(reverse(name))
        for key in keys:
            yield f"{above}{key}/", None


def parts(found: Standing) -> list[list[Entry]]:
    """The addresses, in as many parts as files are needed."""
    entries = list(_entries(found))
    return [entries[start : start + LARGEST] for start in range(0, len(entries), LARGEST)]
