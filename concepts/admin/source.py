"""Sources and dimensions on the desk: what pages cite and share."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple, get_args

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from concepts import citations, desk, documents
from concepts.admin.base import DeskAdmin, DeskForm
from concepts.admin.bibliography import BibliographyViews
from concepts.admin.citing import cited_by, counts
from concepts.admin.exchange import ExportViews
from concepts.admin.fields import Checked
from concepts.admin.history import HistoryViews
from concepts.models import Dimension, Source
from concepts.models.fields import choices
from concepts.references import names
from concepts.references.fields import FIELDS, OF_A_WORK, unusual
from concepts.rendering import normalized

TYPE = documents.Source.model_fields["type"]


class NamesField(forms.CharField):
    """Authors or editors, one a line, in their order."""

    def __init__(self, *, checked: Checked, **options: Any) -> None:
        widget = AdminTextareaWidget({"rows": 2, "class": "names"})
        super().__init__(**options, widget=widget, required=False, strip=False)
        self.checked = checked

    def prepare_value(self, value: Any) -> str:
        """What was typed, or a line for each name."""
        return value if isinstance(value, str) else names.written(value or [])

    def to_python(self, value: Any) -> Any:
        """The names as the desk keeps them.

        Raises:
            ValidationError: a line is no name, or the schema refuses it.
        """
        try:
            return self.checked(names.read(normalized(value or "")))
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Two ways of writing the same names are no change."""
        try:
            return bool(self.to_python(self.prepare_value(initial)) != self.to_python(data))
        except ValidationError:
            return True


class SourceForm(DeskForm):
    """The database takes any type: the choice among CSL's is the schema's."""

    type = forms.ChoiceField(
        choices=choices(get_args(TYPE.annotation)),
        # Which fields each type has, for the script that shows them as the type changes.
        widget=forms.Select({"data-fields": json.dumps(FIELDS)}),
    )


class Lacking(admin.SimpleListFilter):
    """Sources of which a reader could not make a reference."""

    title = "what is missing"
    parameter_name = "lacks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("any", "anything"), *((name, name) for name in citations.WANTED)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.value()
        if not wanted:
            return queryset
        found = [each.row.pk for each in incomplete() if wanted in ("any", *each.lacks)]
        return queryset.filter(pk__in=found)


class Incomplete(NamedTuple):
    """A source of the desk and what its reference lacks."""

    row: Source
    csl: documents.Data
    lacks: list[str]


def incomplete() -> list[Incomplete]:
    """The sources of the desk that lack something, by key."""
    items = ((row, desk.source_document(row).csl()) for row in Source.objects.order_by("slug"))
    found = (Incomplete(row, csl, citations.lacking(csl)) for row, csl in items)
    return [each for each in found if each.lacks]


@admin.register(Source)
class SourceAdmin(BibliographyViews, ExportViews, HistoryViews, DeskAdmin):
    """A work that texts cite by its key. Pages show it as they froze it, until published again."""

    document = documents.Source
    form = SourceForm
    change_form_template = "admin/desk/source_form.html"
    change_list_template = "admin/desk/source_list.html"
    list_display = ["slug", "title", "type", "issued", "checked", "under_discussion"]
    list_filter = ["type", "checked", "under_discussion", Lacking]
    search_fields = ["slug", "title", "author", "container_title", "doi", "isbn"]

    def get_urls(self) -> list[Any]:
        views: dict[str, Callable[..., HttpResponse]] = {
            "missing": self.missing_view,
            "reference": require_POST(self.reference_view),
        }
        own = [
            path(f"{verb}/", self.admin_site.admin_view(view), name=f"concepts_source_{verb}")
            for verb, view in views.items()
        ]
        return [*own, *super().get_urls()]

    # The form ---------------------------------------------------------------------------------

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name in ("author", "editor"):
            checked = Checked(self.document, db_field.name)
            label = capfirst(db_field.verbose_name)
            return NamesField(checked=checked, label=label, help_text=names.HELP)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """First the fields of the type, then those that are filled all the same, then the rest."""
        type_ = request.POST.get("type") or (obj.type if obj else request.GET.get("type", "book"))
        own = FIELDS.get(type_, FIELDS["book"])
        odd = unusual(type_, _filled(request, obj))
        rest = [name for name in OF_A_WORK if name not in (*own, *odd)]
        return [
            (None, {"fields": ["slug", "type", *own], "classes": ["of-type"]}),
            (
                "Unusual for this type",
                {
                    "fields": odd,
                    "classes": ["unusual"],
                    "description": "A source of this type does not usually have these fields."
                    " They are kept, and shown to readers where the reference has a place for"
                    " them. Empty them where they are wrong.",
                },
            ),
            ("Other fields", {"fields": rest, "classes": ["collapse", "other"]}),
            ("How far to trust it", {"fields": ["checked", "under_discussion", "caveat", "body"]}),
        ]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the reference of what is saved, and who cites it."""
        if obj := context.get("original"):
            # As it is saved: a form that was refused has its values in the object already.
            saved = Source.objects.get(pk=obj.pk)
            context |= _reference(desk.source_document(saved).csl())
            context["cited_by"] = cited_by(saved.slug)
        return super().render_change_form(request, context, *args, **kwargs)

    def reference_view(self, request: HttpRequest) -> HttpResponse:
        """The reference of what stands in a form that is not saved yet, as far as it is valid."""
        if not (self.has_view_or_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        form = self.get_form(request)(request.POST)
        form.is_valid()
        typed = {name: value for name, value in form.cleaned_data.items() if value}
        has_title = "title" in typed
        typed = {"slug": "draft", "title": "Untitled"} | typed
        csl = documents.Source.model_validate(typed).csl()
        context = _reference(csl if has_title else {**csl, "title": ""})
        return render(request, "admin/desk/source_reference.html", context)

    # What is missing --------------------------------------------------------------------------

    def missing_view(self, request: HttpRequest) -> HttpResponse:
        """Every source that lacks something, the most cited first."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        cited = counts()
        rows = [
            _reference(each.csl) | {"row": each.row, "pages": cited.get(each.row.slug, 0)}
            for each in incomplete()
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "What sources lack",
            "rows": sorted(rows, key=lambda row: -row["pages"]),
        }
        return TemplateResponse(request, "admin/desk/source_missing.html", context)

    class Media:
        css = {"all": ["admin_desk/exchange.css"]}
        js = ["admin_desk/source.js"]


def _filled(request: HttpRequest, obj: Any) -> set[str]:
    """The fields that have a value, in what was sent or else in what is saved."""
    if request.method == "POST":
        return {name for name in OF_A_WORK if request.POST.get(name, "").strip()}
    return {name for name in OF_A_WORK if getattr(obj, name, None)}


def _reference(csl: documents.Data) -> documents.Data:
    return {"segments": citations.reference(csl), "lacks": citations.lacking(csl)}


@admin.register(Dimension)
class DimensionAdmin(ExportViews, HistoryViews, DeskAdmin):
    """A row heading that comparisons share."""

    document = documents.Dimension
    list_display = ["label", "key", "description"]
    search_fields = ["key", "label", "description"]
    fields = ["label", "key", "description"]
