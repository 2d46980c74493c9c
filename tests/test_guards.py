"""What the database itself refuses, and the one door that lifts it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from samples import concept, publish, site_at, source

from concepts import clock, guards, publishing
from concepts.models import Citation, Edition, Link, Page, Site

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
on_sqlite = connection.vendor == "sqlite"
together = pytest.mark.django_db
alone = pytest.mark.django_db(transaction=True)


def run(statement: str, values: Iterable[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [adapted(value) for value in values])


def adapted(value: Any) -> Any:
    """A moment as Django stores it: SQLite has no type for it."""
    is_moment = isinstance(value, datetime)
    return connection.ops.adapt_datetimefield_value(value) if is_moment else value


def refused(message: str, statement: str, *values: Any) -> None:
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        run(statement, values)


def soon() -> datetime:
    return clock.whole(clock.now() + HOUR)


def published_with_parts() -> Edition:
    source()
    concept("goods")
    return publish(concept(body="[Goods](concept:goods) [@little1961]."))


@contextmanager
def lifted() -> Iterator[None]:
    guards.lift(connection)
    yield
    guards.install(connection)


def insert(edition: Edition, **changes: Any) -> None:
    """Put a row like that of this edition into the table, beside Django's own guards."""
    fields = {f.attname: getattr(edition, f.attname) for f in Edition._meta.concrete_fields[1:]}
    Edition.objects.bulk_create([Edition(**fields | changes)])


# Changing


COLUMNS = [f.column for f in Edition._meta.concrete_fields if f.name != "superseded_at"]


@together
@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_of_an_edition_changes(column: str) -> None:
    publish(concept())
    old = Edition.objects.values_list(column, flat=True).get()
    new = {str: "another", datetime: soon()}.get(type(old), 99)
    refused("An edition never changes", f"UPDATE concepts_edition SET {column} = %s", new)


@together
def test_a_scheduled_edition_does_not_change_either() -> None:
    publish(concept(), at=soon())
    refused("An edition never changes", "UPDATE concepts_edition SET note = 'Another'")


@together
def test_writing_the_same_again_changes_nothing() -> None:
    publish(concept())
    run("UPDATE concepts_edition SET note = note, superseded_at = superseded_at")


@together
@pytest.mark.skipif(not on_sqlite, reason="PostgreSQL has no other name for the id")
def test_the_hidden_name_of_the_id_is_guarded_too() -> None:
    publish(concept())
    refused("An edition never changes", "UPDATE concepts_edition SET rowid = 99")


@together
def test_an_upsert_does_not_change_an_edition() -> None:
    edition = Edition.objects.get(pk=publish(concept()).pk)
    edition.note = "Another"
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.bulk_create(
            [edition], update_conflicts=True, unique_fields=["id"], update_fields=["note"]
        )
    assert Edition.objects.get().note == ""


@together
def test_a_plain_manager_does_not_change_an_edition() -> None:
    publish(concept())
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition._base_manager.update(note="Another")


@together
def test_an_edition_may_end_from_now_on() -> None:
    edition = publish(concept())
    Edition.objects.update(superseded_at=edition.published_at + SECOND)
    assert Edition.objects.get().superseded_at == edition.published_at + SECOND


@together
def test_an_end_that_lies_ahead_may_be_moved_or_taken_back() -> None:
    publish(concept())
    at = soon()
    for end in (at, at + HOUR, at, None):
        Edition.objects.update(superseded_at=end)
        assert Edition.objects.get().superseded_at == end


@together
def test_no_edition_ends_before_the_latest_moment_of_the_site() -> None:
    edition = publish(concept("goods"))
    latest = publish(concept("services")).published_at
    with pytest.raises(IntegrityError, match="none ends in the past"), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(superseded_at=latest - clock.MILLISECOND)


@together
def test_no_edition_ends_long_before_the_databases_clock() -> None:
    """The site may have been quiet for years; its latest moment says nothing of that."""
    with lifted():
        edition = publish(concept())
        began = {"published_at": edition.published_at - 10 * HOUR}
        models.QuerySet.update(Edition.objects.all(), **began)
        Site.objects.update(moment=began["published_at"])
    with pytest.raises(IntegrityError, match="none ends in the past"), transaction.atomic():
        Edition.objects.update(superseded_at=edition.published_at - HOUR)


@together
def test_an_edition_that_has_ended_has_ended_for_good() -> None:
    page = concept()
    publish(page)
    publishing.withdraw(page, by=None, reason="Merged.")
    for end in (None, soon()):
        with pytest.raises(IntegrityError, match="ended for good"), transaction.atomic():
            Edition.objects.update(superseded_at=end)


# Deleting


@together
def test_an_edition_whose_moment_has_come_is_not_deleted() -> None:
    publish(concept())
    refused("never deleted", "DELETE FROM concepts_edition")


@together
def test_a_plain_manager_does_not_delete_an_edition() -> None:
    publish(concept())
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition._base_manager.all().delete()


