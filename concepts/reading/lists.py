"""Lists of pages: the indexes of the sections, and the home page."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, JSONField, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.utils.text import slugify

from concepts import diagrams
from concepts.documents import Data
from concepts.models import Edition, Link, in_force
from concepts.presenting import Neighbour
from concepts.reading.neighbours import SHORT, neighbour
from concepts.reading.pages import KIND_BY_SECTION

FLAGSHIP = ("distinction", "production-management-vs-operations-management")
"""The question that the site starts from."""

COMPARISONS_AT_HOME = 12
ORGANIZATIONS_AT_HOME = 24

OTHERS = Neighbour("", "others", "Others")
"""What stands as the group of those that belong to none."""


def listed(kind: str, at: datetime) -> QuerySet[Edition]:
    """The editions of a kind in force at the moment, A to Z."""
    return Edition.objects.as_of(at).filter(kind=kind).order_by("title")


def grouped(entries: Iterable[tuple[Any, Neighbour]]) -> dict[Any, list[Neighbour]]:
    """Entries gathered under their keys, both in the order in which they come."""
    groups: dict[Any, list[Neighbour]] = {}
    for key, entry in entries:
        groups.setdefault(key, []).append(entry)
    return groups


def _by_area(kind: str, at: datetime) -> list[Data]:
    """The pages of a kind under their areas; those without an area in force come last."""
    area = Link.objects.filter(edition=OuterRef("pk"), relation="area").values("target")[:1]
    pages = listed(kind, at).annotate(area=Subquery(area)).values_list("area", *SHORT)
    groups = grouped((area, neighbour(short)) for area, *short in pages)
    areas = [area for area, section, _ in _guides(at) if section == "areas"]
    found = [_group(area, groups.pop(area.page)) for area in areas if area.page in groups]
    rest = sorted((page for pages in groups.values() for page in pages), key=lambda p: p.title)
    return [*found, _group(OTHERS, rest)] if rest else found


def _group(of: Neighbour, pages: list[Neighbour]) -> Data:
    return {"title": of.title, "anchor": of.slug, "address": of.address, "pages": pages}


def told(*path: str) -> KeyTextTransform:
    """What the document alone says, and no column of its edition; a list comes as its JSON."""
    *outer, name = path
    inside: Cast | KeyTransform = Cast("document", JSONField())
    for key in outer:
        inside = KeyTransform(key, inside)
    return KeyTextTransform(name, inside)


def _by_sector(at: datetime, limit: int | None = None) -> list[Data]:
    """Organizations under their sectors, A to Z."""
    pages = listed("organization", at).annotate(sector=told("sector"))
    found = pages.values_list("sector", *SHORT)[:limit]
    groups = grouped((sector, neighbour(short)) for sector, *short in found)
    return [
        _group(
            Neighbour("", slugify(sector, allow_unicode=True), sector) if sector else OTHERS,
            groups[sector],
        )
        for sector in sorted(groups, key=lambda sector: (not sector, sector.casefold()))
    ]


def _guides(at: datetime) -> list[tuple[Neighbour, str, int]]:
    """Every guide in its order, its section, the number of concepts of which it is the area."""
    members = Link.objects.filter(
        in_force(at, "edition__"),
        target=OuterRef("page"),
        relation="area",
        edition__kind="concept",
    ).order_by()
    count = members.values("target").annotate(count=Count("id")).values("count")
    guides = listed("guide", at).annotate(concepts=Subquery(count), position=told("position"))
    found = guides.values_list("position", "section", "concepts", *SHORT)
    in_order = sorted(found, key=lambda guide: int(guide[0] or 0))
    return [(neighbour(short), section, count or 0) for _, section, count, *short in in_order]


def index(section: str, at: datetime) -> list[Data]:
    """The pages of a section in groups: by area, by sector, or all in one."""
    if section == "organizations":
        return _by_sector(at)
    if section in ("concepts", "distinctions"):
        return _by_area(KIND_BY_SECTION[section], at)
    guides = [guide for guide, where, _ in _guides(at) if where == section]
    return [_group(Neighbour("", "all", ""), guides)] if guides else []


def flagship(at: datetime) -> Edition | None:
    """The comparison that answers the site's question, if it is in force."""
    return Edition.objects.as_of(at).addressed(*FLAGSHIP, at).select_related("closure").first()


def _flagship(at: datetime) -> Data:
    """What the home page shows of it; empty when it is not in force."""
    edition = flagship(at)
    if edition is None:
        return {}
    data = edition.data()
    return {
        "edition": edition,
        "rows": len(data["rows"]),
        "positions": len(data["positions"]),
        "picture": diagrams.scope_of(data),
    }


def home(at: datetime) -> Data:
    """What the home page shows, in four queries."""
    comparisons = listed("distinction", at).values_list(*SHORT)[: COMPARISONS_AT_HOME + 1]
    guides = _guides(at)
    flagship = _flagship(at)
    own = flagship["edition"].page_id if flagship else None
    others = [near for near in map(neighbour, comparisons) if near.page != own]
    return {
        "flagship": flagship,
        "comparisons": others[:COMPARISONS_AT_HOME],
        "areas": [(guide, count) for guide, section, count in guides if section == "areas"],
        "paths": [guide for guide, section, _ in guides if section == "paths"],
        "sectors": _by_sector(at, ORGANIZATIONS_AT_HOME),
    }
