"""What waits for editors: what is listed, for how long, and at how many queries."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from samples import ROW, comparison, concept, publish, row, site_at, source

from concepts import clock, desk, publishing, wanted, work
from concepts.desk import readiness
from concepts.models import Cell, LogEntry, Page, Source
from concepts.parts import KINDS

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def soon() -> datetime:
    return clock.whole(clock.now() + HOUR)


def titles(items: list[Any]) -> list[str]:
    return [item.page.title for item in items]


def drafts() -> list[work.Draft]:
    return work.drafts(KINDS, readiness.marks())


# Reviews --------------------------------------------------------------------------------------


def due_in(days: int, slug: str) -> Page:
    due = timezone.localdate() + days * DAY
    page = concept(slug, review_due=due.isoformat(), reviewed_on="2025-11-25")
    publish(page)
    return page


def test_reviews_that_are_due_within_a_fortnight_are_listed_the_most_overdue_first() -> None:
    for days, slug in [(14, "goods"), (-3, "services"), (0, "takt-time"), (15, "lean")]:
        due_in(days, slug)
    listed = [(item.page.title, item.days) for item in work.due(KINDS)]
    assert listed == [("Services", 3), ("Takt time", 0), ("Goods", -14)]


def test_a_review_says_when_the_page_was_checked() -> None:
    due_in(0, "goods")
    [item] = work.due(KINDS)
    assert str(item.checked) == "2025-11-25"


def test_no_review_is_due_of_what_readers_do_not_see() -> None:
    concept("goods", review_due="2020-01-01")
    publishing.withdraw(due_in(0, "lean"), by=None, reason="Merged.")
    assert work.due(KINDS) == []


# Drafts ---------------------------------------------------------------------------------------


def test_a_draft_that_says_something_else_is_listed_with_who_saved_it_last() -> None:
    page = concept()
    publish(page)
    ada = User.objects.create_user("ada")
    changed = desk.own(page).model_copy(update={"summary": "Something else."})
    desk.save(changed, by=ada, action="edit", page=page)
    [draft] = drafts()
    assert (draft.page.title, draft.save and draft.save.by) == ("Takt time", ada)
    assert (draft.edition and draft.edition.number, draft.standing) == (1, "in force")


def test_a_draft_is_not_listed_while_it_says_what_is_published() -> None:
    publish(concept("goods"))
    page = concept("lean", prerequisites=["goods"])
    publish(page)
    concept("lean", page, prerequisites=["goods"])
    assert drafts() == []


def test_a_draft_that_was_changed_back_is_not_listed() -> None:
    page = concept()
    publish(page)
    concept(page=page, summary="Something else.")
    concept(page=page)
    assert drafts() == []


def test_a_draft_whose_neighbour_was_renamed_is_not_listed() -> None:
    other = concept("goods")
    publish(other)
    publish(concept("lean", prerequisites=["goods"]))
    concept("wares", other)
    assert titles(drafts()) == ["Wares"]


def test_the_draft_of_a_withdrawn_page_is_compared_with_its_last_edition() -> None:
    page = concept()
    publish(page)
    publishing.withdraw(page, by=None, reason="Merged.")
    assert drafts() == []
    concept(page=page, summary="Something else.")
    assert [draft.standing for draft in drafts()] == ["withdrawn"]


def test_a_draft_that_is_scheduled_as_it_is_is_not_listed() -> None:
    at = soon()
    publish(concept(), at=at)
    assert drafts() == []
    with site_at(at):
        assert drafts() == []


def test_a_draft_that_was_changed_after_it_was_scheduled_is_listed_before_and_after() -> None:
    page, at = concept(), soon()
    publish(page, at=at)
    concept(page=page, summary="Something else.")
    assert [draft.standing for draft in drafts()] == ["scheduled"]
    with site_at(at):
        assert [draft.standing for draft in drafts()] == ["in force"]


def test_drafts_that_were_saved_last_come_first() -> None:
    pages = [concept("goods"), concept("lean")]
    for page in pages:
        publish(page)
    for page in pages:
        concept(page.slug, page, summary="Something else.")
    assert titles(drafts()) == ["Lean", "Goods"]


def test_a_mark_is_no_save() -> None:
    page = concept()
    publish(page)
    save = LogEntry.objects.get()
    for action in ("ready", "send-back", "confirm"):
        desk.record(page, by=None, action=action, note="Look.")
    assert drafts() == []
    concept(page=page, summary="Something else.")
    desk.record(page, by=None, action="ready", note="Now.")
    [draft] = drafts()
    assert draft.save
    assert draft.save.pk > save.pk
    assert draft.save.action == "edit"
    assert draft.mark
    assert draft.mark.entry.note == "Now."


def test_pages_without_an_edition_are_listed_apart() -> None:
    concept("goods")
    publish(concept("lean"))
    assert drafts() == []
    assert titles(work.never_published(KINDS, {})) == ["Goods"]


def test_documents_are_read_only_of_what_was_saved_since(monkeypatch: pytest.MonkeyPatch) -> None:
    for slug in ("goods", "services", "lean"):
        publish(concept(slug))
    LogEntry.objects.update(at=clock.now() - timedelta(hours=1))  # not of the same millisecond
    concept("goods", Page.objects.get(slug="goods"), summary="Something else.")
    read: list[str] = []
    load = work.load
    monkeypatch.setattr(work, "load", lambda text: read.append(text) or load(text))
    assert titles(drafts()) == ["Goods"]
    assert len(read) == 2  # the edition and the save


# What somebody decided ------------------------------------------------------------------------


def test_drafts_that_are_marked_ready_wait_the_longest_first() -> None:
    for slug in ("lean", "goods", "services"):
        desk.record(concept(slug), by=None, action="ready", note=f"{slug}, please.")
    desk.record(Page.objects.get(slug="goods"), by=None, action="send-back", note="No.")
    publish(Page.objects.get(slug="services"))
    concept("agile")
    desk.record(concept("agility"), by=None, action="ready", note="Yes.")
    waiting = work.ready(KINDS, readiness.marks())
    assert titles(waiting) == ["Lean", "Agility"]
    assert waiting[0].mark.entry.note == "lean, please."


def test_a_page_that_was_deleted_does_not_wait() -> None:
    page = concept()
    desk.record(page, by=None, action="ready", note="Look.")
    page.delete()
    assert work.ready(KINDS, readiness.marks()) == []


def test_scheduled_editions_come_in_the_order_of_their_moments() -> None:
    at = soon()
    publish(concept("goods"), at=at + HOUR)
    publish(concept("lean"), at=at)
    publish(concept("services"))
    planned = work.scheduled(KINDS)
    assert [(item.page.title, item.edition.published_at) for item in planned] == [
        ("Lean", at),
        ("Goods", at + HOUR),
    ]
    with site_at(at):
        assert titles(work.scheduled(KINDS)) == ["Goods"]


# What others changed ----------------------------------------------------------------------------


def broken() -> list[tuple[str, str, str, bool]]:
    found = work.broken(KINDS)
    return [(item.page.title, item.place, item.target.title, item.was_published) for item in found]


def test_links_to_a_withdrawn_page_are_listed_with_their_places() -> None:
    page = concept("goods")
    publish(page)
    publish(concept("lean", prerequisites=["goods"], body="See [goods](concept:goods)."))
    assert broken() == []
    publishing.withdraw(page, by=None, reason="Merged.")
    assert broken() == [
        ("Lean", "prerequisite", "Goods", True),
        ("Lean", "Explained", "Goods", True),
    ]


def test_a_link_to_what_was_never_published_is_broken_until_it_is() -> None:
    goods = concept("goods")
    publish(concept("lean", body="See [goods](concept:goods)."))
    assert broken() == [("Lean", "Explained", "Goods", False)]
    publish(goods)
    assert broken() == []


def test_the_links_of_a_draft_are_not_listed() -> None:
    concept("goods")
    concept("lean", body="See [goods](concept:goods).")
    assert broken() == []


def save_source(row: Source, **changes: str) -> None:
    """Change it as every form and import does, which leaves an entry in the log."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    desk.record(row, by=None, action="edit")


