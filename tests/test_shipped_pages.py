"""The shipped content as readers see it: the whole site, walked link by link."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any

import brotli
import html5lib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from test_share import fields, table

from concepts import rendering
from concepts.models import Edition, Page
from concepts.reading import FLAGSHIP

pytestmark = pytest.mark.django_db

FRONT = f"/distinctions/{FLAGSHIP[1]}/"
STYLES = Path(settings.BASE_DIR, "static", "css")
STYLE = STYLES / "site.css"
CLASSES = re.compile(r'class="([^"]*)"')
OWN_LINK = re.compile(r'href="(/(?!static/|on/|[^"]*/export/)[^"#]*)')


def walk(client: Client) -> dict[str, str]:
    """Every page that a reader can come to from the first one, by its address."""
    pages: dict[str, str] = {}
    todo = {"/"}
    while todo:
        address = todo.pop()
        answer = client.get(address)
        assert answer.status_code == 200, address
        pages[address] = answer.content.decode()
        todo |= set(OWN_LINK.findall(pages[address])) - pages.keys()
    return {address: text for address, text in pages.items() if address.endswith("/")
            and not address.endswith("/feed/")}  # fmt: skip


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """The pages of the shipped content, freshly imported and published."""
    with django_db_blocker.unblock(), transaction.atomic():
        content = Path(settings.BASE_DIR, "concepts", "content")
        call_command("import_content", str(content), publish=True, verbosity=0)
        yield walk(Client())
        transaction.set_rollback(True)


def weight(content: bytes) -> int:
    """Bytes over the wire."""
    return len(brotli.compress(content))


def test_the_checks_find_nothing_to_mend(site: dict[str, str]) -> None:
    out = StringIO()
    call_command("check_content", stdout=out, verbosity=2)
    assert out.getvalue().splitlines() == [
        f"{Edition.objects.count()} editions: 0 problems.",
        f"{Page.objects.count()} pages on the desk: 0 errors, 0 warnings.",
    ]


def test_every_link_leads_to_a_page_and_every_page_is_reached(site: dict[str, str]) -> None:
    files = Path(settings.BASE_DIR, "concepts", "content").glob("*/*.md")
    kinds = {"concepts", "distinctions", "organizations"}
    expected = {f"/{file.parent.name}/{file.stem}/" for file in files if file.parent.name in kinds}
    assert len(expected) > 100
    assert expected - site.keys() == set()


def test_every_page_is_well_formed(site: dict[str, str]) -> None:
    faults = {}
    for address, text in site.items():
        parser = html5lib.HTMLParser()
        parser.parse(text)
        faults[address] = parser.errors
    assert {address: errors for address, errors in faults.items() if errors} == {}


def test_every_address_within_a_page_leads_somewhere(site: dict[str, str]) -> None:
    dead = {}
    for address, text in site.items():
        ids = set(re.findall(r'\sid="([^"]+)"', text))
        within = set(re.findall(r'href="#([^"]+)"', text))
        others = re.findall(r'href="(/[^"#]*)#([^"]+)"', text)
        away = {f"{to}#{name}" for to, name in others if f' id="{name}"' not in site.get(to, "")}
        dead[address] = (within - ids) | away
    assert {address: names for address, names in dead.items() if names} == {}


def test_a_comparison_has_no_use_for_the_styles_that_it_does_not_load(
    site: dict[str, str],
) -> None:
    own, others = (
        set(re.findall(r"\.([a-z]\w*)", (STYLES / name).read_text()))
        for name in ("site.css", "kinds.css")
    )
    found = {to: text for to, text in site.items() if re.fullmatch(r"/distinctions/[^/]+/", to)}
    sheets = {tuple(re.findall(r'/static/css/([\w-]+)\.css"', text)) for text in found.values()}
    assert sheets == {("site",)}
    used = {
        name for text in found.values() for names in CLASSES.findall(text) for name in names.split()
    }
    assert used & (others - own) == set()
    assert others - own


def test_pages_are_light(site: dict[str, str]) -> None:
    style = weight(STYLE.read_bytes())
    comparisons = [text for to, text in site.items() if re.fullmatch(r"/distinctions/[^/]+/", to)]
    assert style <= 8_000
    assert style + median(weight(text.encode()) for text in comparisons) <= 14_000
    assert style + weight(max(site.values(), key=len).encode()) <= 40_000


def test_the_first_page_answers_with_the_flagship(site: dict[str, str]) -> None:
    assert f'<a href="{FRONT}">' in site["/"]
    assert re.search(r"1\d rows, every cell with its own sources", site["/"])


def test_the_flagship_shows_every_sentence_of_the_article(site: dict[str, str]) -> None:
    assert len(re.findall(r'class="claim" id="claim-', site[FRONT])) == 19


def test_the_first_page_and_the_flagship_draw_what_lies_inside_what(site: dict[str, str]) -> None:
    message = 'aria-label="Production management inside the larger box of Operations management"'
    assert message in site["/"]
    assert site[FRONT].count(message) == 2


def test_every_organization_is_drawn_as_flow_profile_and_ranking(site: dict[str, str]) -> None:
    pages = {to: text for to, text in site.items() if re.fullmatch(r"/organizations/[^/]+/", to)}
    found = {to: len(re.findall("<figure", text)) for to, text in pages.items()}
    assert {to for to, count in found.items() if count != 3} == {"/organizations/profiles/"}


def test_every_table_to_paste_says_what_its_document_says(site: dict[str, str]) -> None:
    editions = Edition.objects.as_of().filter(kind="distinction")
    assert len(editions) > 10
    for edition in editions:
        html = site[f"{edition.get_permanent_url()}share/"]
        pasted = table(fields(html)["table-code"])
        cells = [cell for row in edition.data()["rows"] for cell in row["cells"]]
        assert [_said(td) for td in pasted.iter("td")] == [
            " ".join(rendering.plain(cell["text"]).split())
            + " Our illustration." * cell["illustration"]
            for cell in cells
        ], edition
        links = [str(link.get("href")) for link in pasted.iter("a")]
        assert all(re.match(r"https?://", link) for link in links), edition


def _said(cell: Any) -> str:
    """The words of a cell without the numbers of its sources."""
    for parent in list(cell.iter()):
        for mark in [child for child in parent if child.tag == "sup"]:
            before = parent[: list(parent).index(mark)]
            if before:
                before[-1].tail = (before[-1].tail or "") + (mark.tail or "")
            else:
                parent.text = (parent.text or "") + (mark.tail or "")
            parent.remove(mark)
    return " ".join("".join(cell.itertext()).split())
