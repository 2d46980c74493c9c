"""What the database itself refuses, whoever asks: the guards of editions, as triggers.

One list of guards serves both vendors: SQLite keeps each as a trigger, PostgreSQL as a function
and a trigger; what SQLite says by overlap triggers, PostgreSQL says by exclusion constraints.
They are installed when a migration has run, counted by a system check and by `check_content`, and
lifted by our own `flush` alone.

What they do not stop: an edition inserted where none was, as a loaded dump does; a link added to
an old edition; the owner of the tables, who can drop a trigger. `check_content` looks for the rest.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.core import checks
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from concepts.models import Citation, Closure, Edition, Link, Site, Withdrawal

EDITION, LINK, CITATION, CLOSURE, WITHDRAWAL, SITE = TABLES = tuple(
    model._meta.db_table for model in (Edition, Link, Citation, Closure, Withdrawal, Site)
)
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
"""The moment of a site on which no verb has been used."""

MOMENT = f"(SELECT moment FROM {SITE})"
FAR = "'9999-12-31'"  # a bare year would become a number, and no comparison would hold


@dataclass(frozen=True)
class Dialect:
    """How a vendor says the same thing.

    A verb takes its moment before it writes, so `earliest` leaves it ten minutes to get there.
    """

    clock: str
    earliest: str
    differs: str


DIALECTS = {
    "sqlite": Dialect(
        # Django stores six decimals, and moments are compared as text.
        clock="strftime('%Y-%m-%d %H:%M:%f000', 'now')",
        earliest="strftime('%Y-%m-%d %H:%M:%f000', 'now', '-10 minutes')",
        differs="IS NOT",
    ),
    "postgresql": Dialect(
        clock="clock_timestamp()",
        earliest="clock_timestamp() - interval '10 minutes'",
        differs="IS DISTINCT FROM",
    ),
}


@dataclass(frozen=True)
class Guard:
    """What refuses `event` on `table` where `condition` holds, saying `message`."""

    name: str
    table: str
    event: str
    condition: str
    message: str

    def sqlite(self) -> str:
        """The trigger as SQLite keeps it."""
        return (
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table}"
            f" WHEN {self.condition} BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
        )

    def body(self) -> str:
        """The body of the trigger's function as PostgreSQL keeps it."""
        row = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(self.event, "NEW")
        return (
            f" BEGIN IF {self.condition} THEN RAISE EXCEPTION '{self.message}'"
            f" USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END "
        )

    def postgresql(self) -> str:
        """The statements that make function and trigger."""
        each = "STATEMENT" if self.event == "TRUNCATE" else "ROW"
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql"
            f" AS $${self.body()}$$;"
            f" CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table}"
            f" FOR EACH {each} EXECUTE FUNCTION {self.name}()"
        )


EXCLUSIONS = {
    "edition_one_of_a_page_at_a_time": (
        "(page_id + 0) WITH =, tstzrange(published_at, superseded_at) WITH &&"
    ),
    # Says more than that no two pages are at one address at one moment: at none, ever.
    "edition_slug_of_one_page": "(kind || ' ' || slug) WITH =, (page_id + 0) WITH <>",
}
# Of expressions: PostgreSQL would look up plain columns here, five times as slow as in an index.
"""Each is also the comment on its constraint: PostgreSQL itself tells it in words of its own."""


# What is guarded ----------------------------------------------------------------------------


def _come(column: str, dialect: Dialect) -> str:
    """True when this moment has come. Verbs in a row run ahead of the clock by milliseconds."""
    return f"({column} <= {dialect.clock} OR {column} <= {MOMENT})"


def _any_differs(columns: list[str], dialect: Dialect) -> str:
    return " OR ".join(f"NEW.{name} {dialect.differs} OLD.{name}" for name in columns)


def _edition_guards(columns: list[str], dialect: Dialect) -> Iterator[Guard]:
    rest = [name for name in columns if name != "superseded_at"]
    yield Guard(
        "guard_edition_content",
        EDITION,
        "UPDATE",
        _any_differs(rest, dialect),
        "An edition never changes.",
    )
    yield Guard(
        "guard_edition_end",
        EDITION,
        "UPDATE",
        f"{_any_differs(['superseded_at'], dialect)} AND ("
        f"{_come('OLD.superseded_at', dialect)} OR NEW.superseded_at < {MOMENT}"
        f" OR NEW.superseded_at < {dialect.earliest})",
        "An edition has ended for good, and none ends in the past.",
    )
    yield Guard(
        "guard_edition_delete",
        EDITION,
        "DELETE",
        _come("OLD.published_at", dialect),
        "An edition whose moment has come is never deleted.",
    )


