"""From the desk to documents."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

from pydantic import ValidationError

from concepts import models
from concepts.desk.columns import COLUMNS, AnyPage, DeskError, instance
from concepts.desk.finding import find_pages
from concepts.documents import PAGE_DOCUMENTS, Data, Dimension, PageDocument, Source
from concepts.models import PREREQUISITE, Cell, Edition, Page, Row, Side
from concepts.parts import Frozen, FrozenDimension, FrozenSource, Model, Neighbour
from concepts.problems import problems_of
from concepts.rendering import citations_in, links_in
from concepts.texts import references, texts

Valid = TypeVar("Valid", bound=Model)


def compose(page: Page, *, moment: datetime | None = None) -> PageDocument:
    """The page's whole document, with what an edition freezes of others as of the moment (now).

    Raises:
        DeskError: what stands on the desk is no valid document, such as one side alone.
    """
    document = own(page)
    return document.model_copy(update={"frozen": freeze(document, moment=moment)})


def own(page: Page) -> PageDocument:
    """The page's document without what is frozen of others: what a content file and the log hold.

    It takes the page's own columns from the object given, and its parts from the database.

    Raises:
        DeskError: what stands on the desk is no valid document.
    """
    row = instance(page)
    columns = {name: getattr(row, name) for name in COLUMNS[row.kind]}
    data: Data = {**columns, **_common(row), **_parts(row)}
    return _valid(PAGE_DOCUMENTS[row.kind], data)


def source_document(source: models.Source) -> Source:
    """The document of a source."""
    names = Source.model_fields.keys() - {"schema_", "kind"}
    return _valid(Source, {name: getattr(source, name) for name in names})


def dimension_document(dimension: models.Dimension) -> Dimension:
    """The document of a dimension."""
    names = ("key", "label", "description")
    return _valid(Dimension, {name: getattr(dimension, name) for name in names})


def _valid(model: type[Valid], data: Data) -> Valid:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise DeskError(problems_of(error, model)) from None


# The parts of a page ------------------------------------------------------------------------


def _common(row: AnyPage) -> Data:
    return {
        "area": row.area.slug if row.area else "",
        "reviewed_on": _day(row.reviewed_on),
        "review_due": _day(row.review_due),
        "questions": list(row.questions.values("key", "text", "row")),
    }


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _parts(row: AnyPage) -> Data:
    match row:
        case models.Concept():
            return _relations(row) | _misconceptions(row)
        case models.Distinction():
            return _comparison(row) | _misconceptions(row)
        case models.Organization():
            return {"sector": row.sector.name if row.sector else ""}
        case models.Guide():
            return {}


def _misconceptions(row: AnyPage) -> Data:
    return {"misconceptions": list(row.misconceptions.values("key", "claim", "correction"))}


def _relations(row: models.Concept) -> Data:
    columns = row.relations.values_list("type", "target__slug", "note")
    relations = [{"type": t, "concept": slug, "note": note} for t, slug, note in columns]
    return {
        "prerequisites": [r["concept"] for r in relations if r["type"] == PREREQUISITE],
        "relations": [r for r in relations if r["type"] != PREREQUISITE],
    }


def _comparison(row: models.Distinction) -> Data:
    sides = [*Side.objects.filter(distinction=row).values_list("pk", "key", "concept__slug")]
    claims = row.claims.values("key", "quote", "in_short", "verdict", "correction", "see")
    return {
        "sides": [{"key": key, "concept": concept} for _, key, concept in sides],
        "rows": _rows(row, {pk: key for pk, key, _ in sides}),
        "claims": list(claims),
    }


def _rows(row: models.Distinction, sides: dict[int, str]) -> list[Data]:
    """The rows in order, each with a cell for every side; one that is missing is an empty text."""
    columns = ("row_id", "side_id", "text", "illustration")
    cells = {
        (row_id, side_id): {"text": text, "illustration": illustration}
        for row_id, side_id, text, illustration in Cell.objects.filter(
            row__distinction=row
        ).values_list(*columns)
    }
    rows = Row.objects.filter(distinction=row).values_list("pk", "key", "dimension__key")
    return [
        {
            "key": key,
            "dimension": dimension,
            "cells": [
                {"side": side, **cells.get((pk, side_pk), {"text": ""})}
                for side_pk, side in sides.items()
            ],
        }
        for pk, key, dimension in rows
    ]


# What an edition freezes of others ------------------------------------------------------------


def freeze(document: PageDocument, *, moment: datetime | None = None) -> Frozen:
    """What an edition of this document would keep of its neighbours, dimensions and sources.

    Each is sorted by its name, so that two databases say the same.
    """
    written = [text for _, text in texts(document)]
    return Frozen(
        neighbours=_neighbours(document, written, moment),
        dimensions=_dimensions(document),
        sources=_sources(cite.key for text in written for cite in citations_in(text)),
    )


def _neighbours(
    document: PageDocument, written: list[str], moment: datetime | None
) -> list[Neighbour]:
    """The pages that are named and are there, each with its title in the edition in force.

    Where there is none, a page that the structure names has its title on the desk, and one that
    only a text links to has none: a draft's title is not for readers. The page itself has the
    title that it is about to have.
    """
    structural = {reference.key for reference in references(document)}
    linked = {target.key for text in written for target in links_in(text)}
    found = find_pages(structural | linked)
    in_force = _titles_in_force([page.pk for page in found.values()], moment)
    drafts = {key: found[key].title for key in structural & found.keys()}
    titles = {key: in_force.get(page.pk, drafts.get(key, "")) for key, page in found.items()}
    own_key = f"{document.kind}:{document.slug}"
    if own_key in titles:
        titles[own_key] = document.title
    return [_neighbour(key, title) for key, title in sorted(titles.items())]


def _titles_in_force(pages: list[int], moment: datetime | None) -> dict[int, str]:
    editions = Edition.objects.as_of(moment).filter(page_id__in=pages)
    return dict(editions.values_list("page_id", "title"))


def _neighbour(key: str, title: str) -> Neighbour:
    kind, slug = key.split(":")
    return Neighbour.model_validate({"kind": kind, "slug": slug, "title": title})


def _dimensions(document: PageDocument) -> list[FrozenDimension]:
    keys = {row.dimension for row in getattr(document, "rows", [])}
    rows = models.Dimension.objects.filter(key__in=keys).values("key", "label", "description")
    return [FrozenDimension(**row) for row in sorted(rows, key=lambda row: row["key"])]


def _sources(keys: Iterable[str]) -> list[FrozenSource]:
    rows = models.Source.objects.filter(slug__in=set(keys))
    return [source_document(row).frozen() for row in sorted(rows, key=lambda row: row.slug)]
