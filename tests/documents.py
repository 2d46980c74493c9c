"""Documents to test with: small valid ones of each kind, and generated ones with odd characters.

Pure: nothing here writes to the desk. `stubs` are what must stand there before a document can.
"""

from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from concepts.documents import (
    PAGE_DOCUMENTS,
    Concept,
    Data,
    Dimension,
    Distinction,
    Document,
    Guide,
    Organization,
    PageDocument,
    Source,
)
from concepts.parts import (
    Day,
    Decimal,
    Key,
    Line,
    Markdown,
    Model,
    Name,
    PageReference,
    PartialDay,
    Question,
    Retired,
    Title,
)
from concepts.texts import references

# Small valid ones -------------------------------------------------------------------------------


def concept(slug: str = "takt-time", **fields: Any) -> Concept:
    return Concept.model_validate({"slug": slug, "title": _title(slug), **fields})


def distinction(slug: str = "goods-vs-services", **fields: Any) -> Distinction:
    """Sides `goods` and `services`, and no rows."""
    sides = [{"key": key, "concept": key} for key in ("goods", "services")]
    return Distinction.model_validate(
        {"slug": slug, "title": _title(slug), "sides": sides, **fields}
    )


def row(key: str = "scope", dimension: str = "scope", **cells: str) -> Data:
    """A row with these texts by side."""
    texts = cells or {"goods": "Things.", "services": "Acts."}
    listed = [{"side": side, "text": text} for side, text in texts.items()]
    return {"key": key, "dimension": dimension, "cells": listed}


def organization(slug: str = "bakery", **fields: Any) -> Organization:
    return Organization.model_validate({"slug": slug, "title": _title(slug), **fields})


def guide(slug: str = "first-steps", type: str = "path", **fields: Any) -> Guide:  # noqa: A002
    return Guide.model_validate({"slug": slug, "title": _title(slug), "type": type, **fields})


def source(slug: str = "little1961", **fields: Any) -> Source:
    return Source.model_validate({"slug": slug, "title": _title(slug), **fields})


def dimension(key: str = "scope", **fields: Any) -> Dimension:
    return Dimension.model_validate({"key": key, "label": _title(key), **fields})


