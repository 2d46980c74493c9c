"""Every class of page in a real browser: rules of accessibility, keyboard, zoom, no script, calm.

`every_page.py` lists the pages; `test_html_validity.py` holds that no address is missing there.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.db import connections
from every_page import AREA, COMPARISON, CONCEPT, EVERY, NOW, PAGES, fill
from playwright.sync_api import Browser, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer
from samples import site_at
from test_browser import CHROMIUM, browser, follow, open_page

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db,
]

AXE = Axe().axe_script
WIDTHS = (390, 1280)
ZOOMED = {"width": 320, "height": 256}  # a window of 1280 x 1024 at 400 %
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = """only => axe.run(document, {runOnly: only, resultTypes: ["violations"], preload: false})
    .then(found => found.violations.flatMap(rule => rule.nodes.map(
        node => `${rule.id}: ${node.target} ${node.failureSummary}`)))"""
SHIFTS = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => { for (const shift of list.getEntries()) sum += shift.value; })
        .observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""


@pytest.fixture(scope="module")
def site(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of a site with a page of every class."""
    with django_db_blocker.unblock():
        fill()
        with site_at(NOW):
            server = LiveServer("localhost")
            yield server.url
            server.stop()
        call_command("flush", interactive=False)
        connections.close_all()


# Every page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_keeps_still_asks_nobody_else_and_fits_when_zoomed(
    browser: Browser, site: str, name: str
) -> None:
    faults: list[str] = []
    page = open_page(browser)
    page.on("console", lambda message: faults.extend(_complaint(message)))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: faults.extend(_foreign(asked.url, site)))
    for address in PAGES[name]:
        for width in WIDTHS:
            faults += [
                f"{address} at {width}: {each}" for each in _seen(page, site + address, width)
            ]
        page.set_viewport_size(ZOOMED)
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        faults += [f"{address} is {wide} wide at 400 %"] * (wide > ZOOMED["width"])
    page.context.close()
    assert not faults, "\n".join(faults)


