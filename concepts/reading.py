"""What readers' pages need, fetched from editions: the only place that queries for them.

Every function looks at the site as of a moment. A page costs at most four queries, whatever its
length and the size of the site.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db.models import Count, JSONField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest
from django.urls import get_script_prefix
from django.utils.text import slugify

from concepts import citations, clock, presenting, rendering
from concepts.documents import Data, section_of
from concepts.models import Citation, Edition, Link, Withdrawal, in_force
from concepts.presenting import VERBS, Around, Neighbour, Tie

KIND_BY_SECTION = {
    "concepts": "concept",
    "distinctions": "distinction",
    "organizations": "organization",
    "areas": "guide",
    "paths": "guide",
}
"""The first part of a page's address, and the kind of page that lives there."""

FLAGSHIP = ("distinction", "production-management-vs-operations-management")
"""The question that the site starts from."""

COMPARISONS_AT_HOME = 12
ORGANIZATIONS_AT_HOME = 24

OTHERS = Neighbour("", "others", "Others")
"""What stands as the group of those that belong to none."""

SHORT = ("kind", "slug", "title", "summary", "section", "page_id")
"""What is told of a page that another page names."""


class Moved(Exception):
    """The page lives at another address."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(edition)
        self.edition = edition


class Gone(Exception):
    """There was a page here: it was withdrawn, or what was asked for was closed."""

    def __init__(self, edition: Edition, reason: str, at: datetime, *, closed: bool) -> None:
        super().__init__(reason)
        self.edition = edition
        self.reason = reason
        self.at = at
        self.closed = closed


def moment(request: HttpRequest) -> datetime:
    """The moment as of which a request looks at the site: now, unless it says otherwise."""
    chosen: datetime | None = getattr(request, "moment", None)
    return chosen or clock.now()


# Neighbours ----------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _address(section: str, slug: str, prefix: str) -> str:
    """The address of a page, made once for each prefix that `reverse` puts before it."""
    return Edition(section=section, slug=slug).get_absolute_url()


def _neighbour(short: Iterable[Any]) -> Neighbour:
    """A neighbour from the values that `SHORT` names."""
    kind, slug, title, summary, section, page = short
    return Neighbour(kind, slug, title, summary, _address(section, slug, get_script_prefix()), page)


def _named(frozen: list[Data], at: datetime) -> dict[str, Neighbour]:
    """The pages that a document names, as they stand at the moment; else their frozen titles.

    A page that carried the name by then is found under it, however it is called now.
    """
    named = {
        f"{item['kind']}:{item['slug']}": Neighbour(item["kind"], item["slug"], item["title"])
        for item in frozen
        if item["title"]
    }
    names = Q()
    for kind, items in groupby(sorted(frozen, key=_kind), key=_kind):
        slugs = [item["slug"] for item in items]
        names |= Q(page__editions__kind=kind, page__editions__slug__in=slugs)
    if not names:
        return named
    carried = Q(page__editions__published_at__lte=at)
    found = Edition.objects.filter(names & carried, in_force(at)).values_list(
        "page__editions__kind", "page__editions__slug", *SHORT
    )
    return named | {f"{kind}:{slug}": _neighbour(short) for kind, slug, *short in found.distinct()}


def _kind(item: Data) -> str:
    return str(item["kind"])


def _from(prefix: str) -> list[str]:
    return [f"{prefix}__{name}" for name in SHORT]


def _here(page: int | None, sides: list[int], at: datetime) -> tuple[Tie, ...]:
    """The links of editions in force to the page, and from comparisons to its sides."""
    wanted = Q(target=page) | Q(target__in=sides, relation="side")
    links = (
        Link.objects.filter(wanted, in_force(at, "edition__"))
        .order_by("edition__title", "id")
        .values_list("relation", "note", "target_id", *_from("edition"))
    )
    return tuple(
        Tie(relation, _neighbour(short), Neighbour("", "", "", page=target), note)
        for relation, note, target, *short in links
    )


def _there(
    guides: list[int], sides: list[int], at: datetime, draft: Neighbour | None
) -> tuple[Tie, ...]:
    """The steps of guides and the relations of sides, with the pages that they lead to."""
    wanted = Q(edition__page__in=guides, relation="step")
    wanted |= Q(edition__page__in=sides, relation__in=VERBS)
    reached = in_force(at, "target__editions__")
    if draft:
        reached |= Q(target=draft.page)  # once for each of its editions
    links = (
        Link.objects.filter(wanted, in_force(at, "edition__"), reached)
        .order_by("id")
        .values_list("id", "target_id", "relation", *_from("edition"), *_from("target__editions"))
    )
    ties = {}
    for link, page, relation, *both in links:
        target = draft if draft and page == draft.page else _neighbour(both[len(SHORT) :])
        ties[link] = Tie(relation, _neighbour(both[: len(SHORT)]), target)
    return tuple(ties.values())


def _around(data: Data, at: datetime, page: int | None, draft: Neighbour | None = None) -> Around:
    """What surrounds a document at the moment, in three queries at most.

    `draft` is the page itself as it is about to be, for what names it or leads to it.
    """
    named = _named(data["frozen"]["neighbours"], at)
    if draft:
        older = {key: draft for key, near in named.items() if near.page == draft.page}
        named |= {f"{draft.kind}:{draft.slug}": draft, **older}
    sides = [named.get(f"concept:{side['concept']}") for side in data.get("sides", [])]
    side_pages = [side.page for side in sides if side and side.page]
    here = _here(page, side_pages, at)
    guides = {tie.source.page for tie in here if tie.relation == "step"}
    there = _there([guide for guide in guides if guide], side_pages, at, draft)
    return Around(page, named, here, there)


def assemble(data: Data, *, at: datetime, page: int | None) -> Data:
    """What the page's template shows of a document's data, as the site stood at the moment.

    `page` is the page's id, by which links to it are found (None: a draft that was never saved).
    """
    return presenting.present(data, _around(data, at, page))


def assemble_draft(data: Data, *, at: datetime, page: int) -> Data:
    """The same of a draft: what readers would see if it were published at the moment."""
    address = _address(section_of(data), data["slug"], get_script_prefix())
    summary = rendering.plain(data["summary"])
    draft = Neighbour(data["kind"], data["slug"], data["title"], summary, address, page)
    return presenting.present(data, _around(data, at, page, draft))


# One page ------------------------------------------------------------------------------------


def _newest(at: datetime, field: str) -> Subquery:
    newest = Edition.objects.published(at).filter(page=OuterRef("page")).order_by("-number")
    return Subquery(newest.values(field)[:1])


def _owned(section: str, slug: str, at: datetime) -> QuerySet[Edition]:
    """All editions that had come into force of the page that owns this address."""
    return Edition.objects.published(at).addressed(KIND_BY_SECTION[section], slug, at)


def _last(section: str, slug: str, at: datetime) -> Edition:
    """The newest edition of the page that owns this address.

    Raises:
        Http404: no page has carried this address.
    """
    owned = _owned(section, slug, at).select_related("closure", "withdrawal").defer("document")
    last = owned.order_by("-number").first()
    if last is None:
        raise Http404
    return last


def ended(edition: Edition, at: datetime) -> bool:
    """Whether the edition was no longer in force at the moment."""
    return edition.superseded_at is not None and edition.superseded_at <= at


def _gone(edition: Edition, at: datetime) -> Gone | None:
    """Why this newest edition of its page cannot be read as the page, if so."""
    if hasattr(edition, "closure"):
        return Gone(edition, edition.closure.reason, edition.closure.at, closed=True)
    if ended(edition, at):
        reason = edition.withdrawal.reason if hasattr(edition, "withdrawal") else ""
        return Gone(edition, reason, edition.superseded_at or at, closed=False)
    return None


def current(section: str, slug: str, at: datetime) -> Edition:
    """The edition in force at this address.

    Raises:
        Http404: no page has carried this address.
        Moved: the page that carried it has another one now.
        Gone: it was withdrawn, or the edition in force was closed.
    """
    found = Edition.objects.as_of(at).filter(
        kind=KIND_BY_SECTION[section], slug=slug, section=section
    )
    edition = found.select_related("closure").first()
    if edition:
        return edition
    last = _last(section, slug, at)
    raise _gone(last, at) or Moved(last)


def numbered(section: str, slug: str, number: int, at: datetime) -> Edition:
    """One edition, with what `status` says of its page.

    Raises:
        Http404: the page that owns this address has no such edition yet.
        Moved: the edition stands under the address that it froze.
        Gone: the edition was closed.
    """
    withdrawals = Withdrawal.objects.filter(edition__page=OuterRef("page"))
    edition = (
        _owned(section, slug, at)
        .filter(number=number)
        .select_related("closure")
        .annotate(
            newest_number=_newest(at, "number"),
            newest_published=_newest(at, "published_at"),
            newest_until=_newest(at, "superseded_at"),
            reason=Subquery(withdrawals.order_by("-edition__number").values("reason")[:1]),
        )
        .first()
    )
    if edition is None:
        raise Http404
    if hasattr(edition, "closure"):
        raise Gone(edition, edition.closure.reason, edition.closure.at, closed=True)
    if (edition.section, edition.slug) != (section, slug):
        raise Moved(edition)
    return edition


def status(edition: Any, at: datetime) -> Data | None:
    """What has become of a numbered edition's page since; None while the edition is in force."""
    if not ended(edition, at):
        return None
    if edition.newest_until is not None and edition.newest_until <= at:
        return {"withdrawn": edition.newest_until, "reason": edition.reason}
    return {"newer": edition.newest_number, "since": edition.newest_published}


