"""The site as it stood on a past day: which addresses it has, and the way to a day."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_safe

from concepts import reading
from concepts.days import NoDay
from concepts.views.addresses import revalidated, unlisted

STOOD = frozenset(
    "home about accessibility index page before history edition sources source dimensions dimension"
    " glossary profiles map compare practice search suggest"
    " page-json page-markdown page-csv changes edition-json edition-markdown edition-csv qr"
    " cite edition-cite page-citation edition-citation page-bibliography edition-bibliography"
    " source-citation bibliography".split()
)
"""The names of the addresses that there are on a past day: what is read, and its other forms."""

LONGEST = 1500
"""The longest address that is gone back to after the choice of a day."""


def stood(path: str) -> bool:
    """Whether there is a view for it on a past day; what leads nowhere is for others to refuse."""
    try:
        return resolve(path).view_name in STOOD
    except Resolver404:
        return True


def no_day(request: HttpRequest, error: NoDay, page: str) -> HttpResponse:
    """Say why there is nothing to see on a day, and ask for another one to see the page on."""
    return _choose(request, 404, error=str(error), page=page)


@require_safe
def on(request: HttpRequest) -> HttpResponse:
    """The form that asks for a day, or the way to the day that it was sent with."""
    if "day" not in request.GET:
        return _choose(request, 200)
    page = request.GET.get("page", "")
    if not page.startswith("/") or len(page) > LONGEST:
        page = "/"
    try:
        day = reading.past_day(request.GET["day"])
    except NoDay as error:
        return no_day(request, error, page)
    return revalidated(HttpResponseRedirect(f"{reverse('on')}{day.isoformat()}{page}"))


def _choose(request: HttpRequest, status: int, **context: str) -> HttpResponse:
    return unlisted(revalidated(render(request, "concepts/day.html", context, status=status)))


def edition_on(request: HttpRequest, section: str, slug: str, kept: list[str]) -> HttpResponse:
    """Lead from a page to its edition in force at the end of the day that `?on=` names.

    Of the query only what is `kept` goes along.

    Raises:
        Http404: no page has carried this address.
    """
    asked = request.GET.getlist("on")
    try:
        edition = reading.edition_on(section, slug, " ".join(asked), reading.present(request))
    except NoDay as error:
        context = {"error": str(error), "section": section, "slug": slug}
        return revalidated(render(request, "concepts/no-edition.html", context, status=404))
    query = QueryDict(mutable=True)
    for name in kept:
        query.setlist(name, request.GET.getlist(name))
    address = edition.get_permanent_url()
    return revalidated(
        HttpResponseRedirect(f"{address}?{query.urlencode()}" if query.urlencode() else address)
    )
