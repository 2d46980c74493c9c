"""Rows and sides carry keys that are never reused: what an edition has had is retired, not deleted.

A form of such a part knows whether an edition has had its key. If so, the key stays as it is, and
taking the part away asks for a successor or a reason, which the comparison keeps.
"""

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest

from concepts import desk
from concepts.admin.base import MOST_CHOICES, ModelChoiceField
from concepts.admin.fields import Checked
from concepts.admin.merging_parts import MergingFormSet
from concepts.admin.part import PartForm, PartInline
from concepts.parts import Retired
from concepts.surroundings import KEYED, Keys

Named = Sequence[tuple[str, str]]
NONE = Keys(frozenset(), frozenset())
REASON = Checked(Retired, "reason")
NEEDED = "Choose what stands in its place, or say why it is gone."
UNTICKED = "Tick 'Retire' as well, or leave this empty."


class KeyedForm(PartForm):
    """A part with a key, and a subject that the key of a new one is taken from."""

    subject: ClassVar[str]
    subject_key: ClassVar[str]

    def __init__(self, *args: Any, keys: Keys = NONE, others: Named = (), **kwargs: Any) -> None:
        """`keys` are those that editions have had, `others` key and name of all on the desk."""
        super().__init__(*args, **kwargs)
        self.others = others
        self.had = self.instance.key if self.instance.pk else ""
        self.published = self.had in keys.all
        if "key" in self.fields:  # it is not when the form is only shown
            self.fields["key"].required = bool(self.had)
        if self.published and "key" in self.fields:
            self.fields["key"].widget.attrs["readonly"] = True
            self.fields |= self._heirs()

    def _heirs(self) -> dict[str, forms.Field]:
        """What is asked when the part is retired."""
        others = [(key, name) for key, name in self.others if key != self.had]
        choices = [("", "---------"), *others]
        wide = forms.TextInput({"class": "vTextField"})
        return {
            "successor": forms.ChoiceField(label="In its place", choices=choices, required=False),
            "reason": forms.CharField(
                label="Or why it is gone", required=False, validators=[REASON], widget=wide
            ),
        }

    @property
    def heirs(self) -> list[forms.BoundField]:
        """The fields that a part which is retired has."""
        return [self[name] for name in ("successor", "reason")]

    @property
    def new_key(self) -> str:
        """The key that the part did not have before, if there is one."""
        key = str(self.cleaned_data.get("key", ""))
        return key if key != self.had else ""

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        if self.published and key != self.had:
            words = "The key {0} has been published and never changes: write {0} again."
            raise ValidationError(words.format(self.had))
        return key

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get(self.subject) and cleaned.get("key") == "":
            cleaned["key"] = getattr(cleaned[self.subject], self.subject_key)
        for name in ("successor", "reason"):
            if cleaned.get(name) and not cleaned.get(DELETION_FIELD_NAME):
                self.add_error(name, UNTICKED)
        return cleaned

    def retired(self) -> dict[str, Any]:
        """What the comparison keeps of the part when it is gone."""
        given = {name: self.cleaned_data[name] for name in ("successor", "reason")}
        kept = Retired(key=self.had, label=dict(self.others)[self.had], **given)
        return kept.model_dump(mode="json")


class KeyedFormSet(MergingFormSet):
    """Parts that are retired when they go: rows or sides."""

    what: ClassVar[str]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Each form knows what editions have had, and its siblings."""
        known = {"keys": self.keys, "others": self.others}
        return {**super().get_form_kwargs(index), **known}

    @cached_property
    def keys(self) -> Keys:
        """The keys that editions of the page have had."""
        return desk.keys_had(self.instance)[self.what]

    @cached_property
    def others(self) -> Named:
        """Key and name of each part that stands on the desk."""
        subject = self.form.subject
        return [(part.key, str(getattr(part, subject))) for part in self.get_queryset()]

    def _goes(self, form: Any) -> bool:
        return bool(form.cleaned_data.get(DELETION_FIELD_NAME))

    def _retired_forms(self) -> list[Any]:
        return [form for form in self.initial_forms if form.published and self._goes(form)]

    def clean(self) -> None:
        """New keys are new, and what is retired has a successor that stays, or a reason."""
        super().clean()
        staying = [form for form in self.forms if not self._goes(form)]
        retired = {item["key"] for item in getattr(self.instance, KEYED[self.what][1])}
        for form in staying:
            if form.new_key in (retired | self.keys.all) - self._live():
                form.add_error("key", _used(form.new_key))
        live = {form.cleaned_data.get("key") or form.had for form in staying}
        if [form for form in self._retired_forms() if not self._has_heir(form, live)]:
            raise ValidationError(
                f"Nothing is saved yet: say what follows the {self.what} that is retired."
            )

    def _live(self) -> set[str]:
        """Keys that stand on the desk and stay: that two are equal is said elsewhere."""
        return {form.had for form in self.initial_forms if not self._goes(form)}

    def _has_heir(self, form: Any, live: set[str]) -> bool:
        """Say at the form what is missing: formsets overlook what is wrong with one that goes."""
        told = {"successor", "reason"}
        given = form.cleaned_data
        if not told & form.errors.keys() and not (given["successor"] or given["reason"]):
            form.add_error("reason", NEEDED)
        elif given.get("successor") and given["successor"] not in live:
            form.add_error("successor", _leaving(dict(self.others)[given["successor"]], self.what))
        return not told & form.errors.keys()

    def save(self, commit: bool = True) -> Any:
        """Save, and keep what is retired with the comparison."""
        retired = [form.retired() for form in self._retired_forms()]
        saved = super().save(commit)
        if retired:
            field = KEYED[self.what][1]
            setattr(self.instance, field, [*getattr(self.instance, field), *retired])
            self.instance.save(update_fields=[field])
        return saved


def _used(key: str) -> str:
    return f"The key {key} has been used before and is never used again: choose a new one."


def _leaving(name: str, what: str) -> str:
    return f"{name} is retired itself: choose a {what} that stays, or write a reason."


class KeyedInline(PartInline):
    """Rows or sides in a table, each with what names it at its head."""

    template = "admin/desk/table.html"
    form: type[KeyedForm]
    formset: type[KeyedFormSet]
    proposals = "{}"
    """The key that a subject proposes, by its id, for `grid.js`."""

    def columns(self) -> list[str]:
        """What stands above the cells, where there are any."""
        return []

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_view_related = False  # the column is narrow
        return field

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name == self.form.subject:
            subjects: Any = field.queryset
            keys = subjects.values_list("pk", self.form.subject_key)[:MOST_CHOICES]
            self.proposals = json.dumps(dict(keys))
        return field
