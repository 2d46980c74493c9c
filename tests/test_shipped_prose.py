"""The shipped pages explain, in one English, in their own words, with reasons and sources."""

from collections import Counter

import pytest
from prose import pages, problems, reading_ease, shared, syllables
from sums import sums, wrong_sums

from concepts import rendering
from concepts.documents import Concept, Guide, Organization


@pytest.mark.parametrize("page", pages(), ids=lambda page: f"{page.kind}:{page.slug}")
def test_a_page_has_the_prose_that_its_kind_needs(page: object) -> None:
    assert problems(page) == []


def test_no_two_pages_share_a_long_sentence() -> None:
    assert shared() == {}


def test_a_shared_sentence_is_found() -> None:
    sentence = "A nurse walks from bed to bed and writes down what each patient needs before noon."
    pair = [Concept(slug=slug, title=slug, body=sentence) for slug in ("one", "two")]
    assert [*shared(pair).values()] == [{"concept:one", "concept:two"}]


def test_there_are_five_reading_paths() -> None:
    paths = [page for page in pages() if isinstance(page, Guide) and page.type == "path"]
    assert len(paths) >= 5


def test_bank_hospital_manufacturer_and_service_company_are_all_there() -> None:
    sectors = Counter(page.sector for page in pages() if isinstance(page, Organization))
    assert len(sectors) >= 4


def test_syllables_and_reading_ease_are_counted() -> None:
    assert [syllables(word) for word in ("queue", "operation", "table", "line")] == [1, 4, 2, 1]
    assert reading_ease("The cat sat on the mat.") > 100
    assert reading_ease("Organizational utilization optimization characterization.") < 0


def test_the_pages_work_out_many_sums() -> None:
    found = [sums(rendering.plain(page.body)) for page in pages()]
    assert sum(len([*each]) for each in found) > 60


@pytest.mark.parametrize(
    "text",
    [
        "So 27,000 s / 450 units = 60 s per unit.",
        "It waits 0.8/3 h = 16 min.",
        "210/(4 x 60) = 87.5%, as 126 ÷ 144 = 0.875 does.",
        "sqrt(2 x 12,000 x 45 / 3) = 600",
        "1.645 x 10 x sqrt(6) = 40.3",
        "labour 960 + material 1,200 + other 240 = 2,400",
    ],
)
def test_a_right_sum_is_right(text: str) -> None:
    assert wrong_sums(text) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("So 27,000 s / 450 units = 61 s.", "27,000 s / 450 units = 61"),
        ("About 2/3 = 0.66 of them.", "2/3 = 0.66"),
        ("126/160 = 78.8% or 126/160 = 78%", "126/160 = 78%"),
    ],
)
def test_a_wrong_sum_is_found(text: str, wrong: str) -> None:
    assert wrong_sums(text) == [wrong]
