"""The stamp of the public site: two readings of it differ whenever a page could read differently.

It is the counter of the verbs, and the latest moment up to now, by the database's clock, at which
an edition came into force or went out of it, since time alone publishes what is scheduled. A
public page is a pure function of stamp, code and address.
"""

import logging
import threading
import time
from datetime import datetime
from typing import NamedTuple

from django.db import Error
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Greatest, Now

from concepts.models import Edition, Site

logger = logging.getLogger(__name__)

REMEMBERED = 1.0
"""Seconds for which a process may go on with the stamp that it read."""


class Stamp(NamedTuple):
    """What the public site was at: two of them are equal when it was the same."""

    counter: int
    moment: datetime


class _Memory:
    """The stamp that this process read last, for its threads together."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.verbs = 0  # of this process: a reading that one overtook is not remembered
        self.kept: tuple[Stamp, float] | None = None
        self.last: Stamp | None = None


_memory = _Memory()


def current() -> Stamp:
    """The stamp now, or as it was up to a second ago; one query when it is read anew.

    While the database does not answer it is the last that this process read, and the database is
    asked once a second. Raises the database's error where it was never read.
    """
    kept, now = _memory.kept, time.monotonic()
    if kept and now < kept[1]:
        return kept[0]
    verbs = _memory.verbs
    try:
        stamp = read()
    except Error:
        if _memory.last is None:
            raise
        logger.warning("The database does not tell the stamp.", exc_info=True)
        stamp = _memory.last
    with _memory.lock:
        if verbs == _memory.verbs:
            _memory.kept, _memory.last = (stamp, now + REMEMBERED), stamp
    return stamp


def forget() -> None:
    """Read the stamp anew next time: a verb of this process changed the site."""
    with _memory.lock:
        _memory.verbs += 1
        _memory.kept = None


def read() -> Stamp:
    """The stamp by the database's clock, or by the latest verb where that ran ahead of it."""
    found = Site.objects.annotate(began=_latest("published_at"), ended=_latest("superseded_at"))
    counter, *moments = found.values_list("counter", "moment", "began", "ended").get(pk=1)
    verb, *changes = moments
    return Stamp(counter, max((change for change in changes if change), default=verb))


def _latest(field: str) -> Subquery:
    """The latest of these moments of all editions that is not ahead; from an index alone."""
    present = Greatest(Now(), OuterRef("moment"))
    past = Edition.objects.filter(**{f"{field}__lte": present}).order_by(f"-{field}")
    return Subquery(past.values(field)[:1])
