"""The stamp differs whenever a public page could read differently, and is read seldom."""

import os
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import router
from samples import concept, publish

from concepts import clock, publishing, stamp
from concepts.models import Edition, Site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    stamp.forget()


def test_every_verb_gives_another_stamp() -> None:
    page = concept("takt-time")
    stamps = [stamp.read()]
    edition = publish(page)
    stamps.append(stamp.read())
    publishing.withdraw(page, by=None, reason="Doubtful.")
    stamps.append(stamp.read())
    publishing.close(edition, by=None, reason="By order of a court.")
    stamps.append(stamp.read())
    assert len(set(stamps)) == 4
    assert [each.counter for each in stamps] == [0, 1, 2, 3]


def test_an_edition_that_comes_into_force_by_time_gives_another_stamp() -> None:
    page = concept("takt-time")
    publish(page)
    concept("takt-time", page, title="Beat")
    publish(page, at=clock.whole(clock.now() + timedelta(hours=1)))
    before = stamp.read()
    assert before == stamp.read()
    Site.objects.update(moment=clock.now() + timedelta(minutes=59))
    assert stamp.read() == before
    Site.objects.update(moment=clock.now() + timedelta(minutes=61))
    after = stamp.read()
    assert after.counter == before.counter
    assert after.moment == Edition.objects.get(number=2).published_at


def test_what_was_in_force_at_the_moment_of_the_stamp_is_in_force_now() -> None:
    page = concept("takt-time")
    publish(page)
    concept("takt-time", page, title="Beat")
    publish(page)
    publishing.withdraw(page, by=None, reason="Doubtful.")
    kept = publish(concept("lean"))
    assert list(Edition.objects.as_of(stamp.read().moment)) == [kept]


def test_a_site_without_editions_has_a_stamp() -> None:
    assert stamp.read() == (0, Site.objects.get(pk=1).moment)


def test_the_stamp_is_remembered_for_a_second_and_forgotten_when_told(
    django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(stamp, "REMEMBERED", 1.0)
    monkeypatch.setattr(stamp.time, "monotonic", lambda: now)
    with django_assert_num_queries(1):
        assert stamp.current() == stamp.current()
    with django_assert_num_queries(1):
        stamp.forget()
        stamp.current()
    now += 0.99
    with django_assert_num_queries(0):
        stamp.current()
    now += 0.01
    with django_assert_num_queries(1):
        stamp.current()


def test_the_second_begins_when_the_stamp_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    now, found = [0.0], stamp.read()

    def slow() -> stamp.Stamp:
        now[0] += 5
        return found

    monkeypatch.setattr(stamp, "REMEMBERED", 1.0)
    monkeypatch.setattr(stamp.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(stamp, "read", slow)
    assert stamp.current() == stamp.remembered() == found
    assert now == [5.0]


def test_while_one_thread_reads_the_others_go_on_with_the_last_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    last = stamp.current()
    monkeypatch.setattr(stamp, "read", lambda: last._replace(counter=9))
    memory = stamp._memories[router.db_for_read(Site)]
    memory.kept = last, time.monotonic() - 1
    with memory.reading:
        assert stamp.current() == last
        stamp.forget()  # a verb of this process: now it must be read
        assert stamp.current().counter == 9
        memory.kept = last, time.monotonic() - stamp.WHILE_READ - 1
        assert stamp.current().counter == 9
    assert not memory.reading.locked()


def test_a_worker_that_takes_the_place_of_another_remembers_no_stamp() -> None:
    stamp.current()
    if pid := os.fork():
        assert os.waitpid(pid, 0)[1] == 0
    else:
        os._exit(len(stamp._memories))


def test_a_reading_that_a_verb_overtook_is_not_remembered(
    django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = stamp.read

    def overtaken() -> stamp.Stamp:
        found = read()
        stamp.forget()
        return found

    monkeypatch.setattr(stamp, "read", overtaken)
    stamp.current()
    monkeypatch.undo()
    with django_assert_num_queries(1):
        stamp.current()
