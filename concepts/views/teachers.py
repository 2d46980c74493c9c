"""What the site gives teachers, on one page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concepts import choosing, diagrams, reading
from concepts.choosing import Choice
from concepts.documents import Data
from concepts.models import Edition
from concepts.views.reading import show
from concepts.views.stamping import stamped


@stamped()
@require_safe
def teachers(request: HttpRequest) -> HttpResponse:
    """How to link, cite, embed, collect and export, each with an example that works."""
    edition = reading.flagship(reading.moment(request))
    example = _example(edition) if edition else {}
    return show(request, "teachers", example=example, picture=diagrams.lasting())


def _example(edition: Edition) -> Data:
    """A comparison to show all on: its first row and side, and the query of a reading list."""
    data = edition.data()
    page = Choice(edition.kind, edition.slug, edition.number)
    return {
        "edition": edition,
        "row": next((row["key"] for row in data["rows"]), ""),
        "side": data["sides"][0]["key"],
        "list": choosing.write([page, *_concepts(data)]),
    }


def _concepts(data: Data) -> list[Choice]:
    return [Choice("concept", side["concept"]) for side in data["sides"]]
