"""How an address answers that shows no page itself: it moved, or what was there is gone."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils.cache import patch_cache_control

from concepts.models import Edition
from concepts.reading import Gone, Moved

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
"""A view with whatever its address says."""


EXPOSED = "Content-Disposition, Content-Location, ETag, Link, Memento-Datetime"
"""Headers that scripts of other sites are told, beside those that browsers always tell."""


class Link(NamedTuple):
    """A link of a `Link` header (RFC 8288): where it leads, in which role, and what is told of it.

    An address holds neither ">" nor spaces, an attribute no quotation mark.
    """

    address: str
    rel: str
    attributes: Mapping[str, str] = {}

    def __str__(self) -> str:
        told = {"rel": self.rel, **self.attributes}
        return "; ".join([f"<{self.address}>", *(f'{name}="{told[name]}"' for name in told)])


def linked(response: R, *links: Link) -> R:
    """The answer with these links after those that it has."""
    there = response.headers.get("Link")
    response.headers["Link"] = ", ".join([*([there] if there else []), *map(str, links)])
    return response


def readable_anywhere(response: R) -> R:
    """The answer, for scripts of every site: only forms for programs, which hold nothing secret."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response


def revalidated(response: R) -> R:
    """The answer, to be asked for again each time that it is shown."""
    patch_cache_control(response, no_cache=True)
    return response


def unlisted(response: R) -> R:
    """The answer, kept out of search engines."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def with_query(request: HttpRequest, address: str) -> str:
    """The address with the query of the request, as it was written."""
    query = request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address


def moved(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Lead on to the same form of the page at its own address, the query included.

    Not to be kept without asking: a page may be renamed back.
    """
    asked = resolve(request.path_info)
    own = {"kind": edition.kind, "section": edition.section, "slug": edition.slug}
    kwargs = {name: own.get(name, said) for name, said in asked.kwargs.items()}
    address = reverse(asked.view_name, kwargs=kwargs)
    return revalidated(HttpResponsePermanentRedirect(with_query(request, address)))


def gone(request: HttpRequest, answer: Gone) -> HttpResponse:
    """Say what was here, since when and why it is gone, and where its editions are."""
    context = {"gone": answer, "edition": answer.edition, "section": answer.edition.section}
    return revalidated(render(request, "concepts/gone.html", context, status=410))


def resolved(view: View[P]) -> View[P]:
    """A view whose page may have moved or be gone."""

    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Moved as answer:
            return moved(request, answer.edition)
        except Gone as answer:
            return gone(request, answer)

    return wrapper