def test_a_source_that_changed_is_listed_until_the_page_is_published_again() -> None:
    cited = source()
    page = concept(body="So [@little1961].")
    publish(page)
    assert work.outdated(KINDS) == []
    changes = {"title": "Another", "issued": "1962", "body": "It says.", "container_title": ""}
    save_source(cited, **changes)
    [item] = work.outdated(KINDS)
    assert (item.page.title, item.label, item.fields) == (
        "Takt time",
        "Little, J. D. C. (1961)",
        ["title", "issued", "note", "container title"],
    )
    publish(page)
    assert work.outdated(KINDS) == []


def test_a_source_that_changed_before_a_scheduled_edition_begins_is_listed() -> None:
    cited = source()
    page = concept(body="So [@little1961].")
    publish(page, at=clock.now() + timedelta(days=1))
    LogEntry.objects.update(at=clock.now() - timedelta(hours=1))  # not of the same millisecond
    save_source(cited, title="Another")
    assert work.outdated(KINDS) == []
    with site_at(clock.now() + timedelta(days=2)):
        assert [item.fields for item in work.outdated(KINDS)] == [["title"]]


def test_a_source_stays_listed_when_a_later_edition_is_scheduled_and_unscheduled() -> None:
    cited = source()
    page = concept(body="So [@little1961].")
    publish(page)
    save_source(cited, title="Another")
    later = publish(page, at=clock.now() + timedelta(days=1))
    assert len(work.outdated(KINDS)) == 1
    publishing.unschedule(later, by=None)
    assert len(work.outdated(KINDS)) == 1


