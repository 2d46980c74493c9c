"""A copy of the site in a real browser: from a disk, and from a plain server in a sub-folder."""

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from copies import export, site
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Browser, Page, expect
from test_browser import CHROMIUM, browser, open_page

from concepts.search.words import stem, words

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found"),
    pytest.mark.django_db,
]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def copy(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("copies") / "course" / "site"
    folder.parent.mkdir()
    with django_db_blocker.unblock(), transaction.atomic():
        with site():
            export(folder)
        transaction.set_rollback(True)
    return folder


@pytest.fixture(scope="module")
def served(copy: Path) -> Iterator[str]:
    handler = partial(_Quiet, directory=copy.parent)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/site"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["from a disk", "from a server"])
def root(request: pytest.FixtureRequest, copy: Path, served: str) -> str:
    return copy.as_uri() if request.param == "from a disk" else served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose browser complains of nothing and asks nobody else."""
    page = open_page(browser)
    complaints: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    yield page
    assert complaints == []
    assert len(asked) == 1
    page.context.close()


def test_a_reader_goes_from_the_first_page_to_an_old_edition_and_back(
    page: Page, root: str
) -> None:
    page.goto(f"{root}/index.html")
    page.get_by_role("link", name="Comparisons", exact=True).first.click()
    page.get_by_role("link", name="Goods vs services", exact=True).click()
    expect(page).to_have_url(f"{root}/distinctions/goods-vs-services/index.html")
    page.get_by_role("link", name="Swap sides").click()
    expect(page).to_have_url(re.compile(r"/swap-1/index\.html#table$"))
    page.get_by_role("link", name="All editions").first.click()
    page.locator("main a[href='1/index.html']").first.click()
    expect(page.locator(".status")).to_contain_text("You are reading edition 1")
    page.get_by_role("link", name="Home").click()
    expect(page).to_have_url(f"{root}/index.html")


def test_a_page_is_styled_and_its_definitions_show(page: Page, root: str) -> None:
    page.goto(f"{root}/distinctions/goods-vs-services/index.html")
    assert page.locator("main.doc").evaluate("e => getComputedStyle(e).maxWidth") != "none"
    word = page.locator("main a.def").first
    word.hover()
    expect(page.locator(".pop:popover-open")).to_be_visible()


def test_search_finds_without_a_server(page: Page, root: str) -> None:
    page.goto(f"{root}/concepts/goods/index.html")
    page.get_by_role("searchbox").fill("SERVICE goods")
    page.get_by_role("button", name="Find").click()
    found = page.locator("#found")
    expect(found.locator("p").first).to_have_text(re.compile("results for “SERVICE goods”"))
    first = found.locator("li a").first
    expect(first).to_have_text("Goods vs services")
    expect(page.locator("main input[name=q]")).to_have_value("SERVICE goods")
    first.click()
    expect(page).to_have_url(f"{root}/distinctions/goods-vs-services/index.html")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("alias 2", r"^\d results for “alias 2”\.$"),
        ("zzz", "Nothing is found for “zzz”"),
        ("goods zzz", r"^No page has all of these words\. \d+ results with some of them\.$"),
        ("constructor", "Nothing is found"),
        ("<b>x", "Nothing is found for “<b>x”"),
        ("%00 ! ?", "Nothing is found"),
    ],
)
def test_search_says_what_it_found(page: Page, served: str, asked: str, said: str) -> None:
    page.goto(f"{served}/search/index.html")
    page.locator("main input[name=q]").fill(asked)
    page.locator("main button").first.click()
    expect(page.locator("#found p").first).to_have_text(re.compile(said))


def test_a_name_comes_before_a_mention(page: Page, served: str) -> None:
    page.goto(f"{served}/search/index.html?q=services")
    expect(page.locator("#found li a").first).to_have_text("Services")


def test_without_scripts_the_search_page_says_what_else_there_is(
    browser: Browser, copy: Path
) -> None:
    page = open_page(browser, java_script_enabled=False)
    page.goto(f"{copy.as_uri()}/search/index.html?q=goods")
    expect(page.locator("#found p")).to_contain_text("Without scripts a copy cannot search.")
    page.locator("#found a").first.click()
    expect(page.locator("h1")).to_have_text("Glossary")
    page.context.close()


def test_the_script_finds_the_stems_that_the_site_finds(
    page: Page, copy: Path, served: str
) -> None:
    shipped = settings.BASE_DIR / "concepts" / "content"
    texts = [file.read_text(encoding="utf-8") for file in sorted(shipped.glob("*s/*.md"))]
    texts += ["U.S.A. Müller's naïve œuvre don’t ß Łódź R&D 3x3 rock'n'roll’s ANALYSES"]
    given = sorted({word for text in texts for word in re.split(r"\s+", text)})
    assert len(given) > 5_000
    page.goto(f"{served}/search/index.html")
    script = (copy / "search.js").read_text(encoding="utf-8")
    end = "  const asked ="
    assert script.count(end) == 1
    page.evaluate(script.replace(end, f"window.of = [wordsOf, stem];\n{end}"))
    made = page.evaluate("given => given.map(each => window.of[0](each).map(window.of[1]))", given)
    differ = {
        text: (own, theirs)
        for text, theirs in zip(given, made, strict=True)
        if (own := [stem(word) for word in words(text)]) != theirs
    }
    assert differ == {}


def test_a_page_that_moved_leads_on_by_itself(page: Page, root: str) -> None:
    page.goto(f"{root}/concepts/old-name/index.html")
    expect(page).to_have_url(f"{root}/concepts/new-name/index.html")


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_of_a_copys_own_scrolls_sideways(browser: Browser, served: str, width: int) -> None:
    page = open_page(browser, width)
    for address in ("search/index.html?q=goods", "concepts/old-name/editions/1/index.html"):
        page.goto(f"{served}/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.context.close()
