"""Making a backup: one moment of the database, then all media, while everybody goes on writing."""

import platform
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import django
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from concepts.backups import media, tables
from concepts.backups.archive import (
    FORMAT,
    BackupError,
    Manifest,
    Part,
    Table,
    Writer,
    drafted,
)
from concepts.models import Edition
from pomsite.release import release


def write(path: Path) -> tuple[Manifest, int]:
    """Write a backup into a new file; returns what it holds, and how many editions were tampered.

    These are kept as they are: a backup judges nothing, `check_content` does.

    Raises:
        BackupError: there is a file already, it could not be written, or `migrate` must run first.
    """
    try:
        with drafted(path) as file, Writer(file) as out:
            return _written(out, connections[DEFAULT_DB_ALIAS])
    except DatabaseError as error:
        raise BackupError(f"The database could not be read: {str(error).strip()}.") from error


def _written(out: Writer, connection: BaseDatabaseWrapper) -> tuple[Manifest, int]:
    made_at = datetime.now(UTC)
    with snapshot(connection):
        applied = _migrations(connection)
        rows = [*_tables(out, connection)]
        editions, tampered = tables.editions(Edition, connection.alias)
    manifest = Manifest(
        format=FORMAT,
        made_at=made_at.isoformat(timespec="seconds"),
        made_by=_made_by(connection),
        migrations=applied,
        tables=rows,
        editions=editions,
        media=media.copy(out),
    )
    out.seal(manifest)
    return manifest, tampered


@contextmanager
def snapshot(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let all that is read inside be of one moment, while others write on.

    On SQLite this is the read of a write-ahead log, as its own backup is. `atomic` would begin it
    as the settings say, ready to write, and keep all writers waiting.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias, durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _migrations(connection: BaseDatabaseWrapper) -> list[str]:
    """The migrations that the database has, all that this code knows."""
    loader = MigrationLoader(connection)
    known, applied = set(loader.disk_migrations), set(loader.applied_migrations)
    if missing := known - applied:
        raise BackupError(
            f"The database lacks {len(missing)} migrations of this code. Make the backup with the"
            " release that it was last migrated by, or run manage.py migrate first."
        )
    return names_of(known)


def names_of(migrations: Iterable[tuple[str, str]]) -> list[str]:
    """Migrations as a manifest lists them."""
    return sorted(f"{app} {name}" for app, name in migrations)


def _tables(out: Writer, connection: BaseDatabaseWrapper) -> Iterator[Table]:
    for model in tables.carried(apps):
        rows = _Counted(tables.lines(model, connection.alias))
        part: Part = out.add(f"tables/{model._meta.db_table}.jsonl", rows)
        yield Table(
            **part.model_dump(),
            table=model._meta.db_table,
            columns=tables.columns(model),
            rows=rows.count,
            last=tables.last_id(model, connection),
        )


class _Counted:
    """Lines, and how many there were."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.lines, self.count = lines, 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self.lines:
            self.count += 1
            yield line


def _made_by(connection: BaseDatabaseWrapper) -> dict[str, str]:
    return {
        "release": release(),
        "django": django.get_version(),
        "python": platform.python_version(),
        "database": connection.vendor,
    }
