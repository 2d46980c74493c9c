"""`export_site`: the published site as plain files."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from copies import LIVE, Link, broken, contents, export, parsed, site
from django.core.management import CommandError
from django.db import transaction
from django.test import Client
from every_page import BEGUN
from samples import concept, publish
from small_site import PICTURE, existing
from test_drafts_are_hidden import (
    SECRET,
    edit_published_pages,
    edit_shared_things,
    make_unpublished_pages,
    schedule_an_edition,
)

from concepts import clock, stamp
from concepts.models import Edition
from concepts.static_copy import copied
from concepts.static_copy.markup import Additions, Links, rewritten
from concepts.static_copy.places import place

pytestmark = pytest.mark.django_db

PAGE = "distinctions/goods-vs-services/"
NOTE = re.compile(r'<div class="copy">.*?</div>(?=</footer>)', re.DOTALL)


@pytest.fixture(scope="module")
def copy(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A copy of a site with drafts and a scheduled edition, which is there to be asked too."""
    with django_db_blocker.unblock(), transaction.atomic():
        with site():
            edit_published_pages()
            make_unpublished_pages()
            edit_shared_things()
            schedule_an_edition()
            folder = tmp_path_factory.mktemp("copies") / "site"
            export(folder)
            yield folder
        transaction.set_rollback(True)


def text(folder: Path, file: str) -> str:
    return (folder / file).read_text(encoding="utf-8")


def links_of(folder: Path, page: str) -> set[str]:
    return {link.target for link in parsed(folder)[0] if link.page == page}


# What it holds --------------------------------------------------------------------------------


def test_no_link_of_a_copy_is_broken(copy: Path) -> None:
    assert broken(copy) == []


def test_the_checker_of_links_finds_what_is_broken(tmp_path: Path) -> None:
    targets = ["gone.html", "#gone", "/", "index.html?a=1", "../out.html", "http://127.0.0.1/"]
    page = "".join(f'<a href="{target}">x</a>' for target in targets)
    (tmp_path / "copy").mkdir()
    (tmp_path / "out.html").write_text("")
    (tmp_path / "copy" / "index.html").write_text(page)
    assert broken(tmp_path / "copy") == [Link("index.html", "a", each) for each in targets]


@pytest.mark.parametrize(
    "file",
    [
        *("index.html", "concepts/index.html", "areas/index.html", "about/index.html"),
        *("teachers/index.html", "developers/index.html", "accessibility/index.html"),
        *("sources/index.html", "sources/little1961/index.html", "sources/index.bib"),
        *("sources/little1961/index.csl.json", "dimensions/dimension1/index.html"),
        *("glossary/index.html", "map/index.html", "map/area-foundations/index.html"),
        *("organizations/profiles/index.html", "concepts/services/before/index.html"),
        *("practice/index.html", "practice/area-foundations/index.html", "search/index.html"),
        *(f"{PAGE}{end}" for end in ("index.html", "index.json", "index.md", "index.csv")),
        *(f"{PAGE}{end}" for end in ("index.bib", "index.ris", "index.csl.json", "sources.ris")),
        *(f"{PAGE}{end}index.html" for end in ("cite/", "editions/", "editions/1/", "swap-1/")),
        *(f"{PAGE}{end}index.html" for end in ("hide-goods/", "swap-1.hide-goods/")),
        *(f"{PAGE}editions/{end}" for end in ("1..2/index.html", "1/qr.svg", "1/index.csv")),
        *(f"{PAGE}editions/1/{end}" for end in ("cite/index.html", "hide-goods/index.html")),
        *(f"{PAGE}feed/index.xml", "feed/index.xml", "sitemap.xml", "robots.txt"),
        *("schema/distinction-1.json", "static/css/site.css", "static/icon.svg"),
        *(PICTURE[1:], "search.js", "search-index.js", ".site-copy"),
    ],
)
def test_a_copy_holds(copy: Path, file: str) -> None:
    assert (copy / file).is_file()


