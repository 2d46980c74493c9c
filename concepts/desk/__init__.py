"""The desk as documents, both ways, and its log."""

from concepts.desk.bibliography import filled, sources, take_sources
from concepts.desk.columns import MODELS, AnyPage, DeskError, instance
from concepts.desk.everything import Unwritten, everything
from concepts.desk.finding import Found, find_pages
from concepts.desk.log import Item, document_of, record, save
from concepts.desk.reading import compose, dimension_document, freeze, own, source_document
from concepts.desk.retiring import keys_had, with_retired
from concepts.desk.writing import apply, apply_dimension, apply_source, create

__all__ = [
    "MODELS",
    "AnyPage",
    "DeskError",
    "Found",
    "Item",
    "Unwritten",
    "apply",
    "apply_dimension",
    "apply_source",
    "compose",
    "create",
    "dimension_document",
    "document_of",
    "everything",
    "filled",
    "find_pages",
    "freeze",
    "instance",
    "keys_had",
    "own",
    "record",
    "save",
    "source_document",
    "sources",
    "take_sources",
    "with_retired",
]
