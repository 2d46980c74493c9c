"""The schema: what it takes, what it refuses, and the one text of a document."""

import json

import pytest
from pydantic import ValidationError

from concepts.documents import (
    Concept,
    Distinction,
    Guide,
    Source,
    canonical,
    data_of,
    digest,
    own_content,
    parse,
)
from concepts.parts import Frozen, Neighbour

SIDES = [{"key": "goods", "concept": "goods"}, {"key": "services", "concept": "services"}]


def cells(**texts: str) -> list[dict[str, str]]:
    return [{"side": side, "text": text} for side, text in texts.items()]


def row(key: str, **texts: str) -> dict[str, object]:
    return {"key": key, "dimension": "scope", "cells": cells(**texts)}


def distinction(**fields: object) -> Distinction:
    complete = {"slug": "goods-vs-services", "title": "Goods vs services", "sides": SIDES}
    return Distinction.model_validate(complete | fields)


def refusal(**fields: object) -> str:
    with pytest.raises(ValidationError) as refused:
        distinction(**fields)
    return str(refused.value)


def test_text_is_brought_to_composed_unicode_and_unix_lines() -> None:
    concept = Concept(slug="cafe", title="Cafe\u0301", body="one\r\ntwo\n\n")
    assert (concept.title, concept.body) == ("Caf\u00e9", "one\ntwo")


@pytest.mark.parametrize("odd", ["\x00", "\x1b", "\x7f", "\x85", "\ud800", "\uffff"])
def test_control_characters_are_refused(odd: str) -> None:
    with pytest.raises(ValidationError):
        Concept(slug="odd", title="Odd", body=f"before {odd} after")


def test_a_title_is_one_line() -> None:
    with pytest.raises(ValidationError, match="one line"):
        Concept(slug="two", title="Two\nlines")


def test_a_text_over_64_kilobytes_is_refused() -> None:
    with pytest.raises(ValidationError, match="the limit is 65,536"):
        Concept(slug="long", title="Long", body="é" * 32_769)


@pytest.mark.parametrize("slug", ["", "Takt", "takt--time", "-takt", "takt_time", "../x", "a" * 81])
def test_a_slug_is_small_letters_and_digits_joined_by_single_hyphens(slug: str) -> None:
    with pytest.raises(ValidationError):
        Concept(slug=slug, title="Takt time")


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="titel"):
        Concept.model_validate({"slug": "takt", "title": "Takt", "titel": "Takt"})


def test_nothing_is_converted_silently() -> None:
    with pytest.raises(ValidationError, match="valid string"):
        Concept.model_validate({"slug": "takt", "title": True})


def test_a_comparison_has_two_to_four_sides() -> None:
    many = [{"key": f"side-{n}", "concept": f"concept-{n}"} for n in range(5)]
    assert "at least 2" in refusal(sides=many[:1])
    assert "at most 4" in refusal(sides=many)


def test_the_sides_of_a_comparison_are_different_concepts() -> None:
    twice = [{"key": "one", "concept": "goods"}, {"key": "two", "concept": "goods"}]
    assert "sides must be different, but goods stands there twice" in refusal(sides=twice)


def test_a_row_has_one_cell_for_each_side_in_their_order() -> None:
    wanted = "row scope needs one cell for each side, in order: goods, services"
    assert wanted in refusal(rows=[row("scope", goods="x")])
    assert wanted in refusal(rows=[row("scope", services="x", goods="y")])


def test_a_row_key_is_not_live_and_retired_at_once() -> None:
    retired = [{"key": "scope", "reason": "merged"}]
    message = refusal(rows=[row("scope", goods="x", services="y")], retired_rows=retired)
    assert "scope stands there twice" in message


def test_a_retired_key_names_a_successor_or_a_reason() -> None:
    assert "a successor or a reason" in refusal(retired_rows=[{"key": "scope"}])


def test_a_question_has_a_right_option() -> None:
    text = "Which?\n\n- [ ] Goods\n- [ ] Services"
    assert "at least one right option" in refusal(questions=[{"key": "which", "text": text}])


def test_a_guide_names_a_page_once() -> None:
    steps = [{"page": "concept:takt-time"}, {"page": "concept:takt-time", "note": "again"}]
    with pytest.raises(ValidationError, match="stands there twice"):
        Guide.model_validate({"slug": "lean", "title": "Lean", "type": "path", "steps": steps})


def test_the_canonical_text_is_sorted_dense_and_has_no_floats() -> None:
    text = canonical(Concept(slug="takt", title="Takt – time"))
    data = json.loads(text, parse_float=pytest.fail)
    assert text == json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert "Takt – time" in text


def test_a_document_is_parsed_back_from_its_canonical_text() -> None:
    document = distinction(rows=[row("scope", goods="x", services="y")])
    assert parse(canonical(document)) == document


def test_the_digest_is_the_sha256_of_the_utf8_bytes() -> None:
    known = "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"
    assert digest("é") == known


def test_the_own_content_is_without_what_was_frozen() -> None:
    frozen = Frozen(neighbours=[Neighbour(kind="concept", slug="goods", title="Goods")])
    concept = Concept(slug="takt", title="Takt", frozen=frozen)
    assert own_content(concept) == Concept(slug="takt", title="Takt")


def test_the_data_of_a_document_bears_the_names_of_its_json() -> None:
    source = Source.model_validate({"slug": "harris1913", "title": "How Many", "DOI": "10.1287/x"})
    assert data_of(source)["DOI"] == "10.1287/x"
    assert data_of(source)["schema"] == 1


def test_a_source_becomes_one_item_of_csl() -> None:
    source = Source.model_validate(
        {
            "slug": "harris1913",
            "type": "article-journal",
            "title": "How Many Parts to Make at Once",
            "author": [{"family": "Harris", "given": "Ford W."}],
            "issued": "1913-02",
            "container-title": "Factory",
            "caveat": "for editors",
        }
    )
    assert source.csl() == {
        "id": "harris1913",
        "type": "article-journal",
        "title": "How Many Parts to Make at Once",
        "author": [{"family": "Harris", "given": "Ford W."}],
        "issued": {"date-parts": [[1913, 2]]},
        "container-title": "Factory",
    }


@pytest.mark.parametrize("issued", ["1913-13", "191", "1913-02-30", "today"])
def test_a_source_is_dated_by_year_month_or_day(issued: str) -> None:
    with pytest.raises(ValidationError):
        Source(slug="harris1913", title="How Many", issued=issued)


def test_a_name_is_a_person_or_a_body() -> None:
    with pytest.raises(ValidationError, match="either 'family'"):
        Source.model_validate({"slug": "x", "title": "X", "author": [{"given": "Ford W."}]})
