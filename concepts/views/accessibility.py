"""How far everybody can use the site."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concepts.views.reading import show
from concepts.views.stamping import stamped


@stamped()
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the site conforms to, how that is tested, and what is known to be missing."""
    return show(request, "accessibility")
