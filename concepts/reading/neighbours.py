"""What surrounds a page: what the pages are called that it names, and what leads to it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    F,
    JSONField,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import get_script_prefix

from concepts import presenting, rendering
from concepts.diagrams import Levels, levels
from concepts.documents import Data, section_of
from concepts.models import Edition, Link, in_force
from concepts.prepared import Prepared, Slot
from concepts.presenting import MOST_MEMBERS, VERBS, Around, Neighbour, Tie

SHORT = ("kind", "slug", "title", "summary", "section", "page_id")
"""What is told of a page that another page names."""
CARRIED = ("page__editions__kind", "page__editions__slug")
"""A name that the page has carried."""
STEP = 8
"""Names are looked for in multiples of this, so that few forms of the query are composed."""
AT, PAGE = Slot("at", DateTimeField()), Slot("page", BigIntegerField())
"""The moment as of which, and the page around which one looks."""
Profile = tuple[Neighbour, Levels]
"""An organization with the levels of its four Vs."""


@lru_cache(maxsize=4096)
def address_of(section: str, slug: str, prefix: str) -> str:
    """The address of a page, made once for each prefix that `reverse` puts before it."""
    return Edition(section=section, slug=slug).get_absolute_url()


def neighbour(short: Iterable[Any], prefix: str | None = None) -> Neighbour:
    """A neighbour from the values that `SHORT` names.

    `prefix` is what `reverse` puts before an address, where it was looked up for many already.
    """
    kind, slug, title, summary, section, page = short
    before = get_script_prefix() if prefix is None else prefix
    return Neighbour(kind, slug, title, summary, address_of(section, slug, before), page)


def pages_named(frozen: list[Data], at: datetime) -> dict[str, Neighbour]:
    """The pages that a document names, as they stand at the moment; else their frozen titles.

    A page that carried the name by then is found under it, however it is called now.
    """
    slugs = _slugs(frozen)
    if not slugs:
        return {}
    values: dict[str, Any] = {"at": at}
    for kind, named in slugs.items():
        padded = named + [named[-1]] * (-len(named) % STEP)
        values |= {f"{kind} {number}": slug for number, slug in enumerate(padded)}
    wanted = tuple((kind, -(-len(named) // STEP)) for kind, named in sorted(slugs.items()))
    return _named(_titles(frozen), _prepared_carriers(wanted).rows(values))


@lru_cache(maxsize=256)
def _prepared_carriers(wanted: tuple[tuple[str, int], ...]) -> Prepared:
    """The carriers of so many names of each kind, counted in steps of `STEP`."""
    slugs = {
        kind: [Slot(f"{kind} {number}", CharField()) for number in range(steps * STEP)]
        for kind, steps in wanted
    }
    return Prepared(_carriers(slugs, AT))


def _slugs(frozen: list[Data]) -> dict[str, list[str]]:
    """The slugs that a document names, by kind."""
    found: dict[str, list[str]] = {}
    for item in frozen:
        found.setdefault(item["kind"], []).append(item["slug"])
    return found


def _titles(frozen: list[Data]) -> dict[str, Neighbour]:
    return {
        f"{item['kind']}:{item['slug']}": Neighbour(item["kind"], item["slug"], item["title"])
        for item in frozen
        if item["title"]
    }


def _carriers(
    slugs: Mapping[str, Sequence[Any]], at: datetime | Combinable
) -> QuerySet[Edition, Any]:
    """(kind, slug) among these of each kind and what `SHORT` says of the page that carried it."""
    names = Q()
    for kind, named in slugs.items():
        names |= Q(page__editions__kind=kind, page__editions__slug__in=named)
    carried = Q(page__editions__published_at__lte=at)
    found = Edition.objects.filter(names & carried, in_force(at)).order_by()
    return found.values_list(*CARRIED, *SHORT).distinct()


def _named(titles: dict[str, Neighbour], found: Iterable[Any]) -> dict[str, Neighbour]:
    prefix = get_script_prefix()
    return titles | {f"{kind}:{slug}": neighbour(short, prefix) for kind, slug, *short in found}


_NOTHING = {
    name: Cast(Value(None), BigIntegerField() if name == "page_id" else TextField())
    for name in SHORT
}
"""No page, in the columns that `SHORT` names."""

FOUR_VS = KeyTextTransform("four_vs", Cast("document", JSONField()))
"""The four Vs of an organization's edition, as JSON."""
MOST_GUIDES = 24
"""So many guides say what comes before a page and after it."""
MOST_LINKS = 500
"""So many links to a page are looked at."""
PROFILES = 24
"""Among so many other organizations, A to Z, a page looks for the one that differs most."""


