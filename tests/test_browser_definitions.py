"""Definitions in place: what a link to a concept shows on hover, on focus and at a touch."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, Locator, Page
from pytest_django.live_server_helper import LiveServer
from samples import comparison, concept, publish
from test_browser import CHROMIUM, browser, open_page

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db,
]

PUSH = "Work is released by a plan."
PULL = "Work is released when <something> is used."
WITHOUT_POPOVERS = "delete HTMLElement.prototype.showPopover"


@pytest.fixture(scope="module")
def address(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A comparison whose text links to two concepts, and to one that its hero defines."""
    with django_db_blocker.unblock():
        publish(concept("push", summary=PUSH))
        publish(concept("pull", summary=PULL))
        shared = ["As in [push](concept:push) and [pull](concept:pull).", "[Goods](concept:goods)."]
        edition = publish(comparison(similarities=shared))
        server = LiveServer("localhost")
        yield server.url + edition.get_absolute_url()
        server.stop()
        call_command("flush", interactive=False)
        connections.close_all()  # this thread has one of its own while Playwright's loop runs


@pytest.fixture
def desktop(browser: Browser, address: str) -> Iterator[Page]:
    """The comparison on a wide screen."""
    page = open_page(browser)
    page.goto(address)
    yield page
    page.context.close()


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    """The comparison on a screen that is touched."""
    page = open_page(browser, 390, has_touch=True)
    page.goto(address)
    yield page
    page.context.close()


def link(page: Page, name: str) -> Locator:
    return page.locator("#shared").get_by_role("link", name=name, exact=True)


def shown(page: Page) -> Locator:
    return page.locator(".pop:popover-open")


def edges(of: Locator) -> tuple[float, float]:
    """Where it begins and ends, from the top of the window."""
    box = of.bounding_box()
    assert box
    return box["y"], box["y"] + box["height"]


def test_hover_shows_the_definition_beside_its_word_and_moves_nothing(desktop: Page) -> None:
    before = edges(desktop.locator("#table"))
    link(desktop, "pull").hover()
    shown(desktop).wait_for()
    assert PULL in shown(desktop).inner_text()
    assert edges(shown(desktop))[0] == pytest.approx(edges(link(desktop, "pull"))[1], abs=8)
    assert edges(desktop.locator("#table")) == before


def test_a_definition_stays_while_the_pointer_is_on_it_and_goes_with_it(desktop: Page) -> None:
    link(desktop, "push").hover()
    shown(desktop).hover()
    desktop.wait_for_timeout(400)
    assert PUSH in shown(desktop).inner_text()
    desktop.mouse.move(5, 5)
    shown(desktop).wait_for(state="hidden")


def test_escape_takes_a_definition_away_until_the_pointer_comes_back(desktop: Page) -> None:
    link(desktop, "push").hover()
    shown(desktop).wait_for()
    desktop.keyboard.press("Escape")
    desktop.wait_for_timeout(300)
    assert shown(desktop).count() == 0
    desktop.mouse.move(5, 5)
    link(desktop, "push").hover()
    shown(desktop).wait_for()


def test_focus_shows_a_definition_and_leads_through_it_and_on(desktop: Page) -> None:
    focused = "document.activeElement.textContent"
    link(desktop, "push").focus()  # by script, as before any key: not yet in sight
    desktop.keyboard.press("Shift+Tab")
    desktop.keyboard.press("Tab")
    described = link(desktop, "push").get_attribute("aria-describedby")
    assert shown(desktop).locator(f"#{described}").inner_text() == PUSH
    desktop.keyboard.press("Tab")
    assert desktop.evaluate(focused) == "Open page"
    desktop.keyboard.press("Tab")
    assert desktop.evaluate(focused) == "pull"
    assert PULL in shown(desktop).inner_text()
    desktop.keyboard.press("Escape")
    assert shown(desktop).count() == 0
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/concepts/pull/")


def test_the_first_touch_shows_the_definition_and_the_second_follows_the_link(
    phone: Page, address: str
) -> None:
    link(phone, "push").tap()
    assert PUSH in shown(phone).inner_text()
    link(phone, "pull").tap()
    assert PULL in shown(phone).inner_text()
    assert phone.url == address
    link(phone, "pull").tap()
    phone.wait_for_url("**/concepts/pull/")


def test_a_touched_definition_closes_at_a_touch_elsewhere_and_leads_to_the_page(
    phone: Page, address: str
) -> None:
    link(phone, "push").tap()
    phone.locator("#shared h2").tap()
    shown(phone).wait_for(state="hidden")
    assert phone.url == address
    link(phone, "push").tap()
    shown(phone).get_by_role("link", name="Open page").tap()
    phone.wait_for_url("**/concepts/push/")


@pytest.mark.parametrize("place", ["start", "end"])
def test_a_sheet_leaves_its_word_in_view(phone: Page, place: str) -> None:
    word = link(phone, "push")
    word.evaluate("(e, block) => e.scrollIntoView({block, behavior: 'instant'})", place)
    word.tap()
    sheet, seen = edges(shown(phone)), edges(word)
    assert sheet[1] <= seen[0] or seen[1] <= sheet[0]


def test_what_is_defined_beside_its_link_is_not_defined_again(desktop: Page) -> None:
    defined = desktop.locator("a.def").evaluate_all("links => links.map(a => a.textContent)")
    assert defined == ["push", "pull", "Goods"]
    assert desktop.locator(".terms a").count() == 2


@pytest.mark.parametrize("without", ["script", "popovers"])
def test_without_script_or_popovers_a_link_is_a_link(
    browser: Browser, address: str, without: str
) -> None:
    page = open_page(browser, 390, has_touch=True, java_script_enabled=without != "script")
    page.add_init_script(WITHOUT_POPOVERS)
    page.goto(address)
    assert not page.get_by_text(PUSH).is_visible()
    link(page, "push").tap()
    page.wait_for_url("**/concepts/push/")
    page.context.close()
