"""Comparisons on the desk, edited as the table that they are: rows down, sides across."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from concepts import documents, parts
from concepts.admin.base import InlineFormSet
from concepts.admin.fields import Checked, MarkdownField
from concepts.admin.page import FOLDED, NAMED, REVIEW, PageAdmin
from concepts.admin.part import (
    MisconceptionInline,
    OrderedFormSet,
    PartForm,
    PartInline,
    QuestionInline,
)
from concepts.models import Cell, Claim, Distinction, Row, Side
from concepts.models.distinction import MOST_SIDES

CELL = Checked(parts.Cell, "text")


# Sides ---------------------------------------------------------------------------------------


class SideForm(PartForm):
    """A side and its place, which the database keeps as a position without gaps."""

    place = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_SIDES,
        help_text="1 is the first column. A new side comes last.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["place"] = self.instance.position + 1


class SideFormSet(InlineFormSet):
    """Two to four different concepts, in the order of their places."""

    default_error_messages = {
        "too_few_forms": "A comparison needs two sides at least.",
        "too_many_forms": "A comparison has four sides at most.",
    }

    def get_unique_error_message(self, unique_check: Any) -> str:
        if "concept" in unique_check:
            return "The sides of a comparison must be different concepts."
        return "The keys of the sides must be different."

    def save(self, commit: bool = True) -> Any:
        """Save and number anew; positions are taken out of each other's way first."""
        sides = Side.objects.filter(distinction=self.instance)
        sides.update(position=F("position") - MOST_SIDES)
        kept = self._in_order()
        for position, form in enumerate(kept):
            form.instance.position = position
        saved = super().save(commit)
        for form in kept:
            sides.filter(pk=form.instance.pk).update(position=form.instance.position)
        return saved

    def _in_order(self) -> list[Any]:
        kept = [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form.instance.pk or form.has_changed())
        ]
        return sorted(kept, key=lambda form: form.cleaned_data["place"] or MOST_SIDES + 1)


class SideInline(PartInline):
    """The things compared."""

    model = Side
    document = parts.Side
    form = SideForm
    formset = SideFormSet
    fields = [("concept", "key", "place")]
    min_num = 2
    max_num = MOST_SIDES

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        limits = {"validate_min": True, "validate_max": True}
        return super().get_formset(request, obj, **kwargs, **limits)


# Rows and cells ------------------------------------------------------------------------------


class RowForm(PartForm):
    """A row with the cells of all sides, in fields that `RowInline` declares for each side."""

    sides: ClassVar[list[Side]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        saved = self.instance.cells.all() if self.instance.pk else []
        cells = {cell.side_id: cell for cell in saved}
        for side in self.sides:
            cell = cells.get(side.pk, Cell())
            stored = {_text(side): cell.text, _illustration(side): cell.illustration}
            self.initial.update(stored)
            self.instance.__dict__.update(stored)  # where the admin looks when it only shows

    def save(self, commit: bool = True) -> Any:
        """The row and, once it is in the database, those of its cells that were changed."""
        row = super().save(commit)
        changed = {*self.changed_data} if commit else set()
        touched = [side.pk for side in self.sides if {_text(side), _illustration(side)} & changed]
        # A side may have been taken away in the same form.
        for side in Side.objects.filter(pk__in=touched):
            self._save_cell(side)
        return row

    def _save_cell(self, side: Side) -> None:
        values = {
            "text": self.cleaned_data[_text(side)],
            "illustration": self.cleaned_data[_illustration(side)],
        }
        Cell.objects.update_or_create(row=self.instance, side=side, defaults=values)


def _text(side: Side) -> str:
    return f"cell_{side.key}"


def _illustration(side: Side) -> str:
    return f"illustration_{side.key}"


def _cell_fields(side: Side) -> dict[str, forms.Field]:
    title = side.concept.title
    return {
        _text(side): MarkdownField(checked=CELL, label=title, required=False),
        _illustration(side): forms.BooleanField(
            label=f"{title}: our own illustration", required=False
        ),
    }


class RowInline(PartInline):
    """The table. A new side has its column once it is saved."""

    model = Row
    document = parts.Row
    sides: list[Side] | None = None

    def _sides(self, obj: Distinction) -> list[Side]:
        """Asked once: an inline lives as long as its request."""
        if self.sides is None:
            self.sides = list(obj.sides.select_related("concept"))
        return self.sides

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sides = self._sides(obj)
        lines = [tuple(map(_text, sides)), tuple(map(_illustration, sides))]
        return [(None, {"fields": [("dimension", "key", "position"), *filter(None, lines)]})]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        sides = self._sides(obj)
        declared: dict[str, Any] = {"sides": sides}
        for side in sides:
            declared |= _cell_fields(side)
        form = type("RowForm", (RowForm,), declared)
        return super().get_formset(request, obj, **kwargs, form=form)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows with their cells, in one query for all."""
        return super().get_queryset(request).prefetch_related("cells")


# Claims and the page -------------------------------------------------------------------------


class ClaimForm(PartForm):
    """A quotation is one line of text, but a long one."""

    class Meta:
        widgets = {"quote": AdminTextareaWidget({"rows": 2})}


class ClaimInline(PartInline):
    """Sentences of a text under discussion, checked."""

    model = Claim
    document = parts.Claim
    form = ClaimForm
    classes = ["collapse"]
    formset = OrderedFormSet
    fields = [("key", "verdict", "position"), "quote", ("in_short", "correction"), "see"]


@admin.register(Distinction)
class DistinctionAdmin(PageAdmin):
    """A comparison."""

    document = documents.Distinction
    inlines = [SideInline, RowInline, MisconceptionInline, ClaimInline, QuestionInline]
    fieldsets = [
        NAMED,
        ("Text", {"fields": ["summary", "body", ("why_confused", "similarities"), "principle"]}),
        ("Pictures", FOLDED | {"fields": [("scope", "timeline")]}),
        ("In practice and at the edges", FOLDED | {"fields": [("practice", "boundary_cases")]}),
        ("Where sources disagree", FOLDED | {"fields": ["positions"]}),
        ("At the end", FOLDED | {"fields": ["claims_note", "explain"]}),
        ("Keys that are gone", FOLDED | {"fields": [("retired_rows", "retired_sides")]}),
        REVIEW,
    ]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """A new comparison has its sides first: the table's columns are made from them."""
        return self.inlines if obj else [SideInline]

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Go on to the table."""
        return HttpResponseRedirect(reverse(self.address("change"), args=[obj.pk]))
