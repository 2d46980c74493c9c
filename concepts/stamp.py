"""The stamp of the public site: two readings of it differ whenever a page could read differently.

It is the counter of the verbs, and the latest moment up to now, by the database's clock, at which
an edition came into force or went out of it, since time alone publishes what is scheduled. A
public page is a pure function of stamp, code and address.
"""

import logging
import os
import threading
import time
from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from django.db import Error, router
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Greatest, Now

from concepts import clock
from concepts.models import Edition, Site
from concepts.prepared import Prepared

logger = logging.getLogger(__name__)

REMEMBERED = 1.0
"""Seconds for which a process may go on with the stamp that it read."""

WHILE_READ = 3.0
"""Seconds more for which the others may, while one thread waits for a slow database."""


class Stamp(NamedTuple):
    """What the public site was at: two of them are equal when it was the same."""

    counter: int
    moment: datetime


class _Memory:
    """The stamp that this process read last, for its threads together."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reading = threading.Lock()  # nobody waits for it
        self.verbs = 0  # of this process: a reading that one overtook is not remembered
        self.kept: tuple[Stamp, float] | None = None
        self.last: Stamp | None = None


_memories: defaultdict[str, _Memory] = defaultdict(_Memory)
"""By the database that the stamp was read from: a replica may lag behind."""
os.register_at_fork(after_in_child=_memories.clear)


def current() -> Stamp:
    """The stamp now, or as it was up to a second ago; one query when it is read anew.

    While one thread reads it the others go on with the last for a while, unless a verb came since.
    While the database does not answer it is the last that this process read, and the database is
    asked once a second. Raises the database's error where it was never read.
    """
    memory = _memories[router.db_for_read(Site)]
    kept, now = memory.kept, time.monotonic()
    if kept and now < kept[1]:
        return kept[0]
    is_first = memory.reading.acquire(blocking=False)
    if kept and not is_first and now < kept[1] + WHILE_READ:
        return kept[0]
    verbs = memory.verbs
    try:
        stamp = read()
    except Error:
        if memory.last is None:
            raise
        logger.warning("The database does not tell the stamp.", exc_info=True)
        stamp = memory.last
    finally:
        if is_first:
            memory.reading.release()
    with memory.lock:
        if verbs == memory.verbs:
            memory.kept, memory.last = (stamp, time.monotonic() + REMEMBERED), stamp
    return stamp


def remembered() -> Stamp | None:
    """The stamp that need not be read now, of whichever database it is; None where it must."""
    now = time.monotonic()
    for memory in [*_memories.values()]:
        if (kept := memory.kept) and now < kept[1]:
            return kept[0]
    return None


def forget() -> None:
    """Read the stamp anew next time: a verb of this process changed the site."""
    for memory in list(_memories.values()):
        with memory.lock:
            memory.verbs += 1
            memory.kept = None


def read() -> Stamp:
    """The stamp by the database's clock, or by the latest verb where that ran ahead of it."""
    asked = datetime.now(UTC)
    [(counter, present, verb, *moments)] = _question().rows({})
    clock.learn(present, asked=asked)
    return Stamp(counter, max((moment for moment in moments if moment), default=verb))


@cache
def _question() -> Prepared:
    found = Site.objects.annotate(began=_latest("published_at"), ended=_latest("superseded_at"))
    columns = "counter", Now(), "moment", "began", "ended"
    return Prepared(found.filter(pk=1).values_list(*columns))


def _latest(field: str) -> Subquery:
    """The latest of these moments of all editions that is not ahead; from an index alone."""
    present = Greatest(Now(), OuterRef("moment"))
    past = Edition.objects.filter(**{f"{field}__lte": present}).order_by(f"-{field}")
    return Subquery(past.values(field)[:1])
