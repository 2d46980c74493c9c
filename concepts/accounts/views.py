"""The pages of the second factor and of the one-time link."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import django_otp
import segno
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from concepts.accounts import second_factor

View = Callable[..., HttpResponse]

KEY = "second_factor_key"  # in the session until the app has shown its first code


class CodeForm(forms.Form):
    """The code that an app shows."""

    token = forms.CharField(
        label="Code that the app shows",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Type the six digits that the app shows."},
    )


def for_whom_it_is(view: View) -> View:
    """Let staff in that has no second factor yet, or has shown it in this session.

    Else whoever knows only a password could take another app into use.
    """

    def inner(request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        staff = user.is_active and user.is_staff
        if not staff or (django_otp.user_has_device(user) and not user.is_verified()):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return view(request, user)

    return inner


@for_whom_it_is
def set_up(request: HttpRequest, user: User) -> HttpResponse:
    """Show the key to photograph or type; on POST of a right code, begin and show codes."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key, typed = _key(request), form.cleaned_data["token"]
        if device := second_factor.enrol(user=user, key=key, typed=typed):
            return _entered(request, user, device)
        form.add_error("token", "That is not the code of this key now. Type the one shown next.")
    context = {
        "title": "Second factor",
        "form": form,
        "key": second_factor.shown_key(_key(request)),
        "device": TOTPDevice.objects.filter(user=user, confirmed=True).first(),
        "codes_left": second_factor.codes_left(user),
        "required": second_factor.is_missing(user),
    }
    return _page(request, "second_factor", context)


def _key(request: HttpRequest) -> str:
    key: str = request.session.setdefault(KEY, random_hex(20))
    return key


def _entered(request: HttpRequest, user: User, device: Any) -> HttpResponse:
    """What began without the factor ends: other sessions, and this one's old name."""
    del request.session[KEY]
    request.session.cycle_key()
    django_otp.login(request, device)
    second_factor.end_sessions(user, but=request.session.session_key)
    return _codes(request, user)


def _codes(request: HttpRequest, user: User) -> HttpResponse:
    codes = [f"{code[:4]}-{code[4:]}" for code in second_factor.new_codes(user=user)]
    return _page(request, "recovery_codes", {"title": "Your recovery codes", "codes": codes})


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    shared = admin.site.each_context(request)
    return TemplateResponse(request, f"admin/desk/{name}.html", shared | context)


@for_whom_it_is
def recovery_codes(request: HttpRequest, user: User) -> HttpResponse:
    """On POST, make new codes and show them, this once."""
    if request.method != "POST" or not TOTPDevice.objects.filter(user=user).exists():
        return HttpResponseRedirect(reverse("admin:second_factor"))
    return _codes(request, user)


@for_whom_it_is
def qr(request: HttpRequest, user: User) -> HttpResponse:
    """The key that is being set up as an image: a page of its own, as the policy wants it."""
    address = TOTPDevice(user=user, key=_key(request)).config_url
    image = BytesIO()
    segno.make(address, error="m").save(image, kind="svg", scale=5, light="#fff")
    return HttpResponse(image.getvalue(), content_type="image/svg+xml")


def one_time_link(user: User) -> str:
    """An address at which somebody sets their password, once, within PASSWORD_RESET_TIMEOUT.

    A log-in or another password makes it worthless, too.
    """
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return settings.SITE_URL + reverse("admin:welcome", args=[uid, token])


class Welcome(PasswordResetConfirmView):
    """Where the one-time link leads: the token moves into the session, then a password is set."""

    template_name = "admin/desk/welcome.html"
    title = "Set your password"
    success_url = reverse_lazy("admin:login")

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        answer = super().dispatch(*args, **kwargs)
        # With "no-referrer" browsers send the form with `Origin: null`, which is refused; the
        # form's address holds no token, and others are not told of it.
        answer.headers["Referrer-Policy"] = "same-origin" if self.validlink else "no-referrer"
        return answer

    def get_user(self, uidb64: str) -> Any:
        user = super().get_user(uidb64)
        return user if user and user.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        messages.success(self.request, "Your password is set. Log in with it.")
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return admin.site.each_context(self.request) | super().get_context_data(**kwargs)

    def render_to_response(self, context: Any, **kwargs: Any) -> Any:
        status = 200 if self.validlink else 404
        return super().render_to_response(context, status=status, **kwargs)
