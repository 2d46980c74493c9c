"""Memento (RFC 7089) and version relations (RFC 5829): the way to what a page said at a moment.

A page is the *original*, its editions are the *mementos*. The TimeGate is an address of its own,
since the usual client does not understand a page that negotiates by itself.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_http_date
from django.views.decorators.http import require_safe

from concepts import reading
from concepts.days import outside
from concepts.models import Edition
from concepts.templatetags.site import absolute
from concepts.views.addresses import (
    Link,
    P,
    View,
    linked,
    readable_anywhere,
    resolved,
    revalidated,
    with_query,
)
from concepts.views.stamping import stamped

R = TypeVar("R", bound=HttpResponseBase)
LINK_FORMAT = "application/link-format"
FULL_ADDRESS = re.compile(r"https?:/{1,2}([^/?#]+)(/.*)", re.IGNORECASE | re.DOTALL)
BAD_DATE = (
    "Accept-Datetime is not a date as HTTP writes it."
    ' Write it as in "Accept-Datetime: Tue, 01 Sep 2026 12:00:00 GMT".\n'
)


class Original(NamedTuple):
    """A page, or one of its other forms, that is there in each edition too.

    `form` is what its URL name has after "page"; `kwargs` are all that its address says.
    """

    form: str
    kwargs: dict[str, Any]

    @property
    def path(self) -> str:
        """Its path on the site of today."""
        return outside(reverse(f"page{self.form}", kwargs=self.kwargs))

    def memento(self, edition: Edition) -> str:
        """The path of the same form of an edition, under the slug that it froze."""
        frozen = {"section": edition.section, "slug": edition.slug, "number": edition.number}
        return outside(reverse(f"edition{self.form}", kwargs=self.kwargs | frozen))


def _at(name: str, original: Original) -> str:
    """The absolute address of the TimeGate or TimeMap of an original."""
    return absolute(reverse(name, args=[original.path.removeprefix(outside(reverse("home")))]))


# Headers --------------------------------------------------------------------------------------


def _asked(request: HttpRequest) -> Original:
    """The original of what a request asks for: a page, an edition, or another form of either."""
    match = request.resolver_match
    if match is None or match.url_name is None:
        raise LookupError("No view was resolved for this request.")
    form = match.url_name.removeprefix("page").removeprefix("edition")
    return Original(form, {**match.kwargs})


def _doors(original: Original) -> list[Link]:
    return [
        Link(_at("timegate", original), "timegate"),
        Link(_at("timemap", original), "timemap", {"type": LINK_FORMAT}),
    ]


def dated(request: HttpRequest, response: R, edition: Edition, among: Sequence[Edition] = ()) -> R:
    """The answer, with the way to what its page said at other moments.

    An edition, in whatever form, is told to be what its page said from a moment on, with the
    first and the last of those that it stands `among`, where they are known.
    """
    original = _asked(request)
    if original.kwargs.pop("number", None):
        response.headers["Memento-Datetime"] = _date(edition)
        linked(response, Link(absolute(original.path), "original"))
    return linked(response, *_doors(original), *_ends(original, among, edition))


def found_after_its_end(view: View[P]) -> View[P]:
    """A page that names the way to its editions when it is gone, too."""

    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code == HTTPStatus.GONE:
            linked(response, *_doors(_asked(request)))
        return response

    return wrapper


def with_history(response: R, latest: Edition, **others: Edition | None) -> R:
    """The answer, with the history of its page, the latest edition, and others beside it.

    The names of these are relations of RFC 5829 without "-version".
    """
    history = absolute(reverse("history", args=[latest.section, latest.slug]))
    versions = {"latest": latest, **others}
    return linked(
        response,
        Link(history, "version-history"),
        *(
            Link(absolute(version.get_permanent_url()), f"{name}-version")
            for name, version in versions.items()
            if version
        ),
    )


def _date(edition: Edition) -> str:
    return http_date(edition.published_at.timestamp())


def _memento(original: Original, edition: Edition, among: Sequence[Edition]) -> Link:
    """A link to an edition with its date; `among` are all of its page, the oldest first."""
    ends = "first " * (edition == among[0]) + "last " * (edition == among[-1])
    address = absolute(original.memento(edition))
    return Link(address, f"{ends}memento", {"datetime": _date(edition)})


def _ends(original: Original, editions: Sequence[Edition], chosen: Edition) -> list[Link]:
    """Links to the first and last of the editions, and to the chosen one."""
    shown = [each for each in editions if each in (editions[0], chosen, editions[-1])]
    return [_memento(original, each, editions) for each in shown]


# Addresses ------------------------------------------------------------------------------------


def _original(address: str) -> Original:
    """The page that a path of this site, or a full address of it, leads to.

    Raises:
        Http404: it leads elsewhere, or to what has no editions.
    """
    full = FULL_ADDRESS.fullmatch(address)
    if full and full[1].casefold() != urlsplit(settings.SITE_URL).netloc.casefold():
        raise Http404
    path = full[2] if full else f"/{address}"
    try:
        match = resolve(path if path.endswith("/") or "." in path else f"{path}/")
        name = match.url_name or ""
        original = Original(name.removeprefix("page"), match.kwargs)
        if name != f"page{original.form}":
            raise Http404
        reverse(f"edition{original.form}", kwargs=match.kwargs | {"number": 1})
    except (Resolver404, NoReverseMatch) as error:
        raise Http404 from error
    return original


def _chosen(editions: Sequence[Edition], moment: datetime | None) -> Edition:
    """The last edition that had come into force by the moment, else the first; None: the newest."""
    begun = [e for e in editions if moment is None or _seconds(e.published_at) <= moment]
    return begun[-1] if begun else editions[0]


def _asked_for(request: HttpRequest) -> datetime | None:
    """The moment that a client asks for; None: it asks for none.

    Raises:
        ValueError, OverflowError: it is no date as HTTP writes it.
    """
    asked = request.headers.get("Accept-Datetime")
    return None if asked is None else datetime.fromtimestamp(parse_http_date(asked), UTC)


def _seconds(moment: datetime) -> datetime:
    """The moment as HTTP dates tell it, so that each edition is found by its own date."""
    return moment.replace(microsecond=0)


@require_safe
@resolved
def timegate(request: HttpRequest, address: str) -> HttpResponseBase:
    """Lead to the edition of a page that was in force at the moment `Accept-Datetime` names."""
    original = _original(address)
    try:
        moment = _asked_for(request)
    except (ValueError, OverflowError):
        return revalidated(HttpResponse(BAD_DATE, content_type="text/plain", status=400))
    kwargs = original.kwargs
    editions = reading.mementos(kwargs["section"], kwargs["slug"], reading.moment(request))
    chosen = _chosen(editions, moment)
    response = HttpResponseRedirect(with_query(request, original.memento(chosen)))
    patch_vary_headers(response, ["accept-datetime"])
    linked(response, Link(absolute(original.path), "original"), _doors(original)[1])
    linked(response, *_ends(original, editions, chosen))
    return revalidated(response)


@stamped(kept=False)  # its path may be written in many ways
@require_safe
@resolved
def timemap(request: HttpRequest, address: str) -> HttpResponseBase:
    """All editions of a page that can be read, with their dates, in link-format (RFC 6690)."""
    original = _original(address)
    kwargs = original.kwargs
    editions = reading.mementos(kwargs["section"], kwargs["slug"], reading.moment(request))
    span = {"from": _date(editions[0]), "until": _date(editions[-1])}
    links = [
        Link(absolute(original.path), "original"),
        Link(_at("timemap", original), "self", {"type": LINK_FORMAT, **span}),
        Link(_at("timegate", original), "timegate"),
        *(_memento(original, edition, editions) for edition in editions),
    ]
    text = ",\n".join(map(str, links)) + "\n"
    return revalidated(readable_anywhere(HttpResponse(text, content_type=LINK_FORMAT)))