def _title(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


def stubs(*documents: PageDocument) -> list[Document]:
    """The least documents that the structure of these names."""
    rows = [row for document in documents for row in getattr(document, "rows", [])]
    named = [reference for document in documents for reference in references(document)]
    areas = {reference.slug for reference in named if reference.relation == "area"}
    pages = {each.key: _stub(each.kind, each.slug, each.slug in areas) for each in named}
    if any(isinstance(page, Distinction) for page in pages.values()):
        pages |= {f"concept:{slug}": concept(slug) for slug in ("goods", "services")}
    for document in documents:
        pages.pop(f"{document.kind}:{document.slug}", None)
    dimensions = [dimension(key) for key in sorted({row.dimension for row in rows})]
    return [*dimensions, *sorted(pages.values(), key=lambda page: page.kind)]


def _stub(kind: str, slug: str, is_area: bool) -> PageDocument:
    makers = {"concept": concept, "distinction": distinction, "organization": organization}
    return makers[kind](slug) if kind in makers else guide(slug, "area" if is_area else "path")


# Generated ones -----------------------------------------------------------------------------------

KEYS = ("alpha", "beta-2", "gamma", "delta", "5")

# What YAML, Markdown, CSV or a terminal may take for something else, and what Unicode has for us.
_ODD = (
    *("---", "...", "yes", "no", "null", "~", "0471", "1e3", "12", "1.5", "2026-11-25", "1:30"),
    *(
        "'",
        '"',
        "\\",
        "\\n",
        ": ",
        " #",
        "- ",
        "? ",
        "| ",
        "> ",
        "% ",
        "& ",
        "* ",
        "! ",
        "` ",
        "=1+1",
    ),
    *("\t", " ", "  ", "\u00a0", "\u2028", "\u2029", "\u202e", "\u200d", "\ufeff"),
    *("é", "e\u0301", "שלום", "😀", "👩\u200d🔬", "∑", "a", "words of a sentence "),
)
_LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"])
_PIECES = st.sampled_from(_ODD) | _LETTERS
lines = st.lists(_PIECES, max_size=4).map("".join)
texts = st.lists(_PIECES | st.sampled_from(["\n", "\n\n", "\n  ", " \n"]), max_size=6).map("".join)
keys = st.sampled_from(KEYS)
questions = st.builds("{}\n\n- [x] {}\n\n  {}\n- [ ] No".format, lines, lines, lines).filter(
    lambda text: not text.startswith("- [")
)

_BY_HINT: list[tuple[Any, SearchStrategy[Any]]] = [
    (Markdown, texts),
    (Line, lines),
    (Title, lines.map(lambda line: f"T{line}")),
    (Key, keys),
    (Day, st.sampled_from(["", "2026-11-25", "1913-02-28"])),
    (PartialDay, st.sampled_from(["", "1913", "2024-02", "2024-02-29"])),
    (Decimal, st.sampled_from(["0", "-1.50", "007", "12"])),
    (PageReference, st.builds("{}:{}".format, st.sampled_from([*PAGE_DOCUMENTS]), keys)),
    (bool, st.booleans()),
    (int, st.integers(0, 999)),
]
_FIELDS: dict[tuple[type[Model], str], SearchStrategy[Any]] = {
    (Question, "text"): questions,
    (Retired, "key"): keys.map(lambda key: f"gone-{key}"),
    (Retired, "reason"): lines.map(lambda line: f"Gone.{line}"),
    (Source, "title"): lines.map(lambda line: f"T{line}"),
    (Source, "doi"): st.sampled_from(["", "10.1287/opre.9.3.383", "10.1000/a'b\"c"]),
    (Source, "url"): st.sampled_from(["", "https://example.org/a?b=%20#c"]),
    (Source, "isbn"): st.sampled_from(["", "978-0-13-235222-2"]),
}
_NAMES = st.fixed_dictionaries(
    {"family": lines.map(lambda line: f"F{line}"), "given": lines}
) | st.fixed_dictionaries({"literal": lines.map(lambda line: f"L{line}")})


def _of_hint(hint: Any) -> SearchStrategy[Any]:
    """Values for a type of the schema, so that a field which comes later is generated as well."""
    for known, strategy in _BY_HINT:
        if hint == known:
            return strategy
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:  # one of the shorter lines
        return lines
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is list:
        return st.lists(_of_hint(arguments[0]), max_size=3, unique_by=_identity(arguments[0]))
    if origin in {Union, UnionType}:
        return st.one_of(*(_of_hint(each) for each in arguments))
    return st.none() if hint is type(None) else _of_model(hint)


def _identity(hint: Any) -> Any:
    """What makes an item of a list different from its neighbours."""
    if not isinstance(hint, type):
        return str if hint in {Key, PageReference} else None
    names = {"Relation": ("type", "concept"), "GuideStep": ("page",)}.get(hint.__name__)
    names = names or ((hint.identity,) if hint.identity else ())
    return (lambda item: tuple(item[name] for name in names)) if names else None


@cache
def _of_model(model: type[Model]) -> SearchStrategy[Any]:
    if model is Name:
        return _NAMES
    hints = get_type_hints(model, include_extras=True)
    fields = {
        info.alias or name: _FIELDS[model, name]
        if (model, name) in _FIELDS
        else _of_hint(hints[name])
        for name, info in model.model_fields.items()
        if name not in {"schema_", "kind", "frozen", "slug"}
    }
    return st.fixed_dictionaries(fields)


@st.composite
def _comparisons(draw: Any) -> Data:
    """A distinction whose rows have the cells that its sides ask for."""
    concepts = draw(st.lists(keys, min_size=2, max_size=4, unique=True))
    sides = [{"key": f"s-{slug}", "concept": slug} for slug in concepts]
    cell = st.fixed_dictionaries({"text": texts, "illustration": st.booleans()})
    rows = [
        {
            "key": key,
            "dimension": draw(keys),
            "cells": [{"side": side["key"], **draw(cell)} for side in sides],
        }
        for key in draw(st.lists(keys, max_size=2, unique=True))
    ]
    return {**draw(_of_model(Distinction)), "sides": sides, "rows": rows}


def _documents(model: Any, data: SearchStrategy[Data]) -> SearchStrategy[Any]:
    return data.map(lambda fields: model.model_validate({**fields, "slug": "own-page"}))


concepts = _documents(Concept, _of_model(Concept))
distinctions = _documents(Distinction, _comparisons())
organizations = _documents(Organization, _of_model(Organization))
guides = _documents(Guide, _of_model(Guide))
sources = _documents(Source, _of_model(Source))
dimensions = _of_model(Dimension).map(Dimension.model_validate)
pages = st.one_of(concepts, distinctions, organizations, guides)
