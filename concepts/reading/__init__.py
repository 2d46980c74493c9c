"""What readers' pages need, fetched from editions: the only place that queries for them.

Every function looks at the site as of a moment. A page costs at most four queries, whatever its
length and the size of the site.
"""

from concepts.reading.compare import Choice, choice, covered, curated, side_by_side, ties, ways
from concepts.reading.days import edition_on, past_day
from concepts.reading.dimensions import dimension, dimensions
from concepts.reading.glossary import glossary
from concepts.reading.graph import overview, zoom
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
from concepts.reading.practice import practice
from concepts.reading.profiles import profiles
from concepts.reading.sources import source, sources
from concepts.reading.way import before

__all__ = [
    "FLAGSHIP",
    "KIND_BY_SECTION",
    "Choice",
    "Gone",
    "Moved",
    "assemble",
    "assemble_draft",
    "before",
    "choice",
    "covered",
    "curated",
    "current",
    "dimension",
    "dimensions",
    "edition_on",
    "ended",
    "glossary",
    "history",
    "home",
    "index",
    "moment",
    "numbered",
    "open_title",
    "overview",
    "past_day",
    "practice",
    "profiles",
    "side_by_side",
    "source",
    "sources",
    "status",
    "ties",
    "ways",
    "zoom",
]