def test_every_edition_that_is_not_closed_stands_in_it_in_all_its_forms(copy: Path) -> None:
    open_ones = Edition.objects.published().filter(closure=None)
    assert open_ones.count() > 10
    for edition in open_ones:
        folder = copy / edition.get_permanent_url()[1:]
        assert (folder / "index.html").is_file()
        assert (folder / "index.json").read_text() == edition.document


def test_forms_for_programs_are_what_the_live_site_answers_byte_for_byte(copy: Path) -> None:
    made = {".site-copy", "search.js", "search-index.js"}
    files = {
        file: content
        for file, content in contents(copy).items()
        if not file.endswith(".html") and not file.startswith("static/") and file not in made
    }
    parts = [file.split("/") for file in sorted(files)]
    of_each = {(each[0], len(each), each[-1]): "/".join(each) for each in parts}
    assert len(of_each) > 70
    host = {"HTTP_HOST": "pom.example.edu", "wsgi.url_scheme": "https"}
    with clock.held(stamp.read().moment):
        for file in of_each.values():
            answer = Client().get(f"/{file.removesuffix('index.xml')}", **host)  # type: ignore[arg-type]
            assert answer.content == files[file], file


def bare(html: str) -> str:
    """A page without its links."""
    return re.sub(r' (href|src|action)="[^"]*"', "", html)


def test_but_for_links_and_the_line_of_the_copy_pages_are_as_the_live_site_answers(
    copy: Path,
) -> None:
    pages = ["", "map/", "glossary/", PAGE, f"{PAGE}editions/1/", f"{PAGE}cite/", "concepts/goods/"]
    suggest = re.compile(r'<script src="[^"]*suggest.js" defer></script>')
    with clock.held(stamp.read().moment):
        for page in pages:
            live = Client().get(f"/{page}", HTTP_HOST="pom.example.edu").content.decode()
            assert len(suggest.findall(live)) == 1
            here = text(copy, f"{page}index.html")
            assert bare(NOTE.sub("", here)) == bare(suggest.sub("", live)), page


def test_each_page_says_when_it_was_copied_from_where(copy: Path) -> None:
    for file in sorted(copy.rglob("*.html")):
        html = file.read_text(encoding="utf-8")
        assert len(NOTE.findall(html)) == 1, file
    said = NOTE.findall(text(copy, f"{PAGE}editions/1/index.html"))[0]
    address = f"{LIVE}/{PAGE}editions/1/"
    assert f'This is a copy of <a href="{address}">{address}</a>' in said
    assert "as it stood on 9 March 2040 at 12:00 UTC" in said


def test_the_canonical_address_is_the_live_one(copy: Path) -> None:
    for page in (PAGE, f"{PAGE}editions/1/", f"{PAGE}swap-1/"):
        html = text(copy, f"{page}index.html")
        assert f'<link rel="canonical" href="{LIVE}/{PAGE}">' in html


def test_what_a_copy_cannot_do_leads_to_the_live_site(copy: Path) -> None:
    found = links_of(copy, f"{PAGE}index.html")
    assert f"{LIVE}/{PAGE}editions/2/share/" in found
    assert f"{LIVE}/compare/" in found
    assert f"{LIVE}/on/yesterday/{PAGE}" in found
    forms = {link for link in parsed(copy)[0] if link.tag == "form"}
    there = {link.target.split("/")[2] for link in forms if link.target.startswith("https")}
    assert there == {"pom.example.edu"}
    here = {link.target for link in forms if not link.target.startswith("https")}
    assert {each.rpartition("../")[2] for each in here} == {"search/index.html", "index.html"}
    cite = {link.target for link in forms if link.page == f"{PAGE}cite/index.html"}
    assert cite == {"../../../search/index.html", f"{LIVE}/{PAGE}cite/"}


def test_links_keep_their_place_in_the_page(copy: Path) -> None:
    assert "swap-1/index.html#table" in links_of(copy, f"{PAGE}index.html")
    assert "../index.html#table" in links_of(copy, f"{PAGE}swap-1/index.html")


