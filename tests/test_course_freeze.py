"""The site frozen for a course: `/on/yesterday/...`, the way to it, and what is said of it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import set_script_prefix
from samples import concept, publish, site_at
from small_site import COMPARISON, CONCEPT, build, existing, text_of, words
from test_page_queries import ADDRESSES

from concepts import publishing
from concepts.models import Page
from concepts.reading import days
from concepts.views.days import STOOD

pytestmark = pytest.mark.django_db

BEGUN = datetime(2040, 3, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LINK = re.compile(r'<a href="(/on/yesterday/[^"]*)" rel="nofollow">Freeze this page</a>')


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    days.forget()


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/", "/"),
        ("", "/"),
        (CONCEPT, CONCEPT),
        ("/search/?q=a%20b&x=%C3%A9", "/search/?q=a%20b&x=%C3%A9"),
        ("/on/yesterday/", "/on/yesterday/"),
        ("/concepts/%C3%A9%20%22/", "/concepts/%C3%A9%20%22/"),
        ("?q=1", "/?q=1"),
    ],
)
def test_yesterday_leads_to_the_last_day_that_is_over(address: str, leads_to: str) -> None:
    publish(concept("goods"))
    for now, day in (
        (datetime(2040, 3, 9, 0, 0, 0, 1000, tzinfo=UTC), "2040-03-08"),
        (datetime(2040, 3, 9, 23, 59, 59, tzinfo=UTC), "2040-03-08"),
        (datetime(2041, 1, 1, 12, tzinfo=UTC), "2040-12-31"),
    ):
        with site_at(now):
            answer = Client().get(f"/on/yesterday{address}")
        assert (answer.status_code, answer["Location"]) == (302, f"/on/{day}{leads_to}")
        assert answer["Cache-Control"] == "no-cache"
        assert "noindex" in answer["X-Robots-Tag"]


def test_the_frozen_twin_says_what_the_page_said_when_the_day_ended(client: Client) -> None:
    with site_at(BEGUN):
        publish(concept("goods", summary="As it began."))
    with site_at(BEGUN + DAY):
        publish(concept("goods", existing("concept", "goods"), summary="Better said."))
    with site_at(BEGUN + DAY + HOUR):
        answer = client.get(f"/on/yesterday{CONCEPT}", follow=True)
        assert answer.redirect_chain == [(f"/on/2040-03-01{CONCEPT}", 302)]
        assert "As it began." in words(answer.content.decode())
        assert "Better said." in words(text_of(client, CONCEPT))


def test_before_the_first_edition_it_is_said_that_there_was_nothing(client: Client) -> None:
    empty = client.get(f"/on/yesterday{CONCEPT}", follow=True)
    assert empty.status_code == 404
    assert "Nothing has been published here yet." in empty.content.decode()
    with site_at(BEGUN):
        publish(concept("goods"))
    days.forget()
    with site_at(BEGUN + HOUR):
        answer = client.get(f"/on/yesterday{CONCEPT}", follow=True)
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "On 29 February 2040 nothing had been published here. The first edition" in text
    assert f'name="page" value="{CONCEPT}"' in text


def test_only_the_word_itself_means_yesterday(client: Client) -> None:
    publish(concept("goods"))
    for word in ("Yesterday", "yesterday%00", "yesterdays", "%20yesterday", "today"):
        assert "A day is written as" in text_of(client, f"/on/{word}{CONCEPT}", 404)
    assert client.get("/on/%79esterday/")["Location"].startswith("/on/20")


def test_every_page_that_past_days_have_leads_to_its_frozen_twin(client: Client) -> None:
    with site_at(BEGUN):
        build(1)
    with site_at(BEGUN + DAY):
        build(2)
    with site_at(BEGUN + 3 * DAY):
        for address in (address for name in STOOD for address in ADDRESSES[name]):
            answer = client.get(address)
            if not answer["Content-Type"].startswith("text/html"):
                continue
            twins = LINK.findall(answer.content.decode())
            assert [twin.partition("?")[0] for twin in twins] == [
                f"/on/yesterday{address.partition('?')[0]}"
            ]
            followed = client.get(twins[0].replace("&amp;", "&"), follow=True)
            assert followed.status_code == 200, address
            assert "Freeze this page" not in followed.content.decode(), address


def test_the_twin_of_a_search_asks_the_same(client: Client) -> None:
    build(1)
    twins = {
        "/search/?q=goods+%26+%3Cb%3E&x": "/on/yesterday/search/?q=goods+%26+%3Cb%3E",
        "/compare/?c=goods&c=other1": "/on/yesterday/compare/?c=goods&amp;c=other1",
        f"{COMPARISON}?swap=1&utm=%00": f"/on/yesterday{COMPARISON}",
    }
    for address, twin in twins.items():
        assert LINK.findall(client.get(address).content.decode()) == [twin]


@pytest.mark.parametrize(
    "address",
    [
        *("/list/", "/developers/", "/on/", "/nothing/", "/concepts/nothing/", "/on/2020-01-01/"),
        *("/concepts/fad/", f"{CONCEPT}?on=2020-01-01", f"{CONCEPT}share/", "/compare/?c=nothing"),
    ],
)
def test_what_no_past_day_has_offers_no_twin(client: Client, address: str) -> None:
    build(1)
    publish(concept("fad"))
    publishing.withdraw(Page.objects.get(slug="fad"), by=None, reason="It passed.")
    assert "Freeze this page" not in client.get(address).content.decode().replace(
        "Below every page, Freeze this page leads", ""
    )


def test_a_page_does_not_change_from_one_day_to_the_next(client: Client) -> None:
    with site_at(BEGUN):
        build(1)
    with site_at(BEGUN + HOUR):
        today = client.get(COMPARISON).content
    with site_at(BEGUN + 2 * DAY):
        assert client.get(COMPARISON).content == today


def test_a_site_below_a_folder_leads_to_its_own_yesterday(client: Client) -> None:
    with site_at(BEGUN):
        publish(concept("goods"))
    set_script_prefix("/pom/")
    try:
        with site_at(BEGUN + DAY):
            answer = client.get("/on/yesterday/concepts/", SCRIPT_NAME="/pom")
            text = client.get(CONCEPT, SCRIPT_NAME="/pom").content.decode()
    finally:
        set_script_prefix("/")
    assert answer["Location"] == "/pom/on/2040-03-01/concepts/"
    assert f'<a href="/pom/on/yesterday{CONCEPT}" rel="nofollow">' in text


def test_the_frozen_page_says_so_in_a_sentence_and_leads_to_what_is_frozen(client: Client) -> None:
    with site_at(BEGUN):
        publish(concept("goods"))
    with site_at(BEGUN + DAY):
        text = text_of(client, f"/on/2040-03-01{CONCEPT}")
    [top] = re.findall(r"<aside.*?</aside>", text, re.DOTALL)
    assert "It stays so under this address, which a course can rest on." in words(top)
    assert '<a href="/on/">What is frozen</a>' in top
    assert f'<a href="{CONCEPT}">See this page as it is today</a>' in top


def test_the_page_about_past_days_explains_what_is_frozen_and_what_is_not(client: Client) -> None:
    text = words(text_of(client, "/on/"))
    for said in (
        "Every page with the text, the questions and the sources that it had",
        "sharing, embedding, reading lists, feeds",
        "A page that was withdrawn later is still there on the days before.",
        "put the day before the path",
    ):
        assert said in text
    assert "What is frozen" not in text_of(client, "/on/?day=2040-02-30", 404)
