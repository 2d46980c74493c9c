"""Which concept builds on which: the map of the site."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, router
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from django.urls import reverse

from concepts.diagrams import map as drawing
from concepts.diagrams.map import Box
from concepts.diagrams.order import in_order
from concepts.documents import Data
from concepts.models import PREREQUISITE, Edition, Link, in_force
from concepts.presenting import Neighbour
from concepts.reading.lists import OTHERS, listed, told
from concepts.reading.neighbours import SHORT, neighbour

SHOWN, BESIDE = 60, 24
"""How many boxes a map shows, and how many concepts of other areas beside them."""


@dataclass(frozen=True)
class Web:
    """The concepts in force by their pages: areas in their order, members, prerequisites.

    Who has no area in force belongs to `OTHERS`, whose page is None.
    """

    areas: list[Neighbour]
    area_of: dict[int, int | None]
    needs: dict[int, list[int]]


def needs_of(at: datetime) -> dict[int, list[int]]:
    """The prerequisites that editions in force name, by the pages of who names them."""
    links = Link.objects.filter(in_force(at, "edition__"), relation=PREREQUISITE)
    return _by_page(links.order_by("id").values_list("edition__page_id", "target_id"))


REACHED = 1000
"""So many pages on the way to one are looked at."""
# In force as `in_force` has it. CROSS, and CASE with the link: SQLite would go through all
# editions, or first make a Bloom filter of them.
_BEFORE = """
WITH RECURSIVE need(page) AS (SELECT CAST(%(page)s AS bigint) UNION
  SELECT link.target_id FROM need CROSS JOIN concepts_edition AS edition
  CROSS JOIN concepts_link AS link
  WHERE edition.page_id = need.page AND {link}
), reached AS (SELECT page FROM need LIMIT %(most)s)
SELECT edition.page_id, link.target_id FROM reached CROSS JOIN concepts_edition AS edition
CROSS JOIN concepts_link AS link
WHERE edition.page_id = reached.page AND {link} ORDER BY link.id
""".replace(
    "{link}",
    """link.edition_id = edition.id AND CASE WHEN link.edition_id = edition.id
  AND edition.published_at <= %(at)s
  AND (edition.superseded_at IS NULL OR edition.superseded_at > %(at)s)
  AND NOT EXISTS (SELECT 1 FROM concepts_closure AS shut WHERE shut.edition_id = edition.id)
  THEN 1 ELSE 0 END = 1 AND link.relation = %(relation)s""",
)


def needs_before(page: int, at: datetime) -> dict[int, list[int]]:
    """The same of a page, of what it builds on, and so on, in one query."""
    connection = connections[router.db_for_read(Link)]
    moment = connection.ops.adapt_datetimefield_value(at)
    values = {"page": page, "at": moment, "most": REACHED, "relation": PREREQUISITE}
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, values)
        return _by_page(cursor.fetchall())


def _by_page(links: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    needs = defaultdict(list)
    for page, target in links:
        needs[page].append(target)
    return dict(needs)


def _with_area(concepts: QuerySet[Edition]) -> QuerySet[Any, Any]:
    """Editions of concepts, each with the page of its area."""
    area = Link.objects.filter(edition=OuterRef("pk"), relation="area").values("target")[:1]
    return concepts.order_by().annotate(area=Subquery(area))


def web(at: datetime) -> Web:
    """All concepts in force and what they build on, in three queries and without their texts."""
    guides = listed("guide", at).filter(section="areas").annotate(position=told("position"))
    found = sorted(guides.values_list("position", *SHORT), key=lambda guide: int(guide[0] or 0))
    areas = [neighbour(short) for _, *short in found]
    known = {area.page for area in areas}
    concepts = _with_area(listed("concept", at)).values_list("page_id", "area")
    area_of = {page: area if area in known else None for page, area in concepts}
    needs = {
        page: [target for target in targets if target in area_of and target != page]
        for page, targets in needs_of(at).items()
    }
    members = Counter(area_of.values())
    every = [area for area in [*areas, OTHERS] if members[area.page]]
    return Web(every, area_of, needs)


def _zoom_to(area: Neighbour) -> str:
    return f"{reverse('map')}?area={area.slug}"


def overview(at: datetime) -> Data:
    """The areas: how many concepts each has, and on which other areas they build.

    Where two areas build on each other, the one that does so less often is not said to do so
    mainly, and has no arrow.
    """
    found = web(at)
    members = Counter(found.area_of.values())
    ties: Counter[tuple[int | None, int | None]] = Counter()
    for page, needs in found.needs.items():
        ties.update({(found.area_of[page], found.area_of[need]) for need in needs})
    areas = [
        {
            "area": area,
            "address": _zoom_to(area),
            "count": members[area.page],
            "needs": [
                (other, ties[area.page, other.page] >= ties[other.page, area.page])
                for other in found.areas
                if other != area and ties[area.page, other.page]
            ],
        }
        for area in found.areas
    ]
    return {"areas": areas, "picture": _picture_of_areas(areas[:SHOWN])}


def _picture_of_areas(areas: list[Data]) -> Data | None:
    boxes = [
        Box(_key(each["area"]), each["area"].title, each["address"], _concepts(each["count"]))
        for each in areas
    ]
    arrows = [
        (_key(need), _key(each["area"]))
        for each in areas
        for need, mainly in each["needs"]
        if mainly
    ]
    label = "Map of the areas. An arrow leads from an area to one that builds on it."
    return drawing.drawn("Areas", label, boxes, arrows) if boxes else None


def _key(area: Neighbour) -> int:
    return area.page or 0


def _concepts(count: int) -> str:
    return f"{count:,} concept{'' if count == 1 else 's'}"


def concepts_of(pages: Iterable[int], at: datetime) -> dict[int, Data]:
    """Those of these concepts that are in force, each with the page of its area."""
    # By their pages alone: asked for their kind, too, SQLite would go through all of it.
    named = Edition.objects.as_of(at).filter(page__in=list(pages))
    found = _with_area(named).values_list("area", *SHORT)
    concepts = ({"page": neighbour(short), "area": area} for area, *short in found)
    return {concept["page"].page: concept for concept in concepts}


def zoom(slug: str, at: datetime) -> Data:
    """The concepts of an area and what they build on, the most connected of many.

    Raises:
        Http404: no area with concepts has this slug.
    """
    found = web(at)
    area = next((area for area in found.areas if area.slug == slug), None)
    if area is None:
        raise Http404
    members = [page for page, of in found.area_of.items() if of == area.page]
    shown = _most_connected(members, found.needs)
    inside = set(members)
    others = Counter(n for page in shown for n in found.needs.get(page, ()) if n not in inside)
    beside = sorted(others, key=lambda page: (-others[page], page))[:BESIDE]
    named = concepts_of([*shown, *beside], at)
    order = in_order(named, found.needs, lambda page: title_of(named[page]))
    titles = {each.page: each.title for each in found.areas}
    aside = {page: titles[found.area_of[page]] for page in beside}
    needs = {page: [n for n in found.needs.get(page, ()) if n in named] for page in shown}
    concepts = [
        {
            "page": named[page]["page"],
            "needs": [(named[need]["page"], aside.get(need, "")) for need in needs[page]],
        }
        for page in order
        if page in needs
    ]
    label = (
        f"Map of {area.title}. An arrow leads from a concept to one that builds on it; dashed"
        " boxes are concepts of other areas."
    )
    boxes = [box_of(named[page]["page"], aside.get(page, "")) for page in order]
    arrows = [(need, page) for page in order for need in needs.get(page, ())]
    return {
        "area": area,
        "areas": [(each, _zoom_to(each)) for each in found.areas],
        "concepts": concepts,
        "total": len(members),
        "beside": bool(beside),
        "left_out": len(others) - len(beside),
        "picture": drawing.drawn(area.title, label, boxes, arrows),
    }


def box_of(page: Neighbour, of: str = "") -> Box:
    """A concept on the map, without asides; `of` is the area of one that stands beside its own."""
    name = re.sub(r" \([^()]*\)", "", page.title)
    return Box(page.page or 0, name, page.address, of, aside=bool(of))


def title_of(concept: Data) -> str:
    """What concepts are sorted by, where nothing else does."""
    return str(concept["page"].title.casefold())


def _most_connected(members: list[int], needs: dict[int, list[int]]) -> list[int]:
    """The concepts of an area with the most ties to others, as many as a map shows."""
    ties = Counter(dict.fromkeys(members, 0))
    for page, targets in needs.items():
        ties[page] += len(targets)
        ties.update(targets)
    return sorted(members, key=lambda page: (-ties[page], page))[:SHOWN]
