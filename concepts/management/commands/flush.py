"""Django's `flush`, which the guards of editions would refuse: the one door that lifts them."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as Flush
from django.db import connections, transaction

from concepts import guards
from concepts.reading import days


class Command(Flush):
    """Deletes everything, editions included, and leaves the guards as they were."""

    help = f"{Flush.help} Lifts the guards of editions meanwhile."

    def handle(self, **options: Any) -> None:
        """Ask first, so that nobody waits for the answer, then flush in one transaction."""
        connection = connections[options["database"]]
        if options["interactive"]:
            self._confirm(str(connection.settings_dict["NAME"]))
        with transaction.atomic(using=connection.alias):
            guards.lift(connection)
            super().handle(**{**options, "interactive": False})
            guards.after_migrate(using=connection.alias)
        days.forget()

    def _confirm(self, name: str) -> None:
        question = f"Delete everything in the database {name}, all editions included? (yes/no) "
        if input(question) != "yes":
            raise CommandError("Nothing was deleted.")
