"""What differs between two documents, and how two edits of the same one come together. Pure."""

from concepts.comparison.differences import Change, differences
from concepts.comparison.merging import merge_documents, merge_lists, merge_text
from concepts.comparison.since import Dropped, Row, RowsChanged, rows_changed
from concepts.comparison.words import Piece, words

__all__ = [
    "Change",
    "Dropped",
    "Piece",
    "Row",
    "RowsChanged",
    "differences",
    "merge_documents",
    "merge_lists",
    "merge_text",
    "rows_changed",
    "words",
]
