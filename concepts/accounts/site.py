"""The admin's site: who may come in, and the addresses of the desk that belong to no model."""

from functools import update_wrapper, wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from concepts import maintenance
from concepts.accounts import second_factor, views
from concepts.accounts.log_in import LogInForm
from concepts.accounts.views import View

LONGEST_ID = 18
"""Figures of an id; databases refuse numbers of more than 19, and Python those of thousands."""


def _with_an_id(view: View) -> View:
    """The view, of which nothing is found where its address holds what can be nobody's id."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if len(str(kwargs.get("object_id", ""))) > LONGEST_ID:
            raise Http404
        return view(request, *args, **kwargs)

    return checked


class DeskSite(AdminSite):
    """Django's own, which lets those who may publish in with their second factor only."""

    login_form = LogInForm

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody is on the staff and has shown the factor that is asked of them."""
        return super().has_permission(request) and not second_factor.is_missing(request.user)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Lead those who lack the second factor to its page; all that they may do is log out."""
        checked: View = super().admin_view(_with_an_id(view), cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not second_factor.is_missing(request.user):
                return checked(request, *args, **kwargs)
            if view == self.logout:
                return self.logout(request)
            return HttpResponseRedirect(reverse("admin:second_factor"))

        return update_wrapper(inner, view)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page of the desk knows: while nobody may write, also why."""
        return super().each_context(request) | {"maintenance": maintenance.reason}

    def get_urls(self) -> list[Any]:
        return [
            path("second-factor/", views.set_up, name="second_factor"),
            path("second-factor/codes/", views.recovery_codes, name="recovery_codes"),
            path("second-factor/qr.svg", views.qr, name="second_factor_qr"),
            path("welcome/<uidb64>/<token>/", views.Welcome.as_view(), name="welcome"),
            *super().get_urls(),
        ]
