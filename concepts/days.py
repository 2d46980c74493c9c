"""Past days: how one is written, when it ends, and addresses outside the site as it stood then.

Pure. `/on/<day>/...` is the site as of the end of that day in UTC, under a prefix of its own that
`reverse` puts before every address; `outside` takes it off again.
"""

import re
from datetime import UTC, date, datetime, time, timedelta

from django.urls import get_script_prefix

from concepts import clock

WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
YESTERDAY = "yesterday"
"""What stands for the last day that is over, where a link to a past day must not name one."""
PREFIX = re.compile(rf"on/{WRITTEN.pattern}/$")


class NoDay(Exception):
    """Why there is nothing to look at on a day, in a sentence for the reader."""


def in_words(day: date) -> str:
    """The day as pages write it: 5 March 2026."""
    return f"{day.day} {day:%B} {day.year}"


def end(day: date) -> datetime:
    """The last moment of a day in UTC; only of a day that is over, since the last of all has none.

    Moments are whole milliseconds: what is published at midnight belongs to the next day.
    """
    return datetime.combine(day + timedelta(days=1), time(), UTC) - clock.MILLISECOND


def last(now: datetime) -> date:
    """The last day in UTC that is over."""
    return now.astimezone(UTC).date() - timedelta(days=1)


def read(text: str, now: datetime) -> date:
    """A day that is over at `now`, from YYYY-MM-DD.

    Raises:
        NoDay: it is written in another way, it is no real date, or it is not over.
    """
    if not WRITTEN.fullmatch(text):
        raise NoDay("A day is written as year, month and day, each in figures: 2026-01-31.")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NoDay(f"There is no such date as {text}.") from error
    if day > last(now):
        latest = in_words(last(now))
        raise NoDay(f"{in_words(day)} is not over yet (UTC). The last day to look at: {latest}.")
    return day


def outside(address: str) -> str:
    """An address of this site without the prefix of a past day: where it leads today."""
    prefix = get_script_prefix()
    inner = PREFIX.search(prefix)
    if inner and address.startswith(prefix):
        return prefix[: inner.start()] + address[len(prefix) :]
    return address
