"""Close an edition for legal reasons: its text is shown to nobody any more."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from concepts import clock, publishing
from concepts.admin.base import ReadOnlyAdmin, editor
from concepts.admin.history import own_path, seen
from concepts.admin.terms import CloseForm
from concepts.models import Edition

MAY_CLOSE = "concepts.add_closure"


class ClosingView(ReadOnlyAdmin):
    """Adds closing to the admin of editions."""

    def get_urls(self) -> list[Any]:
        return [own_path(self, "close", "close", self.close_view), *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nothing that a closed edition said."""
        fields = [*super().get_fields(request, obj)]
        return [name for name in fields if name != "summary" or not hasattr(obj, "closure")]

    def closing_context(self, request: HttpRequest, edition: Edition | None) -> dict[str, Any]:
        """What the page of an edition says of its being closed, and whether it may be."""
        closure = getattr(edition, "closure", None)
        open_now = edition and not closure and edition.published_at <= clock.now()
        return {"closure": closure, "may_close": open_now and request.user.has_perm(MAY_CLOSE)}

    def close_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Say what closing does, ask for the reason and the slug; on POST, close the edition."""
        if not request.user.has_perm(MAY_CLOSE):
            raise PermissionDenied
        edition = seen(self, request, object_id)
        address = reverse("admin:concepts_edition_change", args=[edition.pk])
        if hasattr(edition, "closure"):
            messages.warning(request, f"{edition} is closed already.")
            return HttpResponseRedirect(address)
        form = CloseForm(request.POST or None, slug=edition.slug)
        if request.method == "POST" and form.is_valid() and _closed(request, edition, form):
            return HttpResponseRedirect(address)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "page": edition,
            "form": form,
            "title": f"Close {edition}",
            "verb": "Close for ever",
        }
        return TemplateResponse(request, "admin/desk/close.html", context)


def _closed(request: HttpRequest, edition: Edition, form: CloseForm) -> bool:
    try:
        publishing.close(edition, by=editor(request), reason=form.cleaned_data["reason"])
    except publishing.PublishError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, f"{edition} is closed.")
    return True