def _seen(page: Page, url: str, width: int) -> list[str]:
    """What moves while the page loads, and what breaks a rule, light or dark."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="light")
    page.goto(url)
    shift = page.evaluate(SHIFTS)
    page.evaluate(AXE)
    light = page.evaluate(CHECK, WCAG)
    page.emulate_media(color_scheme="dark")  # which changes colours, and nothing else
    dark = page.evaluate(CHECK, ["color-contrast"])
    return [f"it moves by {shift}"] * bool(shift) + light + [f"dark: {each}" for each in dark]


def _complaint(message: ConsoleMessage) -> list[str]:
    """What the console says; that a page is not found or gone is no complaint."""
    expected = "the server responded with a status of 4" in message.text
    own = message.location["url"].endswith(tuple(EVERY))
    return [] if expected and own else [f"{message.location['url']}: {message.text}"]


def _foreign(url: str, site: str) -> list[str]:
    return [] if url.startswith(f"{site}/") else [f"asked for {url}"]


# Keyboard -------------------------------------------------------------------------------------

NEXT = """async () => {
    const focused = document.activeElement;
    if (focused === document.body) return null;
    const frame = () => new Promise(requestAnimationFrame);
    for (let y = NaN; y !== scrollY; await frame()) { y = scrollY; await frame(); }
    const box = focused.getBoundingClientRect(), style = getComputedStyle(focused);
    const hits = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].map(([x, y]) =>
        document.elementFromPoint(box.left + x * box.width, box.top + y * box.height));
    const before = window.last;
    window.last = focused;
    return {
        name: `${focused.tagName} ${focused.textContent.trim().slice(0, 40) || focused.id}`,
        marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        uncovered: hits.some(hit => hit && (focused.contains(hit) || hit.contains(focused))),
        follows: !before?.isConnected || before === focused
            || !!(before.compareDocumentPosition(focused) & Node.DOCUMENT_POSITION_FOLLOWING),
    };
}"""
STOPS = """() => [...document.querySelectorAll("a[href],button,input,select,summary,[tabindex]")]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.disabled
        && !each.matches("[tabindex='-1'],[type=hidden],[type=radio]:not(:checked)")).length"""


@pytest.mark.parametrize("address", ["/", COMPARISON])
def test_the_tab_key_comes_to_everything_in_order_and_one_sees_where_it_is(
    browser: Browser, site: str, address: str
) -> None:
    page = open_page(browser)
    page.goto(site + address)
    stops, faults = 0, []
    expected = page.evaluate(STOPS)
    page.keyboard.press("Tab")
    while (now := page.evaluate(NEXT)) and stops <= 2 * expected:
        stops += 1
        faults += [f"{now['name']}: not {each}" for each in CHECKED if not now[each]]
        page.keyboard.press("Tab")
    assert not faults, "\n".join(faults)
    assert now is None, "The focus never leaves the page."
    assert stops >= expected
    page.context.close()


CHECKED = ("marked", "uncovered", "follows")


def test_a_reader_without_a_pointer_skips_opens_definitions_and_answers(
    browser: Browser, site: str
) -> None:
    page = open_page(browser)
    page.goto(site + COMPARISON)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    _tab_to(page, "a.def")
    assert page.locator(".pop:popover-open").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".pop:popover-open").is_visible()
    _tab_to(page, "summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
    page.context.close()


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until something of this kind has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}.")


# No script ------------------------------------------------------------------------------------


@pytest.fixture
def plain(browser: Browser, site: str) -> Iterator[Page]:
    """A browser in which no script runs, on the first page."""
    page = open_page(browser, java_script_enabled=False)
    page.goto(site)
    yield page
    page.context.close()


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_without_script_one_searches(plain: Page, site: str) -> None:
    plain.locator("input[name=q]").fill("stored")
    follow(plain.locator("form[role=search] button"))
    assert plain.url == f"{site}/search/?q=stored"
    follow(plain.locator(f"main a[href='{COMPARISON}']"))
    assert "Goods" in heading(plain)


def test_without_script_one_practises(plain: Page, site: str) -> None:
    plain.goto(f"{site}/practice/?area=foundations")
    option = plain.locator("details").first
    assert not option.locator("div").is_visible()
    option.locator("summary").click()
    assert option.locator("div").is_visible()
    follow(plain.locator("a[rel~=next]"))
    assert "order=2" in plain.url


def test_without_script_one_compares_any_two_concepts(plain: Page, site: str) -> None:
    plain.goto(f"{site}/compare/")
    for select, slug in (("#c1", "goods"), ("#c2", "other1")):
        plain.locator(select).select_option(slug)
    follow(plain.locator("main button"))
    assert plain.locator("main table").is_visible()


def test_without_script_one_swaps_sides_and_recalls_one(plain: Page, site: str) -> None:
    plain.goto(site + COMPARISON)
    before = plain.locator("main thead th").all_inner_texts()[1:]
    follow(plain.locator("a[href*='swap=1']"))
    assert plain.locator("main thead th").all_inner_texts()[1:] == before[::-1]
    follow(plain.locator("a[href*='hide=']"))
    hidden = plain.locator("main td details").first
    assert not hidden.locator("p").first.is_visible()
    hidden.locator("summary").click()
    assert hidden.locator("p").first.is_visible()


def test_without_script_one_goes_from_the_map_to_a_concept(plain: Page, site: str) -> None:
    plain.goto(f"{site}/map/")
    follow(plain.locator("svg a"))
    follow(plain.locator("svg a"))
    assert "/concepts/" in plain.url


def test_without_script_one_chooses_light_or_dark_and_a_past_day(plain: Page, site: str) -> None:
    plain.locator("#t-dark").check()
    assert plain.locator("html").evaluate("e => getComputedStyle(e).colorScheme") == "dark"
    plain.goto(f"{site}/on/2040-03-01{CONCEPT}")
    plain.locator("#day").fill("2040-03-04")
    follow(plain.locator(".past button"))
    assert plain.url == f"{site}/on/2040-03-04{CONCEPT}"
    follow(plain.locator(f"a[href$='{AREA}']"))
    assert plain.url == f"{site}/on/2040-03-04{AREA}"
