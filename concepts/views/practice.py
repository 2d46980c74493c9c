"""Questions of several pages, mixed."""

import re

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from concepts import mixing, reading
from concepts.parts import is_key
from concepts.reading import Moved
from concepts.views.addresses import revalidated
from concepts.views.reading import show
from concepts.views.stamping import stamped


@stamped("area", "order", kept=False)
@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """One page of questions, of all pages or of those of an area."""
    area, order = request.GET.get("area", ""), request.GET.get("order", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,3}", order) or (area and not is_key(area)):
        return _nothing(request)
    try:
        found = reading.practice(area, int(order), reading.moment(request))
    except Http404:
        return _nothing(request)
    except Moved as answer:
        address = f"{reverse('practice')}?area={answer.edition.slug}&order={order}"
        return revalidated(HttpResponseRedirect(address))
    return show(request, "practice", page=found)


def _nothing(request: HttpRequest) -> HttpResponse:
    """Say that no questions have this address, and where all of them are."""
    response = show(request, "practice", most=mixing.MOST)
    response.status_code = 404
    return response
