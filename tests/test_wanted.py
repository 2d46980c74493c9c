"""Comparisons that readers ask for in vain: how they are counted, and the list on the desk."""

from datetime import date
from typing import Any

import pytest
from admin_forms import fields, log_in_writer, user
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from samples import comparison, concept, organization, publish
from small_site import existing, text_of
from test_admin_work import listed

from concepts import clock, publishing, wanted
from concepts.admin.distinction import asked_for
from concepts.models import Distinction, Page, WantedComparison
from concepts.parts import KINDS
from concepts.views.compare import compare

pytestmark = pytest.mark.django_db

READER = {"HTTP_USER_AGENT": "Mozilla/5.0"}
ASKED = "/compare/?c=push&c=pull"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.delete_many([wanted.PENDING, wanted.WRITTEN])


@pytest.fixture
def pages() -> list[int]:
    """The pages of push, pull and lean, in the order in which they were made."""
    made = [concept(slug) for slug in ("push", "pull", "lean")]
    for page in made:
        publish(page)
    return [page.pk for page in made]


def pending() -> dict[str, int]:
    found: dict[str, int] = cache.get(wanted.PENDING, {})
    return found


def name(*pages: int) -> str:
    return "-".join(map(str, pages))


# Counting -------------------------------------------------------------------------------------


def test_a_request_for_a_comparison_that_is_not_there_counts_in_any_order(
    client: Client, pages: list[int]
) -> None:
    client.get(ASKED, **READER)
    client.get("/compare/?c=pull&c=push&c=pull", **READER)
    client.get("/compare/?c=lean&c=pull&c=push", **READER)
    assert pending() == {name(*pages[:2]): 2, name(*pages): 1}
    assert not WantedComparison.objects.exists()  # not in a reader's time


@pytest.mark.usefixtures("pages")
def test_what_nobody_reads_does_not_count(client: Client) -> None:
    client.head(ASKED, **READER)
    client.get(ASKED)  # says nothing of itself
    client.get(ASKED, HTTP_USER_AGENT="Mozilla/5.0 (compatible; Googlebot/2.1)")
    client.get("/compare/?c=push", **READER)
    client.get(f"{ASKED}&pick", **READER)
    client.get("/compare/?c=push&c=nothing", **READER)
    assert pending() == {}


@pytest.mark.usefixtures("pages")
def test_what_a_comparison_says_already_does_not_count(client: Client) -> None:
    sides = [{"key": key, "concept": key} for key in ("push", "pull", "lean")]
    publish(comparison(sides=sides, rows=[]))
    client.get(ASKED, **READER)
    client.get("/compare/?c=push&c=pull&c=lean", **READER)
    assert pending() == {}


def test_the_site_of_a_past_day_does_not_count(pages: list[int], rf: Any) -> None:
    request = rf.get(ASKED, **READER)
    request.day, request.moment = clock.now().date(), clock.now()
    assert compare(request).status_code == 200
    assert pending() == {}


def test_counts_go_to_the_database_now_and_then(
    pages: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []

    class Thread:
        def __init__(self, target: Any, args: Any, daemon: bool) -> None:
            started.append(args[0])

        def start(self) -> None:
            wanted.write(started[-1])

    monkeypatch.setattr(wanted, "Thread", Thread)
    for _ in range(3):
        wanted.note(pages[:2])
    assert started == []
    cache.delete(wanted.WRITTEN)  # its time is over
    wanted.note([pages[1], pages[0]])
    assert started == [{name(*pages[:2]): 3}]
    assert pending() == {name(*pages[:2]): 1}
    assert WantedComparison.objects.get().count == 3


def test_counts_are_added_to_those_from_before(pages: list[int]) -> None:
    WantedComparison.objects.create(concepts="1-2", count=4, last_day=date(2020, 1, 1))
    wanted.write({"1-2": 3, "1-3": 1})
    found = WantedComparison.objects.values_list("concepts", "count")
    assert list(found) == [("1-2", 7), ("1-3", 1)]
    assert not WantedComparison.objects.filter(last_day=date(2020, 1, 1)).exists()


def test_the_table_keeps_what_is_wanted_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wanted, "MOST", 3)
    wanted.write({f"1-{n}": n for n in range(2, 9)})
    wanted.write({"1-2": 20})
    assert [row.concepts for row in WantedComparison.objects.all()] == ["1-2", "1-8", "1-7"]


def test_the_cache_holds_no_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wanted, "MOST_PENDING", 2)
    for page in (2, 3, 4, 3):
        wanted.note([1, page])
    assert pending() == {"1-2": 1, "1-3": 2}