def history(section: str, slug: str, at: datetime) -> list[Edition]:
    """All editions of a page that had come into force, the newest first, without documents.

    Raises:
        Http404: no page has carried this address.
        Moved: the page that carried it has another one now.
    """
    owned = _owned(section, slug, at).select_related("closure", "withdrawal").defer("document")
    editions = list(owned.order_by("-number"))
    if not editions:
        raise Http404
    if (editions[0].section, editions[0].slug) != (section, slug):
        raise Moved(editions[0])
    return editions


def open_title(editions: list[Edition]) -> str:
    """The newest title of a page that is not closed with its edition; else its slug in words."""
    titles = (edition.title for edition in editions if not hasattr(edition, "closure"))
    return next(titles, presenting.in_words(editions[0].slug))


# Lists ---------------------------------------------------------------------------------------


def _listed(kind: str, at: datetime) -> QuerySet[Edition]:
    return Edition.objects.as_of(at).filter(kind=kind).order_by("title")


def _grouped(entries: Iterable[tuple[Any, Neighbour]]) -> dict[Any, list[Neighbour]]:
    groups: dict[Any, list[Neighbour]] = {}
    for key, entry in entries:
        groups.setdefault(key, []).append(entry)
    return groups


def _by_area(kind: str, at: datetime) -> list[Data]:
    """The pages of a kind under their areas; those without an area in force come last."""
    area = Link.objects.filter(edition=OuterRef("pk"), relation="area").values("target")[:1]
    pages = _listed(kind, at).annotate(area=Subquery(area)).values_list("area", *SHORT)
    groups = _grouped((area, _neighbour(short)) for area, *short in pages)
    areas = [area for area, section, _ in _guides(at) if section == "areas"]
    found = [_group(area, groups.pop(area.page)) for area in areas if area.page in groups]
    rest = sorted((page for pages in groups.values() for page in pages), key=lambda p: p.title)
    return [*found, _group(OTHERS, rest)] if rest else found


