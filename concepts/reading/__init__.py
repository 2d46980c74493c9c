"""What readers' pages need, fetched from editions: the only place that queries for them.

Every function looks at the site as of a moment. A page costs at most four queries, whatever its
length and the size of the site.
"""

from concepts.reading.chosen import Chosen, chosen
from concepts.reading.compare import Choice, choice, covered, curated, side_by_side, ties, ways
from concepts.reading.days import edition_on, past_day
from concepts.reading.dimensions import dimension, dimensions
from concepts.reading.glossary import glossary
from concepts.reading.graph import overview, zoom
from concepts.reading.handout import comparisons, handout, parts
from concepts.reading.lists import FLAGSHIP, by_area, flagship, home, index
from concepts.reading.neighbours import around, assemble, assemble_alone, assemble_draft
from concepts.reading.news import News, Piece, addresses, cited, news, news_of
from concepts.reading.page_keys import page_keys
from concepts.reading.pages import (
    KIND_BY_SECTION,
    Gone,
    Moved,
    current,
    ended,
    history,
    moment,
    newest,
    numbered,
    open_title,
    pinned,
    present,
)
from concepts.reading.practice import practice
from concepts.reading.profiles import profiles
from concepts.reading.sources import source, sources, works
from concepts.reading.syllabus import Verdict, verdicts
from concepts.reading.versions import (
    Between,
    Versions,
    among,
    changes,
    mementos,
    predecessor,
    status,
    version,
)
from concepts.reading.way import before

__all__ = [
    "FLAGSHIP",
    "KIND_BY_SECTION",
    "Between",
    "Choice",
    "Chosen",
    "Gone",
    "Moved",
    "News",
    "Piece",
    "Verdict",
    "Versions",
    "addresses",
    "among",
    "around",
    "assemble",
    "assemble_alone",
    "assemble_draft",
    "before",
    "by_area",
    "changes",
    "choice",
    "chosen",
    "cited",
    "comparisons",
    "covered",
    "curated",
    "current",
    "dimension",
    "dimensions",
    "edition_on",
    "ended",
    "flagship",
    "glossary",
    "handout",
    "history",
    "home",
    "index",
    "mementos",
    "moment",
    "newest",
    "news",
    "news_of",
    "numbered",
    "open_title",
    "overview",
    "page_keys",
    "parts",
    "past_day",
    "pinned",
    "practice",
    "predecessor",
    "present",
    "profiles",
    "side_by_side",
    "source",
    "sources",
    "status",
    "ties",
    "verdicts",
    "version",
    "ways",
    "works",
    "zoom",
]