def _part_guards(table: str, dialect: Dialect) -> Iterator[Guard]:
    """Links and citations: written with their edition, deleted with it while it lies ahead."""
    name = table.removeprefix("concepts_")
    message = f"A {name} of an edition never changes."
    come = _come("published_at", dialect)
    edition = f"SELECT 1 FROM {EDITION} WHERE id = OLD.edition_id AND {come}"
    yield Guard(f"guard_{name}_update", table, "UPDATE", "TRUE", message)
    yield Guard(f"guard_{name}_delete", table, "DELETE", f"EXISTS ({edition})", message)


def _ruling_guards(table: str) -> Iterator[Guard]:
    name = table.removeprefix("concepts_")
    message = f"A {name} is neither changed nor taken back."
    for event in ("UPDATE", "DELETE"):
        yield Guard(f"guard_{name}_{event.lower()}", table, event, "TRUE", message)


def _site_guards(dialect: Dialect) -> Iterator[Guard]:
    yield Guard(
        "guard_site_update",
        SITE,
        "UPDATE",
        f"NEW.id {dialect.differs} OLD.id OR NEW.moment < OLD.moment OR NEW.counter < OLD.counter",
        "Counter and moment of the site only rise.",
    )
    yield Guard("guard_site_delete", SITE, "DELETE", "TRUE", "The row of the site stays.")


def _truncate_guards() -> Iterator[Guard]:
    for table in TABLES:
        name = table.replace("concepts_", "guard_") + "_truncate"
        yield Guard(name, table, "TRUNCATE", "TRUE", f"{table} is never emptied.")


def _replace_guards() -> Iterator[Guard]:
    """INSERT OR REPLACE deletes the row in its way and fires no delete trigger."""
    unique = {
        EDITION: " OR page_id = NEW.page_id AND number = NEW.number",
        CITATION: " OR edition_id = NEW.edition_id AND key = NEW.key",
        CLOSURE: " OR edition_id = NEW.edition_id",
        WITHDRAWAL: " OR edition_id = NEW.edition_id",
    }
    for table in TABLES:
        name = table.replace("concepts_", "guard_") + "_replace"
        same = f"id = NEW.id{unique.get(table, '')}"
        exists = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
        yield Guard(name, table, "INSERT", exists, f"{table} has this row already.")


def _overlap_guards() -> Iterator[Guard]:
    """SQLite's stand-in for the exclusion constraints."""
    other = f"SELECT 1 FROM {EDITION} AS other WHERE"
    overlap = (
        f"EXISTS ({other} other.page_id = NEW.page_id"
        f" AND other.published_at < coalesce(NEW.superseded_at, {FAR})"
        f" AND NEW.published_at < coalesce(other.superseded_at, {FAR})"
    )
    taken = (
        f"EXISTS ({other} other.kind = NEW.kind AND other.slug = NEW.slug"
        " AND other.page_id <> NEW.page_id)"
    )
    message = "A page has one edition at a time."
    yield Guard("guard_edition_overlap", EDITION, "INSERT", f"{overlap})", message)
    stretched = f"{overlap} AND other.id <> OLD.id)"
    yield Guard("guard_edition_stretch", EDITION, "UPDATE", stretched, message)
    message = "A slug belongs for ever to the page that carried it."
    yield Guard("guard_edition_slug", EDITION, "INSERT", taken, message)


