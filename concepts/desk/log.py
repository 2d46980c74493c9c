"""The desk's log: every save, with who, when and the whole document."""

from django.contrib.auth.models import User
from django.db import transaction

from concepts import models
from concepts.desk.columns import AnyPage
from concepts.desk.reading import dimension_document, own, source_document
from concepts.desk.writing import apply
from concepts.documents import Dimension, Document, PageDocument, canonical, digest
from concepts.models import LogEntry, Page

Item = Page | models.Source | models.Dimension


def document_of(item: Item) -> Document:
    """The document of a page, source or dimension as a content file holds it."""
    if isinstance(item, models.Source):
        return source_document(item)
    if isinstance(item, models.Dimension):
        return dimension_document(item)
    return own(item)


def record(item: Item, *, by: User | None, action: str, note: str = "") -> LogEntry:
    """Write into the log what the desk now says of a page, source or dimension, and a note."""
    document = document_of(item)
    text = canonical(document)
    return LogEntry.objects.create(
        kind=document.kind,
        object_id=item.pk,
        slug=document.key if isinstance(document, Dimension) else document.slug,
        action=action,
        note=note,
        by=by,
        digest=digest(text),
        document=text,
    )


def save(
    document: PageDocument, *, by: User | None, action: str, page: Page | None = None
) -> AnyPage:
    """Write a document to the desk and into its log, both or neither.

    Raises:
        DeskError: as `apply`.
    """
    with transaction.atomic():
        row = apply(document, page)
        record(row, by=by, action=action)
    return row
