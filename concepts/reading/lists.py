"""Lists of pages: the indexes of the sections, and the home page."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import IntegerField, JSONField, OuterRef, QuerySet, Subquery, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.utils.text import slugify

from concepts import diagrams
from concepts.documents import Data
from concepts.models import Edition, Link, in_force
from concepts.presenting import Neighbour
from concepts.reading.long_lists import WHOLE, Part, area_called, is_long, part_of
from concepts.reading.neighbours import SHORT, neighbour
from concepts.reading.pages import KIND_BY_SECTION

FLAGSHIP = ("distinction", "production-management-vs-operations-management")
"""The question that the site starts from."""

COMPARISONS_AT_HOME = 12
ORGANIZATIONS_AT_HOME = 24
MOST_GUIDES = 40
"""So many areas head lists, and with the paths stand on the home page."""
MOST_COUNTED = 100
"""Of an area with more concepts it is said that there are more."""

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


def by_area(kind: str, at: datetime) -> list[Data] | None:
    """The pages of a kind under their areas; those without an area in force come last.

    None where they are too many for one page.
    """
    area = Link.objects.filter(edition=OuterRef("pk"), relation="area").values("target")[:1]
    found = listed(kind, at).annotate(area=Subquery(area)).values_list("area", *SHORT)
    pages = list(found[: WHOLE + 1])
    if len(pages) > WHOLE:
        return None
    groups = grouped((area, neighbour(short)) for area, *short in pages)
    areas = _guides(at, "areas")
    known = [_group(area, groups.pop(area.page)) for area in areas if area.page in groups]
    rest = sorted((page for pages in groups.values() for page in pages), key=lambda p: p.title)
    return [*known, _group(OTHERS, rest)] if rest else known


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
    """Organizations under their sectors, A to Z; so many at most, as their titles have them."""
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


class _Counted(Subquery):
    """How many rows a query has."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def _guides(at: datetime, *sections: str, most: int | None = None) -> list[Neighbour]:
    """The guides of some sections in their order; of very many so many, areas first, A to Z."""
    return [guide for guide, *_ in _with(Value(0), at, sections, most)]


def _counted_guides(at: datetime, *sections: str, most: int) -> list[tuple[Neighbour, str, int]]:
    """The same with their sections, and of how many concepts each is the area.

    They are counted no further than to one more than `MOST_COUNTED`.
    """
    members = Link.objects.filter(
        in_force(at, "edition__"),
        target=OuterRef("page"),
        relation="area",
        edition__kind="concept",
    ).order_by()
    return _with(_Counted(members.values("pk")[: MOST_COUNTED + 1]), at, sections, most)


def _with(
    count: Any, at: datetime, sections: Iterable[str], most: int | None
) -> list[tuple[Neighbour, str, int]]:
    guides = listed("guide", at).filter(section__in=sections)
    if most:
        first = guides.order_by("section", "title", "pk").values("pk")[:most]
        guides = Edition.objects.filter(pk__in=first)
    guides = guides.order_by("title", "pk").annotate(concepts=count, position=told("position"))
    found = guides.values_list("position", "section", "concepts", *SHORT)
    in_order = sorted(found, key=lambda guide: int(guide[0] or 0))
    return [(neighbour(short), section, count) for _, section, count, *short in in_order]


class Index(NamedTuple):
    """The pages of a section in groups: by area, by sector, or all in one.

    Of a list that is too long for one page, `groups` hold the `part` of it that is shown, and
    `areas` are those by which it can be limited.
    """

    groups: list[Data]
    part: Part | None = None
    areas: Iterable[Neighbour] = ()


def index(section: str, at: datetime, after: str = "", area: str = "") -> Index:
    """The pages of a section; of a long list those after the page with this slug, or of an area.

    Raises:
        Http404: no page of the list, or no area, has this slug.
    """
    kind, has_areas = KIND_BY_SECTION[section], section in ("concepts", "distinctions")
    editions = listed(kind, at)
    editions = editions.filter(section=section) if kind == "guide" else editions
    groups = None if after or (area and has_areas) else _grouped(section, editions, at)
    if groups is None:
        of = area_called(area, at) if area and has_areas else None
        part = part_of(editions, after, area=of)
        some = [neighbour(short) for short in part.entries]
        areas = _guides(at, "areas", most=MOST_GUIDES) if has_areas else []
        return Index([_group(Neighbour("", "all", ""), some)] if some else [], part, areas)
    return Index(groups)


def _grouped(section: str, editions: QuerySet[Edition], at: datetime) -> list[Data] | None:
    """The groups of a list, or None where it is too long for one page."""
    if section in ("concepts", "distinctions"):
        return by_area(KIND_BY_SECTION[section], at)
    if is_long(editions):
        return None
    if section == "organizations":
        return _by_sector(at)
    guides = _guides(at, section)
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
    guides = _counted_guides(at, "areas", "paths", most=MOST_GUIDES)
    flagship = _flagship(at)
    own = flagship["edition"].page_id if flagship else None
    paths = [guide for guide, section, _ in guides if section == "paths"]
    others = [near for near in map(neighbour, comparisons) if near.page != own]
    return {
        "flagship": flagship,
        "comparisons": others[:COMPARISONS_AT_HOME],
        "areas": [(guide, count) for guide, section, count in guides if section == "areas"],
        "most": MOST_COUNTED,
        "paths": paths,
        "more_paths": len(guides) == MOST_GUIDES,
        "sectors": _by_sector(at, ORGANIZATIONS_AT_HOME),
    }
