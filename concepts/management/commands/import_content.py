"""Read a folder of content files onto the desk: all of it or nothing."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import DatabaseError, transaction
from django.db.models import Max

from concepts import maintenance
from concepts.checks import check
from concepts.content_files import ContentError, Folder, scan_folder
from concepts.importing import ConflictError, Outcome, import_folder
from concepts.models import Edition
from concepts.publishing import PublishError, publish_all

MOST_PROBLEMS = 50
MOST_NAMES = 10


class Command(BaseCommand):
    """`import_content DIR`: what an editor changed since the last import is never written over."""

    help = (
        "Write the content files of a folder onto the desk, all or nothing. What editors changed"
        " since the last import stops it. Nothing is withdrawn or deleted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the folder and the options."""
        parser.add_argument("folder", type=Path, help="with concepts/, sources/, and so on in it")
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would happen, and do nothing"
        )
        parser.add_argument(
            "--publish",
            action="store_true",
            help="also publish each page that this import creates or changes, over all warnings",
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="write over what editors changed on the desk"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, publish, and say what was done.

        Raises:
            CommandError: with all that is wrong; nothing was imported.
        """
        folder = self.scanned(options["folder"])
        try:
            with transaction.atomic():
                if not options["dry_run"]:
                    maintenance.refuse()
                outcome = self.imported(folder, options["overwrite"])
                published = self.published(outcome) if options["publish"] else []
                transaction.set_rollback(options["dry_run"])
        except ContentError as error:
            raise CommandError(_listing(error)) from None
        except ConflictError as error:
            raise CommandError(_conflicts(error)) from None
        except (PublishError, maintenance.UnderMaintenance) as error:
            raise CommandError(f"{error}\nNothing was imported.") from None
        except DatabaseError as error:
            raise CommandError(f"The database refused it: {error}\nNothing was imported.") from None
        for line in [*_report(outcome), *published, *_dry(options["dry_run"])]:
            self.stdout.write(line)

    def scanned(self, path: Path) -> Folder:
        """Everything in the folder, its faults included."""
        if not path.is_dir():
            raise CommandError(f"{path} is no folder.")
        folder = scan_folder(path)
        if not (folder.files or folder.problems):
            raise CommandError(f"{path} holds no content files: they stand in concepts/ and so on.")
        return folder

    def imported(self, folder: Folder, overwrite: bool) -> Outcome:
        """Import, with a count of the files on a terminal."""
        if not self.stdout.isatty():
            return import_folder(folder, overwrite=overwrite)
        outcome = import_folder(folder, overwrite=overwrite, tick=_Progress(self.stdout))
        self.stdout.write("")
        return outcome

    def published(self, outcome: Outcome) -> list[str]:
        """Publish what was created or changed; returns a line that says how many."""
        last = Edition.objects.aggregate(last=Max("pk"))["last"] or 0
        editions = publish_all(
            outcome.pages,
            by=None,
            note="Imported",
            significance="meaning",
            override="Imported content",
        )
        made = [edition for edition in editions if edition.pk > last]
        warnings = sum(_warnings(edition) for edition in made if edition.override)
        return [f"Published: {len(made)} pages, over {warnings} warnings."]


class _Progress:
    """A line on a terminal that counts."""

    def __init__(self, out: OutputWrapper) -> None:
        self.out, self.count = out, 0

    def __call__(self) -> None:
        self.count += 1
        self.out.write(f"\rWriting {self.count} ", ending="")
        self.out.flush()


def _warnings(edition: Edition) -> int:
    document = edition.thawed()
    return len(check(document, edition.page))


# What is said ---------------------------------------------------------------------------------


def _listing(error: ContentError) -> str:
    """The problems file by file, cut when there are very many."""
    problems = sorted(error.problems, key=lambda problem: (problem.file, problem.line or 0))
    lines = [f"  {problem}" for problem in problems[:MOST_PROBLEMS]]
    more = len(problems) - len(lines)
    lines += [f"  and {more} more"] if more else []
    return "\n".join(["Nothing was imported. Mend these first:", *lines])


def _conflicts(error: ConflictError) -> str:
    lines = [f"  {key}" for key in error.keys]
    remedy = (
        "Take their changes into the files (export_content writes the desk as files),"
        " or write over them with --overwrite."
    )
    head = "Nothing was imported. Editors changed these on the desk since the last import:"
    return "\n".join([head, *lines, remedy])


def _report(outcome: Outcome) -> list[str]:
    counts = {
        "Created": outcome.created,
        "Changed": outcome.changed,
        "Written over what editors had changed": outcome.overwritten,
        "Unchanged": outcome.unchanged,
        "On the desk and not in the folder": outcome.elsewhere,
    }
    always = ("Created", "Changed", "Unchanged")
    return [
        f"{words}: {_names(keys)}." for words, keys in counts.items() if keys or words in always
    ]


def _names(keys: list[str]) -> str:
    few = 0 < len(keys) <= MOST_NAMES
    return f"{len(keys)} ({', '.join(keys)})" if few else str(len(keys))


def _dry(dry_run: bool) -> Iterable[str]:
    return ["This was a dry run: nothing of it was done."] if dry_run else []
