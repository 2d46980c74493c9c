"""Counters of this site that its processes on one machine keep together.

Each process writes its own file of fixed slots, which is allocated whole at its start, so that a
full disk can take nothing away. A reader adds up all files; what ended processes counted is kept
in one file more. Where no file can be had, a process counts for itself alone: nothing fails.
"""

import fcntl
import hashlib
import mmap
import os
import struct
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISDIR

from django.conf import settings

SLOTS, WIDTH = 1024, 128
VALUES = struct.Struct("<dd")
NAME = WIDTH - VALUES.size
"""Bytes of a name; what is longer, or one too many, is not counted."""

Totals = dict[str, tuple[float, float]]
"""By name: how often, and the sum of the amounts."""


class _Own:
    """What this process counted, in memory and in its file."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.slots: dict[str, list[float]] = {}
        self.offsets: dict[str, int] = {}
        self.room: mmap.mmap | None = None
        self.is_open = False


_own = _Own()


def add(name: str, amount: float = 0.0) -> None:
    """Count one more of this name, such as `requests{status="2xx"}`, and add an amount to it."""
    own = _own
    with own.lock:
        if not own.is_open:
            own.is_open, own.room = True, _opened()
        slot = own.slots.get(name)
        if slot is None:
            if len(own.slots) == SLOTS or len(name.encode()) > NAME:
                return
            slot = own.slots[name] = [0.0, 0.0]
            own.offsets[name] = len(own.offsets) * WIDTH
            if own.room:
                struct.pack_into(f"{NAME}s", own.room, own.offsets[name], name.encode())
        slot[0] += 1
        slot[1] += amount
        if own.room:  # no call of the system: the file lies in memory
            VALUES.pack_into(own.room, own.offsets[name] + NAME, *slot)


def totals() -> Totals:
    """What all processes counted, those that ended included."""
    found: Totals = {}
    with suppress(OSError), _locked(folder()) as place:
        for path in sorted(place.glob("*.counts")):
            _merge(found, _read(path.read_bytes()))
    if _own.room is None:
        with _own.lock:
            _merge(found, {name: (slot[0], slot[1]) for name, slot in _own.slots.items()})
    return found


def forget() -> None:
    """Begin anew with a file of one's own: after a fork, and in tests."""
    global _own  # noqa: PLW0603
    _own = _Own()


os.register_at_fork(after_in_child=forget)


def folder() -> Path:
    """Where the files of this site lie: readable by its own user alone."""
    site = f"{settings.BASE_DIR}\n{settings.SITE_URL}"
    name = hashlib.sha256(site.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"pom-{os.getuid()}-{name}"


# Files ----------------------------------------------------------------------------------------


@contextmanager
def _locked(place: Path) -> Iterator[Path]:
    """The folder, while no other process opens or reads it.

    Raises OSError where it cannot be had, or is not this user's alone.
    """
    place.mkdir(mode=0o700, exist_ok=True)
    state = place.lstat()
    if state.st_uid != os.getuid() or state.st_mode & 0o077 or not S_ISDIR(state.st_mode):
        raise PermissionError(f"{place} is not ours alone.")
    with (place / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def _opened() -> mmap.mmap | None:
    """The room of a file for this process, all of it taken; None where there is none."""
    try:
        with _locked(folder()) as place:
            _fold(place)
            file, name = tempfile.mkstemp(suffix=".counts", dir=place)
            fcntl.flock(file, fcntl.LOCK_EX)  # until this process ends, however it ends
            if os.pwrite(file, bytes(SLOTS * WIDTH), 0) == SLOTS * WIDTH:
                room = mmap.mmap(file, SLOTS * WIDTH)  # which holds the file, and its lock
                os.close(file)
                return room
            Path(name).unlink()  # the disk is full
            os.close(file)
            return None
    except OSError:
        return None


def _fold(place: Path) -> None:
    """Add what ended processes counted to what others did before, and take their files away."""
    ended = place / "ended.counts"
    known: Totals = {}
    over = [path for path in place.glob("*.counts") if path == ended or _is_over(path)]
    for path in over:
        _merge(known, _read(path.read_bytes()))
    draft = place / "ended.draft"
    draft.write_bytes(b"".join(_slot(name, values) for name, values in known.items()))
    draft.replace(ended)
    for path in over:
        if path != ended:
            path.unlink()


def _is_over(path: Path) -> bool:
    """Whether nobody holds the file any more."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def _slot(name: str, values: tuple[float, float]) -> bytes:
    return name.encode().ljust(NAME, b"\0") + VALUES.pack(*values)


def _read(content: bytes) -> Totals:
    found: Totals = {}
    for start in range(0, len(content) - WIDTH + 1, WIDTH):
        slot = content[start : start + WIDTH]
        name = slot[:NAME].rstrip(b"\0").decode(errors="replace")
        if not name:
            break
        found[name] = VALUES.unpack(slot[NAME:])
    return found


def _merge(into: Totals, more: Mapping[str, tuple[float, float]]) -> None:
    for name, (times, amount) in more.items():
        known = into.get(name, (0.0, 0.0))
        into[name] = (known[0] + times, known[1] + amount)
