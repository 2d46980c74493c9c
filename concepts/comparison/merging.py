"""Two edits of one document put together: what one of them left alone, the other decides."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from concepts.comparison.fields import Field, fields, model_of
from concepts.comparison.words import steps
from concepts.documents import Data
from concepts.parts import Model
from concepts.texts import item_place, joined

T = TypeVar("T")


class _Edit(NamedTuple):
    """What stands now in place of base[start:end]."""

    start: int
    end: int
    items: list[Any]


def merge_text(base: str, mine: str, theirs: str) -> str | None:
    """The text with both edits, line by line; None: both changed the same lines differently."""
    lines = [text.split("\n") if text else [] for text in (base, mine, theirs)]
    merged = _merged(*lines, side_by_side=False)
    return None if merged is None else "\n".join(merged)


def merge_lists(base: list[T], mine: list[T], theirs: list[T]) -> list[T] | None:
    """The list with both edits; what both add at one place stands there twice, theirs first.

    None: both changed the same items differently.
    """
    return _merged(base, mine, theirs, side_by_side=True)


def _merged(base: list[T], mine: list[T], theirs: list[T], *, side_by_side: bool) -> list[T] | None:
    merged: list[T] = []
    position = 0
    for edits in _together(_edits(base, theirs), _edits(base, mine)):
        if len(edits) > 1 and not (side_by_side and all(e.start == e.end for e in edits)):
            return None
        merged += base[position : edits[0].start]
        merged += [item for edit in edits for item in edit.items]
        position = edits[0].end
    return merged + base[position:]


def _edits(base: Sequence[Any], other: Sequence[Any]) -> Iterator[_Edit]:
    at_base = at_other = 0
    # Items may be data, which cannot be hashed: they are compared by how they are written.
    for gone, come in steps([repr(item) for item in base], [repr(item) for item in other]):
        end = at_other + len(come)
        if gone != come:
            yield _Edit(at_base, at_base + len(gone), [*other[at_other:end]])
        at_base, at_other = at_base + len(gone), end


def _together(theirs: Iterator[_Edit], mine: Iterator[_Edit]) -> Iterator[list[_Edit]]:
    """The edits in order, those of the same place in one list; equal ones once."""
    group: list[_Edit] = []
    for edit in sorted([*theirs, *mine], key=lambda edit: (edit.start, edit.end)):
        meets = group and (edit.start < group[-1].end or edit.start == group[-1].start)
        if group and not meets:
            yield group
            group = []
        if edit not in group:
            group.append(edit)
    if group:
        yield group


# Documents --------------------------------------------------------------------------------------


def merge_documents(base: Data, mine: Data, theirs: Data) -> tuple[Data, list[str]]:
    """The data with both edits, and the places at which they clash: there theirs stands.

    Parts with a key are found by it, so an edit of one row and an edit of another come together
    by themselves; texts are merged line by line.
    """
    walk = _Merge()
    return walk.parts(model_of(theirs), base, mine, theirs, ""), walk.clashes


class _Merge:
    """Three states of a document side by side; `clashes` collects the places."""

    def __init__(self) -> None:
        self.clashes: list[str] = []

    def parts(self, model: type[Model], base: Data, mine: Data, theirs: Data, place: str) -> Data:
        """The fields of one part."""
        merged = {
            field.name: self._value(
                field,
                [data.get(field.name) for data in (base, mine, theirs)],
                joined(place, "" if field.name == "text" else field.name.replace("_", "-")),
            )
            for field in fields(model)
        }
        return {**theirs, **merged}

    def _value(self, field: Field, states: list[Any], place: str) -> Any:
        base, mine, theirs = states
        if mine in (base, theirs):
            return theirs
        if theirs == base:
            return mine
        if field.is_list and field.model and field.model.identity:
            return self._keyed(field.model, base or [], mine, theirs, place)
        if field.is_list:
            return self._settled(merge_lists(base or [], mine, theirs), theirs, place)
        if field.model:
            return self._part(field.model, base, mine, theirs, place)
        texts = isinstance(mine, str) and isinstance(theirs, str)
        return self._settled(merge_text(base or "", mine, theirs) if texts else None, theirs, place)

    def _settled(self, merged: Any, theirs: Any, place: str) -> Any:
        if merged is None:
            self.clashes.append(place)
        return theirs if merged is None else merged

    def _part(self, model: type[Model], base: Any, mine: Any, theirs: Any, place: str) -> Any:
        """A part that is there once, or not at all."""
        if mine is None or theirs is None:
            return self._settled(None, theirs, place)
        return self.parts(model, base or {}, mine, theirs, place)

    def _keyed(
        self, model: type[Model], base: list[Data], mine: list[Data], theirs: list[Data], place: str
    ) -> list[Data]:
        by_key = [{str(item[model.identity]): item for item in s} for s in (base, mine, theirs)]
        outer, _, name = place.rpartition("--")
        merged = {}
        for number, key in enumerate(_order(*(list(items) for items in by_key)), 1):
            states = [items.get(key) for items in by_key]
            known = next(item for item in states if item)
            item = self._item(model, states, item_place(outer, name, model, known, number))
            if item is not None:
                merged[key] = item
        return list(merged.values())

    def _item(self, model: type[Model], states: list[Data | None], place: str) -> Data | None:
        base, mine, theirs = states
        if mine in (base, theirs):
            return theirs
        if theirs == base:
            return mine
        if mine is None or theirs is None:
            self.clashes.append(place)
            return theirs
        return self.parts(model, base or {}, mine, theirs, place)


def _order(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """All keys in the order of the one who moved some, else in theirs; new ones behind the key
    that they were put behind."""
    kept = [key for key in base if key in mine]
    moved = [key for key in mine if key in base] != kept
    first, second = (mine, theirs) if moved else (theirs, mine)
    order = [*first]
    for source in (second, base):
        for number, key in enumerate(source):
            if key not in order:
                before = source[number - 1] if number else None
                order.insert(order.index(before) + 1 if before else 0, key)
    return order