def profile(row: Iterable[Any]) -> Profile:
    """An organization and its levels, from the values that `SHORT` names and its four Vs."""
    *short, four_vs = row
    return neighbour(short), levels(json.loads(four_vs or "{}"))


def _named_and_profiles(
    frozen: list[Data], at: datetime, page: int | None
) -> tuple[dict[str, Neighbour], tuple[Profile, ...]]:
    """What an organization names, and the profiles of others, in one query."""
    others = Edition.objects.as_of(at).filter(kind="organization").exclude(page=page)
    first = others.order_by("title", "pk").values("pk")[:PROFILES]
    own = {"own_kind": F("kind"), "own_slug": F("slug")}
    found: QuerySet[Edition, Any] = Edition.objects.filter(pk__in=first).order_by().annotate(**own)
    found = found.values_list("own_kind", "own_slug", *SHORT, FOUR_VS)
    if slugs := _slugs(frozen):
        nothing = Cast(Value(None), TextField())
        carriers = _carriers(slugs, at).values_list(*CARRIED, *SHORT, nothing)
        found = found.union(carriers, all=True).order_by()
    rows = list(found)
    named = _named(_titles(frozen), (row[:-1] for row in rows if row[-1] is None))
    known = [profile(row[2:]) for row in rows if row[-1] is not None]
    return named, tuple(sorted(known, key=lambda each: (each[0].title, each[0].slug)))


def from_(prefix: str) -> list[str]:
    """The columns that `SHORT` names, reached through a relation."""
    return [f"{prefix}__{name}" for name in SHORT]


def _first(links: QuerySet[Link], *order: str, most: int) -> QuerySet[Link]:
    """So many of the links of editions in force, the first in this order."""
    found = links.filter(in_force(AT, "edition__")).order_by(*order).values("pk")[:most]
    return Link.objects.filter(pk__in=found).order_by()


def _here(sides: list[Slot], *, is_area: bool) -> list[QuerySet[Link]]:
    """The links of editions in force to the page, and from comparisons to its sides.

    Of very many, the texts that merely name the page are left out first; of those to an area, its
    members are.
    """
    own = Link.objects.filter(target__id=PAGE)
    if is_area:
        return [_first(own, "-relation", "-id", most=MOST_MEMBERS)]
    to_sides = Link.objects.filter(Q(target__id__in=sides), relation="side")
    beside = [_first(to_sides, "id", most=MOST_LINKS)] if sides else []
    return [_first(own, "relation", "id", most=MOST_LINKS), *beside]


def _there(sides: list[Slot], *, drafted: bool) -> list[QuerySet[Link]]:
    """The steps of guides that lead through the page, and the relations of its sides.

    Once for each edition in force of the page that they lead to; for each of all of a draft's.
    """
    reached = in_force(AT, "target__editions__")
    if drafted:
        reached |= Q(target__id=PAGE)
    links = Link.objects.filter(in_force(AT, "edition__"), reached).order_by()
    guides = Link.objects.filter(in_force(AT, "edition__"), target__id=PAGE, relation="step")
    first = guides.order_by("id").values("edition__page")[:MOST_GUIDES]
    there = [links.filter(edition__page__in=first, relation="step")]
    if sides:
        there.append(links.filter(Q(edition__page__id__in=sides), relation__in=VERBS))
    return there


