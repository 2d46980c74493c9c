"""The history of what the desk keeps: editions and saves in one timeline, and what differs.

Django's own history page would show only what was saved through the admin, and no text.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page as Slice
from django.core.paginator import Paginator
from django.db.models import CharField, F, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from concepts import clock, desk
from concepts.admin.base import ModelAdmin
from concepts.comparison import differences
from concepts.desk import undoing
from concepts.documents import Data, Document, PageDocument, data_of
from concepts.models import Edition, LogEntry
from concepts.models.edition import ClosedError

PER_PAGE = 50
ACTIONS = {
    "import": "imported",
    "edit": "saved",
    "restore": "edition restored",
    "undo": "undone",
    "delete": "deleted",
    "publish": "published",
    "unschedule": "schedule cancelled",
    "ready": "marked ready",
    "send-back": "sent back",
    "confirm": "confirmed",
}
"""What the desk's log calls an action, and how people read it."""

CHOOSE = "Choose two entries of this history to compare."


class Entry(NamedTuple):
    """One entry of a timeline: an edition, or a save of the desk."""

    edition: Edition | None = None
    save: LogEntry | None = None

    @property
    def ref(self) -> str:
        """What addresses call it: "e3" is edition 3, "s17" the log's entry 17."""
        return (
            f"e{self.edition.number}" if self.edition else f"s{self.save.pk}" if self.save else ""
        )

    @property
    def is_open(self) -> bool:
        """Whether its text may be shown."""
        return not hasattr(self.edition, "closure")

    @property
    def action(self) -> str:
        """What was done with the save, in words."""
        return ACTIONS.get(self.save.action, self.save.action) if self.save else ""

    @property
    def marks(self) -> list[str]:
        """What an edition is, in single words."""
        if self.edition is None:
            return []
        return [self.edition.significance, *_turn(self.edition)]

    def data(self) -> Data:
        """What it says, with the names of what it names.

        Raises:
            ClosedError: its edition was closed.
            DeskError: its text is no document any more.
        """
        if self.edition:
            return self.edition.data()
        return readable(undoing.logged(self.save)) if self.save else {}


def _turn(edition: Edition) -> list[str]:
    """Whether an edition is in force, and what ended it."""
    now, until = clock.now(), edition.superseded_at
    if hasattr(edition, "closure"):
        return ["closed"]
    if edition.published_at > now:
        return ["scheduled"]
    if until is None or until > now:
        return ["in force"]
    ended = f"until {date_format(localtime(until), 'j M Y, H:i')}"
    return [ended, "withdrawn"] if hasattr(edition, "withdrawal") else [ended]


def readable(document: Document) -> Data:
    """A document's data with the names that pages, sources and dimensions have now."""
    if isinstance(document, PageDocument):
        document = document.model_copy(update={"frozen": desk.freeze(document)})
    return data_of(document)


# One item's past --------------------------------------------------------------------------------


def _editions(item: Any) -> QuerySet[Edition]:
    """The editions of a page; none of a source or dimension."""
    return Edition.objects.filter(kind=item._meta.model_name, page=item.pk)


def _saves(item: Any) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(kind=item._meta.model_name, object_id=item.pk)


def _moments(item: Any) -> QuerySet[Any, Any]:
    """(moment, id, what) of every entry, the newest first."""
    saves, editions = (
        rows.order_by()
        .annotate(moment=F(moment), what=Value(what, output_field=CharField()))
        .values_list("moment", "pk", "what")
        for rows, moment, what in (
            (_saves(item), "at", "save"),
            (_editions(item), "published_at", "edition"),
        )
    )
    return saves.union(editions, all=True).order_by("-moment", "what", "-pk")


def _told(editions: QuerySet[Edition]) -> QuerySet[Edition]:
    people = ("by", "withdrawal__by", "closure__by")
    return editions.select_related(*people).defer("document")


def timeline(item: Any, number: str) -> tuple[Slice[Any], list[Entry]]:
    """One page of the timeline of an item, in four queries."""
    part = Paginator(_moments(item), PER_PAGE).get_page(number)
    chosen = [(pk, what) for _, pk, what in part]
    ids = {kind: [pk for pk, what in chosen if what == kind] for kind in ("edition", "save")}
    editions = _told(Edition.objects.filter(pk__in=ids["edition"])).in_bulk()
    saves = LogEntry.objects.filter(pk__in=ids["save"]).select_related("by").defer("document")
    found = {
        **{(pk, "edition"): Entry(edition=edition) for pk, edition in editions.items()},
        **{(pk, "save"): Entry(save=save) for pk, save in saves.in_bulk().items()},
    }
    return part, [found[key] for key in chosen if key in found]


