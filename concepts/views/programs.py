"""How programs are answered: scripts of every site may read, and `Accept` may choose the form."""

from collections.abc import Callable, Mapping
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods
from django.views.defaults import page_not_found

from concepts.views.addresses import P, View, readable_anywhere

HTML = "text/html; charset=utf-8"

METHODS = ["GET", "HEAD", "OPTIONS"]
MAY_ASK = {
    "Allow": ", ".join(METHODS),
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


def for_programs(view: View[P]) -> View[P]:
    """A view that scripts of every site may read, whatever it answers.

    A browser asks beforehand (OPTIONS) when a script sends headers such as `If-None-Match`.
    """

    @require_http_methods(METHODS)
    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response: HttpResponseBase
        if request.method == "OPTIONS":
            return readable_anywhere(HttpResponse(status=204, headers=MAY_ASK))
        try:
            response = view(request, *args, **kwargs)
        except Http404 as error:
            response = page_not_found(request, error)
        return readable_anywhere(response)

    return wrapper


def negotiated(forms: Mapping[str, View[P]]) -> Callable[[View[P]], View[P]]:
    """Let `Accept` choose one of these forms of a page, by content type, instead of the page."""

    def decorated(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            # A page asked for on a day leads to an edition first, where the form is chosen.
            form = HTML if "on" in request.GET else preferred(request, list(forms))
            response = forms.get(form, view)(request, *args, **kwargs)
            if form in forms:  # never kept unasked: some caches do not look at `Vary`
                response.headers["Cache-Control"] = "no-cache"
            patch_vary_headers(response, ["Accept"])
            return response

        return wrapper

    return decorated


def preferred(request: HttpRequest, forms: list[str]) -> str:
    """The form that the client likes best: HTML, or one of these if `Accept` names it.

    Of what it likes equally, the first that it names, and no wildcard. What cannot be read, or
    fits nothing, means HTML.
    """
    accepted = request.headers.get("Accept", "").lower()
    named = [form for form in forms if form.partition(";")[0] in accepted]
    try:
        return (named and request.get_preferred_type([HTML, *named])) or HTML
    except ValueError:  # too long for Django, or in an encoding that there is not
        return HTML
