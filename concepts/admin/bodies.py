"""Uploads that are told to be too large before anything of them is read."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = TypeVar("View", bound=Callable[..., HttpResponse])

_BESIDE = 64 * 1024
"""Bytes of a request beside its files and texts."""


def is_too_large(request: HttpRequest, limit: int) -> bool:
    """Whether the request says that it is larger than the limit."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > limit + _BESIDE


def sized(limit: int) -> Callable[[View], Callable[..., HttpResponse]]:
    """A view that is called with `too_large=True`, and no body to read, when that is too large.

    The token of the form stands in the body, so it is checked after the size.
    """

    def decorator(view: View) -> Callable[..., HttpResponse]:
        checked = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def inner(request: HttpRequest, **options: Any) -> HttpResponse:
            if request.method == "POST" and is_too_large(request, limit):
                return view(request, **options, too_large=True)
            return checked(request, **options)

        return inner

    return decorator
