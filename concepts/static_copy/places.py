"""Which addresses of the site become files of a copy, and what these are called."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.urls import Resolver404, resolve

from concepts.parts import KEY_PATTERN

COPIED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        "home about accessibility teachers developers before history changes edition cite"
        " edition-cite dimensions dimension profiles search feed page-feed"
        " sitemap robots schema media qr page-json page-markdown page-csv edition-json"
        " edition-markdown edition-csv page-citation edition-citation page-bibliography"
        " edition-bibliography source-citation bibliography".split(),
        (),
    ),
    **dict.fromkeys(("page", "edition"), ("swap", "hide")),
    "index": ("area", "after"),
    **dict.fromkeys(("glossary", "sources"), ("after",)),
    "source": ("page",),
    "map": ("area",),
    "practice": ("area", "order"),
}
"""The names of the addresses that are copied, with the parameters of which a view has few values.

All others need the live site: they answer what a reader makes up (`compare`, `list`), give out
addresses of the live site (`share`, `embed`) or are pictures for other sites (`card`).
"""

FEEDS = ("feed", "page-feed")
PLAIN = re.compile(r"/[\w./-]*", re.ASCII)
KEY = re.compile(KEY_PATTERN)


class Place(NamedTuple):
    """A file of the copy by its path within it, and the address whose answer it keeps."""

    file: str
    address: str

    @property
    def is_page(self) -> bool:
        """Whether people read it in a browser."""
        return self.file.endswith(".html")


@lru_cache(maxsize=65536)
def place(path: str, query: str = "") -> Place | None:
    """The file for a path of the live site with its query; None for what only that site has."""
    if not PLAIN.fullmatch(path):
        return None
    if path.startswith(settings.STATIC_URL):
        return Place(path.removeprefix("/"), path)
    name = view(path)
    asked = _asked(query, COPIED.get(name, ()))
    if name not in COPIED or asked is None:
        return None
    if not path.endswith("/"):
        return Place(path.removeprefix("/"), path)
    ending = "index.xml" if name in FEEDS else "index.html"
    if not asked:
        return Place(f"{path}{ending}".removeprefix("/"), path)
    within = ".".join(f"{each}-{value}" for each, value in asked)
    return Place(f"{path}{within}/{ending}".removeprefix("/"), f"{path}?{urlencode(asked)}")


def view(path: str) -> str:
    """The name of the address; "" for none."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def _asked(query: str, names: tuple[str, ...]) -> list[tuple[str, str]] | None:
    """The parameters in the order of their names; None where the query is not of a few."""
    sent = parse_qsl(query, keep_blank_values=True)
    values = dict(sent)
    known = len(values) == len(sent) and values.keys() <= set(names)
    if not known or not all(KEY.fullmatch(value) for value in values.values()):
        return None
    return [(name, values[name]) for name in names if name in values]
