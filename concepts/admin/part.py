"""Parts of a page, edited in its form: they have no form and no right of their own."""

from typing import Any

from django import forms
from django.http import HttpRequest

from concepts import parts
from concepts.admin.base import InlineFormSet, SchemaFields, StackedInline
from concepts.admin.meanwhile import STATE
from concepts.admin.merging_parts import MergingFormSet, MergingPartForm
from concepts.models import Misconception, Question
from concepts.questions import parse_question


class OrderedFormSet(MergingFormSet):
    """Parts in their order; a new one whose place nobody typed comes last."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk is None and (position := form.fields.get("position")):
            position.help_text = "Empty: it comes last."
            position.required, position.initial = False, None

    def save_new(self, form: Any, commit: bool = True) -> Any:
        if "position" not in form.changed_data:
            form.instance.position = self._end()
        return super().save_new(form, commit)

    def _end(self) -> int:
        taken = [form.instance.position for form in self.forms if form.instance.pk]
        return max(taken, default=-1) + 1


class PartForm(MergingPartForm):
    """A part that nobody changed is not asked of the database: a long page has a hundred."""

    def _post_clean(self) -> None:
        if self.has_changed():
            super()._post_clean()  # type: ignore[misc]


class PartInline(SchemaFields, StackedInline):
    """Whoever may change the page may change its parts."""

    extra = 0
    form = PartForm
    formset: type[InlineFormSet] = OrderedFormSet

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.meanwhile = request.META.get(STATE)
        return formset

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._has(request, "view") or self.has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._has(request, "change" if obj else "add")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def _has(self, request: HttpRequest, verb: str) -> bool:
        return request.user.has_perm(f"concepts.{verb}_{self.parent_model._meta.model_name}")


class QuestionForm(PartForm):
    """A question says itself what its task list lacks."""

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        try:
            parse_question(text)
        except ValueError as error:
            raise forms.ValidationError(str(error).capitalize()) from error
        return text


class QuestionInline(PartInline):
    """Questions of any kind of page; a comparison's name the row that they test."""

    model = Question
    document = parts.Question
    classes = ["collapse"]
    form = QuestionForm
    fields = [("key", "row", "position"), "text"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if hasattr(obj, "rows") else [("key", "position"), "text"]


class MisconceptionInline(PartInline):
    """What people get wrong."""

    model = Misconception
    document = parts.Misconception
    classes = ["collapse"]
    fields = [("key", "position"), ("claim", "correction")]
