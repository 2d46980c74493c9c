"""Links to rows in a real browser: of one that is gone, and of one that changed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from samples import comparison, publish, row
from test_browser import CHROMIUM, browser, open_page

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db,
]

KEYS = [f"row{number}" for number in range(8)]


def rows(keys: list[str], said: str = "as far as one can say") -> list[dict[str, Any]]:
    return [row(key, goods=f"Goods, {said}. " * 20, services="Acts.") for key in keys]


@pytest.fixture(scope="module")
def site(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of a comparison that changed a row and dropped another."""
    with django_db_blocker.unblock():
        page = comparison(rows=rows([*KEYS, "old"]))
        publish(page)
        retired = [{"key": "old", "label": "Old row", "successor": "row1", "reason": "Merged."}]
        changed = [*rows(KEYS[:-1]), *rows(KEYS[-1:], "as far as we know")]
        publish(comparison(page, rows=changed, retired_rows=retired))
        server = LiveServer("localhost")
        yield f"{server.url}/distinctions/goods-vs-services/"
        server.stop()
        call_command("flush", interactive=False)
        connections.close_all()  # this thread has one of its own while Playwright's loop runs


@pytest.mark.parametrize("anchor", ["row-old", "row-old--goods", "row-old--services"])
def test_a_link_to_a_row_that_is_gone_shows_what_stands_in_its_place(
    browser: Browser, site: str, anchor: str
) -> None:
    page = open_page(browser)
    page.goto(f"{site}#{anchor}")
    gone = page.locator("#row-old")
    expect(page.locator(f"#{anchor}")).to_be_attached()
    expect(gone).to_be_in_viewport()
    expect(gone).to_contain_text("Old row")
    gone.get_by_role("link").click()
    expect(page).to_have_url(f"{site}#row-row1")
    expect(page.locator("#row-row1")).to_be_in_viewport()


def test_an_old_edition_leads_to_the_row_as_it_is_now_and_to_what_changed(
    browser: Browser, site: str
) -> None:
    page = open_page(browser)
    page.goto(f"{site}editions/1/")
    status = page.get_by_role("note").first
    status.get_by_role("link", name="Scope").first.click()
    expect(page).to_have_url(f"{site}#row-row7")
    expect(page.locator("#row-row7")).to_be_in_viewport()
    page.go_back()
    status.get_by_role("link", name="What changed, word by word").click()
    expect(page.locator("#row-row7")).to_have_text("Row Scope")
    expect(page.locator("ins").nth(1)).to_have_text("we know")


def test_two_editions_are_chosen_and_compared_without_script(browser: Browser, site: str) -> None:
    page = open_page(browser, java_script_enabled=False)
    page.goto(f"{site}editions/")
    page.get_by_label("From").select_option("Edition 1")
    page.get_by_role("button", name="Show what changed").click()
    expect(page).to_have_url(f"{site}editions/1..2/")
    page.goto(f"{site}editions/1..2/#row-old")
    expect(page.locator("#row-old")).to_be_in_viewport()
