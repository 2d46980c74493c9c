"""The database backend of PostgreSQL, which Django finds in `base`, and what it remembers.

Where a machine is gone, each attempt to connect to it takes seconds, and one request may try
several times, in each of many threads. This module loads no driver: with SQLite it is asked, too.
"""

import os
import time

PAUSES = {"replica": 10.0}
"""Seconds for which a database that could not be reached is not tried again, by alias."""
PAUSE = 1.0
"""The same for all others, which nothing stands in for."""

_until: dict[str, float] = {}


def is_down(alias: str) -> bool:
    """Whether this process could not reach the database a moment ago."""
    return time.monotonic() < _until.get(alias, 0.0)


def missed(alias: str) -> None:
    """Remember that the database could not be reached."""
    _until[alias] = time.monotonic() + PAUSES.get(alias, PAUSE)


def forget() -> None:
    """Try all of them again."""
    _until.clear()


os.register_at_fork(after_in_child=forget)  # who served nobody yet has not asked
