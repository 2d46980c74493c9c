"""Editions: the two doors, what never changes, and what follows from it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from samples import comparison, concept, publish, site_at, source

from concepts import clock, publishing
from concepts.models import ClosedError, Edition, FrozenError, Page

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
QUESTION = "Which?\n\n- [x] One\n\n  Yes.\n- [ ] Two\n\n  No."


def soon() -> datetime:
    return clock.whole(clock.now() + HOUR)


def three_editions() -> tuple[Page, list[Edition]]:
    """A page with three editions, an hour from one to the next, the last one beginning now."""
    page, start = concept(summary="One."), soon()
    editions = []
    for number, summary in enumerate(("One.", "Two.", "Three.")):
        with site_at(start + number * HOUR):
            editions.append(publish(concept(page=page, summary=summary)))
    return page, [Edition.objects.get(pk=edition.pk) for edition in editions]


# The two doors


def test_as_of_a_moment_shows_what_was_in_force() -> None:
    _, (first, second, third) = three_editions()
    assert Edition.objects.as_of(first.published_at).get() == first
    assert Edition.objects.as_of(second.published_at - clock.MILLISECOND).get() == first
    assert Edition.objects.as_of(second.published_at).get() == second
    assert Edition.objects.as_of(third.published_at + 100 * HOUR).get() == third


def test_nothing_was_in_force_before_the_first_edition() -> None:
    _, (first, *_) = three_editions()
    before = first.published_at - clock.MILLISECOND
    assert not Edition.objects.as_of(before).exists()
    assert not Edition.objects.published(before).exists()


def test_published_shows_all_that_had_come_into_force_by_a_moment() -> None:
    _, (first, second, _) = three_editions()
    assert list(Edition.objects.published(second.published_at)) == [first, second]


def test_now_is_the_default_of_both_doors() -> None:
    _, editions = three_editions()
    last = editions[-1]
    assert not Edition.objects.as_of().exists()
    with site_at(last.published_at):
        assert list(Edition.objects.as_of()) == [last]
        assert list(Edition.objects.published()) == editions


def test_the_site_as_it_stood_is_the_same_query_with_another_moment() -> None:
    page, (_, second, _) = three_editions()
    with site_at(second.superseded_at + HOUR):
        publish(concept("goods"))
    stood = Edition.objects.as_of(second.published_at)
    assert [(edition.page_id, edition.number) for edition in stood] == [(page.pk, 2)]


def test_a_closed_edition_is_in_force_for_nobody_and_stays_in_the_history() -> None:
    edition = publish(concept())
    moment = publishing.close(edition, by=None, reason="A court said so.").at
    assert not Edition.objects.as_of(moment).exists()
    assert Edition.objects.published(moment).get() == edition


def test_the_document_of_a_closed_edition_is_shown_to_nobody() -> None:
    edition = publish(concept())
    publishing.close(edition, by=None, reason="A court said so.")
    with pytest.raises(ClosedError):
        Edition.objects.get(pk=edition.pk).data()


def test_a_withdrawn_page_is_in_force_no_more_and_its_editions_stay_readable() -> None:
    page = concept()
    edition = publish(page)
    moment = publishing.withdraw(page, by=None, reason="Merged.").at
    assert not Edition.objects.as_of(moment).exists()
    assert Edition.objects.published(moment).get().data()["slug"] == edition.slug


# Addresses


def test_an_address_finds_the_page_that_carried_it() -> None:
    page = concept("takt")
    publish(page)
    renamed = publish(concept("takt-time", page))
    moment = renamed.published_at
    for slug in ("takt", "takt-time"):
        assert Edition.objects.addressed("concept", slug, moment).as_of(moment).get() == renamed


def test_a_page_may_be_renamed_back() -> None:
    page = concept("takt")
    for slug in ("takt", "takt-time", "takt"):
        last = publish(concept(slug, page))
    found = Edition.objects.addressed("concept", "takt-time", last.published_at)
    assert [edition.slug for edition in found] == ["takt", "takt-time", "takt"]


def test_an_address_is_not_known_before_an_edition_has_carried_it() -> None:
    page, at = concept("takt"), soon()
    publish(page)
    publish(concept("takt-time", page), at=at)
    addressed = Edition.objects.addressed
    assert not addressed("concept", "takt-time", at - clock.MILLISECOND).exists()
    assert addressed("concept", "takt-time", at).as_of(at).get().number == 2


def test_an_address_finds_pages_of_its_own_kind_alone() -> None:
    publish(concept("goods"))
    assert not Edition.objects.addressed("distinction", "goods").exists()


# What one edition holds


def test_an_edition_holds_everything_that_its_page_says() -> None:
    source()
    fields: dict[str, Any] = {
        "summary": "Goods can be stored [@little1961].",
        "questions": [
            {"key": "which", "text": "Which?\n\n- [x] One\n\n  Yes.\n- [ ] Two\n\n  No."}
        ],
    }
    data = publish(comparison(**fields)).data()
    frozen = data["frozen"]
    assert data["rows"][0]["cells"][1]["text"] == "Acts."
    assert data["questions"][0]["key"] == "which"
    assert [item["label"] for item in frozen["dimensions"]] == ["Scope"]
    assert [item["title"] for item in frozen["neighbours"]] == ["Goods", "Services"]
    assert frozen["sources"][0]["csl"]["container-title"] == "Operations Research"


def test_an_edition_stays_the_same_when_all_that_it_names_has_changed() -> None:
    little = source()
    edition = publish(comparison(summary="Goods can be stored [@little1961]."))
    before = Edition.objects.get(pk=edition.pk).document
    goods = Page.objects.get(slug="goods")
    publish(concept("wares", goods, title="Wares"))
    little.title = "Another title"
    little.save()
    assert Edition.objects.get(pk=edition.pk).document == before


def test_the_same_text_has_the_same_digest_whenever_it_is_published() -> None:
    page = concept()
    first = publish(page)
    publishing.withdraw(page, by=None, reason="Merged.")
    assert publish(page).digest == first.digest


def test_the_document_is_the_last_column_so_that_scans_of_dates_do_not_read_it() -> None:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "concepts_edition")
    assert columns[-1].name == "document"


# What never changes


def test_an_edition_is_not_saved_again() -> None:
    edition = publish(concept())
    edition.title = "Another"
    with pytest.raises(FrozenError):
        edition.save()


def test_an_edition_that_is_read_is_not_saved_again() -> None:
    publish(concept())
    with pytest.raises(FrozenError):
        Edition.objects.get().save(update_fields=["note"])


def test_an_edition_is_not_deleted() -> None:
    with pytest.raises(FrozenError):
        publish(concept()).delete()


def test_editions_are_not_changed_in_bulk() -> None:
    edition = publish(concept())
    with pytest.raises(FrozenError):
        Edition.objects.update(note="Another")
    with pytest.raises(FrozenError):
        Edition.objects.update(superseded_at=soon(), note="Another")
    with pytest.raises(FrozenError):
        Edition.objects.bulk_update([edition], ["note"])


def test_editions_are_not_deleted_in_bulk() -> None:
    page = concept()
    publish(page)
    with pytest.raises(FrozenError):
        Edition.objects.all().delete()
    with pytest.raises(FrozenError):
        page.editions.all().delete()


def test_a_page_that_has_had_an_edition_is_never_deleted() -> None:
    page = concept()
    publish(page)
    publishing.withdraw(page, by=None, reason="Merged.")
    with pytest.raises(ProtectedError):
        page.delete()


def test_the_database_keeps_a_page_that_has_had_an_edition() -> None:
    page = concept()
    publish(page)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM concepts_concept")
        cursor.execute("DELETE FROM concepts_page WHERE id = %s", [page.pk])
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)
