"""From documents to the desk. What keeps its key keeps its row."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Model, QuerySet

from concepts import models
from concepts.desk.columns import COLUMNS, MODELS, AnyPage, DeskError
from concepts.desk.finding import Found, find_pages
from concepts.documents import (
    Concept,
    Data,
    Dimension,
    Distinction,
    Organization,
    PageDocument,
    Source,
    data_of,
)
from concepts.models import PREREQUISITE, Cell, Claim, Misconception, Page, Question, Sector, Side
from concepts.problems import Problem, about
from concepts.texts import Path, Reference, references

Row = TypeVar("Row", bound=Model)
Keyed = dict[tuple[Any, ...], Data]
"""Columns of the rows that are wanted, by the values of the columns that name a row."""


def apply(document: PageDocument, page: Page | None = None) -> AnyPage:
    """Write a document to the desk, as a new page when none is given; returns it as it is now.

    Parts with the same key are changed, new ones are made, and those that the document lacks are
    deleted. What is equal already is not written. Nothing is logged: see `save`.

    Raises:
        DeskError: with everything that the document's structure names and the desk lacks, before
            anything is written. What its texts link to or cite is not looked at.
    """
    pages, dimensions = _resolved(document, page)
    with transaction.atomic():
        row = create(document) if page is None else MODELS[document.kind].objects.get(pk=page.pk)
        _write_columns(row, _columns(document, pages))
        _write_parts(row, document, pages, dimensions)
    return row


def create(document: PageDocument, pk: int | None = None) -> AnyPage:
    """An empty page under the document's slug and title, so that others can name it.

    `pk` is the id that a page which is brought back had.
    """
    values: Data = {"kind": document.kind, "slug": document.slug, "title": document.title}
    if document.kind == "guide":
        values["type"] = document.type
    if pk is not None:
        values["pk"] = pk
    return MODELS[document.kind].objects.create(**values)


def apply_source(document: Source, source: models.Source | None = None) -> models.Source:
    """Write a source to the desk: the one given, the one with this key, or a new one."""
    data = document.model_dump(mode="json", exclude={"schema_", "kind"})
    found = source or models.Source.objects.filter(slug=document.slug).first()
    return _written(found or models.Source(), data)


def apply_dimension(
    document: Dimension, dimension: models.Dimension | None = None
) -> models.Dimension:
    """Write a dimension to the desk: the one given, the one with this key, or a new one."""
    data = document.model_dump(mode="json", exclude={"kind"})
    found = dimension or models.Dimension.objects.filter(key=document.key).first()
    return _written(found or models.Dimension(), data)


def _written(row: Row, data: Data) -> Row:
    if row.pk:
        _write_columns(row, data)
        return row
    for name, value in data.items():
        setattr(row, name, value)
    row.save()
    return row


# What the document names ------------------------------------------------------------------------


def _resolved(document: PageDocument, page: Page | None) -> tuple[dict[str, Found], dict[str, int]]:
    """The pages by name and the dimensions by key that the document's structure names."""
    named = references(document)
    own = f"{document.kind}:{document.slug}"
    found = find_pages({own, *(reference.key for reference in named)})
    rows = getattr(document, "rows", [])
    keys = {row.dimension for row in rows}
    dimensions = dict(models.Dimension.objects.filter(key__in=keys).values_list("key", "pk"))
    problems = _own_problems(document, found.get(own), page)
    for reference in named:
        message = _fault(document, reference, found.get(reference.key))
        if message:
            problems.append(about(reference.path, message))
    for number, row in enumerate(rows):
        if row.dimension not in dimensions:
            path: Path = ("rows", number, "dimension")
            problems.append(about(path, f"names the dimension {row.dimension}, which is not found"))
    if problems:
        raise DeskError(problems)
    return found, dimensions


def _own_problems(document: PageDocument, owner: Found | None, page: Page | None) -> list[Problem]:
    if page is not None and page.kind != document.kind:
        return [about(("kind",), f"is {document.kind}, but the page on the desk is a {page.kind}")]
    if owner is None or (page is not None and owner.pk == page.pk):
        return []
    message = f"{document.slug} belongs to another page on the desk: {owner.title}"
    return [about(("slug",), message)]


def _fault(document: PageDocument, reference: Reference, found: Found | None) -> str:
    if reference.key == f"{document.kind}:{document.slug}":
        if isinstance(document, Concept):
            return "names the concept itself: name another"
        if reference.relation in {"claim", "step"}:  # kept as data, so a new page may name itself
            return ""
    if found is None:
        return f"names {reference.key}, which is not found"
    if reference.relation == "area" and found.guide_type != "area":
        return f"names {reference.key}, which is a reading path: name an area"
    return ""


# Columns ----------------------------------------------------------------------------------------


def _columns(document: PageDocument, pages: Mapping[str, Found]) -> Data:
    data = data_of(document)
    values = {name: data[name] for name in COLUMNS[document.kind]}
    values["area_id"] = pages[f"guide:{document.area}"].pk if document.area else None
    values["reviewed_on"] = _date(document.reviewed_on)
    values["review_due"] = _date(document.review_due)
    if isinstance(document, Organization):
        values["sector_id"] = _sector(document.sector)
    return values


