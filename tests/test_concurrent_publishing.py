"""Many publishes at once: no error, no gap, no moment taken twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from samples import concept, publish

from concepts import clock, publishing
from concepts.models import Edition, Link, LogEntry, Site

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 100
FEWER = 30
WORKERS = 8 if connection.vendor == "sqlite" else 20


def at_once(job: Callable[[int], Edition], times: int = TIMES) -> list[Edition]:
    """What the job returns for 0, 1, 2, ..., each in a transaction on a connection of its own."""

    def run(number: int) -> Edition:
        try:
            wait_as_long_as_it_takes()
            with transaction.atomic():
                return job(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(run, range(times)))


def wait_as_long_as_it_takes() -> None:
    """Twenty writers on a busy machine may wait longer for each other than the site's own would."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET lock_timeout = 0")


def rising(editions: list[Edition]) -> bool:
    moments = [edition.published_at for edition in editions]
    return all(before < after for before, after in pairwise(moments))


def test_a_hundred_editions_of_one_page_are_numbered_without_gap() -> None:
    page = concept()
    at_once(lambda number: publish(concept(page=page, summary=f"Version {number}.")))
    editions = list(Edition.objects.order_by("number"))
    assert [edition.number for edition in editions] == [*range(1, TIMES + 1)]
    assert rising(editions)
    ends = [edition.superseded_at for edition in editions]
    assert ends == [*[edition.published_at for edition in editions[1:]], None]
    assert Site.objects.get().counter == TIMES


def test_a_hundred_pages_that_name_each_other_are_published_at_once() -> None:
    pages = [concept(f"page-{number}") for number in range(TIMES)]

    def publish_next(number: int) -> Edition:
        neighbour = f"page-{(number + 1) % TIMES}"
        text = f"See [the next](concept:{neighbour})."
        return publish(concept(f"page-{number}", pages[number], body=text))

    editions = at_once(publish_next)
    assert [edition.number for edition in editions] == [1] * TIMES
    assert rising(sorted(editions, key=lambda edition: edition.published_at))
    assert (Site.objects.get().counter, Link.objects.count()) == (TIMES, TIMES)


def test_one_page_published_as_it_is_many_times_has_one_edition() -> None:
    page = concept()
    editions = at_once(lambda _: publish(page), FEWER)
    assert {edition.number for edition in editions} == {1}
    assert Edition.objects.count() == 1


def test_one_page_scheduled_as_it_is_many_times_has_one_edition() -> None:
    page, at = concept(), clock.whole(clock.now() + timedelta(days=1))
    assert {edition.number for edition in at_once(lambda _: publish(page, at=at), FEWER)} == {1}
    assert Edition.objects.get().published_at == at
    assert LogEntry.objects.filter(action="unschedule").count() == 0


def test_pages_are_renamed_and_published_while_others_link_to_them() -> None:
    pages = [concept(f"page-{number}") for number in range(FEWER)]

    def rename(number: int) -> Edition:
        text = f"See [the next](concept:page-{(number + 1) % FEWER})."
        return publish(concept(f"new-{number}", pages[number], body=text))

    for page in pages:
        publish(page)
    editions = at_once(rename, FEWER)
    assert [edition.slug for edition in editions] == [f"new-{n}" for n in range(FEWER)]
    assert Link.objects.count() == FEWER


def test_pages_published_together_in_any_order_do_not_wait_for_each_other_for_ever() -> None:
    pages = [concept(f"page-{number}") for number in range(3)]

    def publish_together(number: int) -> Edition:
        order = pages[number % 3 :] + pages[: number % 3]
        terms = {"by": None, "note": "", "significance": "meaning"}
        return publishing.publish_all(order, **terms)[0]

    assert {edition.number for edition in at_once(publish_together, FEWER)} == {1}
    assert (Edition.objects.count(), Site.objects.get().counter) == (3, FEWER)
