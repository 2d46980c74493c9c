"""Formsets and choices that do not ask the database again for what the form has read already."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.models import BaseInlineFormSet

if TYPE_CHECKING:
    ModelChoiceField = forms.ModelChoiceField[Any]
    InlineFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    ModelChoiceField, InlineFormSet = forms.ModelChoiceField, BaseInlineFormSet


class KnownChoiceField(ModelChoiceField):
    """A choice that asks for each object once, and not at all for one that it was told of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: dict[str, Any] = {}
        """The objects by their ids as text; the copies of a field share it."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or not isinstance(value, str):
            return super().to_python(value)
        if value not in self.known:
            self.known[value] = super().to_python(value)
        return self.known[value]


class KnownFormSet(InlineFormSet):
    """Parts of a page: a form whose part was read to make it does not look it up by its id.

    Django asks for it anew in each form, which is a query for every row, claim and question.
    """

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        part, meta = form.instance, form.instance._meta
        if part.pk is None:
            return
        asked = form.fields[meta.pk.name]
        form.fields[meta.pk.name] = own = KnownChoiceField(
            asked.queryset, required=False, initial=asked.initial, widget=asked.widget
        )
        own.known[str(part.pk)] = part
        for name, field in form.fields.items():
            if isinstance(field, KnownChoiceField) and name != meta.pk.name:
                _remember(field, part, meta.get_field(name))


def _remember(field: KnownChoiceField, part: Any, relation: Any) -> None:
    if relation.is_cached(part) and (chosen := getattr(part, relation.name)):
        field.known[str(chosen.pk)] = chosen
