"""Restoring a backup: everything is verified first, then all is written in one transaction."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.apps import apps as installed
from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from concepts import guards, stamp
from concepts.backups import media, tables
from concepts.backups.archive import Archive, BackupError, Manifest, Part, Row, Table
from concepts.backups.taking import names_of
from concepts.reading import days

SITE = "concepts.Site"
FILLED_BY_MIGRATE = {
    *("contenttypes.ContentType", "auth.Permission", "auth.Group", "auth.Group_permissions"),
    SITE,
}
"""What stands in a database that was migrated and not used yet."""

MOST_NAMED = 5

Moment = tuple[int, datetime]


def check(archive: Archive, *, overwrite: bool) -> list[Part]:
    """The media that are new, if the backup can be restored here, by this code, into this database.

    Raises:
        BackupError: what stands in the way, and how to mend it. Nothing was changed.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    theirs, loader = archive.manifest.migrations, MigrationLoader(connection)
    known = names_of(loader.disk_migrations)
    if unknown := sorted({*theirs} - {*known}):
        raise BackupError(
            f"The backup was made by another release, and this one lacks its migrations"
            f" {', '.join(unknown)}. Install the release that made it, or a newer one."
        )
    applied = {*names_of(loader.applied_migrations or {})} & {*known}
    if applied:
        _check_used(theirs, sorted(applied), known)
    if applied and not overwrite:
        _check_empty(connection)
    return media.check(archive)


def _check_used(theirs: list[str], applied: list[str], known: list[str]) -> None:
    if applied != known:
        raise BackupError("The database lacks migrations of this code: run manage.py migrate.")
    if theirs != known:
        raise BackupError(
            "The backup is older than this code. Restore it into a new database, on which migrate"
            " was never run: it is brought up to date afterwards."
        )


def _check_empty(connection: BaseDatabaseWrapper) -> None:
    full = [
        str(model._meta.verbose_name_plural)
        for model in tables.carried(installed)
        if model._meta.label not in FILLED_BY_MIGRATE
        and model._default_manager.using(connection.alias).exists()
    ]
    if full:
        raise BackupError(
            f"The database is not empty: it holds {', '.join(full[:MOST_NAMED])}, and so on."
            " Name an empty one by DATABASE_URL, or give --overwrite to replace all in this one."
        )


def restore(archive: Archive, *, overwrite: bool) -> int:
    """Write all of a backup; returns how many media were new. See `check` for what must hold.

    Readers of a running site go on with what was there, until all is there that is restored.

    Raises:
        BackupError: nothing in the database was changed.
    """
    missing = check(archive, overwrite=overwrite)
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        apps = _migrated(archive.manifest, connection)
        models = _models(archive.manifest, apps)
        media.keep(archive, missing)
        with _only_writer(connection, apps), guards.suspended(connection):
            _replace(archive, models, apps, connection)
    except DatabaseError as error:
        why = str(error).strip()
        raise BackupError(f"The database refused it: {why}. Nothing in it was changed.") from error
    if apps is not installed:
        call_command("migrate", verbosity=0, interactive=False)
    for forget in (stamp.forget, days.forget, ContentType.objects.clear_cache):
        forget()
    return len(missing)


# The tables as the backup knows them ----------------------------------------------------------


def _migrated(manifest: Manifest, connection: BaseDatabaseWrapper) -> Apps:
    """The models as they were when the backup was made; a new database gets their tables."""
    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        if manifest.migrations == names_of(executor.loader.disk_migrations):
            call_command("migrate", verbosity=0, interactive=False)
        else:
            return _migrated_so_far(manifest, executor)
    return installed


def _migrated_so_far(manifest: Manifest, executor: MigrationExecutor) -> Apps:
    known = {f"{app} {name}": (app, name) for app, name in executor.loader.disk_migrations}
    theirs = {known[name] for name in manifest.migrations}
    nodes = executor.loader.graph.node_map
    later = {key: {child.key for child in nodes[key].children} & theirs for key in theirs}
    last = [key for key in theirs if not any(app == key[0] for app, _ in later[key])]
    apps: Apps = executor.migrate(sorted(last)).apps
    return apps


def _models(manifest: Manifest, apps: Apps) -> dict[str, type[Model]]:
    """The models of the backup's tables, by the names of these."""
    models = {model._meta.db_table: model for model in tables.carried(apps)}
    theirs = {table.table: table.columns for table in manifest.tables}
    if theirs != {name: tables.columns(model) for name, model in models.items()}:
        raise BackupError("The tables of the backup are not those of its migrations.")
    return models


# One transaction ------------------------------------------------------------------------------


@contextmanager
def _only_writer(connection: BaseDatabaseWrapper, apps: Apps) -> Iterator[None]:
    """A transaction in which nobody else writes, however long it takes; readers go on."""
    with transaction.atomic(using=connection.alias, durable=True):
        if connection.vendor == "postgresql":
            quoted = connection.ops.quote_name
            models = [*tables.carried(apps), *tables.cleared(apps)]
            names = ", ".join(quoted(model._meta.db_table) for model in models)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0")
                cursor.execute("SET LOCAL lock_timeout = '60s'")
                cursor.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
        yield


def _replace(
    archive: Archive, models: dict[str, type[Model]], apps: Apps, connection: BaseDatabaseWrapper
) -> None:
    site = apps.get_model(SITE)
    others = [model for model in models.values() if model is not site]
    for model in [*tables.cleared(apps), *others]:
        tables.empty(model, connection)
    for table in archive.manifest.tables:
        model = models[table.table]
        if model is site:
            _raise_site(site, table, archive, connection)
        else:
            _fill(model, table, archive, connection)
    preview_link, millisecond = apps.get_model("concepts.PreviewLink"), _milliseconds()
    # An address of a lost link names its id: no new link may have it.
    tables.raise_last_id(preview_link, millisecond, connection)
    editions, _ = tables.editions(apps.get_model("concepts.Edition"), connection.alias)
    if editions != archive.manifest.editions:
        raise BackupError(
            f"The database keeps the {editions.count} editions as something else than the backup"
            " holds. Nothing in it was changed."
        )


def _fill(
    model: type[Model], table: Table, archive: Archive, connection: BaseDatabaseWrapper
) -> None:
    tables.fill(model, archive.rows(table), connection)
    if table.last is not None:
        tables.raise_last_id(model, table.last, connection)


def _raise_site(
    site: type[Model], table: Table, archive: Archive, connection: BaseDatabaseWrapper
) -> None:
    """Let the stamp of the site be one that it never had, here or where the backup was made.

    What was published there since the backup is unknown, so the counter goes on from the clock's
    milliseconds, which no counter of verbs reaches. Maintenance stays as it is here.
    """
    row = site._default_manager.using(connection.alias).filter(pk=1)
    here: Moment = row.values_list("counter", "moment").get()
    [there] = (_moment(table, values) for values in archive.rows(table))
    counter = max(here[0], there[0], _milliseconds()) + 1
    row.update(counter=counter, moment=max(here[1], there[1]))


def _moment(table: Table, values: Row) -> Moment:
    said = dict(zip(table.columns, values, strict=True))
    return said["counter"], datetime.fromisoformat(said["moment"])


def _milliseconds() -> int:
    return int(time.time() * 1000)
