"""The pages in a real browser: no sideways scrolling, no script needed, nothing amiss."""

import os
import shutil
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer
from samples import comparison, concept, publish, row
from small_site import AREA, COMPARISON, CONCEPT, ORGANIZATION, PATH, build

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
if CHROMIUM is None:
    warnings.warn("No Chromium is found: the browser tests are left out.", stacklevel=1)

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db,
]

ADDRESSES = (
    *("/", "/concepts/", "/sources/", "/sources/little1961/", f"{COMPARISON}editions/"),
    *(COMPARISON, CONCEPT, ORGANIZATION, AREA, PATH, "/distinctions/of-four/", "/nothing/"),
)
YELLOW = "rgb(255, 238, 176)"
NIGHT = "rgb(13, 26, 37)"
PAPER = "rgb(252, 253, 253)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    # Playwright's loop runs in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def fill() -> None:
    """A small published site, with four lanes and a long word beside."""
    build(2)
    slugs = ["goods", "services", "other1", "other2"]
    sides = [{"key": slug, "concept": slug} for slug in slugs]
    rows = [row("scope", **{slug: f"It is {slug}, as far as one can say." for slug in slugs})]
    publish(comparison(slug="of-four", title=" vs ".join(slugs), sides=sides, rows=rows))
    long_word = "Donaudampfschifffahrtsgesellschaft" * 3
    publish(concept("long", title=long_word, summary=f"A {long_word}."))


@pytest.fixture(scope="module")
def site(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of a small site, written once for all tests, none of which writes."""
    with django_db_blocker.unblock():
        fill()
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        call_command("flush", interactive=False)
        connections.close_all()  # this thread has one of its own while Playwright's loop runs


def open_page(browser: Browser, width: int = 1280, **options: object) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)  # type: ignore[arg-type]
    return context.new_page()


def follow(link: Locator) -> None:
    """Click the first of them and wait until what it leads to is there as a whole."""
    with link.page.expect_navigation():
        link.first.click()


def color(page: Page, selector: str) -> str:
    script = "e => getComputedStyle(e).backgroundColor"
    return str(page.locator(selector).first.evaluate(script))


@pytest.mark.parametrize("width", [320, 390, 820, 1280])
def test_no_page_scrolls_sideways(browser: Browser, site: str, width: int) -> None:
    page = open_page(browser, width)
    widths = {}
    for address in (*ADDRESSES, "/concepts/long/"):
        page.goto(site + address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    assert {address: found for address, found in widths.items() if found > width} == {}


def test_the_browser_has_nothing_to_complain_of_and_asks_nobody_else(
    browser: Browser, site: str
) -> None:
    page = open_page(browser)
    complaints: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.add(request.url))
    for address in ADDRESSES[:-1]:
        page.goto(site + address)
    assert complaints == []
    assert {url for url in asked if not url.startswith(site)} == set()
    assert page.context.cookies() == []


def test_the_row_and_the_cell_in_the_address_are_marked(browser: Browser, site: str) -> None:
    page = open_page(browser)
    page.goto(f"{site}{COMPARISON}#row-row2")
    assert color(page, "#row-row2 td") == YELLOW
    assert color(page, "#row-row1 td") != YELLOW
    page.goto(f"{site}{COMPARISON}#row-row1--goods")
    assert color(page, "#row-row1--goods") == YELLOW
    assert color(page, "#row-row1--services") != YELLOW


def test_the_marked_row_is_seen_below_the_head_of_the_table(browser: Browser, site: str) -> None:
    page = open_page(browser)
    page.goto(f"{site}{COMPARISON}#row-row2")
    page.wait_for_timeout(300)
    head = page.locator(".cmp thead th").nth(1).bounding_box()
    row = page.locator("#row-row2").bounding_box()
    assert head
    assert row
    assert row["y"] >= head["y"] + head["height"] - 1


@pytest.mark.parametrize("width", [390, 1280])
def test_a_comparison_reads_and_its_questions_open_without_script(
    browser: Browser, site: str, width: int
) -> None:
    page = open_page(browser, width, java_script_enabled=False)
    page.goto(site + COMPARISON)
    assert page.locator("#row-row1--goods p").inner_text().startswith("Stored.")
    reason = page.locator("#question-q1 details").first.locator("p").first
    assert not reason.is_visible()
    page.locator("#question-q1 summary").first.click()
    assert reason.is_visible()


def test_the_rows_stack_on_a_phone_and_name_each_side(browser: Browser, site: str) -> None:
    page = open_page(browser, 390)
    page.goto(site + COMPARISON)
    goods = page.locator("#row-row1--goods").bounding_box()
    services = page.locator("#row-row1--services").bounding_box()
    assert goods
    assert services
    assert services["y"] >= goods["y"] + goods["height"]
    assert page.locator("#row-row1--goods .lab").is_visible()


def test_four_lanes_scroll_within_their_region(browser: Browser, site: str) -> None:
    page = open_page(browser, 820)
    page.goto(f"{site}/distinctions/of-four/")
    region = page.locator(".scroll")
    assert region.evaluate("e => e.scrollWidth > e.clientWidth")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert region.evaluate("e => e.scrollLeft") > 0


def test_the_first_tab_leads_past_the_navigation(browser: Browser, site: str) -> None:
    page = open_page(browser)
    page.goto(site + COMPARISON)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    assert color(page, "main") == "rgba(0, 0, 0, 0)"


def test_pages_are_light_or_dark_as_the_reader_has_it(browser: Browser, site: str) -> None:
    for scheme, ground in (("light", PAPER), ("dark", NIGHT)):
        page = open_page(browser, color_scheme=scheme)
        page.goto(site)
        assert color(page, "body") == ground


def test_a_choice_of_appearance_lasts_from_page_to_page(browser: Browser, site: str) -> None:
    page = open_page(browser)
    page.goto(site)
    page.locator("#t-dark").check()
    assert color(page, "body") == NIGHT
    page.goto(site + CONCEPT)
    assert color(page, "body") == NIGHT
    assert page.locator("#t-dark").is_checked()
    page.locator("#t-auto").check()
    page.goto(site)
    assert color(page, "body") == PAPER


def test_a_choice_of_appearance_needs_no_script(browser: Browser, site: str) -> None:
    page = open_page(browser, java_script_enabled=False)
    page.goto(site)
    page.locator("#t-dark").check()
    assert page.locator("#t-dark").is_checked()
    assert page.locator("html").evaluate("e => getComputedStyle(e).colorScheme") == "dark"
    assert color(page, "body") == NIGHT


def test_a_printed_comparison_opens_what_was_folded_and_drops_the_controls(
    browser: Browser, site: str
) -> None:
    page = open_page(browser)
    page.goto(site + COMPARISON)
    page.emulate_media(media="print")
    folded = page.locator("#question-q1 details").first
    shown = "e => getComputedStyle(e, '::details-content').contentVisibility"
    assert folded.evaluate(shown) == "visible"
    assert page.locator(".cmp thead").is_visible()
    for hidden in ("nav.toc", "footer", ".at"):
        assert not page.locator(hidden).first.is_visible()
