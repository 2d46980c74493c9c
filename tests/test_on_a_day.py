"""The site as it stood: `/on/<day>/...`, and the edition of a day, `<page>?on=<day>`."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_script_prefix, reverse, set_script_prefix
from samples import concept, publish, site_at
from small_site import COMPARISON, CONCEPT, PAGES, build, existing, text_of
from test_drafts_are_hidden import (
    SECRET,
    addresses,
    edit_published_pages,
    edit_shared_things,
    make_unpublished_pages,
    schedule_an_edition,
)
from test_page_queries import ADDRESSES, BUDGET, LEADS_ON, SHOWS_DRAFTS, TO_WHOM

from concepts import publishing, stamp
from concepts.models import Edition, Page
from concepts.reading import days
from concepts.urls import urlpatterns
from concepts.views.days import STOOD
from pomsite.middleware import on_a_day

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FIRST, LATER, NOW = (datetime(2040, 3, day, 12, tzinfo=UTC) for day in (1, 3, 9))
THEN = "/on/2040-03-01"
SINCE = "/on/2040-03-08"
LIVE_ONLY = SHOWS_DRAFTS | LEADS_ON | {"timemap", "media", "on", "robots", "schema", "developers"}
LIVE_ONLY |= {"check-links", "teachers"} | TO_WHOM
LIVE_ONLY |= {"list", "list-qr"}
LIVE_ONLY |= {"share", "edition-share", "embed", "oembed"}
LIVE_ONLY |= {"card", "feed", "page-feed", "sitemap"}
LIVE_ONLY |= {"page-export", "edition-export", "list-export"}

# What may lead out of a past day: other days, editions at their own addresses, other sites; and
# what leads nowhere, but names a text to copy.
OUT = re.compile(
    r"/static/.*|/media/.*|/on/|mailto:.*|#.*|https:.*|cite-[a-z]+"
    r"|(http://127.0.0.1:8000)?/[a-z]+/[a-z\d-]+/editions/\d+/(share/)?"
    r"|http://www.zotero.org/.*|http://prismstandard.org/.*"
)


def fill() -> None:
    """A site that began on 1 March 2040 and changed on the third and the fourth."""
    with site_at(FIRST):
        build(1)
        publish(concept("beat", title="Beat"))
        publish(concept("fad", title="A fad"))
    with site_at(LATER):
        publish(concept("goods", existing("concept", "goods"), summary="Goods, better said."))
        publish(concept("takt-time", existing("concept", "beat"), title="Takt time"))
        publish(concept("late", title="Late"))
        publishing.withdraw(Page.objects.get(slug="fad"), by=None, reason="It passed.")
    with site_at(LATER + DAY):
        publish(concept("lean", prerequisites=["takt-time"]))


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The site, made once; what a test adds to it is taken back. It is 9 March 2040."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill()
        with site_at(NOW):
            yield
        transaction.set_rollback(True)


@pytest.fixture
def site(filled: None, db: None) -> Iterator[Client]:
    """A reader of the site."""
    days.forget()
    yield Client()
    days.forget()


# The page of a day ------------------------------------------------------------------------------


def test_a_page_says_what_it_said_at_the_end_of_the_day(site: Client) -> None:
    assert "What goods are." in re.sub("<.*?>", "", text_of(site, THEN + CONCEPT))
    assert "Goods, better said." not in text_of(site, f"/on/2040-03-02{CONCEPT}")
    assert "Goods, better said." in text_of(site, f"/on/2040-03-03{CONCEPT}")
    assert "Goods, better said." in text_of(site, CONCEPT)


def test_a_page_has_the_neighbours_that_it_had(site: Client) -> None:
    assert f'href="{SINCE}/concepts/lean/"' in text_of(site, f"{SINCE}/concepts/takt-time/")
    assert "lean" not in text_of(site, "/on/2040-03-03/concepts/takt-time/")


def test_a_renamed_page_has_the_address_that_it_had(site: Client) -> None:
    assert "Beat" in text_of(site, f"{THEN}/concepts/beat/")
    text_of(site, f"{THEN}/concepts/takt-time/", 404)
    answer = site.get(f"{SINCE}/concepts/beat/?hide=x")
    assert (answer.status_code, answer["Location"]) == (301, f"{SINCE}/concepts/takt-time/?hide=x")


def test_what_was_withdrawn_or_published_later_is_as_it_was(site: Client) -> None:
    text_of(site, f"{THEN}/concepts/fad/")
    assert "It passed." in text_of(site, f"{SINCE}/concepts/fad/", 410)
    assert "It passed." not in text_of(site, f"{THEN}/concepts/fad/editions/")
    assert "It passed." in text_of(site, f"{SINCE}/concepts/fad/editions/")
    missing = text_of(site, f"{THEN}/concepts/late/", 404)
    assert "It may have been published later" in missing
    assert '<a href="/concepts/late/">on the site of today</a>' in missing
    text_of(site, f"{SINCE}/concepts/late/")


def test_a_closed_edition_is_closed_on_every_day(site: Client) -> None:
    edition = Edition.objects.get(slug="goods", number=1)
    publishing.close(edition, by=None, reason="By order.")
    for address in (CONCEPT, f"{CONCEPT}editions/1/"):
        for form in ("", "index.json", "index.md"):
            text = text_of(site, THEN + address + form, 410)
            assert "What goods are" not in re.sub("<.*?>", "", text)
    text_of(site, f"{THEN}{CONCEPT}editions/1/qr.svg", 410)
    assert "By order." in text_of(site, f"{THEN}{CONCEPT}editions/")
    for list_ in ("/concepts/", "/glossary/", "/search/?q=goods", COMPARISON):
        assert f'href="{THEN}{CONCEPT}"' not in text_of(site, THEN + list_)


def test_forms_for_programs_are_of_the_day_and_name_addresses_that_stay(site: Client) -> None:
    first = Edition.objects.get(slug="goods", number=1)
    for form in ("index.json", "index.md"):
        answer = site.get(f"{THEN}{CONCEPT}{form}")
        assert b"What **goods** are." in answer.content
        assert answer["Content-Location"] == f"{CONCEPT}editions/1/{form}"
        assert f'<{first.get_permanent_url()}>; rel="cite-as"' in answer["Link"]
    assert site.get(f"{THEN}{CONCEPT}index.json")["ETag"] == f'"{first.digest}"'


def test_the_search_of_a_day_finds_what_there_was(site: Client) -> None:
    then, since = (text_of(site, f"{day}/search/?q=late") for day in (THEN, SINCE))
    assert f'href="{SINCE}/concepts/late/"' in since
    assert "/concepts/late/" not in then


# What tells it from the live site ---------------------------------------------------------------


def test_the_top_says_which_day_it_is_and_leads_to_today_and_to_other_days(site: Client) -> None:
    text = text_of(site, f"{THEN}/search/?q=goods")
    top = re.search(r"<aside.*?</aside>", text, re.DOTALL)
    assert top
    assert "at the end of 1 March 2040</b> (UTC)" in top[0]
    assert '<a href="/search/?q=goods">See this page as it is today</a>' in top[0]
    assert '<form action="/on/"' in top[0]
    assert 'value="2040-03-01"' in top[0]
    assert "<aside" not in text_of(site, CONCEPT)


def test_robots_stay_out_and_know_the_live_page(site: Client) -> None:
    for address in (CONCEPT, "/", "/sources/", f"{CONCEPT}editions/", f"{CONCEPT}editions/1/"):
        answer = site.get(THEN + address)
        live = text_of(site, address)
        canonical = re.findall(r'<link rel="canonical" href="[^"]+">', live)
        assert canonical
        assert re.findall(r'<link rel="canonical".*?>', answer.content.decode()) == canonical
        assert canonical[0].split('"')[3].startswith(settings.SITE_URL)
        assert '<meta name="robots" content="noindex">' in answer.content.decode()
        assert "noindex" in answer["X-Robots-Tag"]
        assert "noindex" not in live
    robots = site.get("/robots.txt")
    assert robots["Content-Type"].startswith("text/plain")
    assert robots.content.startswith(b"User-agent: *\nDisallow: /on/\n")


def test_every_answer_is_asked_for_again_and_sets_no_cookie(site: Client) -> None:
    forms = ("", "index.json", "editions/1/index.json", "editions/1/qr.svg", "before/")
    for address in (*(CONCEPT + form for form in forms), "/nothing/"):
        answer = site.get(THEN + address)
        assert answer["Cache-Control"] == "no-cache", address
        assert "noindex" in answer["X-Robots-Tag"]
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def leaks(html: str) -> list[str]:
    """Addresses that lead out of the past day, but for those that may."""
    here = re.search(r'<aside class="past".*?<a href="([^"]+)"', html, re.DOTALL)
    found = re.findall(r'\s(?:href|src|action|formaction|data-\w+)="([^"]*)"', html)
    known = re.findall(r'<link rel="canonical" href="([^"]+)"', html)
    known += [here[1]] if here else []
    stay = (f"{THEN}/", "?", "./")
    return [each for each in found if not (OUT.fullmatch(each) or each in known)
            and not each.startswith(stay)]  # fmt: skip


def inner(html: str, address: str) -> set[str]:
    """Where the links of a page lead that stay in the day."""
    found = re.findall(r'\s(?:href|src|action)="([^"#]+)', html)
    found = [f"{address.partition('?')[0]}{each}" if each[0] == "?" else each for each in found]
    return {each.replace("&amp;", "&") for each in found if each.startswith(f"{THEN}/")}


def test_no_link_leads_out_of_the_day_and_all_lead_to_a_page(site: Client) -> None:
    found, seen = {f"{THEN}/"}, set[str]()
    while todo := found - seen:
        for address in sorted(todo):
            answer = site.get(address, follow=True)
            last, _ = answer.redirect_chain[-1] if answer.redirect_chain else (address, 0)
            assert answer.status_code == 200, address
            assert last.startswith(f"{THEN}/"), address
            if answer["Content-Type"].startswith("text/html"):
                html = answer.content.decode()
                assert leaks(html) == [], address
                found |= inner(html, last)
        seen |= todo
        # Every order of the mixed questions leads on to another.
        found = {address for address in found if "order=" not in address} | seen
    assert {THEN + page for page in PAGES} <= seen
    assert f"{THEN}{COMPARISON}editions/1/index.json" in seen
    names = "practice compare map glossary dimensions sources search about accessibility".split()
    assert {THEN + reverse(name) for name in names} <= seen
    assert f"{THEN}/concepts/late/" not in seen


# Which addresses and days there are ---------------------------------------------------------------


def test_every_public_address_is_of_past_days_or_of_today_only() -> None:
    names = {pattern.name for pattern in urlpatterns}
    assert names == STOOD | LIVE_ONLY
    assert not STOOD & LIVE_ONLY


@pytest.mark.parametrize(
    "address",
    [
        *("/admin/", "/admin/login/", "/admin", "/preview/token/", "/robots.txt", "/nothing/"),
        *("/on/", "/on/2040-03-01/", f"/media/{'0a' * 32}.png", "/static/css/site.css", "//"),
    ],
)
def test_what_is_no_reading_page_is_not_there(site: Client, address: str) -> None:
    answer = site.get(THEN + address, follow=True)
    assert answer.status_code == 404
    assert "1 March 2040" in answer.content.decode()
    assert "noindex" in answer["X-Robots-Tag"]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2040-03-09", "9 March 2040 is not over yet (UTC). The last day to look at: 8 March 2040"),
        ("2040-03-10", "10 March 2040 is not over yet"),
        ("9999-12-31", "31 December 9999 is not over yet"),
        ("2040-02-30", "There is no such date as 2040-02-30"),
        ("0000-01-01", "There is no such date as 0000-01-01"),
        ("2040-02-29", "On 29 February 2040 nothing had been published here. The first edition"),
        ("0001-01-01", "On 1 January 1 nothing had been published here"),
        ("Yesterday", "A day is written as year, month and day"),
        ("2040-3-1", "A day is written as"),
        ("20400301", "A day is written as"),
        ("2040-W09-4", "A day is written as"),
        ("２０４０-03-01", "A day is written as"),
        ("2040-03-01%00", "A day is written as"),
        ("2040-03-01%0A", "A day is written as"),
        ("%FF", "A day is written as"),
        ("2" * 5000, "A day is written as"),
    ],
)
def test_a_day_that_cannot_be_shown_is_refused_with_the_reason(
    site: Client, day: str, why: str
) -> None:
    for address in (f"/on/{day}/", f"/on/{day}", f"/on/{day}{CONCEPT}"):
        answer = site.get(address)
        text = answer.content.decode()
        assert answer.status_code == 404
        assert why in text
        assert 'type="date"' in text
        assert "noindex" in answer["X-Robots-Tag"]
        assert 'rel="canonical"' not in text
        assert f'href="{CONCEPT}"' in text or 'href="/concepts/"' in text
    assert f'name="page" value="{CONCEPT}"' in text


def test_a_day_without_a_slash_and_a_page_without_one_lead_on_within_the_day(site: Client) -> None:
    for address in (THEN, f"{THEN}/concepts/goods", f"{THEN}/sources"):
        answer = site.get(f"{address}?q=a%20b")
        assert (answer.status_code, answer["Location"]) == (301, f"{address}/?q=a%20b")


def test_nothing_is_changed_on_a_past_day(site: Client) -> None:
    for address in (f"{THEN}/", THEN + CONCEPT, f"{THEN}/practice/", f"{THEN}{CONCEPT}index.json"):
        assert site.post(address).status_code == 405
        assert site.delete(address).status_code == 405
        assert site.head(address).content == b""
    assert site.post(f"{THEN}/admin/").status_code == 404
    assert site.post("/on/2040-02-30/").status_code == 404


# Choosing a day -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        ("", "/"),
        ("/search/?q=a+b&c", "/search/?q=a+b&c"),
        ("https://example.org/", "/"),
        ("//example.org/", "//example.org/"),
        ("/a\r\nSet-Cookie: a=b\x00", "/a%0D%0ASet-Cookie:%20a=b%00"),
        ("\\\\example.org", "/"),
        ("/" + "a" * 5000, "/"),
    ],
)
def test_the_form_leads_to_the_page_on_the_day(site: Client, page: str, leads_to: str) -> None:
    assert 'type="date"' in text_of(site, "/on/")
    answer = site.get("/on/", {"day": "2040-03-01", "page": page})
    assert (answer.status_code, answer["Location"]) == (302, f"{THEN}{leads_to}")


@pytest.mark.parametrize("day", ["", "2040-02-30", "<b>", "\x00", "2040-03-09"])
def test_the_form_says_what_is_wrong_with_a_day(site: Client, day: str) -> None:
    text = text_of(site, f"/on/?day={day}&page={CONCEPT}", 404)
    assert f'name="page" value="{CONCEPT}"' in text
    assert "<b>" not in text
    assert site.post("/on/").status_code == 405


# Threads, prefixes, queries, drafts -----------------------------------------------------------


def test_two_threads_do_not_mix_their_days(site: Client) -> None:
    text_of(site, f"{THEN}/")  # from now on no day needs the database
    both = threading.Barrier(2, timeout=10)
    found: dict[str, str] = {}

    def view(request: HttpRequest) -> HttpResponse:
        both.wait()
        found[request.path] = f"{reverse('home')} {request.day}"  # type: ignore[attr-defined]
        both.wait()
        return HttpResponse()

    def ask(address: str) -> None:
        on_a_day(view)(RequestFactory().get(address))
        found[f"after {address}"] = get_script_prefix()

    wanted = [f"{THEN}/", f"{SINCE}/"]
    threads = [threading.Thread(target=ask, args=[address]) for address in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {
        **{address: f"{address} {address[4:-1]}" for address in wanted},
        **{f"after {address}": "/" for address in wanted},
    }


def test_the_prefix_is_gone_after_a_failure(site: Client) -> None:
    def broken(request: HttpRequest) -> HttpResponse:
        assert request.path_info == CONCEPT
        raise LookupError

    request = RequestFactory().get(THEN + CONCEPT)
    with pytest.raises(LookupError):
        on_a_day(broken)(request)
    assert get_script_prefix() == "/"
    assert request.path_info == THEN + CONCEPT


def test_a_site_below_a_folder_keeps_its_folder(site: Client) -> None:
    set_script_prefix("/pom/")
    try:
        text = site.get(THEN + CONCEPT, SCRIPT_NAME="/pom").content.decode()
    finally:
        set_script_prefix("/")
    assert f'href="/pom{THEN}/concepts/"' in text
    assert f'<a href="/pom{CONCEPT}">See this page as it is today</a>' in text
    assert f'href="/pom{CONCEPT}editions/1/"' in text


def test_a_past_day_costs_no_more_queries_than_today(site: Client) -> None:
    with site_at(NOW + DAY):
        build(3)
    costs = {}
    with site_at(NOW + 2 * DAY):
        text_of(site, "/on/2040-03-10/")  # from now on it is known when the site began
        for address in (address for name in STOOD for address in ADDRESSES[name]):
            with CaptureQueriesContext(connection) as captured:
                assert site.get(f"/on/2040-03-10{address}").status_code == 200, address
            costs[address] = len(captured)
    assert {address: cost for address, cost in costs.items() if cost > BUDGET} == {}


def test_what_only_the_desk_knows_stands_on_no_day(site: Client) -> None:
    edit_published_pages()
    make_unpublished_pages()
    edit_shared_things()
    schedule_an_edition()
    live_only = {each for name in LIVE_ONLY & {*ADDRESSES} for each in ADDRESSES[name]}
    for address in (each for each in addresses() if each not in live_only):
        answer = site.get(SINCE + address)
        assert answer.status_code == 200, address
        told = answer.content.decode(errors="replace") + str(answer.headers)
        assert SECRET not in told.casefold(), address


# The edition of a day -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        (f"{CONCEPT}?on=2040-03-01", f"{CONCEPT}editions/1/"),
        (f"{CONCEPT}?on=2040-03-02", f"{CONCEPT}editions/1/"),
        (f"{CONCEPT}?on=2040-03-03", f"{CONCEPT}editions/2/"),
        (f"{CONCEPT}?on=2040-03-08", f"{CONCEPT}editions/2/"),
        ("/concepts/takt-time/?on=2040-03-01", "/concepts/beat/editions/1/"),
        ("/concepts/beat/?on=2040-03-08", "/concepts/takt-time/editions/2/"),
        ("/concepts/fad/?on=2040-03-01", "/concepts/fad/editions/1/"),
        (f"{COMPARISON}?swap=1&on=2040-03-08&x=1", f"{COMPARISON}editions/1/?swap=1"),
        (
            f"{COMPARISON}?on=2040-03-08&hide=a%26b&hide=c&swap=",
            f"{COMPARISON}editions/1/?swap=&hide=a%26b&hide=c",
        ),
        (f"{SINCE}{CONCEPT}?on=2040-03-01", f"{CONCEPT}editions/1/"),
    ],
)
def test_a_page_leads_to_its_edition_of_a_day(site: Client, address: str, leads_to: str) -> None:
    answer = site.get(address)
    assert (answer.status_code, answer["Location"]) == (302, leads_to)
    assert answer["Cache-Control"] == "no-cache"
    assert site.get(leads_to).status_code == 200


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("/concepts/late/?on=2040-03-02", "Its first edition is of 3 March 2040."),
        ("/concepts/fad/?on=2040-03-03", "Its first edition is of 1 March 2040."),
        (f"{CONCEPT}?on=0001-01-01", "Its first edition is of 1 March 2040."),
        (f"{CONCEPT}?on=2040-03-09", "9 March 2040 is not over yet"),
        (f"{CONCEPT}?on=9999-12-31", "is not over yet"),
        (f"{CONCEPT}?on=2040-02-30", "There is no such date as 2040-02-30"),
        (f"{CONCEPT}?on=", "A day is written as year, month and day"),
        (f"{CONCEPT}?on=%00%FF", "A day is written as"),
        (f"{CONCEPT}?on=2040-03-01&on=2040-03-02", "A day is written as"),
        (f"/on/2040-03-02{CONCEPT}?on=2040-03-05", "5 March 2040 is not over yet"),
    ],
)
def test_a_day_without_an_edition_is_refused_with_the_reason(
    site: Client, address: str, why: str
) -> None:
    text = text_of(site, address, 404)
    assert why in text
    assert "All editions of this page" in text
    assert 'name="on" type="date"' in text


def test_the_edition_of_a_day_costs_one_query_and_needs_a_page(site: Client) -> None:
    stamp.current()
    with CaptureQueriesContext(connection) as captured:
        site.get(f"{CONCEPT}?on=2040-03-01")
    assert len(captured) == 1
    text_of(site, "/concepts/nothing/?on=2040-03-01", 404)
    assert site.post(f"{CONCEPT}?on=2040-03-01").status_code == 405


def test_a_closed_edition_of_a_day_says_that_it_is_closed(site: Client) -> None:
    publishing.close(Edition.objects.get(slug="goods", number=1), by=None, reason="By order.")
    answer = site.get(f"{CONCEPT}?on=2040-03-01", follow=True)
    assert answer.status_code == 410
    assert "By order." in answer.content.decode()


def test_a_day_ends_at_midnight(site: Client) -> None:
    midnight = datetime(2040, 3, 20, tzinfo=UTC)
    with site_at(midnight - timedelta(milliseconds=2)):
        publish(concept("noon"))
        publish(concept("noon", existing("concept", "noon"), summary="At midnight."))
        assert Edition.objects.get(slug="noon", number=2).published_at == midnight
    with site_at(midnight + DAY):
        assert site.get("/concepts/noon/?on=2040-03-19")["Location"].endswith("/1/")
        assert site.get("/concepts/noon/?on=2040-03-20")["Location"].endswith("/2/")
        assert "At midnight." not in text_of(site, "/on/2040-03-19/concepts/noon/")
        assert "At midnight." in text_of(site, "/on/2040-03-20/concepts/noon/")
