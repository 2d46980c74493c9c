"""The file of a backup: a zip of tables, media and a manifest, with a seal at its very end.

The seal is the SHA-256 of all bytes before it, kept in the zip's comment: a byte that was changed
or lost anywhere is found before anything is believed. Any tool opens the file. Knows no database.
"""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NoReturn, Self

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.utils import validate_file_name
from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError

FORMAT = "pom-backup/1"
MANIFEST = "manifest.json"
SEAL = 64
"""Bytes of the seal: SHA-256 in hex."""
WORDS = b"SHA-256 of all bytes before it: "
PIECE = 1024 * 1024

Row = list[Any]
"""The values of a row, as JSON has them, in the order of its table's columns."""


class BackupError(Exception):
    """Why there is no backup, or none was restored: what, and how to mend it."""


# The manifest ---------------------------------------------------------------------------------


class Part(BaseModel):
    """A file in the zip: its name there, its size in bytes and its SHA-256."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str
    size: NonNegativeInt
    sha256: str


class Table(Part):
    """A table, a row a line; `last` is the last id that it gave, None when it gives none."""

    table: str
    columns: list[str]
    rows: NonNegativeInt
    last: int | None


class Editions(BaseModel):
    """How many editions there are, and the SHA-256 of the digests of their bytes, in order."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    count: NonNegativeInt
    sha256: str


class Manifest(BaseModel):
    """What a backup holds, and what it was made with."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: str
    made_at: str
    made_by: dict[str, str]
    migrations: list[str]
    tables: list[Table]
    editions: Editions
    media: list[Part]

    def parts(self) -> list[Part]:
        """Every file of the zip but this one."""
        return [*self.tables, *self.media]


# Writing --------------------------------------------------------------------------------------


@contextmanager
def drafted(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path` that only its owner reads, and that takes its name when it is whole.

    Raises:
        BackupError: a file is there already, or it could not be written; nothing is left then.
    """
    draft = path.with_name(f"{path.name}.part")
    if path.exists():
        raise BackupError(f"{path} exists, and no backup is overwritten: give another name.")
    try:
        with open(draft, "x+b", opener=_for_its_owner) as file:
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                draft.rename(path)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
        _sync_folder(path.parent)
    except FileExistsError:
        raise BackupError(
            f"{draft} exists: another backup is being written there, or one was killed."
            " If none is running, remove it."
        ) from None
    except OSError as error:
        raise BackupError(f"{path} could not be written: {error}. Nothing is left of it.") from None


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Writer:
    """Puts parts into an open file, each with its digest; a context that lets go of the file."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, ValueError):  # of a file that is given up
            self.zip.close()

    def add(self, name: str, pieces: Iterable[bytes]) -> Part:
        """Write one part, piece by piece."""
        size, taken = 0, hashlib.sha256()
        with self.zip.open(name, "w", force_zip64=True) as out:
            for piece in pieces:
                out.write(piece)
                taken.update(piece)
                size += len(piece)
        return Part(name=name, size=size, sha256=taken.hexdigest())

    def seal(self, manifest: Manifest) -> None:
        """Write the manifest and close the zip under its seal."""
        self.add(MANIFEST, [manifest.model_dump_json(indent=1).encode()])
        self.zip.comment = WORDS + b"0" * SEAL
        self.zip.close()
        seal = _digest_before_seal(self.file)
        self.file.seek(-SEAL, os.SEEK_END)
        self.file.write(seal)


def written(row: Iterable[object]) -> bytes:
    """A row as a line: the same values give the same bytes on every database."""
    return f"{json.dumps(list(row), default=_moment, sort_keys=True)}\n".encode()


def _moment(value: Any) -> str:
    """Dates and moments, with all that stands behind the second."""
    text: str = value.isoformat()
    return text


# Reading --------------------------------------------------------------------------------------


class Archive:
    """A backup in which every byte was looked at."""

    def __init__(self, opened: zipfile.ZipFile, manifest: Manifest) -> None:
        self.zip, self.manifest = opened, manifest

    def rows(self, table: Table) -> Iterator[Row]:
        """The rows of a table, one after the other."""
        with self.zip.open(table.name) as lines:
            for line in lines:
                yield json.loads(line)

    def content(self, part: Part) -> bytes:
        """The bytes of a part."""
        return self.zip.read(part.name)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup, after all of it was verified; what the database thinks of it is asked elsewhere.

    Raises:
        BackupError: there is no file, it is no backup, or any byte of it is not as it was written.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        archive = _verified(file, path)
        yield archive


def _verified(file: IO[bytes], path: Path) -> Archive:
    seal = _digest_before_seal(file)
    if file.read(SEAL) != seal:
        _damaged(path, "its bytes are not those that its last line seals")
    try:
        archive = Archive(opening := zipfile.ZipFile(file), _manifest(opening, path))
        _check_parts(archive, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        _damaged(path, str(error))
    except (KeyError, TypeError, ValueError) as error:
        _damaged(path, f"{type(error).__name__}: {error}")
    return archive


def _damaged(path: Path, why: str) -> NoReturn:
    raise BackupError(
        f"{path} is damaged, cut off, or no backup: {why}. Take another copy of it, or an older"
        " backup."
    )


def _digest_before_seal(file: IO[bytes]) -> bytes:
    """The SHA-256 of all but the last bytes, where it leaves the file's position."""
    left = file.seek(0, os.SEEK_END) - SEAL
    file.seek(0)
    taken = hashlib.sha256()
    while left > 0 and (piece := file.read(min(left, PIECE))):
        taken.update(piece)
        left -= len(piece)
    return taken.hexdigest().encode()


def _manifest(opened: zipfile.ZipFile, path: Path) -> Manifest:
    data = json.loads(opened.read(MANIFEST))
    if data["format"] != FORMAT:
        raise BackupError(
            f"{path} is written as {data['format']}, and this release reads {FORMAT}:"
            " restore it with the release that made it, then upgrade."
        )
    try:
        return Manifest.model_validate(data)
    except ValidationError as error:
        _damaged(path, f"its manifest is not in order ({error.error_count()} faults)")


def _check_parts(archive: Archive, path: Path) -> None:
    parts = archive.manifest.parts()
    if sorted(archive.zip.namelist()) != sorted([MANIFEST, *(part.name for part in parts)]):
        _damaged(path, "it does not hold the files that its manifest lists")
    for part in parts:
        _check_name(part.name, path)
        taken, size = hashlib.sha256(), 0
        with archive.zip.open(part.name) as member:
            while piece := member.read(PIECE):
                taken.update(piece)
                size += len(piece)
        if (taken.hexdigest(), size) != (part.sha256, part.size):
            _damaged(path, f"{part.name} is not what its manifest says")
    for table in archive.manifest.tables:
        _check_rows(archive, table, path)


def _check_name(name: str, path: Path) -> None:
    try:
        validate_file_name(name, allow_relative_path=True)
    except SuspiciousFileOperation:
        _damaged(path, f"it holds a file named {name!r}")


def _check_rows(archive: Archive, table: Table, path: Path) -> None:
    lengths = [len(row) for row in archive.rows(table)]
    if len(lengths) != table.rows or {*lengths} - {len(table.columns)}:
        _damaged(path, f"{table.name} is not a table of {table.rows} rows")
