"""`maintenance on|off|status`: readers read on while nobody writes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from concepts import maintenance, outages
from concepts.models import Site

BUSY = "Maintenance is not on: somebody is publishing or importing. Try again when that is done."


class Command(BaseCommand):
    """Holds for all processes and machines from their next request on."""

    help = (
        "Let nobody save, publish or import (on), let everybody again (off), or say how it is"
        " (status). The public site shows nothing of it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what to do and the reason."""
        parser.add_argument("what", choices=["on", "off", "status"])
        parser.add_argument("--reason", default=maintenance.DEFAULT, help="one line, for editors")

    def handle(self, *args: Any, **options: Any) -> None:
        """Switch, then say how it is.

        Raises:
            CommandError: the reason is no line, or the database was never migrated.
        """
        if not Site.objects.filter(pk=1).exists():
            raise CommandError("The site's row is missing: run manage.py migrate.")
        if options["what"] == "on":
            self._begin(options["reason"])
        elif options["what"] == "off":
            maintenance.end()
        why = maintenance.reason()
        self.stdout.write(f"Maintenance is on. {why}." if why else "Maintenance is off.")

    def _begin(self, why: str) -> None:
        try:
            maintenance.begin(why)
        except ValueError as error:
            raise CommandError(str(error)) from None
        except OperationalError as error:
            if not outages.is_busy(error):
                raise
            raise CommandError(BUSY) from None
