"""The draft as readers would see it, and links for reviewers without an account."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from concepts import clock, drafts
from concepts.admin.base import ModelAdmin, editor
from concepts.admin.history import own_path, seen
from concepts.admin.publishing import RIGHT
from concepts.models import PreviewLink
from concepts.views.preview import show_draft

MAKE, REVOKE = "concepts.add_previewlink", "concepts.change_previewlink"


class LinkForm(forms.Form):
    """For whom a link is made, and for how long."""

    label = forms.CharField(
        label="Who is to read it",
        max_length=200,
        help_text="For your own list. The reviewer does not see it.",
    )
    days = forms.IntegerField(
        label="Valid for (days)", min_value=1, max_value=drafts.LONGEST, initial=7
    )


class DraftViews(ModelAdmin):
    """Adds the preview and its links to the admin of a kind of page."""

    def get_urls(self) -> list[Any]:
        return [
            own_path(self, "preview", "preview", self.preview_view),
            own_path(self, "preview/links", "preview_links", self.preview_links_view),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The draft through the template of pages, with the ways back on top."""
        page = seen(self, request, object_id)
        may_change = self.has_change_permission(request, page)
        may_publish = request.user.has_perm(RIGHT)
        may_make = may_change and request.user.has_perm(MAKE)
        bar = {
            "title": page.title,
            "may_change": may_change,
            "form": self._to("change", page),
            "links": self._to("preview_links", page) if may_make else "",
            "publish": self._to("publish", page) if may_publish else "",
        }
        return show_draft(request, page, bar)

    def _to(self, verb: str, page: Any) -> str:
        return reverse(f"admin:concepts_{self.opts.model_name}_{verb}", args=[page.pk])

    def preview_links_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The links to a page's draft; on POST, one more or one less."""
        page = seen(self, request, object_id)
        if not (self.has_change_permission(request, page) and request.user.has_perm(MAKE)):
            raise PermissionDenied
        if "revoke" in request.POST:
            return self._revoked(request, page)
        form = LinkForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            drafts.make_link(page, by=editor(request), **form.cleaned_data)
            messages.success(request, "The link is made. Send its address to the reviewer.")
            return HttpResponseRedirect(self._to("preview_links", page))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "item": page,
            "title": f"Links to the draft of {page}",
            "form": form,
            "links": [(link, _address(link)) for link in page.preview_links.select_related("by")],
            "now": clock.now(),
            "may_revoke": request.user.has_perm(REVOKE),
        }
        return TemplateResponse(request, "admin/desk/preview_links.html", context)

    def _revoked(self, request: HttpRequest, page: Any) -> HttpResponse:
        if not request.user.has_perm(REVOKE):
            raise PermissionDenied
        number = request.POST["revoke"]
        wanted = int(number) if number.isdecimal() and len(number) < 19 else 0
        link = get_object_or_404(PreviewLink, pk=wanted, page=page.pk)
        drafts.revoke_link(link, by=editor(request))
        messages.success(request, f"The link for {link.label} is revoked.")
        return HttpResponseRedirect(self._to("preview_links", page))


def _address(link: PreviewLink) -> str:
    return f"{settings.SITE_URL}{drafts.address(link)}"
