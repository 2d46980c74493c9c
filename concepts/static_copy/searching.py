"""What search in a copy goes by: one script with the words of the pages in force, and one to ask.

Pages are found by the same stems as on the site, so the script is told the rules of stemming.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from concepts.describing import NAMES
from concepts.models import Edition, SearchName
from concepts.search import words

SCRIPTS = (
    '<script src="../search-index.js" defer></script><script src="../search.js" defer></script>'
)
"""On the page `search/index.html`. A browser fetches nothing from `file:`, but it loads scripts."""

Page = tuple[str, str, str, str, list[str]]
"""Title, kind, address from the root of the copy, summary, other names."""


def files(at: datetime) -> Iterator[tuple[str, bytes]]:
    """The two scripts of the root of the copy: name and content."""
    index = json.dumps(_index(at), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    yield "search-index.js", f"var searchIndex = {index};\n".encode()
    yield "search.js", Path(__file__).with_name("search.js").read_bytes()


def _index(at: datetime) -> dict[str, object]:
    pages: list[Page] = []
    places: defaultdict[str, list[list[int]]] = defaultdict(lambda: [[], []])
    names = _names(at)
    found = Edition.objects.as_of(at).exclude(search_entry=None).order_by("section", "slug")
    columns = "pk section slug title summary search_entry__lead search_entry__body".split()
    for number, row in enumerate(found.values_list(*columns).iterator()):
        pk, section, slug, title, summary, lead, body = row
        address = f"{section}/{slug}/index.html"
        pages.append((title, NAMES[section], address, summary, names[pk]))
        for which, text in enumerate((lead, body)):
            for stem in set(text.split()) - set(lead.split() if which else ()):
                places[stem][which].append(number)
    return {
        "pages": pages,
        "stop": " ".join(sorted(words.STOP)),
        "rules": [(rule.pattern, re.sub(r"\\(\d)", r"$\1", by)) for rule, by in words.RULES],
        "words": {stem: _short(*both) for stem, both in places.items()},
    }


def _names(at: datetime) -> defaultdict[int, list[str]]:
    """Other names of the editions in force, by edition."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    in_force = Edition.objects.as_of(at).values("pk")
    others = SearchName.objects.filter(edition__in=in_force, number__gt=1, first=True)
    for edition, name in others.order_by("edition", "number").values_list("edition", "name"):
        names[edition].append(name)
    return names


def _short(lead: list[int], body: list[int]) -> str:
    """Numbers of pages as distances to the base of 36: "0 2.1" is pages 0 and 2 by their names
    and summaries, 1 by what else they say."""
    return ".".join(" ".join(map(_to_base_36, _distances(each))) for each in (lead, body))


def _distances(numbers: list[int]) -> Iterator[int]:
    before = 0
    for number in numbers:
        yield number - before
        before = number


def _to_base_36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    rest, digit = divmod(number, 36)
    return (_to_base_36(rest) if rest else "") + digits[digit]
