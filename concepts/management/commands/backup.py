"""Write the whole site into one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from concepts import backups


class Command(BaseCommand):
    """`backup FILE`: database and media as they are at one moment, while the site goes on."""

    help = (
        "Write database and media into one new file, which only its owner can read, while the site"
        " goes on. Log-ins, preview links and who failed to log in are left out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument("file", type=Path, help="made; an existing one is refused")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, and say what it holds.

        Raises:
            CommandError: why nothing was written.
        """
        path: Path = options["file"]
        try:
            manifest, tampered = backups.write(path)
        except backups.BackupError as error:
            raise CommandError(str(error)) from None
        size = path.stat().st_size / 1024**2
        rows = sum(table.rows for table in manifest.tables)
        self.stdout.write(
            f"Wrote {path}, {size:,.1f} MB: {manifest.editions.count} editions, {rows} rows of"
            f" {len(manifest.tables)} tables, {len(manifest.media)} media."
        )
        self.stdout.write("It holds password hashes and keys of second factors: keep it safe.")
        if tampered:
            self.stderr.write(f"{tampered} editions were tampered with: run check_content.")
