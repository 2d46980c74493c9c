"""What waits for editors: found in the desk, its log and the editions, for the desk's front page.

Each list costs a fixed number of queries. Documents are read of drafts that were saved since their
edition was made, and of what somebody looks at before confirming a page. `kinds` are the kinds of
page that the one who asks may see.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from concepts import citations, clock, desk
from concepts.comparison import Change, differences
from concepts.desk import readiness
from concepts.documents import Data
from concepts.models import Citation, Edition, Link, LogEntry, Page, Site, Source, in_force
from concepts.presenting import place_of
from concepts.stored import load

SOON = timedelta(days=14)
"""How long before its day a review is listed."""

CONFIRMED = "confirm"
"""The action under which the desk's log keeps that a page still holds."""

NO_SAVES = (readiness.READY, readiness.SENT_BACK, readiness.PUBLISHED, CONFIRMED, "unschedule")
"""Entries of the log that wrote nothing to the desk."""

LOOKED = ("edit", "restore", "undo", CONFIRMED)
"""Entries after which somebody has looked at the page as it was then."""

Kinds = Collection[str]
Marks = dict[int, readiness.Mark]


class WorkError(Exception):
    """Why nothing was done, for the editor."""


class Named(NamedTuple):
    """A page of the desk."""

    pk: int
    kind: str
    title: str


def _named(page: Page) -> Named:
    return Named(page.pk, page.kind, page.title)


def _read(at: datetime, page: str) -> QuerySet[Edition]:
    """The edition that readers see of a page of the query around it."""
    return Edition.objects.as_of(at).filter(page=OuterRef(page))


# Reviews --------------------------------------------------------------------------------------


class Due(NamedTuple):
    """A page whose facts are to be checked, and how many days ago (less than none: ahead)."""

    page: Named
    days: int
    due: date
    checked: date | None


def due(kinds: Kinds) -> list[Due]:
    """What readers see and is to be reviewed by now or soon, the most overdue first."""
    today = timezone.localdate()
    pages = Page.objects.filter(
        Exists(_read(clock.now(), "pk")), kind__in=kinds, review_due__lte=today + SOON
    )
    return [
        Due(_named(page), (today - page.review_due).days, page.review_due, page.reviewed_on)
        for page in pages.order_by("review_due", "title", "pk")
        if page.review_due
    ]


# Drafts ---------------------------------------------------------------------------------------


class Draft(NamedTuple):
    """A page with its newest save, its newest edition, if any, and its open mark, if any."""

    page: Named
    save: LogEntry | None
    edition: Edition | None
    mark: readiness.Mark | None

    @property
    def standing(self) -> str:
        """What has become of the edition."""
        at = clock.now()
        if self.edition is None:
            return ""
        if self.edition.published_at > at:
            return "scheduled"
        until = self.edition.superseded_at
        return "withdrawn" if until and until <= at else "in force"


def drafts(kinds: Kinds, marks: Marks) -> list[Draft]:
    """Pages whose draft says something else than their newest edition, saved last first."""
    pages = list(_saved_since(kinds, clock.now()))
    saves = _entries(page.saved for page in pages)
    editions = Edition.objects.select_related("by").in_bulk([page.edition for page in pages])
    found = [
        Draft(_named(page), saves[page.saved], editions[page.edition], marks.get(page.pk))
        for page in pages
    ]
    return [draft for draft in found if _differs(draft)]


def never_published(kinds: Kinds, marks: Marks) -> list[Draft]:
    """Pages without any edition, saved last first."""
    pages = list(_with_saves(kinds).filter(edition=None))
    saves = _entries((page.saved for page in pages), "document")
    return [Draft(_named(page), saves.get(page.saved), None, marks.get(page.pk)) for page in pages]


def _with_saves(kinds: Kinds) -> QuerySet[Any]:
    log = LogEntry.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("pk")).order_by("-pk")
    saves = log.exclude(action__in=NO_SAVES)
    editions = Edition.objects.filter(page=OuterRef("pk")).order_by("-number")
    pages = Page.objects.filter(kind__in=kinds).annotate(
        saved=Subquery(saves.values("pk")[:1]),
        saved_at=Subquery(saves.values("at")[:1]),
        edition=Subquery(editions.values("pk")[:1]),
        begins=Subquery(editions.values("published_at")[:1]),
        issued_at=Subquery(log.filter(action=readiness.PUBLISHED).values("at")[:1]),
    )
    return pages.order_by("-saved", "title", "pk")


def _saved_since(kinds: Kinds, at: datetime) -> QuerySet[Any]:
    """Pages that may have been saved since their newest edition was made.

    An edition is made when it begins, unless it was scheduled: then the log has an entry of it.
    Were the site's clock behind its database's, a save that followed within the difference would
    be missed here until the next one.
    """
    since = Q(saved_at__gt=F("begins")) | Q(saved_at__gt=F("issued_at")) | Q(begins__gt=at)
    return _with_saves(kinds).filter(since, edition__isnull=False, saved__isnull=False)


