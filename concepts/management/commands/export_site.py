"""Write the published site as plain files."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from concepts import days, reading, stamp
from concepts.static_copy import Refused, copied, replaced


class Command(BaseCommand):
    """`export_site DIR`: for a CDN, an offline classroom, an archive; see docs/static-copy.md."""

    help = "Write the whole published site, editions included, as plain files with working links."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the folder."""
        parser.add_argument(
            "folder", type=Path, help="new, empty, or an earlier copy, which is replaced when done"
        )
        parser.add_argument(
            "--on",
            metavar="YYYY-MM-DD",
            help="the site as it stood at the end of a past day (UTC), instead of now",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the copy, all of it as of the stamp of the site.

        Raises:
            CommandError: the folder holds something else, or the copy could not be written.
        """
        folder: Path = options["folder"]
        begun, at = monotonic(), _moment(options["on"])
        told = self.stderr.write if options["verbosity"] > 1 else len
        try:
            with replaced(folder) as writing:
                done = copied(writing, at, told)
        except (Refused, OSError) as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        if not settings.PRODUCTION:
            said = f"Note: links to the live site lead to {settings.SITE_URL}. Set SITE_URL."
            self.stderr.write(said)
        self.stdout.write(
            f"Wrote {done.pages:,} pages and {done.files - done.pages:,} other files,"
            f" {done.size / 1e6:.1f} MB, in {monotonic() - begun:.0f} s: {folder}"
        )


def _moment(day: str | None) -> datetime:
    """The end of the day, or the moment since when the site has been as it is now."""
    if day is None:
        return stamp.read().moment
    try:
        return days.end(reading.past_day(day))
    except days.NoDay as error:
        raise CommandError(str(error)) from error
