"""Feeds: what they tell of the site and of a page, of whom, and to whom it is news."""

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import html5lib
import pytest
from django.test import Client
from samples import LATER, ROW, comparison, concept, publish, row, site_at

from concepts import publishing
from concepts.models import Edition

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
ATOM = "{http://www.w3.org/2005/Atom}"
NOW = datetime(2040, 3, 1, 12, tzinfo=UTC)
PAGE = "/distinctions/goods-vs-services/"
HOSTILE = "</title><script>alert(1)</script> ]]> & \" '"


class Entry(NamedTuple):
    """An entry of a feed as a feed reader sees it."""

    title: str
    id: str
    link: str
    updated: str
    category: str
    content: str


class Told:
    """A feed that was read, and found to have all that RFC 4287 asks for."""

    def __init__(self, answer: Any) -> None:
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
        root = ET.fromstring(answer.content)
        assert root.tag == f"{ATOM}feed"
        self.title = self.text(root, "title")
        self.updated = self.text(root, "updated")
        self.id = self.text(root, "id")
        self.links = {
            str(link.get("rel")): link.get("href") for link in root.findall(f"{ATOM}link")
        }
        [author] = root.findall(f"{ATOM}author")
        self.author = self.text(author, "name")
        self.entries = [self.entry(each) for each in root.findall(f"{ATOM}entry")]
        ids = [entry.id for entry in self.entries]
        assert len(ids) == len(set(ids))
        assert sorted(ids, key=self.updated_of, reverse=True) == ids

    @staticmethod
    def text(element: ET.Element, name: str) -> str:
        [found] = element.findall(f"{ATOM}{name}")
        assert found.text
        return found.text

    def entry(self, element: ET.Element) -> Entry:
        [link] = element.findall(f"{ATOM}link")
        [category] = element.findall(f"{ATOM}category")
        [summary] = element.findall(f"{ATOM}summary")
        assert summary.get("type") == "html"
        parser = html5lib.HTMLParser()
        parser.parseFragment(summary.text or "")
        assert parser.errors == []
        updated = self.text(element, "updated")
        assert datetime.fromisoformat(updated).tzinfo
        title, id_ = self.text(element, "title"), self.text(element, "id")
        told = (updated, str(category.get("term")), summary.text or "")
        return Entry(title, id_, str(link.get("href")), *told)

    def updated_of(self, id_: str) -> str:
        return next(entry.updated for entry in self.entries if entry.id == id_)


def words(content: str) -> str:
    return html.unescape(" ".join(re.sub("<[^>]*>", " ", content).split()))


@pytest.fixture
def site(client: Client) -> Iterator[Client]:
    """A reader, on 1 March 2040."""
    with site_at(NOW):
        yield client


def changed() -> Edition:
    """The comparison of goods and services in its third edition."""
    page = comparison()
    publish(page, note="")
    fields = {"rows": [row("scope", goods="Objects.", services="Acts."), LATER]}
    publish(comparison(page, **fields), significance="meaning", note="Objects, not things.")
    dropped = [{"key": "scope", "label": "Scope", "successor": "later"}]
    return publish(
        comparison(page, rows=[LATER], retired_rows=dropped, principle="Storing."),
        significance="wording",
    )


# What is told ---------------------------------------------------------------------------------


def test_each_edition_is_an_entry_that_says_which_rows_changed_and_whether_the_meaning_did(
    site: Client,
) -> None:
    changed()
    with site_at(NOW + timedelta(days=1)):
        told = Told(site.get(f"{PAGE}feed/"))
    own = f"{SITE}{PAGE}editions"
    assert [(entry.title, entry.id, entry.category) for entry in told.entries] == [
        ("Goods vs services, edition 3", f"{own}/3/", "wording"),
        ("Goods vs services, edition 2", f"{own}/2/", "meaning"),
        ("Goods vs services, edition 1", f"{own}/1/", "new"),
    ]
    third, second, first = told.entries
    assert re.fullmatch(
        r"Only the wording changed\. .*[Dd]ropped.* Other parts of the page changed too\.",
        words(third.content),
    )
    assert f'href="{own}/3/#row-later"' in third.content
    assert words(second.content).startswith("The meaning changed. Objects, not things. ")
    assert "Other parts" not in second.content
    assert f'<a href="{own}/2/#row-scope">Scope</a>' in second.content
    assert f'<a href="{own}/2/#row-later">Scope</a>' in second.content
    assert words(first.content) == "The first edition. Goods can be stored."


