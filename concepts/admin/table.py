"""The table of a comparison: rows down, sides across, a Markdown field for each cell."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from concepts import parts
from concepts.admin.fields import Checked, MarkdownField
from concepts.admin.part import OrderedFormSet
from concepts.admin.retiring import KeyedForm, KeyedFormSet, KeyedInline
from concepts.models import Cell, Distinction, Row, Side

CELL = Checked(parts.Cell, "text")


class RowForm(KeyedForm):
    """A row with the cells of all sides, in fields that `RowInline` declares for each side."""

    subject = "dimension"
    subject_key = "key"
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
    text = MarkdownField(checked=CELL, label=side.concept.title, required=False)
    text.widget.attrs["placeholder"] = "Empty"
    mark = forms.BooleanField(label="Our own illustration", required=False)
    return {_text(side): text, _illustration(side): mark}


class RowFormSet(KeyedFormSet, OrderedFormSet):
    """Rows in their order."""

    what = "row"


class RowInline(KeyedInline):
    """The table. A new side has its column once it is saved."""

    model = Row
    document = parts.Row
    formset = RowFormSet
    form = RowForm
    sides: list[Side] | None = None

    def _sides(self, obj: Distinction) -> list[Side]:
        """Asked once: an inline lives as long as its request."""
        if self.sides is None:
            self.sides = list(obj.sides.select_related("concept"))
        return self.sides

    def columns(self) -> list[str]:
        """What stands above the cells."""
        return [side.concept.title for side in self.sides or []]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The head of a row, then its cells one by one, as `table.html` lays them out."""
        cells = [(_text(side), _illustration(side)) for side in self._sides(obj)]
        return [(None, {"fields": [("dimension", "key", "position"), *cells]})]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        sides = self._sides(obj)
        declared: dict[str, Any] = {"sides": sides}
        for side in sides:
            declared |= _cell_fields(side)
        form = type("RowForm", (RowForm,), declared)
        return super().get_formset(request, obj, **kwargs, form=form)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows with their dimensions and cells, in one query each for all."""
        rows = super().get_queryset(request)
        return rows.select_related("dimension").prefetch_related("cells")
