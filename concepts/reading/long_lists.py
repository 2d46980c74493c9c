"""Lists that are too long for one page: a part of them, found by the entry that it comes after.

No part counts or skips what lies before it, so the last costs what the first does.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from concepts.models import Edition, Link
from concepts.presenting import Neighbour
from concepts.reading.neighbours import SHORT, neighbour

WHOLE = 300
"""So many entries still stand on one page, in groups."""
PART = 100
"""How many stand on each page of a longer list, A to Z."""


@dataclass(frozen=True)
class Part:
    """Entries of a longer list.

    `after` and `before` are what the parts around it come after: "" is the beginning, None stands
    where there is no such part. `area` is the one that the list is limited to.
    """

    entries: list[Any]
    before: str | None
    after: str | None
    area: Neighbour | None = None


def is_long(entries: "QuerySet[Any, Any]") -> bool:
    """Whether there are more entries than one page shows; it reads no further."""
    return bool(entries.order_by().values("pk")[WHOLE : WHOLE + 1])


def of_area(editions: "QuerySet[Edition]", area: Neighbour) -> "QuerySet[Edition]":
    """Those of the editions that belong to an area."""
    own = Link.objects.filter(edition=OuterRef("pk"), target=area.page, relation="area")
    return editions.filter(Exists(own))


def area_called(slug: str, at: datetime) -> Neighbour:
    """The area in force of this name.

    Raises:
        Http404: there is none.
    """
    areas = Edition.objects.as_of(at).filter(kind="guide", section="areas", slug=slug)
    found = areas.values_list(*SHORT).first()
    if found is None:
        raise Http404
    return neighbour(found)


def part_of(
    editions: "QuerySet[Edition]", after: str, *more: str, area: Neighbour | None = None
) -> Part:
    """The editions that come after the one with this slug, A to Z, in at most two queries.

    `entries` are tuples of `more` and then what `SHORT` names.

    Raises:
        Http404: none of the editions has this slug.
    """
    editions = (of_area(editions, area) if area else editions).order_by("title", "pk")
    before = None
    if after:
        earlier = Q(title__lt=OuterRef("title")) | Q(title=OuterRef("title"), pk__lt=OuterRef("pk"))
        back = editions.filter(earlier, title__lte=OuterRef("title")).order_by("-title", "-pk")
        start = Subquery(back.values("slug")[PART - 1 : PART])
        anchor = editions.filter(slug=after).annotate(start=start)
        found = anchor.values_list("title", "pk", "start").first()
        if found is None:
            raise Http404
        title, pk, slug = found
        editions = editions.filter(Q(title__gt=title) | Q(pk__gt=pk), title__gte=title)
        before = slug or ""
    rows = list(editions.values_list(*more, *SHORT)[: PART + 1])
    last = rows[PART - 1][len(more) + SHORT.index("slug")] if len(rows) > PART else None
    return Part(rows[:PART], before, last, area)
