from datetime import UTC, datetime
from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class ConceptsConfig(AppConfig):
    """The one app; it keeps the guards of editions, and the index of search, in place."""

    name = "concepts"
    verbose_name = "Concepts"

    def ready(self) -> None:
        """Migrations are the one thing that takes triggers away unasked (SQLite)."""
        from concepts import guards  # needs the models  # noqa: PLC0415
        from concepts.search import indexing  # noqa: PLC0415

        connection_created.connect(_learn_the_time, dispatch_uid="clock")
        pre_migrate.connect(guards.before_migrate, sender=self)
        post_migrate.connect(guards.after_migrate, sender=self)
        post_migrate.connect(indexing.after_migrate, sender=self)
        register(guards.check_guards, Tags.database)


def _learn_the_time(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Before anything is asked of a server, ask what time it is; a file is of this machine."""
    from concepts import clock  # noqa: PLC0415

    if connection.vendor == "postgresql":
        asked = datetime.now(UTC)
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            [told] = cursor.fetchone()
        clock.learn(told, asked=asked)