def test_what_readers_never_see_of_a_source_changes_no_page() -> None:
    cited = source()
    publish(concept(body="So [@little1961]."))
    save_source(cited, caveat="Careful.")
    assert work.outdated(KINDS) == []


def test_a_source_that_is_no_longer_on_the_desk_is_listed_without_fields() -> None:
    cited = source()
    publish(concept(body="So [@little1961]."))
    cited.delete()
    assert [item.fields for item in work.outdated(KINDS)] == [[]]


# All lists ------------------------------------------------------------------------------------


def lists(kinds: Any = KINDS) -> list[list[Any]]:
    marks = readiness.marks()
    return [
        work.due(kinds),
        work.drafts(kinds, marks),
        work.never_published(kinds, marks),
        work.ready(kinds, marks),
        work.scheduled(kinds),
        work.broken(kinds),
        work.outdated(kinds),
        work.with_differences(work.stale(kinds)),
    ]


def much(numbers: range) -> None:
    """For each number, one more item on every list."""
    for n in numbers:
        source(f"source{n}", issued="1961")
        base, gone = concept(f"base-{n}"), concept(f"gone-{n}")
        publish(base)
        publish(gone)
        text = f"[It](concept:base-{n}) and [it](concept:gone-{n}). [@source{n}]"
        page = concept(f"page-{n}", body=text, review_due="2020-01-01")
        publish(page)
        publish(concept(f"base-{n}", base, summary="Something else."))
        publishing.withdraw(gone, by=None, reason="Merged.")
        publish(concept(f"later-{n}"), at=soon())
        desk.record(concept(f"new-{n}"), by=None, action="ready", note="Look.")
        changed = concept(f"changed-{n}")
        publish(changed)
        concept(f"changed-{n}", changed, summary="Something else.")
        save_source(Source.objects.get(slug=f"source{n}"), issued="1962")
        wanted.write({f"{base.pk}-{page.pk}": 1})


def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries: Any) -> None:
    counts = []
    for numbers in (range(1), range(1, 5)):
        much(numbers)
        with django_assert_max_num_queries(20) as queries:
            found = lists()
        assert [len(each) for each in found] == [numbers.stop] * len(found)
        counts.append(len(queries))
    assert counts == [16, 16]


def test_kinds_that_somebody_may_not_see_are_left_out() -> None:
    much(range(1))
    assert lists({"distinction"}) == [[]] * 8
    assert [len(each) for each in lists({"concept"})] == [1] * 8


def test_of_a_comparison_the_table_counts_as_its_draft() -> None:
    page = comparison(rows=[ROW])
    publish(page)
    comparison(page, rows=[row("scope", goods="Things.", services="Deeds.")])
    assert titles(drafts()) == ["Goods vs services"]
    assert Cell.objects.filter(text="Deeds.").exists()
