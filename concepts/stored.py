"""Reading stored documents: text that was validated when it was published, and is not again.

A later schema comes with one pure function here that lifts the version before it; stored text
itself is never rewritten.
"""

from collections.abc import Callable

from pydantic_core import from_json

from concepts.documents import SCHEMA, Data

LIFTS: dict[int, Callable[[Data], Data]] = {}
"""From schema n to n + 1."""


def load(text: str) -> Data:
    """The data of a stored document, lifted to the current schema."""
    data: Data = from_json(text)  # twice as fast as `json`
    while data.get("schema", SCHEMA) < SCHEMA:  # a dimension has none
        data = LIFTS[data["schema"]](data)
    return data
