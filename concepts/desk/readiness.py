"""Whether a page's draft is marked as ready, or was sent back: read from the desk's log.

The newest of a page's marks counts. One is over when an edition is made after it: `publishing.py`
writes an entry of its own behind it then, and for every edition that is scheduled. (Dates would
mislead: an edition that was scheduled before the mark begins after it.)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise

from django.db.models import Max, QuerySet

from concepts.models import LogEntry
from concepts.parts import KINDS

READY = "ready"
SENT_BACK = "send-back"
PUBLISHED = "publish"


@dataclass(frozen=True)
class Mark:
    """A page's open mark: its log entry (without the document), and who changed the draft since."""

    entry: LogEntry
    changed_by: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it waits for somebody who publishes; else it was sent back."""
        return self.entry.action == READY


def marks(pages: Iterable[int] | None = None) -> dict[int, Mark]:
    """The open marks of these pages (of all), by page, in two queries."""
    log = _log(pages)
    marking = log.filter(action__in=(READY, SENT_BACK, PUBLISHED)).order_by()
    newest = marking.values("object_id").annotate(last=Max("pk")).values("last")
    found = LogEntry.objects.filter(pk__in=newest).exclude(action=PUBLISHED)
    entries = {each.object_id: each for each in found.select_related("by").defer("document")}
    authors = _authors_since(entries)
    return {page: Mark(entry, authors.get(page, ())) for page, entry in entries.items()}


def mark_of(page: int) -> Mark | None:
    """The open mark of one page."""
    return marks([page]).get(page)


def _log(pages: Iterable[int] | None) -> QuerySet[LogEntry]:
    log = LogEntry.objects.filter(kind__in=KINDS)
    return log if pages is None else log.filter(object_id__in=pages)


def _authors_since(entries: dict[int, LogEntry]) -> dict[int, tuple[str, ...]]:
    """Who changed each page's text after its mark, each once, in the order of their changes."""
    if not entries:
        return {}
    first = min(entry.pk for entry in entries.values())
    # What was unscheduled is kept in the log, too, but it never stood on the desk.
    later = _log(entries).filter(pk__gte=first).exclude(action="unschedule")
    saves = later.order_by("object_id", "pk").values_list(
        "object_id", "pk", "digest", "by__username"
    )
    return {
        page: _authors([save[1:] for save in run if save[1] >= entries[page].pk])
        for page, run in groupby(saves, key=lambda save: save[0])
    }


def _authors(saves: list[tuple[int, str, str | None]]) -> tuple[str, ...]:
    changed = [
        by or "an import" for (_, before, _), (_, after, by) in pairwise(saves) if before != after
    ]
    return tuple(dict.fromkeys(changed))
