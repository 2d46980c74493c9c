"""Deletes: what somebody confirms is what they were shown, else nothing is deleted."""

import json
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin import actions
from django.contrib.admin.utils import unquote
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from concepts import desk
from concepts.admin.meanwhile import Meanwhile, log_of
from concepts.admin.uses import uses
from concepts.documents import digest

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

SEEN = "seen"
"""The name of the hidden field with the name of what was shown."""


def check_references() -> None:
    """Raise IntegrityError now, not when the editor has been told that it is done.

    PostgreSQL would find out at the end of the transaction that somebody else deleted what is
    referred to, or refers to what is deleted. On SQLite only one writes at a time.
    """
    if connection.vendor == "postgresql":
        connection.check_constraints()


class Changed(Exception):
    """What is to be deleted no longer says what the editor was shown."""


class Deleting(ModelAdmin):
    """Deletes one or several objects, as long as they are what the confirmation showed."""

    actions = ["delete_selected"]
    delete_confirmation_template = "admin/desk/delete.html"
    delete_selected_confirmation_template = "admin/desk/delete_selected.html"

    @property
    def _kind(self) -> str:
        return str(self.opts.model_name)

    def state_of(self, obj: Any) -> str:
        """The name of what an object says now."""
        return digest(json.dumps(model_to_dict(obj), default=str, sort_keys=True))

    def lock(self, ids: Iterable[str]) -> list[Any]:
        """Hold the rows until the transaction ends, in the order of their ids; those there are."""
        [root, *_] = [*self.opts.get_parent_list(), self.model]
        wanted = [pk for pk in ids if pk.isdecimal()]
        rows = root._default_manager.select_for_update(no_key=True).filter(pk__in=wanted)
        return list(rows.order_by("pk").values_list("pk", flat=True))

    def who_deleted(self, object_id: str) -> str:
        """Who deleted an object that is gone, and when."""
        pk = unquote(object_id)
        entries = log_of(self._kind, pk)[:1] if pk.isdecimal() else []
        return Meanwhile(None, entries, None).who

    def _seen(self, objs: Iterable[Any]) -> str:
        """The name of what these objects say, "" while one of them is no valid document."""
        try:
            states = {obj.pk: self.state_of(obj) for obj in objs}
        except desk.DeskError:
            return ""
        return digest(json.dumps(sorted(states.items())))

    def _locked(self, request: HttpRequest, objs: Iterable[Any]) -> list[Any]:
        """The objects as they are now, held.

        Raises:
            Changed: they are not what the editor was shown.
            DeskError: one of them is no valid document, so that the log could not keep it.
        """
        held = self.lock(str(obj.pk) for obj in objs)
        fresh = list(self.model._default_manager.filter(pk__in=held).order_by("pk"))
        if request.POST.get(SEEN) != self._seen(fresh):
            for obj in fresh:
                self.state_of(obj)
            last = [entry for obj in fresh for entry in log_of(self._kind, str(obj.pk))[:1]]
            raise Changed(Meanwhile(None, last, request.user.pk).who)
        return fresh

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Say what hinders it (nothing is deleted then) rather than that a right is missing."""
        listed, counts, lacking, protected = super().get_deleted_objects(objs, request)
        used = [use for obj in objs for use in uses(obj, objs)] or protected
        return listed, counts, set() if used else lacking, used

    def delete_held(self, request: HttpRequest, obj: Any) -> None:
        """Delete what is locked and was seen."""
        obj.delete()
        check_references()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete one object, within the transaction of its view."""
        for held in self._locked(request, [obj]):
            self.delete_held(request, held)

    def delete_queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> None:
        """Delete several objects or none."""
        for held in self._locked(request, queryset):
            self.delete_held(request, held)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what is deleted; on POST, delete it if it is still the same."""
        obj = self.get_object(request, unquote(object_id))
        shown = {SEEN: self._seen([obj])} if obj else {}
        delete = partial(super().delete_view, request, object_id, shown | (extra_context or {}))
        return self._guarded(request, delete)

    @admin.action(permissions=["delete"], description="Delete selected %(verbose_name_plural)s")
    def delete_selected(
        self, request: HttpRequest, queryset: "models.QuerySet[Any]"
    ) -> HttpResponse | None:
        """Django's own action, as long as all of them are what the confirmation showed."""
        answer: Any = actions.delete_selected(self, request, queryset)
        if isinstance(answer, TemplateResponse) and answer.context_data is not None:
            answer.context_data[SEEN] = self._seen(queryset.order_by("pk"))
        return answer  # type: ignore[no-any-return]

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Its actions delete, too."""
        return self._guarded(request, partial(super().changelist_view, request, *args, **kwargs))

    def _guarded(self, request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
        """The answer, or the reason why nothing is deleted."""
        # A page that is only looked at must not wait for a writer.
        held = transaction.atomic() if request.method == "POST" else nullcontext()
        try:
            with held:
                return answer()
        except desk.DeskError as error:
            reason = " ".join(problem.message for problem in error.problems)
        except Changed as error:
            reason = f"{error} saved it after you opened this page. Look at it again."
        except (IntegrityError, ProtectedError, RestrictedError):
            reason = "Something else has come to use it. Look at it again."
        messages.error(request, f"Nothing was deleted. {reason}")
        return HttpResponseRedirect(request.path)