def test_a_feed_says_whose_it_is_and_where_it_stands(site: Client) -> None:
    edition = changed()
    with site_at(NOW + timedelta(days=1)):
        of_page, of_site = Told(site.get(f"{PAGE}feed/")), Told(site.get("/feed/"))
    assert (of_page.title, of_site.title) == (
        "Goods vs services – POM, explained",
        "POM, explained",
    )
    assert of_page.author == of_site.author == "POM, explained"
    assert of_page.links == {"alternate": f"{SITE}{PAGE}", "self": f"{SITE}{PAGE}feed/"}
    assert of_site.links == {"alternate": f"{SITE}/", "self": f"{SITE}/feed/"}
    assert datetime.fromisoformat(of_page.updated) == edition.published_at
    assert of_site.updated == of_page.updated == of_site.entries[0].updated


def test_the_feed_of_the_site_tells_of_all_pages_the_newest_first(site: Client) -> None:
    changed()
    with site_at(NOW + timedelta(days=1)):
        told = Told(site.get("/feed/"))
    assert [entry.title for entry in told.entries] == [
        *(f"Goods vs services, edition {number}" for number in (3, 2, 1)),
        "Services, edition 1",
        "Goods, edition 1",
    ]
    assert words(told.entries[1].content).startswith("The meaning changed. Objects, not things.")


def test_no_feed_tells_of_more_than_thirty(site: Client) -> None:
    page = concept()
    for number in range(33):
        publish(concept("takt-time", page, summary=f"Version {number}."))
    with site_at(NOW + timedelta(days=1)):
        feeds = [Told(site.get(address)) for address in ("/feed/", "/concepts/takt-time/feed/")]
    for told in feeds:
        numbers = [int(entry.id.split("/")[-2]) for entry in told.entries]
        assert numbers == list(range(33, 3, -1))
        assert words(told.entries[-1].content) == "The meaning changed."


def test_a_change_of_the_review_only_says_so(site: Client) -> None:
    page = comparison()
    publish(page)
    publish(comparison(page, reviewed_on="2040-02-01"), significance="checked")
    with site_at(NOW + timedelta(days=1)):
        entry = Told(site.get(f"{PAGE}feed/")).entries[0]
    assert entry.category == "checked"
    expected = "Only the date of the review changed. No row of the table changed."
    assert words(entry.content) == expected


# Withdrawn, closed, moved ---------------------------------------------------------------------


def test_a_withdrawal_is_news_with_its_reason_and_the_feed_of_the_page_stays(site: Client) -> None:
    page = concept("fad", title="A fad")
    publish(page)
    publishing.withdraw(page, by=None, reason="It passed.")
    with site_at(NOW + timedelta(days=1)):
        assert site.get("/concepts/fad/").status_code == 410
        feeds = [Told(site.get(address)) for address in ("/feed/", "/concepts/fad/feed/")]
    for told in feeds:
        gone, new = told.entries
        assert (gone.title, gone.category) == ("A fad: withdrawn", "withdrawn")
        assert gone.id == f"{new.id}#withdrawn"
        assert gone.link == f"{SITE}/concepts/fad/editions/"
        expected = "This page was withdrawn: It passed. Its editions can still be read."
        assert words(gone.content) == expected


def test_a_page_that_came_back_tells_of_both(site: Client) -> None:
    page = concept("fad", title="A fad")
    publish(page)
    publishing.withdraw(page, by=None, reason="It passed.")
    publish(concept("fad", page, summary="It is back."))
    with site_at(NOW + timedelta(days=1)):
        told = Told(site.get("/concepts/fad/feed/"))
    assert [entry.category for entry in told.entries] == ["meaning", "withdrawn", "new"]


def test_a_closed_edition_leaves_no_word(site: Client) -> None:
    page = comparison(title="Secret vs libel", summary="Libel.")
    first = publish(page)
    publish(comparison(page, rows=[LATER], retired_rows=[{"key": "scope", "reason": "Gone."}]))
    publishing.close(first, by=None, reason="A court.")
    with site_at(NOW + timedelta(days=1)):
        answers = [site.get(address) for address in ("/feed/", f"{PAGE}feed/")]
    for answer in answers:
        [entry] = [each for each in Told(answer).entries if "distinctions" in each.id]
        assert entry.id.endswith("/editions/2/")
        assert "can no longer be read" in words(entry.content)
        assert b"Libel" not in answer.content
        assert b"row" not in answer.content


