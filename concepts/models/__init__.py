"""The desk (what editors change) and the editions (what readers see)."""

from concepts.models.concept import PREREQUISITE, Concept, Relation
from concepts.models.distinction import Cell, Claim, Distinction, Row, Side
from concepts.models.edition import (
    Citation,
    ClosedError,
    Closure,
    Edition,
    EditionQuerySet,
    FrozenError,
    Link,
    Site,
    Withdrawal,
    in_force,
)
from concepts.models.guide import Guide
from concepts.models.organization import Organization, Sector
from concepts.models.page import LogEntry, Misconception, Page, PreviewLink, Question
from concepts.models.quiz import Quiz
from concepts.models.search import SearchEntry, SearchName, SearchWord
from concepts.models.source import Dimension, Source
from concepts.models.standing import Standing, standing
from concepts.models.wanted import WantedComparison

__all__ = [
    "PREREQUISITE",
    "Cell",
    "Citation",
    "Claim",
    "ClosedError",
    "Closure",
    "Concept",
    "Dimension",
    "Distinction",
    "Edition",
    "EditionQuerySet",
    "FrozenError",
    "Guide",
    "Link",
    "LogEntry",
    "Misconception",
    "Organization",
    "Page",
    "PreviewLink",
    "Question",
    "Quiz",
    "Relation",
    "Row",
    "SearchEntry",
    "SearchName",
    "SearchWord",
    "Sector",
    "Side",
    "Site",
    "Source",
    "Standing",
    "WantedComparison",
    "Withdrawal",
    "in_force",
    "standing",
]