# A count that fails ----------------------------------------------------------------------------


class Down:
    """A cache whose server does not answer."""

    def __getattr__(self, name: str) -> Any:
        raise ConnectionError(name)


@pytest.mark.usefixtures("pages")
def test_a_page_is_shown_when_the_cache_is_down(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wanted, "cache", Down())
    assert client.get(ASKED, **READER).status_code == 200


def test_a_database_that_refuses_costs_the_counts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(counts: Any) -> None:
        raise DatabaseError("attempt to write a readonly database")

    closed = []
    monkeypatch.setattr(wanted, "write", refuse)
    monkeypatch.setattr(wanted.connections, "close_all", lambda: closed.append(True))
    wanted._write_beside({"1-2": 1})
    assert closed == [True]


# The list on the desk ---------------------------------------------------------------------------


def test_what_is_wanted_most_is_listed_first(
    pages: list[int], django_assert_num_queries: Any
) -> None:
    wanted.write({name(*pages): 2, name(*pages[:2]): 5})
    with django_assert_num_queries(4):
        found = wanted.wanted(KINDS)
    assert [(each.title, each.slug, each.count, each.draft) for each in found] == [
        ("Push vs Pull", "push-vs-pull", 5, None),
        ("Push vs Pull vs Lean", "push-vs-pull-vs-lean", 2, None),
    ]


def test_what_has_been_written_or_can_be_no_more_is_not_listed(pages: list[int]) -> None:
    push, pull, lean = pages
    wanted.write({name(push, pull): 5, name(push, lean): 3, name(pull, lean): 2})
    sides = [{"key": key, "concept": key} for key in ("push", "pull")]
    publish(comparison(sides=sides, rows=[]))
    page = existing("concept", "lean")
    assert page
    publishing.withdraw(page, by=None, reason="Merged.")
    assert wanted.wanted(KINDS) == []


def test_a_draft_that_has_the_sides_is_named(client: Client, pages: list[int]) -> None:
    wanted.write({name(*pages[:2]): 5})
    sides = [{"key": key, "concept": key} for key in ("push", "pull")]
    draft = comparison(sides=sides, rows=[])
    [found] = wanted.wanted(KINDS)
    assert (found.draft.pk if found.draft else None) == draft.pk
    log_in_writer(client)
    html = text_of(client, "/admin/")
    assert "There is a draft" in html
    assert "Begin its draft" not in html


def test_only_what_somebody_may_see_is_listed(client: Client, pages: list[int]) -> None:
    wanted.write({name(*pages[:2]): 5})
    assert wanted.wanted(["concept"]) == []
    client.force_login(user("viewer", "view_concept", "view_distinction"))
    html = text_of(client, "/admin/")
    assert listed(html)["wanted"] == 1
    assert "Asked for 5 times" in html
    assert "Begin its draft" not in html


def test_a_wanted_comparison_begins_with_its_sides(client: Client, pages: list[int]) -> None:
    wanted.write({name(*pages): 5})
    log_in_writer(client)
    html = text_of(client, reverse("work_list", args=["wanted"]))
    address = (
        "/admin/concepts/distinction/add/?title=Push%20vs%20Pull%20vs%20Lean"
        f"&amp;slug=push-vs-pull-vs-lean&amp;compare={name(*pages)}"
    )
    assert f'href="{address}"' in html
    form = fields(client.get(address.replace("&amp;", "&")).content)
    assert [form[f"sides-{n}-concept"] for n in range(3)] == [str(page) for page in pages]
    assert [form[f"sides-{n}-key"] for n in range(3)] == ["push", "pull", "lean"]
    answer = client.post("/admin/concepts/distinction/add/", {**form, "_continue": "1"})
    assert answer.status_code == 302
    made = Distinction.objects.get(slug="push-vs-pull-vs-lean")
    assert [side.concept_id for side in made.sides.all()] == pages


@pytest.mark.parametrize("asked", ["", "1", "a-b", "1-2-3-4-5", "9" * 40, "-1-2", "٣-٤", "1-2\n"])
def test_an_odd_wish_is_none(rf: Any, asked: str) -> None:
    assert asked_for(rf.get("/", {"compare": asked})) == []


def test_a_wish_for_what_is_no_concept_opens_the_form_without_it(client: Client) -> None:
    log_in_writer(client)
    push, bank = concept("push"), organization("bank")
    pages: list[Page] = [bank, push]
    answer = client.get(
        "/admin/concepts/distinction/add/", {"compare": name(*(page.pk for page in pages))}
    )
    form = fields(answer.content)
    assert [form["sides-0-concept"], form["sides-1-concept"]] == [str(push.pk), ""]