def find(item: Any, ref: str) -> Entry | None:
    """The entry of an item that an address calls so."""
    what, number = ref[:1], ref[1:]
    if not number.isdecimal() or len(number) > 18:
        return None
    if what == "e":
        edition = _told(_editions(item)).defer(None).filter(number=int(number)).first()
        return Entry(edition=edition) if edition else None
    save = _saves(item).filter(pk=int(number)).select_related("by").first() if what == "s" else None
    return Entry(save=save) if save else None


def before(item: Any, entry: Entry) -> Entry | None:
    """The edition before an edition, or the save before a save."""
    if entry.edition:
        return find(item, f"e{entry.edition.number - 1}")
    earlier = undoing.before(entry.save) if entry.save else None
    return Entry(save=earlier) if earlier else None


# Views ------------------------------------------------------------------------------------------


def own_path(
    admin: ModelAdmin, route: str, verb: str, view: Callable[..., HttpResponse]
) -> URLPattern:
    """The address of one more view of an object."""
    name = f"{admin.opts.app_label}_{admin.opts.model_name}_{verb}"
    return path(f"<int:object_id>/{route}/", admin.admin_site.admin_view(view), name=name)


def seen(admin: ModelAdmin, request: HttpRequest, object_id: object) -> Any:
    """The object, for whoever may look at it.

    Raises:
        Http404: there is none.
        PermissionDenied: the right to see it is missing.
    """
    item = admin.get_object(request, str(object_id))
    if item is None:
        raise Http404
    if not admin.has_view_or_change_permission(request, item):
        raise PermissionDenied
    return item


class HistoryViews(ModelAdmin):
    """Adds the timeline in place of Django's history, and the differences of any two entries."""

    def get_urls(self) -> list[Any]:
        own = own_path(self, "history/differences", "differences", self.differences_view)
        return [own, *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Everything that happened to the object, the newest first."""
        item = seen(self, request, object_id)
        part, entries = timeline(item, request.GET.get("p", "1"))
        refs = [entry.ref for entry in entries if entry.is_open]
        asked = [request.GET.get(name, "") for name in ("from", "to")]
        elsewhere = [find(item, ref) for ref in dict.fromkeys(asked) if ref and ref not in refs]
        kept = [entry for entry in elsewhere if entry and entry.is_open]
        known = {*refs, *(entry.ref for entry in kept)}
        first, second = [ref if ref in known else "" for ref in asked]
        context = {
            "title": f"History of {item}",
            "part": part,
            "entries": entries,
            "kept": kept,
            "first": first or [*refs, "", ""][1],
            "second": second or [*refs, ""][0],
            "now": clock.now(),
            "may_change": self.has_change_permission(request, item),
        }
        return self._shown(request, item, "history", context | (extra_context or {}))

    def _shown(
        self, request: HttpRequest, item: Any, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "item": item}
        return TemplateResponse(request, f"admin/desk/{template}.html", shared | context)

    def differences_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What differs between two entries; without `from`, what the entry `to` changed."""
        item = seen(self, request, object_id)
        older, newer = (request.GET.get(name, "") for name in ("from", "to"))
        after = find(item, newer)
        first = find(item, older) if older else after and before(item, after)
        if after is None or (older and first is None):
            return self._back(request, item, CHOOSE)
        try:
            changes = differences(first.data() if first else None, after.data())
        except (ClosedError, desk.DeskError) as error:
            return self._back(request, item, _why_not(error))
        context = {
            "title": f"What differs: {item}",
            "first": first,
            "second": after,
            "changes": changes,
            "now": clock.now(),
            "may_change": self.has_change_permission(request, item),
        }
        return self._shown(request, item, "differences", context)

    def _back(self, request: HttpRequest, item: Any, message: str) -> HttpResponse:
        messages.error(request, message)
        address = reverse(f"admin:concepts_{self.opts.model_name}_history", args=[item.pk])
        return HttpResponseRedirect(address)


def _why_not(error: ClosedError | desk.DeskError) -> str:
    if isinstance(error, ClosedError):
        return "An edition that was closed is shown to nobody: choose another."
    return f"This entry is no document any more. {error}"
