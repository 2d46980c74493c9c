"""Log-in: user name, password and, of those who have a second factor, its code; all at once.

Whichever of them is wrong, and whether or not the account exists, the answer is the same.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import authenticate
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from django_otp import user_has_device

from concepts.accounts import second_factor


class TokenBackend(ModelBackend):
    """Django's own, which also asks for the code of whoever has a second factor.

    A wrong code is a failed log-in like a wrong password, so the throttle counts it.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        token: str = "",
        **kwargs: Any,
    ) -> User | None:
        user: Any = super().authenticate(request, username, password, **kwargs)
        if user is not None and user_has_device(user):
            # django-otp notes it in the session that begins.
            user.otp_device = second_factor.verified(user, token)
            return user if user.otp_device else None
        return user  # type: ignore[no-any-return]


class LogInForm(AdminAuthenticationForm):
    """The admin's form with a field for the code."""

    error_messages = AdminAuthenticationForm.error_messages | {
        "invalid_login": "The user name, the password or the code is wrong. Capital letters matter."
        " A code works once; after a wrong one, wait for the next that the app shows.",
    }
    token = forms.CharField(
        label="Code of the second factor",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        help_text="From your app, or a recovery code. Leave it empty when you have none.",
    )

    if TYPE_CHECKING:
        user_cache: Any

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        """Django's own, with the code among the credentials."""
        given = {name: self.cleaned_data.get(name, "") for name in self.fields}
        if given["username"] and given["password"] and not self.errors:
            self.user_cache = authenticate(self.request, **given)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data
