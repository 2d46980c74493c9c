"""Hostile texts in every place that anybody can write in, wherever the site shows them.

The site of `hostile_site.py` is walked: pages, editions, frames, histories, feeds, data, exports,
the desk, and a static copy. How each text fares alone is shown by `test_hostile_markdown.py`.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest
from copies import contents, export
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from hostile_site import TEXTS, WORST, fill
from page_faults import faults
from small_site import AREA, COMPARISON, CONCEPT, ORGANIZATION, PATH
from test_page_queries import ADDRESSES
from test_staff_urls import TABLE

from concepts.models import Edition, LogEntry, Page, PreviewLink
from concepts.views.exporting import FILES

pytestmark = pytest.mark.django_db

PAGES = (AREA, CONCEPT, COMPARISON, ORGANIZATION, PATH)
FORMULA = re.compile(r"(?:^|[;\t\r\n])\s*[=+\-@\t\r\0]")
"""Where a program of tables begins a cell, in whatever language it parts them."""


@pytest.fixture(scope="module", autouse=True)
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        with pytest.MonkeyPatch.context() as patch:
            # Whatever the checks of another day let through: an edition is shown for ever.
            patch.setattr("concepts.checks.RULES", ())
            fill()
            User.objects.create_superuser("root")
        yield
        transaction.set_rollback(True)


def addresses() -> list[str]:
    """Every public address, and the forms of each page of the site."""
    forms = [
        "",
        "?swap=1",
        "editions/",
        "editions/1..2/",
        "editions/2/",
        "feed/",
        "cite/",
        "share/",
    ]
    forms += ["index.json", "index.md", "index.csv", "index.bib", "index.ris", "sources.csl.json"]
    forms += [f"editions/2/{form}" for form in ("cite/", "share/", "index.json")]
    own = {f"{page}{form}" for page in (COMPARISON, CONCEPT) for form in forms}
    own |= {f"{page}editions/2/" for page in PAGES}
    own |= {f"{COMPARISON}cite/?row=row1&side=goods", f"{COMPARISON}share/?row=row1"}
    own |= {f"{CONCEPT}export/{file}" for file in FILES}
    own |= {f"/embed/{e.kind}/{e.slug}/?edition={e.number}" for e in Edition.objects.all()}
    own |= {
        f"/oembed?format={form}&url={settings.SITE_URL}{COMPARISON}" for form in ("json", "xml")
    }
    own |= {"/concepts/gone/", "/concepts/gone/editions/1/", "/concepts/gone/editions/"}
    own |= {"/sources/unused1999/", "/map/?area=foundations", "/embed/concept/gone/"}
    same = {"edition-export", "list-export", "card", "qr", "page-citation", "media", "embed"}
    names = ADDRESSES.keys() - same
    listed = {address for name in names for address in ADDRESSES[name]}
    return sorted(own | listed)


def echoes() -> list[str]:
    """Addresses that repeat what is asked for."""
    places = ["/search/?q=", "/search/suggest/?q=", "/list/?t=", "/list/?i=", "/list/?add="]
    places += ["/on/?day=", "/on/?day=x&page=", "/compare/?c=", "/practice/?area=", "/oembed?url="]
    places += [f"{COMPARISON}?on=", f"{COMPARISON}?hide=", f"{COMPARISON}cite/?row="]
    places += [f"{COMPARISON}share/?row=", "/embed/concept/goods/?row=", "/map/?area=", "/nothing/"]
    places += ["/on/", "/embed/concept/", "/timegate/", "/timemap/", "/schema/", "/preview/"]
    return [place + quote(WORST, safe="") for place in places]


def judged(answer: Any) -> list[str]:
    """What is wrong with an answer, by its type."""
    form, content = answer.headers.get("Content-Type", ""), answer.content
    if answer.status_code >= 500 or "Set-Cookie" in answer.headers:
        return [f"status {answer.status_code}"]
    if any(sign in f"{name}{value}" for name, value in answer.items() for sign in "\r\n\0"):
        return ["a header breaks"]
    if form.startswith("text/html"):
        return faults(content.decode(), settings.SITE_URL)
    if "xml" in form:
        ET.fromstring(content)
    elif "json" in form:
        json.loads(content)
    elif form.startswith("text/csv"):
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        cells = [cell for row in rows for cell in row if FORMULA.search(cell)]
        return [f"a formula: {cells[0][:60]}"] if cells else []
    elif "zip" in form or "apkg" in form:
        return judged_archive(zipfile.ZipFile(io.BytesIO(content)))
    return []


def judged_archive(archive: zipfile.ZipFile) -> list[str]:
    """What is wrong with an archive: each of its pages and data files must be whole."""
    assert archive.testzip() is None
    found = []
    for name in archive.namelist():
        if name.endswith((".xml", ".qti")):
            ET.fromstring(archive.read(name))
        elif name.endswith(".html"):
            found += faults(archive.read(name).decode(), settings.SITE_URL)
    return found


def wrong(client: Client, asked: list[str]) -> dict[str, Any]:
    found = {address: judged(client.get(address)) for address in asked}
    return {address: told for address, told in found.items() if told}


def test_the_site_says_hostile_things_indeed() -> None:
    titles = set(Page.objects.values_list("title", flat=True))
    assert WORST in titles
    written = "".join(Edition.objects.values_list("document", flat=True))
    as_written = {
        text: json.dumps(text.strip().replace("\r\n", "\n"), ensure_ascii=False)[1:-1]
        for text in TEXTS
    }
    assert [text for text, said in as_written.items() if said not in written] == []


def test_no_public_address_shows_a_hostile_text_as_anything_but_text(client: Client) -> None:
    assert wrong(client, addresses()) == {}


def test_no_address_gives_back_what_was_asked_as_anything_but_text(client: Client) -> None:
    found = wrong(client, echoes())
    answer = client.post("/check-links/", {"text": f"{settings.SITE_URL}/{WORST}", "since": WORST})
    assert (found, judged(answer)) == ({}, [])


def test_the_data_for_search_engines_is_the_text_itself(client: Client) -> None:
    for page in PAGES:
        html = client.get(page).content.decode()
        blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
        title = Edition.objects.filter(slug=page.split("/")[2]).latest("id").title
        assert any(title in json.dumps(json.loads(block), ensure_ascii=False)
                   or json.dumps(title, ensure_ascii=False)[1:-1]
                   in json.dumps(json.loads(block), ensure_ascii=False)
                   for block in blocks)  # fmt: skip


def test_no_page_of_the_desk_shows_a_hostile_text_as_anything_but_text(client: Client) -> None:
    client.force_login(User.objects.get(username="root"))
    slugs = {"concept": "goods", "distinction": "goods-vs-services", "organization": "bank"}
    ids = {kind: Page.objects.get(kind=kind, slug=slug).pk for kind, slug in slugs.items()}
    ids |= {"guide": Page.objects.filter(kind="guide").latest("id").pk}
    ids |= {
        "edition": Edition.objects.latest("id").pk,
        "logentry": LogEntry.objects.latest("id").pk,
    }
    ids |= dict.fromkeys(("source", "dimension", "sector", "user"), 1)
    found = {}
    for route, (model, _) in TABLE.items():
        kind = route.removeprefix("admin/concepts/").split("/")[0]
        pk = ids.get(kind, 1) if model else 1
        path = "/" + re.sub("<object_id>", str(pk), route).replace("<section>", "due")
        if "<" in path or kind in ("organization", "guide", "dimension", "sector"):
            continue  # made of the same parts as those that are looked at
        answer = client.get(path)
        if answer.status_code == 200 and "Content-Disposition" not in answer.headers:
            answer.headers.pop("Set-Cookie", None)
            found[path] = judged(answer)
    assert len(found) > 30
    assert {path: told for path, told in found.items() if told} == {}


def test_a_hostile_text_in_the_preview_of_a_draft_stays_text(client: Client) -> None:
    client.force_login(User.objects.get(username="root"))
    page = Page.objects.get(slug="goods-vs-services")
    answer = client.post(f"/admin/concepts/distinction/{page.pk}/preview/links/", {"note": WORST})
    assert answer.status_code in (200, 302)
    shown = client.get(f"/admin/concepts/distinction/{page.pk}/preview/")
    assert judged(shown) == []
    assert PreviewLink.objects.count() <= 1


def test_a_static_copy_shows_hostile_texts_as_text(tmp_path: Path) -> None:
    export(tmp_path / "copy")
    found = {}
    for name, content in contents(tmp_path / "copy").items():
        if name.endswith(".html") and name.startswith(("concepts/goods/", "distinctions/", "map")):
            found[name] = faults(content.decode(), settings.SITE_URL)
        elif name.endswith((".json", ".xml")):
            json.loads(content) if name.endswith("json") else ET.fromstring(content)
    assert len(found) > 10
    assert {name: told for name, told in found.items() if told} == {}


def test_what_follows_a_hostile_title_into_a_name_of_a_file_is_plain(client: Client) -> None:
    files = [f"{COMPARISON}index.{form}" for form in ("csv", "bib", "ris")]
    files += [f"{COMPARISON}export/{file}" for file in FILES]
    for address in (*files, f"/list/export/questions.csv?{urlencode({'t': WORST})}"):
        told = client.get(address).headers.get("Content-Disposition", "")
        assert re.fullmatch(r'(attachment; filename="[\w.-]+")?', told), address
