"""People: accounts, their groups, one-time links, and the reset of a second factor.

Nobody types somebody else's password, gives single rights, or changes their own.
"""

import logging
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, ManyToManyField, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from concepts.accounts import second_factor
from concepts.accounts.views import one_time_link
from concepts.admin.base import ModelAdmin, editor
from concepts.groups import GROUPS

log = logging.getLogger(__name__)

apps.get_app_config("auth").verbose_name = "People"  # as the index and the breadcrumbs name it

# django-otp registers its own, which show secrets; the groups are the migration's.
admin.site.unregister([User, Group, TOTPDevice, StaticDevice])

OWN = ["is_active", "groups", "is_superuser"]  # what nobody changes of themselves
ONE_IS_ENOUGH = (
    "A Writer edits. An Editor also publishes and deletes. An Administrator also closes editions"
    " and looks after people. One group is enough."
)


@admin.register(User)
class PersonAdmin(ModelAdmin):
    """Who works on the desk. Accounts are made inactive, not deleted: the history names them."""

    change_form_template = "admin/desk/person.html"
    list_display = [
        "username",
        "full_name",
        "roles",
        "is_active",
        "has_second_factor",
        "last_login",
    ]
    list_filter = ["is_active", "groups"]
    search_fields = ["username", "first_name", "last_name"]
    ordering = ["username"]
    readonly_fields = ["last_login", "has_second_factor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        people: QuerySet[User] = super().get_queryset(request)
        return people.annotate(has_device=Exists(devices)).prefetch_related("groups")

    @admin.display(description="name", ordering="last_name")
    def full_name(self, person: User) -> str:
        """First and last name."""
        return person.get_full_name()

    @admin.display(description="groups", empty_value="none")
    def roles(self, person: User) -> str:
        """The groups, or what stands above them."""
        names = ["superuser"] if person.is_superuser else [g.name for g in person.groups.all()]
        return ", ".join(names)

    @admin.display(description="second factor", boolean=True)
    def has_second_factor(self, person: Any) -> bool:
        """Whether an app is in use."""
        return bool(person.has_device)

    # What can be changed, and by whom -------------------------------------------------------

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        names = ["username", "first_name", "last_name", "groups"]
        above = ["is_superuser"] if _is_superuser(request) else []
        return [*names, *above, *(["is_active", *self.readonly_fields] if obj else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return [*self.readonly_fields, *(OWN if obj and obj.pk == request.user.pk else [])]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Superusers are touched by superusers only."""
        reachable = obj is None or not obj.is_superuser or _is_superuser(request)
        return reachable and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """An address of the list must not ask how a password's hash begins."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs |= {
            "queryset": Group.objects.filter(name__in=GROUPS),
            "widget": forms.CheckboxSelectMultiple,
            "help_text": ONE_IS_ENOUGH,
        }
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = True
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            second_factor.end_sessions(obj)  # else they would go on with a later reactivation

    # The one-time link and the reset -------------------------------------------------------

    def get_urls(self) -> list[Any]:
        def own(verb: str, view: Any) -> Any:
            guarded = self.admin_site.admin_view(view)
            return path(f"<int:object_id>/{verb}/", guarded, name=f"auth_user_{verb}")

        return [
            own("link", self.link_view),
            own("reset", self.reset_view),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """With one button: what comes next is the link, whichever is pressed."""
        more = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, more | (extra_context or {}))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        person = self.get_object(request, object_id)
        if person and self._may_help(request, person):
            kwargs["extra_context"] = {"may_help": True} | (kwargs.get("extra_context") or {})
        return super().change_view(request, object_id, *args, **kwargs)

    def _may_help(self, request: HttpRequest, person: User) -> bool:
        other = person.pk != request.user.pk
        return other and self.has_change_permission(request, person)

    def _person(self, request: HttpRequest, object_id: int) -> User:
        """Somebody else, whom the one at work may change."""
        person: User | None = self.get_object(request, str(object_id))
        if person is None:
            raise Http404
        if not self._may_help(request, person):
            raise PermissionDenied
        return person

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: Any = None) -> Any:
        return self._handed_over(request, obj)

    def link_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask; on POST, show a new one-time link, this once."""
        person = self._person(request, object_id)
        if request.method == "POST" and person.is_active:
            self.log_change(request, person, "Made a one-time link.")
            return self._handed_over(request, person)
        return self._answer(request, person, "link", title=f"A new log-in link for {person}")

    def _handed_over(self, request: HttpRequest, person: User) -> HttpResponse:
        log.warning("%s made a one-time link for %s.", request.user, person)
        title = f"Hand this link to {person}"
        return self._answer(request, person, "link", title=title, link=one_time_link(person))

    def reset_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask; on POST, take the second factor away and end the person's sessions."""
        person = self._person(request, object_id)
        by = editor(request)
        if request.method == "POST" and by:
            second_factor.reset(user=person, by=by)
            self.log_change(request, person, "Reset the second factor.")
            messages.success(request, f"{person} has no second factor now and is logged out.")
            return HttpResponseRedirect(reverse("admin:auth_user_change", args=[person.pk]))
        return self._answer(request, person, "reset", title=f"Reset the second factor of {person}")

    def _answer(self, request: HttpRequest, person: User, verb: str, **more: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "person": person}
        return TemplateResponse(request, f"admin/desk/person_{verb}.html", shared | more)


def _is_superuser(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_superuser
