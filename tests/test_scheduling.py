"""Editions that are published ahead of their moment: no clockwork, time alone."""

from datetime import datetime, timedelta

import pytest
from samples import concept, publish, site_at

from concepts import clock, desk, publishing
from concepts.documents import canonical, own_content
from concepts.models import Edition, LogEntry, Page
from concepts.publishing import PublishError, shown

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def soon() -> datetime:
    return clock.whole(clock.now() + HOUR)


def numbers(page: Page) -> list[int]:
    return [edition.number for edition in Edition.objects.filter(page=page)]


def fresh(edition: Edition) -> Edition:
    return Edition.objects.get(pk=edition.pk)


def test_a_scheduled_edition_is_invisible_at_both_doors_until_its_moment() -> None:
    page, at = concept(), soon()
    first = publish(page)
    second = publish(concept(page=page, summary="Tomorrow."), at=at)
    assert list(Edition.objects.as_of()) == list(Edition.objects.published()) == [first]
    just_before = at - clock.MILLISECOND
    assert Edition.objects.as_of(just_before).get() == first
    assert Edition.objects.as_of(at).get() == second
    assert list(Edition.objects.published(at)) == [first, second]


def test_the_edition_before_a_scheduled_one_ends_at_its_moment() -> None:
    page, at = concept(), soon()
    first = publish(page)
    publish(concept(page=page, summary="Tomorrow."), at=at)
    assert fresh(first).superseded_at == at


def test_a_scheduled_moment_lies_at_least_five_seconds_ahead() -> None:
    ahead = soon()
    with site_at(ahead - clock.MILLISECOND):
        page = concept()
        with pytest.raises(PublishError, match="five seconds ahead"):
            publish(page, at=ahead + 5 * SECOND - clock.MILLISECOND)
        assert publish(page, at=ahead + 6 * SECOND).number == 1


def test_a_scheduled_moment_needs_a_time_zone() -> None:
    with pytest.raises(PublishError, match="time zone"):
        publish(concept(), at=soon().replace(tzinfo=None))


def test_scheduling_and_cancelling_leaves_no_gap() -> None:
    page = concept()
    first = publish(page)
    scheduled = publish(concept(page=page, summary="Tomorrow."), at=soon())
    publishing.unschedule(scheduled, by=None)
    assert (numbers(page), fresh(first).superseded_at) == ([1], None)
    assert publish(concept(page=page, summary="Today.")).number == 2


def test_the_desks_log_keeps_what_was_unscheduled() -> None:
    page = concept()
    document = desk.compose(concept(page=page, summary="Tomorrow."))
    scheduled = publish(page, at=soon())
    concept(page=page, summary="Something else.")
    publishing.unschedule(scheduled, by=None)
    entry = LogEntry.objects.get(action="unschedule")
    assert (entry.kind, entry.object_id, entry.slug) == ("concept", page.pk, "takt-time")
    assert entry.document == canonical(own_content(document))


def test_scheduling_again_replaces_the_scheduled_edition() -> None:
    page, at = concept(), soon()
    first = publish(page)
    publish(concept(page=page, summary="Tomorrow."), at=at)
    again = publish(concept(page=page, summary="Later."), at=at + HOUR)
    assert (numbers(page), again.number) == ([1, 2], 2)
    assert fresh(first).superseded_at == at + HOUR
    assert LogEntry.objects.filter(action="unschedule").count() == 1


def test_publishing_now_replaces_the_scheduled_edition() -> None:
    page = concept()
    first = publish(page)
    publish(concept(page=page, summary="Tomorrow."), at=soon())
    second = publish(concept(page=page, summary="Today."))
    assert (second.number, second.superseded_at) == (2, None)
    assert fresh(first).superseded_at == second.published_at
    assert numbers(page) == [1, 2]


def test_publishing_what_is_in_force_takes_the_scheduled_edition_away() -> None:
    page = concept()
    first = publish(page)
    publish(concept(page=page, summary="Tomorrow."), at=soon())
    assert publish(concept(page=page)) == first
    assert (numbers(page), fresh(first).superseded_at) == ([1], None)


def test_a_double_click_schedules_once() -> None:
    page, at = concept(), soon()
    _, expected = shown(page)
    assert publish(page, at=at, expect=expected) == publish(page, at=at, expect=expected)
    assert LogEntry.objects.filter(action="unschedule").count() == 0


def test_what_was_shown_now_may_be_scheduled_though_a_neighbour_changes_until_then() -> None:
    goods, at = concept("goods"), soon()
    publish(goods)
    publish(concept("goods", goods, title="Goods tomorrow"), at=at)
    page = concept(prerequisites=["goods"])
    _, expected = shown(page)
    assert publish(page, at=at + HOUR, expect=expected).number == 1


def test_the_first_edition_of_a_page_may_be_scheduled() -> None:
    page, at = concept(), soon()
    edition = publish(page, at=at)
    assert not Edition.objects.as_of().filter(page=page).exists()
    assert Edition.objects.as_of(at).get() == edition


@pytest.mark.parametrize("verb", ["unschedule", "publish"])
def test_a_scheduled_edition_is_kept_in_its_last_five_seconds(verb: str) -> None:
    page, at = concept(), soon()
    edition = publish(page, at=at)
    concept(page=page, summary="Today.")
    with site_at(at - 5 * SECOND), pytest.raises(PublishError, match="within five seconds"):
        publishing.unschedule(edition, by=None) if verb == "unschedule" else publish(page)
    assert numbers(page) == [1]


def test_an_edition_is_not_unscheduled_once_it_is_in_force() -> None:
    page, at = concept(), soon()
    edition = publish(page, at=at)
    with site_at(at), pytest.raises(PublishError, match="not scheduled"):
        publishing.unschedule(edition, by=None)
