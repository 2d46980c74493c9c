"""Whether an error says that a database, cache, disk or memory fails, not that our code is wrong.

What fails may work again in a minute, so it is answered by 503; what is wrong stays wrong: 500.
"""

import errno
import sqlite3
from collections.abc import Iterator

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
STANDBY_OR_TIMED_OUT = {"25006", "25P03", "25P04"}
"""PostgreSQL: written to a standby; a transaction that idled, or ran, for too long."""

BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
DISK_FULL = "53100"
LOCKED = {"55P03", "40P01", "40001"}
"""PostgreSQL: no lock in time, a deadlock, two transactions that cannot both be."""


def is_outage(error: BaseException) -> bool:
    """Whether this, or what caused it, is a failure of what the site stands on."""
    return any(map(_fails, _causes(error)))


def is_busy(error: BaseException) -> bool:
    """Whether others held a lock for too long: everything works, and the next try may too."""
    return any(
        getattr(each, "sqlite_errorcode", 0) & 0xFF in BUSY
        or getattr(each, "sqlstate", None) in LOCKED
        for each in _causes(error)
    )


def has_no_room(error: BaseException) -> bool:
    """Whether the disk of PostgreSQL is full: it still reads, but may take no new connection."""
    return any(getattr(each, "sqlstate", None) == DISK_FULL for each in _causes(error))


def in_a_line(error: BaseException) -> str:
    """What failed, for a log: the kind of error and the first line of what it says."""
    said = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {said[0]}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _fails(error: BaseException) -> bool:
    if isinstance(error, OperationalError):
        return not _is_bad_sql(error.__cause__)
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "sqlstate", None) in STANDBY_OR_TIMED_OUT
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in NO_ROOM):
        return True
    # A damaged SQLite file has no class of its own; redis is an extra, and may not be installed.
    damaged = isinstance(error, DatabaseError) and type(error.__cause__) is sqlite3.DatabaseError
    return damaged or isinstance(error, InterfaceError) or _is_of_redis(error)


def _is_bad_sql(cause: BaseException | None) -> bool:
    """SQLite gives errors in a statement the class that all others give to outages.

    A table that is missing is none: a file that was moved away is opened anew, and empty.
    """
    is_generic = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return is_generic and "no such table" not in str(cause)


def _is_of_redis(error: BaseException) -> bool:
    names = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
    return bool(names & {"redis.exceptions.ConnectionError", "redis.exceptions.TimeoutError"})
