"""The syllabus check in a real browser: without script, narrow, open to everybody."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from small_site import COMPARISON, CONCEPT, build
from test_browser import CHROMIUM, browser, open_page
from test_browser_quality import AXE, CHECK, WCAG

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db,
]

SITE = settings.SITE_URL
TEXT = f"""\
Week 1: {SITE}{COMPARISON}editions/1/#row-row1
Week 2: [goods]({SITE}{CONCEPT}), {SITE}/concepts/nothing/ and {SITE}{COMPARISON}#row-old
{SITE}/concepts/ https://example.org/
"""


@pytest.fixture(scope="module")
def site(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of a small site whose comparison has two editions."""
    with django_db_blocker.unblock():
        build(1)
        build(2)
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        call_command("flush", interactive=False)
        connections.close_all()  # this thread has one of its own while Playwright's loop runs


def checked(page: Page, site: str) -> Page:
    """The answer to the text, as a teacher comes to it."""
    page.goto(f"{site}/teachers/")
    page.get_by_role("link", name="Check the links of your syllabus").click()
    page.get_by_label("Text with links").fill(TEXT)
    page.get_by_role("button", name="Check the links").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your links, checked")
    return page


def test_without_script_a_text_is_checked_and_comes_back_pinned(
    browser: Browser, site: str
) -> None:
    page = checked(open_page(browser, java_script_enabled=False), site)
    expect(page.locator("#attention li")).to_have_count(2)
    pinned = TEXT.replace(CONCEPT, f"{CONCEPT}editions/2/").replace(
        f"{COMPARISON}#row-old", f"{COMPARISON}editions/2/#row-old"
    )
    expect(page.get_by_label("Your text with permanent links")).to_have_value(pinned)
    expect(page.get_by_label("Text with links", exact=True)).to_have_value(TEXT)
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    assert page.context.cookies() == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_answer_fits_a_narrow_screen_and_breaks_no_rule(
    browser: Browser, site: str, width: int
) -> None:
    page = checked(open_page(browser, width), site)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    page.evaluate(AXE)
    assert page.evaluate(CHECK, WCAG) == []
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(CHECK, ["color-contrast"]) == []


def test_a_pinned_link_is_copied_with_a_click(browser: Browser, site: str) -> None:
    page = open_page(browser, permissions=["clipboard-read", "clipboard-write"])
    checked(page, site).get_by_role("button", name="Copy the pinned link").first.click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{SITE}{COMPARISON}editions/2/#row-old"