@together
def test_an_edition_that_lies_ahead_may_be_deleted_until_its_moment() -> None:
    at = soon()
    publish(concept(), at=at)
    with site_at(at - clock.MILLISECOND), transaction.atomic():
        run("DELETE FROM concepts_edition")
        transaction.set_rollback(True)
    with site_at(at):
        refused("never deleted", "DELETE FROM concepts_edition")


@together
@pytest.mark.parametrize("table", guards.TABLES)
def test_no_table_is_emptied_or_overwritten_at_one_stroke(table: str) -> None:
    page = published_with_parts().page
    publishing.close(publish(concept(page=page, summary="Two.")), by=None, reason="A court.")
    publishing.withdraw(page, by=None, reason="Merged.")
    connection.check_constraints()
    if on_sqlite:
        guarded = "has this row already|one edition at a time"
        refused(guarded, f"REPLACE INTO {table} SELECT * FROM {table}")
    else:
        refused("never emptied", f"TRUNCATE {table} CASCADE")


def came_by_itself() -> Edition:
    """An edition that came into force and ended by the clock, on a site where no verb was used."""
    page, began = concept(), clock.now() - 3 * HOUR
    ended = began + HOUR
    values = {"kind": "concept", "section": "concepts", "number": 1, "slug": page.slug}
    edition = Edition(page=page, published_at=began, superseded_at=ended, **values)
    edition.significance = "meaning"
    edition.save()
    Link.objects.create(edition=edition, target=page, relation="text")
    return edition


@together
def test_a_moment_comes_by_the_clock_though_no_verb_is_used() -> None:
    came_by_itself()
    refused("never deleted", "DELETE FROM concepts_edition")
    refused("never changes", "DELETE FROM concepts_link")
    refused("ended for good", "UPDATE concepts_edition SET superseded_at = NULL")


@together
@pytest.mark.skipif(not on_sqlite, reason="PostgreSQL replaces no rows")
def test_an_edition_is_not_replaced_by_one_of_another_page() -> None:
    publish(concept())
    columns = [f.column for f in Edition._meta.concrete_fields]
    values = [str(concept("goods").pk) if name == "page_id" else name for name in columns]
    values[columns.index("slug")] = "'goods'"
    chosen = f"SELECT {', '.join(values)} FROM concepts_edition"
    refused("already", f"REPLACE INTO concepts_edition ({', '.join(columns)}) {chosen}")


# One at a time


@together
def test_a_page_has_no_two_editions_at_one_moment() -> None:
    edition = publish(concept())
    Edition.objects.update(superseded_at=edition.published_at + HOUR)
    begins = edition.published_at + HOUR - clock.MILLISECOND
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(edition, number=2, published_at=begins)
    insert(edition, number=2, published_at=begins + clock.MILLISECOND)


@together
def test_an_edition_is_not_stretched_over_the_next_one() -> None:
    page, at = concept(), soon()
    first = publish(page)
    publish(concept(page=page, summary="Two."), at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=first.pk).update(superseded_at=at + clock.MILLISECOND)


@together
def test_a_slug_belongs_for_ever_to_the_page_that_carried_it() -> None:
    page, other = concept("takt"), concept("cycle-time")
    first = publish(page)
    publishing.withdraw(page, by=None, reason="Merged.")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(first, page_id=other.pk, published_at=soon())


@together
def test_another_kind_may_have_the_same_slug() -> None:
    first = publish(concept("takt"))
    insert(first, page_id=concept("other").pk, kind="guide")
    assert Edition.objects.filter(slug="takt").count() == 2


# Links, citations, rulings, the site


@together
@pytest.mark.parametrize("table", ["concepts_link", "concepts_citation"])
def test_what_was_extracted_never_changes(table: str) -> None:
    published_with_parts()
    refused("never changes", f"UPDATE {table} SET edition_id = edition_id")
    refused("never changes", f"DELETE FROM {table}")


@together
def test_what_was_extracted_goes_with_a_scheduled_edition() -> None:
    source()
    concept("goods")
    edition = publish(concept(body="[Goods](concept:goods) [@little1961]."), at=soon())
    publishing.unschedule(edition, by=None)
    assert (Link.objects.count(), Citation.objects.count()) == (0, 0)


@together
@pytest.mark.parametrize("table", ["concepts_closure", "concepts_withdrawal"])
def test_a_ruling_is_neither_changed_nor_taken_back(table: str) -> None:
    page = concept()
    publishing.close(publish(page), by=None, reason="A court said so.")
    publishing.withdraw(page, by=None, reason="Merged.")
    refused("neither changed nor taken back", f"UPDATE {table} SET reason = 'Another'")
    refused("neither changed nor taken back", f"DELETE FROM {table}")


@together
def test_counter_and_moment_of_the_site_only_rise() -> None:
    publish(concept())
    refused("only rise", "UPDATE concepts_site SET counter = counter - 1")
    refused("only rise", "UPDATE concepts_site SET moment = '2020-01-01 00:00:00+00:00'")
    refused("stays", "DELETE FROM concepts_site")


# Installing and counting