def _group(of: Neighbour, pages: list[Neighbour]) -> Data:
    return {"title": of.title, "anchor": of.slug, "address": of.address, "pages": pages}


def _told(name: str) -> KeyTextTransform:
    """What the document alone says, and no column of its edition."""
    return KeyTextTransform(name, Cast("document", JSONField()))


def _by_sector(at: datetime, limit: int | None = None) -> list[Data]:
    """Organizations under their sectors, A to Z."""
    pages = _listed("organization", at).annotate(sector=_told("sector"))
    found = pages.values_list("sector", *SHORT)[:limit]
    groups = _grouped((sector, _neighbour(short)) for sector, *short in found)
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
    guides = _listed("guide", at).annotate(concepts=Subquery(count), position=_told("position"))
    found = guides.values_list("position", "section", "concepts", *SHORT)
    in_order = sorted(found, key=lambda guide: int(guide[0] or 0))
    return [(_neighbour(short), section, count or 0) for _, section, count, *short in in_order]


def index(section: str, at: datetime) -> list[Data]:
    """The pages of a section in groups: by area, by sector, or all in one."""
    if section == "organizations":
        return _by_sector(at)
    if section in ("concepts", "distinctions"):
        return _by_area(KIND_BY_SECTION[section], at)
    guides = [guide for guide, where, _ in _guides(at) if where == section]
    return [_group(Neighbour("", "all", ""), guides)] if guides else []


