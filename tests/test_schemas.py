"""The published JSON Schemas: what they promise to programs, and what they refuse."""

import json
import os
from pathlib import Path
from typing import Any

import documents as make
import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from concepts.documents import SCHEMA, Document, data_of
from concepts.exports.schemas import NAMES, schema
from concepts.parts import KINDS

GOLDEN = Path(__file__).parent / "data" / "schemas"


def address_of(name: str) -> str:
    return f"https://pom.example/schema/{name}.json"


def validator(name: str) -> Draft202012Validator:
    """What tells whether a document is as the schema of this name says."""
    made = json.loads(schema(name, address_of(name)))
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


VALIDATORS = {name: validator(name) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_what_programs_were_promised(name: str) -> None:
    path, found = GOLDEN / f"{name}.json", schema(name, address_of(name))
    if os.environ.get("RENEW_SCHEMAS"):  # before the first release only: then comes a new number
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_there_is_a_schema_of_each_kind_of_page() -> None:
    assert tuple(f"{kind}-{SCHEMA}" for kind in KINDS) == NAMES
    assert {path.stem for path in GOLDEN.iterdir()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_names_itself_and_asks_for_every_field(name: str) -> None:
    made = json.loads(schema(name, address_of(name)))
    assert list(made)[:4] == ["$schema", "$id", "title", "description"]
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["$id"] == address_of(name)
    for part in (made, *made["$defs"].values()):
        assert set(part.get("required", [])) == set(part.get("properties", {}))
        assert part.get("additionalProperties", False) is False
    assert ".py" not in json.dumps(made)


def test_texts_are_said_to_be_markdown() -> None:
    made = json.loads(schema("distinction-1", address_of("distinction-1")))
    markdown = {"type": "string", "contentMediaType": "text/markdown"}
    assert made["properties"]["summary"] == markdown
    assert made["$defs"]["Cell"]["properties"]["text"] == markdown
    assert made["properties"]["similarities"] == {"type": "array", "items": markdown}


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(make.pages)
def test_every_document_is_as_its_schema_says(page: Document) -> None:
    data = data_of(page)
    VALIDATORS[f"{data['kind']}-1"].validate(data)


ROW = make.row()
GOOD = data_of(make.distinction(rows=[ROW], reviewed_on="2026-11-25"))


@pytest.mark.parametrize(
    "bad",
    [
        {"schema": 2},
        {"kind": "concept"},
        {"slug": "Goods"},
        {"title": ""},
        {"title": None},
        {"more": 1},
        {"sides": GOOD["sides"][:1]},
        {"sides": [*GOOD["sides"], {"key": "a"}]},
        {"reviewed_on": "25 November 2026"},
        {"rows": {}},
        {"rows": [{**GOOD["rows"][0], "cells": [{"side": "goods", "text": 1}]}]},
        {"boundary_cases": [{"case": "never", "text": ""}]},
        {"frozen": {}},
        {"frozen": {**GOOD["frozen"], "neighbours": [{"kind": "concept", "slug": "a"}]}},
        {"summary": ["a"]},
    ],
    ids=str,
)
def test_what_is_no_document_is_refused(bad: dict[str, Any]) -> None:
    assert VALIDATORS["distinction-1"].is_valid(GOOD)
    assert not VALIDATORS["distinction-1"].is_valid({**GOOD, **bad})


@pytest.mark.parametrize("name", sorted(GOOD))
def test_no_field_may_be_missing(name: str) -> None:
    less = {key: value for key, value in GOOD.items() if key != name}
    assert not VALIDATORS["distinction-1"].is_valid(less)
