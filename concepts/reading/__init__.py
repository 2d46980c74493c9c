"""What readers' pages need, fetched from editions: the only place that queries for them.

Every function looks at the site as of a moment. A page costs at most four queries, whatever its
length and the size of the site.
"""

from concepts.reading.lists import FLAGSHIP, home, index
from concepts.reading.neighbours import assemble, assemble_draft
from concepts.reading.pages import (
    KIND_BY_SECTION,
    Gone,
    Moved,
    current,
    ended,
    history,
    moment,
    numbered,
    open_title,
    status,
)
from concepts.reading.sources import source, sources

__all__ = [
    "FLAGSHIP",
    "KIND_BY_SECTION",
    "Gone",
    "Moved",
    "assemble",
    "assemble_draft",
    "current",
    "ended",
    "history",
    "home",
    "index",
    "moment",
    "numbered",
    "open_title",
    "source",
    "sources",
    "status",
]