@together
def test_a_migrated_database_has_all_guards_and_the_sites_row() -> None:
    assert guards.missing(connection) == []
    assert Site.objects.get().moment == guards.BEFORE_ALL


def drop(name: str, table: str) -> None:
    run(f"DROP TRIGGER {name}" + ("" if on_sqlite else f" ON {table}"))


def warnings() -> list[str]:
    found = run_checks(tags=[Tags.database], databases=["default"])
    return [str(message.id) for message in found]


@together
def test_the_system_check_counts_the_guards() -> None:
    assert warnings() == []
    drop("guard_edition_delete", "concepts_edition")
    [found] = guards.check_guards(None, databases=["default"])
    assert found.msg == "The database lacks 1 guards of editions: guard_edition_delete."
    assert warnings() == ["concepts.W001"]


@together
def test_a_guard_that_was_disarmed_is_missing() -> None:
    if on_sqlite:
        drop("guard_site_delete", "concepts_site")
        run(
            "CREATE TRIGGER guard_site_delete BEFORE DELETE ON concepts_site"
            " WHEN FALSE BEGIN SELECT 1; END"
        )
    else:
        run("ALTER TABLE concepts_site DISABLE TRIGGER guard_site_delete")
    assert guards.missing(connection) == ["guard_site_delete"]


@together
def test_installing_mends_what_is_missing_and_may_be_repeated() -> None:
    drop("guard_edition_delete", "concepts_edition")
    guards.install(connection)
    guards.install(connection)
    assert guards.missing(connection) == []
    publish(concept())
    refused("never deleted", "DELETE FROM concepts_edition")


@together
@pytest.mark.skipif(on_sqlite, reason="SQLite has no exclusion constraints")
def test_a_missing_exclusion_constraint_is_counted_and_mended() -> None:
    name = "edition_one_of_a_page_at_a_time"
    run(f"ALTER TABLE concepts_edition DROP CONSTRAINT {name}")
    assert guards.missing(connection) == [name]
    guards.install(connection)
    assert guards.missing(connection) == []


@together
@pytest.mark.skipif(on_sqlite, reason="SQLite has no exclusion constraints")
def test_an_exclusion_constraint_of_another_wording_is_made_anew() -> None:
    name, rule = "edition_slug_of_one_page", "kind WITH =, slug WITH =, page_id WITH <>"
    run(f"ALTER TABLE concepts_edition DROP CONSTRAINT {name}")
    run(f"ALTER TABLE concepts_edition ADD CONSTRAINT {name} EXCLUDE USING gist ({rule})")
    assert guards.missing(connection) == [name]
    guards.install(connection)
    assert guards.missing(connection) == []


# Migrations and flush


def altered(model: type[models.Model], name: str, **options: Any) -> None:
    """Alter a text field of the model as a migration would, and back."""
    old = model._meta.get_field(name)
    new = models.TextField(**options)
    new.set_attributes_from_name(name)
    new.model = model
    with connection.schema_editor() as editor:
        editor.alter_field(model, old, new)
    with connection.schema_editor() as editor:
        editor.alter_field(model, new, old)


@alone
def test_altering_a_table_drops_its_guards_on_sqlite_and_migrate_brings_them_back() -> None:
    altered(Link, "note", null=True)
    gone = ["guard_link_update", "guard_link_delete", "guard_link_replace"]
    assert guards.missing(connection) == (gone if on_sqlite else [])
    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []


@alone
def test_the_table_of_editions_can_be_altered_while_it_migrates() -> None:
    publish(concept())
    guards.before_migrate(using="default", plan=["a migration"])
    altered(Edition, "note", null=True)
    guards.after_migrate(using="default")
    assert guards.missing(connection) == []
    refused("never changes", "UPDATE concepts_edition SET note = 'Another'")


@alone
def test_a_migrate_that_has_nothing_to_do_lifts_nothing() -> None:
    guards.before_migrate(using="default", plan=[])
    assert guards.missing(connection) == []


@alone
def test_flush_is_the_one_door_that_lifts_the_guards() -> None:
    publishing.withdraw(published_with_parts().page, by=None, reason="Merged.")
    call_command("flush", interactive=False, verbosity=0)
    assert (Edition.objects.count(), Page.objects.count()) == (0, 0)
    assert Site.objects.get().moment == guards.BEFORE_ALL
    assert guards.missing(connection) == []


@alone
@pytest.mark.parametrize("answer", ["no", ""])
def test_flush_deletes_nothing_unless_told_yes(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(concept())
    monkeypatch.setattr("builtins.input", lambda _: answer)
    with pytest.raises(CommandError, match="Nothing was deleted"):
        call_command("flush", verbosity=0)
    assert Edition.objects.count() == 1
    assert guards.missing(connection) == []


@alone
def test_a_flush_that_fails_leaves_everything_guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    publish(concept())

    def fail(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(connection.ops, "execute_sql_flush", fail)
    with pytest.raises(CommandError):
        call_command("flush", interactive=False, verbosity=0)
    monkeypatch.undo()
    assert Edition.objects.count() == 1
    assert guards.missing(connection) == []
