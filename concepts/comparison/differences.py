"""What differs between two documents of one kind, place by place, for people to read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from typing import Any, Literal

from concepts import citations
from concepts.comparison.fields import Field, fields, model_of
from concepts.comparison.words import Piece, brief, steps, words
from concepts.documents import Data
from concepts.parts import Model
from concepts.texts import item_place, joined

Kind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True)
class Change:
    """One place at which two documents differ.

    `place` is its address on the page, as `texts.py` makes it; `group` and `label` say the same in
    words: "Row Time horizon", "Operations management".
    """

    place: str
    group: str
    label: str
    kind: Kind
    pieces: list[Piece]

    @cached_property
    def shown(self) -> list[Piece]:
        """The pieces, with what stayed cut down to a few words around each change."""
        return brief(self.pieces)

    @property
    def row(self) -> str:
        """The key of the row that it belongs to, "" outside the table."""
        found = re.match(r"row-([a-z0-9]+(?:-[a-z0-9]+)*)(?:--|$)", self.place)
        return found[1] if found else ""


@dataclass(frozen=True)
class _Spot:
    """Where the walk is: the address, and the same in words."""

    place: str = ""
    group: str = ""
    label: str = ""


Changes = Iterator[Change]


def differences(before: Data | None, after: Data | None) -> list[Change]:
    """Every place at which the data of two documents of one kind differ, in order of the page.

    None stands for a document that is not there: all of the other one is added, or removed. Of
    what a document froze of others, it says where sources, row headings and titles changed that
    both have.
    """
    data = after or before
    if data is None:
        return []
    names = _Names(before or {}, after or {})
    walk = _Walk(names)
    own = walk.parts(model_of(data), before or {}, after or {}, _Spot())
    return [*own, *_frozen(before or {}, after or {})]


class _Names:
    """What the things are called that documents name by key."""

    def __init__(self, *several: Data) -> None:
        self.titles: dict[str, str] = {}
        self.sides: dict[str, str] = {}
        for data in several:
            frozen = data.get("frozen", {})
            for page in frozen.get("neighbours", []):
                self.titles[f"{page['kind']}:{page['slug']}"] = page["title"]
            for row in frozen.get("dimensions", []):
                self.titles[f"dimension:{row['key']}"] = row["label"]
            for side in data.get("sides", []):
                self.sides[side["key"]] = self.title("concept", side["concept"])

    def title(self, kind: str, key: str) -> str:
        """The title that was frozen, else the key in words."""
        return self.titles.get(f"{kind}:{key}") or _in_words(key)

    def of(self, model: type[Model], item: Data) -> str:
        """What a reader calls one part among its siblings."""
        if "dimension" in item:
            return self.title("dimension", item["dimension"])
        if model.identity == "side":
            return self.sides.get(item["side"]) or _in_words(item["side"])
        for kind in ("concept", "organization"):
            if kind in item:
                return self.title(kind, item[kind])
        return str(item[model.identity]) if model.identity else ""


def _in_words(key: str) -> str:
    return key.replace("-", " ").replace("_", " ").capitalize()


class _Walk:
    """Two documents side by side, field by field."""

    def __init__(self, names: _Names) -> None:
        self.names = names

    def parts(self, model: type[Model], before: Data, after: Data, spot: _Spot) -> Changes:
        """The changes within one part, or within the whole document."""
        for field in fields(model):
            if spot.group and field.name == model.identity:
                continue  # it stands in the group or the label
            old, new = before.get(field.name) or None, after.get(field.name) or None
            if old != new:
                inside = _inside(spot, field.name)
                # What holds no word, such as an empty formula, is told all the same.
                yield from [*self._field(field, old, new, inside)] or [_wordless(old, new, inside)]

    def _field(self, field: Field, old: Any, new: Any, spot: _Spot) -> Changes:
        if field.is_words:
            return _change("; ".join(old or []), "; ".join(new or []), spot)
        if field.is_list:
            return self._list(field, old or [], new or [], spot)
        if field.model is None:
            return _change(_text(old), _text(new), spot)
        return self.parts(field.model, old or {}, new or {}, spot)

    def _list(self, field: Field, old: list[Any], new: list[Any], spot: _Spot) -> Changes:
        model = field.model
        if model and model.identity:
            yield from self._keyed(model, old, new, spot)
            return
        for number, (gone, come) in enumerate(_aligned(old, new), 1):
            if model is None:
                yield from _change(_text(gone), _text(come), _numbered(spot, number))
            else:
                yield from self.parts(model, gone or {}, come or {}, _numbered(spot, number))

    def _keyed(self, model: type[Model], old: list[Data], new: list[Data], spot: _Spot) -> Changes:
        def key(item: Data) -> str:
            return str(item[model.identity])

        olds, news = ({key(item): item for item in items} for items in (old, new))
        order = [*news, *(gone for gone in olds if gone not in news)]
        for number, name in enumerate(order, 1):
            item = news.get(name) or olds[name]
            inside = self._item(model, item, number, spot)
            yield from self._parts_or_title(model, olds.get(name, {}), news.get(name, {}), inside)
        stood, stands = (
            [key for key in keys if key in olds and key in news] for keys in (olds, news)
        )
        if stood != stands:
            was, now = (
                "; ".join(self.names.of(model, news[key]) for key in k) for k in (stood, stands)
            )
            [change] = _change(was, now, replace(spot, label="order"))
            yield replace(change, kind="moved")

    def _parts_or_title(
        self, model: type[Model], before: Data, after: Data, spot: _Spot
    ) -> Changes:
        """An item that says nothing beyond its name is told by this."""
        changes = [*self.parts(model, before, after, spot)]
        if changes or before == after:
            return iter(changes)
        was, now = (self.names.of(model, item) if item else "" for item in (before, after))
        return _change(was, now, spot)

    def _item(self, model: type[Model], item: Data, number: int, spot: _Spot) -> _Spot:
        outer, _, name = spot.place.rpartition("--")
        place = item_place(outer, name, model, item, number)
        title = self.names.of(model, item)
        if outer:
            return _Spot(place, spot.group, title)
        return _Spot(place, f"{_kind(model, name)} {title}", "")


def _kind(model: type[Model], name: str) -> str:
    """What one part of a list is called: "Row", "Retired side"."""
    words_of = {"Ranked": "Objective", "Illustration": "Illustrates", "Practice": "In practice"}
    plain = name.startswith("retired")
    return (
        _in_words(name).removesuffix("s") if plain else words_of.get(model.__name__, model.__name__)
    )


def _inside(spot: _Spot, name: str) -> _Spot:
    """A field of what the walk is at; a text that is all of its part has no address of its own."""
    place = joined(spot.place, "" if name == "text" else name.replace("_", "-"))
    if not spot.group:
        return _Spot(place, _in_words(name))
    own = "" if name == "text" else _in_words(name).lower()
    return _Spot(place, spot.group, ", ".join(part for part in (spot.label, own) if part))


def _numbered(spot: _Spot, number: int) -> _Spot:
    label = f"{spot.label} {number}".strip()
    return _Spot(f"{spot.place}-{number}", spot.group, label)


def _aligned(old: list[Any], new: list[Any]) -> Iterator[tuple[Any, Any]]:
    """The items of two lists beside each other; what has no partner stands beside None."""
    texts = [[repr(item) for item in items] for items in (old, new)]
    position = [0, 0]
    for gone, come in steps(*texts):
        olds = old[position[0] : position[0] + len(gone)]
        news = new[position[1] : position[1] + len(come)]
        yield from zip_longest(olds, news)
        position = [position[0] + len(gone), position[1] + len(come)]


def _text(value: Any) -> str:
    """A value of the data as it is read."""
    match value:
        case None | False:
            return ""
        case True:
            return "yes"
    return str(value)


def _wordless(old: Any, new: Any, spot: _Spot) -> Change:
    kind: Kind = "added" if old is None else "changed" if new else "removed"
    return Change(spot.place, spot.group, spot.label, kind, [])


def _change(before: str, after: str, spot: _Spot) -> Changes:
    if before == after:
        return
    kind: Kind = "added" if not before else "changed" if after else "removed"
    yield Change(spot.place, spot.group, spot.label, kind, words(before, after))


# What was frozen of others ----------------------------------------------------------------------


def _frozen(before: Data, after: Data) -> Changes:
    """Sources, row headings and titles that both have and that read differently."""
    for name, key, title, text in _FROZEN:
        olds, news = (
            {key(item): item for item in data.get("frozen", {}).get(name, [])}
            for data in (before, after)
        )
        for each in olds.keys() & news.keys():
            spot = _Spot(f"{name}-{each}", f"{title} {each}")
            yield from _change(text(olds[each]), text(news[each]), spot)


def _source(item: Data) -> str:
    reference = "".join(segment.text for segment in citations.reference(item["csl"]))
    told = (reference, item["note"], item["checked"], "under discussion" * item["under_discussion"])
    return "\n".join(part for part in told if part)


_FROZEN: list[tuple[str, Callable[[Data], str], str, Callable[[Data], str]]] = [
    ("sources", lambda item: str(item["key"]), "Source", _source),
    (
        "dimensions",
        lambda item: str(item["key"]),
        "Row heading",
        lambda item: f"{item['label']}\n{item['description']}".strip(),
    ),
    (
        "neighbours",
        lambda item: f"{item['kind']}:{item['slug']}",
        "Title of",
        lambda item: str(item["title"]),
    ),
]
