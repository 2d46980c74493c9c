"""Tables as lines and lines as tables, the same on both databases; which of them are carried."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from concepts.backups.archive import Editions, Row, written
from concepts.documents import digest

CLEARED = {"sessions.Session", "concepts.PreviewLink"}
"""Neither carried nor left in place: nobody is let in by what was ended since the backup."""

LEFT_ALONE = {"axes"}
"""Apps whose tables stay as they are: who failed to log in lately is no matter of a backup."""

AT_ONCE = 500
Models = list[type[Model]]


def carried(apps: Apps) -> Models:
    """The models whose tables a backup holds, by the name of their table."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in CLEARED
        and model._meta.app_label not in LEFT_ALONE
        and model._meta.managed
        and not model._meta.proxy
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def cleared(apps: Apps) -> Models:
    """The models whose tables a restored backup leaves empty."""
    return [apps.get_model(label) for label in sorted(CLEARED)]


def columns(model: type[Model]) -> list[str]:
    """The columns of a model's own table, in the order in which a row is written."""
    return [str(field.column) for field in model._meta.local_concrete_fields]


# Reading --------------------------------------------------------------------------------------


def lines(model: type[Model], using: str) -> Iterator[bytes]:
    """Every row of a model's own table, by its key."""
    names = [field.attname for field in model._meta.local_concrete_fields]
    rows = model._default_manager.using(using).order_by("pk").values_list(*names)
    yield from map(written, rows.iterator(chunk_size=AT_ONCE))


def editions(model: type[Model], using: str) -> tuple[Editions, int]:
    """What all editions come to, by their bytes; and how many are not what their digest says."""
    taken, count, tampered = hashlib.sha256(), 0, 0
    rows = model._default_manager.using(using).order_by("pk")
    for page, number, said, text in rows.values_list(
        "page_id", "number", "digest", "document"
    ).iterator(chunk_size=AT_ONCE):
        own = digest(text)
        taken.update(f"{page} {number} {own}\n".encode())
        count += 1
        tampered += own != said
    return Editions(count=count, sha256=taken.hexdigest()), tampered


# Writing --------------------------------------------------------------------------------------


def empty(model: type[Model], connection: BaseDatabaseWrapper) -> None:
    """Delete all rows. TRUNCATE would keep readers waiting until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")


def fill(model: type[Model], rows: Iterator[Row], connection: BaseDatabaseWrapper) -> None:
    """Insert rows with their ids and moments, just as they were."""
    fields = model._meta.local_concrete_fields
    quoted = connection.ops.quote_name
    names = ", ".join(map(quoted, columns(model)))
    values = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quoted(model._meta.db_table)} ({names}) VALUES ({values})"
    while some := [_adapted(fields, row, connection) for row in islice(rows, AT_ONCE)]:
        with connection.cursor() as cursor:
            cursor.executemany(statement, some)


def _adapted(
    fields: Iterable["models.Field[Any, Any]"], row: Row, connection: BaseDatabaseWrapper
) -> Row:
    return [
        field.get_db_prep_save(field.to_python(value), connection)
        for field, value in zip(fields, row, strict=True)
    ]


# Ids ------------------------------------------------------------------------------------------


def last_id(model: type[Model], connection: BaseDatabaseWrapper) -> int | None:
    """The last id that the table gave, though its row may be gone; None when it gives none.

    The desk's log names pages by id after they were deleted: no other page may get it.
    """
    if not isinstance(model._meta.pk, models.AutoField):
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            table = [model._meta.db_table]
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", table)
        else:
            given = "CASE WHEN is_called THEN last_value ELSE 0 END"
            cursor.execute(f"SELECT {given} FROM {_sequence(model, connection)}")
        found = cursor.fetchone()
    return found[0] if found else 0


def raise_last_id(model: type[Model], last: int, connection: BaseDatabaseWrapper) -> None:
    """Let the table give no id up to this one any more."""
    now = last_id(model, connection)
    if now is None or now >= last:
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", (table, last))
        else:
            cursor.execute("SELECT setval(%s, %s)", [_sequence(model, connection), last])


def _sequence(model: type[Model], connection: BaseDatabaseWrapper) -> str:
    key = model._meta.pk
    with connection.cursor() as cursor:
        quoted = connection.ops.quote_name(model._meta.db_table)
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [quoted, key.column])
        [name] = cursor.fetchone()
    return str(name)
