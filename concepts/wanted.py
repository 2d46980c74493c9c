"""Comparisons that readers ask for and nobody has written: counted, and listed for editors.

A request counts in the cache; now and then what gathered there goes into the database, beside any
request. A count is a hint: it may be lost with the cache or its process, or when two processes
write at once. Nothing is kept of who asked.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Thread

from django.core.cache import cache
from django.db import connections, transaction
from django.db.models import F
from django.utils import timezone

from concepts import chains, clock
from concepts.models import Edition, Link, Side, WantedComparison, in_force
from concepts.work import Kinds, Named

PENDING, WRITTEN = "wanted-pending", "wanted-written"
EVERY = 600
"""Seconds between two times that counts are written to the database."""

MOST_PENDING, MOST = 200, 500
"""How many different comparisons the cache and the table hold, however many are asked for."""

logger = logging.getLogger(__name__)


# Counting -------------------------------------------------------------------------------------


def note(pages: Iterable[int]) -> None:
    """Count that these concepts were asked for together; whatever fails, the page does not.

    `pages` are pages of concepts in force, so that nobody makes names up.
    """
    try:
        _note("-".join(map(str, sorted(pages))))
    except Exception:
        logger.exception("A wanted comparison was not counted.")


def _note(name: str) -> None:
    pending: dict[str, int] = cache.get(PENDING, {})
    if cache.add(WRITTEN, True, EVERY) and pending:  # once for all processes of a shared cache
        Thread(target=_write_beside, args=[pending], daemon=True).start()
        pending = {}
    if name in pending or len(pending) < MOST_PENDING:
        cache.set(PENDING, {**pending, name: pending.get(name, 0) + 1}, None)


def _write_beside(counts: Mapping[str, int]) -> None:
    """Write in a thread of its own, since a database may be locked for seconds."""
    try:
        write(counts)
    except Exception:
        logger.exception("Wanted comparisons were not written.")
    finally:
        connections.close_all()


def write(counts: Mapping[str, int]) -> None:
    """Add counts, by the numbers of the concepts' pages ("12-45"), to those in the database.

    Beyond the limit what was wanted least goes. A stranger may so hide a wish, but not fill a disk.
    """
    today = timezone.localdate()
    with transaction.atomic():
        table = WantedComparison.objects
        known = set(table.filter(concepts__in=counts).values_list("concepts", flat=True))
        for name in sorted(known):
            table.filter(concepts=name).update(count=F("count") + counts[name], last_day=today)
        new = [
            WantedComparison(concepts=name, count=count, last_day=today)
            for name, count in counts.items()
            if name not in known
        ]
        table.bulk_create(new, ignore_conflicts=True)
        surplus = list(table.values_list("pk", flat=True)[MOST:])
        table.filter(pk__in=surplus).delete()


# Listing --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """Concepts that readers want side by side, and the draft that has them all, if there is one."""

    concepts: list[Named]
    slug: str
    count: int
    last_day: date
    draft: Named | None

    @property
    def title(self) -> str:
        """What their comparison may be called."""
        return " vs ".join(concept.title for concept in self.concepts)

    @property
    def pages(self) -> str:
        """The numbers of the concepts' pages, as the form of a new comparison takes them."""
        return "-".join(str(concept.pk) for concept in self.concepts)


def wanted(kinds: Kinds) -> list[Wanted]:
    """What readers asked for and still cannot read, the most wanted first, in four queries."""
    if not {"concept", "distinction"} <= {*kinds}:
        return []
    rows = list(WantedComparison.objects.all())
    named = _named([0, *(page for row in rows for page in row.pages)])  # none: still one query
    published, desk = _published(), _desk()
    drafts = {page: sides for page, (_, sides) in desk.items()}
    return [
        Wanted(
            [named[page][0] for page in row.pages],
            "-vs-".join(named[page][1] for page in row.pages)[:80].rstrip("-"),
            row.count,
            row.last_day,
            next((desk[page][0] for page in chains.covering(drafts, row.pages)), None),
        )
        for row in rows
        if named.keys() >= {*row.pages} and not chains.covering(published, row.pages)
    ]


def _named(pages: Iterable[int]) -> dict[int, tuple[Named, str]]:
    """The concepts in force among these pages, and their slugs."""
    editions = Edition.objects.as_of().filter(kind="concept", page__in=pages)
    found = editions.values_list("page_id", "kind", "title", "slug")
    return {pk: (Named(pk, kind, title), slug) for pk, kind, title, slug in found}


def _published() -> dict[int, list[int]]:
    """The sides of every comparison in force."""
    links = Link.objects.filter(in_force(clock.now(), "edition__"), relation="side")
    sides: dict[int, list[int]] = {}
    for page, side in links.values_list("edition__page_id", "target_id"):
        sides.setdefault(page, []).append(side)
    return sides


def _desk() -> dict[int, tuple[Named, list[int]]]:
    """The sides of every comparison on the desk."""
    sides = Side.objects.order_by("distinction", "position")
    found: dict[int, tuple[Named, list[int]]] = {}
    for pk, title, side in sides.values_list("distinction", "distinction__title", "concept"):
        found.setdefault(pk, (Named(pk, "distinction", title), []))[1].append(side)
    return found
