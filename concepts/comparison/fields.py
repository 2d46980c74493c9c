"""How a document's data is walked: its fields, and what each of them holds."""

from functools import cache
from typing import Any, NamedTuple, get_args, get_origin

from concepts.documents import PAGE_DOCUMENTS, Data, Dimension, Source
from concepts.parts import MARKDOWN, Model
from concepts.texts import model_in

_NOT_WALKED = ("schema_", "kind", "frozen")


class Field(NamedTuple):
    """A field under the name that the data has it by; `model` is what it holds, if parts.

    `is_words` marks a list of short lines, which is read in one go: other names, pages to see.
    """

    name: str
    model: type[Model] | None
    is_list: bool
    is_words: bool


@cache
def fields(model: type[Model]) -> tuple[Field, ...]:
    """The fields of a model in their order, without what says which document it is."""
    own = ((n, info) for n, info in model.model_fields.items() if n not in _NOT_WALKED)
    return tuple(_field(info.alias or name, info.annotation) for name, info in own)


def _field(name: str, hint: Any) -> Field:
    is_list, held = get_origin(hint) is list, model_in(hint)
    markdown = is_list and MARKDOWN in getattr(get_args(hint)[0], "__metadata__", ())
    return Field(name, held, is_list, is_words=is_list and not (held or markdown))


def model_of(data: Data) -> type[Model]:
    """The schema's model of a document's data."""
    others: dict[str, type[Model]] = {"source": Source, "dimension": Dimension}
    return ({**PAGE_DOCUMENTS, **others})[data["kind"]]
