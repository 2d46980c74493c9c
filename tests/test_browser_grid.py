"""A comparison edited in a real browser: rows, order, retiring, lists, by keyboard and by mouse."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import samples
from admin_forms import address, log_in_writer
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer
from test_browser import CHROMIUM, browser, follow

from concepts.models import Dimension

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db(transaction=True),  # the server writes
]

ROWS = ("scope", "origin", "output")


@pytest.fixture
def site(browser: Browser, live_server: LiveServer) -> tuple[str, str, str]:
    """A published comparison of three rows: the site, the form's path, an editor's session."""
    for key in (*ROWS, "unit-cost"):
        Dimension.objects.create(key=key, label=key.replace("-", " ").capitalize())
    samples.organization("bank")
    rows = [
        {**samples.row(key, goods=f"{key} of goods", services=f"{key} of services"),
         "dimension": key} for key in ROWS
    ]  # fmt: skip
    made = samples.comparison(rows=rows)
    samples.publish(made)
    client = Client()
    log_in_writer(client)
    return live_server.url, address(made), client.cookies["sessionid"].value


Open = Callable[..., Page]


@pytest.fixture
def form(browser: Browser, site: tuple[str, str, str]) -> Iterator[Open]:
    """Opens the comparison's form; whatever is done there, the browser has no complaint."""
    complaints: list[str] = []
    opened = []
    url, path, session = site

    def open_form(width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url + path)
        return page

    yield open_form
    for context in opened:
        context.close()
    assert complaints == []


def save(page: Page) -> None:
    """Save by keyboard and stay on the form."""
    page.locator("[name=_continue]").press("Enter")
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.wait_for_load_state()  # the message stands above the rows


def row_keys(page: Page) -> list[str]:
    keys = page.locator("#rows-group tr.inline-related:not(.empty-form) .field-key input")
    return [field.input_value() for field in keys.all()]


def focused(page: Page) -> str:
    script = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.id"
    return str(page.evaluate(script))


def said(page: Page) -> str:
    return str(page.locator("[aria-live=polite]").last.inner_text())


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).first.bounding_box()
    assert found
    return {**found}  # type: ignore[dict-item]


# The table ------------------------------------------------------------------------------------


def test_the_names_of_the_sides_stay_above_the_cells(form: Open) -> None:
    page = form()
    head = page.locator("#rows-group thead th")
    assert head.all_inner_texts() == ["ROW", "GOODS", "SERVICES"]
    page.set_viewport_size({"width": 1280, "height": 500})
    page.locator("#rows-1").evaluate("row => row.scrollIntoView()")
    assert box(page, "#rows-group thead th:nth-child(2)")["y"] == 0
    goods, services = (box(page, f"#id_rows-2-cell_{side}") for side in ("goods", "services"))
    assert goods["y"] == services["y"]
    assert goods["x"] + goods["width"] < services["x"]


