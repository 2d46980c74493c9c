"""What it costs to publish a page with all checks and guards, and to import the shipped content.

`scale.py` measures both on sites of all sizes. What was published stays: the site is its own.
"""

import io
import itertools
from typing import Any

from django.conf import settings
from django.core.management import call_command

from concepts import publishing
from concepts.models import Concept

CONTENT = settings.BASE_DIR / "concepts" / "content"
_numbers = itertools.count(1)


def publish() -> None:
    """Change the text of a page that many others name, and publish it."""
    page: Any = Concept.objects.get(slug="takt-time")
    number = next(_numbers)
    page.explain = f"Explain it for the {number}th time."
    page.save()
    publishing.publish(
        page, by=None, note="Measured.", significance="wording", override="A measurement."
    )


def import_again() -> None:
    """Read the shipped content, compare it with the desk, and find nothing new in it."""
    call_command("import_content", str(CONTENT), overwrite=True, stdout=io.StringIO())


ACTS = {"publish": publish, "import": import_again}
