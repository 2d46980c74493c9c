"""What all forms of the desk share: fields from the schema, and every save in the desk's log."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import options
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst

from concepts import desk
from concepts.admin.fields import Checked, MarkdownField, MarkdownWidget, PartsField
from concepts.models.fields import validate_key
from concepts.parts import Model

if TYPE_CHECKING:
    BaseModelAdmin = options.BaseModelAdmin[Any]
    ModelAdmin = admin.ModelAdmin[Any]
    StackedInline = admin.StackedInline[Any, Any]
    ModelForm = forms.ModelForm[Any]
    InlineFormSet = BaseInlineFormSet[Any, Any, Any]
    ModelChoiceField = forms.ModelChoiceField[Any]
else:
    BaseModelAdmin = options.BaseModelAdmin
    ModelAdmin, StackedInline = admin.ModelAdmin, admin.StackedInline
    ModelForm, InlineFormSet = forms.ModelForm, BaseInlineFormSet
    ModelChoiceField = forms.ModelChoiceField

PROBLEMS = "concepts.problems"
MEANWHILE = "Somebody saved the same parts a moment ago. Look at the page anew and save again."
NAMES = ("title", "label", "name")


class DeskForm(ModelForm):
    """A form that also shows what the schema refused of the whole page."""

    problems: ClassVar[list[str]] = []

    def clean(self) -> dict[str, Any] | None:
        if self.problems:
            raise ValidationError(self.problems)
        return super().clean()


def _named(field: ModelChoiceField, db_field: "models.ForeignKey[Any, Any]") -> None:
    """Ask for the choices once, by name only, and not again for each row of a form."""
    related = db_field.related_model
    chosen = related._default_manager.complex_filter(db_field.get_limit_choices_to())
    name = next(name for name in NAMES if hasattr(related, name))
    field.choices = [("", "---------"), *chosen.order_by(name).values_list("pk", name)]


class SchemaFields(BaseModelAdmin):
    """Gives each field of a form the type that the schema declares for it."""

    document: ClassVar[type[Model]]

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        known = db_field.name in self.document.model_fields
        checked = Checked(self.document, db_field.name) if known else None
        if checked and isinstance(db_field, models.JSONField):
            label = capfirst(db_field.verbose_name)
            return PartsField(checked=checked, label=label, help_text=db_field.help_text)
        if checked and isinstance(db_field, models.TextField):
            markdown: dict[str, Any] = {"form_class": MarkdownField, "widget": MarkdownWidget}
            return db_field.formfield(**markdown, checked=checked)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # What is chosen is not changed or deleted from here: other pages have it, too.
            field.widget.can_change_related = field.widget.can_delete_related = False
        # Of a key its own validator says more.
        if checked and isinstance(field, forms.CharField):
            field.validators += [checked] if validate_key not in db_field.validators else []
        return field

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field:
            _named(field, db_field)
        return field


class ReadOnlyAdmin(ModelAdmin):
    """What is only looked at, whatever rights somebody has."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DeskAdmin(SchemaFields, ModelAdmin):
    """A model that the desk's log knows: every save and delete is recorded whole."""

    form = DeskForm

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"problems": request.META.get(PROBLEMS, [])})

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save in one transaction; when the whole is refused, show the form again and say why."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except desk.DeskError as error:
            request.META[PROBLEMS] = messages_of(error)
        except IntegrityError:
            request.META[PROBLEMS] = [MEANWHILE]
        return super().changeform_view(request, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        saved = self.model.objects.get(pk=form.instance.pk)
        desk.record(saved, by=editor(request), action="edit")

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().delete_view(request, *args, **kwargs)
        except desk.DeskError as error:
            return _not_deleted(request, error)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Its actions delete, too."""
        try:
            return super().changelist_view(request, *args, **kwargs)
        except desk.DeskError as error:
            return _not_deleted(request, error)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        desk.record(obj, by=editor(request), action="delete")
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> None:
        with transaction.atomic():
            for obj in queryset:
                self.delete_model(request, obj)


def _not_deleted(request: HttpRequest, error: desk.DeskError) -> HttpResponse:
    """What is no document is not deleted either: the log could not keep it."""
    messages.error(request, f"Nothing was deleted. {' '.join(messages_of(error))}")
    return HttpResponseRedirect(request.path)


def editor(request: HttpRequest) -> User | None:
    """Who is at work."""
    return request.user if isinstance(request.user, User) else None


def messages_of(error: desk.DeskError) -> list[str]:
    """What is wrong with what stands on the desk, a sentence each."""
    return [problem.message for problem in error.problems]
