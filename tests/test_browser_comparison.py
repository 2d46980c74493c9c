"""The comparison page in a real browser: what stays in view, copying, and paper."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from samples import comparison, concept, publish, row
from test_browser import CHROMIUM, browser, open_page

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db,
]

SLUGS = ("goods", "services", "acts", "rights")
ROWS = ("first", "second", "third", "fourth", "fifth")


def fill() -> None:
    """A comparison for each number of sides, each with rows enough to scroll."""
    for slug in SLUGS:
        publish(concept(slug))
    for count in (2, 3, 4):
        slugs = SLUGS[:count]
        cells = {slug: f"It is {slug}, as far as one can say here. " * 3 for slug in slugs}
        fields: dict[str, Any] = {
            "slug": f"of-{count}",
            "title": " vs ".join(slugs),
            "sides": [{"key": slug, "concept": slug} for slug in slugs],
            "rows": [row(key, **cells) for key in ROWS],
        }
        publish(comparison(**fields))


@pytest.fixture(scope="module")
def site(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of all comparisons, without the number of their sides."""
    with django_db_blocker.unblock():
        fill()
        server = LiveServer("localhost")
        yield f"{server.url}/distinctions/of-"
        server.stop()
        call_command("flush", interactive=False)
        connections.close_all()  # this thread has one of its own while Playwright's loop runs


def place(page: Page, selector: str) -> dict[str, float]:
    """Where the first of these elements is in the window, in whole pixels."""
    box = page.locator(selector).first.bounding_box()
    assert box, selector
    return {name: round(value) for name, value in box.items()}


def test_the_head_stays_in_view_while_one_scrolls_down(browser: Browser, site: str) -> None:
    page = open_page(browser)
    for sides in (2, 3, 4):
        page.goto(f"{site}{sides}/")
        page.locator("#row-fifth").evaluate("e => e.scrollIntoView({behavior: 'instant'})")
        assert place(page, "thead th")["y"] == 0
        assert 0 < place(page, "#row-fifth")["y"] < 800


def test_head_and_first_column_stay_in_view_while_one_scrolls_a_wide_table(
    browser: Browser, site: str
) -> None:
    page = open_page(browser, 800)
    for sides in (3, 4):
        page.goto(f"{site}{sides}/")
        region = page.locator(".scroll")
        moved = region.evaluate("e => (e.scrollTo(9999, 9999), [e.scrollLeft, e.scrollTop])")
        assert min(moved) > 0
        edge, corner = place(page, ".scroll"), place(page, "thead th")
        assert (corner["x"], corner["y"]) == (edge["x"], edge["y"])
        assert place(page, "#row-fifth th")["x"] == edge["x"]
        assert place(page, "thead th:last-child")["y"] == edge["y"]


STACKED = """
row => [...row.querySelectorAll('th > a, td > .lab')].map(
  e => [e.textContent, e.checkVisibility(), Math.round(e.parentElement.getBoundingClientRect().top)]
)
"""


def test_on_a_phone_every_row_names_its_dimension_and_every_cell_its_side(
    browser: Browser, site: str
) -> None:
    page = open_page(browser, 390)
    for sides in (3, 4):
        page.goto(f"{site}{sides}/")
        for key in ROWS:
            names, visible, tops = zip(*page.locator(f"#row-{key}").evaluate(STACKED), strict=True)
            assert names == ("Scope", *(slug.capitalize() for slug in SLUGS[:sides]))
            assert all(visible)
            assert list(tops) == sorted(set(tops))
        table = page.get_by_role("table")
        assert table.get_by_role("rowheader").count() == len(ROWS)
        assert table.get_by_role("cell").count() == len(ROWS) * sides


def test_a_click_on_an_address_copies_it_says_so_and_leads_there(
    browser: Browser, site: str
) -> None:
    page = open_page(browser, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{site}2/?swap=1")
    for link, anchor in (
        ("#row-third .at", "#row-third--services"),
        ("#row-third .h", "#row-third"),
    ):
        page.locator(link).first.click()
        expect(page.get_by_role("status")).to_have_text(f"Address copied: {site}2/?swap=1{anchor}")
        assert page.evaluate("navigator.clipboard.readText()") == f"{site}2/?swap=1{anchor}"
        assert page.url == f"{site}2/?swap=1{anchor}"


def test_the_address_of_a_cell_is_a_link_that_a_finger_can_hit(browser: Browser, site: str) -> None:
    page = open_page(browser, 390, java_script_enabled=False)
    page.goto(f"{site}4/")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for link in ("#row-first .h", "#row-first--goods .at"):
            size = place(page, link)
            assert min(size["width"], size["height"]) >= 24
    page.locator("#row-first--goods .at").click()
    assert page.url == f"{site}4/#row-first--goods"


def test_the_code_is_asked_for_when_the_page_is_printed_and_not_before(
    browser: Browser, site: str
) -> None:
    page = open_page(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}2/", wait_until="networkidle")
    page.mouse.wheel(0, 20_000)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if url.endswith("qr.svg")] == []
    page.pdf(format="A4")
    assert [url for url in asked if url.endswith("qr.svg")] == [f"{site}2/editions/1/qr.svg"]


def test_a_sheet_opens_on_the_screen_and_prints_lines_and_its_key(
    browser: Browser, site: str
) -> None:
    page = open_page(browser)
    page.goto(f"{site}2/?hide=goods")
    answer = page.locator("#row-first--goods .blank > div")
    key = page.get_by_role("heading", name="Answer key", include_hidden=True)
    assert not answer.is_visible()
    page.locator("#row-first--goods summary").click()
    assert answer.is_visible()
    assert not key.is_visible()
    page.emulate_media(media="print")
    assert not answer.is_visible()  # although it was opened
    assert key.is_visible()
    assert page.get_by_text("Name: ___").is_visible()
    lines = "e => [getComputedStyle(e, '::before'), getComputedStyle(e, '::after')]"
    drawn = page.locator("#row-second--goods summary").evaluate(
        f"e => ({lines})(e).map(s => [s.borderBottomStyle, parseFloat(s.width) > 100])"
    )
    assert drawn == [["solid", True]] * 2
    for hidden in ("#sources", "#edition", ".tally", ".at", "nav.toc", "footer"):
        assert not page.locator(hidden).first.is_visible()


def test_the_head_of_the_table_is_on_every_sheet_of_paper_and_lanes_lose_their_tint(
    browser: Browser, site: str
) -> None:
    page = open_page(browser)
    page.goto(f"{site}4/")
    page.emulate_media(media="print")
    style = "(e, name) => getComputedStyle(e)[name]"
    assert page.locator("thead").evaluate(style, "display") == "table-header-group"
    assert page.locator("#table").evaluate(style, "breakBefore") == "page"
    for cell in page.locator("#row-first td").all():
        assert cell.evaluate(style, "backgroundColor") == "rgba(0, 0, 0, 0)"
