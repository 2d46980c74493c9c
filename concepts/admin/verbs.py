"""What the views of all verbs share: their addresses, who may use them, and their pages."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from concepts.admin.base import ModelAdmin
from concepts.admin.history import seen
from concepts.admin.review import Review
from concepts.groups import MAY_PUBLISH
from concepts.publishing import PublishError

RIGHT = MAY_PUBLISH
"""Who has it may publish, schedule, cancel, send back and withdraw."""

CHANGED = (
    "The draft has changed since you looked, so nothing was done. Look at what is new, then do it"
    " again: what you typed is kept."
)


class VerbViews(ModelAdmin):
    """A kind of page whose verbs have views of their own."""

    def address(self, verb: str) -> str:
        """The name of the address of one of this kind's views."""
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{verb}"

    def asked_page(self, request: HttpRequest, object_id: int, *, publishes: bool = True) -> Any:
        """The page that is asked for, by somebody who publishes, or else who may change it.

        Raises:
            Http404, PermissionDenied
        """
        if publishes and not request.user.has_perm(RIGHT):
            raise PermissionDenied
        page = seen(self, request, object_id)
        if not publishes and not self.has_change_permission(request, page):
            raise PermissionDenied
        return page

    def form_of(self, page: Any) -> str:
        """The address of the page's change form."""
        return reverse(self.address("change"), args=[page.pk])

    def back(self, page: Any) -> HttpResponse:
        """To the change form."""
        return HttpResponseRedirect(self.form_of(page))

    def answer(
        self, request: HttpRequest, template: str, page: Any, title: str, **context: Any
    ) -> HttpResponse:
        """A page of the admin about one page of the site."""
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "page": page}
        context = {**shared, "title": title, "may_publish": request.user.has_perm(RIGHT), **context}
        return TemplateResponse(request, f"admin/desk/{template}.html", context)

    def review(self, request: HttpRequest, page: Any) -> Review | None:
        """The draft as it stands now; None, and the reason told, when it is no valid document."""
        try:
            return Review.of(page, self.form_of(page))
        except PublishError as error:
            message = f"{page.title} cannot be shown as a page yet: {error}. Mend it in this form."
            messages.error(request, message)
            return None


def looked_again(request: HttpRequest, review: Review) -> dict[str, Any]:
    """What a page says of the draft when it is not the one that was shown with the form sent."""
    sent = request.POST.get("expect", review.digest)
    if sent == review.digest:
        return {}
    return {"changed": True, "since": review.since(request.POST.get("shown", ""))}
