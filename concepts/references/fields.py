"""Which fields a source of each type has, in the order of its reference. Pure."""

from concepts.documents import Source

_JOURNAL = ("author", "issued", "title", "container_title", "volume", "issue", "page")
_PART = ("author", "issued", "title", "editor", "container_title")
_PRESS = ("publisher", "publisher_place")

FIELDS: dict[str, tuple[str, ...]] = {
    "article-journal": (*_JOURNAL, "doi", "url"),
    "article-magazine": (*_JOURNAL, "url"),
    "article-newspaper": ("author", "issued", "title", "container_title", "page", "url"),
    "book": ("author", "editor", "issued", "title", "edition", *_PRESS, "isbn", "doi", "url"),
    "chapter": (*_PART, "edition", "page", *_PRESS, "isbn", "doi", "url"),
    "paper-conference": (*_PART, "page", *_PRESS, "doi", "url"),
    "report": ("author", "issued", "title", "genre", "number", *_PRESS, "doi", "url"),
    "standard": ("author", "issued", "title", "number", *_PRESS, "url"),
    "thesis": ("author", "issued", "title", "genre", *_PRESS, "doi", "url"),
    "webpage": ("author", "issued", "title", "container_title", "doi", "url"),
}

OF_A_WORK: tuple[str, ...] = tuple(
    dict.fromkeys(
        name for name in Source.model_fields for fields in FIELDS.values() if name in fields
    )
)
"""Every field that some type has, in the order of the schema."""


def unusual(type_: str, filled: set[str]) -> list[str]:
    """The filled fields that a source of this type does not have."""
    return [name for name in OF_A_WORK if name in filled - {*FIELDS.get(type_, OF_A_WORK)}]
