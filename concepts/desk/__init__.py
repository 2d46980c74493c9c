"""The desk as documents, both ways, and its log."""

from concepts.desk.columns import MODELS, AnyPage, DeskError, instance
from concepts.desk.finding import Found, find_pages
from concepts.desk.log import Item, document_of, record, save
from concepts.desk.reading import compose, dimension_document, freeze, own, source_document
from concepts.desk.retiring import with_retired
from concepts.desk.writing import apply, apply_dimension, apply_source, create

__all__ = [
    "MODELS",
    "AnyPage",
    "DeskError",
    "Found",
    "Item",
    "apply",
    "apply_dimension",
    "apply_source",
    "compose",
    "create",
    "dimension_document",
    "document_of",
    "find_pages",
    "freeze",
    "instance",
    "own",
    "record",
    "save",
    "source_document",
    "with_retired",
]
