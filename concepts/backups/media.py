"""Media of a backup: every file of the storage, but what is drawn anew when it is asked for.

They are read after the database. Pictures are stored before a text can name them, never changed
and never deleted, so whatever the snapshot names is there, as it was.
"""

from collections.abc import Iterator

from django.core.files.storage import default_storage

from concepts import storing
from concepts.backups.archive import Archive, BackupError, Part, Writer

DRAWN = "cards"
"""The folder of pictures that are drawn from editions."""
FOLDER = "media/"
"""Where they stand in the zip."""


def names(folder: str = "") -> Iterator[str]:
    """The names of all media in the storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # no picture was stored yet
        return
    for file in sorted(files):
        if not file.endswith(".part"):
            yield f"{folder}{file}"
    for inner in sorted(folders):
        if f"{folder}{inner}" != DRAWN:
            yield from names(f"{folder}{inner}/")


def copy(out: Writer) -> list[Part]:
    """Put all media into a backup."""
    return [out.add(f"{FOLDER}{name}", [_content(name)]) for name in names()]


def _content(name: str) -> bytes:
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content


def check(archive: Archive) -> list[Part]:
    """The media that are not in the storage yet.

    Raises:
        BackupError: one is there with other bytes.
    """
    missing = []
    for part in archive.manifest.media:
        name = part.name.removeprefix(FOLDER)
        if not default_storage.exists(name):
            missing.append(part)
        elif _content(name) != archive.content(part):
            raise BackupError(
                f"The storage has another file {name} than the backup, and media are never"
                " overwritten: move it away. Nothing was changed."
            )
    return missing


def keep(archive: Archive, parts: list[Part]) -> None:
    """Store media. Those that nothing names yet are seen by nobody."""
    for part in parts:
        try:
            storing.keep(part.name.removeprefix(FOLDER), archive.content(part))
        except OSError as error:
            raise BackupError(
                f"{part.name} could not be stored: {error}. The database was not changed."
            ) from None
