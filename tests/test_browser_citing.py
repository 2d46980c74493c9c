"""Copying a citation: italics and address stay where it is pasted, and nothing needs a script."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer
from samples import concept, publish
from test_browser import CHROMIUM, browser, open_page

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db,
]

COPIED = """navigator.clipboard.read().then(async ([item]) => {
  const text = async (type) => (await item.getType(type)).text();
  return [await text("text/plain"), await text("text/html")];
})"""


@pytest.fixture(scope="module")
def address(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Where it is said how to cite a page."""
    with django_db_blocker.unblock():
        edition = publish(concept())
        server = LiveServer("localhost")
        yield f"{server.url}{edition.get_absolute_url()}cite/"
        server.stop()
        call_command("flush", interactive=False)
        connections.close_all()  # this thread has one of its own while Playwright's loop runs


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = open_page(browser, permissions=["clipboard-read", "clipboard-write"])
    yield page
    page.context.close()


def test_a_copied_citation_keeps_its_italics_and_its_link(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Copy as MLA, 9th edition").click()
    page.get_by_role("status").get_by_text("Copied").wait_for()
    text, html = page.evaluate(COPIED)
    assert text.startswith("“Takt Time.” POM, Explained, 1st ed., ")
    assert text.endswith("/concepts/takt-time/editions/1/.")
    assert "\n" not in text
    assert "”" in html
    assert "<i>POM, Explained</i>" in html
    assert "<cite>" not in html
    assert '/concepts/takt-time/editions/1/"' in html


def test_without_a_clipboard_no_button_is_shown_and_the_citations_are(
    page: Page, address: str
) -> None:
    page.add_init_script("delete Navigator.prototype.clipboard")
    page.goto(address)
    assert page.get_by_role("button", name="Copy").count() == 0
    assert page.locator(".reference").count() == 4


def test_a_copy_that_the_browser_refuses_is_said(page: Page, address: str) -> None:
    page.add_init_script(
        "navigator.clipboard.write = navigator.clipboard.writeText = () => Promise.reject();"
    )
    page.goto(address)
    page.get_by_role("button", name="Copy as APA").click()
    page.get_by_role("status").get_by_text("It was not copied").wait_for()
