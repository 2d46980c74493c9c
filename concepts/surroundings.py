"""What a page's rules must know beyond its document: the desk, other editions, its own past.

All of it is fetched in a number of queries that depends neither on the page's length nor on the
site's size.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import Q

from concepts import models
from concepts.documents import Data, Distinction, PageDocument, data_of
from concepts.models import Edition, LogEntry, Page, Row, Side, in_force
from concepts.rendering import Target
from concepts.stored import load

RESTORED = "restore"
"""The action under which the desk's log keeps that an edition was restored."""


@dataclass(frozen=True)
class Keys:
    """The keys that the rows, or the sides, of a comparison have and had."""

    live: frozenset[str]
    retired: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Every key that has an address."""
        return self.live | self.retired


KEYED = {"row": ("rows", "retired_rows"), "side": ("sides", "retired_sides")}
"""What carries keys that are never reused: the fields that hold it, living and retired."""

KeysOf = dict[str, Keys]


def keys_in(data: Data) -> KeysOf:
    """Keys of rows and of sides in a document's data; none in a page that is no comparison."""
    return {
        what: Keys(_keys(data.get(live, [])), _keys(data.get(retired, [])))
        for what, (live, retired) in KEYED.items()
    }


def _keys(items: Iterable[Data]) -> frozenset[str]:
    return frozenset(item["key"] for item in items)


Numbered = tuple[int, int | None]
"""A page and the number of an edition; None: the page as readers will find it."""


@dataclass
class Surroundings:
    """What the rules must know of the desk, of other pages and of the page's own past."""

    pages: dict[str, int]
    """The page of each name that stands for one."""
    published: set[int]
    keys: dict[Numbered, KeysOf]
    """Of the editions that links lead to."""
    desk: dict[int, KeysOf]
    """Of the pages that these links lead to, as the desk has them."""
    ahead: set[Numbered]
    """The editions among them that are only scheduled."""
    owner: int | None
    """The page that has carried the document's slug."""
    last: Edition | None
    """The page's last edition that has come into force."""
    restored: KeysOf
    """What came back to the desk when an edition was restored after that one."""


def owners(names: Iterable[str]) -> dict[str, int]:
    """The page of each name ("concept:takt-time"), in two queries; names of no page are left out.

    A slug that an edition has carried names that page for ever, whatever it is called now.
    """
    names = {*names}
    return _on_desk(names) | _carried(names)


def _on_desk(names: Set[str]) -> dict[str, int]:
    found = Page.objects.filter(_called(names)).order_by().values_list("kind", "slug", "pk")
    return {f"{kind}:{slug}": page for kind, slug, page in found}


def _carried(names: Set[str]) -> dict[str, int]:
    """Scheduled editions count: nobody else may take what they will carry."""
    editions = Edition.objects.filter(_called(names)).order_by().distinct()
    found = editions.values_list("kind", "slug", "page_id")
    return {f"{kind}:{slug}": page for kind, slug, page in found}


def _called(names: Set[str]) -> Q:
    """Kind by kind, as the indexes begin with it.

    Every page has a slug, but SQLite uses the index that says so only where a query says it, too.
    """
    called = Q(pk__in=[])
    for kind, of_kind in groupby(sorted(names), lambda name: name.partition(":")[0]):
        slugs = [name.partition(":")[2] for name in of_kind]
        called |= Q(kind=kind, slug__in=slugs, slug__isnull=False)
    return called


def _in_force(pages: Iterable[int], moment: datetime) -> set[int]:
    found = Edition.objects.as_of(moment).filter(page__in=set(pages))
    return set(found.values_list("page_id", flat=True))


@dataclass
class _Linked:
    """Keys of what links lead to: the editions that they name, those in force, the desk."""

    keys: dict[Numbered, KeysOf] = field(default_factory=dict)
    desk: dict[int, KeysOf] = field(default_factory=dict)
    ahead: set[Numbered] = field(default_factory=set)


def _linked(links: list[Target], pages: dict[str, int], moment: datetime) -> _Linked:
    precise = [link for link in links if link.edition or link.fragment.startswith("row-")]
    wanted = {pages[link.key] for link in precise if link.key in pages}
    if not wanted:
        return _Linked()
    desk = _desk_keys(wanted)
    found = _Linked({(page, None): keys for page, keys in desk.items()}, desk)
    numbered = Q(number__in={link.edition for link in precise if link.edition})
    current = in_force(moment)
    rows = Edition.objects.filter(numbered | current, page__in=wanted).annotate(current=current)
    for page, number, document, begin, is_current in rows.values_list(
        "page_id", "number", "document", "published_at", "current"
    ):
        found.keys[page, number] = keys_in(load(document))
        if is_current:
            found.keys[page, None] = found.keys[page, number]
        if begin > moment:
            found.ahead.add((page, number))
    return found


def _desk_keys(pages: set[int]) -> dict[int, KeysOf]:
    """Keys of rows and sides as the desk has them now; none of a page that is no comparison."""
    of_desk = {"distinction__in": pages}
    rows = list(Row.objects.filter(**of_desk).values_list("distinction_id", "key"))
    sides = list(Side.objects.filter(**of_desk).values_list("distinction_id", "key"))
    return dict.fromkeys(pages, keys_in({})) | {
        page.pk: {
            "row": Keys(_of(page.pk, rows), _keys(page.retired_rows)),
            "side": Keys(_of(page.pk, sides), _keys(page.retired_sides)),
        }
        for page in models.Distinction.objects.filter(pk__in=pages)
    }


def _of(page: int, keys: list[tuple[int, str]]) -> frozenset[str]:
    return frozenset(key for owner, key in keys if owner == page)


def _restored(page: Page | None, last: Edition | None) -> KeysOf:
    if not (page and last):
        return keys_in({})
    log = LogEntry.objects.filter(kind=page.kind, object_id=page.pk, action=RESTORED)
    entry = log.filter(at__gt=last.published_at).first()
    return keys_in(load(entry.document) if entry else {})


def look_around(
    document: PageDocument,
    page: Page | None,
    names: Set[str],
    links: list[Target],
    alongside: Iterable[PageDocument],
    moment: datetime,
) -> Surroundings:
    """What surrounds a document that names these pages and has these links.

    `alongside` are the documents that are published at the same moment.
    """
    own = name_of(document)
    together = {own: document} | {
        name: each for each in alongside if (name := name_of(each)) in names
    }
    names = names | {own}
    carried = _carried(names)
    # A document that is not on the desk yet is taken for page 0.
    pages = {own: page.pk if page else 0} | _on_desk(names) | carried
    new = {pages[name]: each for name, each in together.items() if name in pages}
    linked = _linked(links, pages, moment)
    desk = linked.desk | {pk: _keys_of(each) for pk, each in new.items()}
    keys = linked.keys | {(pk, None): desk[pk] for pk in new}
    published = _in_force(pages.values(), moment) | new.keys()
    last = _last(page, moment) if page else None
    return Surroundings(
        pages,
        published,
        keys,
        desk,
        linked.ahead,
        carried.get(own),
        last,
        _restored(page, last),
    )


def _keys_of(document: PageDocument) -> KeysOf:
    return keys_in(data_of(document) if isinstance(document, Distinction) else {})


def _last(page: Page, moment: datetime) -> Edition | None:
    return Edition.objects.published(moment).filter(page=page).order_by("number").last()


def name_of(document: PageDocument) -> str:
    """What links call the page: "concept:takt-time"."""
    return f"{document.kind}:{document.slug}"
