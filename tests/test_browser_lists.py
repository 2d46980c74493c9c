"""Reading lists in a real browser: ticked, copied, changed, printed; with and without script."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from samples import comparison, concept, publish, row
from test_browser import CHROMIUM, browser, follow, open_page
from test_reading_lists import question

from concepts.models import Source

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db,
]

PAGE = "distinction:goods-vs-services"


@pytest.fixture(scope="module")
def site(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of a site with a comparison of three rows and two questions, and a concept."""
    with django_db_blocker.unblock():
        Source.objects.create(slug="little1961", title="A Proof", type="book", issued="1961")
        rows = [row(key, goods="Things.", services="Acts.") for key in ("first", "more", "last")]
        publish(comparison(rows=rows, questions=[question("stored"), question("kept")]))
        publish(concept("lean"))
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        call_command("flush", interactive=False)
        connections.close_all()  # this thread has one of its own while Playwright's loop runs


def titles(page: Page) -> list[str]:
    """The pages of the list, in order."""
    return page.locator(".chosen > li > :is(a, b)").all_text_contents()


def test_what_is_ticked_on_the_share_page_stands_in_the_list_and_its_address_is_copied(
    browser: Browser, site: str
) -> None:
    page = open_page(browser)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site}/distinctions/goods-vs-services/share/")
    page.get_by_label("The page as a whole").uncheck()
    for label in ("Scope", "Which is stored?"):
        page.get_by_label(label).nth(1).check()
    follow(page.get_by_role("button", name="Pinned to edition 1"))
    expect(page).to_have_url(f"{site}/list/?i={PAGE}@1!row-more&i={PAGE}@1!question-kept")
    assert titles(page) == ["Goods vs services"]
    assert page.locator(".chosen .cmp tbody tr").count() == 1
    assert page.locator(".quiz > li").count() == 1
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").endswith(page.url.removeprefix(site))
    page.context.close()


def test_a_list_is_made_and_changed_without_script(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/list/")
    page.get_by_label("Begin with a comparison").select_option("Goods vs services")
    page.get_by_label("Or paste the address").fill(f"{site}/concepts/lean/")
    follow(page.get_by_role("button", name="Add, following the newest"))
    expect(page).to_have_url(f"{site}/list/?i={PAGE}&i=concept:lean")
    follow(page.get_by_role("button", name="Up: Lean"))
    assert titles(page) == ["Lean", "Goods vs services"]
    follow(page.get_by_role("button", name="Choose rows and questions of Goods vs services"))
    page.locator("#pick").get_by_label("Scope").first.check()
    follow(page.get_by_role("button", name="Put these into the list"))
    expect(page).to_have_url(f"{site}/list/?i=concept:lean&i={PAGE}&i={PAGE}!row-first")
    page.get_by_label("Its title").fill("Week 1: what & how")
    follow(page.get_by_role("button", name="Change the title"))
    follow(page.get_by_role("button", name="Pin every page"))
    follow(page.get_by_role("button", name="Remove: Lean"))
    query = f"i={PAGE}@1&i={PAGE}@1!row-first&t=Week%201%3A%20what%20%26%20how"
    expect(page).to_have_url(f"{site}/list/?{query}")
    expect(page.get_by_role("heading", level=1)).to_have_text("List: Week 1: what & how")
    assert not page.get_by_role("button", name="Copy the address").is_visible()
    context.close()


def test_the_keyboard_reaches_every_button_of_a_list(browser: Browser, site: str) -> None:
    page = open_page(browser)
    page.goto(f"{site}/list/?i={PAGE}&i=concept:lean")
    page.get_by_role("button", name="Down: Goods vs services").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/list/?i=concept:lean&i={PAGE}")
    page.context.close()


def printed(page: Page) -> list[str]:
    """What can be seen of the list on paper, part by part, without what the styles hide."""
    page.emulate_media(media="print")
    return [text for text in page.locator("main :is(h1, h2, summary, button, .stays)").evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => e.textContent.trim())"
    ) if text]  # fmt: skip


def test_paper_holds_the_handout_the_worksheet_and_the_answers_and_no_button(
    browser: Browser, site: str
) -> None:
    page = open_page(browser)
    page.goto(f"{site}/list/?i={PAGE}@1!row-first&i=concept:lean&i={PAGE}@1!question-stored")
    seen = printed(page)
    site_url = seen[2].partition("/distinctions")[0]
    assert seen == [
        *("Reading list", "Read", f"{site_url}/distinctions/goods-vs-services/editions/1/"),
        f"{site_url}/concepts/lean/editions/1/",
        *("Sources", "Check yourself", "A loaf", "A haircut", "Answers"),
    ]
    reason = page.locator(".quiz details > div").first
    assert not reason.is_visible()
    assert page.locator(".hero .paper img").is_visible()
    assert page.locator(".hero .paper code").is_visible()
    breaks = "all => all.map(e => getComputedStyle(e).breakBefore)"
    assert page.locator("#check, section.paper").evaluate_all(breaks) == ["page", "page"]
    page.context.close()


def test_paper_has_three_pages_for_a_list_with_questions(browser: Browser, site: str) -> None:
    page = open_page(browser)
    page.goto(f"{site}/list/?i={PAGE}@1!row-first&i={PAGE}@1!question-stored")
    pdf = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 3
    page.context.close()
