"""Publish, withdraw, restore: the verbs of `publishing.py` with a form each.

What the editor is shown travels with the form as its digest, so nothing else is published.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from concepts import checks, publishing
from concepts.admin.base import ModelAdmin, editor
from concepts.models import Edition
from concepts.models.edition import SIGNIFICANCES

RIGHT = "concepts.add_edition"

MEANINGS = {
    "meaning": "meaning: what the page says has changed",
    "wording": "wording: said better, meaning the same",
    "checked": "checked: only the day of review has changed",
}


class PublishForm(forms.Form):
    """What is asked of the one who publishes."""

    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="What changed, for readers of the history.",
    )
    significance = forms.ChoiceField(
        choices=[(value, MEANINGS[value]) for value in SIGNIFICANCES], widget=forms.RadioSelect
    )
    override = forms.CharField(
        label="Why in spite of the warnings",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="Kept with the edition. Needed only when there are warnings.",
    )
    at = forms.DateTimeField(
        label="From when",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=f"Empty: now. Otherwise a moment ahead, in the time zone {settings.TIME_ZONE}.",
    )


class ReasonForm(forms.Form):
    """Why a page is withdrawn."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="Readers of the page's address see it.",
    )


class PublishingViews(ModelAdmin):
    """Adds the verbs to the admin of a kind of page."""

    def address(self, verb: str) -> str:
        """The name of the address of one of this kind's views."""
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{verb}"

    def get_urls(self) -> list[Any]:
        return [
            self._url("publish", self.publish_view),
            self._url("withdraw", self.withdraw_view),
            *super().get_urls(),
        ]

    def _url(self, verb: str, view: Callable[..., HttpResponse]) -> URLPattern:
        name = self.address(verb).removeprefix("admin:")
        return path(f"<int:object_id>/{verb}/", self.admin_site.admin_view(view), name=name)

    def _page(self, request: HttpRequest, object_id: int) -> Any:
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        page = self.get_object(request, str(object_id))
        if page is None:
            raise Http404
        if not self.has_view_permission(request, page):
            raise PermissionDenied
        return page

    def publishing_context(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        """What the change form says of editions: the newest, the one in force, the rights."""
        page = int(object_id) if object_id.isdecimal() else 0
        editions = Edition.objects.filter(page=page).defer("document")
        return {
            "in_force": editions.as_of().first(),
            "may_publish": request.user.has_perm(RIGHT),
        }

    def _answer(
        self, request: HttpRequest, page: Any, form: forms.Form, **context: Any
    ) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "page": page,
            "form": form,
            **context,
        }
        return TemplateResponse(request, "admin/desk/verb.html", shared)

    def _back(self, page: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse(self.address("change"), args=[page.pk]))

    def publish_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show what would be published and what the checks say; on POST, publish exactly that."""
        page = self._page(request, object_id)
        form = PublishForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._published(request, page, form):
            return self._back(page)
        try:
            document, digest = publishing.shown(page)
        except publishing.PublishError as error:
            messages.error(request, str(error))
            return self._back(page)
        findings = checks.check(document, page)
        return self._answer(
            request,
            page,
            form,
            title=f"Publish {document.title}",
            errors=[finding for finding in findings if finding.severity == "error"],
            warnings=[finding for finding in findings if finding.severity == "warning"],
            expect=digest,
            verb="Publish",
        )

    def _published(self, request: HttpRequest, page: Any, form: forms.Form) -> bool:
        try:
            expect = request.POST.get("expect", "")
            edition = publishing.publish(
                page, by=editor(request), expect=expect, **form.cleaned_data
            )
        except publishing.PublishError as error:
            form.add_error(None, str(error))
            return False
        messages.success(request, _news(edition))
        return True

    def withdraw_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for the reason; on POST, take the page back."""
        page = self._page(request, object_id)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                publishing.withdraw(page, by=editor(request), **form.cleaned_data)
            except publishing.PublishError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"{page.title} is withdrawn.")
                return self._back(page)
        return self._answer(request, page, form, title=f"Withdraw {page.title}", verb="Withdraw")


def _news(edition: Edition) -> str:
    link = format_html('<a href="{}">{}</a>', edition.get_absolute_url(), edition.title)
    return format_html("Edition {} published: {}.", edition.number, link)