def _entries(pks: Iterable[int | None], *left_out: str) -> dict[int | None, LogEntry]:
    entries = LogEntry.objects.filter(pk__in=[pk for pk in pks if pk])
    return {entry.pk: entry for entry in entries.select_related("by").defer(*left_out)}


def _differs(draft: Draft) -> bool:
    said, says = (_own(each.document) for each in (draft.edition, draft.save) if each)
    return said != says


def _own(text: str) -> Data:
    return {name: value for name, value in load(text).items() if name != "frozen"}


# What somebody decided ------------------------------------------------------------------------


class Waiting(NamedTuple):
    """A page whose draft is marked as ready."""

    page: Named
    mark: readiness.Mark


def ready(kinds: Kinds, marks: Marks) -> list[Waiting]:
    """Drafts that wait for somebody who publishes, the longest first."""
    waiting = {pk: mark for pk, mark in marks.items() if mark.ready}
    pages = Page.objects.filter(pk__in=waiting, kind__in=kinds)
    found = [Waiting(_named(page), waiting[page.pk]) for page in pages]
    return sorted(found, key=lambda each: each.mark.entry.pk)


class Planned(NamedTuple):
    """An edition whose moment lies ahead."""

    page: Named
    edition: Edition


def scheduled(kinds: Kinds) -> list[Planned]:
    """Editions that come into force later, the next one first."""
    editions = Edition.objects.filter(published_at__gt=clock.now(), kind__in=kinds)
    found = editions.select_related("page", "by").defer("document")
    return [Planned(_named(each.page), each) for each in found.order_by("published_at", "pk")]


# What others changed ----------------------------------------------------------------------------


class Broken(NamedTuple):
    """A link that readers cannot follow: on which page, where, and to what."""

    page: Named
    place: str
    target: Named
    was_published: bool


def broken(kinds: Kinds) -> list[Broken]:
    """Links of editions in force to pages that readers do not see, by their target."""
    at = clock.now()
    had = Edition.objects.published(at).filter(page=OuterRef("target"))
    unseen = Page.objects.filter(~Exists(_read(at, "pk"))).values("pk")
    links = Link.objects.filter(
        in_force(at, "edition__"), edition__kind__in=kinds, target__in=unseen
    )
    rows = links.order_by("target__title", "edition__page__title", "pk").values_list(
        *_LINKING, *_LINKED, "relation", "place", Exists(had)
    )
    return [
        Broken(Named(*row[:3]), _place(row[1], *row[6:8]), Named(*row[3:6]), row[8]) for row in rows
    ]


_LINKING = ("edition__page_id", "edition__kind", "edition__page__title")
_LINKED = ("target_id", "target__kind", "target__title")


def _place(kind: str, relation: str, place: str) -> str:
    """Where a link stands, in words."""
    return str(place_of(kind, place)["label"]) if place else relation.replace("-", " ")


class Outdated(NamedTuple):
    """A page that shows a source as it was; `fields` are what changed, none where it is gone."""

    page: Named
    key: str
    label: str
    fields: list[str]


def outdated(kinds: Kinds) -> list[Outdated]:
    """Pages whose editions in force froze a source that was saved since, and reads otherwise."""
    issued = LogEntry.objects.filter(
        kind=OuterRef("edition__kind"),
        object_id=OuterRef("edition__page"),
        action=readiness.PUBLISHED,
        at__lte=OuterRef("edition__published_at"),
    )
    saved_since = LogEntry.objects.filter(
        kind="source", object_id=OuterRef("pk"), at__gt=OuterRef(OuterRef("made"))
    )
    same = Source.objects.filter(~Exists(saved_since), slug=OuterRef("key"))
    # It froze its sources when it was made, which may be long before a scheduled one begins.
    made = Coalesce(Subquery(issued.values("at")[:1]), "edition__published_at")
    cited = Citation.objects.annotate(made=made).filter(
        ~Exists(same), in_force(clock.now(), "edition__"), edition__kind__in=kinds
    )
    frozen = list(cited.order_by().values_list("key", "source").distinct())
    rows = Source.objects.filter(slug__in={key for key, _ in frozen})
    today = {row.slug: _frozen(row) for row in rows}
    changed = {key for key, source in frozen if source != today.get(key)}
    pages = cited.filter(key__in=changed).order_by("key", "edition__page__title", "pk")
    return [
        Outdated(Named(*page), key, citations.label(source["csl"]), _fields(source, today.get(key)))
        for *page, key, source in pages.values_list(*_LINKING, "key", "source")
        if source != today.get(key)
    ]


def _frozen(row: Source) -> Data:
    return desk.source_document(row).frozen().model_dump(mode="json", by_alias=True)


def _fields(was: Data, now: Data | None) -> list[str]:
    if now is None:
        return []
    before, after = (
        {**source["csl"], **{name: source[name] for name in source if name != "csl"}}
        for source in (was, now)
    )
    names = [name for name in after | before if before.get(name) != after.get(name)]
    return [name.replace("-", " ").replace("_", " ") for name in names]


# What is built on a page whose meaning changed ------------------------------------------------


@dataclass(frozen=True)
class News:
    """One edition that changed what a page means."""

    number: int
    at: datetime
    note: str


