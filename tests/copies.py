"""A copy of the small site with a past, as `export_site` writes it, and what stands in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import html5lib
from django.core.management import call_command
from django.test import override_settings
from every_page import NOW, fill
from samples import concept, publish, site_at
from small_site import existing

LIVE = "https://pom.example.edu"
SITE = override_settings(SITE_URL=LIVE, ALLOWED_HOSTS=["pom.example.edu"])
LINKING = {"href", "src", "action", "formaction", "poster"}


class Link(NamedTuple):
    """A link of a page of a copy."""

    page: str
    tag: str
    target: str


@contextmanager
def site() -> Iterator[None]:
    """The small site with a past, and a page that was renamed, at a moment after it all."""
    with SITE:
        fill()
        with site_at(NOW):
            page = publish(concept("old-name", title="Renamed")).page
            publish(concept("new-name", existing("concept", "old-name") or page, title="Renamed"))
            yield


def export(folder: Path, **options: Any) -> str:
    """What `export_site` says."""
    out = StringIO()
    call_command("export_site", str(folder), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by its path within the copy."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def _name(attribute: Any) -> str:
    return str(attribute).rpartition("}")[2]


@lru_cache(maxsize=2)
def parsed(folder: Path) -> tuple[list[Link], dict[str, set[str]]]:
    """Every link of every page, and the ids that each page has."""
    links, ids = [], {}
    for file in sorted(folder.rglob("*.html")):
        page = file.relative_to(folder).as_posix()
        tree = html5lib.parse(file.read_text(encoding="utf-8"), namespaceHTMLElements=False)
        ids[page] = {str(each.get("id")) for each in tree.iter() if each.get("id")}
        for each in tree.iter():
            named = {_name(key): value for key, value in each.attrib.items()}
            links += [Link(page, each.tag, named[key]) for key in LINKING & named.keys()]
            if each.tag == "meta" and named.get("http-equiv") == "refresh":
                links.append(Link(page, "meta", named["content"].partition("url=")[2]))
    return links, ids


def broken(folder: Path) -> list[Link]:
    """Links that lead to no file, or to no such place in it, or out of the copy by their path."""
    links, ids = parsed(folder)
    return [link for link in links if not _leads(folder, link, ids)]


def _leads(folder: Path, link: Link, ids: dict[str, set[str]]) -> bool:
    said = urlsplit(link.target)
    if said.scheme or said.netloc:
        return said.hostname not in ("testserver", "127.0.0.1", "localhost")
    if said.path.startswith("/") or said.query or not link.target:
        return False
    target = (folder / link.page).parent / unquote(said.path) if said.path else folder / link.page
    found = target.resolve()
    if not found.is_file() or not found.is_relative_to(folder.resolve()):
        return False
    page = found.relative_to(folder.resolve()).as_posix()
    return not said.fragment or unquote(said.fragment) in ids.get(page, ())
