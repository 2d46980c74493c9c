"""The right page comes first, for what students type, in the shipped content.

Two lists of one truth: `data/searches.txt` has the queries, written before the ranking was tuned.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bulk
import pytest
from django.conf import settings
from django.db import transaction

from concepts import clock
from concepts.content_files import read_folder
from concepts.documents import Dimension, Source
from concepts.search import find

pytestmark = pytest.mark.django_db

LINES = (Path(__file__).parent / "data" / "searches.txt").read_text(encoding="utf-8").splitlines()
QUERIES = [line.split(" = ") for line in LINES if line and not line.startswith("#")]
LEAST = 0.95


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The shipped pages as search knows them: no desk, no links, no checks."""
    with django_db_blocker.unblock(), transaction.atomic():
        files = read_folder(Path(settings.BASE_DIR, "concepts", "content"))
        documents = [file.document for file in files]
        bulk.write(each for each in documents if not isinstance(each, Source | Dimension))
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("site")
def test_what_students_look_for_comes_first() -> None:
    wrong = {}
    for query, right in QUERIES:
        groups = find(query, clock.now()).groups
        first = groups[0].results[0].page.address if groups else "nothing"
        if first not in right.split(" or "):
            wrong[query] = first
    assert len(QUERIES) >= 60
    assert len(wrong) <= (1 - LEAST) * len(QUERIES), wrong


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("what is a botleneck?", "what is a bottleneck?"),
        ("opperations managment", "operations management"),
        ("Prodution vs opertions", "production vs operations"),
        ("leadtime", "lead time"),
    ],
)
def test_a_typing_error_is_put_right_in_the_words_of_the_reader(typed: str, meant: str) -> None:
    assert find(typed, clock.now()).meant == meant


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("query", ["takt time", "jit", "blockchain", "zzzzzz"])
def test_what_is_spelled_right_or_like_nothing_is_not_corrected(query: str) -> None:
    assert find(query, clock.now()).meant == ""
