"""Writing in a real browser: pictures, links and citations, by keyboard alone and by mouse."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from admin_forms import address, log_in_writer
from django.core.management import call_command
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer
from samples import concept, source
from small_site import build, existing
from test_browser import CHROMIUM, browser
from upload_files import MEGABYTE, picture

from concepts.models import Distinction

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db,
]

CODE = r"!\[{}\]\(/media/[0-9a-f]{{64}}\.png#12x8\)"
BODY = "#id_body"


def fill() -> dict[str, str]:
    """A small site; the forms of a concept and of a comparison, and the session of a writer."""
    build(1)
    source("hopp2011", title="Factory Physics", author=[{"family": "Hopp"}], issued="2011")
    concept("takt-time")
    client = Client()
    log_in_writer(client)
    compared = Distinction.objects.get()
    page = existing("concept", "goods")
    assert page
    return {
        "session": client.cookies["sessionid"].value,
        "concept": address(page.concept),
        "distinction": address(compared),
    }


@pytest.fixture(scope="module")
def site(
    browser: Browser, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, str]]:
    """The address of a small site and what `fill` says of it. No test saves a form."""
    with django_db_blocker.unblock():
        known = fill()
        server = LiveServer("localhost")
        yield known | {"url": server.url}
        server.stop()
        call_command("flush", interactive=False)
        connections.close_all()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser has to complain of."""
    return []


@pytest.fixture
def page(browser: Browser, site: dict[str, str], complaints: list[str]) -> Iterator[Page]:
    """The form of a concept, open; whatever was done with it, the browser has no complaint."""
    opened = open_form(browser, site, "concept", complaints)
    opened.locator(BODY).fill("")
    yield opened
    assert complaints == []
    opened.context.close()


def log_in(context: BrowserContext, site: dict[str, str]) -> None:
    context.add_cookies([{"name": "sessionid", "value": site["session"], "url": site["url"]}])


def open_form(
    browser: Browser, site: dict[str, str], kind: str, complaints: list[str], **options: Any
) -> Page:
    context = browser.new_context(**options)
    log_in(context, site)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(site["url"] + site[kind])
    return page


def text_of(page: Page, field: str = BODY) -> str:
    return page.locator(field).input_value()


def give(page: Page, event: str, content: bytes, text: str = "", field: str = BODY) -> None:
    """Paste a file into a field, or drop it there, as the browser itself does."""
    script = """([selector, event, bytes, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], "lane.png", { type: "image/png" }));
      if (text) data.setData("text/plain", text);
      const how = { bubbles: true, cancelable: true };
      const made = event === "drop"
        ? new DragEvent("drop", { ...how, dataTransfer: data })
        : new ClipboardEvent("paste", { ...how, clipboardData: data });
      return !document.querySelector(selector).dispatchEvent(made);
    }"""
    page.locator(field).focus()
    page.evaluate(script, [field, event, [*content], text])


def marked(page: Page) -> str:
    """The suggestion that the field in use names as the active one."""
    script = """() => {
      const id = document.activeElement.getAttribute("aria-activedescendant");
      return id ? document.getElementById(id).firstChild.textContent : "";
    }"""
    return str(page.evaluate(script))


# Pictures -----------------------------------------------------------------------------------


@pytest.mark.parametrize("event", ["paste", "drop"])
def test_a_picture_is_given_its_words_and_stands_where_the_cursor_was(
    page: Page, event: str
) -> None:
    page.locator(BODY).fill("before after")
    page.locator(BODY).press("Home")
    for _ in "before ":
        page.keyboard.press("ArrowRight")
    give(page, event, picture())
    assert page.locator("#image-file").evaluate("e => e.files[0].name") == "lane.png"
    page.keyboard.type("A [green] lane")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(BODY)).to_be_focused()
    wanted = "before " + CODE.format(r"A \\\[green\\\] lane") + "after"
    expect(page.locator(BODY)).to_have_value(re.compile(f"^{wanted}$"))
    shown = page.locator(".field-body .markdownx-preview img")
    expect(shown).to_have_attribute("alt", "A [green] lane")
    assert shown.evaluate("e => e.decode().then(() => e.naturalWidth)") == 12
    page.locator(BODY).press("Control+z")
    assert text_of(page) == "before after"


