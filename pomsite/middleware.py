"""What Django and django-csp leave open: which pages are public, and how much anybody may send."""

from collections.abc import Callable

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt

# Compared with `path_info`, which comes without the prefix of a past day.
WITH_COOKIES = "/admin/"
PRIVATE = (WITH_COOKIES, "/preview/")

TOO_LARGE = "What was sent is larger than {} MB, so it was not read, and nothing was saved."

Handler = Callable[[HttpRequest], HttpResponseBase]


def public_or_private(get_response: Handler) -> Handler:
    """Keep cookies out of all but the admin, and frames and caches away from private pages.

    It does not stop a public view that sets a cookie of its own: the tests of the views do.
    """
    public = xframe_options_exempt(get_response)
    private = never_cache(csp_replace({"frame-ancestors": [NONE]})(get_response))

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(WITH_COOKIES):
            # An editor sees what a visitor sees, and no broken cookie is answered with another.
            request.META.pop("HTTP_COOKIE", None)
        if request.path_info.startswith(PRIVATE):
            response = private(request)
            response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        else:
            response = public(request)
            response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin")
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        return response

    return middleware


def bounded(get_response: Handler) -> Handler:
    """Refuse a body that is too large before it is read: Django does not count files.

    It does not stop a body without a length: servers give such a one to nobody.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > settings.LARGEST_BODY:
            megabytes = settings.LARGEST_BODY // 1024**2
            return JsonResponse({"error": TOO_LARGE.format(megabytes)}, status=413)
        return get_response(request)

    return middleware