def _flagship(at: datetime) -> Data:
    """The comparison that answers the site's question; empty when it is not in force."""
    edition = Edition.objects.as_of(at).addressed(*FLAGSHIP, at).select_related("closure").first()
    if edition is None:
        return {}
    data = edition.data()
    return {"edition": edition, "rows": len(data["rows"]), "positions": len(data["positions"])}


def home(at: datetime) -> Data:
    """What the home page shows, in four queries."""
    comparisons = _listed("distinction", at).values_list(*SHORT)[: COMPARISONS_AT_HOME + 1]
    guides = _guides(at)
    flagship = _flagship(at)
    own = flagship["edition"].page_id if flagship else None
    listed = [near for near in map(_neighbour, comparisons) if near.page != own]
    return {
        "flagship": flagship,
        "comparisons": listed[:COMPARISONS_AT_HOME],
        "areas": [(guide, count) for guide, section, count in guides if section == "areas"],
        "paths": [guide for guide, section, _ in guides if section == "paths"],
        "sectors": _by_sector(at, ORGANIZATIONS_AT_HOME),
    }


# Sources -------------------------------------------------------------------------------------


def _cited(at: datetime) -> QuerySet[Citation]:
    return Citation.objects.filter(in_force(at, "edition__"))


def _source(source: Data, pages: int = 0) -> Data:
    csl = source["csl"]
    return {
        **source,
        "label": citations.label(csl),
        "segments": citations.reference(csl),
        "sort": citations.sort_key(csl),
        "pages": pages,
    }


def _letter(source: Data) -> str:
    first: str = source["sort"][0][:1].upper()
    return first if first.isalpha() else "0-9"


def sources(at: datetime) -> list[tuple[str, list[Data]]]:
    """The sources that editions in force cite, A to Z, each as the newest of them froze it."""
    counted = _cited(at).order_by().values("key").annotate(pages=Count("id"), newest=Max("id"))
    pages = {newest: count for _, count, newest in counted.values_list("key", "pages", "newest")}
    newest = Citation.objects.filter(id__in=list(pages)).values_list("id", "source")
    found = [_source(source, pages[number]) for number, source in newest]
    found.sort(key=lambda source: source["sort"])
    return [(letter, list(group)) for letter, group in groupby(found, key=_letter)]


def source(key: str, at: datetime) -> Data:
    """A source with the pages that cite it and where; one that only earlier editions cite has none.

    Raises:
        Http404: no edition that may be read has cited it.
    """
    of_key = Citation.objects.filter(key=key, edition__closure__isnull=True)
    cited = _cited(at).filter(key=key).order_by("edition__kind", "edition__title")
    found = list(cited.values_list("id", "source", "places", *_from("edition")))
    pages = [
        (_neighbour(short), [presenting.place_of(short[0], *place) for place in places])
        for _, _, places, *short in found
    ]
    if found:
        return {**_source(max(found)[1]), "cited_by": pages}
    earlier = of_key.filter(edition__published_at__lte=at).order_by("-id")
    last = earlier.values_list("source", flat=True).first()
    if last is None:
        raise Http404
    return {**_source(last), "cited_by": []}