def test_a_picture_is_chosen_and_called_decorative_by_keyboard_alone(page: Page) -> None:
    page.locator(BODY).focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    with page.expect_file_chooser() as chooser:
        assert page.evaluate("document.activeElement.textContent") == "Image …"
        page.keyboard.press("Enter")
        expect(page.locator("#image-file")).to_be_focused()
        page.keyboard.press("Enter")
    file = {"name": "lane.png", "mimeType": "image/png", "buffer": picture()}
    chooser.value.set_files([file])  # type: ignore[list-item]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("#image-alt").is_disabled()
    page.keyboard.press("Enter")
    expect(page.locator(BODY)).to_have_value(re.compile(f"^{CODE.format('decorative')}$"))
    expect(page.locator(".field-body .markdownx-preview img")).to_have_attribute("alt", "")


def test_a_refused_picture_says_why_and_loses_nothing(page: Page, complaints: list[str]) -> None:
    page.locator(BODY).fill("Kept.")
    give(page, "paste", b"no picture")
    page.keyboard.type("A lane")
    page.get_by_role("button", name="Upload").click()
    problem = page.locator(".writing-dialog[open] [role=alert]")
    expect(problem).to_contain_text("This file cannot be read as a picture")
    assert page.locator("#image-alt").input_value() == "A lane"
    # The browser notes each answer of this kind in its console.
    assert [text for text in complaints if "400 (Bad Request)" not in text] == []
    complaints.clear()
    page.keyboard.press("Escape")
    expect(page.locator(BODY)).to_be_focused()
    assert text_of(page) == "Kept."


def test_a_large_file_is_refused_before_it_is_sent(page: Page) -> None:
    page.get_by_role("textbox", name="Body").focus()
    page.get_by_role("button", name="Image …").click()
    file = {"name": "a.png", "mimeType": "image/png", "buffer": bytes(5 * MEGABYTE + 1)}
    page.locator("#image-file").set_input_files([file])  # type: ignore[list-item]
    page.locator("#image-alt").fill("A lane")
    page.get_by_role("button", name="Upload").click()
    problem = page.locator(".writing-dialog[open] [role=alert]")
    expect(problem).to_have_text("The picture is larger than 5 MB: save it smaller and try again.")


def test_words_are_asked_for(page: Page) -> None:
    give(page, "drop", picture())
    page.get_by_role("button", name="Upload").click()
    assert page.locator("#image-alt").evaluate("e => e.validity.valueMissing")
    assert page.locator(".writing-dialog").is_visible()


def test_text_with_a_picture_of_itself_is_pasted_as_text(page: Page) -> None:
    give(page, "paste", picture(), text="From an office program")
    assert page.locator(".writing-dialog").count() == 0


def test_when_the_session_has_ended_one_logs_in_elsewhere_and_uploads(
    page: Page, site: dict[str, str], complaints: list[str]
) -> None:
    give(page, "paste", picture())
    page.context.clear_cookies(name="sessionid")
    page.keyboard.type("A lane")
    page.get_by_role("button", name="Upload").click()
    problem = page.locator(".writing-dialog[open] [role=alert]")
    expect(problem).to_have_text("Only editors who are logged in may upload pictures.")
    # Logging in again changes the token, so that the one in the form is old.
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="Upload").click()
    expect(problem).to_contain_text("log in again in another tab, and try again here")
    log_in(page.context, site)
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(BODY)).to_have_value(re.compile(f"^{CODE.format('A lane')}$"))
    complaints.clear()  # the browser notes each refusal


# Links and citations ------------------------------------------------------------------------


