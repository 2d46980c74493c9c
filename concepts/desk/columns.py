"""Which columns of the desk hold a document's fields under the same name, as the same JSON."""

from collections.abc import Iterable

from concepts import models
from concepts.models import Page
from concepts.problems import Problem

AnyPage = models.Concept | models.Distinction | models.Organization | models.Guide

MODELS: dict[str, type[AnyPage]] = {
    "concept": models.Concept,
    "distinction": models.Distinction,
    "organization": models.Organization,
    "guide": models.Guide,
}

_EVERY_PAGE = ("slug", "title", "aliases", "authors", "summary", "body", "explain")

COLUMNS: dict[str, tuple[str, ...]] = {
    "concept": (*_EVERY_PAGE, "why_it_matters", "formula", "worked_example"),
    "distinction": (
        *_EVERY_PAGE,
        "similarities",
        "why_confused",
        "principle",
        "scope",
        "timeline",
        "practice",
        "boundary_cases",
        "positions",
        "claims_note",
        "untested_rows",
        "retired_rows",
        "retired_sides",
    ),
    "organization": (
        *_EVERY_PAGE,
        "archetype",
        "transformed",
        "transforming",
        "transformation",
        "steps",
        "outputs",
        "customers",
        "four_vs",
        "objectives",
        "decisions",
        "illustrates",
        "facts",
        "caveats",
    ),
    "guide": (*_EVERY_PAGE, "type", "position", "steps"),
}


class DeskError(Exception):
    """The desk and a document do not fit. `problems` says each reason, with its path."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(problem.message for problem in self.problems))


def instance(page: Page) -> AnyPage:
    """The page as what it is: a Concept, Distinction, Organization or Guide."""
    if isinstance(page, AnyPage):
        return page
    return MODELS[page.kind].objects.select_related("area").get(pk=page.pk)
