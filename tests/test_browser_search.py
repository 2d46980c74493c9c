"""The search box of every page: suggestions that a keyboard and a screen reader can use."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from samples import concept, publish
from test_browser import CHROMIUM, browser, open_page

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db,
]


@pytest.fixture(scope="module")
def page(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[Page]:
    """A page with the box, on a site with two concepts that begin alike."""
    with django_db_blocker.unblock():
        publish(concept("push", title="Push <system>"))
        publish(concept("pull", title="Pull system", aliases=["kanban"]))
        server = LiveServer("localhost")
        opened = open_page(browser)
        opened.goto(f"{server.url}/concepts/pull/")
        yield opened
        opened.context.close()
        server.stop()
        call_command("flush", interactive=False)
        connections.close_all()  # this thread has one of its own while Playwright's loop runs


def test_suggestions_are_chosen_with_arrows_closed_with_escape_and_opened_with_enter(
    page: Page,
) -> None:
    box = page.get_by_role("combobox")
    options = page.get_by_role("option")
    box.press_sequentially("pu")
    expect(options).to_have_text(["Pull system Concept", "Push <system> Concept"])
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowUp")
    last = page.get_by_role("option", selected=True)
    expect(last).to_have_text("Push <system> Concept")
    expect(box).to_have_attribute("aria-activedescendant", str(last.get_attribute("id")))
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("pu")
    box.press("s")
    expect(options).to_have_text(["Push <system> Concept"])
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/concepts/push/")
    page.get_by_role("combobox").fill("kan")
    expect(page.get_by_role("option")).to_have_text("Pull system Concept, also called kanban")
    page.get_by_role("option").click()
    page.wait_for_url("**/concepts/pull/")


def test_enter_without_a_choice_searches(page: Page) -> None:
    page.get_by_role("combobox").fill("pull")
    page.get_by_role("combobox").press("Enter")
    page.wait_for_url("**/search/?q=pull")
    expect(page.locator("mark").or_(page.locator("#concept")).first).to_be_visible()
