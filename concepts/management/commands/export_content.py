"""Write the desk, or what is in force, as a folder of content files."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from concepts import desk
from concepts.content_files import ContentError, write_folder
from concepts.documents import Dimension, Document, Source, own_content
from concepts.models import Edition
from concepts.parts import FrozenDimension


class Command(BaseCommand):
    """`export_content DIR`: what `import_content` reads."""

    help = "Write the desk, or the published text, as content files into a new or empty folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the folder and the options."""
        parser.add_argument("folder", type=Path, help="made where it is missing")
        parser.add_argument(
            "--published",
            action="store_true",
            help="what is in force now, with sources and dimensions as it froze them",
        )
        parser.add_argument(
            "--force",
            action="store_true",
            help="write into a folder that is not empty, over files of the same names;"
            " all other files in it stay",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files.

        Raises:
            CommandError: the folder is not empty, or the desk has a page that is no document yet.
        """
        folder: Path = options["folder"]
        if folder.exists() and not folder.is_dir():
            raise CommandError(f"{folder} is a file: name a folder.")
        if folder.exists() and any(folder.iterdir()) and not options["force"]:
            raise CommandError(f"{folder} is not empty: name a new folder, or give --force.")
        documents = [*(published() if options["published"] else on_the_desk())]
        try:
            names = write_folder(folder, documents)
        except ContentError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Wrote {len(documents)} documents into {len(names)} files.")
        others = _others(folder, names)
        if others:
            self.stdout.write(f"Not from this export: {', '.join(others)}.")


def on_the_desk() -> list[Document]:
    """The documents of everything on the desk.

    Raises:
        CommandError: a page that is no document yet, such as a comparison with one side.
    """
    documents, unwritten = desk.everything()
    for page, error in unwritten:
        raise CommandError(f"{page.kind} {page.slug} cannot be written: {error}")
    return documents


def published() -> Iterator[Document]:
    """The documents of the editions in force, and the newest word of what they froze."""
    sources: dict[str, Source] = {}
    dimensions: dict[str, Dimension] = {}
    for edition in Edition.objects.as_of().order_by("published_at", "pk"):
        document = edition.thawed()
        sources |= {each.key: Source.thawed(each) for each in document.frozen.sources}
        dimensions |= {each.key: _thawed(each) for each in document.frozen.dimensions}
        yield own_content(document)
    yield from sources.values()
    yield from dimensions.values()


def _thawed(frozen: FrozenDimension) -> Dimension:
    return Dimension(key=frozen.key, label=frozen.label, description=frozen.description)


def _others(folder: Path, names: list[str]) -> list[str]:
    """The content files in the folder that this export did not write: what an import would read."""
    there = {file.relative_to(folder).as_posix() for file in folder.glob("*/*.md")}
    return sorted(there - {*names})
