"""The syllabus check: what each link shows, what changed since; nothing is written or kept."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import html5lib
import pytest
from bulk import write
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from samples import LATER, ROW, comparison, concept, guide, publish, row, site_at
from small_site import existing, section, words

from concepts import choosing, clock, publishing
from concepts.documents import Concept
from concepts.models import Closure, Edition, Page
from concepts.reading import days
from concepts.views.syllabus import MOST_BYTES

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = (datetime(2040, 3, day, 12, tzinfo=UTC) for day in (1, 5, 9))
NOW = datetime(2040, 3, 20, 12, tzinfo=UTC)
SITE = settings.SITE_URL
PAIR = f"{SITE}/distinctions/goods-vs-services/"
BEAT = f"{SITE}/concepts/beat/"
WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE|REPLACE|CREATE|SAVEPOINT|BEGIN)\b")


@pytest.fixture(autouse=True)
def begun() -> Iterator[None]:
    """The site began on 1 March 2040."""
    days.forget()
    with site_at(FIRST):
        comparison(rows=[ROW, LATER])
        publish(Page.objects.get(slug="goods-vs-services"))
        publish(concept("beat", title="Beat"))
        publish(guide())
        yield
    days.forget()


@contextmanager
def on_20_march() -> Iterator[None]:
    """Readers read on that day; the verbs may still go back to days before."""
    remembered = clock._moments[:]
    clock.remember(NOW)
    yield
    clock._moments[:] = remembered


def pair(at: datetime, significance: str = "meaning", **fields: Any) -> Edition:
    """A later edition of the comparison."""
    with site_at(at):
        fields = {"rows": [ROW, LATER], **fields}
        page = comparison(existing("distinction", "goods-vs-services"), **fields)
        return publish(page, significance=significance, note="Because.")


def post(text: str, status: int = 200, **more: str) -> str:
    with on_20_march():
        answer = Client().post("/check-links/", {"text": text, **more})
    assert answer.status_code == status
    return answer.content.decode()


def told(text: str, group: str, **more: str) -> str:
    """What stands in one group of the answer: attention, changed, order, without."""
    return words(section(post(text, **more), group))


def pinned(text: str, **more: str) -> str:
    """The text of the answer, with pinned links."""
    page = html5lib.parse(post(text, **more), namespaceHTMLElements=False)
    area = page.find(".//textarea[@id='pinned-text']")
    return (area.text or "") if area is not None else ""


# What a link shows ----------------------------------------------------------------------------


def test_a_link_to_a_page_follows_and_is_offered_pinned() -> None:
    pair(SECOND, summary="Goods can be kept.")
    order = told(f"Read {PAIR}.", "order")
    assert "Goods vs services" in order
    assert "Follows the newest edition, today edition 2 of 5 March 2040." in order
    assert f"Pinned: {PAIR}editions/2/" in order
    assert pinned(f"Read {PAIR}.") == f"Read {PAIR}editions/2/."


def test_a_pinned_link_tells_what_changed_since_by_row() -> None:
    changed = row("scope", goods="Other things.", services="Acts.")
    added = row("new", goods="One.", services="Two.")
    retired = [{"key": "later", "label": "Later row", "successor": "new"}]
    pair(SECOND, rows=[changed, LATER])
    pair(THIRD, rows=[changed, added], retired_rows=retired, significance="wording")
    text = f"{PAIR}editions/1/"
    answer = told(text, "attention")
    assert "Pinned to edition 1 of 1 March 2040. Edition 3 of 9 March 2040 is the newest." in answer
    assert "Since edition 1 of 1 March 2040 the meaning changed. 1 of 2 rows changed: " in answer
    assert "Dropped: Scope, now Scope. New: Scope." in answer
    assert f"To move on to edition 3: {PAIR}editions/3/" in answer
    assert 'href="/distinctions/goods-vs-services/editions/1..3/"' in post(text)
    assert pinned(text) == ""


def test_a_change_of_wording_needs_no_attention() -> None:
    pair(SECOND, summary="Goods may be stored.", significance="wording")
    answer = told(f"{PAIR}editions/1/", "changed")
    assert "the wording changed, not the meaning" in answer
    assert "None needs attention." in words(post(f"{PAIR}editions/1/"))


def test_the_row_that_is_linked_counts_more_than_the_page() -> None:
    pair(SECOND, rows=[ROW, row("later", goods="Kept.", services="Not kept.")])
    assert "points at reads as it did." in told(f"{PAIR}editions/1/#row-scope", "changed")
    assert "points at changed." in told(f"{PAIR}editions/1/#row-later--goods", "attention")


def test_each_pinned_link_is_compared_with_the_newest_edition_whatever_else_is_asked() -> None:
    pair(SECOND, rows=[row("scope", goods="Other things.", services="Acts."), LATER])
    pair(THIRD, summary="Goods may be stored.")
    text = f"{PAIR}editions/2..3/#row-scope {PAIR}editions/2/#row-scope {PAIR}editions/1/#row-scope"
    answer = words(post(text))
    assert "Always shows what changed between editions 2 and 3." in answer
    assert answer.count("points at changed.") == 1
    assert answer.count("points at reads as it did.") == 1
    alone = told(f"{PAIR}editions/2..3/#row-scope {PAIR}editions/1/#row-scope", "changed")
    assert "points at reads as it did." in alone


def test_a_pinned_link_to_the_newest_edition_is_in_order() -> None:
    assert "Pinned to edition 1 of 1 March 2040. It is the newest." in told(
        f"{PAIR}editions/1/#row-scope", "order"
    )


def test_an_edition_that_says_the_same_again_changes_nothing() -> None:
    pair(SECOND, summary="Something else.")
    pair(THIRD)
    assert "Edition 3 of 9 March 2040 is the newest and says the same." in told(
        f"{PAIR}editions/1/", "order"
    )


def test_a_dropped_row_and_an_unknown_one_need_attention() -> None:
    retired = [{"key": "later", "label": "Later row", "successor": "scope", "reason": "Merged."}]
    pair(SECOND, rows=[ROW], retired_rows=retired)
    dropped = told(f"{PAIR}#row-later--goods", "attention")
    assert (
        "“Later row” is no longer in the table. In its place stands #row-scope. Merged." in dropped
    )
    assert f"Pinned: {PAIR}editions/2/#row-later--goods" in dropped
    unknown = told(f"{PAIR}#row-nothing", "attention")
    assert "The page has no #row-nothing, so the link opens it at its top." in unknown
    assert "no longer in the table" not in told(f"{PAIR}editions/1/#row-later", "attention")


def test_since_a_day_following_links_tell_what_changed() -> None:
    pair(THIRD, rows=[ROW, row("later", goods="Kept.", services="Not kept.")])
    answer = told(PAIR, "attention", since="2040-03-05")
    assert "Follows the newest edition, today edition 2 of 9 March 2040." in answer
    assert "Since edition 1 of 1 March 2040 the meaning changed. 1 of 2 rows changed:" in answer
    assert "Nothing changed since that day." in told(PAIR, "order", since="2040-03-09")
    assert "It was not there on that day." in told(PAIR, "changed", since="2040-02-01")
    assert "reads as it did" in told(f"{PAIR}#row-scope", "changed", since="2040-03-05")


@pytest.mark.parametrize(
    ("since", "why"),
    [
        ("2040-03-20", "is not over yet"),
        ("2040-02-30", "There is no such date as 2040-02-30."),
        ("<b>", "A day is written as year, month and day"),
    ],
)
def test_a_day_that_is_none_is_refused_and_the_text_is_kept(since: str, why: str) -> None:
    answer = post(f"Read {PAIR}", 400, since=since)
    assert why in answer
    assert f"Read {PAIR}</textarea>" in answer
    assert "<b>" not in answer.split("<form", 2)[2].split("</form>")[0]


def test_a_renamed_page_is_found_under_its_old_name_and_told_its_new_one() -> None:
    with site_at(SECOND):
        publish(concept("takt-time", existing("concept", "beat"), title="Takt time"))
    answer = told(f"{BEAT}#question-x", "attention")
    assert "Takt time" in answer
    assert f"to which the old one leads: {SITE}/concepts/takt-time/#question-x" in answer
    assert told(f"{BEAT}index.json", "changed").count(f"{SITE}/concepts/takt-time/index.json") == 1
    assert pinned(BEAT) == f"{SITE}/concepts/takt-time/editions/2/"
    wrong = f"{SITE}/concepts/takt-time/editions/1/"
    assert f"leads: {BEAT}editions/1/" in told(wrong, "attention")
    assert f"{SITE}/paths/first-steps/" in told(f"{SITE}/areas/first-steps/", "changed")


def test_a_withdrawn_page_is_told_with_reason_day_and_last_edition() -> None:
    with site_at(SECOND):
        publishing.withdraw(Page.objects.get(slug="beat"), by=None, reason="It passed.")
    answer = told(BEAT, "attention")
    assert "The page was withdrawn on 5 March 2040: It passed. Its last edition, 1, can" in answer
    assert f"Pinned: {BEAT}editions/1/" in answer
    old = told(f"{BEAT}editions/1/", "attention")
    assert "The page was withdrawn on 5 March 2040: It passed. This edition can still be" in old
    assert pinned(BEAT) == f"{BEAT}editions/1/"


def test_a_closed_edition_tells_its_reason_and_nothing_that_it_said() -> None:
    edition = pair(SECOND, title="Secret title", summary="Secret summary.")
    with site_at(THIRD):
        publishing.close(edition, by=None, reason="By order.")
    for link in (PAIR, f"{PAIR}editions/2/"):
        answer = post(f"{link} {PAIR}editions/1/")
        assert "Edition 2 was closed on 9 March 2040: By order." in words(answer)
        assert "Secret" not in answer
    answer = told(f"{PAIR}editions/1/", "attention")
    assert "Its newest edition, 2, was closed on 9 March 2040: By order." in answer
    assert pinned(PAIR) == ""
    assert Closure.objects.count() == 1


def test_for_an_edition_that_cannot_be_read_the_newest_is_offered() -> None:
    closed = pair(SECOND, summary="Goods can be kept.")
    pair(THIRD, summary="Goods can be stored, mostly.")
    with site_at(datetime(2040, 3, 10, tzinfo=UTC)):
        publishing.close(closed, by=None, reason="By order.")
    for link in (f"{PAIR}editions/2/#row-scope", f"{PAIR}editions/9/#row-scope"):
        answer = told(link, "attention")
        assert f"To move on to edition 3: {PAIR}editions/3/#row-scope" in answer
        assert pinned(link) == ""


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("concepts/nothing/", "No page has had this address"),
        ("concepts/beat/editions/7/", "This page has no edition 7. Its newest is edition 1."),
        ("concepts/beat/editions/1..7/", "This page has no edition 7."),
        ("concepts/beat/nonsense/", "This site has no such address"),
        ("concepts/beat/editions/07/", "This site has no such address"),
        ("Concepts/beat/", "This site has no such address"),
        ("nonsense", "This site has no such address"),
        ("on/2040-03-05/feed/", "This site has no such address"),
        ("on/2040-03-05/check-links/", "This site has no such address"),
        ("on/2040-02-30/concepts/", "There is no such date as 2040-02-30."),
        ("on/2040-03-20/concepts/beat/", "20 March 2040 is not over yet"),
        ("concepts/beat/?on=2040-02-01", "No edition of this page was in force on that day."),
        ("concepts/beat/?on=soon", "A day is written as year, month and day"),
        ("admin/handbook/", "Only editors can open it."),
        ("preview/abc/", "It shows a draft"),
        ("list/?i=concept:beat&i=nonsense", "“nonsense” is no item of a list."),
    ],
)
def test_what_leads_to_nothing_is_told_with_the_reason(path: str, why: str) -> None:
    assert why in told(f"See {SITE}/{path}", "attention")
    assert pinned(f"See {SITE}/{path}") == ""


def test_addresses_of_past_days_are_fixed() -> None:
    pair(THIRD, summary="Goods can be kept.")
    for link in (f"{SITE}/on/2040-03-05/distinctions/goods-vs-services/", f"{PAIR}?on=2040-03-05"):
        answer = told(link, "attention")
        assert "past day (2040-03-05), with edition 1 of 1 March 2040." in answer
        assert pinned(link) == ""
    daily = told(f"{SITE}/on/yesterday/concepts/beat/", "order")
    assert "Follows the site one day behind: edition 1 of 1 March 2040." in daily


def test_pages_without_editions_are_offered_as_they_stood_yesterday() -> None:
    answer = told(f"{SITE}/concepts/ {SITE}/feed/ {SITE}/search/?q=a", "without")
    assert f"As it stood yesterday: {SITE}/on/2040-03-19/concepts/" in answer
    assert f"As it stood yesterday: {SITE}/on/2040-03-19/search/?q=a" in answer
    assert answer.count("As it stood") == 2


@pytest.mark.parametrize(
    ("link", "pin"),
    [
        ("distinctions/goods-vs-services?swap=1#row-scope--goods", "?swap=1#row-scope--goods"),
        ("distinctions/goods-vs-services/#principle", "#principle"),
        ("distinctions/goods-vs-services/index.json", "index.json"),
        ("distinctions/goods-vs-services/index.csv", "index.csv"),
    ],
)
def test_what_follows_the_page_is_kept_in_the_pinned_link(link: str, pin: str) -> None:
    assert pinned(f"({SITE}/{link})") == f"({PAIR}editions/1/{pin})"


@pytest.mark.parametrize("form", ["editions/", "feed/"])
def test_what_has_no_pinned_form_stays(form: str) -> None:
    assert pinned(f"{PAIR}{form}") == ""


def test_an_embedded_row_is_pinned_as_one() -> None:
    link = f"{SITE}/embed/distinction/goods-vs-services/?row=scope"
    there = f"{SITE}/embed/distinction/goods-vs-services/?edition=1&row=scope"
    assert pinned(f'<iframe src="{link}">') == f'<iframe src="{there}">'
    assert "Pinned to edition 1" in told(there, "order")
    assert "The page has no #row-x" in told(link.replace("scope", "x"), "attention")


def test_a_reading_list_is_checked_item_by_item_and_pinned_as_a_whole() -> None:
    pair(SECOND, summary="Goods can be kept.")
    link = f"{SITE}/list/?i=concept:beat&i=distinction:goods-vs-services@1!row-scope&t=Week%201"
    answer = words(post(link))
    assert "Follows the newest edition, today edition 1" in answer
    assert "Pinned to edition 1 of 1 March 2040." in answer
    items = "i=concept:beat@1&i=distinction:goods-vs-services@1!row-scope"
    assert pinned(link) == f"{SITE}/list/?{items}&t=Week%201"
    assert pinned(f"{SITE}/list/?{items}") == ""


def test_all_pages_of_a_text_are_offered_as_one_reading_list() -> None:
    text = f"{PAIR}#row-scope--goods {BEAT} {BEAT} {PAIR}#row-nothing {SITE}/concepts/nothing/"
    items = "i=distinction:goods-vs-services@1!row-scope&amp;i=concept:beat@1"
    items += "&amp;i=distinction:goods-vs-services@1"
    assert f'<a href="{SITE}/list/?{items}">Reading list</a>' in post(text)


def test_more_pages_than_one_list_holds_are_offered_in_several() -> None:
    lists = re.findall(r'href="[^"]*/list/\?([^"]*)"', post(" ".join(many(choosing.MOST + 1))))
    sizes = [len(choosing.read(parse_qs(html.unescape(query))["i"])) for query in lists]
    assert sizes == [choosing.MOST, 1]
    key = "y" * 70
    question = {"key": key, "text": "Which?\n\n- [x] This\n- [ ] That"}
    slugs = [f"{'x' * 70}-{number}" for number in range(100, 140)]
    write(Concept(slug=s, title=s, summary="It is.", questions=[question]) for s in slugs)
    text = " ".join(f"{SITE}/concepts/{slug}/#question-{key}" for slug in slugs)
    lists = re.findall(r'href="[^"]*/list/\?([^"]*)"', post(text))
    assert len(lists) == 2
    assert max(len(html.unescape(query)) for query in lists) <= choosing.LONGEST


def test_an_address_that_stands_there_twice_is_told_once() -> None:
    answer = post(f"{BEAT} and {BEAT} and https://example.org/")
    assert section(answer, "order").count("Follows") == 1
    assert "2 times" in words(answer)
    assert "Your text has 2 links to this site." in words(answer)
    assert "1 link leads elsewhere and was not looked at." in words(answer)


def test_a_text_without_links_to_this_site_says_so() -> None:
    answer = words(post("Nothing but https://example.org/ and words."))
    assert "Your text has no link to this site." in answer
    assert f"Links are found by the address {SITE}/." in answer


# Nothing is written, kept or told -------------------------------------------------------------


def test_the_check_only_reads_and_leaves_no_cookie() -> None:
    client = Client(enforce_csrf_checks=True)
    with CaptureQueriesContext(connection) as captured:
        answer = client.post("/check-links/", {"text": f"{PAIR} {SITE}/concepts/"})
    assert answer.status_code == 200
    assert [query for query in captured if WRITES.search(query["sql"])] == []
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "Cookie" not in answer.get("Vary", "")
    assert "form-action 'self'" in answer["Content-Security-Policy"]


def test_the_form_says_what_it_does_and_is_not_kept_either() -> None:
    answer = Client().get("/check-links/")
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert not answer.cookies
    text = words(answer.content.decode())
    assert "It changes nothing and stores nothing." in text
    assert "csrf" not in answer.content.decode()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_it_is_only_got_and_posted(method: str) -> None:
    assert Client().generic(method, "/check-links/").status_code == 405


def test_an_editor_is_told_what_a_visitor_is_told(admin_client: Client) -> None:
    text = f"{BEAT} {SITE}/concepts/unpublished/"
    concept("unpublished")
    with on_20_march():
        answer = admin_client.post("/check-links/", {"text": text})
    assert answer.content.decode() == post(text)


# Limits and hostile texts ------------------------------------------------------------------------


def many(count: int) -> list[str]:
    """Addresses of as many pages, each with an older edition and a part."""
    slugs = [f"page-{number}" for number in range(count)]
    write(Concept(slug=slug, title=slug, summary="It is.") for slug in slugs)
    return [f"{SITE}/concepts/{slug}/#question-x" for slug in slugs]


def queries(text: str) -> int:
    days.forget()
    with CaptureQueriesContext(connection) as captured:
        post(text, since="2040-03-05")
    return len(captured)


def test_500_links_cost_as_many_queries_as_three() -> None:
    pair(SECOND, summary="Goods can be kept.")
    links = [PAIR, f"{PAIR}editions/1/#row-scope", f"{SITE}/concepts/", *many(497)]
    few = queries(" ".join(links[:3]))
    assert queries(" ".join(links)) == few
    assert few <= 4


def test_more_than_500_links_are_refused_with_the_text() -> None:
    text = f"{BEAT} " * 501
    answer = post(text, 413)
    assert "more than 500 links to this site" in answer
    assert text in answer
    assert post(f"{BEAT} " * 500).count("500 times") == 1
    items = "&".join(f"i=concept:page-{number}" for number in range(501))
    assert "more than 500 links to this site" in post(f"{SITE}/list/?{items}", 413)


def test_more_than_200_kb_are_refused_with_the_text() -> None:
    text = "é" * (MOST_BYTES // 2)
    assert "has no link to this site" in post(text)
    answer = post(f"{text}!", 413)
    assert "longer than 200 kB" in answer
    assert f"{text}!</textarea>" in answer


def test_a_body_above_what_is_read_at_all_says_the_same() -> None:
    body = "text=" + "a" * (2 * 1024 * 1024)
    form = "application/x-www-form-urlencoded"
    answer = Client().post("/check-links/", body, content_type=form)
    assert answer.status_code == 413
    assert "longer than 200 kB" in answer.content.decode()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"text=%FF%00%ED%A0%80", "application/x-www-form-urlencoded", 200),
        (b"text=a&text=b&since=&since=", "application/x-www-form-urlencoded", 200),
        (b"text=a", "application/x-www-form-urlencoded; charset=hex", 200),
        (b"text=a", "application/x-www-form-urlencoded; charset=utf-16", 200),
        (b"", "application/x-www-form-urlencoded", 400),
        (b"text", "text/plain", 400),
        (b'{"text": "a"}', "application/json", 400),
        (b"--x", "multipart/form-data", 400),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x", 400),
        (b"\xff\xfe", "multipart/form-data; boundary=\xff", 400),
    ],
)
def test_no_body_is_an_error_of_the_site(body: bytes, kind: str, status: int) -> None:
    answer = Client().generic("POST", "/check-links/", body, content_type=kind)
    assert answer.status_code == status
    assert answer["Cache-Control"] == "no-store"
    assert "<textarea" in answer.content.decode()


def test_a_form_of_too_many_fields_is_refused_before_it_is_read() -> None:
    form = "application/x-www-form-urlencoded"
    answer = Client().generic("POST", "/check-links/", b"&" * 20_000, content_type=form)
    assert (answer.status_code, answer["Cache-Control"]) == (413, "no-store")


def test_hostile_text_comes_back_escaped() -> None:
    text = f"</textarea><script>alert(1)</script> {BEAT}?a=%22%3E%3Cb%3E&x={{{{settings}}}}\0"
    answer = post(text)
    assert "<script>alert" not in answer
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in answer
    assert "\0" not in answer
    redirect = f"https://lms.example/?u={BEAT}%3Fx%3D%22%3E%3Cscript%3E".replace("/?x", "/%3Fx")
    assert "<script>" not in post(redirect).replace('<script src="/static/', "")
    hosts = post(f"{SITE}//evil.example/concepts/beat/")
    assert 'href="//' not in hosts
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(answer)
    assert parser.errors == []


def test_a_first_line_that_is_empty_is_kept() -> None:
    assert pinned(f"\n\n{BEAT}\n") == f"\n\n{BEAT}editions/1/\n"


def test_it_is_on_no_past_day() -> None:
    assert Client().get("/on/2040-03-05/check-links/").status_code == 404
    assert Client().post("/on/2040-03-05/check-links/", {"text": BEAT}).status_code == 404


def test_the_day_of_the_course_may_be_given_alone_and_is_kept() -> None:
    answer = post(BEAT, since="2040-03-05")
    assert 'value="2040-03-05"' in answer
    assert "Changes are told since 5 March 2040" in answer