def _columns(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return [column.name for column in described]


def guards(connection: BaseDatabaseWrapper) -> list[Guard]:
    """All guards of this database; none before the first migration has made the tables."""
    if SITE not in connection.introspection.table_names():
        return []
    dialect = DIALECTS[connection.vendor]
    found = list(_edition_guards(_columns(connection, EDITION), dialect))
    for table in (LINK, CITATION):
        found += _part_guards(table, dialect)
    for table in (CLOSURE, WITHDRAWAL):
        found += _ruling_guards(table)
    found += _site_guards(dialect)
    if connection.vendor == "postgresql":
        return [*found, *_truncate_guards()]
    return [*found, *_replace_guards(), *_overlap_guards()]


# Installing, lifting, counting ------------------------------------------------------------------


def _made(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Name and text of every trigger that the database has and obeys."""
    query = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
        " WHERE tgenabled IN ('O', 'A') AND pg_table_is_visible(tgrelid)",
    }
    with connection.cursor() as cursor:
        cursor.execute(query[connection.vendor])
        return dict(cursor.fetchall())


def _missing_guards(connection: BaseDatabaseWrapper) -> list[Guard]:
    made = _made(connection)
    text = Guard.sqlite if connection.vendor == "sqlite" else Guard.body
    return [guard for guard in guards(connection) if made.get(guard.name) != text(guard)]


def _missing_exclusions(connection: BaseDatabaseWrapper) -> list[str]:
    if connection.vendor != "postgresql" or not guards(connection):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, obj_description(oid, 'pg_constraint') FROM pg_constraint"
            " WHERE contype = 'x' AND conrelid = %s::regclass",
            [EDITION],
        )
        made = dict(cursor.fetchall())
    return [name for name, rule in EXCLUSIONS.items() if made.get(name) != rule]


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the guards that the database lacks, or has under another wording."""
    lacking = [guard.name for guard in _missing_guards(connection)]
    return lacking + _missing_exclusions(connection)


def _drop(guard: Guard, vendor: str) -> str:
    if vendor == "sqlite":
        return f"DROP TRIGGER IF EXISTS {guard.name}"
    return f"DROP FUNCTION IF EXISTS {guard.name}() CASCADE"


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the guards that are missing. Repeating it is harmless and quick."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for guard in _missing_guards(connection):
            cursor.execute(_drop(guard, connection.vendor))
            made = guard.sqlite() if connection.vendor == "sqlite" else guard.postgresql()
            cursor.execute(made)
        for name in _missing_exclusions(connection):
            cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
            rule = EXCLUSIONS[name]
            cursor.execute(
                f"ALTER TABLE {EDITION} DROP CONSTRAINT IF EXISTS {name},"
                f" ADD CONSTRAINT {name} EXCLUDE USING gist ({rule})"
            )
            cursor.execute(f"COMMENT ON CONSTRAINT {name} ON {EDITION} IS %s", [rule])


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away. Exclusion constraints stay: nothing needs them lifted."""
    with connection.cursor() as cursor:
        for guard in guards(connection):
            cursor.execute(_drop(guard, connection.vendor))


@contextmanager
def suspended(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let a transaction write what no guard lets through: only restoring a backup does.

    SQLite has no other way than to drop triggers. On PostgreSQL that would keep readers waiting;
    switched off, they are so for this transaction, which must keep all other writers out.
    """
    if connection.vendor == "sqlite":
        lift(connection)
    else:
        install(connection)  # one that is missing could not be switched off
        _switch(connection, "DISABLE")
    yield
    connection.check_constraints()  # also since PostgreSQL alters no table that waits for it
    if connection.vendor == "postgresql":
        _switch(connection, "ENABLE")
    install(connection)


def _switch(connection: BaseDatabaseWrapper, how: str) -> None:
    with connection.cursor() as cursor:
        for guard in guards(connection):
            cursor.execute(f"ALTER TABLE {guard.table} {how} TRIGGER {guard.name}")


def make_site(site: type[models.Model], using: str) -> None:
    """Make the one row that every verb locks."""
    site._default_manager.using(using).get_or_create(pk=1, defaults={"moment": BEFORE_ALL})


def before_migrate(using: str, plan: list[Any], **_: Any) -> None:
    """Lift the guards while SQLite migrates; a database that stays as it is keeps them.

    SQLite alters a table by making it anew. It drops the table's triggers without a word, and
    fails when a trigger of another table names it.
    """
    if plan and connections[using].vendor == "sqlite":
        lift(connections[using])


def after_migrate(using: str, apps: Apps = installed, **_: Any) -> None:
    """Put guards and the site's row back, by the models that the database stands at."""
    if guards(connections[using]):
        install(connections[using])
        make_site(apps.get_model("concepts", "Site"), using)


def check_guards(
    app_configs: Any, *, databases: Iterable[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """The system check. No error, since `migrate` runs it first and is what mends it."""
    found: list[checks.CheckMessage] = []
    for using in databases or []:
        if names := missing(connections[using]):
            message = f"The database lacks {len(names)} guards of editions: {', '.join(names)}."
            hint = "Run manage.py migrate; then manage.py check_content."
            found.append(checks.Warning(message, hint=hint, id="concepts.W001"))
    return found
