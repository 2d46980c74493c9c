"""The verbs: publish, schedule, withdraw, restore, close."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from samples import (
    LATER,
    ROW,
    comparison,
    concept,
    guide,
    organization,
    publish,
    row,
    site_at,
    source,
)

from concepts import clock, desk, publishing
from concepts.documents import canonical, digest
from concepts.models import (
    Closure,
    Concept,
    Dimension,
    Edition,
    LogEntry,
    Page,
    Site,
    Withdrawal,
)
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


# Publishing now


def test_publishing_makes_the_first_edition_in_force_from_its_moment() -> None:
    edition = publish(concept())
    assert (edition.number, edition.superseded_at) == (1, None)
    assert edition.published_at == Site.objects.get().moment
    assert Edition.objects.as_of(edition.published_at).get() == edition


def test_an_edition_says_who_why_and_how_much_it_matters() -> None:
    editor = User.objects.create(username="editor")
    edition = publish(concept(), by=editor, note="First.", significance="wording")
    stored = fresh(edition)
    assert (stored.by, stored.note, stored.significance) == (editor, "First.", "wording")


def test_a_significance_that_is_not_known_is_refused() -> None:
    with pytest.raises(PublishError, match="one of meaning, wording, checked"):
        publish(concept(), significance="huge")


def test_an_edition_is_listed_under_what_its_document_says() -> None:
    edition = publish(concept("takt-time", title="Takt time", summary="The *beat* of demand."))
    assert (edition.kind, edition.section, edition.slug) == ("concept", "concepts", "takt-time")
    assert (edition.title, edition.summary) == ("Takt time", "The beat of demand.")


def test_each_kind_of_page_has_its_section() -> None:
    area = guide("quality", type="area")
    pages = [comparison(), organization(), area, guide()]
    sections = [publish(page).section for page in pages]
    assert sections == ["distinctions", "organizations", "areas", "paths"]


def test_the_document_is_canonical_json_and_the_digest_is_of_its_bytes() -> None:
    page = concept()
    edition = fresh(publish(page))
    assert edition.document == canonical(desk.compose(page))
    assert edition.digest == digest(edition.document)


def test_the_next_edition_begins_when_the_one_before_it_ends() -> None:
    page = concept()
    first = publish(page)
    second = publish(concept(page=page, summary="Another."))
    assert (second.number, fresh(first).superseded_at) == (2, second.published_at)


def test_publishing_what_is_in_force_returns_that_edition() -> None:
    page = concept()
    first = publish(page)
    assert publish(page, note="Again.") == first
    assert numbers(page) == [1]


def test_a_double_click_makes_one_edition() -> None:
    page = concept(why_it_matters="See [itself](concept:takt-time).")
    _, expected = shown(page)
    assert publish(page, expect=expected) == publish(page, expect=expected)
    assert numbers(page) == [1]


def test_what_is_shown_is_what_is_published() -> None:
    page = concept()
    document, expected = shown(page)
    edition = publish(page, expect=expected)
    assert (edition.document, edition.digest) == (canonical(document), expected)


def test_publishing_is_refused_when_the_desk_has_changed_since_it_was_shown() -> None:
    page = concept()
    _, expected = shown(page)
    concept(page=page, summary="Changed meanwhile.")
    with pytest.raises(PublishError, match="desk has changed since"):
        publish(page, expect=expected)
    assert numbers(page) == []


def test_a_deleted_page_is_not_published() -> None:
    page = concept()
    Page.objects.filter(pk=page.pk).get().delete()
    with pytest.raises(PublishError, match="deleted"):
        publish(page)


def test_an_error_stops_publishing_and_nothing_is_written() -> None:
    page = concept(why_it_matters="See [nothing](concept:nothing).")
    with pytest.raises(PublishError, match="no page concept:nothing") as refused:
        publish(page)
    assert [finding.place for finding in refused.value.findings] == ["why-it-matters"]
    assert (numbers(page), Site.objects.get().counter) == ([], 0)


def test_what_is_no_document_is_not_published() -> None:
    page = comparison()
    page.sides.all().delete()
    with pytest.raises(PublishError, match="sides") as refused:
        publish(page)
    assert [finding.severity for finding in refused.value.findings] == ["error"]


def test_a_warning_stops_publishing_without_a_written_reason() -> None:
    with pytest.raises(PublishError, match="has no summary.*with a reason"):
        publish(concept(summary=""), override=" ")


def test_the_reason_for_publishing_over_warnings_is_kept() -> None:
    assert publish(concept(summary=""), override="It is a stub.").override == "It is a stub."


def test_a_reason_that_was_not_needed_is_not_kept() -> None:
    assert publish(concept(), override="It is a stub.").override == ""


def test_checked_is_for_editions_that_differ_in_the_review_date_alone() -> None:
    page = concept()
    publish(page)
    reviewed = concept(page=page, reviewed_on="2026-11-25")
    assert publish(reviewed, significance="checked").number == 2
    changed = concept(page=page, reviewed_on="2026-11-26", summary="Another.")
    with pytest.raises(PublishError, match="review date alone"):
        publish(changed, significance="checked")


def test_a_rename_is_an_ordinary_edit() -> None:
    page = concept("takt")
    publish(page)
    edition = publish(concept("takt-time", page))
    assert (edition.number, edition.slug, edition.page_id) == (2, "takt-time", page.pk)


# Links and citations


def test_links_are_extracted_with_their_role_and_place() -> None:
    goods = concept("goods")
    body = "Of [goods](concept:goods) and again [goods](concept:goods)."
    page = concept(body=body, relations=[{"type": "uses", "concept": "goods", "note": "*Now.*"}])
    links = publish(page).links.values_list("target", "relation", "place", "note")
    assert list(links) == [(goods.pk, "uses", "", "Now."), (goods.pk, "text", "body", "")]


def test_a_link_by_an_old_slug_leads_to_the_page_that_carried_it() -> None:
    target = concept("takt")
    publish(target)
    publish(concept("takt-time", target))
    edition = publish(concept("cycle-time", body="See [it](concept:takt)."))
    assert edition.links.get().target_id == target.pk


def test_citations_are_extracted_with_every_place_and_the_frozen_source() -> None:
    source()
    page = concept(summary="So it is [@little1961, p. 384].", body="Again [@little1961].")
    cited = publish(page).citations.get()
    assert cited.places == [["summary", "p. 384"], ["body", ""]]
    assert (cited.key, cited.source["csl"]["title"]) == ("little1961", "A Proof")


# What is frozen of others


def neighbours(edition: Edition) -> dict[str, str]:
    return {item["slug"]: item["title"] for item in edition.data()["frozen"]["neighbours"]}


def test_the_new_title_of_a_neighbour_does_not_leak_before_it_is_published() -> None:
    goods = concept("goods")
    publish(goods)
    concept("goods", goods, title="Secret title")
    page = concept(prerequisites=["goods"], body="[Goods](concept:goods).")
    assert neighbours(publish(page)) == {"goods": "Goods"}


def test_the_title_of_a_draft_does_not_leak_through_a_link() -> None:
    concept("goods", title="Secret title")
    edition = publish(concept(body="[Goods](concept:goods)."))
    assert "Secret title" not in edition.document


def test_a_scheduled_edition_freezes_its_neighbours_as_of_its_own_moment() -> None:
    goods = concept("goods")
    publish(goods)
    at = soon()
    publish(concept("goods", goods, title="Goods tomorrow"), at=at)
    page = concept(prerequisites=["goods"])
    assert neighbours(publish(page, at=at + HOUR)) == {"goods": "Goods tomorrow"}
    assert neighbours(publish(page)) == {"goods": "Goods"}


def test_pages_that_are_published_together_freeze_each_others_new_titles() -> None:
    first = concept("goods", body="Unlike [services](concept:services).")
    second = concept("services", body="Unlike [goods](concept:goods).")
    editions = publishing.publish_all([first, second], by=None, note="", significance="meaning")
    assert [neighbours(edition) for edition in editions] == [
        {"services": "Services"},
        {"goods": "Goods"},
    ]


# All at once


def test_publishing_together_gives_all_pages_one_moment() -> None:
    pages = [concept(slug) for slug in ("goods", "services", "capacity")]
    together = publishing.publish_all(pages[::-1], by=None, note="New.", significance="meaning")
    assert [edition.page_id for edition in together] == [page.pk for page in pages]
    assert {edition.published_at for edition in together} == {Site.objects.get().moment}


def test_publishing_together_is_all_or_nothing() -> None:
    good, bad = concept("goods"), concept("services", summary="")
    with pytest.raises(PublishError, match="Services is not published"):
        publishing.publish_all([good, bad], by=None, note="", significance="meaning")
    assert Edition.objects.count() == 0


# Moments


def test_every_verb_raises_the_counter_and_takes_a_later_moment() -> None:
    page = concept()
    seen = []
    for summary in ("One.", "Two.", "Three."):
        publish(concept(page=page, summary=summary))
        site = Site.objects.get()
        seen.append((site.counter, site.moment))
    assert [counter for counter, _ in seen] == [1, 2, 3]
    assert sorted({moment for _, moment in seen}) == [moment for _, moment in seen]


def test_moments_are_whole_milliseconds() -> None:
    assert publish(concept()).published_at.microsecond % 1000 == 0


def test_the_moment_comes_from_the_clock_of_the_database() -> None:
    before = clock.whole(database_time())
    moment = publish(concept()).published_at
    assert before <= moment <= database_time()


def database_time() -> datetime:
    from django.db.models.functions import Now

    found: datetime = Site.objects.values_list(Now(), flat=True).get()
    return found


def test_a_moment_is_later_than_the_last_one_even_when_the_clock_is_behind() -> None:
    ahead = soon()
    with site_at(ahead):
        assert publish(concept()).published_at == ahead + clock.MILLISECOND


def test_this_process_sees_what_it_has_published_though_the_clock_is_behind(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with site_at(soon()):
        with django_capture_on_commit_callbacks(execute=True):
            edition = publish(concept())
        assert Edition.objects.as_of().get() == edition


# Withdrawing


def test_withdrawing_ends_the_edition_in_force_with_a_reason() -> None:
    page = concept()
    edition = publish(page)
    withdrawal = publishing.withdraw(page, by=None, reason="Merged.")
    assert not Edition.objects.as_of(withdrawal.at).exists()
    assert fresh(edition).superseded_at == withdrawal.at
    assert (withdrawal.edition, withdrawal.reason) == (edition, "Merged.")


def test_publishing_after_a_withdrawal_makes_the_next_number_even_of_the_same_text() -> None:
    page = concept()
    first = publish(page)
    publishing.withdraw(page, by=None, reason="Merged.")
    second = publish(page)
    assert (second.number, second.digest) == (2, first.digest)
    assert fresh(first).superseded_at < second.published_at


def test_a_page_with_a_scheduled_edition_is_not_withdrawn() -> None:
    page = concept()
    first = publish(page)
    publish(concept(page=page, summary="Tomorrow."), at=soon())
    with pytest.raises(PublishError, match="Edition 2 is scheduled .* cancel its schedule"):
        publishing.withdraw(page, by=None, reason="Merged.")
    assert Edition.objects.as_of().get() == first


def test_a_page_that_is_not_in_force_is_not_withdrawn() -> None:
    with pytest.raises(PublishError, match="no edition in force"):
        publishing.withdraw(concept(), by=None, reason="Merged.")


def test_withdrawing_needs_a_reason() -> None:
    page = concept()
    publish(page)
    with pytest.raises(PublishError, match="Say why"):
        publishing.withdraw(page, by=None, reason=" ")
    assert not Withdrawal.objects.exists()


def test_unscheduling_a_return_leaves_the_page_withdrawn() -> None:
    page = concept()
    first = publish(page)
    gone = publishing.withdraw(page, by=None, reason="Merged.")
    publishing.unschedule(publish(page, at=soon()), by=None)
    assert (numbers(page), fresh(first).superseded_at) == ([1], gone.at)


# Restoring


def test_restoring_writes_the_desk_and_publishing_makes_the_next_number() -> None:
    page = concept(summary="One.")
    first = publish(page)
    publish(concept(page=page, summary="Two."))
    restored = publishing.restore(first, by=None)
    assert (restored.pk, Concept.objects.get().summary) == (page.pk, "One.")
    third = publish(restored)
    assert (third.number, third.digest) == (3, first.digest)


def test_restoring_is_kept_in_the_desks_log() -> None:
    editor = User.objects.create(username="editor")
    publishing.restore(publish(concept()), by=editor)
    entry = LogEntry.objects.filter(action="restore").get()
    assert (entry.slug, entry.by) == ("takt-time", editor)


def test_restoring_retires_rows_that_came_later() -> None:
    page = comparison()
    first = publish(page)
    publish(comparison(page, rows=[ROW, LATER]))
    third = publish(publishing.restore(first, by=None))
    [retired] = third.data()["retired_rows"]
    assert (retired["key"], retired["label"]) == ("later", "Scope")
    assert retired["reason"] == "Edition 1, which does not have it, was restored."


def test_restoring_retires_sides_that_came_later() -> None:
    page = comparison()
    first = publish(page)
    concept("ideas")
    sides = [{"key": name, "concept": name} for name in ("goods", "services", "ideas")]
    wider = row("scope", goods="Things.", services="Acts.", ideas="Thoughts.")
    publish(comparison(page, sides=sides, rows=[wider]))
    third = publish(publishing.restore(first, by=None))
    assert [side["key"] for side in third.data()["retired_sides"]] == ["ideas"]


def test_restoring_keeps_what_was_retired_and_why() -> None:
    page = comparison()
    first = publish(page)
    retired = [{"key": "later", "label": "", "successor": "scope", "reason": ""}]
    publish(comparison(page, rows=[ROW, LATER]))
    publish(comparison(page, retired_rows=retired))
    fourth = publish(publishing.restore(first, by=None))
    assert fourth.data()["retired_rows"] == retired


def test_restoring_brings_back_a_row_that_was_retired() -> None:
    page = comparison(rows=[ROW, LATER])
    first = publish(page)
    publish(comparison(page, retired_rows=[{"key": "later", "successor": "scope"}]))
    third = publish(publishing.restore(first, by=None))
    assert [item["key"] for item in third.data()["rows"]] == ["scope", "later"]
    assert third.data()["retired_rows"] == []


def test_a_closed_edition_is_not_restored() -> None:
    edition = publish(concept())
    publishing.close(edition, by=None, reason="A court said so.")
    with pytest.raises(PublishError, match="not restored"):
        publishing.restore(edition, by=None)


def test_what_names_something_that_is_gone_from_the_desk_is_not_restored() -> None:
    price = Dimension.objects.create(key="price", label="Price")
    page = comparison(rows=[ROW, LATER | {"dimension": "price"}])
    first = publish(page)
    comparison(page, retired_rows=[{"key": "later", "reason": "Merged."}])
    price.delete()
    with pytest.raises(PublishError, match="dimension price, which is not found") as refused:
        publishing.restore(first, by=None)
    assert [finding.place for finding in refused.value.findings] == ["rows 2, dimension"]


# Closing


def test_closing_keeps_number_dates_and_digest() -> None:
    edition = fresh(publish(concept()))
    closure = publishing.close(edition, by=None, reason="A court said so.")
    after = fresh(edition)
    assert closure.reason == "A court said so."
    assert data_of_row(after) == data_of_row(edition)


def data_of_row(edition: Edition) -> list[Any]:
    return [getattr(edition, field.attname) for field in Edition._meta.concrete_fields]


def test_closing_again_returns_the_first_closure() -> None:
    edition = publish(concept())
    first = publishing.close(edition, by=None, reason="A court said so.")
    assert publishing.close(edition, by=None, reason="Another reason.") == first
    assert Closure.objects.get().reason == "A court said so."


def test_a_scheduled_edition_is_not_closed() -> None:
    edition = publish(concept(), at=soon())
    with pytest.raises(PublishError, match="cancel its schedule"):
        publishing.close(edition, by=None, reason="A court said so.")


def test_a_closed_text_is_not_published_again_as_it_is() -> None:
    page = concept()
    publishing.close(publish(page), by=None, reason="A court said so.")
    with pytest.raises(PublishError, match="closed"):
        publish(page)
    assert publish(concept(page=page, summary="Without it.")).number == 2
