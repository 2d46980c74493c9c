"""Moments: whole milliseconds, UTC.

Django's JSON serialiser cuts to milliseconds, so anything finer would look like tampering after
a dump and a load.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

MILLISECOND = timedelta(milliseconds=1)

_moments = [datetime.min.replace(tzinfo=UTC)]
"""The latest moment that a verb of this process took (a list, since it is set from below)."""


SAME = timedelta(seconds=1)
"""Up to this two clocks are taken for one."""

_ahead = [timedelta(0)]
"""How far the database's clock is ahead of this machine's (a list, since it is set from below)."""


_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def whole(moment: datetime) -> datetime:
    """The moment cut to whole milliseconds, in UTC."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def now() -> datetime:
    """The present for readers, by the database's clock, whatever this machine's says.

    It is never before the latest moment that a verb of this process took: verbs that follow
    each other within one millisecond run ahead of the clock by as much.
    """
    return _held.get() or max(whole(datetime.now(UTC) + _ahead[0]), _moments[0])


def learn(told: datetime, *, asked: datetime) -> None:
    """The database, asked at that moment of this machine's clock, told what its own says."""
    here = datetime.now(UTC)
    agrees = asked - SAME <= told <= here + SAME  # it told it in between, however long that took
    _ahead[0] = timedelta(0) if agrees else told - here


@contextmanager
def held(moment: datetime) -> Iterator[None]:
    """Let this thread take the moment for the present: a copy of the site is made at one.

    The verbs ask the database's clock, which goes on.
    """
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)


def remember(moment: datetime) -> None:
    """A verb of this process took this moment."""
    _moments[0] = max(_moments[0], moment)
