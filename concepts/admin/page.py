"""What the forms and lists of all kinds of page share."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from concepts import desk
from concepts.admin.base import DeskAdmin, DeskForm
from concepts.admin.drafts import DraftViews
from concepts.admin.exchange import ExportViews
from concepts.admin.history import HistoryViews
from concepts.admin.publishing import PublishingViews
from concepts.admin.work import ConfirmViews
from concepts.documents import FIXED_WORDS
from concepts.models import Edition, Page

FOLDED: Any = {"classes": ["collapse"]}
NAMED: Any = (None, {"fields": ["title", "slug", "area", "aliases"]})
REVIEW: Any = (
    "Authors and review",
    FOLDED | {"fields": ["authors", ("reviewed_on", "review_due")]},
)


class PageForm(DeskForm):
    """A page knows its kind, and its slug is no other page's of the kind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.kind = self._meta.model._meta.model_name

    def clean_slug(self) -> str:
        """A slug that a page has, or had in an edition, stays its own."""
        slug = str(self.cleaned_data["slug"])
        if slug in FIXED_WORDS.get(self.instance.kind, ()):
            raise ValidationError("A page of the site's own stands at this address.")
        [owner] = desk.find_pages([f"{self.instance.kind}:{slug}"]).values() or [None]
        if owner and owner.pk != self.instance.pk:
            raise ValidationError(f"This slug belongs to another page: {owner.title}.")
        return slug


class PageAdmin(ConfirmViews, DraftViews, ExportViews, HistoryViews, PublishingViews, DeskAdmin):
    """One kind of page."""

    form = PageForm
    change_form_template = "admin/desk/change_form.html"
    list_display = ["title", "slug", "area", "edition", "reviewed_on", "review_due"]
    list_filter = ["area", "reviewed_on", "review_due"]
    list_select_related = ["area"]
    search_fields = ["title", "slug", "aliases", "summary"]
    ordering = ["title"]
    prepopulated_fields = {"slug": ["title"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Each page with the number of its edition in force."""
        current = Edition.objects.as_of().filter(page=OuterRef("pk"))
        number = Subquery(current.values("number")[:1])
        return super().get_queryset(request).annotate(in_force=number)  # type: ignore[no-any-return]

    @admin.display(description="edition", ordering="in_force", empty_value="none in force")
    def edition(self, page: Any) -> int | None:
        """The number that readers see."""
        number: int | None = page.in_force
        return number

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        """A page that has had an edition is never deleted; it is withdrawn."""
        if obj is not None and Edition.objects.filter(page_id=obj.pk).exists():
            return False
        return super().has_delete_permission(request, obj)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        more = self.publishing_context(request, object_id) | (extra_context or {})
        return super().change_view(request, object_id, form_url, more)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Saved with 'Save and publish', or 'and mark as ready', the page goes on to that page."""
        for verb in ("publish", "ready"):
            if f"_{verb}" in request.POST:
                return HttpResponseRedirect(reverse(self.address(verb), args=[obj.pk]))
        return super().response_change(request, obj)