def test_practice_goes_on_to_the_last_questions_and_then_leads_to_the_live_site(copy: Path) -> None:
    pages = sorted(file.parent.name for file in (copy / "practice").rglob("index.html"))
    assert pages == ["area-foundations", "practice"]
    assert f"{LIVE}/practice/?order=2" in links_of(copy, "practice/index.html")


# What has ended -------------------------------------------------------------------------------


def test_a_withdrawn_page_says_so_and_its_editions_stay(copy: Path) -> None:
    assert "This page was withdrawn" in text(copy, "concepts/fad/index.html")
    assert "It passed." in text(copy, "concepts/fad/index.html")
    assert (copy / "concepts/fad/editions/1/index.json").is_file()
    assert not (copy / "concepts/fad/index.json").exists()


def test_of_a_closed_edition_nothing_is_copied_but_why(copy: Path) -> None:
    folder = copy / "concepts/shut/editions"
    assert "By order of a court." in text(copy, "concepts/shut/editions/1/index.html")
    assert sorted(contents(folder)) == ["1/index.html", "index.html"]


def test_a_page_that_was_renamed_leads_on_and_its_old_edition_stays(copy: Path) -> None:
    moved = text(copy, "concepts/old-name/index.html")
    assert 'content="0; url=../new-name/index.html"' in moved
    assert '<a href="../new-name/index.html">go there</a>' in moved
    history = text(copy, "concepts/old-name/editions/index.html")
    assert "url=../../new-name/editions/index.html" in history
    assert "You are reading edition 1" in text(copy, "concepts/old-name/editions/1/index.html")


def test_no_file_tells_what_only_the_desk_knows(copy: Path) -> None:
    told = {
        file
        for file, content in contents(copy).items()
        if SECRET in (file + content.decode(errors="replace")).casefold()
    }
    assert told == set()
    assert not (copy / "concepts/services/editions/3").exists()


# One moment -----------------------------------------------------------------------------------


def test_two_copies_at_one_stamp_are_equal_to_the_byte_and_it_says_how_much_that_is(
    copy: Path, tmp_path: Path
) -> None:
    with clock.held(clock.now() + timedelta(days=3)):  # and on another day
        said = export(tmp_path / "second")
    files = contents(copy)
    assert contents(tmp_path / "second") == files
    pages = sum(file.endswith(".html") for file in files)
    size = sum(map(len, files.values())) / 1e6
    told = f"Wrote {pages:,} pages and {len(files) - pages:,} other files, {size:.1f} MB, in "
    assert said.startswith(told)
    assert said.endswith(f" s: {tmp_path / 'second'}\n")


def test_what_editors_publish_meanwhile_stands_in_no_page_of_it(copy: Path, tmp_path: Path) -> None:
    at, asked = stamp.read().moment, []

    def publish_something(address: str) -> None:
        asked.append(address)
        if len(asked) == 20:
            publish(concept("meanwhile"))
            publish(concept("goods", existing("concept", "goods"), title="Meanwhile"))

    with transaction.atomic():
        copied(tmp_path, at, publish_something)
        assert Edition.objects.filter(title="Meanwhile").exists()
        transaction.set_rollback(True)
    assert len(asked) > 200
    assert contents(tmp_path) == contents(copy)


def test_a_past_day_can_be_copied(copy: Path, tmp_path: Path) -> None:
    export(tmp_path / "past", on=BEGUN.date().isoformat())
    assert not (tmp_path / "past" / PAGE / "editions/2").exists()
    assert "withdrawn" not in text(tmp_path / "past", "concepts/fad/index.html")
    assert "stood on 1 March 2040 at 23:59 UTC" in text(tmp_path / "past", "index.html")
    assert broken(tmp_path / "past") == []


@pytest.mark.parametrize("day", ["2039-01-01", "2041-01-01", "yesterday", ""])
def test_a_day_that_there_is_not_is_refused(copy: Path, tmp_path: Path, day: str) -> None:
    with pytest.raises(CommandError):
        export(tmp_path / "past", on=day)
    assert list(tmp_path.iterdir()) == []


