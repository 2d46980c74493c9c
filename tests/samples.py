"""Pages to test with: made on the desk from documents, as an import makes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from concepts import clock, desk, publishing, stamp
from concepts.documents import Concept, Distinction, Guide, Organization, PageDocument
from concepts.models import Dimension, Edition, Page, Site, Source

Fields = dict[str, Any]


def save(document: PageDocument, page: Page | None = None) -> Page:
    """The page that says this on the desk."""
    return desk.save(document, by=None, action="edit", page=page)


def concept(slug: str = "takt-time", page: Page | None = None, **fields: Any) -> Page:
    """A concept that passes all checks."""
    fields = {
        "title": slug.replace("-", " ").capitalize(),
        "summary": f"What it is: {slug}.",
    } | fields
    return save(Concept(slug=slug, **fields), page)


def row(key: str, **cells: str) -> Fields:
    """A row on the dimension `scope` with one illustrating cell for each side."""
    return {
        "key": key,
        "dimension": "scope",
        "cells": [
            {"side": side, "text": text, "illustration": True} for side, text in cells.items()
        ],
    }


ROW = row("scope", goods="Things.", services="Acts.")
LATER = row("later", goods="Stored.", services="Not stored.")


def comparison(page: Page | None = None, **fields: Any) -> Page:
    """Goods vs services: a comparison that no error stops."""
    Dimension.objects.get_or_create(key="scope", defaults={"label": "Scope"})
    for slug in ("goods", "services"):
        if not Page.objects.filter(slug=slug).exists():
            publish(concept(slug))
    complete: Fields = {
        "slug": "goods-vs-services",
        "title": "Goods vs services",
        "summary": "Goods can be stored.",
        "sides": [{"key": "goods", "concept": "goods"}, {"key": "services", "concept": "services"}],
        "similarities": ["Both are outputs.", "Both are sold."],
        "principle": "What can be stored.",
        "boundary_cases": [{"case": "both", "text": "A meal."}],
        "rows": [ROW],
    }
    return save(Distinction.model_validate(complete | fields), page)


def guide(slug: str = "first-steps", page: Page | None = None, **fields: Any) -> Page:
    """A reading path without steps."""
    complete = {"slug": slug, "title": "First steps", "summary": "A way in.", "type": "path"}
    return save(Guide.model_validate(complete | fields), page)


def organization(slug: str = "bank", page: Page | None = None, **fields: Any) -> Page:
    """An archetype of a bank."""
    complete = {"slug": slug, "title": "A bank", "summary": "It lends.", "archetype": True}
    return save(Organization.model_validate(complete | fields), page)


def source(slug: str = "little1961", **fields: Any) -> Source:
    """A complete source."""
    complete: Fields = {
        "type": "article-journal",
        "title": "A Proof",
        "author": [{"family": "Little", "given": "John D. C."}],
        "issued": "1961",
        "container_title": "Operations Research",
    }
    return Source.objects.create(slug=slug, **complete | fields)


def publish(page: Page, **terms: Any) -> Edition:
    """An edition of the page, whatever the warnings are."""
    given = {"by": None, "note": "", "significance": "meaning", "override": "A test."}
    return publishing.publish(page, **given | terms)


@contextmanager
def site_at(moment: datetime) -> Iterator[None]:
    """Act as if verbs had got as far as this moment, which may lie ahead."""
    remembered = clock._moments[:]
    Site.objects.update(moment=moment)
    clock.remember(moment)
    stamp.forget()
    try:
        yield
    finally:
        clock._moments[:] = remembered
        stamp.forget()
