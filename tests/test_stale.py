"""Pages that are built on one whose meaning changed: listed until somebody looks at them."""

from datetime import timedelta
from typing import Any

import pytest
from samples import comparison, concept, guide, organization, publish, site_at

from concepts import clock, desk, publishing, work
from concepts.models import LogEntry, Page
from concepts.parts import KINDS

pytestmark = pytest.mark.django_db


def stale() -> list[work.Stale]:
    return work.stale(KINDS)


def titles() -> list[str]:
    return [item.page.title for item in stale()]


def change(page: Page, summary: str = "Something else.", **terms: Any) -> None:
    """Publish the page with another summary."""
    publish(concept(page.slug, page, summary=summary), **terms)


@pytest.fixture
def goods() -> Page:
    """A concept with a page that is built on it."""
    page = concept("goods")
    publish(page)
    publish(concept("lean", prerequisites=["goods"], body="See [goods](concept:goods)."))
    assert stale() == []
    return page


def test_what_is_built_on_a_page_is_listed_when_its_meaning_changes(goods: Page) -> None:
    change(goods, note="Goods are sold now.")
    [item] = stale()
    [reason] = item.reasons
    assert (item.page.title, reason.target.title) == ("Lean", "Goods")
    assert (reason.before, reason.after) == (1, 2)
    assert [(news.number, news.note) for news in reason.news] == [(2, "Goods are sold now.")]
    assert reason.places == ["prerequisite", "Explained"]


@pytest.mark.usefixtures("goods")
def test_comparisons_organizations_and_guides_are_built_on_a_page_as_well() -> None:
    page = Page.objects.get(slug="goods")
    publish(comparison())
    publish(organization(illustrates=[{"concept": "goods", "text": "Sold."}]))
    publish(guide(steps=[{"page": "concept:goods"}]))
    change(page)
    assert titles() == ["A bank", "First steps", "Goods vs services", "Lean"]


@pytest.mark.parametrize("significance", ["wording", "meaning"])
def test_only_a_change_of_meaning_counts(goods: Page, significance: str) -> None:
    change(goods, significance=significance)
    assert len(stale()) == (significance == "meaning")


def test_the_first_edition_changes_no_meaning() -> None:
    page = concept("goods")
    publish(concept("lean", prerequisites=["goods"]))
    publish(page)
    assert stale() == []


def test_pages_that_were_published_with_it_have_seen_it(goods: Page) -> None:
    lean = Page.objects.get(slug="lean")
    concept("goods", goods, summary="Something else.")
    concept("lean", lean, summary="So is this.", prerequisites=["goods"])
    publishing.publish_all(
        [goods, lean], by=None, note="", significance="meaning", override="A test."
    )
    assert stale() == []


def test_a_scheduled_change_counts_from_its_moment_on(goods: Page) -> None:
    at = clock.whole(clock.now() + timedelta(hours=1))
    change(goods, at=at)
    assert stale() == []
    with site_at(at):
        assert titles() == ["Lean"]


def test_the_changes_since_are_told_as_one(goods: Page) -> None:
    change(goods, "Second.", note="Two.")
    change(goods, "Third.", note="Three.", significance="wording")
    change(goods, "Fourth.", note="Four.")
    [[reason]] = [item.reasons for item in stale()]
    assert (reason.before, reason.after) == (1, 4)
    assert [news.note for news in reason.news] == ["Two.", "Four."]


def test_a_page_may_have_several_reasons(goods: Page) -> None:
    services = concept("services")
    publish(services)
    publish(concept("lean", Page.objects.get(slug="lean"), prerequisites=["goods", "services"]))
    change(goods)
    change(services)
    [item] = stale()
    assert [reason.target.title for reason in item.reasons] == ["Goods", "Services"]


def test_a_page_is_not_built_on_the_area_that_it_belongs_to() -> None:
    area = guide("foundations", type="area")
    publish(area)
    publish(concept("goods", area="foundations"))
    publish(guide("foundations", area, type="area", summary="Something else."))
    assert stale() == []