def test_a_citation_is_completed_by_keyboard_while_it_is_typed(page: Page) -> None:
    page.locator(BODY).focus()
    page.keyboard.type("Known. [@phys")
    expect(page.locator("#writing-typed [role=option]")).to_have_count(1)
    assert marked(page) == "Factory Physics"
    expect(page.locator("#writing-typed + [role=status]")).to_contain_text("1 sources found")
    page.keyboard.press("Enter")
    expect(page.locator(BODY)).to_have_value("Known. [@hopp2011]")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("; @proof")
    expect(page.locator("#writing-typed [role=option]")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator(BODY)).to_have_value("Known. [@hopp2011; @little1961]")
    assert page.evaluate("document.activeElement.id") == "id_body"
    preview = page.locator(".field-body .markdownx-preview")
    expect(preview.locator(".cit a")).to_have_text(["1", "2"])


def test_a_link_is_completed_by_keyboard_while_it_is_typed(page: Page) -> None:
    page.locator(BODY).focus()
    page.keyboard.type("The [goods](concept:")
    options = page.locator("#writing-typed [role=option]")
    expect(options).to_have_count(4)
    first = marked(page)
    page.keyboard.press("ArrowUp")
    assert marked(page) == "Takt time"
    page.keyboard.press("ArrowDown")
    assert marked(page) == first
    expect(options.last).to_contain_text("concept:takt-time · concept, not published")
    page.keyboard.type("goo")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(BODY)).to_have_value("The [goods](concept:goods)")
    preview = page.locator(".field-body .markdownx-preview")
    expect(preview).to_have_text("The goods")
    assert preview.locator("a").get_attribute("href") == "/concepts/goods/"


