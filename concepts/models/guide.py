"""Ways through the site: an area of the field, or a reading path."""

from django.db import models

from concepts.models.fields import list_field
from concepts.models.page import Page


class Guide(Page):
    """Ordered pages, each with a note."""

    type = models.CharField(
        max_length=10, choices=[("area", "area"), ("path", "reading path")], default="path"
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Its place among areas, or among reading paths; then by title."
    )
    steps = list_field("Pages in order, such as concept:takt-time, each with a note.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(type__in=["area", "path"]), name="guide_type_known"
            ),
        ]
