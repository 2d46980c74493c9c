"""Put back what `backup` wrote."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from concepts import backups
from concepts.management.commands.check_content import problems


class Command(BaseCommand):
    """`restore_backup FILE`: all of it or nothing."""

    help = (
        "Verify a backup and put it into an empty database, all or nothing. The media come beside"
        " those that are there. Everybody has to log in again; preview links end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and the options."""
        parser.add_argument("file", type=Path, help="as `backup` wrote it, of either database")
        parser.add_argument(
            "--dry-run", action="store_true", help="verify everything, and change nothing"
        )
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="replace everything in a database that is not empty; a running site goes on",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, restore, look whether all is in order.

        Raises:
            CommandError: why nothing was restored; or what is wrong with what was.
        """
        path, overwrite = options["file"], options["overwrite"]
        try:
            with backups.opened(path) as archive:
                if options["dry_run"]:
                    backups.check(archive, overwrite=overwrite)
                    self.report(archive.manifest, "Can be restored")
                    return
                new = backups.restore(archive, overwrite=overwrite)
        except backups.BackupError as error:
            raise CommandError(str(error)) from None
        self.report(archive.manifest, f"Restored ({new} media are new)")
        found = [*problems()]
        for problem in found:
            self.stderr.write(problem)
        if found:
            raise CommandError(f"It is restored as it was, with {len(found)} problems.")
        self.stdout.write("Now restart the processes of the site: they remember what was there.")

    def report(self, manifest: backups.Manifest, verdict: str) -> None:
        """One line on what the backup holds."""
        self.stdout.write(
            f"{verdict}: {manifest.editions.count} editions and {len(manifest.media)} media of"
            f" {manifest.made_at}; every digest is right."
        )
