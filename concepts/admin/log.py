"""The desk's log: to be read, and a save of it to be undone."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, OuterRef, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timezone import localtime

from concepts import desk
from concepts.admin.base import ReadOnlyAdmin, editor
from concepts.admin.history import Entry, own_path, readable
from concepts.comparison import Change, differences
from concepts.content_files import dump
from concepts.desk import undoing
from concepts.models import Dimension, LogEntry, Page, Source

WAYS: dict[str, tuple[undoing.Planning, Callable[..., desk.Item]]] = {
    "undo": (undoing.plan_undo, undoing.undo),
    "back": (undoing.plan_put_back, undoing.put_back),
}
"""The two ways to undo: how each is planned, and done."""


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """Who saved what, when, and what it said."""

    change_form_template = "admin/desk/log_entry.html"
    list_display = ["when", "done", "what", "by", "said", "undo"]
    list_filter = ["action", "kind", "at", "by"]
    list_select_related = ["by"]
    list_per_page = 50
    search_fields = ["slug", "note", "by__username"]
    fields = ["when", "done", "what", "by", "note", "digest", "text"]
    readonly_fields = ["when", "done", "what", "text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """A list does not read the documents; each entry knows whether its object is there."""
        there = Case(
            When(kind="source", then=Exists(Source.objects.filter(pk=OuterRef("object_id")))),
            When(kind="dimension", then=Exists(Dimension.objects.filter(pk=OuterRef("object_id")))),
            default=Exists(Page.objects.filter(pk=OuterRef("object_id"))),
        )
        return super().get_queryset(request).defer("document").annotate(is_there=there)  # type: ignore[no-any-return]

    @admin.display(description="when", ordering="at")
    def when(self, entry: LogEntry) -> str:
        """The moment, written as in histories."""
        return date_format(localtime(entry.at), "j M Y, H:i").replace(" ", "\N{NO-BREAK SPACE}")

    @admin.display(description="what was done", ordering="action")
    def done(self, entry: LogEntry) -> str:
        """The action in words."""
        return Entry(save=entry).action

    @admin.display(description="what", ordering="slug")
    def what(self, entry: Any) -> str:
        """The object, with a way to its history while it is there."""
        name = f"{entry.kind}: {entry.slug}"
        if not entry.is_there:
            return f"{name} (deleted)"
        return format_html('<a href="{}">{}</a>', _history(entry), name)

    @admin.display(description="note")
    def said(self, entry: LogEntry) -> str:
        """The beginning of its note."""
        return Truncator(entry.note).chars(120)

    @admin.display(description="undo")
    def undo(self, entry: LogEntry) -> str:
        """The way to the page that undoes it."""
        address = reverse("admin:concepts_logentry_undo", args=[entry.pk])
        return format_html('<a href="{}">Undo\N{NO-BREAK SPACE}…</a>', address)

    @admin.display(description="what it said")
    def text(self, entry: LogEntry) -> str:
        """The document as a content file, which is its most readable form."""
        try:
            return format_html('<pre class="said">{}</pre>', dump(undoing.logged(entry)))
        except desk.DeskError as error:
            return f"It is no document any more. {error}"

    def get_urls(self) -> list[Any]:
        return [own_path(self, "undo", "undo", self.undo_view), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        entry = self.get_object(request, object_id)
        more = {"differences": _differences(entry) if entry and entry.is_there else ""}
        return super().change_view(request, object_id, form_url, more | (extra_context or {}))

    def undo_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show what each way to undo would write; on POST, do exactly that."""
        entry = LogEntry.objects.select_related("by").filter(pk=object_id).first()
        if entry is None:
            raise Http404
        item = undoing.item_of(entry)
        verb = "change" if item else "add"
        if not request.user.has_perm(f"concepts.{verb}_{entry.kind}"):
            raise PermissionDenied
        if request.method == "POST":
            return self._undone(request, entry)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "entry": Entry(save=entry),
            "item": item,
            "history": item and _history(entry),
            "title": f"Undo a save of {item or entry.slug}",
            "ways": [_shown(way, plan, entry) for way, (plan, _) in WAYS.items()],
        }
        return TemplateResponse(request, "admin/desk/undo.html", context)

    def _undone(self, request: HttpRequest, entry: LogEntry) -> HttpResponse:
        _, verb = WAYS.get(request.POST.get("way", ""), WAYS["undo"])
        try:
            item = verb(entry, by=editor(request), expect=request.POST.get("expect", ""))
        except desk.DeskError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
        messages.success(request, f"Done. The draft of {item} has changed; look at it here.")
        address = reverse(f"admin:concepts_{entry.kind}_change", args=[item.pk])
        return HttpResponseRedirect(address)


def _history(entry: LogEntry) -> str:
    return reverse(f"admin:concepts_{entry.kind}_history", args=[entry.object_id])


def _differences(entry: LogEntry) -> str:
    address = reverse(f"admin:concepts_{entry.kind}_differences", args=[entry.object_id])
    return f"{address}?to=s{entry.pk}"


def _shown(way: str, planning: undoing.Planning, entry: LogEntry) -> dict[str, Any]:
    """One way to undo as its template shows it: what would change, what stays, or why not."""
    try:
        plan = planning(entry)
    except desk.DeskError as error:
        return {"way": way, "problem": str(error)}
    now = readable(plan.now) if plan.now else None
    return {
        "way": way,
        "expect": plan.expect,
        "changes": differences(now, readable(plan.after)),
        "standing": _standing(plan, entry) if plan.now else [],
    }


def _standing(plan: undoing.Plan, entry: LogEntry) -> list[Change]:
    """What later saves changed at the places where they stand in the way."""
    later = differences(readable(undoing.logged(entry)), readable(plan.now)) if plan.now else []
    return [change for change in later if _within(change.place, plan.standing)]


def _within(place: str, places: list[str]) -> bool:
    """Whether a place is one of these, a part of one, or an item of a list that is one."""
    return any(re.match(rf"{re.escape(each)}(?:--|-\d+|$)", place) for each in places)
