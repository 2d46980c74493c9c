"""Editions on the desk: to be looked at, and restored as a draft. They never change."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from concepts import publishing
from concepts.admin.base import editor
from concepts.admin.closing import ClosingView
from concepts.admin.history import readable
from concepts.comparison import differences
from concepts.desk import undoing
from concepts.models import Edition


@admin.register(Edition)
class EditionAdmin(ClosingView):
    """What was published, when and by whom."""

    change_form_template = "admin/desk/edition.html"
    list_display = [
        "title",
        "kind",
        "number",
        "significance",
        "published_at",
        "superseded_at",
        "by",
        "note",
    ]
    list_filter = ["kind", "significance", "published_at"]
    list_select_related = ["by"]
    search_fields = ["title", "slug", "note"]
    ordering = ["-published_at", "-id"]
    fields = [
        "title",
        "number",
        "slug",
        "summary",
        "note",
        "significance",
        "override",
        "by",
        ("published_at", "superseded_at"),
        "digest",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The documents themselves are read on their own pages."""
        return super().get_queryset(request).defer("document")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.restore_view)
        own = path("<int:object_id>/restore/", view, name="concepts_edition_restore")
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        edition = self.get_object(request, object_id)
        more = self.closing_context(request, edition) | (extra_context or {})
        more["may_restore"] = edition and not more["closure"] and _may_restore(request, edition)
        return super().change_view(request, object_id, form_url, more)

    def restore_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show what would change on the desk; on POST, put the edition's text there as a draft."""
        edition = self.get_object(request, str(object_id))
        if edition is None:
            raise Http404
        if not _may_restore(request, edition):
            raise PermissionDenied
        if request.method == "POST":
            return self._restored(request, edition)
        try:
            after = publishing.restored(edition, edition.page)
        except publishing.PublishError as error:
            return _refused(request, edition, error)
        now, expect = undoing.stands(edition.page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "edition": edition,
            "title": f"Restore {edition} as the draft",
            "expect": expect,
            "changes": differences(readable(now) if now else None, readable(after)),
            "is_logged": undoing.is_logged(edition.page, expect),
        }
        return TemplateResponse(request, "admin/desk/restore.html", context)

    def _restored(self, request: HttpRequest, edition: Edition) -> HttpResponse:
        try:
            expect = request.POST.get("expect", "")
            page = publishing.restore(edition, by=editor(request), expect=expect)
        except publishing.PublishError as error:
            return _refused(request, edition, error)
        messages.success(request, f"The draft says what edition {edition.number} said.")
        address = reverse(f"admin:concepts_{edition.kind}_change", args=[page.pk])
        return HttpResponseRedirect(address)


def _refused(
    request: HttpRequest, edition: Edition, error: publishing.PublishError
) -> HttpResponse:
    messages.error(request, str(error))
    return HttpResponseRedirect(reverse("admin:concepts_edition_change", args=[edition.pk]))


def _may_restore(request: HttpRequest, edition: Edition) -> bool:
    return request.user.has_perm(f"concepts.change_{edition.kind}")
