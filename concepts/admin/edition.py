"""Editions on the desk: to be looked at, and restored as a draft. They never change."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from concepts import publishing
from concepts.admin.base import ReadOnlyAdmin, editor
from concepts.models import Edition


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
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
        more = {"may_restore": edition and _may_restore(request, edition)}
        return super().change_view(request, object_id, form_url, more | (extra_context or {}))

    def restore_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask; on POST, put the edition's text on the desk as a draft."""
        edition = self.get_object(request, str(object_id))
        if edition is None:
            raise Http404
        if not _may_restore(request, edition):
            raise PermissionDenied
        if request.method == "POST":
            return self._restored(request, edition)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "page": edition,
            "form": forms.Form(),
            "title": f"Restore {edition} as the draft",
            "verb": "Restore",
        }
        return TemplateResponse(request, "admin/desk/verb.html", context)

    def _restored(self, request: HttpRequest, edition: Edition) -> HttpResponse:
        try:
            page = publishing.restore(edition, by=editor(request))
        except publishing.PublishError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:concepts_edition_change", args=[edition.pk]))
        messages.success(request, f"The draft says what edition {edition.number} said.")
        address = reverse(f"admin:concepts_{edition.kind}_change", args=[page.pk])
        return HttpResponseRedirect(address)


def _may_restore(request: HttpRequest, edition: Edition) -> bool:
    return request.user.has_perm(f"concepts.change_{edition.kind}")