@lru_cache(maxsize=16)
def _prepared_ties(sides: int, *, drafted: bool, is_area: bool) -> Prepared:
    own = ("onward", "id", "relation", "note", "target_id", *from_("edition"))
    nobody = {f"no_{name}": _NOTHING[name] for name in SHORT}
    slots = [Slot(f"side {number}", BigIntegerField()) for number in range(sides)]
    there = (
        links.annotate(onward=Value(1)).values_list(*own, *from_("target__editions"))
        for links in _there(slots, drafted=drafted)
    )
    here = (
        links.annotate(onward=Value(0), **nobody).values_list(*own, *nobody)
        for links in _here(slots, is_area=is_area)
    )
    return Prepared(next(here).union(*here, *there, all=True))


def _ties(
    page: int | None, sides: list[int], at: datetime, draft: Neighbour | None, *, is_area: bool
) -> tuple[tuple[Tie, ...], tuple[Tie, ...]]:
    """What leads to the page, and where what is around it leads, in one query."""
    values = {"at": at, "page": page, **{f"side {n}": side for n, side in enumerate(sides)}}
    found = _prepared_ties(len(sides), drafted=draft is not None, is_area=is_area).rows(values)
    to_page: list[tuple[str, int, Tie]] = []
    beyond: dict[int, Tie] = {}
    prefix = get_script_prefix()
    for onward, link, relation, note, target, *both in found:
        source, to = neighbour(both[: len(SHORT)], prefix), both[len(SHORT) :]
        if onward:
            reached = draft if draft and target == draft.page else neighbour(to, prefix)
            beyond[link] = Tie(relation, source, reached)
        else:
            tie = Tie(relation, source, Neighbour("", "", "", page=target), note)
            to_page.append((source.title, link, tie))
    to_page.sort(key=itemgetter(0, 1))
    return tuple(tie for *_, tie in to_page), tuple(beyond[link] for link in sorted(beyond))


def around(data: Data, *, at: datetime, page: int | None, draft: Neighbour | None = None) -> Around:
    """What surrounds a document at the moment, in two queries at most.

    `page` is the page's id, by which links to it are found (None: a draft that was never saved).
    `draft` is the page itself as it is about to be, for what names it or leads to it.
    """
    frozen = data["frozen"]["neighbours"]
    others: tuple[Profile, ...] = ()
    if data["kind"] == "organization":
        named, others = _named_and_profiles(frozen, at, page)
    else:
        named = pages_named(frozen, at)
    if draft:
        older = {key: draft for key, near in named.items() if near.page == draft.page}
        named |= {f"{draft.kind}:{draft.slug}": draft, **older}
    sides = [named.get(f"concept:{side['concept']}") for side in data.get("sides", [])]
    side_pages = [side.page for side in sides if side and side.page]
    is_area = data.get("type") == "area"
    here, there = _ties(page, side_pages, at, draft, is_area=is_area)
    return Around(page, named, here, there, others)


def assemble(data: Data, *, at: datetime, page: int | None) -> Data:
    """What the page's template shows of a document's data, as the site stood at the moment."""
    return presenting.present(data, around(data, at=at, page=page))


def assemble_alone(data: Data, *, at: datetime, page: int | None) -> Data:
    """The same without what leads to the page or surrounds it, in one query."""
    return presenting.present(data, Around(page, pages_named(data["frozen"]["neighbours"], at)))


def assemble_draft(data: Data, *, at: datetime, page: int) -> Data:
    """The same of a draft: what readers would see if it were published at the moment."""
    address = address_of(section_of(data), data["slug"], get_script_prefix())
    summary = rendering.plain(data["summary"])
    draft = Neighbour(data["kind"], data["slug"], data["title"], summary, address, page)
    return presenting.present(data, around(data, at=at, page=page, draft=draft))
