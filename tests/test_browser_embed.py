"""Frames on a page of another origin, and what is pasted elsewhere, in a real browser."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, Frame, Page
from pytest_django.live_server_helper import LiveServer
from small_site import COMPARISON, build
from test_browser import CHROMIUM, YELLOW, browser, color, follow, open_page

from concepts import drafts
from concepts.models import Page as Draft
from concepts.models import PreviewLink

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db,
]

FRAME = "/embed/distinction/goods-vs-services/"
SHARE = f"{COMPARISON}share/"


@pytest.fixture(scope="module")
def site(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of a small site."""
    server = LiveServer("localhost")
    with django_db_blocker.unblock(), override_settings(SITE_URL=server.url):
        build(3)
        page = Draft.objects.get(slug="goods")
        drafts.make_link(page, by=None, label="A reviewer", days=1)
        yield server.url
        server.stop()
        call_command("flush", interactive=False)
        connections.close_all()


class Elsewhere(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Any]:
    """A function that puts markup on a page of another origin and returns its address."""
    handler = partial(Elsewhere, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def put(markup: str) -> str:
        head = (
            "<!doctype html><meta charset=utf-8><link rel=icon href=data:,><title>A course</title>"
        )
        (tmp_path / "course.html").write_text(head + markup, encoding="utf-8")
        return f"http://127.0.0.1:{server.server_port}/course.html"

    yield put
    server.shutdown()
    server.server_close()


def framed(page: Page, address: str) -> Frame:
    """The frame of a page that has one."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    [_, frame] = page.frames
    return frame


def test_the_code_of_the_share_page_shows_the_edition_on_a_page_of_another_origin(
    browser: Browser, site: str, elsewhere: Any
) -> None:
    page = open_page(browser)
    page.goto(site + SHARE)
    code = page.locator("#frame-1").input_value()
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    frame = framed(page, elsewhere(code))
    assert frame.url == f"{site}{FRAME}?edition=1"
    assert frame.locator("h1").inner_text() == "Goods vs services"
    assert frame.locator("#row-row2--goods").is_visible()
    assert frame.locator("footer").is_visible()
    assert messages == []
    assert page.context.cookies() == []
    assert page.locator("iframe").evaluate("e => [e.title, e.clientWidth > 1200]") == [
        "Goods vs services",
        True,
    ]


def test_links_of_a_frame_open_outside_of_it(browser: Browser, site: str, elsewhere: Any) -> None:
    page = open_page(browser)
    frame = framed(page, elsewhere(f'<iframe src="{site}{FRAME}?row=row1" width=600></iframe>'))
    edition = f"{site}{COMPARISON}editions/1/"
    for selector, address in (
        ("footer a", f"{edition}#row-row1"),
        (".cit a", f"{edition}#s1"),
        ("th a.h", f"{edition}#row-row1"),
        (".src a", f"{site}/sources/little1961/"),
    ):
        with page.context.expect_page() as opened:
            frame.locator(selector).first.click()
        opened.value.wait_for_load_state()
        assert opened.value.url == address
        assert opened.value.evaluate("window.opener") is None
        opened.value.close()
    assert frame.url == f"{site}{FRAME}?row=row1"


def test_what_belongs_to_editors_refuses_to_be_framed(
    browser: Browser, site: str, elsewhere: Any
) -> None:
    preview = drafts.address(PreviewLink.objects.get())
    for address in ("/admin/", "/admin/login/", preview):
        page = open_page(browser)
        assert page.goto(site + address).ok, address  # type: ignore[union-attr]
        messages: list[str] = []
        page.on("console", lambda message: messages.append(message.text))  # noqa: B023
        frame = framed(page, elsewhere(f'<iframe src="{site}{address}"></iframe>'))
        assert frame.url.startswith("chrome-error:"), address
        assert any("frame-ancestors" in message for message in messages), address


@pytest.mark.parametrize("width", [320, 390, 720])
@pytest.mark.parametrize(
    "address",
    [FRAME, f"{FRAME}?row=row1", "/embed/organization/bank/", "/embed/guide/first-steps/"],
)
def test_a_narrow_frame_scrolls_down_and_not_sideways(
    browser: Browser, site: str, elsewhere: Any, width: int, address: str
) -> None:
    page = open_page(browser, width + 100)
    code = f'<iframe src="{site}{address}" width="{width}" height="200" style="border:0"></iframe>'
    frame = framed(page, elsewhere(code))
    assert frame.evaluate("innerWidth") == width
    assert frame.evaluate("document.documentElement.scrollWidth") <= width
    foot = frame.locator("footer a").first
    foot.scroll_into_view_if_needed()
    assert foot.is_visible()
    assert frame.evaluate("scrollY") > 0


def test_a_cell_in_the_address_of_a_frame_is_marked(browser: Browser, site: str) -> None:
    page = open_page(browser)
    page.goto(f"{site}{FRAME}?row=row1#row-row1--goods")
    assert color(page, "#row-row1--goods") == YELLOW
    assert color(page, "#row-row1--services") != YELLOW


def copied(browser: Browser, site: str, name: str) -> Page:
    """A page in a browser that has just copied what stands in a field of the share page."""
    page = open_page(browser, permissions=["clipboard-read", "clipboard-write"])
    page.goto(site + SHARE)
    page.locator(f'button[data-copy="{name}"]').click()
    page.get_by_role("status").get_by_text("Copied").wait_for()
    return page


def test_the_table_is_pasted_as_a_table_into_an_editor(browser: Browser, site: str) -> None:
    page = copied(browser, site, "table-code")
    page.set_content("<div id=editor contenteditable></div><textarea></textarea>")
    page.locator("#editor").focus()
    page.keyboard.press("Control+V")
    editor = page.locator("#editor")
    assert editor.locator("thead th").all_inner_texts() == ["Dimension", "Goods", "Services"]
    assert editor.locator("tbody th").all_inner_texts() == [f"Dimension {n}" for n in (1, 2, 3)]
    assert editor.locator("tbody td").count() == 6
    assert editor.locator("td").first.inner_text().startswith("Stored.")
    edition = f"{site}{COMPARISON}editions/1/"
    assert editor.locator("caption a").first.get_attribute("href") == edition
    assert editor.locator("td sup a").first.get_attribute("href") == f"{edition}#s1"
    assert editor.locator("table").get_attribute("border") == "1"
    page.locator("textarea").focus()
    page.keyboard.press("Control+V")
    assert page.locator("textarea").input_value().startswith('<table border="1">')


def test_a_link_and_a_code_are_copied_as_they_stand(browser: Browser, site: str) -> None:
    for name, begins in (("pinned", f"{site}{COMPARISON}editions/1/"), ("frame-2", "<iframe ")):
        page = copied(browser, site, name)
        shown = page.locator(f"#{name}").input_value()
        assert page.evaluate("navigator.clipboard.readText()") == shown
        assert shown.startswith(begins)


def test_without_script_the_fields_stay_and_no_button_does_nothing(
    browser: Browser, site: str
) -> None:
    page = open_page(browser, 320, java_script_enabled=False)
    page.goto(site + SHARE)
    assert page.locator("#pinned").is_visible()
    assert page.locator("button[data-copy]:visible").count() == 0
    page.locator("#row").select_option("row2")
    follow(page.locator(".find button"))
    assert page.url == f"{site}{SHARE}?row=row2"
    assert page.locator("#pinned").input_value().endswith("editions/1/#row-row2")
