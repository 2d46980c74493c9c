"""What surrounds a page: what the pages are called that it names, and what leads to it."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import BigIntegerField, F, JSONField, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import get_script_prefix

from concepts import presenting, rendering
from concepts.diagrams import Levels, levels
from concepts.documents import Data, section_of
from concepts.models import Edition, Link, in_force
from concepts.presenting import VERBS, Around, Neighbour, Tie

SHORT = ("kind", "slug", "title", "summary", "section", "page_id")
"""What is told of a page that another page names."""
CARRIED = ("page__editions__kind", "page__editions__slug")
"""A name that the page has carried."""
Profile = tuple[Neighbour, Levels]
"""An organization with the levels of its four Vs."""


@lru_cache(maxsize=4096)
def address_of(section: str, slug: str, prefix: str) -> str:
    """The address of a page, made once for each prefix that `reverse` puts before it."""
    return Edition(section=section, slug=slug).get_absolute_url()


def neighbour(short: Iterable[Any]) -> Neighbour:
    """A neighbour from the values that `SHORT` names."""
    kind, slug, title, summary, section, page = short
    return Neighbour(
        kind, slug, title, summary, address_of(section, slug, get_script_prefix()), page
    )


def pages_named(frozen: list[Data], at: datetime) -> dict[str, Neighbour]:
    """The pages that a document names, as they stand at the moment; else their frozen titles.

    A page that carried the name by then is found under it, however it is called now.
    """
    return _named(_titles(frozen), _carriers(frozen, at) or ())


def _titles(frozen: list[Data]) -> dict[str, Neighbour]:
    return {
        f"{item['kind']}:{item['slug']}": Neighbour(item["kind"], item["slug"], item["title"])
        for item in frozen
        if item["title"]
    }


def _carriers(frozen: list[Data], at: datetime) -> QuerySet[Edition, Any] | None:
    """(kind, slug) that a document names and what `SHORT` says of the page that carried it."""
    names = Q()
    for kind, items in groupby(sorted(frozen, key=_kind), key=_kind):
        slugs = [item["slug"] for item in items]
        names |= Q(page__editions__kind=kind, page__editions__slug__in=slugs)
    if not names:
        return None
    carried = Q(page__editions__published_at__lte=at)
    found = Edition.objects.filter(names & carried, in_force(at))
    return found.values_list(*CARRIED, *SHORT).distinct()


def _named(titles: dict[str, Neighbour], found: Iterable[Any]) -> dict[str, Neighbour]:
    return titles | {f"{kind}:{slug}": neighbour(short) for kind, slug, *short in found}


_NOTHING = {
    name: Cast(Value(None), BigIntegerField() if name == "page_id" else TextField())
    for name in SHORT
}
"""No page, in the columns that `SHORT` names."""

FOUR_VS = KeyTextTransform("four_vs", Cast("document", JSONField()))
"""The four Vs of an organization's edition, as JSON."""
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
    carriers = _carriers(frozen, at)
    if carriers is not None:
        nothing = Cast(Value(None), TextField())
        carriers = carriers.order_by().values_list(*CARRIED, *SHORT, nothing)
        found = found.union(carriers, all=True)
    rows = list(found)
    named = _named(_titles(frozen), (row[:-1] for row in rows if row[-1] is None))
    known = [profile(row[2:]) for row in rows if row[-1] is not None]
    return named, tuple(sorted(known, key=lambda each: (each[0].title, each[0].slug)))


def _kind(item: Data) -> str:
    return str(item["kind"])


def from_(prefix: str) -> list[str]:
    """The columns that `SHORT` names, reached through a relation."""
    return [f"{prefix}__{name}" for name in SHORT]


def _here(page: int | None, sides: list[int], at: datetime) -> QuerySet[Link]:
    """The links of editions in force to the page, and from comparisons to its sides."""
    wanted = Q(target=page) | Q(target__in=sides, relation="side")
    return Link.objects.filter(wanted, in_force(at, "edition__")).order_by()


def _there(
    page: int | None, sides: list[int], at: datetime, draft: Neighbour | None
) -> QuerySet[Link]:
    """The steps of guides that lead through the page, and the relations of its sides.

    Once for each edition in force of the page that they lead to; for each of all of a draft's.
    """
    guides = Link.objects.filter(in_force(at, "edition__"), target=page, relation="step")
    wanted = Q(edition__page__in=guides.order_by().values("edition__page"), relation="step")
    wanted |= Q(edition__page__in=sides, relation__in=VERBS)
    reached = in_force(at, "target__editions__")
    if draft:
        reached |= Q(target=draft.page)
    return Link.objects.filter(wanted, in_force(at, "edition__"), reached).order_by()


def _ties(
    page: int | None, sides: list[int], at: datetime, draft: Neighbour | None
) -> tuple[tuple[Tie, ...], tuple[Tie, ...]]:
    """What leads to the page, and where what is around it leads, in one query."""
    own = ("onward", "id", "relation", "note", "target_id", *from_("edition"))
    nobody = {f"no_{name}": _NOTHING[name] for name in SHORT}
    here = _here(page, sides, at).annotate(onward=Value(0), **nobody)
    there = _there(page, sides, at, draft).annotate(onward=Value(1))
    found = here.values_list(*own, *nobody).union(
        there.values_list(*own, *from_("target__editions")), all=True
    )
    to_page: list[tuple[str, int, Tie]] = []
    beyond: dict[int, Tie] = {}
    for onward, link, relation, note, target, *both in found:
        source, to = neighbour(both[: len(SHORT)]), both[len(SHORT) :]
        if onward:
            reached = draft if draft and target == draft.page else neighbour(to)
            beyond[link] = Tie(relation, source, reached)
        else:
            tie = Tie(relation, source, Neighbour("", "", "", page=target), note)
            to_page.append((source.title, link, tie))
    to_page.sort(key=itemgetter(0, 1))
    return tuple(tie for *_, tie in to_page), tuple(beyond[link] for link in sorted(beyond))


def _around(data: Data, at: datetime, page: int | None, draft: Neighbour | None = None) -> Around:
    """What surrounds a document at the moment, in two queries at most.

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
    here, there = _ties(page, side_pages, at, draft)
    return Around(page, named, here, there, others)


def assemble(data: Data, *, at: datetime, page: int | None) -> Data:
    """What the page's template shows of a document's data, as the site stood at the moment.

    `page` is the page's id, by which links to it are found (None: a draft that was never saved).
    """
    return presenting.present(data, _around(data, at, page))


def assemble_alone(data: Data, *, at: datetime, page: int | None) -> Data:
    """The same without what leads to the page or surrounds it, in one query."""
    return presenting.present(data, Around(page, pages_named(data["frozen"]["neighbours"], at)))


def assemble_draft(data: Data, *, at: datetime, page: int) -> Data:
    """The same of a draft: what readers would see if it were published at the moment."""
    address = address_of(section_of(data), data["slug"], get_script_prefix())
    summary = rendering.plain(data["summary"])
    draft = Neighbour(data["kind"], data["slug"], data["title"], summary, address, page)
    return presenting.present(data, _around(data, at, page, draft))
