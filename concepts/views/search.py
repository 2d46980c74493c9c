"""Finding pages by words, and suggesting their names while somebody types."""

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from concepts import reading
from concepts.presenting import Neighbour
from concepts.search import Found, find, finding
from concepts.search import suggest as suggested
from concepts.search.finding import PAGE
from concepts.search.words import LONGEST_QUERY
from concepts.views.addresses import revalidated
from concepts.views.reading import show
from concepts.views.stamping import stamped

KINDS = {
    "concept": ("Concept", "Concepts", "op"),
    "distinction": ("Comparison", "Comparisons", "op"),
    "organization": ("Organization", "Organizations", "go"),
    "guide": ("Guide", "Areas and reading paths", "go"),
}
"""What readers call one page of a kind, and several; the symbol of their section."""

NUMBER = re.compile("[1-9][0-9]{0,2}")


@stamped("q", "kind", "page", kept=False)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the words of the query are found in, by kind; without words, the box and ways in."""
    asked = request.GET.get
    text = " ".join(asked("q", "").replace("\0", " ").split())
    kind = asked("kind", "") if asked("kind") in KINDS else ""
    number = asked("page", "")
    page = int(number) if kind and NUMBER.fullmatch(number) else 1
    found = find(text, reading.moment(request), kind, page) if text else Found()
    return show(
        request,
        "search",
        query=text[:LONGEST_QUERY],
        found=found,
        most=f"{finding.MOST:,}",
        groups=[(*KINDS[group.kind], group) for group in found.groups],
        kind=kind,
        page=page,
        shown=sum(len(group.results) for group in found.groups),
        more=any(group.kind == kind and group.total > page * PAGE for group in found.groups),
        pair=_pair(found),
    )


def _pair(found: Found) -> list[Neighbour]:
    """The two concepts that were found first, to be put beside each other."""
    concepts = [group for group in found.groups if group.kind == "concept"]
    pages = [result.page for group in concepts for result in group.results[:2]]
    return pages if len(pages) == 2 else []


@stamped("q", kept=False)
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Pages with a title or another name that begins so; `name` is the other name, if it was."""
    some = suggested(request.GET.get("q", ""), reading.moment(request))
    suggestions = [
        {
            "title": each.page.title,
            "address": each.page.address,
            "kind": KINDS[each.page.kind][0],
            "name": each.name,
        }
        for each in some
    ]
    return revalidated(JsonResponse({"suggestions": suggestions}))
