"""The markup of every class of page is valid: to a parser and, where it is, the Nu checker."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest
import vnu
from django.db import transaction
from django.test import Client
from every_page import EVERY, NOW, OTHER, PAGES, fill
from samples import site_at

from concepts.urls import urlpatterns

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def pages(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """The markup of every page by its address."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill()
        with site_at(NOW):
            yield {address: Client().get(address).content.decode() for address in EVERY}
        transaction.set_rollback(True)


def test_every_name_of_an_address_has_a_page_here_or_is_none() -> None:
    assert {pattern.name for pattern in urlpatterns} == (set(PAGES) - {""}) | OTHER


def test_every_page_is_parsed_without_an_error(pages: dict[str, str]) -> None:
    faults = {}
    for address, html in pages.items():
        parser = html5lib.HTMLParser()
        parser.parse(html)
        faults[address] = parser.errors
    assert {address: errors for address, errors in faults.items() if errors} == {}


@pytest.mark.skipif(bool(vnu.MISSING), reason=vnu.MISSING)
def test_every_page_is_valid(pages: dict[str, str], tmp_path: Path) -> None:
    files = []
    for number, (address, html) in enumerate(pages.items()):
        name = re.sub(r"[^a-z\d-]+", "_", address)[:80]
        files.append(tmp_path / f"{number}{name}.html")
        files[-1].write_text(html, encoding="utf-8")
    assert vnu.errors(*files) == []
