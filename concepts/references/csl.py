"""CSL-JSON, as citation managers and registers of DOIs give it. Pure."""

import json
from collections.abc import Mapping
from typing import Any, get_args

from concepts.documents import Source
from concepts.references.entries import MOST, VALUE_LIMIT, Raw, UnreadableError, guessed
from concepts.references.names import Naming

_OWN = get_args(Source.model_fields["type"].annotation)
_TYPES = {
    **dict.fromkeys(_OWN),
    **dict.fromkeys(("entry", "entry-dictionary", "entry-encyclopedia"), "chapter"),
    **dict.fromkeys(("post", "post-weblog"), "webpage"),
    # As a register of DOIs calls them.
    "journal-article": "article-journal",
    "book-chapter": "chapter",
    "proceedings-article": "paper-conference",
    "monograph": "book",
    "edited-book": "book",
    "dissertation": "thesis",
}
NAMES = {
    "container_title": "container-title",
    "publisher_place": "publisher-place",
    "doi": "DOI",
    "isbn": "ISBN",
    "url": "URL",
    **{n: n for n in "title edition volume issue page number genre publisher".split()},
}
"""Fields of a source, and what CSL calls them."""

Item = Mapping[str, Any]


def read(text: str) -> list[Raw]:
    """Every item of a CSL-JSON text: a list, one item, or {"items": [...]}.

    Raises:
        UnreadableError: it is no JSON, or no items.
    """
    items = _loaded(text)
    if isinstance(items, dict):
        items = items.get("items", [items])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise UnreadableError(["This JSON is no bibliography: it needs a list of items."])
    if len(items) > MOST:
        raise UnreadableError([f"There are too many entries: at most {MOST} at a time."])
    return [_raw(number, item) for number, item in enumerate(items, 1)]


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        message = f"Line {error.lineno}: this is no JSON ({error.msg})."
    except (RecursionError, ValueError):
        message = "This JSON is nested too deep, or holds a number that is too long."
    raise UnreadableError([message])


def _raw(number: int, item: Item) -> Raw:
    key = _text(item.get("id"))
    title = _text(item.get("title"))
    where = f"Entry {number} ({(key or title)[:60]})" if key or title else f"Entry {number}"
    fields = {name: _text(item.get(csl)) for name, csl in NAMES.items()}
    if long := [name for name, value in fields.items() if len(value) > VALUE_LIMIT]:
        raise UnreadableError([f"{where}: '{long[0]}' is longer than {VALUE_LIMIT:,} characters."])
    fields["issued"] = _issued(item.get("issued"))
    notes: list[str] = []
    type_ = _type(_text(item.get("type")), fields, notes)
    author, editor = (_named(item.get(role), role, notes) for role in ("author", "editor"))
    return Raw(where, key, type_, fields, author, editor, notes)


def _text(value: Any) -> str:
    """A text or number, or the first of a list of them."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value) if isinstance(value, str | int) else ""


def _type(kind: str, fields: Mapping[str, str], notes: list[str]) -> str:
    if kind in _TYPES:
        return _TYPES[kind] or kind
    return guessed(kind, on_the_web=bool(fields["url"] and not fields["doi"]), notes=notes)


def _issued(value: Any) -> str:
    """The date as text: of `date-parts`, or as somebody wrote it."""
    if not isinstance(value, dict):
        return _text(value)
    parts = value.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    if isinstance(first, list) and first and first[0]:
        return "-".join(_text(part) for part in first[:3])
    return _text(value.get("raw")) or _text(value.get("literal"))


def _named(value: Any, role: str, notes: list[str]) -> list[Naming]:
    names = [_name(each) for each in value] if isinstance(value, list) else []
    if value and (not names or None in names):
        notes.append(f"Left out: of '{role}' what is no name.")
    return [name for name in names if name]


def _name(value: Any) -> Naming | None:
    if not isinstance(value, dict):
        return None
    part = {key: " ".join(_text(text).split()) for key, text in value.items()}

    def joined(*keys: str) -> str:
        return " ".join(part[key] for key in keys if part.get(key))

    literal = joined("literal") or joined("name")
    family = joined("non-dropping-particle", "family", "suffix")
    given = joined("given", "dropping-particle")
    if part.get("family"):
        return {"family": family, "given": given}
    return {"literal": literal} if literal else None