def test_a_link_without_words_has_the_title_of_its_page(page: Page) -> None:
    page.locator(BODY).focus()
    page.keyboard.type("See [](takt")
    expect(page.locator("#writing-typed [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(BODY)).to_have_value("See [Takt time](concept:takt-time)")


def test_who_types_on_before_the_list_is_there_takes_what_was_typed(page: Page) -> None:
    page.locator(BODY).focus()
    page.keyboard.type("[@l")
    expect(page.locator("#writing-typed [role=option]").first).to_be_visible()
    page.keyboard.type("ittle")
    page.keyboard.press("Enter")
    expect(page.locator(BODY)).to_have_value("[@little1961]")


def test_escape_closes_the_list_and_keeps_what_was_typed(page: Page) -> None:
    page.locator(BODY).focus()
    page.keyboard.type("[@h")
    expect(page.locator("#writing-typed")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#writing-typed")).to_be_hidden()
    assert marked(page) == ""
    page.keyboard.press("Enter")
    assert text_of(page) == "[@h\n"


@pytest.mark.parametrize("text", ["![A lane](ta", "[a](https://exa", "(takt", "[a] (", "a@b"])
def test_nothing_is_offered_where_nothing_of_ours_begins(page: Page, text: str) -> None:
    page.locator(BODY).focus()
    page.keyboard.type(text)
    page.wait_for_timeout(400)
    assert page.locator("#writing-typed").is_hidden()


def test_a_suggestion_is_taken_with_the_mouse(page: Page) -> None:
    page.locator(BODY).focus()
    page.keyboard.type("[@")
    page.locator("#writing-typed [role=option]", has_text="Factory").click()
    assert text_of(page) == "[@hopp2011]"


def test_selected_words_become_a_link_behind_a_button(page: Page) -> None:
    page.locator(BODY).fill("The beat of it.")
    page.evaluate("document.querySelector('#id_body').setSelectionRange(4, 8)")
    page.locator(BODY).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#pick-page")).to_be_focused()
    assert page.locator(".writing-dialog[open] [role=alert]").is_hidden()
    assert page.locator("#pick-page-more").input_value() == "beat"
    page.keyboard.type("takt")
    expect(page.locator("#pick-page-list [role=option]")).to_have_count(1)
    assert page.locator("#pick-page").get_attribute("aria-expanded") == "true"
    page.keyboard.press("Enter")
    assert page.locator("#pick-page").input_value() == "Takt time"
    page.keyboard.press("Enter")
    expect(page.locator(BODY)).to_be_focused()
    assert text_of(page) == "The [beat](concept:takt-time) of it."
    page.keyboard.press("Control+z")
    assert text_of(page) == "The beat of it."


def test_a_citation_with_its_place_behind_a_button(page: Page) -> None:
    page.locator(BODY).fill("Known.")
    page.get_by_role("button", name="Cite …").click()
    page.keyboard.type("hopp")
    expect(page.locator("#pick-source-list [role=option]")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("p. 7; [8]")
    page.keyboard.press("Enter")
    expect(page.locator(BODY)).to_have_value("Known.[@hopp2011, p. 7 8]")


def test_nothing_chosen_is_said_and_escape_closes_first_the_list_then_the_dialog(
    page: Page,
) -> None:
    page.locator(BODY).focus()
    page.get_by_role("button", name="Link …").click()
    page.keyboard.type("zzz")
    expect(page.locator("#pick-page-list")).to_be_hidden()
    page.keyboard.press("Enter")
    problem = page.locator(".writing-dialog[open] [role=alert]")
    expect(problem).to_have_text("Choose a page from the list: type a part of its name.")
    page.locator("#pick-page").fill("goods")
    expect(page.locator("#pick-page-list")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#pick-page-list")).to_be_hidden()
    assert page.locator(".writing-dialog[open]").count() == 1
    page.keyboard.press("Escape")
    expect(page.locator(".writing-dialog[open]")).to_have_count(0)
    expect(page.locator(BODY)).to_be_focused()


# Counts -------------------------------------------------------------------------------------


def test_the_size_of_a_text_is_said_while_it_is_written(page: Page) -> None:
    page.locator(BODY).fill("Two words 🙂")
    size = page.locator(".field-body .writing-size")
    expect(size).to_have_text("3 words, 11 characters")
    named = (page.locator(BODY).get_attribute("aria-describedby") or "").split()
    assert size.get_attribute("id") in named
    assert "id_body_helptext" in named
    page.locator("#id_summary").focus()
    assert size.is_hidden()


def test_a_text_that_is_nearly_or_really_too_long_is_warned_of(page: Page) -> None:
    warning = page.locator(".field-body .writing-warning")
    page.locator(BODY).fill("ä" * 32_000)
    expect(warning).to_have_text("Nearly full: 1,536 bytes are left.")
    page.locator(BODY).fill("ä" * 32_769)
    expect(warning).to_have_text("2 bytes too long: it cannot be saved.")
    page.locator("#id_summary").focus()
    assert warning.is_visible()
    assert warning.get_attribute("role") == "status"


# Everywhere ---------------------------------------------------------------------------------


def test_a_row_added_in_the_browser_has_its_preview_and_its_helps(
    browser: Browser, site: dict[str, str], complaints: list[str]
) -> None:
    page = open_form(browser, site, "concept", complaints)
    group = page.locator("#misconceptions-group")
    group.locator("summary").first.click()
    group.get_by_role("button", name=re.compile("Add another")).click()
    field = group.locator(".dynamic-misconceptions textarea.markdownx-editor").last
    field.focus()
    page.keyboard.type("See [](takt")
    expect(page.locator("#writing-typed [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(field).to_have_value("See [Takt time](concept:takt-time)")
    box = field.locator("xpath=..")
    expect(box.locator(".markdownx-preview")).to_have_text("See Takt time")
    expect(box.locator(".writing-size")).to_have_text("3 words, 34 characters")
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_of_it_leads_sideways(
    browser: Browser, site: dict[str, str], complaints: list[str], width: int, scheme: str
) -> None:
    size = {"width": width, "height": 800}
    page = open_form(browser, site, "concept", complaints, viewport=size, color_scheme=scheme)
    page.locator(BODY).fill("A long text, so that the cursor stands at the right end of it [@")
    page.locator(BODY).press("End")
    page.keyboard.type("h")
    expect(page.locator("#writing-typed")).to_be_visible()
    boxes = [page.locator("#writing-typed").bounding_box()]
    page.keyboard.press("Escape")
    for name in ("Link …", "Cite …", "Image …"):
        page.get_by_role("button", name=name).click()
        boxes.append(page.locator(".writing-dialog[open]").bounding_box())
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    assert [
        box for box in boxes if not box or box["x"] < 0 or box["x"] + box["width"] > width
    ] == []
    assert complaints == []
