"""Every Markdown text has a place, and a document knows the pages that it names."""

from concepts.documents import Concept, Distinction, Guide, Organization, data_of
from concepts.texts import Reference, map_texts, prefix, references, texts

COMPARISON = Distinction.model_validate(
    {
        "slug": "goods-vs-services",
        "title": "Goods vs services",
        "area": "foundations",
        "summary": "verdict",
        "sides": [
            {"key": "goods", "concept": "goods"},
            {"key": "services", "concept": "services"},
        ],
        "similarities": ["first", "second"],
        "rows": [
            {
                "key": "scope",
                "dimension": "scope",
                "cells": [
                    {"side": "goods", "text": "things"},
                    {"side": "services", "text": ""},
                ],
            }
        ],
        "scope": {"shape": "inside", "caption": "caption"},
        "practice": [{"organization": "bakery", "texts": [{"side": "goods", "text": "bread"}]}],
        "boundary_cases": [{"case": "both", "text": "a meal"}],
        "misconceptions": [{"key": "alike", "claim": "alike", "correction": "not alike"}],
        "claims": [
            {
                "key": "s02",
                "quote": "quoted",
                "verdict": "supported",
                "correction": "corrected",
                "see": ["concept:goods"],
            }
        ],
        "questions": [{"key": "which", "text": "Which?\n\n- [x] Goods\n  Yes.\n- [ ] Services"}],
    }
)


def test_every_text_stands_at_its_place_in_the_order_of_the_page() -> None:
    assert texts(COMPARISON) == [
        ("summary", "verdict"),
        ("similarities-1", "first"),
        ("similarities-2", "second"),
        ("row-scope--goods", "things"),
        ("scope--caption", "caption"),
        ("practice-bakery--goods", "bread"),
        ("boundary-cases-1", "a meal"),
        ("misconception-alike--claim", "alike"),
        ("misconception-alike--correction", "not alike"),
        ("claim-s02--correction", "corrected"),
        ("question-which--stem", "Which?"),
        ("question-which--option-1", "Goods"),
        ("question-which--reason-1", "Yes."),
        ("question-which--option-2", "Services"),
    ]


def test_mapping_changes_texts_and_nothing_else() -> None:
    data = data_of(COMPARISON)
    changed = map_texts(Distinction, data, lambda place, text: text.upper())
    assert changed["rows"][0]["cells"][0] == {
        "side": "goods",
        "text": "THINGS",
        "illustration": False,
    }
    assert changed["title"] == "Goods vs services"
    assert data["rows"][0]["cells"][0]["text"] == "things"


def test_mapping_gives_a_question_parsed() -> None:
    changed = map_texts(Distinction, data_of(COMPARISON), lambda place, text: text)
    assert changed["questions"] == [
        {
            "key": "which",
            "row": "",
            "stem": "Which?",
            "options": [
                {"text": "Goods", "right": True, "reason": "Yes."},
                {"text": "Services", "right": False, "reason": ""},
            ],
        }
    ]


def test_what_was_frozen_is_not_the_pages_own_text() -> None:
    source = {"key": "x", "csl": {"id": "x"}, "note": "frozen note"}
    concept = Concept.model_validate(
        {"slug": "takt", "title": "Takt", "frozen": {"sources": [source]}}
    )
    assert texts(concept) == []


def test_ids_inside_a_text_cannot_meet_a_place() -> None:
    assert prefix("row-scope--goods") == "row-scope--goods--"


def test_a_comparison_names_its_area_sides_organizations_and_what_claims_point_at() -> None:
    assert references(COMPARISON) == [
        Reference("area", "guide", "foundations"),
        Reference("side", "concept", "goods"),
        Reference("side", "concept", "services"),
        Reference("practice", "organization", "bakery"),
        Reference("claim", "concept", "goods", "quoted"),
    ]


def test_a_concept_names_prerequisites_and_related_concepts() -> None:
    concept = Concept.model_validate(
        {
            "slug": "takt",
            "title": "Takt",
            "prerequisites": ["demand"],
            "relations": [{"type": "uses", "concept": "capacity", "note": "*sets* the pace"}],
        }
    )
    assert references(concept) == [
        Reference("prerequisite", "concept", "demand"),
        Reference("uses", "concept", "capacity", "sets the pace"),
    ]


def test_an_organization_names_what_it_illustrates_without_citation_marks() -> None:
    organization = Organization.model_validate(
        {
            "slug": "bakery",
            "title": "Bakery",
            "illustrates": [{"concept": "batch", "text": "Trays of ten [@slack2022]."}],
        }
    )
    assert references(organization) == [
        Reference("illustrates", "concept", "batch", "Trays of ten.")
    ]


def test_a_guide_names_its_steps() -> None:
    guide = Guide.model_validate(
        {
            "slug": "lean",
            "title": "Lean",
            "type": "path",
            "steps": [{"page": "distinction:lean-vs-agile", "note": "Begin here."}],
        }
    )
    assert references(guide) == [Reference("step", "distinction", "lean-vs-agile", "Begin here.")]
