"""A small published site: a page of every kind with every part filled, in any size."""

import re
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from samples import concept, guide, organization, publish, save, source
from upload_files import picture

from concepts.documents import Distinction
from concepts.models import Dimension, Edition, Page, Source

AREA = "/areas/foundations/"
CONCEPT = "/concepts/goods/"
COMPARISON = "/distinctions/goods-vs-services/"
ORGANIZATION = "/organizations/bank/"
PATH = "/paths/first-steps/"
PICTURE = f"/media/{'0a' * 32}.png"
PAGES = (AREA, CONCEPT, COMPARISON, ORGANIZATION, PATH)

QUESTION = """\
Which one is *stored*?

- [x] A loaf

  It waits on the shelf. [@little1961]
- [ ] A haircut
"""

Parts = list[dict[str, Any]]


def existing(kind: str, slug: str) -> Page | None:
    """The page on the desk, if there is one."""
    return Page.objects.filter(kind=kind, slug=slug).first()


def texts(size: int, what: str) -> list[str]:
    """As many texts, each with a link and a citation."""
    return [f"{what} {n}: [goods](concept:goods). [@little1961, p. {n}]" for n in range(size)]


def numbered(size: int) -> range:
    """1 to size."""
    return range(1, size + 1)


def concept_fields(slug: str, size: int) -> dict[str, Any]:
    """What a concept says that has everything, and `size` of each."""
    others = [other for other in ("goods", "services") if other != slug]
    return {
        "area": "foundations",
        "summary": f"What **{slug}** are.",
        "aliases": [f"Alias {n}" for n in numbered(size)],
        "why_it_matters": "It *decides* much.",
        "body": "\n\n".join(texts(size, "Explained")),
        "prerequisites": others[:1] if slug != "goods" else [],
        "relations": [{"type": "contrasts-with", "concept": other} for other in others],
        "formula": {"text": "L = λW", "variables": [{"symbol": "L", "meaning": "things there"}]},
        "worked_example": {"text": "Two by two."},
        "misconceptions": [
            {"key": f"m{n}", "claim": "It is *free*.", "correction": text}
            for n, text in enumerate(texts(size, "No"), 1)
        ],
        "questions": [{"key": f"q{n}", "text": QUESTION} for n in numbered(size)],
        "explain": "Explain it.",
    }


def rows(size: int) -> Parts:
    """Rows of the comparison, each with a citation in each cell."""
    return [
        {
            "key": f"row{n}",
            "dimension": f"dimension{n}",
            "cells": [
                {"side": "goods", "text": "Stored. [@little1961, p. 384]"},
                {"side": "services", "text": "Not stored.", "illustration": True},
            ],
        }
        for n in numbered(size)
    ]


def comparison_fields(size: int) -> dict[str, Any]:
    """What the comparison says, with `size` of everything."""
    both = [{"side": side, "text": f"The {side}."} for side in ("goods", "services")]
    return {
        "slug": "goods-vs-services",
        "title": "Goods vs services",
        "area": "foundations",
        "summary": "Goods can be *stored*.",
        "reviewed_on": "2026-10-24",
        "review_due": "2027-10-24",
        "sides": [{"key": side, "concept": side} for side in ("goods", "services")],
        "body": f"At more length.\n\n![A lane]({PICTURE}#12x8)",
        "similarities": texts(size, "Shared"),
        "why_confused": "They are sold together.",
        "rows": rows(size),
        "principle": "What can be stored.",
        "scope": {
            "shape": "inside",
            "outer": "services",
            "areas": [{"side": "goods", "words": ["things"]}],
            "caption": "As drawn.",
        },
        "timeline": [
            {"year": str(1900 + n), "text": text} for n, text in enumerate(texts(size, "Then"))
        ],
        "practice": [{"organization": "bank", "texts": both}],
        "boundary_cases": [{"case": "both", "text": text} for text in texts(size, "A meal")],
        "positions": [{"name": "One view", "text": text} for text in texts(size, "Held")],
        "misconceptions": [
            {"key": f"m{n}", "claim": "They differ in price.", "correction": text}
            for n, text in enumerate(texts(size, "No"), 1)
        ],
        "claims_note": "Of an article.",
        "claims": [
            {
                "key": f"s{n}",
                "quote": "Services are stored.",
                "in_short": "They are stored.",
                "verdict": "contradictory",
                "correction": "They are not.",
                "see": ["concept:services", "organization:bank"],
            }
            for n in numbered(size)
        ],
        "retired_rows": [{"key": "old", "label": "Old row", "successor": "row1"}],
        "questions": [{"key": f"q{n}", "text": QUESTION, "row": "row1"} for n in numbered(size)],
        "explain": "Explain the difference.",
    }


def organization_fields(size: int) -> dict[str, Any]:
    """What the organization says, with `size` of everything."""
    return {
        "title": "A bank",
        "sector": "bank",
        "summary": "It lends.",
        "transformed": texts(size, "Customers"),
        "transforming": ["Tellers"],
        "transformation": "Serve.",
        "steps": [{"text": "Identify", "symbol": "inspection"}] * size,
        "outputs": texts(size, "Loans"),
        "customers": "Neighbours.",
        "body": "More of it.",
        "four_vs": {"volume": {"level": "medium", "reason": "Hundreds a day."}},
        "objectives": [{"objective": "quality", "reason": "Money."}],
        "decisions": texts(size, "How many"),
        "illustrates": [{"concept": "services", "text": "Every *teller* serves."}],
        "facts": texts(size, "Fact"),
        "caveats": ["Invented."],
    }


def build(size: int = 1) -> dict[str, Edition]:
    """Write and publish every page anew; the editions by the addresses of their pages."""
    name = PICTURE.removeprefix("/media/")
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(picture()))
    if not Source.objects.exists():
        source()
    for n in numbered(size):
        Dimension.objects.get_or_create(key=f"dimension{n}", defaults={"label": f"Dimension {n}"})
    area = existing("guide", "foundations") or guide(
        "foundations", type="area", title="Foundations"
    )
    slugs = ["goods", "services", *(f"other{n}" for n in numbered(size))]
    for slug in slugs:
        if not existing("concept", slug):
            concept(slug)
    concepts = [
        concept(slug, existing("concept", slug), **concept_fields(slug, size)) for slug in slugs
    ]
    bank = organization("bank", existing("organization", "bank"), **organization_fields(size))
    document = Distinction.model_validate(comparison_fields(size))
    comparison = save(document, existing("distinction", "goods-vs-services"))
    steps = [
        {"page": "concept:goods", "note": "Begin *here*."},
        {"page": "distinction:goods-vs-services"},
        *({"page": f"concept:{slug}"} for slug in slugs[1:]),
    ]
    area = guide("foundations", area, type="area", title="Foundations", steps=steps)
    path = guide("first-steps", existing("guide", "first-steps"), steps=steps, body="Read on.")
    editions = [publish(page) for page in (*concepts, bank, comparison, area, path)]
    return {edition.get_absolute_url(): edition for edition in editions}


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def words(html: str) -> str:
    """The text that a reader reads, in one line."""
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def section(html: str, name: str) -> str:
    """The markup of one section of a page; empty when it is not there."""
    found = re.search(rf'<section class="s" id="{name}">(.*?)</section>', html, re.DOTALL)
    return found[1] if found else ""