def test_a_page_is_not_built_on_itself() -> None:
    page = concept("goods", body="See [itself](concept:goods).")
    publish(page)
    publish(concept("goods", page, body="See [itself](concept:goods) again."))
    assert stale() == []


def test_a_page_that_was_withdrawn_is_a_broken_link_and_no_change(goods: Page) -> None:
    change(goods)
    publishing.withdraw(goods, by=None, reason="Merged.")
    assert stale() == []


@pytest.mark.parametrize("action", ["edit", "restore", "undo", "confirm"])
def test_whoever_looked_at_the_page_takes_it_off_the_list(goods: Page, action: str) -> None:
    change(goods)
    desk.record(Page.objects.get(slug="lean"), by=None, action=action)
    assert stale() == []


@pytest.mark.parametrize("action", ["import", "ready", "send-back", "unschedule"])
def test_what_nobody_looked_at_stays(goods: Page, action: str) -> None:
    change(goods)
    desk.record(Page.objects.get(slug="lean"), by=None, action=action)
    assert titles() == ["Lean"]


def test_a_new_edition_takes_the_page_off_the_list(goods: Page) -> None:
    change(goods)
    lean = Page.objects.get(slug="lean")
    LogEntry.objects.all().delete()
    publish(lean)
    assert titles() == ["Lean"]  # it was in force already
    Page.objects.filter(pk=lean.pk).update(title="Lean thinking")
    publish(Page.objects.get(pk=lean.pk))
    assert stale() == []


def test_after_a_look_only_what_is_new_is_listed(goods: Page) -> None:
    change(goods, "Second.")
    desk.record(Page.objects.get(slug="lean"), by=None, action="confirm")
    change(goods, "Third.")
    [[reason]] = [item.reasons for item in stale()]
    assert (reason.before, reason.after, len(reason.news)) == (2, 3, 1)


def test_the_very_difference_is_looked_up(goods: Page) -> None:
    change(goods, "What it is: sold.")
    [[reason]] = [item.reasons for item in work.with_differences(stale())]
    [told] = reason.changes or []
    assert (told.place, told.kind) == ("summary", "changed")
    assert [(p.text.strip(), p.state) for p in told.pieces if p.state != "same"] == [
        ("goods", "struck"),
        ("sold", "added"),
    ]


def test_of_a_closed_edition_no_difference_is_told(goods: Page) -> None:
    edition = goods.editions.get()
    change(goods)
    publishing.close(edition, by=None, reason="A court said so.")
    [[reason]] = [item.reasons for item in work.with_differences(stale())]
    assert reason.changes is None


# Confirm ----------------------------------------------------------------------------------------


def confirm(seen: str) -> LogEntry:
    lean = Page.objects.get(slug="lean")
    return work.confirm(lean, by=None, note="It holds.", seen=seen.split())


def test_a_page_is_confirmed_with_a_line(goods: Page) -> None:
    change(goods)
    [item] = stale()
    entry = confirm(item.name)
    assert (entry.action, entry.slug, entry.note) == ("confirm", "lean", "It holds.")
    assert stale() == []


def test_what_was_not_shown_is_not_confirmed(goods: Page) -> None:
    change(goods, "Second.")
    [item] = stale()
    change(goods, "Third.")
    with pytest.raises(work.WorkError, match="Another edition came into force"):
        confirm(item.name)
    assert titles() == ["Lean"]


def test_a_change_of_wording_meanwhile_is_shown_first_as_well(goods: Page) -> None:
    change(goods, "Second.")
    [item] = stale()
    change(goods, "Third.", significance="wording")
    with pytest.raises(work.WorkError, match="Another edition came into force"):
        confirm(item.name)


def test_a_page_is_confirmed_once(goods: Page) -> None:
    change(goods)
    [item] = stale()
    confirm(item.name)
    with pytest.raises(work.WorkError, match="nothing to confirm any more"):
        confirm(item.name)
    assert LogEntry.objects.filter(action="confirm").count() == 1