def test_on_a_phone_the_cells_stand_below_each_other_with_the_names_of_their_sides(
    form: Open,
) -> None:
    page = form(width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert not page.locator("#rows-group thead").is_visible()
    goods, services = (box(page, f"#id_rows-0-cell_{side}") for side in ("goods", "services"))
    assert services["y"] > goods["y"] + goods["height"]
    assert page.locator("#rows-0 .column").all_inner_texts() == ["Goods", "Services"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_names_above_the_cells_are_read_by_day_and_by_night(form: Open, scheme: str) -> None:
    page = form(color_scheme=scheme)
    ink, paper = (
        page.locator("#rows-group thead th").first.evaluate(
            f"e => Math.max(...getComputedStyle(e).{name}.match(/\\d+/g).slice(0, 3).map(Number))"
        )
        for name in ("color", "backgroundColor")
    )
    assert (ink > paper) == (scheme == "dark")
    assert abs(ink - paper) > 150


# By keyboard ----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390])
def test_a_row_is_added_typed_previewed_and_saved_without_a_mouse(form: Open, width: int) -> None:
    page = form(width)
    page.locator("#rows-group .add-row a").press("Enter")
    assert focused(page) == "id_rows-3-dimension"
    page.keyboard.type("Unit")
    page.keyboard.press("Tab")
    assert page.locator("#id_rows-3-key").input_value() == "unit-cost"
    assert page.locator("#id_rows-3-cell_goods").get_attribute("placeholder") == "Empty"
    page.locator("#id_rows-3-cell_goods").focus()
    page.keyboard.type("It is **high**.")
    preview = page.locator("#rows-3 .markdownx-preview strong")
    expect(preview).to_have_text("high")
    save(page)
    assert row_keys(page) == [*ROWS, "unit-cost"]
    assert page.locator("#id_rows-3-cell_goods").input_value() == "It is **high**."


def test_a_row_moves_by_its_buttons_which_keep_the_focus_and_say_where_it_is(form: Open) -> None:
    page = form()
    page.locator("#rows-0 .move").nth(1).focus()
    assert focused(page) == "Down: Scope"
    page.keyboard.press("Enter")
    assert (focused(page), said(page)) == ("Down: Scope", "Scope is now 2 of 3.")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert said(page) == "Scope is last already."
    page.locator("#rows-2 .move").first.press("Enter")
    assert said(page) == "Output is now 1 of 3."
    assert not page.locator("#id_rows-0-position").is_visible()
    save(page)
    assert row_keys(page) == ["output", "origin", "scope"]


def test_sides_change_places(form: Open) -> None:
    page = form()
    page.locator("#sides-1 .move").first.press("Enter")
    save(page)
    assert page.locator("#rows-group thead th").all_inner_texts()[1:] == ["SERVICES", "GOODS"]


def test_a_new_row_keeps_its_place_when_another_new_one_is_taken_away(form: Open) -> None:
    page = form()
    for _ in range(2):
        page.locator("#rows-group .add-row a").press("Enter")
    page.locator("#id_rows-3-dimension").select_option(label="Unit cost")
    page.locator("#rows-3 .move").first.press("Enter")
    page.locator("#rows-4 .inline-deletelink").press("Enter")
    order = ["scope", "origin", "unit-cost", "output"]
    assert row_keys(page) == order
    save(page)
    assert row_keys(page) == order


def test_a_row_is_retired_with_a_successor_and_what_is_missing_is_asked(form: Open) -> None:
    page = form()
    page.locator("#rows-0 summary").press("Enter")
    page.locator("#id_rows-0-DELETE").press("Space")
    page.locator("[name=_continue]").press("Enter")
    page.wait_for_load_state()
    assert focused(page) == "id_rows-0-reason"
    asked = page.locator("#rows-0 .errorlist").inner_text()
    assert asked == "Choose what stands in its place, or say why it is gone."
    page.locator("#id_rows-0-successor").select_option(label="Origin")
    save(page)
    assert row_keys(page) == ["origin", "output"]
    page.locator("summary", has_text="Keys that are gone").press("Enter")
    assert page.locator("#id_retired_rows-0-key").input_value() == "scope"
    assert page.locator("#id_retired_rows-0-successor").input_value() == "origin"


# By mouse -------------------------------------------------------------------------------------


def test_a_row_is_dragged_to_its_place(form: Open) -> None:
    page = form()
    page.locator("#rows-0").scroll_into_view_if_needed()
    handle, last = box(page, "#rows-0 .handle"), box(page, "#rows-1")
    page.mouse.move(handle["x"] + 5, handle["y"] + 5)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, last["y"] + last["height"] * 0.9, steps=10)
    page.mouse.up()
    assert row_keys(page) == ["origin", "scope", "output"]
    save(page)
    assert row_keys(page) == ["origin", "scope", "output"]


# Lists ----------------------------------------------------------------------------------------


def test_lists_grow_move_and_shrink_without_a_mouse(form: Open) -> None:
    page = form()
    page.locator("#id_similarities > .add").press("Enter")
    assert focused(page) == "id_similarities-2"
    page.keyboard.type("Both are *paid*.")
    expect(page.locator("#id_similarities .markdownx-preview em")).to_have_text("paid")
    page.locator("#id_similarities > .parts-item").nth(2).locator(".move").first.press("Enter")
    page.locator("[name=similarities-0-DELETE]").press("Space")
    page.locator("summary", has_text="In practice").press("Enter")
    page.locator("#id_practice > .add").press("Enter")
    page.keyboard.type("bank")
    page.locator("#id_practice-0-texts-goods-text").fill("Cards.")
    save(page)
    texts = page.locator("#id_similarities > .parts-item textarea")
    values = [field.input_value() for field in texts.all()]
    assert values == ["Both are *paid*.", "Both are sold."]
    page.locator("summary", has_text="In practice").press("Enter")
    assert page.locator("#id_practice-0-organization").input_value() == "bank"
    assert page.locator("#id_practice-0-texts-goods-text").input_value() == "Cards."


def test_a_form_asks_for_one_preview_at_a_time_and_again_when_it_is_put_off(form: Open) -> None:
    page = form()
    under_way, most, refusals = 0, 0, ['{"error": "This one follows.", "retry_after": 1}']

    def answer(route: Route) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        page.wait_for_timeout(50)
        under_way -= 1
        route.fulfill(body=refusals.pop() if refusals else "<p>Shown.</p>")

    page.route("**/markdown/preview/", answer)
    page.reload()
    shown = page.locator(".markdownx-preview")
    expect(shown.get_by_text("Shown.").nth(3)).to_be_visible()
    expect(shown.get_by_text("This one follows.")).to_have_count(0)
    page.unroute_all(behavior="wait")
    assert (most, refusals) == (1, [])


def test_without_script_order_is_typed_and_lists_have_room_at_their_end(form: Open) -> None:
    page = form(java_script_enabled=False)
    assert page.locator("#id_rows-0-position").is_visible()
    page.locator("#id_rows-0-position").fill("9")
    page.locator("#id_similarities-2").fill("Both are paid.")
    page.locator("[name=similarities-2-ORDER]").fill("1")
    follow(page.locator("[name=_continue]"))
    assert row_keys(page) == ["origin", "output", "scope"]
    texts = [page.locator(f"#id_similarities-{n}").input_value() for n in range(5)]
    assert texts == ["Both are outputs.", "Both are paid.", "Both are sold.", "", ""]