# Its parts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/concepts/x/", "concepts/x/index.html"),
        ("/distinctions/x/?hide=a&swap=1", "distinctions/x/swap-1.hide-a/index.html"),
        ("/distinctions/x/?swap=1&hide=a", "distinctions/x/swap-1.hide-a/index.html"),
        ("/distinctions/x/index.csl.json", "distinctions/x/index.csl.json"),
        ("/feed/", "feed/index.xml"),
        ("/map/?area=a", "map/area-a/index.html"),
        ("/static/css/site.css", "static/css/site.css"),
        ("/distinctions/x/?on=2040-01-01", ""),
        ("/distinctions/x/?swap=1&swap=1", ""),
        ("/distinctions/x/?hide=../../etc", ""),
        ("/distinctions/x/?hide=", ""),
        ("/static/../secret%2e", ""),
        ("/map/?hide=a", ""),
        ("/search/?q=a", ""),
        ("/compare/", ""),
        ("/distinctions/x/share/", ""),
        ("/on/2040-01-01/", ""),
        ("/admin/", ""),
        ("/preview/a/", ""),
        ("/nothing", ""),
    ],
)
def test_an_address_has_one_file_or_none(address: str, file: str) -> None:
    found = place(*address.partition("?")[::2])
    assert (found.file if found else "") == file


TURNED = [
    ("<!doctype html>\n<p title='a href=\"x\"' data-href=y>&amp;\n", None),
    ("<a\nclass=b HREF='/a?b&amp;c' id=d>é</a>", '<a\nclass=b HREF="L&amp;a?b&amp;c" id=d>é</a>'),
    ('<script>"<a href=\\"/no\\">"</script><!-- <a href="/no"> -->', None),
    ("<svg><a xlink:href=/c></a></svg>", '<svg><a xlink:href="L&amp;c"></a></svg>'),
    ('<form method="get">', '<form action="F" method="get">'),
    ('<button formaction="/f">', '<button formaction="F/f">'),
    ('<form action="/g">', '<form action="F/g">'),
    (
        '<meta http-equiv="refresh" content="0; url=/m">',
        '<meta http-equiv="refresh" content="0; url=L&amp;m">',
    ),
    ('<meta property="og:url" content="/m">', None),
    ('<div class="run">\r\n', '<div class="run"><i>text</i>\r\n'),
    ('<img src="#" alt="/">', None),
    ("<footer></footer>", "<footer><i>foot</i></footer>"),
    ('<script src="/static/js/suggest.0a1b.js" defer></script>', "<i>script</i>"),
]
"""Pieces of a page, and what becomes of them; None: they stay."""


def test_only_links_of_a_page_are_changed() -> None:
    links = Links(lambda said: said.replace("/", "L&"), lambda said: f"F{said}")
    html = "".join(piece for piece, _ in TURNED)
    made = rewritten(html, links, Additions("<i>foot</i>", "<i>text</i>", "<i>script</i>"))
    assert made == "".join(piece if new is None else new for piece, new in TURNED)


def test_the_index_finds_pages_in_force_by_their_stems(copy: Path) -> None:
    said = text(copy, "search-index.js").removeprefix("var searchIndex = ").removesuffix(";\n")
    index = json.loads(said)
    titles = [page[0] for page in index["pages"]]
    assert "Goods vs services" in titles
    assert "A fad" not in titles
    assert index["pages"][titles.index("Goods")][1:] == [
        "Concept", "concepts/goods/index.html", "What goods are.", ["Alias 1", "Alias 2"]
    ]  # fmt: skip
    # By its summary; then by what else it says, where the summary does not say it.
    assert found(index, "stor", 0) >= {"Goods vs services"}
    assert found(index, "shar", 1) == {"Goods vs services"}
    assert {s for s in index["words"] if found(index, s, 0) & found(index, s, 1)} == set()


def found(index: Any, stem: str, where: int) -> set[str]:
    """Titles of the pages that have the stem in their names and summary (0) or elsewhere (1)."""
    distances = [int(each, 36) for each in index["words"][stem].split(".")[where].split()]
    return {index["pages"][number][0] for number in accumulate(distances)}
