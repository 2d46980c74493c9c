"""All that is on the desk, as documents."""

from typing import NamedTuple

from concepts import models
from concepts.desk.columns import MODELS, AnyPage, DeskError
from concepts.desk.reading import dimension_document, own, source_document
from concepts.documents import Document


class Unwritten(NamedTuple):
    """A page that is no document yet, such as a comparison with one side, and why."""

    page: AnyPage
    error: DeskError


def everything() -> tuple[list[Document], list[Unwritten]]:
    """The documents of every page, source and dimension, and the pages that are none yet."""
    documents: list[Document] = []
    unwritten: list[Unwritten] = []
    for kind in MODELS.values():
        for page in kind.objects.select_related("area").order_by("slug"):
            try:
                documents.append(own(page))
            except DeskError as error:
                unwritten.append(Unwritten(page, error))
    documents += map(source_document, models.Source.objects.order_by("slug"))
    documents += map(dimension_document, models.Dimension.objects.order_by("key"))
    return documents, unwritten
