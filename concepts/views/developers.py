"""What programs may ask the site for, and what they may rely on."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concepts.views.reading import show
from concepts.views.stamping import stamped


@stamped()
@require_safe
def developers(request: HttpRequest) -> HttpResponse:
    """The addresses for programs, with examples that the tests run."""
    return show(request, "developers")
