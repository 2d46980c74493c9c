"""The desk in a real browser, from the log-in to what readers see and back again."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from samples import comparison, publish
from staff import PASSWORD, member
from test_browser import CHROMIUM, browser

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db(transaction=True),  # the server writes
]

CELL = "rows-0-cell_goods"
REFUSED = "status of 403"  # what a browser says of the one answer that is meant to refuse
READERS = "/distinctions/goods-vs-services/"

Enter = Callable[..., Page]


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer) -> Iterator[Enter]:
    """Logs somebody in and opens the form of a published comparison by clicks alone."""
    publish(comparison())
    complaints: list[str] = []
    contexts = []

    def enter(name: str, width: int = 1280, group: str = "Editor") -> Page:
        member(name, group)
        context = browser.new_context(
            viewport={"width": width, "height": 800}, base_url=live_server.url
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/admin/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("#content-main").get_by_role("link", name="Distinctions", exact=True).click()
        page.get_by_role("link", name="Goods vs services").click()
        page.wait_for_url("**/change/")  # and all its scripts
        return page

    yield enter
    for context in contexts:
        context.close()
    assert [text for text in complaints if REFUSED not in text] == []


def type_into_cell(page: Page, text: str) -> None:
    field = page.locator(f"[name={CELL}]")
    field.scroll_into_view_if_needed()
    field.fill(text)


def publish_it(page: Page, note: str) -> None:
    page.get_by_label("What changed").fill(note)
    page.get_by_label("Wording").check()
    why = page.get_by_label("Why it is published in spite of the warnings")
    if why.count():
        why.fill("They can wait.")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def tells(page: Page, *, gone: str, come: str) -> None:
    """Which words go and which come, as the page shows it."""
    expect(page.locator(".differences del")).to_have_text([gone])
    expect(page.locator(".differences ins")).to_have_text([come])


@pytest.mark.parametrize("width", [390, 1280])
def test_a_cell_is_corrected_previewed_published_seen_and_restored(desk: Enter, width: int) -> None:
    page = desk("anna", width)
    type_into_cell(page, "Tangible things.")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_role("link", name="Preview").click()
    expect(page.locator("#row-scope--goods")).to_contain_text("Tangible things.")
    page.get_by_role("link", name="Publish …").click()
    tells(page, gone="Things", come="Tangible things")
    publish_it(page, "More exact.")

    page.goto(READERS)
    expect(page.locator("#row-scope--goods")).to_contain_text("Tangible things.")

    page.go_back()
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Restore as a draft …").last.click()
    tells(page, gone="Tangible things", come="Things")
    page.get_by_role("button", name="Restore edition 1 as the draft").click()
    expect(page.locator(f"[name={CELL}]")).to_have_value("Things.")
    page.goto(f"{READERS}editions/2/")
    expect(page.locator("#row-scope--goods")).to_contain_text("Tangible things.")


def test_two_editors_clash_and_nothing_that_they_typed_is_lost(desk: Enter) -> None:
    first, second = desk("anna"), desk("ben")
    type_into_cell(first, "Things that last.")
    first.locator("[name=summary]").fill("Goods can be kept.")
    first.get_by_role("button", name="Save and continue editing").click()
    type_into_cell(second, "Things that are sold.")
    second.locator("[name=principle]").fill("What can be kept.")
    second.get_by_role("button", name="Save and continue editing").click()

    clash = second.locator(".clash")
    expect(clash).to_contain_text("anna")
    expect(clash).to_contain_text("that last")
    expect(second.locator(f"[name={CELL}]")).to_have_value("Things that are sold.")
    expect(second.locator("[name=summary]")).to_have_value("Goods can be kept.")
    expect(second.locator("[name=principle]")).to_have_value("What can be kept.")
    second.get_by_role("button", name="Save and continue editing").click()
    expect(second.locator(".messagelist .success")).to_be_visible()
    expect(second.locator(f"[name={CELL}]")).to_have_value("Things that are sold.")
    expect(second.locator("[name=summary]")).to_have_value("Goods can be kept.")


def test_what_was_typed_outlives_the_log_in(desk: Enter) -> None:
    page = desk("anna")
    type_into_cell(page, "Tangible things.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(f"[name={CELL}]").first).to_have_value("Tangible things.")


@pytest.mark.parametrize(
    ("cookie", "said"),
    [("sessionid", "Only editors who are logged in"), ("csrftoken", "Log in in another tab")],
)
def test_a_preview_says_that_the_log_in_has_ended(desk: Enter, cookie: str, said: str) -> None:
    page = desk("anna")
    page.context.clear_cookies(name=cookie)
    type_into_cell(page, "Tangible things.")
    preview = page.locator(f".markdownx:has([name={CELL}]) .markdownx-preview")
    expect(preview.locator(".errornote")).to_contain_text(said)
