"""Every Markdown text of a document with its place, and every page that a document names.

A place is an address on the page, made of what names the parts: `summary`, `similarities-2`,
`row-scope--goods`, `claim-s02--correction`. Keys hold no double hyphen, so places never clash.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args

from pydantic.fields import FieldInfo

from concepts import rendering
from concepts.documents import (
    Concept,
    Data,
    Distinction,
    Guide,
    Organization,
    PageDocument,
    data_of,
)
from concepts.parts import MARKDOWN, Model, Question
from concepts.questions import parse_question

Change = Callable[[str, str], Any]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Reference:
    """A page that a document names outside its running text, and in which role.

    `path` leads to it through the document's data, such as ("sides", 0, "concept").
    """

    relation: str
    kind: str
    slug: str
    note: str = ""
    path: Path = field(default=(), compare=False)

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.slug}"


@dataclass(frozen=True)
class _Shape:
    """How one field of a model is walked."""

    name: str
    is_text: bool
    is_list: bool
    model: type[Model] | None


def _is_text(hint: Any, info: FieldInfo | None = None) -> bool:
    metadata = [*getattr(hint, "__metadata__", ()), *(info.metadata if info else ())]
    return MARKDOWN in metadata


def model_in(hint: Any) -> type[Model] | None:
    """The model that a field's type holds: itself, in a list, or optional."""
    for candidate in (hint, *get_args(hint)):
        if isinstance(candidate, type) and issubclass(candidate, Model):
            return candidate
    return None


def _shape(name: str, info: FieldInfo) -> _Shape:
    hint = info.annotation
    is_list = getattr(hint, "__origin__", None) is list
    inner = get_args(hint)[0] if is_list else hint
    text = _is_text(inner, None if is_list else info)
    return _Shape(info.alias or name, text, is_list, model_in(inner))


@cache
def _shapes(model: type[Model]) -> tuple[_Shape, ...]:
    """What an edition froze of others is not walked: it is not the page's own text."""
    own = ((name, info) for name, info in model.model_fields.items() if name != "frozen")
    shapes = [_shape(name, info) for name, info in own]
    return tuple(shape for shape in shapes if shape.is_text or shape.model)


def joined(*parts: str) -> str:
    """An address made of its parts, without empty ones."""
    return "--".join(part for part in parts if part)


def item_place(place: str, name: str, model: type[Model], item: Data, number: int) -> str:
    """The address of an item of the list `name` at `place`: by its key, or by its number from 1."""
    if not model.identity:
        return joined(place, f"{name}-{number}")
    key = str(item[model.identity])
    if model.anchor:
        return joined(place, f"{model.anchor}-{key}")
    return joined(place, key if place else f"{name}-{key}")


def _changed_question(item: Data, change: Change, place: str) -> Data:
    parsed = parse_question(item["text"])
    stem = change(joined(place, "stem"), parsed.stem)
    options = [
        {
            "text": change(f"{place}--option-{number}", option.text),
            "right": option.right,
            "reason": change(f"{place}--reason-{number}", option.reason),
        }
        for number, option in enumerate(parsed.options, 1)
    ]
    return {"key": item["key"], "row": item["row"], "stem": stem, "options": options}


def _changed_field(shape: _Shape, value: Any, change: Change, place: str) -> Any:
    name, model = shape.name.replace("_", "-"), shape.model  # an id holds no underscore
    if value is None:
        return None
    if model is None and shape.is_list:
        return [change(joined(place, f"{name}-{i}"), text) for i, text in enumerate(value, 1)]
    if model is None:
        return change(joined(place, "" if name == "text" else name), value)
    if shape.is_list:
        return [
            map_texts(model, item, change, item_place(place, name, model, item, number))
            for number, item in enumerate(value, 1)
        ]
    return map_texts(model, value, change, joined(place, name))


def map_texts(model: type[Model], data: Data, change: Change, place: str = "") -> Data:
    """A copy of a document's data with `change(place, text)` in place of every Markdown text.

    Texts come in the order of the page. A question comes out parsed: its stem, and its options
    with text, right and reason.
    """
    if model is Question:
        return _changed_question(data, change, place)
    changed = {
        shape.name: _changed_field(shape, data[shape.name], change, place)
        for shape in _shapes(model)
    }
    return {**data, **changed}


def texts(document: PageDocument) -> list[tuple[str, str]]:
    """(place, Markdown) of every text that is not empty, in the order of the page."""
    found: list[tuple[str, str]] = []

    def note(place: str, text: str) -> str:
        if text:
            found.append((place, text))
        return text

    map_texts(type(document), data_of(document), note)
    return found


def prefix(place: str) -> str:
    """What the ids inside the text at this place begin with."""
    return f"{place}--"


def _concept_references(document: Concept) -> Iterator[Reference]:
    for number, slug in enumerate(document.prerequisites):
        path: Path = ("prerequisites", number)
        yield Reference("prerequisite", "concept", slug, path=path)
    for number, relation in enumerate(document.relations):
        path = ("relations", number, "concept")
        note = rendering.plain(relation.note)
        yield Reference(relation.type, "concept", relation.concept, note, path)


def _distinction_references(document: Distinction) -> Iterator[Reference]:
    for number, side in enumerate(document.sides):
        yield Reference("side", "concept", side.concept, path=("sides", number, "concept"))
    for number, pair in enumerate(document.practice):
        path: Path = ("practice", number, "organization")
        yield Reference("practice", "organization", pair.organization, path=path)
    for number, claim in enumerate(document.claims):
        for place, page in enumerate(claim.see):
            kind, slug = page.split(":")
            yield Reference("claim", kind, slug, claim.quote, ("claims", number, "see", place))


def _organization_references(document: Organization) -> Iterator[Reference]:
    for number, item in enumerate(document.illustrates):
        path: Path = ("illustrates", number, "concept")
        yield Reference("illustrates", "concept", item.concept, rendering.plain(item.text), path)


def _guide_references(document: Guide) -> Iterator[Reference]:
    for number, step in enumerate(document.steps):
        kind, slug = step.page.split(":")
        note = rendering.plain(step.note)
        yield Reference("step", kind, slug, note, ("steps", number, "page"))


def references(document: PageDocument) -> list[Reference]:
    """The pages that the document's structure names, in order: sides, relations, steps, ..."""
    area = [Reference("area", "guide", document.area, path=("area",))] if document.area else []
    match document:
        case Concept():
            return [*area, *_concept_references(document)]
        case Distinction():
            return [*area, *_distinction_references(document)]
        case Organization():
            return [*area, *_organization_references(document)]
        case Guide():
            return [*area, *_guide_references(document)]