def _date(day: str) -> date | None:
    return date.fromisoformat(day) if day else None


def _sector(name: str) -> int | None:
    return Sector.objects.get_or_create(name=name)[0].pk if name else None


def _write_columns(row: Model, values: Data) -> None:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)


# Parts ------------------------------------------------------------------------------------------


def _write_parts(
    row: AnyPage, document: PageDocument, pages: Mapping[str, Found], dimensions: Mapping[str, int]
) -> None:
    _upsert(Question.objects.filter(page=row), {"page_id": row.pk}, _listed(document.questions))
    if isinstance(document, Concept | Distinction):
        misconceptions = Misconception.objects.filter(page=row)
        _upsert(misconceptions, {"page_id": row.pk}, _listed(document.misconceptions))
    if isinstance(document, Concept):
        _write_relations(row, document, pages)
    if isinstance(document, Distinction):
        _write_comparison(row, document, pages, dimensions)


def _listed(items: list[Any]) -> Keyed:
    """The columns of keyed parts, by key, in the order of the page."""
    rows = [item.model_dump(mode="json") for item in items]
    return {(row.pop("key"),): {**row, "position": n} for n, row in enumerate(rows)}


def _write_relations(row: AnyPage, document: Concept, pages: Mapping[str, Found]) -> None:
    related = [(PREREQUISITE, slug, "") for slug in document.prerequisites]
    related += [(item.type, item.concept, item.note) for item in document.relations]
    wanted = {
        (type_, pages[f"concept:{slug}"].pk): {"note": note, "position": number}
        for number, (type_, slug, note) in enumerate(related)
    }
    rows = models.Relation.objects.filter(concept=row.pk)
    _upsert(rows, {"concept_id": row.pk}, wanted, names=("type", "target_id"))


def _write_comparison(
    row: AnyPage, document: Distinction, pages: Mapping[str, Found], dimensions: Mapping[str, int]
) -> None:
    parent = {"distinction_id": row.pk}
    _upsert(Claim.objects.filter(**parent), parent, _listed(document.claims))
    sides = _write_sides(row, document, pages)
    wanted: Keyed = {
        (item.key,): {"dimension_id": dimensions[item.dimension], "position": number}
        for number, item in enumerate(document.rows)
    }
    rows = _upsert(models.Row.objects.filter(**parent), parent, wanted)
    cells: Keyed = {
        (rows[(item.key,)], sides[(cell.side,)]): cell.model_dump(exclude={"side"})
        for item in document.rows
        for cell in item.cells
    }
    _upsert(Cell.objects.filter(row__distinction=row.pk), {}, cells, names=("row_id", "side_id"))


def _write_sides(
    row: AnyPage, document: Distinction, pages: Mapping[str, Found]
) -> dict[tuple[Any, ...], int]:
    """Unique concepts and positions are checked row by row, so both make way first."""
    wanted: Keyed = {
        (side.key,): {"concept_id": pages[f"concept:{side.concept}"].pk, "position": number}
        for number, side in enumerate(document.sides)
    }
    sides = Side.objects.filter(distinction=row.pk)
    kept = [side for side in sides if (side.key,) in wanted]
    holders = {side.concept_id: side.key for side in kept}
    stuck = [
        side.pk
        for side in kept
        if holders.get(wanted[(side.key,)]["concept_id"], side.key) != side.key
    ]
    if stuck:
        # Two sides change their concepts with each other: these alone become new rows.
        sides.filter(pk__in=stuck).delete()
    if any(wanted[(side.key,)]["position"] != side.position for side in kept):
        sides.update(position=-1 - F("position"))
    return _upsert(sides, {"distinction_id": row.pk}, wanted)


def _upsert(
    rows: QuerySet[Row], parent: Data, wanted: Keyed, names: tuple[str, ...] = ("key",)
) -> dict[tuple[Any, ...], int]:
    """Make these rows exactly the wanted ones; returns the id of each by what names it.

    At most one query of each sort: read, delete, change, make.
    """
    there = {tuple(getattr(row, name) for name in names): row for row in rows.all()}
    gone = [row.pk for key, row in there.items() if key not in wanted]
    if gone:
        rows.filter(pk__in=gone).delete()
    changed = [row for key, row in there.items() if key in wanted and _take(row, wanted[key])]
    if changed:
        rows.model._default_manager.bulk_update(changed, [*next(iter(wanted.values()))])
    new = {
        key: rows.model(**parent, **dict(zip(names, key, strict=True)), **values)
        for key, values in wanted.items()
        if key not in there
    }
    rows.model._default_manager.bulk_create(new.values())
    return {key: row.pk for key, row in (there | new).items() if key in wanted}


def _take(row: Model, values: Data) -> bool:
    """Put the values into the row; whether it was different."""
    different = any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    return different