@dataclass(frozen=True)
class Reason:
    """A page that changed its meaning: between which editions, and where it is linked from."""

    target: Named
    before: int
    after: int
    news: list[News]
    places: list[str]
    changes: list[Change] | None = None
    """What differs; None when it was not looked up, or one of the two is closed."""

    @property
    def name(self) -> str:
        """What a form says that it has shown."""
        return f"{self.target.pk}.{self.after}"


class Stale(NamedTuple):
    """A page that is built on pages whose meaning changed since anybody looked at it."""

    page: Named
    reasons: list[Reason]

    @property
    def name(self) -> str:
        """The names of its reasons."""
        return " ".join(reason.name for reason in self.reasons)


def stale(kinds: Kinds) -> list[Stale]:
    """Pages in force that link to one whose meaning changed after they were published.

    A page leaves the list when somebody saves, confirms or publishes it. That it merely belongs
    to an area builds nothing on the area's text.
    """
    return _grouped(_stale(clock.now()).filter(edition__kind__in=kinds))


def stale_page(page: Page) -> Stale:
    """The same of one page; without reasons when nothing is to be confirmed."""
    [found] = _grouped(_stale(clock.now()).filter(edition__page=page)) or [Stale(_named(page), [])]
    return found


def _stale(at: datetime) -> QuerySet[Any]:
    """Every link with every edition that changed its target's meaning since."""
    changed = "target__editions"
    looked = LogEntry.objects.filter(
        kind=OuterRef("edition__kind"),
        object_id=OuterRef("edition__page"),
        action__in=LOOKED,
        at__gt=OuterRef(f"{changed}__published_at"),
    )
    # Said twice, so that the database begins with these few and not with every link.
    news = Edition.objects.published(at).filter(significance="meaning", number__gt=1)
    links = Link.objects.filter(
        in_force(at, "edition__"),
        target__in=news.order_by().values("page"),
        **{
            f"{changed}__significance": "meaning",
            f"{changed}__number__gt": 1,
            f"{changed}__published_at__lte": at,
            f"{changed}__published_at__gt": F("edition__published_at"),
        },
    ).exclude(relation="area")
    # The values come of the same join as the conditions above.
    return links.annotate(
        number=F(f"{changed}__number"),
        began=F(f"{changed}__published_at"),
        said=F(f"{changed}__note"),
        now=Subquery(_read(at, "target").values("number")[:1]),
        looked=Exists(looked),
    ).filter(looked=False, now__isnull=False)


def _grouped(links: QuerySet[Any]) -> list[Stale]:
    rows = links.order_by("edition__page__title", "edition__page", "target", "number", "pk")
    found = rows.values_list(
        *_LINKING, *_LINKED, "now", "number", "began", "said", "relation", "place"
    )
    return [
        Stale(Named(*page), [*_reasons(of_page)])
        for page, of_page in groupby(found, key=lambda row: row[:3])
    ]


def _reasons(rows: Iterable[tuple[Any, ...]]) -> Iterator[Reason]:
    for target, group in groupby(rows, key=lambda row: row[3:7]):
        of_target = list(group)
        news = dict.fromkeys(News(*row[7:10]) for row in of_target)
        places = dict.fromkeys(_place(row[1], *row[10:12]) for row in of_target)
        first = min(each.number for each in news)
        yield Reason(Named(*target[:3]), first - 1, target[3], [*news], [*places])


def with_differences(pages: Iterable[Stale]) -> list[Stale]:
    """The same with what differs, in one query."""
    pages = list(pages)
    wanted = Q(pk__in=[])
    for reason in (reason for page in pages for reason in page.reasons):
        wanted |= Q(page=reason.target.pk, number__in=(reason.before, reason.after))
    editions = Edition.objects.filter(wanted, closure=None).select_related("closure")
    data = {(edition.page_id, edition.number): edition.data() for edition in editions}
    return [Stale(page, [_compared(each, data) for each in reasons]) for page, reasons in pages]


def _compared(reason: Reason, data: dict[tuple[int, int], Data]) -> Reason:
    before, after = (data.get((reason.target.pk, n)) for n in (reason.before, reason.after))
    return replace(reason, changes=differences(before, after) if before and after else None)


def confirm(page: Page, *, by: User | None, note: str, seen: Collection[str]) -> LogEntry:
    """Write into the log that the page still holds; `seen` are the names of the reasons shown.

    Raises:
        WorkError: there is nothing to confirm, or something that was not shown.
        DeskError: what stands on the desk is no valid document.
    """
    with transaction.atomic():
        Site.objects.select_for_update().get(pk=1)  # no verb comes between looking and writing
        reasons = stale_page(page).reasons
        if not reasons:
            raise WorkError(
                "There is nothing to confirm any more: somebody has confirmed, saved or published"
                " the page."
            )
        if not {reason.name for reason in reasons} <= {*seen}:
            raise WorkError(
                "Another edition came into force since you looked, so nothing was confirmed. Look"
                " at what is new, then confirm again: your line is kept."
            )
        return desk.record(page, by=by, action=CONFIRMED, note=note)
