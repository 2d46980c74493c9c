"""Places of a document as an editor finds them: in words, and the field of the form to mend."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.urls import reverse

from concepts.checks import Finding
from concepts.comparison import differences
from concepts.documents import Data
from concepts.presenting import in_words

FIELDS = {
    "row": "rows",
    "side": "sides",
    "question": "questions",
    "misconception": "misconceptions",
    "claim": "claims",
}
"""The fields that are called otherwise in a place."""

FORMS = {
    "rows": "dimension",
    "sides": "concept",
    "questions": "text",
    "misconceptions": "correction",
    "claims": "correction",
    "relations": "",
}
"""Fields whose items have forms of their own, and what to go to in such a form."""

IDENTITIES = ("key", "organization", "concept", "objective")
_PATH = re.compile(r"([a-z_]+) (\d+)(?:, (.+))?")


class Spot(NamedTuple):
    """A place within a document: its field, the number of the item, and where in the item."""

    name: str
    number: int | None
    rest: str


class Named(NamedTuple):
    """A finding at its place: what is wrong, in which part of its group, and where to mend it."""

    finding: Finding
    label: str
    address: str


@dataclass
class Group:
    """What was found in one part of the page: a row, the summary, a question."""

    title: str
    items: list[Named] = field(default_factory=list)


def spot(place: str, data: Data) -> Spot:
    """Where a place is: "row-scope--goods", or as a path is told, "sides 1, concept"."""
    path = _PATH.fullmatch(place)
    if path and path[1] in data:
        return Spot(path[1], int(path[2]) - 1, path[3] or "")
    item, _, rest = place.partition("--")
    parts = item.split("-")
    for size in range(len(parts), 0, -1):
        name = "_".join(parts[:size])
        name = FIELDS.get(name, name)
        if name in data:
            return Spot(name, _number(data[name], "-".join(parts[size:])), rest)
    return Spot("", None, rest)


def _number(items: Any, key: str) -> int | None:
    """The place of an item among its siblings; None when it is not one of them."""
    if not key or not isinstance(items, list):
        return None
    parts = [item for item in items if isinstance(item, dict)]
    for number, part in enumerate(parts):
        if key in (part.get(name) for name in IDENTITIES):
            return number
    keyed = any("key" in part for part in parts)
    return int(key) - 1 if key.isdecimal() and not keyed else None


def anchor(place: str, data: Data) -> str:
    """The id of the field, or of the group of fields, in which this place is edited."""
    name, number, rest = spot(place, data)
    main = FORMS.get(name)
    if main is None:
        return f"id_{name}" if name else ""
    if number is None or not main:
        return f"{name}-group"
    is_cell = name == "rows" and rest in {cell["side"] for cell in data["rows"][number]["cells"]}
    return f"id_{name}-{number}-{f'cell_{rest}' if is_cell else main}"


def grouped(findings: Iterable[Finding], data: Data, form: str) -> list[Group]:
    """The findings by part, in the order of the page; `form` is the address of the change form."""
    known = {change.place: change for change in differences(None, data)}
    titles = {spot(place, data)[:2]: change.group for place, change in known.items()}
    groups: dict[str, Group] = {}
    for finding in sorted(findings, key=lambda finding: _order(finding.place, data)):
        name, number, rest = spot(finding.place, data)
        told = in_words(name).replace("_", " ") if name else finding.place.capitalize()
        title = titles.get((name, number), told)
        label = known[finding.place].label if finding.place in known else in_words(rest)
        address = _address(finding.place, data, form)
        groups.setdefault(title, Group(title)).items.append(Named(finding, label, address))
    return [*groups.values()]


def _order(place: str, data: Data) -> tuple[int, int]:
    """What is not on the page itself, such as a source, comes last."""
    name, number, _ = spot(place, data)
    names = [*data]
    at = names.index(name) if name in names else len(names)
    return at, -1 if number is None else number


def _address(place: str, data: Data, form: str) -> str:
    """The field of the form, as near as can be told."""
    what, _, key = place.partition(" ")
    if what == "source" and key:
        return f"{reverse('admin:concepts_source_changelist')}?q={key}"
    return f"{form}#{anchor(place, data)}"
