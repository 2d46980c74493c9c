"""The JSON Schema of each kind of page: what programs may count on when they read its JSON."""

import json
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from concepts.documents import PAGE_DOCUMENTS, SCHEMA
from concepts.parts import KINDS

NAMES = tuple(f"{kind}-{SCHEMA}" for kind in KINDS)
"""What there is a schema of: a kind and the number of its schema. When `SCHEMA` rises, the schema
before it stays published: editions that it describes stay as they are."""


class _Published(GenerateJsonSchema):
    """A document's JSON is complete, so every field is there, and none has a default."""

    schema_dialect = "https://json-schema.org/draft/2020-12/schema"

    def field_is_required(self, *args: Any, **options: Any) -> bool:
        return True

    def field_title_should_be_set(self, *args: Any, **options: Any) -> bool:
        return False  # it would only repeat the name

    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])


@cache
def schema(name: str, address: str) -> str:
    """The JSON Schema (draft 2020-12) of this name, as text; it stands at this absolute address.

    Raises:
        KeyError: there is none.
    """
    found = {n: PAGE_DOCUMENTS[kind] for n, kind in zip(NAMES, KINDS, strict=True)}
    made = found[name].model_json_schema(schema_generator=_Published, mode="serialization")
    head = {"$schema": _Published.schema_dialect, "$id": address}
    head |= {first: made[first] for first in ("title", "description")}
    parts = {"$defs": made.pop("$defs")}
    return json.dumps(head | made | parts, indent=1, ensure_ascii=False) + "\n"