def test_the_withdrawal_of_a_closed_edition_is_not_told(site: Client) -> None:
    page = concept("libel", title="Libel")
    edition = publish(page)
    publishing.withdraw(page, by=None, reason="Libellous.")
    publishing.close(edition, by=None, reason="A court.")
    with site_at(NOW + timedelta(days=1)):
        for address in ("/feed/", "/concepts/libel/feed/"):
            answer = site.get(address)
            assert Told(answer).entries == []
            assert b"Libel<" not in answer.content
            assert b"Libellous" not in answer.content


def test_a_renamed_page_leads_on_to_its_feed(site: Client) -> None:
    page = concept("beat")
    publish(page)
    publish(concept("takt", page))
    with site_at(NOW + timedelta(days=1)):
        answer = site.get("/concepts/beat/feed/?a=b")
        assert (answer.status_code, answer["Location"]) == (301, "/concepts/takt/feed/?a=b")
        told = Told(site.get("/concepts/takt/feed/"))
    assert [entry.id for entry in told.entries] == [
        f"{SITE}/concepts/takt/editions/2/",
        f"{SITE}/concepts/beat/editions/1/",
    ]


def test_what_is_scheduled_or_a_draft_is_no_news(site: Client) -> None:
    page = concept("beat")
    publish(page)
    later = concept("beat", page, title="Tomorrow")
    publish(later, at=NOW + timedelta(days=2), note="Tomorrow.")
    concept("draft")
    with site_at(NOW + timedelta(days=1)):
        assert [entry.title for entry in Told(site.get("/feed/")).entries] == ["Beat, edition 1"]
        assert len(Told(site.get("/concepts/beat/feed/")).entries) == 1
        assert site.get("/concepts/draft/feed/").status_code == 404
    with site_at(NOW + timedelta(days=3)):
        assert Told(site.get("/feed/")).entries[0].title == "Tomorrow, edition 2"


def test_a_site_without_a_page_has_an_empty_feed(client: Client) -> None:
    told = Told(client.get("/feed/"))
    assert (told.entries, told.updated) == ([], "1970-01-01T00:00:00+00:00")
    assert client.get("/concepts/nothing/feed/").status_code == 404


# Hostile words --------------------------------------------------------------------------------


def test_hostile_words_stay_words(site: Client) -> None:
    page = comparison(title=HOSTILE, summary=f"`{HOSTILE}`")
    publish(page, note=HOSTILE)
    publish(
        comparison(page, title=HOSTILE, rows=[LATER | {"key": "x"}, ROW]),
        note=HOSTILE + "\x0b\ufffe",
    )
    publishing.withdraw(page, by=None, reason=HOSTILE)
    with site_at(NOW + timedelta(days=1)):
        answer = site.get(f"{PAGE}feed/")
    gone, second, first = Told(answer).entries
    assert second.title == f"{HOSTILE}, edition 2"
    for entry in (gone, second, first):
        assert HOSTILE in words(entry.content)
        assert "<script>" not in entry.content
    assert b"<script" not in answer.content


# Asking again ---------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/feed/", f"{PAGE}feed/"])
def test_a_reader_that_has_the_feed_is_told_so_until_something_happens(
    site: Client, address: str
) -> None:
    publish(comparison())
    with site_at(NOW + timedelta(days=1)):
        first = site.get(address)
        has = {"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]}
        assert first["Cache-Control"] == "no-cache"
        assert site.get(address, headers=has).status_code == 304
        for name, value in has.items():
            assert site.get(address, headers={name: value}).status_code == 304
        publishing.close(Edition.objects.get(kind="distinction"), by=None, reason="A court.")
    with site_at(NOW + timedelta(days=2)):
        for name, value in has.items():
            assert site.get(address, headers={name: value}).status_code == 200


def test_a_feed_is_for_programs_of_any_site_and_changes_nothing(site: Client) -> None:
    publish(comparison())
    with site_at(NOW + timedelta(days=1)):
        for address in ("/feed/", f"{PAGE}feed/"):
            answer = site.get(address)
            assert answer["Access-Control-Allow-Origin"] == "*"
            assert "Set-Cookie" not in answer.headers
            assert site.post(address).status_code == 405
            assert site.head(address).content == b""
