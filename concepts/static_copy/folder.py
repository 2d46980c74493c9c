"""The folder of a copy: written beside its place, and put there when it is whole."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARKER = ".site-copy"
"""The file that says of a folder that it is a copy, and may be replaced by a newer one."""


class Refused(Exception):
    """Why nothing is written, in a sentence for the one who asked."""


@contextmanager
def replaced(place: Path) -> Iterator[Path]:
    """A new folder to write the copy into, which takes its place unless an error is raised.

    Until then the earlier copy stays. Between two renames there is none at its place for a
    moment; the next run puts it back, should this one be killed just there.

    Raises:
        Refused: the place holds something else than a copy, or another run is writing one.
    """
    place = place.resolve()
    aside = place.with_name(f".{place.name}.before")
    if not place.parent.is_dir():
        raise Refused(f"{place.parent} does not exist: make it first.")
    with _locked(place.with_name(f".{place.name}.writing")) as writing:
        if aside.is_dir() and not place.exists():
            aside.rename(place)
        _check(place)
        yield writing
        os.sync()  # else a power cut may leave names without what stands in the files
        shutil.rmtree(aside, ignore_errors=True)
        if place.exists():
            place.rename(aside)
        try:
            writing.rename(place)
        except OSError:
            aside.rename(place)
            raise
        shutil.rmtree(aside, ignore_errors=True)


def _check(place: Path) -> None:
    if place.exists() and not place.is_dir():
        raise Refused(f"{place} is a file: name a folder.")
    if place.is_mount():
        raise Refused(f"{place} is a mounted disk and cannot be renamed: name a folder on it.")
    if place.is_dir() and any(place.iterdir()) and not (place / MARKER).is_file():
        raise Refused(f"{place} is not empty and holds no copy ({MARKER}): name a new folder.")


@contextmanager
def _locked(folder: Path) -> Iterator[Path]:
    """An empty folder that no other process writes into; what a killed one left is removed."""
    folder.mkdir(exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        if not _taken(folder, lock):
            raise Refused(f"Another run is writing {folder}: wait until it is done.")
        try:
            _emptied(folder)
            yield folder
        finally:
            if _is(folder, lock):
                shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)


def _taken(folder: Path, opened: int) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return _is(folder, opened)


def _is(folder: Path, opened: int) -> bool:
    """Whether the folder is still the one that was opened: runs that are done rename theirs."""
    return folder.exists() and os.path.samestat(os.fstat(opened), folder.stat())


def _emptied(folder: Path) -> None:
    for each in folder.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()
