"""What all forms of the desk share: fields from the schema, and every save in the desk's log."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import options
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import ForeignKeyRawIdWidget, RelatedFieldWidgetWrapper
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, models, transaction
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from concepts import desk, outages
from concepts.admin import kept, meanwhile
from concepts.admin.deleting import Deleting, check_references
from concepts.admin.fields import Checked, MarkdownField, MarkdownWidget
from concepts.admin.known import KnownChoiceField
from concepts.admin.lists import PartsFormField
from concepts.admin.merging import UNSAID, MergingForm
from concepts.documents import canonical, digest
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
BUSY = "Nothing was saved: somebody else is saving at this moment. Save again."
NAMES = ("title", "label", "name")
MOST_CHOICES = 500
"""So many choices stand in a form, in each of its rows."""


class DeskForm(MergingForm):
    """A form that also shows what the schema refused of the whole page."""

    problems: ClassVar[list[str]] = []

    def clean(self) -> dict[str, Any] | None:
        if self.problems:
            raise ValidationError(self.problems)
        return super().clean()


def _named(
    field: ModelChoiceField, db_field: "models.ForeignKey[Any, Any]", site: admin.AdminSite
) -> None:
    """Ask for the choices once, by name only, and not again for each row of a form.

    Where they are very many they are looked up in their list instead.
    """
    related = db_field.related_model
    chosen = related._default_manager.complex_filter(db_field.get_limit_choices_to())
    name = next(name for name in NAMES if hasattr(related, name))
    some = list(chosen.order_by().values_list("pk", name)[: MOST_CHOICES + 1])
    if len(some) > MOST_CHOICES:
        field.widget = ForeignKeyRawIdWidget(db_field.remote_field, site)
    else:
        in_order = sorted(some, key=lambda choice: choice[1].casefold())
        field.choices = [("", "---------"), *in_order]


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
            return PartsFormField(checked=checked, label=label, help_text=db_field.help_text)
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
        kwargs.setdefault("form_class", KnownChoiceField)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field:
            _named(field, db_field, self.admin_site)
        return field


class ReadOnlyAdmin(ModelAdmin):
    """What is only looked at, whatever rights somebody has."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MergingAdmin(Deleting, ModelAdmin):
    """A model whose form is merged with what others saved while it was open."""

    form = DeskForm

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change, **kwargs)
        own: dict[str, Any] = {"problems": request.META.get(PROBLEMS, [])}
        if change and (state := request.META.get(meanwhile.STATE)):
            own |= {"meanwhile": state, "opened_on": state.values()}
            if state.forms is None:
                own |= {"problems": [UNSAID], "opened_on": None}
        return type(form.__name__, (form,), own)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Save in one transaction; when the whole is refused, show the form again and say why."""
        if request.method != "POST":
            # Before the page itself is read, so that nobody's save falls between.
            request.META[meanwhile.NEWEST] = self._newest(object_id)
            return super().changeform_view(request, object_id, *args, **kwargs)
        try:
            with transaction.atomic():
                if object_id and not self.lock([unquote(object_id)]):
                    return kept.deleted(request, self.who_deleted(object_id))
                self._read_meanwhile(request, object_id)
                return super().changeform_view(request, object_id, *args, **kwargs)
        except desk.DeskError as error:
            request.META[PROBLEMS] = messages_of(error)
        except IntegrityError:
            request.META[PROBLEMS] = [MEANWHILE]
        except OperationalError as error:  # the lock was not to be had in time
            if not outages.is_busy(error):
                raise
            request.META[PROBLEMS] = [BUSY]
        self._read_meanwhile(request, object_id)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def _read_meanwhile(self, request: HttpRequest, object_id: str | None) -> None:
        if object_id and (pk := unquote(object_id)).isdecimal():
            request.META[meanwhile.STATE] = meanwhile.read(request, self._kind, pk)
            request.META[meanwhile.NEWEST] = self._newest(object_id)

    def _newest(self, object_id: str | None) -> int:
        pk = unquote(object_id or "")
        return meanwhile.newest(self._kind, pk) if pk.isdecimal() else 0

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Let the form carry what it is opened on, and say what came into it."""
        obj = context.get("original")
        if obj and self.has_change_permission(request, obj):
            forms_ = _opened_on(context["adminform"].form, context["inline_admin_formsets"])
            newest = request.META.get(meanwhile.NEWEST, 0)
            context["opened"] = meanwhile.written(newest, forms_)
        self._tell_news(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        check_references()

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Once it is saved, say what came from others."""
        self._tell_news(request)
        return super().log_change(request, obj, message)

    def _tell_news(self, request: HttpRequest) -> None:
        state = request.META.get(meanwhile.STATE)
        if state and state.news:
            messages.info(request, state.news)


def _opened_on(form: Any, inlines: Any) -> meanwhile.Forms:
    formsets = [inline.formset for inline in inlines]
    rows = {
        formset.prefix: {
            str(part.instance.pk): part.values()
            for part in formset.initial_forms
            if part.instance.pk
        }
        for formset in formsets
    }
    return {"": {"": form.values()}, **rows}


class DeskAdmin(SchemaFields, MergingAdmin):
    """A model that the desk's log knows: every save and delete is recorded whole."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        saved = self.model.objects.get(pk=form.instance.pk)
        desk.record(saved, by=editor(request), action="edit")

    def state_of(self, obj: Any) -> str:
        return digest(canonical(desk.document_of(obj)))

    def delete_held(self, request: HttpRequest, obj: Any) -> None:
        desk.record(obj, by=editor(request), action="delete")
        super().delete_held(request, obj)


def editor(request: HttpRequest) -> User | None:
    """Who is at work."""
    return request.user if isinstance(request.user, User) else None


def messages_of(error: desk.DeskError) -> list[str]:
    """What is wrong with what stands on the desk, a sentence each."""
    return [problem.message for problem in error.problems]
