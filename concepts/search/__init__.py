"""Search in what is in force: our own small module over the full-text index of each database.

Pages are found by their words as Python stems them, so both databases find the same. Entries
belong to editions: what is scheduled, ended, withdrawn or closed is found by nobody, and at an
earlier moment the earlier edition is.
"""

from concepts.search.finding import FIRST, PAGE, Found, Group, Result, find
from concepts.search.indexing import index_edition, index_editions
from concepts.search.suggesting import Suggestion, suggest

__all__ = [
    "FIRST",
    "PAGE",
    "Found",
    "Group",
    "Result",
    "Suggestion",
    "find",
    "index_edition",
    "index_editions",
    "suggest",
]
